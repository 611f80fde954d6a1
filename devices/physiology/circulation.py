"""Blood volume, pressure and the baroreflex: a static circulation with lags.

Form: the clinical reference 8.5; lags 8.3 iii. Constants are a compromise between 1 L of bleeding and
suction (Johnson 2014) and 375 mL (Leonetti); what misses is in docs/explanation/physiology.md. Fluids:
the volume controller of Bighamian 2016 (form), with refill after bleeding slowed (*heuristic*: people
refill some hundred mL an hour).
"""

from collections.abc import Sequence
from math import exp
from typing import Final

import numpy as np

from devices.arrays import Floats
from devices.person import Person
from devices.physiology.bounds import within
from devices.physiology.influence import Influence
from devices.physiology.settle import settle

CVP_MMHG: Final = 6.0
CVP_FALL_MMHG: Final = 26.0
"""Per fraction of blood volume lost."""
MOST_RESISTANCE: Final = 1.6
LEAST_RESISTANCE: Final = 0.6
RESISTANCE_GAIN: Final = 0.75
"""Of relative resistance to the relative fall of MAP; between the reference's profiles (0.5 and 1)."""
EMPTY_HR_BPM, EMPTY_FROM = 115.0, 0.17
"""Cardiopulmonary receptors: /min per share of stroke volume lost beyond the second, which bleeding of
1 L does not reach (HR + 7) and suction at - 45 mmHg does (HR + 25; Johnson 2014)."""
FUTILE: Final = 0.6
"""Share of that tachycardia that moves no more blood, since what does not return cannot be thrown
(*heuristic*; without it suction would not lower MAP and a bolus would not lift it)."""
REFLEX_SHARE, MOST_SHARE = 0.82, 0.95
"""Reflexes alone drive the heart no faster than the first share of the greatest rate (*heuristic*: 148 at
40), illness and drugs no faster than the second."""
HEART_LAG_S, RESISTANCE_LAG_S = 10.0, 15.0
CALMING_LAG_S: Final = 2400.0
"""How slowly the tachycardia of an empty body goes once it is filled (*heuristic*: catecholamines linger,
so that a bolus slows the heart by 5 to 15 and not at once by all)."""
BLOOD_ML_KG: Final = 70.0
HEALTHY_INDEX: Final = 22.0
FLUID_PER_MIN, REFILL_PER_MIN = 0.075, 0.02
"""How fast the controller moves volume between blood and tissue."""
CRYSTALLOID, COLLOID, LOSS = 1.0 / 3.0, 1.0 / 1.3, 0.5
"""What of an infusion stays, and what of a loss remains, in the end: 1/(1 + α), α 2, 0.3 and 1."""
PACKED_G_L: Final = 200.0
"""Haemoglobin of red cells as given: a unit of 300 mL raises 10 g/L (reference 7.23)."""
HURRIED_BPM, SLOW_STROKE = 150.0, 0.5
"""Beyond 150 /min a ventricle fills worse, below rest it fills better (*heuristic*)."""
COMPRESSED_STROKE: Final = 0.8
"""Pulse pressure of compressions relative to that at rest (*heuristic*)."""


def blood_ml(weight_kg: float, height_cm: float) -> float:
    """Return blood volume: 70 mL/kg, fat beyond a fifth above the healthy weight left out (*heuristic*)."""
    healthy = HEALTHY_INDEX * (height_cm / 100.0) ** 2
    return BLOOD_ML_KG * min(weight_kg, 1.2 * healthy)


def stroke(lost: Floats) -> Floats:
    """Return stroke volume relative to rest when the fraction ``lost`` of blood is gone (reference 8.5)."""
    return within(1.0 - 0.7 * lost - 7.0 * np.maximum(lost, 0.0) ** 3, 0.05, 1.15)


class Circulation:
    """Circulations of N patients. Flows in mL/min: ``bleeding``, ``crystalloid``, ``blood``.

    ``tone`` multiplies resistance: below 1 vessels are wide, above 1 a vasopressor runs. ``pulse`` is
    what of every beat moves blood: 0 when the heart's rhythm moves none.
    """

    def __init__(self, people: Sequence[Person], rest: dict[str, Floats]) -> None:
        n = len(people)
        self.volume_ml = np.array([p.blood_factor * blood_ml(p.weight_kg, p.height_cm) for p in people])
        self._flows = np.zeros((3, n))
        self.bleeding, self.crystalloid, self.blood = self._flows
        self.tone = np.ones(n)
        self.change_ml = np.zeros(n)
        """Blood volume less that at rest; the rest of what was given or lost is in the tissue."""
        self.given_ml, self.lost_ml = np.zeros(n), np.zeros(n)
        self.transfused_ml, self.leaked_ml, self.tissue_ml = np.zeros(n), np.zeros(n), np.zeros(n)
        """Given, lost, leaked since the start, and what tissue took of it (below 0: gave)."""
        self.rest_haemoglobin = np.array([p.haemoglobin_g_l for p in people])
        self.haemoglobin_g_l = self.rest_haemoglobin.copy()
        self.rest_map = rest["dbp"] + (rest["sbp"] - rest["dbp"]) / 3.0
        self._rest_pulse = rest["sbp"] - rest["dbp"]
        self._rest_hr = rest["hr"]
        self._gain = np.array([p.baroreflex_bpm_mmhg for p in people])
        self._empty_gain = EMPTY_HR_BPM * np.minimum(self._gain / 0.8, 1.0)
        self._most_reflex = np.array([REFLEX_SHARE * (208.0 - 0.7 * p.age) for p in people])
        self._most_hr = self._most_reflex * (MOST_SHARE / REFLEX_SHARE)
        self._least_hr = np.maximum(35.0, [p.pacemaker_bpm for p in people])
        self._slowest = np.maximum(25.0, [p.pacemaker_bpm for p in people])
        self._response = np.array([p.heart_response for p in people])
        self.hr = rest["hr"].copy()
        """What the reflexes and drugs make of the heart rate, /min."""
        self.lost = np.zeros(n)
        """Share of blood volume lost, 0 to 1; below 0 there is more than at rest."""
        self.pulse = np.ones(n)
        self._hurry = np.zeros(n)
        self._resistance = np.ones(n)
        self._moving = False
        """Whether anybody's blood volume ever changed: before, everybody's is what it is at rest."""
        self._filling = np.ones(n)
        """Stroke volume relative to rest that blood volume leaves."""
        self._driven_rest = self.rest_map - CVP_MMHG

    def advance(self, dt_s: float, map_mmhg: Floats, acting: Influence) -> None:
        """Let ``dt_s`` pass while the baroreceptors feel ``map_mmhg``."""
        self._fill(dt_s / 60.0, acting)
        wanted_map = self.rest_map * acting.set_map if acting.acting else self.rest_map
        fall = wanted_map - map_mmhg
        answer = self._gain * np.maximum(fall, -15.0)
        if self._moving or acting.acting:
            empty = 1.0 - self._filling * acting.preload
            wanted = self._empty_gain * np.maximum(empty - EMPTY_FROM, 0.0)
            self._hurry += (wanted - self._hurry) * np.where(
                wanted < self._hurry, 1.0 - exp(-dt_s / CALMING_LAG_S), 1.0 - exp(-dt_s / HEART_LAG_S)
            )
            answer = (answer + self._hurry) * acting.chronotropy_gain
        target = within(self._rest_hr + answer, self._least_hr, self._most_reflex)
        if acting.acting:
            pushed = acting.chronotropy_bpm
            pushed = np.where(pushed > 0.0, self._response * pushed, pushed)
            target = within(target + pushed, self._slowest, self._most_hr)
            target = np.minimum(target, acting.hr_cap)
            target = np.where(acting.pace_bpm > 0.0, acting.pace_bpm, target)
        self.hr = settle(self.hr, target, dt_s, HEART_LAG_S)
        tight = within(1.0 + RESISTANCE_GAIN * fall / self.rest_map, LEAST_RESISTANCE, MOST_RESISTANCE)
        self._resistance = settle(self._resistance, tight, dt_s, RESISTANCE_LAG_S)

    def _fill(self, minutes: float, acting: Influence) -> None:
        if not self._moving:
            self._moving = bool((acting.acting and acting.flows.any()) or self._flows.any())
            if not self._moving:
                return
        clear = self.crystalloid + acting.crystalloid_ml_min
        blood = self.blood + acting.blood_ml_min
        out = self.bleeding + acting.bleeding_ml_min
        leak = acting.capillary_leak_ml_min
        # An empty body cannot bleed: flow falls with what is left.
        here = np.maximum(self.volume_ml + self.change_ml, 1.0)
        left = within(here / self.volume_ml * 4.0 - 0.4, 0.0, 1.0)
        out, leak = out * left, leak * left
        cells = self.haemoglobin_g_l * here + (PACKED_G_L * blood - self.haemoglobin_g_l * out) * minutes
        self.given_ml += clear * minutes
        self.transfused_ml += blood * minutes
        self.lost_ml += out * minutes
        self.leaked_ml += leak * minutes
        stays = CRYSTALLOID * self.given_ml + COLLOID * self.transfused_ml - LOSS * self.lost_ml
        stays -= self.leaked_ml
        pace = np.where(self.change_ml < stays, REFILL_PER_MIN, FLUID_PER_MIN)
        self.change_ml += (clear + blood - out - leak) * minutes
        settled = stays + (self.change_ml - stays) * np.exp(-pace * minutes)
        self.tissue_ml += self.change_ml - settled
        self.change_ml = settled
        np.maximum(self.change_ml, -0.98 * self.volume_ml, out=self.change_ml)
        self.haemoglobin_g_l = np.maximum(cells, 0.0) / np.maximum(self.volume_ml + self.change_ml, 1.0)
        self.lost = -self.change_ml / self.volume_ml
        self._filling = stroke(self.lost)

    def stroke(self, acting: Influence, hr: Floats) -> Floats:
        """Return stroke volume relative to rest, at a heart rate ``hr``, with a heart that beats."""
        slow = np.maximum(1.0 - self.hr / self._rest_hr, 0.0) * SLOW_STROKE
        fast = np.maximum(hr - HURRIED_BPM, 0.0) / HURRIED_BPM
        sv = self._filling * (1.0 + slow - np.minimum(fast, 0.6))
        if acting.acting:
            sv *= acting.preload
            sv *= acting.contractility
        return sv

    def pressures(self, sv: Floats, acting: Influence) -> tuple[Floats, Floats, Floats]:
        """Return (systolic, diastolic, output relative to rest) at a stroke volume relative to rest."""
        venous: Floats | float = CVP_MMHG
        if self._moving:
            venous = within(CVP_MMHG - CVP_FALL_MMHG * self.lost, 1.0, CVP_MMHG)
        useful = np.maximum(self.hr - FUTILE * self._hurry, 0.4 * self.hr)
        output = useful / self._rest_hr * sv * self.pulse
        width = sv * self.pulse
        resistance = self._resistance * self.tone
        if acting.acting:
            resistance = resistance * acting.resistance * acting.set_map
            if self.pulse.min() <= 0.0:
                pressed = (self.pulse <= 0.0) & (acting.circulation > 0.0)
                output = np.where(pressed, acting.circulation * np.minimum(sv, 1.0), output)
                width = np.where(pressed, COMPRESSED_STROKE, width)
        mean = venous + self._driven_rest * output * resistance
        pulse = np.minimum(self._rest_pulse * width, 2.5 * mean)
        systolic, diastolic = mean + pulse * (2.0 / 3.0), mean - pulse / 3.0
        if acting.acting:
            share = np.minimum(output, 1.0)
            systolic = np.maximum(systolic + acting.sbp_mmhg * share, 0.0)
            diastolic = np.maximum(diastolic + 0.5 * acting.sbp_mmhg * share, 0.0)
        return systolic, diastolic, output
