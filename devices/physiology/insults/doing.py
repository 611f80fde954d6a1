"""What the insults of one kind do to those who have them in a step, patient by patient."""

from typing import Final

from devices.arrays import Bools, Floats, Ints
from devices.kernels import kernel

STAGE, GOAL, TEMPO, RELIEF, MEMORY, MOVED, HASTE, FELT = range(8)
"""Rows of what a course keeps of each patient: how far along it is and goes, how many times as fast as
usual, the share that is relieved in this step, what a special remembers, how fast it goes on (/min, relief
counted), how fast for slow stores, and the stage that is felt."""
KEPT: Final = 8


@kernel
def go_on(each: Floats, j: int, dt_s: float, course_s: float, recovers_s: float) -> None:
    """Let the course of its patient ``j`` go on, or go, for ``dt_s``."""
    stage, tempo = float(each[STAGE, j]), float(each[TEMPO, j])
    left = 1.0 - float(each[RELIEF, j])
    # What is relieved also goes on more slowly: an illness's slope falls with its cause (reference 7.23).
    grow, fade = tempo * left * (dt_s / course_s), dt_s / recovers_s
    moved = min(max(float(each[GOAL, j]) - stage, -fade), grow)
    stage += moved
    each[STAGE, j], each[RELIEF, j], each[FELT, j] = stage, 0.0, stage * left
    each[MOVED, j] = max(moved, 0.0) * left * (60.0 / dt_s)
    each[HASTE, j] = max(tempo, 1.0) if moved > 0.0 else 1.0


@kernel
def combined(how: int, now: float, more: float) -> float:
    """Return what a field of ``Influence`` becomes when ``more`` acts, by its way to combine."""
    if how == 0:
        return now * more
    if how == 1:
        return now + more
    if how == 2:  # noqa: PLR2004 -- places of ``influence.HOWS``
        return 1.0 - (1.0 - now) * (1.0 - more)
    return max(now, more) if how == 3 else min(now, more)  # noqa: PLR2004


@kernel
def do(
    matrix: Floats, who: Ints, each: Floats, course: tuple[Floats, Floats, Ints, Bools], beside: Floats,
    times: tuple[float, float, float],
) -> None:  # fmt: skip
    """Let a course go on in all of ``who``, and write what it does into ``matrix`` ``[FIELDS, N]``.

    ``course`` is its stages, amounts ``[fields, stages]``, ways ``[2, fields]`` (rows of the matrix, below 0
    for what goes into ``beside`` ``[fields, n]`` instead, and how they combine), and what a tempo multiplies;
    ``times`` are seconds: the step, the whole course, and recovery.
    """
    stages, amounts, ways, hurried = course
    dt_s, course_s, recovers_s = times
    last = stages.shape[0] - 2
    for j in range(who.shape[0]):
        go_on(each, j, dt_s, course_s, recovers_s)
        felt, haste, i = float(each[FELT, j]), float(each[HASTE, j]), int(who[j])
        k = 0
        while k < last and felt >= float(stages[k + 1]):
            k += 1
        low = float(stages[k])
        share = (felt - low) / (float(stages[k + 1]) - low)
        for f in range(amounts.shape[0]):
            at = float(amounts[f, k])
            amount = at + (float(amounts[f, k + 1]) - at) * share
            if hurried[f]:
                amount *= haste
            row = int(ways[0, f])
            if row < 0:
                beside[f, j] = amount
            else:
                matrix[row, i] = combined(int(ways[1, f]), float(matrix[row, i]), amount)
