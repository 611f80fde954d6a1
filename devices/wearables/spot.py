"""Devices somebody uses now and then: the scale and the spirometer.

The first use is some minutes after the start, further ones a day or half a day later, or when asked.
"""

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Final

import numpy as np

from broker import messages as m
from devices.arrays import Bools, Floats
from devices.person import Person
from devices.randomness import Luck, generator
from devices.wearables.measured import INVALID, Measured
from devices.wearables.wearable import NOBODY, Report, Scene, Wearable

KG_A_ML: Final = 0.00105
"""Of blood (usual density 1.05 g/mL)."""
DRAWN: Final = 4
"""Random numbers a measurement takes."""


class Spot(Wearable):
    """A device that measures when it is used; a use takes its time."""

    first_s: ClassVar[tuple[int, int]] = (60, 420)
    every_s: ClassVar[float]
    takes_s: ClassVar[float]

    def __init__(self, seed: int, beds: Sequence[str], worn: Bools, people: Sequence[Person]) -> None:
        self.people = people
        super().__init__(seed, beds, worn)

    def prepare(self, seed: int, beds: Sequence[str]) -> None:
        """Draw when each is used first."""
        rngs = [generator(seed, bed, f"{self.name} error") for bed in beds]
        self.begins_s = np.array([float(g.integers(*self.first_s)) for g in rngs])
        self.begins_s[~self.worn] = np.inf
        self.error = np.array([g.normal(0, 1) for g in rngs])
        """Each device's own error, standard normal."""
        self._ends_s = np.full(self.n, np.inf)
        self._luck = Luck(seed, beds, self.name)
        self.idle_until_s = float(self.begins_s.min(initial=np.inf))

    def begin(self, bed: int, now_s: float) -> None:
        """Use it now, unless it is in use."""
        if self.worn[bed] and np.isinf(self._ends_s[bed]):
            self.begins_s[bed] = now_s
            self.idle_until_s = min(self.idle_until_s, now_s)

    def measure(self, scene: Scene) -> Report:
        """Begin and end uses; report those that end now."""
        now = scene.now_s
        for bed in np.nonzero(self.begins_s <= now)[0].tolist():
            self._ends_s[bed], self.begins_s[bed] = now + self.takes_s, self.begins_s[bed] + self.every_s
        due = np.nonzero(self._ends_s <= now)[0]
        self._ends_s[due] = np.inf
        self.idle_until_s = float(min(self.begins_s.min(), self._ends_s.min()))
        if not due.size:
            return Report(due)
        luck = np.zeros((DRAWN, self.n))
        for bed in due.tolist():
            luck[:, bed] = self._luck.draw(bed, DRAWN)
        readings = self.read(scene, luck)
        for reading in readings.values():
            reading.spoil(self.faults[NOBODY], INVALID, "no-reading")
        return Report(due, readings)

    @abstractmethod
    def read(self, scene: Scene, luck: Floats) -> dict[str, Measured]:
        """Return what every bed's device shows; ``luck`` ``[DRAWN, N]`` is standard normal."""


class Scale(Spot):
    """A scale beside the bed, used each morning; blood lost and fluid given show in it."""

    name = "scale"
    label = "Scale"
    model = "sim-scale"
    metrics = {  # noqa: RUF012 -- a table, never changed
        "weight": m.MetricInfo(u="kg", avail="Intr", accuracy="±0.2 kg")
    }
    battery_h = 2000.0
    every_s = 86_400.0
    takes_s = 6.0
    bias_kg: Final = 0.1  # heuristic, within the accuracy it states
    noise_kg: Final = 0.07  # likewise

    def prepare(self, seed: int, beds: Sequence[str]) -> None:
        """Weigh everybody as they came."""
        super().prepare(seed, beds)
        self._weight = np.array([p.weight_kg for p in self.people])

    def read(self, scene: Scene, luck: Floats) -> dict[str, Measured]:
        """Return body weight with what has come and gone since the start."""
        weight = self._weight + scene.body.circulation.change_ml * KG_A_ML
        error = self.bias_kg * np.clip(self.error, -2, 2) + self.noise_kg * luck[0]
        return {"weight": Measured.valid(scene.seen(weight) + error)}


class Spirometer(Spot):
    """A peak-flow meter that also times the first second; the best of three blows counts.

    Predicted peak flow: Nunn and Gregg, BMJ 1989;298:1068 (adults); FEV1: Quanjer (ECSC), Eur Respir J
    1993;6 suppl 16:5. A person's own best is 85 to 115 % of it, in lung disease 60 % (*heuristic*); what
    obstructs the airway takes its share of both. Whoever breathes faster than 35 /min cannot blow
    (*heuristic*), and some blows fail for no reason.
    """

    name = "spirometer"
    label = "Spirometer"
    model = "sim-spiro"
    metrics = {  # noqa: RUF012 -- a table, never changed
        "pef": m.MetricInfo(u="L/min", avail="Intr", accuracy="±10 %"),
        "fev1": m.MetricInfo(u="L", avail="Intr", accuracy="±3 %"),
    }
    battery_h = 1000.0
    every_s = 43_200.0
    takes_s = 75.0
    blow_share: Final = 0.05  # heuristic: how much blows differ
    breathless_rr: Final = 35.0
    fails_below: Final = -1.75  # heuristic: 4 % of uses fail, those of a normal number below this

    def prepare(self, seed: int, beds: Sequence[str]) -> None:
        """Reckon once what everybody is expected to blow, and what of it they do."""
        super().prepare(seed, beds)
        sick = np.array([0.6 if "COPD" in p.history else 1.0 for p in self.people])
        self._own = sick * (1.0 + 0.075 * np.clip(self.error, -2, 2))
        self._flow = np.array([predicted_pef_l_min(p) for p in self.people])
        self._volume = np.array([predicted_fev1_l(p) for p in self.people])

    def read(self, scene: Scene, luck: Floats) -> dict[str, Measured]:
        """Return the best of three blows."""
        effort = 1.0 + self.blow_share * luck[:3].max(axis=0)
        free = scene.seen(self._own * (1.0 - scene.body.obstruction)) * effort
        readings = {
            "pef": Measured.valid(scene.seen(self._flow) * free),
            "fev1": Measured.valid(scene.seen(self._volume) * free),
        }
        failed = (scene.truth("rr") > self.breathless_rr) | (luck[3] < self.fails_below)
        for reading in readings.values():
            reading.spoil(failed, INVALID, "no-reading")
        return readings


def predicted_pef_l_min(person: Person) -> float:
    """Return the peak flow of a healthy person of this age, sex and height, in L/min."""
    age, height_cm = float(person.age), person.height_cm
    if person.sex == "M":
        return float(np.exp(0.544 * np.log(age) - 0.0151 * age - 74.7 / height_cm + 5.48))
    return float(np.exp(0.376 * np.log(age) - 0.0120 * age - 58.8 / height_cm + 5.63))


def predicted_fev1_l(person: Person) -> float:
    """Return the volume such a person blows out in the first second, in L."""
    age, height_m = max(float(person.age), 25.0), person.height_cm / 100.0
    if person.sex == "M":
        return max(4.30 * height_m - 0.029 * age - 2.49, 0.5)
    return max(3.95 * height_m - 0.025 * age - 2.60, 0.5)
