"""What all wearables have in common.

A ``Wearable`` stands for one kind of device on every bed of a ward; its arrays are ``[N]``. Each
second it measures, from the trains and the truth as a detector would see them, and says which beds'
devices report what.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final

import numpy as np

from broker import messages as m
from devices.arrays import Bools, Floats, Ints
from devices.physiology.body import Body
from devices.signals.events import Window
from devices.signals.trains import LATEST_S, Trains

VALID, QUESTIONABLE, INVALID = 0, 1, 2
VALIDITIES: Final[tuple[m.Validity, ...]] = ("Vld", "Qst", "Inv")

EVERYWHERE: Final = ("silent", "flat-battery")
"""Faults that any device can have."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What there is to measure at ``now_s`` seconds after the start; the last second ends there.

    ``beats`` and ``breaths`` are the newest of the trains, with all that began in the last second
    or arrived in it.
    """

    now_s: int
    body: Body
    trains: Trains
    beats: Window
    breaths: Window

    @classmethod
    def at(cls, now_s: int, body: Body, trains: Trains) -> "Scene":
        """Look at a body and its trains at ``now_s``."""
        beats = trains.beats.since(now_s - 1.0 - LATEST_S)
        return cls(now_s, body, trains, beats, trains.breaths.since(now_s - 1.0))


@dataclass(slots=True)
class Measured:
    """One metric of all beds: values, validity codes (``VALIDITIES``) and reasons, ``[N]``."""

    values: Floats
    validity: Ints
    why: list[str | None]
    avg_s: float | None = None

    @classmethod
    def valid(cls, values: Floats, avg_s: float | None = None) -> "Measured":
        """Return values that are all valid."""
        n = len(values)
        return cls(values, np.zeros(n, np.int64), [None] * n, avg_s)

    def spoil(self, where: Bools, validity: int, why: str) -> None:
        """Mark ``where``, unless it is marked worse already."""
        if not where.any():
            return
        for i in np.nonzero(where & (self.validity < validity))[0]:
            self.validity[i] = validity
            self.why[i] = why


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
    battery_h: ClassVar[float] = 72.0
    """How long a full battery lasts (*heuristic*)."""

    def __init__(self, seed: int, beds: Sequence[str], worn: Bools) -> None:
        n = len(beds)
        self.n = n
        self.worn = worn
        self.faults: dict[str, Bools] = {k: np.zeros(n, bool) for k in (*self.kinds, *EVERYWHERE)}
        self.parameters: dict[str, Floats] = {"cadence_bpm": np.full(n, 110.0)}
        self.troubled = False
        """Whether any bed's device has a fault of its kind: without, measuring is shorter."""
        self._everyone = np.nonzero(worn)[0]
        self.prepare(seed, beds)

    @abstractmethod
    def prepare(self, seed: int, beds: Sequence[str]) -> None:
        """Set up what this kind of device needs; ``seed`` and ``beds`` name its generators."""

    @abstractmethod
    def measure(self, scene: Scene) -> Report:
        """Measure the second that ends at ``scene.now_s``."""

    def fault(self, bed: int, kind: str, *, on: bool, parameters: dict[str, float]) -> None:
        """Begin or end a fault; raise ``ValueError`` naming what there is."""
        if kind not in self.faults:
            raise ValueError(f"the {self.name} knows the faults {', '.join(self.faults)}, not {kind!r}")
        self.faults[kind][bed] = on
        self.troubled = any(self.faults[k].any() for k in self.kinds)
        for name, value in parameters.items():
            if name not in self.parameters:
                raise ValueError(f"the {self.name} knows {', '.join(self.parameters)}, not {name!r}")
            self.parameters[name][bed] = value

    def wave_trouble(self, bed: int) -> str | None:
        """Say why a bed's waves are not valid now, ``None`` if they are."""
        del bed
        return None

    def everyone(self) -> Ints:
        """Return the beds that wear this device."""
        return self._everyone
