"""What leaves InfluxDB by our doing: sessions, what is too old, what is too much.

The bucket of real sensors expires by its own rule besides (see ``influx_setup``). Simulated sessions
play in any year, so that no rule on their times could tell their age; theirs is counted from arrival.
InfluxDB frees the disk later, when it compacts; so the size that the bound is held against is
reckoned from how many records there are.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from broker.store import influx_flux as flux
from broker.store.influx_address import InfluxAddress
from broker.store.influx_lines import ENTRY, NUMBER, WAVE, named
from broker.store.influx_rows import milliseconds
from broker.store.influx_server import Row, Server
from broker.store.protocol import Retention, Usage

ROW_BYTES: Final = {NUMBER: 3.0, WAVE: 0.0, ENTRY: 40.0}
"""Bytes on disk of a record without its body, compacted: ``python -m bench influx`` measures them."""
BODY_BYTES: Final = {NUMBER: 0.0, WAVE: 0.6, ENTRY: 0.5}
"""Bytes on disk for each byte of a body."""

_NAME: Final = re.compile(r"[A-Za-z0-9_.:-]+")
_SLACK: Final = 1.02  # so that not every call deletes the last minute


@dataclass(frozen=True, slots=True)
class Holding:
    """How many records of a measurement a session has."""

    session: str
    measurement: str
    count: int
    body_bytes: int

    @property
    def size_bytes(self) -> int:
        """What they usually take on disk."""
        body = self.body_bytes * BODY_BYTES[self.measurement]
        return round(self.count * ROW_BYTES[self.measurement] + body)


def of_session(session: str, measurement: str | None = None) -> str:
    """Return the predicate of a session's points; raise ``ValueError`` for no name of a session."""
    if not _NAME.fullmatch(session):
        raise ValueError(f"no session's name: {session!r}")
    kind = f' AND _measurement="{measurement}"' if measurement else ""
    return f'session="{session}"{kind}'


def counted(rows: Iterable[Row]) -> Iterator[Holding]:
    """Add up the answers to ``HOLDINGS``; of a waveform the newest block tells how long its blocks are.

    The server gives the answers in any order.
    """
    counts: Counter[tuple[str, str]] = Counter()
    bodies: Counter[tuple[str, str]] = Counter()
    blocks: Counter[tuple[str, ...]] = Counter()
    lengths: dict[tuple[str, ...], int] = {}
    for row in rows:
        place, value = (row["session"], row["_measurement"]), row["_value"]
        waveform = (*place, row.get("subject", ""), row.get("metric", ""))
        match row["result"]:
            case "values" | "entries":
                counts[place] += int(value)
            case "bodies":
                bodies[place] += int(value)
            case "blocks":
                counts[place] += int(value)
                blocks[waveform] = int(value)
            case "block":
                lengths[waveform] = len(value)
    for series, length in lengths.items():
        bodies[series[0], series[1]] += length * blocks[series]
    return (Holding(*place, count, bodies[place]) for place, count in counts.items())


def of_document(key: str) -> str:
    """Return the predicate of a document."""
    return f'"key"="{named(key)}"'


class Keeper:
    """Counts, and drops what a ``Retention`` does not keep."""

    def __init__(self, address: InfluxAddress, server: Server) -> None:
        self._address = address
        self._server = server

    def usage(self) -> Usage:
        """Return how much there is."""
        held = self._holdings()
        counts = (sum(h.count for h in held if h.measurement == m) for m in (NUMBER, WAVE, ENTRY))
        return Usage(sum(h.size_bytes for h in held), *counts)

    def retain(self, retention: Retention, now: int, ended: set[str]) -> int:
        """Drop what ``retention`` does not keep; return rows dropped."""
        dropped = 0
        for measurement in (NUMBER, WAVE, ENTRY):
            ages = [retention.age_s, retention.wave_age_s if measurement == WAVE else None]
            if known := [age for age in ages if age is not None]:
                dropped += self._too_old(measurement, now, min(known))
        if retention.size_bytes is not None:
            dropped += self._too_much(retention.size_bytes, ended)
        return dropped

    def _holdings(self) -> list[Holding]:
        buckets = (self._address.sessions, self._address.live)
        return [h for bucket in buckets for h in counted(self._server.ask(bucket, flux.HOLDINGS))]

    # --- age -----------------------------------------------------------------------------------

    def _too_old(self, measurement: str, now: int, age_s: float) -> int:
        cut = now - round(1000 * age_s)
        return sum(
            self._arrived_before(session, measurement, cut)
            for bucket in (self._address.sessions, self._address.live)
            for session in self._sessions_with(bucket, measurement, now - round(1000 * age_s * _SLACK))
        )

    def _sessions_with(self, bucket: str, measurement: str, cut: int) -> list[str]:
        asked = self._server.ask(bucket, flux.OLDEST, measurement=measurement)
        return [row["session"] for row in asked if int(row["_value"]) < cut]

    def _arrived_before(self, session: str, measurement: str, cut: int) -> int:
        """Drop what lies before the first point that arrived since ``cut``."""
        asked = self._server.ask(
            self._address.of(session), flux.KEPT_FROM, session=session, measurement=measurement, cut=cut
        )
        kept = next((milliseconds(row["_time"]) for row in asked), None)
        return self._drop(session, measurement, kept)

    def _drop(self, session: str, measurement: str, end: int | None) -> int:
        """Delete what has ``t < end``; all without an end."""
        bucket = self._address.of(session)
        until = {} if end is None else {"end": end}
        asked = self._server.ask(bucket, flux.COUNT, session=session, measurement=measurement, **until)
        count = sum(int(row["_value"]) for row in asked)
        if count:
            self._server.delete(bucket, of_session(session, measurement), end)
        return count

    # --- size ----------------------------------------------------------------------------------

    def _too_much(self, limit_bytes: int, ended: set[str]) -> int:
        held = self._holdings()
        excess: float = sum(h.size_bytes for h in held) - limit_bytes
        dropped = 0
        for holding in sorted(held, key=lambda h: (h.measurement != WAVE, h.session not in ended)):
            if excess <= 0:
                break
            gone = self._shorten(holding, excess)
            dropped += gone
            excess -= gone * holding.size_bytes / holding.count
        return dropped

    def _shorten(self, holding: Holding, excess_bytes: float) -> int:
        """Drop the oldest of ``holding``, as much as ``excess_bytes`` asks, all if need be."""
        if holding.size_bytes <= excess_bytes:
            return self._drop(holding.session, holding.measurement, None)
        gone = 0
        for end, count in self._histogram(holding):
            gone += count
            if gone * holding.size_bytes / holding.count >= excess_bytes:
                return self._drop(holding.session, holding.measurement, end)
        return self._drop(holding.session, holding.measurement, None)

    def _histogram(self, holding: Holding) -> Iterator[tuple[int, int]]:
        asked = self._server.ask(
            self._address.of(holding.session), flux.HISTOGRAM, session=holding.session,
            measurement=holding.measurement,
        )  # fmt: skip
        for row in asked:
            yield milliseconds(row["_time"]), int(row["_value"])
