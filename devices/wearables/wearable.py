"""What all wearables have in common.

A ``Wearable`` stands for one kind of device on every bed of a ward; its arrays are ``[N]``. Each
second it measures, from the trains and the truth as a detector would see them, and says which beds'
devices report what. A strap may sit on another bed's patient (``whom``); a fault may be the script's
or chance's.
"""

from abc import ABC, abstractmethod
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, Final, Literal

import numpy as np

from broker import messages as m
from devices.arrays import Anything, Bools, Floats, Ints
from devices.physiology.body import Body
from devices.signals.artefacts import MAINS_HZ
from devices.signals.trains import Trains
from devices.wearables.measured import STARTING, Measured, Worth

SPOKEN: Final = (
    "silent", "flat-battery", "out-of-range", "reboot", "frozen", "wrong-clock", "clock-drift",
    "lost-messages", "late-messages", "repeated-messages", "reordered-messages",
)  # fmt: skip
"""Faults of how a device speaks; what it measures stays right."""
NOBODY: Final = "on-nobody"
Cause = Literal["script", "chance", "body"]
CAUSES: Final[tuple[Cause, ...]] = ("script", "chance", "body")
EVERYWHERE: Final = (*SPOKEN, NOBODY)
"""Faults that any device can have."""
NOBODY_DUE: Final[Ints] = np.zeros(0, np.int64)


@dataclass(slots=True)
class Scene:
    """What there is to measure at ``now_s`` seconds after the start, where the last second ends.

    To be read only.
    """

    now_s: int
    body: Body
    trains: Trains
    whom: Ints | None = None
    """On whom each bed's device sits, ``[N]``; ``None``: each on the bed's own patient."""
    squeezed: Bools | None = None
    """Whose arm with the oximeter a cuff has shut, by patient ``[N]``; ``None``: nobody's."""
    shivering: Floats | None = None
    """How much each patient shivers, ``[N]``; ``None``: nobody does."""

    def on(self, whom: Ints) -> "Scene":
        """Return the scene as devices see it that sit on the patients ``whom`` ``[N]``."""
        return replace(self, whom=whom)

    def truth(self, key: str) -> Floats:
        """Return the truth ``key`` of whom each bed's device sits on, ``[N]``."""
        return self.seen(self.body.now[key])

    def seen(self, values: Floats) -> Floats:
        """Return ``values`` of patients ``[N]`` in the order of the devices that sit on them."""
        return values if self.whom is None else values[self.whom]

    @property
    def rhythms(self) -> list[str]:
        """Return the rhythm of whom each bed's device sits on."""
        named = self.trains.rhythms
        return named if self.whom is None else [named[i] for i in self.whom.tolist()]


@dataclass(frozen=True, slots=True)
class Noticed:
    """An event of one bed's device."""

    bed: int
    kind: str
    on: bool = True
    text: str = ""


@dataclass(slots=True)
class Report:
    """What a kind of device says in one second: ``readings`` of the beds ``due``, and events."""

    due: Ints
    readings: dict[str, Measured] = field(default_factory=dict)
    events: list[Noticed] = field(default_factory=list)


class Wearable(ABC):
    """One kind of device on the whole ward."""

    name: ClassVar[str]
    label: ClassVar[str]
    model: ClassVar[str]
    metrics: ClassVar[dict[str, m.MetricInfo]]
    waves: ClassVar[tuple[str, ...]] = ()
    kinds: ClassVar[tuple[str, ...]] = ()
    """Its own faults, beside those of ``EVERYWHERE``."""
    flat_on_nobody: ClassVar[tuple[str, ...]] = ()
    """Waves that are a flat line on nobody; others show what their sensor makes of it."""
    battery_h: ClassVar[float] = 72.0
    """How long a full battery lasts (*heuristic*); ``inf`` is a device on the mains."""

    warm_up_s: ClassVar[float] = 0.0
    """For so long after a start it has no value yet."""

    def __init__(self, seed: int, beds: Sequence[str], worn: Bools) -> None:
        n = len(beds)
        self.n = n
        self.worn = worn
        known = (*self.kinds, *EVERYWHERE)
        self.faults: dict[str, Bools] = {k: np.zeros(n, bool) for k in known}
        self._causes: dict[str, set[tuple[int, Cause]]] = {k: set() for k in known}
        """By fault: of which beds it is, and by what cause."""
        self.parameters: dict[str, Floats] = {
            "cadence_bpm": np.full(n, 110.0),
            "mains_hz": np.full(n, MAINS_HZ),
        }
        self.changes = 0
        """How often a fault of what is measured began or ended, or two devices exchanged whom they sit on."""
        self.present: set[str] = set()
        """The faults that any bed's device has."""
        self._troubles = frozenset((*self.kinds, NOBODY))
        self.troubled = False
        """Whether any bed's device has a fault of its kind."""
        self.whom: Ints = np.arange(n)
        """On which bed's patient each bed's device sits."""
        self._own: Ints = np.arange(n)
        self._exchanged = False
        self._ready_s = np.full(n, -np.inf)
        self._all_ready_s = -np.inf
        self.weak: dict[str, Bools] = {}
        """By metric: whose signal is too weak just now to make a value of (``chance``)."""
        self.worth: dict[str, Worth] = {}
        """By metric how valid it is, where the device keeps account of that."""
        self._everyone = np.nonzero(worn)[0]
        self.idle_until_s = -np.inf
        """Until then there is nothing to measure."""
        self.prepare(seed, beds)

    @abstractmethod
    def prepare(self, seed: int, beds: Sequence[str]) -> None:
        """Set up what this kind of device needs; ``seed`` and ``beds`` name its generators."""

    @abstractmethod
    def measure(self, scene: Scene) -> Report:
        """Measure the second that ends at ``scene.now_s``."""

    def observe(self, scene: Scene) -> Report:
        """Measure whom it sits on, and mark what a device that starts cannot know."""
        if scene.now_s < self.idle_until_s:
            return Report(NOBODY_DUE)
        report = self.measure(scene.on(self.whom) if self._exchanged else scene)
        if self._all_ready_s > scene.now_s:
            starting = self._ready_s > scene.now_s
            for reading in report.readings.values():
                reading.spoil(starting, STARTING, "starting")
        return report

    def on_whom(self, scene: Scene) -> Ints:
        """Return on which patient each bed's device sits in ``scene``, ``[N]``."""
        return self._own if scene.whom is None else scene.whom

    def heed(self, bed: int) -> None:
        """Take note of the faults of a bed's device: one has begun or ended."""
        del bed

    def here(self, bed: int) -> set[str]:
        """Return the faults of a bed's device."""
        return {kind for kind in self.present if kind in self.faults and self.faults[kind][bed]}

    def fault(
        self, bed: int, kind: str, *, on: bool, parameters: dict[str, float], cause: Cause = "script"
    ) -> None:
        """Begin or end a fault; raise ``ValueError`` naming what there is.

        One that has two causes lasts until both have ended.
        """
        if kind not in self.faults:
            raise ValueError(f"the {self.name} knows the faults {', '.join(self.faults)}, not {kind!r}")
        if unknown := parameters.keys() - self.parameters.keys():
            raise ValueError(f"the {self.name} knows {', '.join(self.parameters)}, not {min(unknown)!r}")
        causes = self._causes[kind]
        (causes.add if on else causes.discard)((bed, cause))
        self.faults[kind][bed] = any((bed, known) in causes for known in CAUSES)
        (self.present.add if causes else self.present.discard)(kind)
        for name, value in parameters.items():
            self.parameters[name][bed] = value
        if kind not in SPOKEN or parameters:
            self.troubled = not self._troubles.isdisjoint(self.present)
            self.changes += 1
            self.heed(bed)

    def suffers(self, kind: str) -> Bools:
        """Return whose device has a fault now, nobody's if it is none of its own."""
        return self.faults.get(kind, np.zeros(self.n, bool))

    def weaken(self, bed: int, metric: str, *, weak: bool) -> None:
        """Let the signal of a metric become too weak for a value, or strong enough again."""
        if metric not in self.weak:
            self.weak[metric] = np.zeros(self.n, bool)
        self.weak[metric][bed] = weak
        self.worth[metric].weaken(bed, weak=weak)

    def exchange(self, bed: int, other: int) -> None:
        """Let the devices of two beds exchange whom they sit on; done twice, all is as before."""
        self.whom[[bed, other]] = self.whom[[other, bed]]
        self._exchanged = bool((self.whom != np.arange(self.n)).any())
        self.changes += 1

    def on_bodies(self, values: Anything) -> Anything:
        """Return ``values`` of devices ``[N]`` in the order of the patients they sit on."""
        if not self._exchanged:
            return values
        out = values.copy()
        out[self.whom] = values
        return out

    def restart(self, bed: int, now_s: float) -> None:
        """Begin anew: for ``warm_up_s`` there is no value."""
        self._ready_s[bed] = now_s + self.warm_up_s
        self._all_ready_s = float(self._ready_s.max())

    def wave_trouble(self, bed: int) -> str | None:
        """Say why a bed's waves are not valid now, ``None`` if they are."""
        del bed
        return None

    def everyone(self) -> Ints:
        """Return the beds that wear this device."""
        return self._everyone


def keep(beds: list[int], bed: int, *, there: bool) -> None:
    """Keep a bed in the ordered ``beds``, or out of them."""
    at = bisect_left(beds, bed)
    known = at < len(beds) and beds[at] == bed
    if there and not known:
        beds.insert(at, bed)
    elif known and not there:
        del beds[at]
