"""Days in the lives of a ward's people: random illness, treatment, rhythms and failing devices, by plan."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from devices.engine import Engine
from devices.person import Person, generate
from devices.physiology.body import LIMITS
from devices.physiology.insults import INSULTS
from devices.physiology.treatments import TREATMENTS
from devices.randomness import generator
from devices.signals.patterns import PATTERNS
from devices.signals.rhythms import RHYTHMS

WORN: Final = ("patch", "oximeter", "cuff", "thermometer", "band")
DEADLY: Final = 0.15
"""How often an illness is let run its course; the others are eased, so that somebody is left to be ill."""
STARTS_H: Final = 9.0
SHARES: Final = {
    "insult": 0.3, "treat": 0.25, "fault": 0.2, "aim": 0.1, "rhythm": 0.05, "breathing": 0.05, "affect": 0.05,
}  # fmt: skip
FLOWS: Final = {"bleeding": 60.0, "crystalloid": 100.0, "blood": 60.0, "tone": 1.6, "obstruction": 0.5}
"""What flows or lasts until it ends, and how much of it at most."""


@dataclass(frozen=True, slots=True)
class Deed:
    """Something done to a bed at a second: of a kind, named, so much of it, begun or ended."""

    at_s: int
    bed: str
    kind: str
    name: str
    amount: float = 1.0
    tempo: float = 1.0
    on: bool = True


def person(seed: int, bed: str) -> Person:
    """Return who lies in a bed."""
    return generate(generator(seed, bed, "person"))


def plan(seed: int, bed: str, lasts_s: int, every_s: float) -> list[Deed]:
    """Return what happens to a bed, about each ``every_s``; what is begun ends, mostly."""
    chance, out, at_s = generator(seed, bed, "plan"), list[Deed](), 0.0
    while (at_s := at_s + float(chance.exponential(every_s))) < lasts_s:
        kind = str(chance.choice(list(SHARES), p=list(SHARES.values())))
        until_s = at_s + float(chance.uniform(60.0, 4.0 * 3600.0))
        out += _deeds(chance, round(at_s), round(until_s), bed, kind)
    return sorted((d for d in out if d.at_s < lasts_s), key=lambda d: d.at_s)


def _deeds(chance: np.random.Generator, at_s: int, until_s: int, bed: str, kind: str) -> Iterator[Deed]:
    """Yield a beginning, and mostly its end."""
    share = float(chance.random())
    ends = True
    match kind:
        case "insult":
            name, ends = str(chance.choice(sorted(INSULTS))), share > DEADLY
            amount = float(chance.uniform(0.1, 0.6 if ends else 1.0))
        case "treat":
            name = str(chance.choice(sorted(TREATMENTS)))
            amount = TREATMENTS[name].least + share * (TREATMENTS[name].most - TREATMENTS[name].least)
        case "fault":
            name, amount = str(chance.choice(WORN)), share
        case "aim":
            name = str(chance.choice(["hr", "rr", "spo2", "sbp", "dbp", "temp", "etco2", "glucose"]))
            low, high = LIMITS[name]
            amount = low + (0.1 + 0.8 * share) * (high - low)
        case "rhythm":
            name, amount, until_s = str(chance.choice(sorted(RHYTHMS))), 1.0, at_s + round(200 * share)
        case "breathing":
            name, amount, until_s = str(chance.choice(sorted(PATTERNS))), 1.0, at_s + round(150 * share)
        case _:
            name = str(chance.choice(sorted(FLOWS)))
            amount, until_s = share * FLOWS[name], at_s + round(900 * share)
    yield Deed(at_s, bed, kind, name, amount, tempo=float(chance.choice([1.0, 4.0, 12.0])))
    if ends:
        yield Deed(max(until_s, at_s + 1), bed, kind, name, amount, on=False)


class Lives:
    """An engine of the beds named, their people and plans drawn from ``seed``, each by its bed's name."""

    def __init__(self, seed: int, beds: Sequence[str], lasts_s: int, every_s: float = 4 * 3600.0) -> None:
        self.beds = list(beds)
        people = [person(seed, bed) for bed in beds]
        worn = {d: np.ones(len(self.beds), bool) for d in WORN}
        self.engine = Engine(seed, self.beds, people, worn)
        self.engine.warm_up()
        deeds = [deed for bed in self.beds for deed in plan(seed, bed, lasts_s, every_s)]
        self._deeds = sorted(deeds, key=lambda d: d.at_s, reverse=True)
        self._aims: dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]] = {}
        self.now_s = 0

    def second(self) -> list[object]:
        """Let a second pass, with what happens in it; return what every kind of device measured."""
        while self._deeds and self._deeds[-1].at_s <= self.now_s:
            self._do(self._deeds.pop())
        hour = (STARTS_H + self.now_s / 3600.0) % 24.0
        self.now_s += 1
        return list(self.engine.advance(hour))

    def _do(self, deed: Deed) -> None:
        bed, body, trains = self.beds.index(deed.bed), self.engine.body, self.engine.trains
        match deed.kind:
            case "insult" if deed.on:
                body.insults.begin(bed, deed.name, deed.amount, deed.tempo)
            case "insult":
                body.insults.ease(bed, deed.name)
            case "treat" if deed.on:
                self.engine.treatments.give(bed, deed.name, deed.amount)
            case "treat":
                self.engine.treatments.stop(bed, deed.name)
            case "fault":
                device = self.engine.wearables[deed.name]
                kinds = sorted(device.faults)
                device.fault(bed, kinds[int(deed.amount * len(kinds))], on=deed.on, parameters={})
            case "aim":
                wanted = self._aims.setdefault(deed.name, np.full(len(self.beds), np.nan))
                wanted[bed] = deed.amount if deed.on else np.nan
                body.aim(deed.name, wanted)
            case "rhythm":
                self.engine.beat_in(bed, deed.name if deed.on else "sinus")
            case "breathing":
                pattern = deed.name if deed.on else "regular"
                trains.breathing.breathe_in(bed, pattern, trains.until_s)
            case _:
                usual = 1.0 if deed.name == "tone" else 0.0
                body.affect(bed, deed.name, deed.amount if deed.on else usual)
