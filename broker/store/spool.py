"""Where the station keeps batches while the store is away: bounded, on disk, in order.

What is promised (observations, entries, session records) and waves lie in files of their own, so
that waves can go first when the bound is reached. Promised frames are synced to the disk at each
``put``, waves are not: both survive kill -9 of the station, the promised ones a power cut too. A
folder belongs to one process.
"""

import json
import os
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol

from broker.store.protocol import Batch, StoreUnavailableError
from broker.store.segment import Segment, frame

LIMIT_BYTES: Final = 1 << 30
"""Heuristic: 36 beds with all waves for some eight hours."""

_PROMISED, _WAVES = ".promised", ".waves"
_AT_ONCE: Final = 5000  # records given to the store in one batch
_COUNTERS: Final = "dropped.json"


class Takes(Protocol):
    """What the spool needs of a store."""

    def append(self, batch: Batch) -> None:
        """Write ``batch`` whole, or raise ``StoreUnavailableError`` and write nothing."""


class Spool:
    """A bounded queue of batches in ``folder``.

    ``dropped_waves`` and ``dropped`` (promised records) count what the bound, or damage, has cost
    since the folder was made. Use: while ``pending()``, ``put`` each new batch and ``drain``, so that
    the store gets everything in order. Every method may be called from any thread.
    """

    def __init__(
        self, folder: Path, *, limit_bytes: int = LIMIT_BYTES, segment_bytes: int | None = None
    ) -> None:
        self._folder = folder
        self._limit = limit_bytes
        self._segment_bytes = segment_bytes or max(1, min(8 << 20, limit_bytes // 16))
        self._lock = threading.Lock()  # of the lists
        self._draining = threading.Lock()
        self._segments: list[Segment] = []
        self._leaving: Segment | None = None  # the store is being given this one
        self._number = 0
        self.dropped = 0
        self.dropped_waves = 0
        folder.mkdir(parents=True, exist_ok=True)
        self._recall()

    @property
    def limit_bytes(self) -> int:
        """How much of the disk it may take."""
        return self._limit

    @property
    def size_bytes(self) -> int:
        """How much of the disk the spool takes."""
        with self._lock:
            return sum(s.size_bytes for s in self._segments)

    def pending(self) -> int:
        """Return how many records wait."""
        with self._lock:
            return sum(s.records for s in self._segments)

    def put(self, batch: Batch) -> None:
        """Keep ``batch``, at the price of older waves, then of older records, where the bound asks.

        Raises ``StoreUnavailableError`` and keeps nothing promised where the disk refuses: do not
        acknowledge what it holds. Waves that the disk refuses are dropped and counted.
        """
        promised = Batch(batch.observations, [], batch.entries, batch.sessions)
        with self._lock:
            if promised:
                try:
                    self._write(promised, _PROMISED)
                except OSError as error:
                    raise StoreUnavailableError(f"spool {self._folder}: {error.strerror or error}") from error
            if batch.waves:
                try:
                    self._write(Batch(waves=batch.waves), _WAVES)
                except OSError:
                    self.dropped_waves += len(batch.waves)
                    self._remember()

    def drain(self, store: Takes) -> int:
        """Give ``store`` what waits, oldest first; return how many records it took.

        Stops, and keeps the rest, when the store is away: then ``pending()`` is not zero. A process
        killed meanwhile gives some records again, which a store takes as one.
        """
        taken = 0
        with self._draining:
            for suffix in (_PROMISED, _WAVES):
                while segment := self._next(suffix):
                    try:
                        for batch in _joined(segment.batches()):
                            store.append(batch)
                            taken += len(batch)
                    except StoreUnavailableError:
                        self._left(segment, whole=False)
                        return taken
                    self._left(segment, whole=True)
        return taken

    # --- under the lock ------------------------------------------------------------------------

    def _write(self, batch: Batch, suffix: str) -> None:
        framed = frame(batch)
        self._make_room(len(framed))
        while True:
            try:
                self._open(suffix).append(framed, len(batch), sync=suffix == _PROMISED)
            except OSError:  # the disk is fuller than the bound says: old waves make room
                if not self._drop_oldest(_WAVES):
                    raise
            else:
                return

    def _open(self, suffix: str) -> Segment:
        """Return the segment that takes frames, a new one where the last is full or sealed."""
        last = next((s for s in reversed(self._segments) if s.path.suffix == suffix), None)
        if last is not None and last.size_bytes < self._segment_bytes and not last.sealed:
            return last
        self._number += 1
        segment = Segment(self._folder / f"{self._number:012}{suffix}")
        segment.path.touch(exist_ok=False)
        self._sync_folder()
        self._segments.append(segment)
        return segment

    def _make_room(self, size_bytes: int) -> None:
        while sum(s.size_bytes for s in self._segments) + size_bytes > self._limit:
            if not (self._drop_oldest(_WAVES) or self._drop_oldest(_PROMISED)):
                return

    def _drop_oldest(self, suffix: str) -> bool:
        for segment in self._segments:
            if segment.path.suffix == suffix and segment is not self._leaving:
                self._count(suffix, segment.records)
                self._forget(segment)
                return True
        return False

    def _count(self, suffix: str, records: int) -> None:
        if suffix == _WAVES:
            self.dropped_waves += records
        else:
            self.dropped += records
        self._remember()

    def _forget(self, segment: Segment) -> None:
        self._segments = [s for s in self._segments if s is not segment]
        segment.path.unlink(missing_ok=True)

    def _remember(self) -> None:
        """Write the counters down; a full disk may refuse, then memory has them."""
        with suppress(OSError):
            new = self._folder / (_COUNTERS + ".new")
            new.write_text(json.dumps({"dropped": self.dropped, "dropped_waves": self.dropped_waves}))
            new.replace(self._folder / _COUNTERS)

    def _sync_folder(self) -> None:
        with suppress(OSError, AttributeError):  # not every system opens folders
            descriptor = os.open(self._folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    # --- the folder ----------------------------------------------------------------------------

    def _recall(self) -> None:
        """Find what an earlier process left."""
        with suppress(OSError, ValueError):
            counters = json.loads((self._folder / _COUNTERS).read_text())
            self.dropped, self.dropped_waves = int(counters["dropped"]), int(counters["dropped_waves"])
        for path in sorted(self._folder.iterdir()):
            if path.suffix in {_PROMISED, _WAVES} and path.stem.isdigit():
                self._segments.append(Segment.found(path))
                self._number = max(self._number, int(path.stem))

    def _next(self, suffix: str) -> Segment | None:
        """Return the oldest segment of a kind; what is put from now on goes into later ones."""
        with self._lock:
            found = next((s for s in self._segments if s.path.suffix == suffix), None)
            if found is not None:
                found.sealed = True
            self._leaving = found
            return found

    def _left(self, segment: Segment, *, whole: bool) -> None:
        with self._lock:
            self._leaving = None
            if whole:
                self._forget(segment)


def _joined(batches: Iterator[Batch]) -> Iterator[Batch]:
    """Yield the same records in larger batches."""
    whole = Batch()
    for batch in batches:
        whole.observations += batch.observations
        whole.waves += batch.waves
        whole.entries += batch.entries
        whole.sessions += batch.sessions
        if len(whole) >= _AT_ONCE:
            yield whole
            whole = Batch()
    if whole:
        yield whole
