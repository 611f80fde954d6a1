"""Writing a batch to InfluxDB: one request to each bucket concerned."""

import itertools
import logging
from collections import OrderedDict
from typing import Any, Final, TypeVar

from broker.clock import SystemClock
from broker.store import influx_flux as flux
from broker.store import influx_lines as lines
from broker.store.influx_address import InfluxAddress
from broker.store.influx_server import Server
from broker.store.protocol import ACTS, Batch, Entry, Observation, WaveBlock

_LOG: Final = logging.getLogger(__name__)
_REMEMBERED: Final = 100_000  # places whose newest entry is known
_ASKED: Final = 50  # acts in one question

Record = TypeVar("Record", Observation, WaveBlock, Entry)
Act = tuple[str, str, str]
"""Session, kind and id of an act."""


class Writer:
    """Writes batches; ``refused`` counts what InfluxDB cannot hold or the live bucket's age forbids."""

    def __init__(self, address: InfluxAddress, server: Server) -> None:
        self.refused = 0
        self._address = address
        self._server = server
        self._numbers = itertools.count(SystemClock().now_ms() * lines.NS_A_MS)
        self._newest: OrderedDict[tuple[str, ...], tuple[int, str]] = OrderedDict()

    def write(self, batch: Batch) -> None:
        """Write ``batch``."""
        blocks: dict[str, list[str]] = {}
        for session, line in lines.observations(self._sayable(batch.observations)):
            blocks.setdefault(self._address.of(session), []).append(line)
        for w in self._sayable(batch.waves):
            blocks.setdefault(self._address.of(w.session), []).append(lines.wave(w))
        for e in self._new(self._sayable(batch.entries)):
            blocks.setdefault(self._address.of(e.session), []).extend(self._entry(e))
        records = {r.session: r for r in batch.sessions}
        blocks.setdefault(self._address.records, []).extend(map(lines.session, records.values()))
        for bucket, block in blocks.items():
            self._refuse(self._server.write(bucket, block), f"are older than bucket {bucket!r} keeps")

    def forget(self) -> None:
        """Forget what was written last: it may have been deleted."""
        self._newest.clear()

    def _entry(self, e: Entry) -> list[str]:
        """Return an entry's line, and a tie where another was made in the same, newest millisecond."""
        place = (e.session, e.kind, e.subject, e.name, str(e.truth))
        newest = self._newest.pop(place, (e.t, e.ident))
        self._newest[place] = (e.t, e.ident) if e.t >= newest[0] else newest
        if len(self._newest) > _REMEMBERED:
            self._newest.popitem(last=False)
        line = lines.entry(e, next(self._numbers))
        return [line, lines.tie(e)] if newest[0] == e.t and newest[1] != e.ident else [line]

    def _new(self, entries: list[Entry]) -> list[Entry]:
        """Leave out acts that are there already: a page may send one again, with another time."""
        first = {_act(e): e for e in reversed(entries) if e.kind in ACTS}
        known = self._known(list(first)) if first else set()
        return [e for e in entries if e.kind not in ACTS or (first[_act(e)] is e and _act(e) not in known)]

    def _known(self, acts: list[Act]) -> set[Act]:
        """Return those of ``acts`` that are there already."""
        if len(acts) > _ASKED:
            return self._known(acts[:_ASKED]) | self._known(acts[_ASKED:])
        parameters: dict[str, Any] = {
            f"{column}{k}": value
            for k, act in enumerate(acts)
            for column, value in zip(("session", "kind", "ident"), act, strict=True)
        }
        question = flux.acts(len(acts))
        found = itertools.chain.from_iterable(
            self._server.ask(bucket, question, **parameters)
            for bucket in {self._address.of(session) for session, _, _ in acts}
        )
        return {(row["session"], row["kind"], row["ident"]) for row in found}

    def _sayable(self, records: list[Record]) -> list[Record]:
        """Leave out, counted, what InfluxDB cannot hold: one such must not cost those beside it."""
        timely = [r for r in records if 0 <= r.t <= lines.LAST_T]
        self._refuse(len(records) - len(timely), "have a time that InfluxDB cannot hold")
        said = [r for r in timely if lines.sayable(*lines.names_of(r))]
        self._refuse(len(timely) - len(said), "have a name that InfluxDB cannot hold")
        return said

    def _refuse(self, count: int, why: str) -> None:
        if count:
            self.refused += count
            _LOG.warning("%d records are not stored: they %s", count, why)


def _act(e: Entry) -> Act:
    return e.session, e.kind, e.ident
