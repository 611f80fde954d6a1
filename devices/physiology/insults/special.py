"""What an insult does that depends on the body it does it to."""

import math
from typing import Final

from devices.arrays import Floats, Ints
from devices.kernels import kernel
from devices.physiology import bounds
from devices.physiology import fields as f
from devices.physiology import rows as r
from devices.physiology.insults.entries import FELT, MEMORY

TOO_MUCH_PERCENT, SPAN_PERCENT = 92.0, 4.0
HYPEROXIC_DRIVE: Final = 0.2
HYPEROXIC_DEAD_SPACE: Final = 0.1
"""Oxygen above the target of 88 to 92 % at once takes drive and undoes the matching of blood and air."""
NARCOTIC_DRIVE: Final = 0.77
"""What it takes of the drive in the end, with the narcosis it makes. Sizes set by the rows of reference 7.8
(PaCO2 58 to 92 mmHg and 24 to 10 breaths within an hour). It follows the oxygen and not the CO2 itself:
that would feed on itself, so that a millimetre at the beginning became six within the hour."""
NARCOTIC_BPM, NARCOTIC_TONE = -27.0, 0.2
"""What full narcosis takes of the heart rate, and by how much it tightens vessels: 98 to 84 /min and an even
pressure there."""
LAMING_S, WAKING_S = 14.0 * 60.0, 6.0 * 3600.0
"""How soon the drive is lamed, and how slowly that comes back."""
WAKING_DEPTH: Final = 0.25
"""So much deeper are the breaths of whom oxygen no longer lames but did: an hour after the mask is right a
retainer breathes 14 to 18, has lost 10 to 15 mmHg and is awake (reference 7.23; the form is *heuristic*)."""


UNFELT: Final = 1e-3
STABLE_ILL, ILL_PER_SHUNT, MOST_ILL = 0.4, 2.0, 0.8
"""How much of that happens to a retainer without an exacerbation: 5 mmHg of carbon dioxide in the stable,
more the iller the lung, by what passes no air (*heuristic*)."""


@kernel
def narcosis(i: int, dt_s: float, ill: float, lamed: float, s: Floats, a: Floats) -> float:
    """Let too much oxygen act on patient ``i``: dead space grows, the drive falls at once and then further.

    Return how lamed the drive is then.
    """
    excess = bounds.held((float(s[r.SPO2, i]) - TOO_MUCH_PERCENT) / SPAN_PERCENT, 0.0, 1.0)
    goal = NARCOTIC_DRIVE * excess
    lamed += (goal - lamed) * (1.0 - math.exp(-dt_s / (LAMING_S if goal > lamed else WAKING_S)))
    a[f.DRIVE, i] *= (1.0 - HYPEROXIC_DRIVE * excess * ill) * (1.0 - lamed * ill)
    a[f.DEPTH, i] *= 1.0 + WAKING_DEPTH * max(lamed - goal, 0.0) * ill
    a[f.CHRONOTROPY_BPM, i] += NARCOTIC_BPM * lamed * ill
    a[f.RESISTANCE, i] *= 1.0 + NARCOTIC_TONE * lamed * ill
    a[f.DEAD_SPACE, i] = 1.0 - (1.0 - float(a[f.DEAD_SPACE, i])) * (1.0 - HYPEROXIC_DEAD_SPACE * excess * ill)
    return lamed


@kernel
def hyperoxia(e: int, i: int, dt_s: float, s: Floats, a: Floats, each: Floats) -> None:
    """Too much oxygen in a COPD exacerbation, which is entry ``e`` of ``each``."""
    ill = min(2.0 * float(each[FELT, e]), 1.0)
    each[MEMORY, e] = narcosis(i, dt_s, ill, float(each[MEMORY, e]), s, a)


@kernel
def retain(dt_s: float, who: Ints, place: Ints, s: Floats, a: Floats) -> int:
    """Too much oxygen in those who retain carbon dioxide, ``who``, and have no exacerbation (``place``).

    Return how many feel it.
    """
    felt = 0
    for k in range(who.size):
        i = int(who[k])
        lamed = float(s[r.LAMED, i])
        if place[i] >= 0 or (lamed < UNFELT and float(s[r.SPO2, i]) <= TOO_MUCH_PERCENT):
            continue
        ill = min(STABLE_ILL + ILL_PER_SHUNT * float(a[f.SHUNT, i]), MOST_ILL)
        s[r.LAMED, i] = narcosis(i, dt_s, ill, lamed, s, a)
        felt += 1
    return felt
