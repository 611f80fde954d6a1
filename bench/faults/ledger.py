"""What was promised beside what the store holds."""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from bench.faults.sensors import Identity
from broker import messages as m
from broker.codec import Accepted, decode
from broker.packets import Outgoing
from broker.store.protocol import ACTS, Store
from scenarios.headless import play
from scenarios.library import text_of
from scenarios.loader import loaded_or_raise

EVER: Final = (0, 2**53)
SCENARIO: Final = "first-look"
ENTRIES: Final = ("evt", "obs")
BLOCKS_A_SECOND: Final = 5
WAVES: Final = ("ecg_ii", "resp", "pleth")


@dataclass(slots=True)
class Tally:
    """How many messages were promised, which are missing, how many are there twice."""

    promised: int = 0
    missing: list[Hashable] = field(default_factory=list)
    doubled: int = 0


class Script:
    """What simulated devices promise, as playing the same seed without a broker tells."""

    def __init__(self, seed: int, beds: int, seconds: float) -> None:
        self._until = 0
        self._said: list[tuple[int, Identity]] = []
        scenario = loaded_or_raise(text_of(SCENARIO))
        self.start_ms = scenario.start
        play(scenario, self, seed=seed, beds=beds, seconds=seconds)

    def publish(self, _sender: str, out: Outgoing) -> None:
        """Note what ``out`` promises."""
        got = decode(out.topic, out.payload) if out.qos else None
        if not isinstance(got, Accepted):
            return
        place, said = got.topic, got.message
        if isinstance(said, m.Num):
            for key in said.m:
                identity = (place.subject, place.device, key, said.boot or "", said.seq or 0)
                self._said.append((said.t or 0, identity))
        elif isinstance(said, m.Evt | m.ChartObs):
            identity = (place.subject, place.device, place.kind, said.boot or "", said.seq or 0)
            self._said.append((said.t or 0, identity))

    def promised(self, until_ms: int) -> list[Identity]:
        """Return what was said up to a simulated time."""
        return [identity for t, identity in self._said if t <= until_ms]


def stored(store: Store, session: str, promised: Iterable[Identity]) -> Counter[Identity]:
    """Return how often the store holds what could have been promised."""
    held: Counter[Identity] = Counter()
    for subject, metric in {(p[0], p[2]) for p in promised if p[2] not in ENTRIES}:
        for o in store.observations(session, subject, metric, *EVER):
            held[subject, o.device, metric, o.boot, o.seq] += 1
    for e in store.entries(session, kinds=ENTRIES):
        boot, _, seq = e.ident.partition("-")
        if seq.isdigit():
            device = e.name if e.kind == "evt" else "_chart"
            held[e.subject, device, e.kind, boot, int(seq)] += 1
    return held


def acts_stored(store: Store, *sessions: str) -> Counter[tuple[str, str]]:
    """Return how often the store holds each act, by its kind and id."""
    return Counter((e.kind, e.ident) for s in sessions for e in store.entries(s, kinds=ACTS))


def compare(promised: Sequence[Hashable], held: Counter[Any]) -> Tally:
    """Return what of ``promised`` is not held, and what is held twice."""
    missing = [p for p in promised if not held[p]]
    return Tally(len(promised), missing, sum(max(0, held[p] - 1) for p in promised))


def waves_lost(store: Store, session: str, beds: Iterable[str], start_ms: int, until_ms: int) -> float:
    """Return the share of wave blocks that are not stored, in percent."""
    there = expected = 0
    for bed in beds:
        for key in WAVES:
            expected += BLOCKS_A_SECOND * ((until_ms - start_ms) // 1000)
            there += len(store.waves(session, bed, key, start_ms, until_ms))
    return round(100 * max(0.0, 1 - there / max(1, expected)), 1)
