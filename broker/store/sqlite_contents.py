"""Everything that a session holds in SQLite, in the order that the protocol names, from one snapshot."""

import sqlite3
from collections.abc import Iterator
from typing import Any, Final

from broker.store.protocol import Batch, Entry, Observation, WaveBlock
from broker.store.samples import unpack

AT_ONCE: Final = 2000
"""Records in a batch."""

_SERIES = "SELECT id, subject, metric FROM series WHERE session = ? ORDER BY subject, metric"
_OBSERVATIONS = """
SELECT device, t, boot, seq, value, unit, validity, why, mode, received
FROM observation JOIN source ON source.id = source JOIN trait ON trait.id = trait
WHERE series = ? ORDER BY t, device, boot, seq"""
_WAVES = """
SELECT device, t, boot, seq, i0, hz, unit, scale, off, validity, samples, received
FROM wave JOIN source ON source.id = source JOIN form ON form.id = form
WHERE series = ? ORDER BY t, device, boot, seq"""
_ORDER = "SELECT n FROM entry WHERE session = ? ORDER BY t, received, n"
_ENTRY = "SELECT subject, kind, name, t, ident, body, truth, received FROM entry WHERE n = ?"


def contents(connection: sqlite3.Connection, session: str) -> Iterator[Batch]:
    """Yield all of ``session``; what is written meanwhile is not among it."""
    connection.execute("BEGIN")
    series = connection.execute(_SERIES, (session,)).fetchall()
    for number, subject, metric in series:
        for rows in _some(connection.execute(_OBSERVATIONS, (number,))):
            yield Batch([Observation(session, subject, device, metric, *rest) for device, *rest in rows])
    for number, subject, metric in series:
        for rows in _some(connection.execute(_WAVES, (number,))):
            yield Batch(waves=[_wave((session, subject, metric), row) for row in rows])
    # Sorted without their bodies, which may be many megabytes.
    for found in _some(connection.execute(_ORDER, (session,))):
        rows = [connection.execute(_ENTRY, n).fetchone() for n in found]
        yield Batch(entries=[_entry(session, row) for row in rows])
    connection.execute("COMMIT")


def _some(cursor: sqlite3.Cursor) -> Iterator[list[Any]]:
    while rows := cursor.fetchmany(AT_ONCE):
        yield rows


def _wave(place: tuple[str, str, str], row: tuple[Any, ...]) -> WaveBlock:
    device, t, boot, seq, i0, hz, unit, scale, off, validity, samples, received = row
    return WaveBlock(
        *place[:2], device, place[2], t, boot, seq, i0, hz, unit, scale, off, validity, unpack(samples),
        received,
    )  # fmt: skip


def _entry(session: str, row: tuple[Any, ...]) -> Entry:
    subject, kind, name, t, ident, body, truth, received = row
    return Entry(session, subject, kind, name, t, ident, body, bool(truth), received)
