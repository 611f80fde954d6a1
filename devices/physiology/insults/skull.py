"""The pressure within the skull, and what takes of it: with less of it an illness feels like an earlier hour.

The pressures follow from the mean pressures of reference 7.19: Cushing's reflex keeps what perfuses the brain
at 78 mmHg (Rosner and Coley 1986 saw it do so from 70 to 75 on), so the skull holds the rest; the last, where
it has failed, and what is normal are *heuristic*.
"""

from typing import Final

import numpy as np

from devices.arrays import Floats, Ints
from devices.kernels import kernel
from devices.physiology import bounds, coupling
from devices.physiology import fields as f
from devices.physiology import rows as r
from devices.physiology.insults.entries import KIND, PATIENT, RELIEF, STAGE

STAGES: Final = np.array((0, 10, 30, 50, 70, 85, 95)) / 95.0
PRESSURES: Final = np.array((10.0, 20.0, 29.0, 39.0, 49.0, 58.0, 85.0))
"""mmHg at the stages of the insult ``intracranial-pressure``."""
CURVE: Final = np.stack((STAGES, PRESSURES))
OWN_MMHG: Final = 1.0
"""So much carbon dioxide the ill blow off by themselves, which the table's amounts know."""
HYPOCAPNIC: Final = 1.1
"""mmHg less in the skull per mmHg of arterial carbon dioxide below that: 5 for an end-tidal one of 30 to 35
(reference 7.23)."""
MOST_FALL_MMHG: Final = 16.0
"""By so much less vessels are as narrow as they get (arterial about 25 mmHg, *heuristic*)."""
WORSE: Final = -0.5
"""Nothing makes it more than half as bad again (*heuristic*)."""
_LEAST: Final = float(STAGES[1]) * 1e-6


@kernel
def along(value: float, curve: Floats, given: int) -> float:
    """Return what goes with a ``value`` of the row ``given`` of ``curve`` ``[2, k]``, between its points."""
    last = curve.shape[1] - 2
    k = 0
    while k < last and value >= float(curve[given, k + 1]):
        k += 1
    low, high = float(curve[given, k]), float(curve[given, k + 1])
    share = bounds.held((value - low) / (high - low), 0.0, 1.0)
    first = float(curve[1 - given, k])
    return first + (float(curve[1 - given, k + 1]) - first) * share


def pressure(felt: float) -> float:
    """Return the pressure (mmHg) in the skull at a stage that is ``felt``."""
    return float(along(felt, CURVE, 0))


@kernel
def relax(s: Floats, a: Floats, kind: int, whose: Ints, each: Floats, curve: Floats) -> None:
    """Relieve every insult of a ``kind`` by what treatments and fast breath take from it now."""
    for e in range(whose.shape[1]):
        if whose[KIND, e] != kind:
            continue
        i, stage = int(whose[PATIENT, e]), float(each[STAGE, e])
        own = float(s[r.REST_ETCO2, i]) + coupling.ALVEOLAR_GRADIENT_MMHG
        blown_off = bounds.held(own - OWN_MMHG - float(s[r.PACO2, i]), 0.0, MOST_FALL_MMHG)
        less = along(stage, curve, 0) + float(a[f.ICP_MMHG, i]) - HYPOCAPNIC * blown_off
        taken = 1.0 - along(less, curve, 1) / max(stage, _LEAST)
        each[RELIEF, e] = 1.0 - (1.0 - float(each[RELIEF, e])) * (1.0 - bounds.held(taken, WORSE, 1.0))
