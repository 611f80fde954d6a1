"""Questions to the SQLite store; each takes an open connection and returns plain values."""

import sqlite3
from collections.abc import Sequence
from typing import Final

import msgspec

from broker.messages import SessionRecord
from broker.store.protocol import VALID, Entry, Observation, Series, Usage, WaveBlock
from broker.store.samples import unpack

_decode_record: Final = msgspec.json.Decoder(SessionRecord).decode

_SERIES = "(SELECT id FROM series WHERE session = ? AND subject = ? AND metric = ?)"
_OBSERVATIONS = f"""
SELECT device, t, boot, seq, value, unit, validity, why, mode, received
FROM observation JOIN source ON source.id = source JOIN trait ON trait.id = trait
WHERE series = {_SERIES} AND t >= ? AND t < ? ORDER BY t, device, boot, seq"""  # noqa: S608 -- our own text
_LATEST = """
SELECT session, subject, device, metric, t, boot, seq, value, unit, validity, why, mode, received
FROM series CROSS JOIN latest ON latest.series = series.id JOIN trait ON trait.id = trait
WHERE session = ? ORDER BY subject, device, metric"""
_BUCKETS = f"""
SELECT (t - ?) / ? AS bucket, min(value), avg(value), max(value), count(value) FROM observation
WHERE series = {_SERIES} AND t >= ? AND t < ? AND value IS NOT NULL
AND trait IN (SELECT id FROM trait WHERE validity IN {VALID}) GROUP BY bucket"""  # noqa: S608 -- our own text
_WAVES = f"""
SELECT device, t, boot, seq, i0, hz, unit, scale, off, validity, samples, received
FROM wave JOIN source ON source.id = source JOIN form ON form.id = form
WHERE series = {_SERIES} AND t >= ? AND t < ? ORDER BY t, device, boot, seq"""  # noqa: S608 -- our own text
_ENTRY = (
    "entry.session, entry.subject, entry.kind, entry.name, entry.t, ident, body, entry.truth, entry.received"
)


def latest(connection: sqlite3.Connection, session: str) -> list[Observation]:
    """Return the newest observation of each subject, device and metric."""
    return [Observation(*row) for row in connection.execute(_LATEST, (session,))]


def observations(
    connection: sqlite3.Connection, place: tuple[str, str, str], start: int, end: int
) -> list[Observation]:
    """Return observations of ``place`` (session, subject, metric)."""
    session, subject, metric = place
    rows = connection.execute(_OBSERVATIONS, (*place, start, end))
    return [Observation(session, subject, device, metric, *rest) for device, *rest in rows]


def series(
    connection: sqlite3.Connection, place: tuple[str, str, str], start: int, end: int, points: int
) -> Series:
    """Return ``place``'s valid values in at most ``points`` buckets."""
    width = bucket_ms(start, end, points)
    rows = connection.execute(_BUCKETS, (start, width, *place, start, end)).fetchall()
    return Series(
        t=[start + bucket * width + width // 2 for bucket, *_ in rows],
        low=[row[1] for row in rows],
        mean=[row[2] for row in rows],
        high=[row[3] for row in rows],
        count=[row[4] for row in rows],
    )


def bucket_ms(start: int, end: int, points: int) -> int:
    """Return the whole milliseconds that cut ``start`` to ``end`` into at most ``points`` buckets."""
    return max(1, -(-(end - start) // max(1, points)))


def waves(
    connection: sqlite3.Connection, place: tuple[str, str, str], start: int, end: int
) -> list[WaveBlock]:
    """Return the blocks of ``place``."""
    session, subject, metric = place
    rows = connection.execute(_WAVES, (*place, start, end))
    return [
        WaveBlock(
            session,
            subject,
            device,
            metric,
            t,
            boot,
            seq,
            i0,
            hz,
            unit,
            scale,
            off,
            validity,
            unpack(packed),
            received,
        )
        for device, t, boot, seq, i0, hz, unit, scale, off, validity, packed, received in rows
    ]


def entries(
    connection: sqlite3.Connection,
    session: str,
    *,
    kinds: Sequence[str],
    subject: str | None,
    start: int,
    end: int,
    truth: bool,
    newest: int | None,
) -> list[Entry]:
    """Return the entries that pass every filter, oldest first."""
    where = f"session = ? AND truth <= ? AND kind IN ({_marks(kinds)}) AND t >= ? AND t < ?"
    values: list[object] = [session, truth, *kinds, start, end]
    if subject is not None:
        where, values = f"{where} AND subject = ?", [*values, subject]
    query = f"SELECT {_ENTRY} FROM entry WHERE {where} ORDER BY t DESC, received DESC, n DESC LIMIT ?"  # noqa: S608 -- values are bound
    rows = connection.execute(query, (*values, -1 if newest is None else max(0, newest))).fetchall()
    return [_entry(row) for row in reversed(rows)]


def latest_entries(
    connection: sqlite3.Connection, session: str, *, kinds: Sequence[str], truth: bool
) -> list[Entry]:
    """Return the newest entry of each subject, kind and name."""
    query = f"""
SELECT {_ENTRY} FROM latest_entry AS l JOIN entry ON entry.n = l.n
WHERE l.session = ? AND l.truth <= ? AND l.kind IN ({_marks(kinds)})
ORDER BY l.subject, l.kind, l.name, l.truth"""  # noqa: S608 -- values are bound
    return [_entry(row) for row in connection.execute(query, (session, truth, *kinds))]


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))


def _entry(row: tuple[str, str, str, str, int, str, bytes, int, int]) -> Entry:
    session_, subject, kind, name, t, ident, body, truth, received = row
    return Entry(session_, subject, kind, name, t, ident, body, bool(truth), received)


def sessions(connection: sqlite3.Connection) -> list[SessionRecord]:
    """Return every session's record, newest first."""
    rows = connection.execute("SELECT body FROM session ORDER BY created DESC, id")
    return [_decode_record(body) for (body,) in rows]


def session(connection: sqlite3.Connection, name: str) -> SessionRecord | None:
    """Return one session's record."""
    row = connection.execute("SELECT body FROM session WHERE id = ?", (name,)).fetchone()
    return _decode_record(row[0]) if row else None


def document(connection: sqlite3.Connection, key: str) -> bytes | None:
    """Return the document under ``key``."""
    row = connection.execute("SELECT body FROM document WHERE key = ?", (key,)).fetchone()
    return bytes(row[0]) if row else None


def documents(connection: sqlite3.Connection, prefix: str) -> list[str]:
    """Return the keys that begin with ``prefix``."""
    rows = connection.execute(
        "SELECT key FROM document WHERE substr(key, 1, length(?1)) = ?1 ORDER BY key", (prefix,)
    )
    return [key for (key,) in rows]


def size_bytes(connection: sqlite3.Connection) -> int:
    """Return the bytes of the pages in use."""
    pages, free, page = (
        connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * page)


def usage(connection: sqlite3.Connection) -> Usage:
    """Return how much there is."""
    counts = (
        int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 -- our own tables
        for table in ("observation", "wave", "entry")
    )
    return Usage(size_bytes(connection), *counts)
