"""What befalls wearables by chance: weak signals, movement, cold hands, walks out of range.

Each thing comes and goes by itself, with exponential times between; each bed and device draws from a
generator of its own, so that the same seed brings the same and a bed changes no other.

Weak signals: a patch on a ward lost the heart rate 6 to 27 % of the time and the breathing rate 13 to
34 %, in gaps of 1 to 5 min (clinical reference 3.4, post-operative patients; each device draws its own
share and length). An oximeter is given the heart rate's shares. All else is *heuristic*.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import Final

import numpy as np

from devices.randomness import generator
from devices.wearables.wearable import Cause, Wearable

SHORTEST_GAP_S, LONGEST_GAP_S = 60.0, 300.0
HR_LOST: Final = (0.06, 0.27)
RR_LOST: Final = (0.13, 0.34)
MINUTE_S, HOUR_S = 60.0, 3600.0
MOST_S: Final = 10.0
"""Nothing lasts longer than so many times its mean."""


@dataclass(frozen=True, slots=True)
class Weak:
    """Metrics of a device that are lost together, and the bounds of the share of time."""

    metrics: tuple[str, ...]
    share: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Rare:
    """A fault that comes each ``every_s`` and lasts ``lasts_s``, on average."""

    kind: str
    every_s: float
    lasts_s: float


WEAK: Final[dict[str, tuple[Weak, ...]]] = {
    "patch": (Weak(("hr",), HR_LOST), Weak(("rr",), RR_LOST)),
    "oximeter": (Weak(("spo2", "pr", "pi"), HR_LOST),),
}
RANGE: Final = Rare("out-of-range", 6 * HOUR_S, 4 * MINUTE_S)
CHEST: Final = (
    Rare("motion", 1.5 * HOUR_S, 25.0),
    Rare("baseline-wander", 4 * HOUR_S, 40.0),
    Rare("shivering", 24 * HOUR_S, 3 * MINUTE_S),
    Rare("lead-off", 8 * HOUR_S, 2 * MINUTE_S),
)
FINGER: Final = (
    Rare("cold-finger", 5 * HOUR_S, 8 * MINUTE_S),
    Rare("low-perfusion", 8 * HOUR_S, 2 * MINUTE_S),
    Rare("probe-off", 3 * HOUR_S, 90.0),
    Rare("ambient-light", 8 * HOUR_S, 10 * MINUTE_S),
)
NEARBY: Final = (
    Rare("mains-hum", 36 * HOUR_S, 10 * MINUTE_S),
    Rare("electrosurgery", 500 * HOUR_S, 2 * MINUTE_S),
)
"""What other devices do to an ECG."""
PAINTED: Final = Rare("nail-polish", 300 * HOUR_S, 24 * HOUR_S)
RARE: Final[dict[str, tuple[Rare, ...]]] = {
    "patch": (*CHEST, RANGE, Rare("reboot", 48 * HOUR_S, 15.0), *NEARBY),
    "oximeter": (Rare("motion", 1 * HOUR_S, 30.0), *FINGER, RANGE, PAINTED),
    "cuff": (
        Rare("motion", 2 * HOUR_S, MINUTE_S),
        Rare("same-arm", 12 * HOUR_S, 2 * HOUR_S),
        Rare("too-small", 100 * HOUR_S, 4 * HOUR_S),
    ),
    "band": (Rare("motion", 1 * HOUR_S, 30.0), RANGE),
    "monitor": (*CHEST, *FINGER, *NEARBY, PAINTED, Rare("damped-line", 12 * HOUR_S, 10 * MINUTE_S)),
    "wrist-oximeter": (Rare("motion", 1 * HOUR_S, 30.0), *FINGER, RANGE),
    "cgm": (RANGE,),
}
SPOKEN: Final = (
    Rare("silent", 300 * HOUR_S, 2 * MINUTE_S),
    Rare("flat-battery", 300 * HOUR_S, 20 * MINUTE_S),
    Rare("lost-messages", 200 * HOUR_S, 3 * MINUTE_S),
    Rare("late-messages", 200 * HOUR_S, 3 * MINUTE_S),
    Rare("repeated-messages", 400 * HOUR_S, MINUTE_S),
    Rare("reordered-messages", 400 * HOUR_S, MINUTE_S),
    Rare("frozen", 500 * HOUR_S, 5 * MINUTE_S),
    Rare("wrong-clock", 500 * HOUR_S, 30 * MINUTE_S),
    Rare("clock-drift", 500 * HOUR_S, 4 * HOUR_S),
)
"""What any device may do, but those on the mains run flat: one thing in some 36 h (*heuristic*)."""
LEFT: Final = Rare("on-nobody", 200 * HOUR_S, 5 * MINUTE_S)
"""Taken off, or come off, and left lying: of devices that are worn and can be."""
WORN: Final = ("patch", "oximeter", "thermometer", "band", "wrist-oximeter", "capnometer", "cgm")


@dataclass(slots=True)
class Course:
    """One thing of one bed's device: whether it is there, and until when that stays."""

    bed: int
    device: str
    what: Rare | Weak
    rng: np.random.Generator
    on_s: float
    off_s: float
    on: bool = False
    until_s: float = 0.0

    def turn(self, now_s: float) -> None:
        """Begin, or end, and draw for how long."""
        self.on = not self.on
        self._last(now_s)

    def _last(self, now_s: float) -> None:
        mean = self.on_s if self.on else self.off_s
        self.until_s = now_s + max(1.0, min(mean * self.rng.standard_exponential(), MOST_S * mean))

    def begin(self) -> None:
        """Be there from the start as often as it is there later."""
        self.on = bool(self.rng.random() < self.on_s / (self.on_s + self.off_s)) and isinstance(
            self.what, Weak
        )
        self._last(0.0)


@dataclass(frozen=True, slots=True)
class Befallen:
    """A fault that begins or ends by chance, or by what a body does; ``lasts_s`` of one that begins."""

    bed: int
    device: str
    kind: str
    on: bool
    lasts_s: float = 0.0
    cause: Cause = "chance"


class Chance:
    """The chance of all devices of a ward."""

    def __init__(self, seed: int, beds: Sequence[str], wearables: Mapping[str, Wearable]) -> None:
        self._wearables = wearables
        self._courses = [
            course
            for name, wearable in wearables.items()
            for bed in wearable.everyone().tolist()
            for course in _courses(seed, beds[bed], bed, wearable)
        ]
        for course in self._courses:
            course.begin()
            if course.on:
                self._weaken(course)
        self._turns = [(course.until_s, number) for number, course in enumerate(self._courses)]
        """When each turns next, a heap."""
        heapify(self._turns)

    def second(self, now_s: float) -> list[Befallen]:
        """Let weak signals come and go; return the faults that begin or end at ``now_s``.

        In the order of devices, of beds in each, and of ``RARE`` in those.
        """
        turns, due = self._turns, []
        while turns and turns[0][0] <= now_s:
            due.append(heappop(turns)[1])
        befallen = []
        for number in sorted(due):
            course = self._courses[number]
            course.turn(now_s)
            heappush(turns, (course.until_s, number))
            if isinstance(course.what, Weak):
                self._weaken(course)
            else:
                lasts_s = course.until_s - now_s if course.on else 0.0
                befallen.append(Befallen(course.bed, course.device, course.what.kind, course.on, lasts_s))
        return befallen

    def _weaken(self, course: Course) -> None:
        if isinstance(course.what, Weak):
            for metric in course.what.metrics:
                self._wearables[course.device].weaken(course.bed, metric, weak=course.on)


def _rare(wearable: Wearable) -> Iterator[Rare]:
    """Yield what may befall a kind of device."""
    yield from RARE.get(wearable.name, ())
    for rare in SPOKEN:
        if rare.kind != "flat-battery" or wearable.battery_h < np.inf:
            yield rare
    if wearable.name in WORN:
        yield LEFT


def _courses(seed: int, name: str, bed: int, wearable: Wearable) -> Iterator[Course]:
    device = wearable.name
    for number, weak in enumerate(WEAK.get(device, ())):
        rng = generator(seed, name, f"chance {device} weak {number}")
        share, gap_s = rng.uniform(*weak.share), rng.uniform(SHORTEST_GAP_S, LONGEST_GAP_S)
        yield Course(bed, device, weak, rng, gap_s, gap_s * (1.0 - share) / share)
    for rare in _rare(wearable):
        rng = generator(seed, name, f"chance {device} {rare.kind}")
        yield Course(bed, device, rare, rng, rare.lasts_s, rare.every_s)
