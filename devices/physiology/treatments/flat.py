"""The table of treatments as arrays, for kernels: all kinds end to end, with where each begins."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from devices.arrays import Floats, Ints
from devices.physiology.combining import HOWS
from devices.physiology.influence import FIELDS
from devices.physiology.insults import KINDS
from devices.physiology.treatments.kinds import WEIGHTS, Treatment

PUSHES, EASES, RELIEVES, HOLDS = range(4)
"""Rows of ``begins``: where a kind's share of each array begins; where it ends the next kind's does."""
ROW, HOW, WEIGHT = range(3)
"""Rows of ``ways``: a push's field in the matrix of ``Influence``, how it combines, and a place in
``WEIGHTS``."""
SATURATION, OVER_S, USUAL_FLOW = range(3)
"""Rows of ``sizes``: what bounds the response to more doses, how long a dose runs in, and how much of what it
then feeds."""
NO_FLOW: Final = -1
Flat = tuple[Ints, Floats, Floats, Floats, Ints, Ints, Floats, Ints, Floats, Ints, Floats, Ints]
"""``begins`` ``[4, kinds + 1]``; courses of effects and of relief ``[kinds, 4]``; ``sizes`` ``[3, kinds]``;
rows that kinds feed; pushes' ``ways`` ``[3, pushes]`` and gains; rows and shares of eases; kinds of insults
and shares of what is relieved; kinds of insults that are held."""


def flat(kinds: Sequence[Treatment]) -> Flat:
    """Return treatments as arrays."""
    rows = list(FIELDS)
    pushes = [push for kind in kinds for push in kind.pushes]
    ways = [(rows.index(p.field), HOWS.index(FIELDS[p.field].how), WEIGHTS.index(p.weight)) for p in pushes]
    eases = [(rows.index(field), share) for kind in kinds for field, share in kind.eases.items()]
    relieves = [(KINDS[name], share) for kind in kinds for name, share in kind.relieves.items()]
    sizes = [(len(k.pushes), len(k.eases), len(k.relieves), len(k.holds)) for k in kinds]
    fed = [kind.flow[0] for kind in kinds]
    return (
        np.concatenate([np.zeros((4, 1), np.int64), np.array(sizes).T.cumsum(axis=1)], axis=1),
        np.array([kind.course.numbers for kind in kinds]),
        np.array([(kind.slowly or kind.course).numbers for kind in kinds]),
        np.array([(kind.saturation, kind.over_s, kind.flow[1]) for kind in kinds]).T.copy(),
        np.array([rows.index(field) if field else NO_FLOW for field in fed]),
        np.array(ways).T.copy(),
        np.array([push.gain for push in pushes]),
        np.array([row for row, _ in eases]),
        np.array([share for _, share in eases]),
        np.array([kind for kind, _ in relieves]),
        np.array([share for _, share in relieves]),
        np.array([KINDS[name] for kind in kinds for name in kind.holds], np.int64),
    )
