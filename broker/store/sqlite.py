"""The store in one SQLite file: WAL, one writer, any number of readers in any process.

``synchronous=NORMAL``: a commit survives the death of the process at any moment; a power cut may
take the last ones, never half of one.
"""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from broker.messages import SessionRecord
from broker.store import sqlite_read as read
from broker.store import sqlite_retention as retention_
from broker.store.protocol import (
    Batch,
    Entry,
    Observation,
    Retention,
    Series,
    StoreUnavailableError,
    Usage,
    WaveBlock,
)
from broker.store.sqlite_contents import contents
from broker.store.sqlite_schema import connect, spoken
from broker.store.sqlite_write import Writer

_PAGES_AT_ONCE: Final = 2000


class SqliteStore:
    """A ``Store`` in the file ``path``; see the protocol for what each call promises."""

    def __init__(self, path: Path, *, readonly: bool = False) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._connection: sqlite3.Connection | None = None
        self._writes = not readonly
        if self._writes:
            with suppress(StoreUnavailableError):  # a missing disk may come back: each write tries again
                self._connect()

    def _connect(self) -> sqlite3.Connection:
        if not self._writes:
            raise StoreUnavailableError(f"{self.path} is open for reading only, or closed")
        if self._connection is None:
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StoreUnavailableError(f"{self.path}: {error.strerror or error}") from error
            self._connection = connect(self.path, readonly=False)
            self._writer = Writer(self._connection)
        return self._connection

    # --- writing -------------------------------------------------------------------------------

    def append(self, batch: Batch) -> None:
        """Write ``batch`` whole, or raise ``StoreUnavailableError`` and write nothing."""
        if batch:
            with self._writing():
                self._writer.write(batch)

    def delete_session(self, session: str) -> None:
        """Delete a session and all it holds."""
        with self._writing() as connection:
            retention_.delete_session(connection, session)
            self._writer.forget()
        self._shrink()

    def put_document(self, key: str, body: bytes) -> None:
        """Keep ``body`` under ``key``."""
        with self._writing() as connection:
            connection.execute("INSERT OR REPLACE INTO document VALUES (?, ?)", (key, body))

    def retain(self, retention: Retention, now: int) -> int:
        """Drop what is too old or too much, in short transactions; return rows dropped."""
        with self._reading() as connection:
            dropped = sum(map(self._drop, retention_.too_old(connection, retention, now)))
            if retention.size_bytes is not None:
                dropped += sum(map(self._drop, retention_.too_much(connection, retention.size_bytes)))
        if dropped:
            self._shrink()
        return dropped

    def _drop(self, step: retention_.Step) -> int:
        with self._writing() as connection:
            return step(connection)

    def _shrink(self) -> None:
        """Give free pages back to the disk, some at a time, so that nobody waits long to write."""
        free = 1
        while free:
            with self._writing() as connection:
                connection.execute(f"PRAGMA incremental_vacuum({_PAGES_AT_ONCE})").fetchall()
                (free,) = connection.execute("PRAGMA freelist_count").fetchone()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, spoken(self.path):
            connection = self._connect()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                self._writer.forget()
                if connection.in_transaction:  # a full disk makes SQLite roll back by itself
                    connection.execute("ROLLBACK")
                raise

    # --- reading -------------------------------------------------------------------------------

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection of its own, so that a reader waits neither for writer nor reader."""
        with spoken(self.path):
            try:
                connection = self._idle.pop()
            except IndexError:
                connection = connect(self.path, readonly=True)
            try:
                yield connection
            except BaseException:
                connection.close()
                raise
            self._idle.append(connection)

    def latest(self, session: str) -> list[Observation]:
        """Return the newest observation of each subject, device and metric."""
        with self._reading() as connection:
            return read.latest(connection, session)

    def observations(
        self, session: str, subject: str, metric: str, start: int, end: int
    ) -> list[Observation]:
        """Return what was observed of a metric with ``start <= t < end``."""
        with self._reading() as connection:
            return read.observations(connection, (session, subject, metric), start, end)

    def series(self, session: str, subject: str, metric: str, start: int, end: int, points: int) -> Series:
        """Return valid values in at most ``points`` buckets."""
        with self._reading() as connection:
            return read.series(connection, (session, subject, metric), start, end, points)

    def waves(self, session: str, subject: str, metric: str, start: int, end: int) -> list[WaveBlock]:
        """Return blocks that begin in ``start <= t < end``."""
        with self._reading() as connection:
            return read.waves(connection, (session, subject, metric), start, end)

    def entries(
        self,
        session: str,
        *,
        kinds: Sequence[str],
        subject: str | None = None,
        start: int = 0,
        end: int = 2**53,
        truth: bool = False,
        newest: int | None = None,
    ) -> list[Entry]:
        """Return entries of ``kinds``, oldest first; truth only when asked."""
        with self._reading() as connection:
            return read.entries(
                connection, session, kinds=kinds, subject=subject, start=start, end=end, truth=truth,
                newest=newest,
            )  # fmt: skip

    def latest_entries(self, session: str, *, kinds: Sequence[str], truth: bool = False) -> list[Entry]:
        """Return the newest entry of each subject, kind and name."""
        with self._reading() as connection:
            return read.latest_entries(connection, session, kinds=kinds, truth=truth)

    def contents(self, session: str) -> Iterator[Batch]:
        """Yield everything that a session holds, as it was when this began."""
        with self._reading() as connection:
            yield from contents(connection, session)

    def sessions(self) -> list[SessionRecord]:
        """Return every session's record, newest first."""
        with self._reading() as connection:
            return read.sessions(connection)

    def session(self, session: str) -> SessionRecord | None:
        """Return one session's record."""
        with self._reading() as connection:
            return read.session(connection, session)

    def document(self, key: str) -> bytes | None:
        """Return the document under ``key``."""
        with self._reading() as connection:
            return read.document(connection, key)

    def documents(self, prefix: str) -> list[str]:
        """Return the keys that begin with ``prefix``."""
        with self._reading() as connection:
            return read.documents(connection, prefix)

    def usage(self) -> Usage:
        """Return how much there is."""
        with self._reading() as connection:
            return read.usage(connection)

    def close(self) -> None:
        """Close; what was appended stands."""
        with self._lock:
            self._writes = False
            while self._idle:
                self._idle.pop().close()
            if self._connection is not None:
                self._connection.close()
                self._connection = None
