"""What bodies come to by what they suffer: lactate, and how far from awake they are, patient by patient."""

from math import exp
from typing import Final

from devices.arrays import Floats
from devices.kernels import kernel
from devices.physiology import consciousness, coupling, lactate, stores
from devices.physiology import fields as f
from devices.physiology import rows as r

LEAST_NEED: Final = 0.1
NOTHING: Final = 1e-6
"""What falls below is 0: numbers that only come nearer to it are slow to reckon with."""


@kernel
def brought(i: int, s: Floats) -> float:
    """Return the oxygen that blood brings to patient ``i`` over what is needed, 1 at rest."""
    haemoglobin = float(s[r.HAEMOGLOBIN, i]) / float(s[r.REST_HAEMOGLOBIN, i])
    carried = float(s[r.FLOW, i]) * haemoglobin * float(s[r.SPO2, i]) / float(s[r.REST_SPO2, i])
    needed = (float(s[r.USED, i]) + float(s[r.SHORT, i])) / stores.UPTAKE_ML_MIN
    return carried / max(needed, LEAST_NEED)


@kernel
def suffer(s: Floats, a: Floats, points: Floats, dt_s: float, keep: float) -> int:
    """Let lactate and depth follow for ``dt_s``; return how many are as awake as another letter says.

    ``points`` are the depths of each cause, ``keep`` is what ``dt_s`` leaves of the way to the deepest.
    """
    changed = 0
    for i in range(s.shape[1]):
        map_mmhg = coupling.mean_pressure(float(s[r.SBP, i]), float(s[r.DBP, i]))
        minutes = dt_s / 60.0 * float(a[f.HASTE, i])
        now, lost = float(s[r.LACTATE, i]), float(s[r.LOST, i])
        s[r.LACTATE, i] = lactate.after(now, map_mmhg, lost, brought(i, s), minutes)
        pulse, stunned = float(s[r.PULSE, i]), float(s[r.STUNNED, i])
        if pulse <= 0.0 or stunned > 0.0:
            pressed = float(a[f.CIRCULATION, i])
            s[r.STUNNED, i] = consciousness.stunned_after(stunned, pulse, pressed, dt_s)
        deepest = consciousness.deepest(i, s, points, map_mmhg, float(a[f.CONSCIOUSNESS, i]))
        depth = deepest + (float(s[r.DEPTH, i]) - deepest) * keep
        s[r.DEPTH, i] = depth
        if abs(depth - float(s[r.LETTER, i])) > consciousness.FIRM:
            changed += 1
    return changed


def kept(dt_s: float) -> float:
    """Return what ``dt_s`` keeps of the way to the deepest cause."""
    return exp(-dt_s / consciousness.LAG_S)
