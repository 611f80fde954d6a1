"""What leaves the SQLite store: a session, what is too old, what is too much."""

import sqlite3
from collections.abc import Callable, Iterator
from typing import Final

from broker.store.protocol import Retention
from broker.store.sqlite_read import size_bytes
from broker.store.sqlite_write import SPAN_MS

Step = Callable[[sqlite3.Connection], int]
"""One short transaction; returns how many rows it dropped."""

_ARRIVED: Final = "coalesce(nullif(received, 0), t)"
_OURS: Final = "series IN (SELECT id FROM series WHERE session = ?)"
_DROP: Final = {
    "observation": f"DELETE FROM observation WHERE {_OURS} AND t <= ? AND {_ARRIVED} < ?",  # noqa: S608 -- our own text
    "wave": f"DELETE FROM wave WHERE {_OURS} AND t <= ? AND {_ARRIVED} < ?",  # noqa: S608 -- likewise
    "entry": f"DELETE FROM entry WHERE session = ? AND t <= ? AND {_ARRIVED} < ?",  # noqa: S608 -- likewise
}
_REMAINS: Final = {
    "observation": f"DELETE FROM latest WHERE {_OURS} AND t <= ? AND {_ARRIVED} < ?",  # noqa: S608 -- likewise
    "entry": "DELETE FROM latest_entry WHERE session = ? AND n NOT IN (SELECT n FROM entry)",
}


def delete_session(connection: sqlite3.Connection, session: str) -> None:
    """Delete all that ``session`` holds, its record, its names and its documents."""
    for table in ("observation", "wave", "latest"):
        connection.execute(f"DELETE FROM {table} WHERE {_OURS}", (session,))  # noqa: S608 -- our own tables
    for table in ("entry", "latest_entry", "arrival", "series", "source"):
        connection.execute(f"DELETE FROM {table} WHERE session = ?", (session,))  # noqa: S608 -- likewise
    connection.execute("DELETE FROM session WHERE id = ?", (session,))
    parts = "'/' || key || '/'"
    connection.execute(f"DELETE FROM document WHERE instr({parts}, '/' || ? || '/')", (session,))  # noqa: S608 -- likewise


def too_old(connection: sqlite3.Connection, retention: Retention, now: int) -> Iterator[Step]:
    """Yield the steps that drop what came before the ages of ``retention``."""
    ages = dict.fromkeys(_DROP, retention.age_s)
    if retention.wave_age_s is not None:
        ages["wave"] = min(retention.wave_age_s, retention.age_s or retention.wave_age_s)
    for sort, age_s in ages.items():
        if age_s is not None:
            cut = now - round(age_s * 1000)
            query = "SELECT DISTINCT session FROM arrival WHERE sort = ? AND span <= ?"
            for (session,) in connection.execute(query, (sort, cut // SPAN_MS)).fetchall():
                yield _before(sort, session, cut)


def too_much(connection: sqlite3.Connection, limit_bytes: int) -> Iterator[Step]:
    """Yield steps, the least missed first, until the pages in use fit ``limit_bytes``."""
    ended = "session IN (SELECT id FROM session WHERE state = 'ended')"
    query = f"SELECT sort, session, span FROM arrival ORDER BY sort <> 'wave', NOT {ended}, span"  # noqa: S608 -- our own text
    for sort, session, span in connection.execute(query).fetchall():
        if size_bytes(connection) <= limit_bytes:
            return
        yield _before(sort, session, (span + 1) * SPAN_MS)


def _before(sort: str, session: str, cut: int) -> Step:
    def step(connection: sqlite3.Connection) -> int:
        spans = "session = ? AND sort = ? AND span <= ?"
        (high,) = connection.execute(
            f"SELECT max(high) FROM arrival WHERE {spans}",  # noqa: S608 -- our own text
            (session, sort, (cut - 1) // SPAN_MS),
        ).fetchone()
        if high is None:
            return 0
        dropped = connection.execute(_DROP[sort], (session, high, cut)).rowcount
        if sort == "observation":
            connection.execute(_REMAINS[sort], (session, high, cut))
        elif sort == "entry":
            connection.execute(_REMAINS[sort], (session,))
        connection.execute(f"DELETE FROM arrival WHERE {spans}", (session, sort, cut // SPAN_MS - 1))  # noqa: S608 -- likewise
        return dropped

    return step
