"""A ward for tests of what its devices say: real bytes, decoded."""

from dataclasses import dataclass, field

from broker import messages as m
from broker.codec import Accepted, decode
from devices.person import Baseline, Person
from devices.ward import BedSetup, Emission, Ward

START_MS = 1_768_469_400_000
DEVICES = ("patch", "oximeter", "cuff", "thermometer", "band")
CALM = Person(baseline=Baseline(hr=60, rr=12, spo2=98, sbp=120, dbp=70, temp=36.8))
ILL = Person(baseline=Baseline(hr=110, rr=26, spo2=90, sbp=95, dbp=55, temp=39.0))


def ward_of(
    people: list[Person], *, devices: tuple[str, ...] = DEVICES, seed: int = 3, chance: bool = False
) -> Ward:
    """Return a ward of these people who all wear ``devices``."""
    setups = [BedSetup(f"bed{i:02d}", person, devices=devices) for i, person in enumerate(people, 1)]
    return Ward("home", "s-000001", setups, seed=seed, start_ms=START_MS, chance=chance)


def calm(**more: object) -> Ward:
    """Return a ward of one calm person, warm."""
    one = ward_of([CALM], **more)  # type: ignore[arg-type]  # handed through
    played(one, 20)
    return one


@dataclass
class Heard:
    """What one bed's device said: of each kind of message in the order it was sent."""

    num: list[m.Num] = field(default_factory=list)
    wave: list[m.Wave] = field(default_factory=list)
    status: list[m.Status] = field(default_factory=list)
    meta: list[m.DeviceMeta] = field(default_factory=list)
    evt: list[m.Evt] = field(default_factory=list)

    def values(self, metric: str) -> list[float | None]:
        """Return the values of a metric, one a message that has it."""
        return [n.m[metric].v for n in self.num if metric in n.m]

    def reasons(self, metric: str) -> set[tuple[str, str | None]]:
        """Return how valid a metric was, and why."""
        return {(n.m[metric].q, n.m[metric].why) for n in self.num if metric in n.m}

    def order(self) -> list[int]:
        """Return the sequence numbers of the numerics in the order they were sent."""
        return [n.seq for n in self.num if n.seq is not None]


def played(of: Ward, seconds: float, *, waves: bool = False) -> list[Emission]:
    """Return what a ward says in so many seconds."""
    return [e for _ in range(round(5 * seconds)) for e in of.tick(waves=waves)]


def sort(said: list[Emission], device: str, bed: int = 0) -> Heard:
    """Return what a bed's device says in ``said``; every message must be one of the wire."""
    heard = Heard()
    for emission in said:
        got = decode(emission.out.topic, emission.out.payload)
        assert isinstance(got, Accepted), got
        if (emission.bed, emission.device) == (bed, device):
            getattr(heard, got.topic.kind).append(got.message)
    return heard


def hear(of: Ward, seconds: float, device: str, bed: int = 0, *, waves: bool = False) -> Heard:
    """Let time pass and return what a bed's device says."""
    return sort(played(of, seconds, waves=waves), device, bed)
