"""The table of insults as arrays, for kernels: all kinds end to end, with where each begins."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from devices.arrays import Floats, Ints
from devices.physiology.combining import HOWS
from devices.physiology.influence import FIELDS, RHYTHMS
from devices.physiology.insults.kinds import BESIDE, FENTANYL, LACTATE, RELIEVED, SPECIAL, Insult, amounts

STAGES, AMOUNTS, WAYS, FLOWS, DEMANDS = range(5)
"""Rows of ``begins``: where a kind's share of each array begins; where it ends the next kind's does."""
COURSE_S, RECOVERS_S = range(2)
"""Rows of ``times``: how long a kind's whole course takes, and recovery from the worst of it."""
HOW_RELIEVED, HOW_SPECIAL, TIMED = range(3)
"""Rows of ``modes``: places in ``kinds.RELIEVED`` and ``kinds.SPECIAL``, whether it goes by time alone."""
ROW, HOW, HURRIED = range(3)
"""Rows of ``ways``: a field's row in the matrix of ``Influence``, below 0 one of ``BESIDE``, counted from -1;
how it combines; and whether a tempo multiplies it."""
HURRY: Final = ("heat_w", "glucose_mmol_min", LACTATE, FENTANYL)
"""What flows into slow stores: an illness at twice its tempo brings twice as much in a minute."""
Flat = tuple[Ints, Floats, Ints, Floats, Floats, Ints, Ints, Floats, Ints, Floats]
"""``begins`` ``[5, kinds + 1]``, ``times`` ``[2, kinds]``, ``modes`` ``[3, kinds]``, stages, amounts (one
field of a kind after the other), ``ways`` ``[3, fields]``, rows and shares of flows, rhythms of demands and
the stages they are made from."""


def flat(insults: Sequence[Insult]) -> Flat:
    """Return ``insults`` as arrays."""
    rows, known = list(FIELDS), [amounts(insult) for insult in insults]
    ways = [_way(field, rows) for fields, _, _ in known for field in fields]
    flows = [(rows.index(field), share) for insult in insults for field, share in insult.flows.items()]
    demands = [(RHYTHMS.index(rhythm), least) for insult in insults for least, rhythm in insult.demands]
    sizes = [
        (len(stages), many.size, len(fields), len(insult.flows), len(insult.demands))
        for insult, (fields, stages, many) in zip(insults, known, strict=True)
    ]
    return (
        np.concatenate([np.zeros((5, 1), np.int64), np.array(sizes).T.cumsum(axis=1)], axis=1),
        np.array([(insult.course_s, 60.0 * insult.recovers_min) for insult in insults]).T.copy(),
        np.array([(RELIEVED.index(i.relieved), SPECIAL.index(i.special), i.timed) for i in insults]).T.copy(),
        np.concatenate([stages for _, stages, _ in known]),
        np.concatenate([many.reshape(-1) for _, _, many in known]),
        np.array(ways).T.copy(),
        *_pairs(flows),
        *_pairs(demands),
    )


def _way(field: str, rows: list[str]) -> tuple[int, int, int]:
    hurried = int(field in HURRY)
    if field in BESIDE:
        return -1 - BESIDE.index(field), 0, hurried
    return rows.index(field), HOWS.index(FIELDS[field].how), hurried


def _pairs(pairs: list[tuple[int, float]]) -> tuple[Ints, Floats]:
    return np.array([place for place, _ in pairs], np.int64), np.array([share for _, share in pairs], float)
