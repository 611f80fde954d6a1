"""Who shivers: of cold, and while a fever rises.

Cold: the Swiss stages (reference 7.16): between about 35 and 32 °C, no longer at 31. Fever: while the body
is cooler than it wants to be (8.9: by 0.5 °C). Ramps around these, and who is too far gone, are *heuristic*.
"""

from typing import Final

import numpy as np

from devices.arrays import Floats
from devices.physiology import fields as f
from devices.physiology import rows as r
from devices.physiology.bounds import within
from devices.physiology.influence import Influence

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


def degrees(state: Floats, acting: Floats) -> Floats:
    """Return how much each patient shivers, ``[N]``, 0 to 1; ``acting`` are the fields of what acts."""
    wanted_c = state[r.FEVER] * acting[f.SET_POINT_C]
    below = state[r.REST_TEMP] - state[r.TEMP]
    cold = within((below + np.minimum(wanted_c, 0.0) - COLD_C) / COLD_SPAN_C, 0.0, 1.0)
    rising = within((below + wanted_c - RISING_C) / RISING_SPAN_C, 0.0, 1.0) * (wanted_c > 0.0)
    able = within((state[r.TEMP] - STIFF_C) / STIFF_SPAN_C, 0.0, 1.0)
    able *= within(GONE - state[r.DEPTH], 0.0, 1.0) * (state[r.PULSE] > 0.0)
    found = np.maximum(cold, rising) * able
    return np.where(found > NOTHING, found, 0.0)


def act(degree: Floats, state: Floats, influence: Influence) -> None:
    """Let those who shiver of cold use more oxygen; a fever's own amounts hold that already."""
    if degree.any():
        who = ((degree > 0.0) & (state[r.TEMP] < state[r.REST_TEMP])).nonzero()[0]
        influence.act("metabolism", who, 1.0 + METABOLISM * degree[who])
