"""Where ingest's batches go: a store, tried again until it takes them."""

from collections.abc import Callable
from typing import Protocol

from broker.store.protocol import Batch, Store


class Sink(Protocol):
    """Takes batches. ``append`` blocks; it raises ``StoreUnavailableError`` when it took nothing.

    What a sink took it keeps: only then are messages acknowledged and acts answered.
    """

    def append(self, batch: Batch) -> None:
        """Keep ``batch`` whole, or raise and keep nothing."""

    def close(self) -> None:
        """Finish."""


class Opens(Sink, Protocol):
    """A sink before a store; ``store`` is ``None`` until it could be opened."""

    store: Store | None

    def open(self) -> Store:
        """Return the store, opened if need be; raise ``StoreUnavailableError`` while it is away."""


class StoreSink:
    """A sink that is a store, opened when first needed and again after a failure to open."""

    def __init__(self, opener: Callable[[], Store]) -> None:
        self._opener = opener
        self.store: Store | None = None

    def open(self) -> Store:
        """Return the store, opened if need be; raise ``StoreUnavailableError`` while it is away."""
        if self.store is None:
            self.store = self._opener()
        return self.store

    def append(self, batch: Batch) -> None:
        """Write ``batch`` into the store."""
        self.open().append(batch)

    def close(self) -> None:
        """Close the store."""
        if self.store is not None:
            self.store.close()
            self.store = None
