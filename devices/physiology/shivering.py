"""Who shivers: of cold, and while a fever rises.

Cold: the Swiss stages (reference 7.16): between about 35 and 32 °C, no longer at 31. Fever: while the body
is cooler than it wants to be (8.9: by 0.5 °C). Ramps around these, and who is too far gone, are *heuristic*.
"""

from typing import Final

from devices.arrays import Floats
from devices.kernels import kernel
from devices.physiology import bounds
from devices.physiology import fields as f
from devices.physiology import rows as r

COLD_C, COLD_SPAN_C = 1.2, 1.0
"""So far below one's own temperature shivering begins, and by so much lower it is full."""
STIFF_C, STIFF_SPAN_C = 32.0, 0.5
"""Muscles no longer shiver at this temperature, and less from a little above on."""
RISING_C, RISING_SPAN_C = 0.35, 1.0
"""Likewise below what a fever wants: reference 8.9 lets it begin at 0.5."""
GONE: Final = 2.5
"""A depth of consciousness in which nobody shivers; a step before it begins to cease."""
METABOLISM: Final = 0.25
"""By what share full shivering of cold raises oxygen used and carbon dioxide made. Muscles alone would double
it and more; but an illness's amounts were found along a table in which patients shiver already."""
NOTHING: Final = 0.05


@kernel
def shiver(i: int, s: Floats, a: Floats) -> float:
    """Return how much patient ``i`` shivers, 0 to 1; ``a`` are the fields of what acts."""
    wanted_c, temp = float(s[r.FEVER, i]) * float(a[f.SET_POINT_C, i]), float(s[r.TEMP, i])
    below = float(s[r.REST_TEMP, i]) - temp
    most = bounds.held((below + min(wanted_c, 0.0) - COLD_C) / COLD_SPAN_C, 0.0, 1.0)
    if wanted_c > 0.0:
        most = max(most, bounds.held((below + wanted_c - RISING_C) / RISING_SPAN_C, 0.0, 1.0))
    if most <= NOTHING or float(s[r.PULSE, i]) <= 0.0:
        return 0.0
    most *= bounds.held((temp - STIFF_C) / STIFF_SPAN_C, 0.0, 1.0)
    most *= bounds.held(GONE - float(s[r.DEPTH, i]), 0.0, 1.0)
    return most if most > NOTHING else 0.0


@kernel
def degrees(s: Floats, a: Floats) -> int:
    """Note how much each patient shivers; return how many do."""
    found = 0
    for i in range(s.shape[1]):
        degree = shiver(i, s, a)
        s[r.SHIVERING, i] = degree
        if degree > 0.0:
            found += 1
    return found


@kernel
def act(s: Floats, a: Floats) -> None:
    """Let those who shiver of cold use more oxygen; a fever's own amounts hold that already."""
    for i in range(s.shape[1]):
        degree = float(s[r.SHIVERING, i])
        if degree > 0.0 and float(s[r.TEMP, i]) < float(s[r.REST_TEMP, i]):
            a[f.METABOLISM, i] *= 1.0 + METABOLISM * degree
