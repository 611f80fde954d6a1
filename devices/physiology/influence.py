"""What illnesses and treatments do to bodies right now: the one place where they meet.

Every step it is reset to nothing; insults and treatments write what they do at present, and the body
applies it. ``FIELDS`` says once how what several of them do combines, and between which bounds the
sum is held: factors multiply, amounts add, shares of the same breath or blood join as
``1 - (1 - a)(1 - b)``, and of depths of unconsciousness or limits the greatest or least counts.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from devices import kernels
from devices.arrays import Bools, Floats, Ints
from devices.physiology import combining
from devices.physiology.combining import HOWS, How


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that may be done to a body: its neutral value, how doers combine, and its bounds."""

    neutral: float
    how: How
    low: float
    high: float
    what: str


FIELDS: Final[dict[str, Field]] = {
    "contractility": Field(1, "times", 0.02, 2.0, "× what the heart throws at a filling"),
    "preload": Field(1, "times", 0.02, 1.5, "× effective filling: obstruction and nitrates lower it"),
    "resistance": Field(1, "times", 0.25, 3.0, "× vascular resistance"),
    "set_map": Field(1, "times", 0.6, 1.4, "× the mean pressure that the reflexes defend"),
    "capillary_leak_ml_min": Field(0, "plus", 0, 500, "plasma lost into tissue, mL/min"),
    "bleeding_ml_min": Field(0, "plus", 0, 2000, "blood lost, mL/min"),
    "crystalloid_ml_min": Field(0, "plus", 0, 2000, "clear fluid given, mL/min"),
    "blood_ml_min": Field(0, "plus", 0, 2000, "red cells given, mL/min"),
    "chronotropy_bpm": Field(0, "plus", -120, 120, "added to the heart rate, /min"),
    "chronotropy_gain": Field(1, "times", 0, 2, "× what reflexes add to the heart rate"),
    "hr_cap": Field(np.inf, "least", 20, np.inf, "no faster than this, /min"),
    "pace_bpm": Field(0, "greatest", 0, 300, "a rhythm's own rate, /min; 0 leaves the heart its own"),
    "shunt": Field(0, "joined", 0, 0.7, "share of blood that passes no air, beside the person's own"),
    "dead_space": Field(0, "joined", 0, 0.8, "share of each breath that meets no blood"),
    "obstruction": Field(0, "joined", 0, 1, "share of each breath held back"),
    "drive": Field(1, "times", 0, 2, "× drive to breathe; opioids have their own beside it"),
    "drive_rr_bpm": Field(0, "plus", -30, 40, "added breathing rate, /min"),
    "assist_bpm": Field(0, "greatest", 0, 60, "breaths given by hand or machine, /min"),
    "co2_set": Field(1, "times", 0.25, 2, "× the arterial CO2 that breathing defends: less in acidosis"),
    "depth": Field(1, "times", 0.2, 4, "× depth of each breath"),
    "metabolism": Field(1, "times", 0.2, 6, "× oxygen used and carbon dioxide made"),
    "set_point_c": Field(0, "plus", -3, 5, "fever: temperature the body wants above its own, °C"),
    "heat_w": Field(0, "plus", -60_000, 60_000, "heat given or taken from outside, W"),
    "glucose_mmol_min": Field(0, "plus", -60, 60, "glucose added to blood, mmol/L a minute"),
    "perfusion": Field(1, "times", 0.05, 3, "× perfusion index"),
    "sbp_mmhg": Field(0, "plus", -120, 220, "added to systolic pressure, and half of it to diastolic, mmHg"),
    "consciousness": Field(0, "greatest", 0, 4, "lack of consciousness: 0 alert, 1 confused … 4 none"),
    "circulation": Field(0, "greatest", 0, 0.6, "share of normal flow that compressions give"),
    "haste": Field(
        1, "greatest", 1, 60, "× as fast as in life: temperature, glucose and lactate of an illness"
    ),
    "icp_mmhg": Field(0, "plus", -40, 40, "added to a raised intracranial pressure, mmHg"),
    "bound": Field(
        0, "greatest", 0, 1, "how much output hangs on what fills a right heart that does not pump"
    ),
    "home_c": Field(
        0, "plus", -15, 10, "by how much warmer the body stays by an illness that goes no further"
    ),
    "home_glucose": Field(0, "plus", -30, 60, "by how much sweeter the blood stays likewise, mmol/L"),
}
"""Bounds are *heuristic*: what a body can survive long enough to be seen, and a little more; of heat and
glucose what an illness at the greatest tempo brings."""
RHYTHMS: Final = ("", "vf", "pulseless-vt", "asystole", "pea", "vt", "svt", "af", "third-degree", "sinus")
"""What may be demanded of the heart; later ones give way to earlier, and the empty one to all."""
_HOW: Final = {name: HOWS.index(field.how) for name, field in FIELDS.items()}


NEUTRAL, LOW, HIGH = range(3)
"""Columns of what is known of each field, ``[FIELDS, 3]``."""
_KNOWN: Final = np.array([[field.neutral, field.low, field.high] for field in FIELDS.values()])


def _hold(matrix: Floats, known: Floats, acted: Bools) -> None:
    """Do what ``hold`` does, number by number."""
    for i in range(acted.size):
        acted[i] = False
    for k in range(matrix.shape[0]):
        neutral, low, high = known[k, NEUTRAL], known[k, LOW], known[k, HIGH]
        for i in range(acted.size):
            held = min(max(matrix[k, i], low), high)
            matrix[k, i] = held
            acted[i] |= held != neutral


@kernels.twin(_hold)
def hold(matrix: Floats, known: Floats, acted: Bools) -> None:
    """Hold all of ``matrix`` ``[FIELDS, N]`` within bounds; note in ``acted`` ``[N]`` on whom any acts."""
    np.maximum(matrix, known[:, LOW, None], out=matrix)
    np.minimum(matrix, known[:, HIGH, None], out=matrix)
    (matrix != known[:, NEUTRAL, None]).any(axis=0, out=acted)


@kernels.kernel
def release(matrix: Floats, known: Floats, acted: Bools) -> None:
    """Let nothing act on those of ``acted`` any more."""
    for i in range(acted.size):
        if acted[i]:
            matrix[:, i] = known[:, NEUTRAL]
            acted[i] = False


class Influence:
    """What acts on N bodies in this step: an attribute ``[N]`` per name of ``FIELDS``, and ``rhythm``.

    Doers call ``act``; the arrays are there to be read (and may be written with care for ``FIELDS``).
    """

    contractility: Floats
    preload: Floats
    resistance: Floats
    set_map: Floats
    capillary_leak_ml_min: Floats
    bleeding_ml_min: Floats
    crystalloid_ml_min: Floats
    blood_ml_min: Floats
    chronotropy_bpm: Floats
    chronotropy_gain: Floats
    hr_cap: Floats
    pace_bpm: Floats
    shunt: Floats
    dead_space: Floats
    obstruction: Floats
    drive: Floats
    drive_rr_bpm: Floats
    assist_bpm: Floats
    co2_set: Floats
    depth: Floats
    metabolism: Floats
    set_point_c: Floats
    heat_w: Floats
    glucose_mmol_min: Floats
    perfusion: Floats
    sbp_mmhg: Floats
    consciousness: Floats
    circulation: Floats
    haste: Floats
    icp_mmhg: Floats
    bound: Floats
    home_c: Floats
    home_glucose: Floats

    def __init__(self, n: int) -> None:
        self.matrix: Floats = np.repeat(_KNOWN[:, NEUTRAL, None], n, axis=1)
        """All fields ``[FIELDS, N]``, as ``fields`` names their rows."""
        for name, row in zip(FIELDS, self.matrix, strict=True):
            setattr(self, name, row)
        self.rhythm: Ints = np.zeros(n, np.int64)
        """A place in ``RHYTHMS`` that something demands of the heart."""
        self.acted: Bools = np.zeros(n, bool)
        """Whom anything acts on, once all is settled: what does not need to be reckoned for the others."""
        self.acting = self.demanding = self._settled = False
        """Whether anything was written since the last reset, any rhythm demanded, and all held and noted."""
        flows = [name.endswith("_ml_min") for name in FIELDS]
        first = flows.index(True)
        self.flows: Floats = self.matrix[first : first + sum(flows)]
        """All flows into and out of blood, a row each."""

    def reset(self) -> None:
        """Let nothing act."""
        if self.acting:
            self.settle()
            release(self.matrix, _KNOWN, self.acted)
            if self.demanding:
                self.rhythm[:] = 0
            self.acting = self.demanding = self._settled = False

    def act(self, name: str, patients: Ints, amount: Floats) -> None:
        """Let ``amount`` of ``name`` act on ``patients`` (each once), combined as ``FIELDS`` says."""
        row: Floats = getattr(self, name)
        combining.combine(row, _HOW[name], patients, amount)
        self.acting, self._settled = True, False

    def demand(self, rhythm: str, patients: Ints) -> None:
        """Demand a rhythm of ``RHYTHMS`` of the hearts of ``patients``; the worse of two wins."""
        code = RHYTHMS.index(rhythm)
        now = self.rhythm[patients]
        self.rhythm[patients] = np.where((now == 0) | (now > code), code, now)
        self.acting = self.demanding = True

    def settle(self) -> None:
        """Hold every sum within its bounds, once all have acted."""
        if self.acting and not self._settled:
            hold(self.matrix, _KNOWN, self.acted)
            self._settled = True
