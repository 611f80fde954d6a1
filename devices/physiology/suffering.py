"""What bodies come to by what they suffer: lactate, and how far from awake they are, patient by patient."""

from math import exp
from typing import Final

from devices.arrays import Floats
from devices.kernels import kernel
from devices.physiology import consciousness, coupling, lactate
from devices.physiology import fields as f
from devices.physiology import rows as r

NOTHING: Final = 1e-6
"""What falls below is 0: numbers that only come nearer to it are slow to reckon with."""


@kernel
def suffer(s: Floats, a: Floats, points: Floats, dt_s: float, keep: float) -> int:
    """Let lactate and depth follow for ``dt_s``; return how many are as awake as another letter says.

    ``points`` are the depths of each cause, ``keep`` is what ``dt_s`` leaves of the way to the deepest.
    """
    changed = 0
    for i in range(s.shape[1]):
        map_mmhg = coupling.mean_pressure(float(s[r.SBP, i]), float(s[r.DBP, i]))
        minutes = dt_s / 60.0 * float(a[f.HASTE, i])
        s[r.LACTATE, i] = lactate.after(float(s[r.LACTATE, i]), map_mmhg, float(s[r.LOST, i]), minutes)
        deepest = consciousness.deepest(i, s, points, map_mmhg, float(a[f.CONSCIOUSNESS, i]))
        depth = deepest + (float(s[r.DEPTH, i]) - deepest) * keep
        s[r.DEPTH, i] = depth
        if abs(depth - float(s[r.LETTER, i])) > consciousness.FIRM:
            changed += 1
    return changed


def kept(dt_s: float) -> float:
    """Return what ``dt_s`` keeps of the way to the deepest cause."""
    return exp(-dt_s / consciousness.LAG_S)
