"""How truth comes nearer to where a body goes, or a script wants it; all bodies at once."""

import math
from typing import Final

import numpy as np

from devices import kernels
from devices.arrays import Floats
from devices.physiology import rows as r

PULSE_MMHG: Final = 4.0
"""Least difference of systolic and diastolic pressure while there is a pulse."""
OWN, AIMED = range(2)
"""Rows of what a step keeps of a distance: to where the body itself goes, and to what a script wants."""


def _loop(truth: Floats, own: Floats, aims: Floats, keeps: Floats, aimed: int) -> None:
    """Do what ``approach`` does, number by number."""
    for k in range(truth.shape[0]):
        for i in range(truth.shape[1]):
            target, keep = own[k, i], keeps[OWN, k]
            if aimed and not math.isnan(aims[k, i]):
                target, keep = aims[k, i], keeps[AIMED, k]
            truth[k, i] = (truth[k, i] - target) * keep + target
    for i in range(truth.shape[1]):
        sbp = truth[r.SBP, i]
        truth[r.DBP, i] = min(truth[r.DBP, i], sbp - PULSE_MMHG if sbp > PULSE_MMHG else sbp)


@kernels.twin(_loop)
def approach(truth: Floats, own: Floats, aims: Floats, keeps: Floats, aimed: int) -> None:
    """Let ``truth`` ``[keys, N]`` come nearer to ``own``, or to ``aims`` where these are not NaN.

    ``keeps`` ``[2, keys]`` is what a step keeps of the distance to either. ``aimed`` is 0 while a script
    wants nothing of anybody. Diastolic pressure stays below systolic while there is a pulse.
    """
    target, keep = own, keeps[OWN][:, None]
    if aimed:
        free = np.isnan(aims)
        target, keep = np.where(free, own, aims), np.where(free, keep, keeps[AIMED][:, None])
    truth -= target
    truth *= keep
    truth += target
    sbp, dbp = truth[r.SBP], truth[r.DBP]
    np.minimum(dbp, sbp - PULSE_MMHG * (sbp > PULSE_MMHG), out=dbp)
