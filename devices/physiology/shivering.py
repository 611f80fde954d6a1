"""Who shivers: of cold, and while a fever rises.

Cold: the Swiss stages (reference 7.16): between about 35 and 32 °C, no longer at 31. Fever: while the body
is cooler than it wants to be (8.9: by 0.5 °C). Ramps around these, and who is too far gone, are *heuristic*.
"""

import math
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
QUICKEST_C_H, WANTS_H = 1.5, 1.0
"""A fever rises no faster (reference 8.9), so what does is heated, or set; and whoever's rises wants to be as
much warmer as they become in an hour (8.9: a lag of 60 min)."""
SEEN_S: Final = 300.0
"""A rise that lasts for about so long is one."""


@kernel
def follow(s: Floats, led: Floats, dt_s: float) -> int:
    """Note how fast temperatures rise that a script leads (``led`` ``[N]``, NaN where none); count them."""
    found = 0
    for i in range(s.shape[1]):
        temp, before = float(s[r.TEMP, i]), float(s[r.LED_TEMP, i])
        if math.isnan(float(led[i])):
            s[r.LED_TEMP, i] = s[r.LED_RISE, i] = 0.0
            continue
        found += 1
        s[r.LED_TEMP, i] = temp
        if before > 0.0:
            rise = (temp - before) * (3600.0 / dt_s)
            if rise < 0.0 or rise > QUICKEST_C_H or temp < float(s[r.REST_TEMP, i]):
                rise = 0.0
            now = float(s[r.LED_RISE, i])
            s[r.LED_RISE, i] = rise + (now - rise) * math.exp(-dt_s / SEEN_S)
    return found


@kernel
def shiver(i: int, s: Floats, a: Floats) -> float:
    """Return how much patient ``i`` shivers, 0 to 1; ``a`` are the fields of what acts."""
    wanted_c, temp = float(s[r.FEVER, i]) * float(a[f.SET_POINT_C, i]), float(s[r.TEMP, i])
    below = float(s[r.REST_TEMP, i]) - temp
    most = bounds.held((below + min(wanted_c, 0.0) - COLD_C) / COLD_SPAN_C, 0.0, 1.0)
    if wanted_c > 0.0:
        most = max(most, bounds.held((below + wanted_c - RISING_C) / RISING_SPAN_C, 0.0, 1.0))
    most = max(most, bounds.held((WANTS_H * float(s[r.LED_RISE, i]) - RISING_C) / RISING_SPAN_C, 0.0, 1.0))
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
    """Let those who shiver use more oxygen, but in a fever of an illness, whose amounts hold that."""
    for i in range(s.shape[1]):
        degree = float(s[r.SHIVERING, i])
        cold = float(s[r.TEMP, i]) < float(s[r.REST_TEMP, i])
        if degree > 0.0 and (cold or float(s[r.LED_RISE, i]) > 0.0):
            a[f.METABOLISM, i] *= 1.0 + METABOLISM * degree
