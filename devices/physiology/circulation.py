"""Blood volume, pressure and the baroreflex: a static circulation with lags.

Stroke volume, resistance and reflex: the clinical reference 8.5, whose constants were fitted to 1 L of
bleeding (Johnson 2014); lags 8.3 iii. Fluids: the volume controller of Bighamian 2016 (form), with
refill after bleeding slowed (*heuristic*: people refill some hundred mL an hour).
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from devices.arrays import Floats
from devices.person import Person
from devices.physiology.bounds import within
from devices.physiology.settle import settle

CVP_MMHG: Final = 6.0
CVP_FALL_MMHG: Final = 26.0
"""Per fraction of blood volume lost."""
MOST_RESISTANCE: Final = 1.6
LEAST_RESISTANCE: Final = 0.6
RESISTANCE_GAIN: Final = 0.75
"""Of relative resistance to the relative fall of MAP; between the reference's profiles (0.5 and 1)."""
HEART_LAG_S, RESISTANCE_LAG_S = 10.0, 15.0
BLOOD_ML_KG: Final = 70.0
HEALTHY_INDEX: Final = 22.0
FLUID_PER_MIN, REFILL_PER_MIN = 0.075, 0.02
"""How fast the controller moves volume between blood and tissue."""
CRYSTALLOID, COLLOID, LOSS = 1.0 / 3.0, 1.0 / 1.3, 0.5
"""What of an infusion stays, and what of a loss remains, in the end: 1/(1 + α), α 2, 0.3 and 1."""


def blood_ml(weight_kg: float, height_cm: float) -> float:
    """Return blood volume: 70 mL/kg, fat beyond a fifth above the healthy weight left out (*heuristic*)."""
    healthy = HEALTHY_INDEX * (height_cm / 100.0) ** 2
    return BLOOD_ML_KG * min(weight_kg, 1.2 * healthy)


def stroke(lost: Floats) -> Floats:
    """Return stroke volume relative to rest when the fraction ``lost`` of blood is gone (reference 8.5)."""
    return within(1.0 - 0.6 * lost - 8.0 * np.maximum(lost, 0.0) ** 3, 0.05, 1.15)


class Circulation:
    """Circulations of N patients. Flows in mL/min: ``bleeding``, ``crystalloid``, ``blood``.

    ``tone`` multiplies resistance: below 1 vessels are wide, above 1 a vasopressor runs.
    """

    def __init__(self, people: Sequence[Person], rest: dict[str, Floats]) -> None:
        n = len(people)
        self.volume_ml = np.array([blood_ml(p.weight_kg, p.height_cm) for p in people])
        self.bleeding, self.crystalloid, self.blood = np.zeros(n), np.zeros(n), np.zeros(n)
        self.tone = np.ones(n)
        self.change_ml = np.zeros(n)
        """Blood volume less that at rest; the rest of what was given or lost is in the tissue."""
        self.given_ml, self.lost_ml = np.zeros(n), np.zeros(n)
        self.transfused_ml = np.zeros(n)
        self.rest_map = rest["dbp"] + (rest["sbp"] - rest["dbp"]) / 3.0
        self._rest_pulse = rest["sbp"] - rest["dbp"]
        self._rest_hr = rest["hr"]
        self._gain = np.array([p.baroreflex_bpm_mmhg for p in people])
        self._most_hr = np.array([208.0 - 0.7 * p.age for p in people])
        self.hr = rest["hr"].copy()
        """What the baroreflex makes of the heart rate, /min."""
        self._resistance = np.ones(n)

    def advance(self, dt_s: float, map_mmhg: Floats) -> None:
        """Let ``dt_s`` pass while the baroreceptors feel ``map_mmhg``."""
        self._fill(dt_s / 60.0)
        fall = self.rest_map - map_mmhg
        target = within(self._rest_hr + self._gain * np.maximum(fall, -15.0), 35.0, self._most_hr)
        self.hr = settle(self.hr, target, dt_s, HEART_LAG_S)
        tight = within(1.0 + RESISTANCE_GAIN * fall / self.rest_map, LEAST_RESISTANCE, MOST_RESISTANCE)
        self._resistance = settle(self._resistance, tight, dt_s, RESISTANCE_LAG_S)

    def _fill(self, minutes: float) -> None:
        clear, blood, out = self.crystalloid, self.blood, self.bleeding
        moving = clear + blood + out
        if not (moving.any() or self.change_ml.any()):
            return
        self.given_ml += clear * minutes
        self.transfused_ml += blood * minutes
        self.lost_ml += out * minutes
        stays = CRYSTALLOID * self.given_ml + COLLOID * self.transfused_ml - LOSS * self.lost_ml
        pace = np.where(self.change_ml < stays, REFILL_PER_MIN, FLUID_PER_MIN)
        self.change_ml += (clear + blood - out) * minutes
        self.change_ml = stays + (self.change_ml - stays) * np.exp(-pace * minutes)
        np.maximum(self.change_ml, -0.98 * self.volume_ml, out=self.change_ml)

    def stroke(self) -> Floats:
        """Return stroke volume relative to rest."""
        return stroke(-self.change_ml / self.volume_ml)

    def pressures(self, sv: Floats) -> tuple[Floats, Floats, Floats]:
        """Return (systolic, diastolic, output relative to rest) at a stroke volume relative to rest."""
        lost = -self.change_ml / self.volume_ml
        venous = np.maximum(CVP_MMHG - CVP_FALL_MMHG * lost, 0.0)
        output = self.hr / self._rest_hr * sv
        driven = (self.rest_map - CVP_MMHG) * output * self._resistance * self.tone
        mean = np.minimum(venous, CVP_MMHG) + driven
        pulse = np.minimum(self._rest_pulse * sv, 2.5 * mean)
        return mean + pulse * (2.0 / 3.0), mean - pulse / 3.0, output
