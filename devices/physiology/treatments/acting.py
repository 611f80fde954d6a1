"""What treatments do in a step, one line of the sheet (all doses of one kind and patient) after the other."""

import math
from typing import Final

import numpy as np

from devices.arrays import Bools, Floats, Ints
from devices.kernels import kernel
from devices.physiology import bounds, combining
from devices.physiology.insults import entries
from devices.physiology.treatments import course, flat, weights
from devices.physiology.treatments.flat import Flat

AMOUNT, START_S, STOP_S = range(3)
"""Rows of doses: usual doses, when given, and when stopped, infinite while they are on."""
DOSE: Final = 3
KIND, PATIENT, FIRST, PUSH = range(4)
"""Rows of lines: kind, patient, where its doses begin and where the strengths of its pushes do."""
LINE: Final = 4
EFFECT, RELIEF, ARRIVING = range(3)
"""Rows of what a line does: in usual doses, likewise on insults, and usual doses a second that flow in."""
EFFECTS: Final = 3
MOST_EASED: Final = 0.95
"""No treatment takes more than this share of what acts (*heuristic*)."""
WORSE: Final = -0.5
"""No treatment makes an insult more than half as bad again (*heuristic*)."""
_TIMES: Final = combining.TIMES


@kernel
def arriving(age_s: float, on_s: float, dt_s: float, over_s: float, kind: Floats) -> float:
    """Return the share of a dose a second that arrives, by the mean over the last ``dt_s``.

    What runs in fills veins first: it arrives as its course says, a tenth by onset and all by the
    peak, and never more than was let in.
    """
    let_in = bounds.held(on_s / over_s, 1e-9, 1.0)
    come = min(course.risen(age_s, kind), let_in) - min(course.risen(age_s - dt_s, kind), let_in)
    return come / let_in / dt_s


@kernel
def feel(now_s: float, dt_s: float, doses: Floats, lines: Ints, known: Flat, effects: Floats) -> None:
    """Find what each line does now, ``effects`` ``[3, lines]``: the sum of its doses'."""
    _, courses, slow, sizes, fed, _, _, _, _, _, _, _ = known
    for k in range(effects.shape[1]):
        kind = int(lines[KIND, k])
        effect, relief, comes = 0.0, 0.0, 0.0
        for d in range(int(lines[FIRST, k]), int(lines[FIRST, k + 1])):
            amount, start_s = float(doses[AMOUNT, d]), float(doses[START_S, d])
            age_s, on_s = now_s - start_s, float(doses[STOP_S, d]) - start_s
            effect += amount * course.level(age_s, on_s, courses[kind])
            relief += amount * course.level(age_s, on_s, slow[kind])
            if fed[kind] >= 0:
                over_s = float(sizes[flat.OVER_S, kind])
                comes += amount * arriving(age_s, on_s, dt_s, over_s, courses[kind])
        effects[EFFECT, k], effects[RELIEF, k] = max(effect, 0.0), max(relief, 0.0)
        effects[ARRIVING, k] = max(comes, 0.0)


@kernel
def _stays(now_s: float, doses: Floats, kinds: Ints, known: Flat, out: Bools) -> None:
    for d in range(kinds.size):
        start_s, kind = float(doses[START_S, d]), int(kinds[d])
        age_s, on_s = now_s - start_s, float(doses[STOP_S, d]) - start_s
        gone = course.over(age_s, on_s, known[1][kind]) and course.over(age_s, on_s, known[2][kind])
        out[d] = not gone


def stays(now_s: float, doses: Floats, kinds: Ints, known: Flat) -> Bools:
    """Say which doses, ``[doses]``, still do anything, or will."""
    out = np.ones(kinds.size, bool)
    _stays(now_s, doses, kinds, known, out)
    return out


@kernel
def response(doses: float, saturation: float) -> float:
    """Return the effect of so many usual doses, 1 for one of them."""
    return (1.0 + saturation) * doses / (saturation + doses)


@kernel
def act(
    lines: Ints, effects: Floats, known: Flat, s: Floats, a: Floats, strengths: Floats
) -> None:  # fmt: skip
    """Let all lines act on the bodies ``s`` ``[ROWS, N]``, through ``a`` ``[FIELDS, N]``.

    What is pushed is weighed before anything is, and by what flows and eases have left.
    """
    begins, _, _, sizes, fed, ways, gains, eased, shares, _, _, _ = known
    for k in range(effects.shape[1]):
        kind, i = int(lines[KIND, k]), int(lines[PATIENT, k])
        much = response(float(effects[EFFECT, k]), float(sizes[flat.SATURATION, kind]))
        first = int(begins[flat.PUSHES, kind])
        for p in range(first, int(begins[flat.PUSHES, kind + 1])):
            weight = weights.weigh(i, int(ways[flat.WEIGHT, p]), s, a)
            strengths[int(lines[PUSH, k]) + p - first] = float(gains[p]) * much * weight
        if fed[kind] >= 0:
            usual = float(sizes[flat.USUAL_FLOW, kind])
            a[int(fed[kind]), i] += float(effects[ARRIVING, k]) * (60.0 * usual)
        for e in range(int(begins[flat.EASES, kind]), int(begins[flat.EASES, kind + 1])):
            now = float(a[int(eased[e]), i])
            a[int(eased[e]), i] = now - max(now, 0.0) * min(float(shares[e]) * much, MOST_EASED)
    for k in range(effects.shape[1]):
        kind, i = int(lines[KIND, k]), int(lines[PATIENT, k])
        first = int(begins[flat.PUSHES, kind])
        for p in range(first, int(begins[flat.PUSHES, kind + 1])):
            by, how, row = (
                strengths[int(lines[PUSH, k]) + p - first],
                int(ways[flat.HOW, p]),
                int(ways[flat.ROW, p]),
            )
            a[row, i] = combining.combined(
                how, float(a[row, i]), math.exp(by) if how == _TIMES else float(by)
            )


@kernel
def relieve(lines: Ints, effects: Floats, known: Flat, place: Ints, each: Floats) -> None:
    """Take from insults ``each`` what treatments take, in the next step only.

    ``place`` ``[kinds, N]`` says where an insult of a kind and a patient stands in ``each``, if at all.
    """
    begins, _, _, sizes, _, _, _, _, _, relieved, shares, held = known
    for k in range(effects.shape[1]):
        kind, i, relief = int(lines[KIND, k]), int(lines[PATIENT, k]), float(effects[RELIEF, k])
        for w in range(int(begins[flat.RELIEVES, kind]), int(begins[flat.RELIEVES, kind + 1])):
            at = int(place[int(relieved[w]), i])
            if at >= 0:
                much = response(relief, float(sizes[flat.SATURATION, kind]))
                taken = bounds.held(float(shares[w]) * much, WORSE, 1.0)
                each[entries.RELIEF, at] = 1.0 - (1.0 - float(each[entries.RELIEF, at])) * (1.0 - taken)
        for w in range(int(begins[flat.HOLDS, kind]), int(begins[flat.HOLDS, kind + 1])):
            at = int(place[int(held[w]), i])
            if at >= 0:
                each[entries.HELD, at] = 1.0


@kernel
def step(  # noqa: PLR0913, PLR0917 -- all that treatments act by, in one call
    now_s: float, dt_s: float, doses: Floats, lines: Ints, known: Flat, effects: Floats, place: Ints,
    each: Floats, s: Floats, a: Floats, strengths: Floats,
) -> None:  # fmt: skip
    """Find what all lines do in the step of ``dt_s`` before ``now_s``, let them relieve insults, and act."""
    feel(now_s, dt_s, doses, lines, known, effects)
    relieve(lines, effects, known, place, each)
    act(lines, effects, known, s, a, strengths)
