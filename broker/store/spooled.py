"""What the station writes to: the store, and while it is away the spool.

As long as something waits in the spool, what is new goes behind it, so that the store gets all in
order; a thread of its own gives the spool's content back as soon as the store takes it.
"""

import logging
import threading
from collections.abc import Callable
from typing import Final

from broker.store.protocol import Batch, Store, StoreUnavailableError
from broker.store.spool import Spool

_LOG: Final = logging.getLogger(__name__)
RETRY_S: Final = 1.0


class SpooledStore:
    """Takes batches at all times; ``spool`` tells what waits and what its bound has cost.

    ``store`` is the open store, or ``None`` while it could not be opened yet.
    """

    def __init__(self, opener: Callable[[], Store], spool: Spool, *, retry_s: float = RETRY_S) -> None:
        self.spool = spool
        self._opener = opener
        self.store: Store | None = None
        self._opening = threading.Lock()
        self._retry_s = retry_s
        self._stop = threading.Event()
        self._waits = threading.Event()
        self._thread = threading.Thread(target=self._give_back, name="spool", daemon=True)
        self._thread.start()
        if spool.pending():
            _LOG.warning("%d records wait in the spool for the store", spool.pending())
            self._waits.set()

    def append(self, batch: Batch) -> None:
        """Keep ``batch`` whole; raise ``StoreUnavailableError`` only if store *and* spool refuse it."""
        if not self.spool.pending():
            try:
                self.open().append(batch)
            except StoreUnavailableError as error:
                _LOG.warning("the store is away, its data go to the spool: %s", error)
            else:
                return
        self.spool.put(batch)
        self._waits.set()

    def open(self) -> Store:
        """Return the store, opened if need be; raise ``StoreUnavailableError`` while it is away."""
        with self._opening:
            if self.store is None:
                self.store = self._opener()
            return self.store

    def _give_back(self) -> None:
        while not self._stop.is_set():
            self._waits.wait()
            self._waits.clear()
            while self.spool.pending() and not self._stop.is_set():
                self._drain()
                if self.spool.pending():
                    self._stop.wait(self._retry_s)

    def _drain(self) -> None:
        try:
            taken = self.spool.drain(self.open())
        except StoreUnavailableError:
            return
        except Exception:  # noqa: BLE001 -- the thread must live: the next try may be better
            _LOG.exception("the spool cannot be given back")
            return
        if taken and not self.spool.pending():
            _LOG.warning("the store is back: it has everything that waited")

    def close(self) -> None:
        """Close the store; what waits stays in the spool for the next start."""
        self._stop.set()
        self._waits.set()
        self._thread.join()
        if self.store is not None:
            self.store.close()
            self.store = None
