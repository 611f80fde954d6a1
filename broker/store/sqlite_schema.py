"""The tables of the SQLite store, how a file becomes one, and connections to it.

Names repeat in every row, so rows carry small numbers instead: ``series`` is (session, subject,
metric), ``source`` (session, device, boot), ``trait`` and ``form`` what rarely changes. The key
(series, t, source, seq) is then the identity (session, subject, metric, t, device, boot, seq).
``arrival`` remembers which ``t`` came in which span of wall time, so that retention, which counts
from arrival, need not read every row.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from broker.store.protocol import StoreError, StoreFormatError, StoreUnavailableError

APPLICATION_ID: Final = 0x54454C45  # "TELE"
WAIT_S: Final = 10.0
"""How long a writer waits for another (a worker that keeps a document, a session being deleted)."""

_FIRST: Final = """
CREATE TABLE series (
  id INTEGER PRIMARY KEY, session TEXT NOT NULL, subject TEXT NOT NULL, metric TEXT NOT NULL,
  UNIQUE (session, subject, metric));
CREATE TABLE source (
  id INTEGER PRIMARY KEY, session TEXT NOT NULL, device TEXT NOT NULL, boot TEXT NOT NULL,
  UNIQUE (session, device, boot));
CREATE TABLE trait (
  id INTEGER PRIMARY KEY, unit TEXT NOT NULL, validity TEXT NOT NULL, why TEXT NOT NULL,
  mode TEXT NOT NULL, UNIQUE (unit, validity, why, mode));
CREATE TABLE form (
  id INTEGER PRIMARY KEY, hz REAL NOT NULL, unit TEXT NOT NULL, scale REAL NOT NULL, off REAL NOT NULL,
  validity TEXT NOT NULL, UNIQUE (hz, unit, scale, off, validity));
CREATE TABLE observation (
  series INTEGER NOT NULL, t INTEGER NOT NULL, source INTEGER NOT NULL, seq INTEGER NOT NULL,
  value REAL, trait INTEGER NOT NULL, received INTEGER NOT NULL,
  PRIMARY KEY (series, t, source, seq)) WITHOUT ROWID;
CREATE TABLE latest (
  session TEXT NOT NULL, subject TEXT NOT NULL, device TEXT NOT NULL, metric TEXT NOT NULL,
  t INTEGER NOT NULL, boot TEXT NOT NULL, seq INTEGER NOT NULL, value REAL, trait INTEGER NOT NULL,
  received INTEGER NOT NULL, PRIMARY KEY (session, subject, device, metric)) WITHOUT ROWID;
CREATE TABLE wave (
  series INTEGER NOT NULL, t INTEGER NOT NULL, source INTEGER NOT NULL, seq INTEGER NOT NULL,
  i0 INTEGER NOT NULL, form INTEGER NOT NULL, received INTEGER NOT NULL, samples BLOB NOT NULL,
  PRIMARY KEY (series, t, source, seq)) WITHOUT ROWID;
CREATE TABLE entry (
  n INTEGER PRIMARY KEY, session TEXT NOT NULL, truth INTEGER NOT NULL, kind TEXT NOT NULL,
  subject TEXT NOT NULL, t INTEGER NOT NULL, name TEXT NOT NULL, ident TEXT NOT NULL,
  received INTEGER NOT NULL, body BLOB NOT NULL,
  UNIQUE (session, truth, kind, subject, t, name, ident));
CREATE UNIQUE INDEX act ON entry (session, kind, ident)
  WHERE kind IN ('flag', 'escalation', 'note', 'ack', 'intervention');
CREATE TABLE latest_entry (
  session TEXT NOT NULL, truth INTEGER NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL,
  name TEXT NOT NULL, t INTEGER NOT NULL, received INTEGER NOT NULL, n INTEGER NOT NULL,
  PRIMARY KEY (session, truth, kind, subject, name)) WITHOUT ROWID;
CREATE TABLE session (id TEXT PRIMARY KEY, created INTEGER NOT NULL, state TEXT NOT NULL, body BLOB NOT NULL);
CREATE TABLE document (key TEXT PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE arrival (
  session TEXT NOT NULL, sort TEXT NOT NULL, span INTEGER NOT NULL, low INTEGER NOT NULL,
  high INTEGER NOT NULL, PRIMARY KEY (session, sort, span)) WITHOUT ROWID;
"""

_SHORTER_LATEST: Final = """
CREATE TABLE newest (
  series INTEGER NOT NULL, device TEXT NOT NULL, t INTEGER NOT NULL, seq INTEGER NOT NULL,
  boot TEXT NOT NULL, value REAL, trait INTEGER NOT NULL, received INTEGER NOT NULL,
  PRIMARY KEY (series, device)) WITHOUT ROWID;
INSERT INTO newest SELECT series.id, device, t, seq, boot, value, trait, received
  FROM latest JOIN series USING (session, subject, metric);
DROP TABLE latest;
ALTER TABLE newest RENAME TO latest;
"""

MIGRATIONS: Final[tuple[str, ...]] = (_FIRST, _SHORTER_LATEST)
"""Step k makes a store of version k + 1 out of one of version k; a new file goes through all."""


@contextmanager
def spoken(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into the store's own, with ``path`` and what to do."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise _translated(error, path) from error


def _translated(error: sqlite3.DatabaseError, path: Path) -> StoreError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest refines it
    if code in {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}:
        return StoreFormatError(
            f"{path} is damaged or no SQLite file ({error}): move it away, or restore it from a backup"
        )
    return StoreUnavailableError(f"{path}: {error}")


def connect(path: Path, *, readonly: bool) -> sqlite3.Connection:
    """Open the store in ``path``; the writer makes or migrates it, a reader needs it to be there."""
    with spoken(path):
        mode = "ro" if readonly else "rwc"
        uri = f"{path.absolute().as_uri()}?mode={mode}"
        connection = sqlite3.connect(
            uri, uri=True, timeout=WAIT_S, isolation_level=None, check_same_thread=False
        )
        try:
            _prepare(connection, path, readonly=readonly)
        except BaseException:
            connection.close()
            raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path, *, readonly: bool) -> None:
    version = _version(connection, path)
    if readonly:
        if version < len(MIGRATIONS):
            raise StoreUnavailableError(f"{path} is not made yet: the station makes it when it starts")
        connection.execute("PRAGMA query_only = ON")
        return
    if version == 0:
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute(f"PRAGMA journal_size_limit = {64 << 20}")
    if version < len(MIGRATIONS):
        _migrate(connection, path)


@contextmanager
def _one_moment(connection: sqlite3.Connection) -> Iterator[None]:
    """Let all that is read be of one moment, since another process may be making the store."""
    if connection.in_transaction:
        yield
        return
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("COMMIT")


def _version(connection: sqlite3.Connection, path: Path) -> int:
    """Return the schema's version (0: an empty file), or say why this is no store of ours."""
    with _one_moment(connection):
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION_ID and (tables or application or version):
        raise StoreFormatError(f"{path} is an SQLite file of another program, not a Teleward store")
    if version > len(MIGRATIONS):
        raise StoreFormatError(
            f"{path} was made by a newer Teleward (schema {version}; this one knows {len(MIGRATIONS)})"
        )
    return int(version)


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = _version(connection, path)  # another process may have been first
        for step, script in enumerate(MIGRATIONS[version:], version + 1):
            for statement in filter(str.strip, script.split(";")):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {step}")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
