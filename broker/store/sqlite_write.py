"""Writing a batch into the SQLite store, inside a transaction that somebody else begins and ends."""

import sqlite3
from collections.abc import Iterable, Sequence
from math import isfinite
from operator import itemgetter
from typing import Final

from broker import codec
from broker.messages import SessionRecord
from broker.store.protocol import Batch, Entry, Observation, WaveBlock
from broker.store.samples import pack

SPAN_MS: Final = 10_000
"""How finely ``arrival`` remembers wall time: what retention by size drops at once."""

_KNOWN_MOST: Final = 200_000  # numbers of names kept in memory; beyond, they are looked up again

_OBSERVATION = "INSERT OR IGNORE INTO observation VALUES (?, ?, ?, ?, ?, ?, ?)"
_WAVE = "INSERT OR IGNORE INTO wave VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_LATEST = """
INSERT INTO latest VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET t = excluded.t, boot = excluded.boot, seq = excluded.seq,
  value = excluded.value, trait = excluded.trait, received = excluded.received
WHERE (excluded.t, excluded.seq, excluded.boot) > (latest.t, latest.seq, latest.boot)"""
_ENTRY = """
INSERT OR IGNORE INTO entry (session, truth, kind, subject, t, name, ident, received, body)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_LATEST_ENTRY = """
INSERT INTO latest_entry VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET t = excluded.t, received = excluded.received, n = excluded.n
WHERE (excluded.t, excluded.received, excluded.n) > (latest_entry.t, latest_entry.received, latest_entry.n)"""
_SESSION = """
INSERT INTO session VALUES (?, ?, ?, ?)
ON CONFLICT DO UPDATE SET created = excluded.created, state = excluded.state, body = excluded.body"""
_ARRIVAL = """
INSERT INTO arrival VALUES (?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET low = min(low, excluded.low), high = max(high, excluded.high)"""


class Names(dict[tuple[object, ...], int]):
    """The numbers that stand in rows for repeated names; looked up, or made, when first asked for."""

    def __init__(self, connection: sqlite3.Connection, table: str, columns: Sequence[str]) -> None:
        super().__init__()
        self._connection = connection
        marks = ", ".join("?" * len(columns))
        same = " AND ".join(f"{c} = ?" for c in columns)
        self._find = f"SELECT id FROM {table} WHERE {same}"  # noqa: S608 -- our own table and columns
        self._make = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 -- likewise

    def __missing__(self, names: tuple[object, ...]) -> int:
        """Ask the file for the number of ``names``, which may be new to it."""
        if len(self) >= _KNOWN_MOST:
            self.clear()
        found = self._connection.execute(self._find, names).fetchone()
        if found is None:
            self._connection.execute(self._make, names)
            found = self._connection.execute("SELECT last_insert_rowid()").fetchone()
        number = self[names] = int(found[0])
        return number


class Writer:
    """Writes batches over one connection, which no other thread uses meanwhile."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._version = -1
        self._series = Names(connection, "series", ("session", "subject", "metric"))
        self._source = Names(connection, "source", ("session", "device", "boot"))
        self._trait = Names(connection, "trait", ("unit", "validity", "why", "mode"))
        self._form = Names(connection, "form", ("hz", "unit", "scale", "off", "validity"))

    def forget(self) -> None:
        """Look every name up again: the transaction that made some was undone, or others wrote."""
        for names in (self._series, self._source, self._trait, self._form):
            names.clear()

    def write(self, batch: Batch) -> None:
        """Write ``batch``."""
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        if version != self._version:  # another process wrote: it may have deleted names
            self.forget()
            self._version = version
        self._observations(batch.observations)
        self._waves(batch.waves)
        self._entries(batch.entries)
        self._sessions(batch.sessions)

    def _observations(self, observations: list[Observation]) -> None:
        series, source, trait = self._series, self._source, self._trait
        rows = []
        newest: dict[tuple[int, str], tuple[int, str, int, int, str, float | None, int, int]] = {}
        for o in observations:
            place = series[o.session, o.subject, o.metric]
            value = o.value if o.value is not None and isfinite(o.value) else None
            how = trait[o.unit, o.validity, o.why, o.mode]
            rows.append((place, o.t, source[o.session, o.device, o.boot], o.seq, value, how, o.received))
            old = newest.get((place, o.device))
            if old is None or (o.t, o.seq, o.boot) > old[2:5]:
                newest[place, o.device] = (place, o.device, o.t, o.seq, o.boot, value, how, o.received)
        rows.sort(key=itemgetter(0, 1))  # near rows share a page
        self._connection.executemany(_OBSERVATION, rows)
        self._connection.executemany(_LATEST, newest.values())
        self._arrived("observation", observations)

    def _waves(self, waves: list[WaveBlock]) -> None:
        series, source, form = self._series, self._source, self._form
        rows = (
            (
                series[w.session, w.subject, w.metric], w.t, source[w.session, w.device, w.boot], w.seq,
                w.i0, form[w.hz, w.unit, w.scale, w.off, w.validity], w.received, pack(w.samples),
            )
            for w in waves
        )  # fmt: skip
        self._connection.executemany(_WAVE, rows)
        self._arrived("wave", waves)

    def _entries(self, entries: list[Entry]) -> None:
        for e in entries:
            row = (e.session, e.truth, e.kind, e.subject, e.t, e.name, e.ident, e.received, e.body)
            cursor = self._connection.execute(_ENTRY, row)
            if cursor.rowcount:
                place = (e.session, e.truth, e.kind, e.subject, e.name)
                self._connection.execute(_LATEST_ENTRY, (*place, e.t, e.received, cursor.lastrowid))
        self._arrived("entry", entries)

    def _sessions(self, records: list[SessionRecord]) -> None:
        rows = ((r.session, r.created, r.state, codec.encode(r)) for r in records)
        self._connection.executemany(_SESSION, rows)

    def _arrived(self, sort: str, items: Iterable[Observation | WaveBlock | Entry]) -> None:
        spans: dict[tuple[str, int], tuple[int, int]] = {}
        for item in items:
            t, place = item.t, (item.session, (item.received or item.t) // SPAN_MS)
            low, high = spans.get(place, (t, t))
            if not low < t < high:
                spans[place] = min(low, t), max(high, t)
        rows = ((session, sort, span, low, high) for (session, span), (low, high) in spans.items())
        self._connection.executemany(_ARRIVAL, rows)
