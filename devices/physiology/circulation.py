"""Blood volume, pressure and the baroreflex: a static circulation with lags.

Form: the clinical reference 8.5; lags 8.3 iii. Constants are a compromise between 1 L of bleeding and
suction (Johnson 2014) and 375 mL (Leonetti); what misses is in docs/explanation/physiology.md. Fluids:
the volume controller of Bighamian 2016 (form), with refill after bleeding slowed (*heuristic*: people
refill some hundred mL an hour).
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from devices.arrays import Floats
from devices.kernels import kernel
from devices.person import Person
from devices.physiology import bounds, lags
from devices.physiology import fields as f
from devices.physiology import rows as r

CVP_MMHG: Final = 6.0
CVP_FALL_MMHG: Final = 26.0
"""Per fraction of blood volume lost."""
MOST_RESISTANCE: Final = 1.6
LEAST_RESISTANCE: Final = 0.6
RESISTANCE_GAIN: Final = 0.5
"""Of relative resistance to the relative fall of MAP: that of the reference's profile ``atls``."""
EMPTY_HR_BPM, EMPTY_FROM = 135.0, 0.17
"""Cardiopulmonary receptors: /min per share of stroke volume lost beyond the second, which bleeding of
1 L does not reach (HR + 7) and suction at - 45 mmHg does (HR + 25; Johnson 2014). Fitted to both."""
FUTILE: Final = 0.6
"""Share of that tachycardia that moves no more blood, since what does not return cannot be thrown
(*heuristic*; without it suction would not lower MAP and a bolus would not lift it)."""
REFLEX_SHARE, MOST_SHARE = 0.82, 0.95
"""Reflexes alone drive the heart no faster than the first share of the greatest rate (*heuristic*: 148 at
40), illness and drugs no faster than the second."""
DRIVEN_BPM, OVER_REST_BPM = 5.0, 20.0
"""Where reflexes are held down fever and lack of oxygen drive the heart no further than this beyond them (100
with a β-blocker, reference 7.2); at least the second over rest they reach (7.4: 70 to 92 /min, bleeding)."""
BLOOD_ML_KG: Final = 70.0
HEALTHY_INDEX: Final = 22.0
CRYSTALLOID, COLLOID, LOSS = 1.0 / 3.0, 1.0 / 1.3, 0.5
"""What of an infusion stays, and what of a loss remains, in the end: 1/(1 + α), α 2, 0.3 and 1."""
PACKED_G_L: Final = 200.0
"""Haemoglobin of red cells as given: a unit of 300 mL raises 10 g/L (reference 7.23)."""
HURRIED_BPM, SLOW_STROKE = 150.0, 0.5
"""Beyond 150 /min a ventricle fills worse, below rest it fills better (*heuristic*)."""
MOST_HURRIED: Final = 0.6
COMPRESSED_STROKE: Final = 0.8
"""Pulse pressure of compressions relative to that at rest (*heuristic*)."""
LEAST_LEFT: Final = 0.02
"""Of the blood volume, which no loss takes."""
GONE_BPM: Final = 1e-9
"""A tachycardia less than this is none."""


def blood_ml(weight_kg: float, height_cm: float) -> float:
    """Return blood volume: 70 mL/kg, fat beyond a fifth above the healthy weight left out (*heuristic*)."""
    healthy = HEALTHY_INDEX * (height_cm / 100.0) ** 2
    return BLOOD_ML_KG * min(weight_kg, 1.2 * healthy)


@kernel
def stroke(lost: float) -> float:
    """Return stroke volume relative to rest when the fraction ``lost`` of blood is gone.

    Form of the reference 8.5; sizes set by Johnson 2014, Leonetti and the last rows of 7.3.
    """
    gone = max(lost, 0.0)
    return bounds.held(1.0 - lost - 4.7 * gone * gone * gone, 0.05, 1.15)


@kernel
def fill(i: int, s: Floats, a: Floats, kept: Floats, acting: int) -> None:
    """Let blood and fluid flow into and out of patient ``i``, whose blood volume once was at rest."""
    bleeding, clear, blood = float(s[r.BLEEDING, i]), float(s[r.CRYSTALLOID, i]), float(s[r.BLOOD, i])
    leak = 0.0
    if acting:
        bleeding += float(a[f.BLEEDING_ML_MIN, i])
        clear += float(a[f.CRYSTALLOID_ML_MIN, i])
        blood += float(a[f.BLOOD_ML_MIN, i])
        leak = float(a[f.CAPILLARY_LEAK_ML_MIN, i])
    if s[r.MOVING, i] == 0.0:
        if bleeding == 0.0 and clear == 0.0 and blood == 0.0 and leak == 0.0:
            return
        s[r.MOVING, i] = 1.0
    _shift(i, s, kept, (bleeding, clear, blood, leak))


@kernel
def _shift(i: int, s: Floats, kept: Floats, flows: tuple[float, float, float, float]) -> None:
    """Move volume by flows (mL/min) of blood lost, clear fluid and blood given, and plasma leaked."""
    out, clear, blood, leak = flows
    minutes, volume, change = float(kept[lags.MINUTES]), float(s[r.VOLUME, i]), float(s[r.CHANGE, i])
    haemoglobin = float(s[r.HAEMOGLOBIN, i])
    # An empty body cannot bleed: flow falls with what is left.
    here = max(volume + change, 1.0)
    left = bounds.held(here / volume * 4.0 - 0.4, 0.0, 1.0)
    out *= left
    leak *= left
    cells = haemoglobin * here + (PACKED_G_L * blood - haemoglobin * out) * minutes
    given = float(s[r.GIVEN, i]) + clear * minutes
    transfused = float(s[r.TRANSFUSED, i]) + blood * minutes
    bled = float(s[r.BLED, i]) + out * minutes
    leaked = float(s[r.LEAKED, i]) + leak * minutes
    s[r.GIVEN, i], s[r.TRANSFUSED, i], s[r.BLED, i], s[r.LEAKED, i] = given, transfused, bled, leaked
    stays = CRYSTALLOID * given + COLLOID * transfused - LOSS * bled - leaked
    keep = float(kept[lags.REFILL]) if change < stays else float(kept[lags.FLUID])
    change += (clear + blood - out - leak) * minutes
    settled = stays + (change - stays) * keep
    s[r.TISSUE, i] += change - settled
    change = max(settled, -(1.0 - LEAST_LEFT) * volume)
    lost = -change / volume
    s[r.CHANGE, i], s[r.LOST, i], s[r.FILLING, i] = change, lost, stroke(lost)
    s[r.HAEMOGLOBIN, i] = max(cells, 0.0) / max(volume + change, 1.0)


@kernel
def reflexes(i: int, s: Floats, a: Floats, kept: Floats, map_mmhg: float, acting: int) -> None:
    """Let heart and vessels of patient ``i`` answer the pressure that the baroreceptors feel."""
    rest_map, most = float(s[r.REST_MAP, i]), float(s[r.MOST_HR, i])
    fall = rest_map - map_mmhg
    if acting:
        fall = rest_map * float(a[f.SET_MAP, i]) - map_mmhg
    answer = float(s[r.GAIN, i]) * max(fall, -15.0) + _hurry(i, s, a, kept, acting)
    if acting:
        answer *= float(a[f.CHRONOTROPY_GAIN, i])
    paced = float(s[r.PACED, i])
    fastest = min(REFLEX_SHARE * most, float(s[r.REFLEX_MOST, i]))
    target = bounds.held(float(s[r.REST_HR, i]) + answer, max(35.0, paced), fastest)
    if acting:
        pushed = float(a[f.CHRONOTROPY_BPM, i])
        if pushed > 0.0:
            pushed *= float(s[r.ANSWER, i])
        target = bounds.held(target + pushed, max(25.0, paced), MOST_SHARE * most)
        target = min(target, float(a[f.HR_CAP, i]))
        ruled = float(a[f.PACE_BPM, i])
        if ruled > paced:  # a slower one than a pacemaker's does not come about
            target = ruled
    # A rhythm slower than that lets less flow; one that is faster throws no more than comes back.
    target = min(target, float(s[r.FASTEST, i]))
    s[r.REFLEX_HR, i] = target + (float(s[r.REFLEX_HR, i]) - target) * float(kept[lags.HEART])
    tight = bounds.held(1.0 + RESISTANCE_GAIN * fall / rest_map, LEAST_RESISTANCE, MOST_RESISTANCE)
    s[r.RESISTANCE, i] = tight + (float(s[r.RESISTANCE, i]) - tight) * float(kept[lags.RESISTANCE])


@kernel
def _hurry(i: int, s: Floats, a: Floats, kept: Floats, acting: int) -> float:
    """Return the tachycardia (/min) of an empty heart: it comes with the reflexes and lingers."""
    filling, hurry = float(s[r.FILLING, i]), float(s[r.HURRY, i])
    if acting:
        filling *= float(a[f.PRELOAD, i])
    wanted = float(s[r.EMPTY_GAIN, i]) * max(1.0 - filling - EMPTY_FROM, 0.0)
    if wanted == hurry:
        return hurry
    keep = float(kept[lags.CALMING]) if wanted < hurry else float(kept[lags.HEART])
    hurry = wanted + (hurry - wanted) * keep
    if hurry < GONE_BPM:
        hurry = 0.0
    s[r.HURRY, i] = hurry
    return hurry


@kernel
def throw(i: int, s: Floats, a: Floats, acting: int) -> float:
    """Return stroke volume of patient ``i`` relative to rest, with a heart that beats."""
    slow = max(1.0 - float(s[r.REFLEX_HR, i]) / float(s[r.REST_HR, i]), 0.0) * SLOW_STROKE
    fast = max(float(s[r.HR, i]) - HURRIED_BPM, 0.0) / HURRIED_BPM
    thrown = float(s[r.FILLING, i]) * (1.0 + slow - min(fast, MOST_HURRIED)) * float(s[r.STROKE, i])
    if acting:
        thrown *= float(a[f.PRELOAD, i]) * float(a[f.CONTRACTILITY, i])
    return thrown


@kernel
def press(i: int, s: Floats, a: Floats, thrown: float, acting: int) -> float:
    """Set where the pressures of patient ``i`` go at a stroke volume; return output relative to rest."""
    hr, pulse = float(s[r.REFLEX_HR, i]), float(s[r.PULSE, i])
    venous = bounds.held(CVP_MMHG - CVP_FALL_MMHG * float(s[r.LOST, i]), 1.0, CVP_MMHG)
    useful = max(hr - FUTILE * float(s[r.HURRY, i]), 0.4 * hr)
    width = thrown * pulse
    output = useful / float(s[r.REST_HR, i]) * width
    resistance = float(s[r.RESISTANCE, i]) * float(s[r.TONE, i])
    if acting:
        resistance *= float(a[f.RESISTANCE, i]) * float(a[f.SET_MAP, i])
        pressed = float(a[f.CIRCULATION, i])
        if pulse <= 0.0 and pressed > 0.0:
            output, width = pressed * min(thrown, 1.0), COMPRESSED_STROKE
    mean = venous + (float(s[r.REST_MAP, i]) - CVP_MMHG) * output * resistance
    pulse = min((float(s[r.REST_SBP, i]) - float(s[r.REST_DBP, i])) * width, 2.5 * mean)
    systolic, diastolic = mean + pulse * (2.0 / 3.0), mean - pulse / 3.0
    if acting:
        more = float(a[f.SBP_MMHG, i]) * min(output, 1.0)
        systolic, diastolic = max(systolic + more, 0.0), max(diastolic + 0.5 * more, 0.0)
    s[r.TO_SBP, i], s[r.TO_DBP, i] = systolic, diastolic
    return output


class Circulation:
    """Circulations of N patients. Flows in mL/min: ``bleeding``, ``crystalloid``, ``blood``.

    ``tone`` multiplies resistance: below 1 vessels are wide, above 1 a vasopressor runs. ``pulse`` is
    what of every beat moves blood: 0 when the heart's rhythm moves none. All are rows of ``state``.
    """

    def __init__(self, people: Sequence[Person], state: Floats) -> None:
        self.volume_ml = state[r.VOLUME]
        self.volume_ml[:] = [p.blood_factor * blood_ml(p.weight_kg, p.height_cm) for p in people]
        self.bleeding, self.crystalloid, self.blood = state[r.BLEEDING : r.BLOOD + 1]
        self.tone = state[r.TONE]
        self.change_ml = state[r.CHANGE]
        """Blood volume less that at rest; the rest of what was given or lost is in the tissue."""
        self.given_ml, self.lost_ml, self.transfused_ml, self.leaked_ml, self.tissue_ml = state[
            r.GIVEN : r.TISSUE + 1
        ]
        """Given, lost, leaked since the start, and what tissue took of it (below 0: gave)."""
        self.rest_haemoglobin, self.haemoglobin_g_l = state[r.REST_HAEMOGLOBIN], state[r.HAEMOGLOBIN]
        self.rest_haemoglobin[:] = self.haemoglobin_g_l[:] = [p.haemoglobin_g_l for p in people]
        self.rest_map, pulse = state[r.REST_MAP], state[r.REST_SBP] - state[r.REST_DBP]
        self.rest_map[:] = state[r.REST_DBP] + pulse / 3.0
        state[r.GAIN] = [p.baroreflex_bpm_mmhg for p in people]
        ceilings = np.array([p.reflex_most_bpm for p in people])
        state[r.REFLEX_MOST] = np.maximum(ceilings, state[r.REST_HR] + OVER_REST_BPM)
        state[r.EMPTY_GAIN] = EMPTY_HR_BPM * np.minimum(state[r.GAIN] / 0.8, 1.0)
        self.hr = state[r.REFLEX_HR]
        """What the reflexes and drugs make of the heart rate, /min."""
        self.hr[:] = state[r.REST_HR]
        self.lost = state[r.LOST]
        """Share of blood volume lost, 0 to 1; below 0 there is more than at rest."""
        self.pulse = state[r.PULSE]
        state[[r.TONE, r.RESISTANCE, r.FILLING]] = 1.0
