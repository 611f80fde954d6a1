"""What the insults of one kind do to those who have them in a step, patient by patient."""

from typing import Final

from devices.arrays import Bools, Floats, Ints
from devices.kernels import kernel
from devices.physiology import combining

STAGE, GOAL, TEMPO, RELIEF, MEMORY, MOVED, HASTE, FELT, HELD = range(9)
"""Rows of what a course keeps of each patient: how far along it is and goes, how many times as fast as
usual, the share that is relieved in this step, what a special remembers, how fast it goes on (/min, relief
counted), how fast for slow stores, the stage that is felt, and the share of its pace taken in this step."""
KEPT: Final = 9
LEAST_STAGE: Final = 1e-9
MELTS, OUTRUNS = 1, 2
"""Places of ``kinds.RELIEVED``."""


@kernel
def go_on(each: Floats, j: int, relieved: int, times: tuple[float, float, float]) -> None:
    """Let the course of its patient ``j`` go on, or go; ``relieved`` and ``times`` are as in ``do``."""
    dt_s, course_s, recovers_s = times
    stage, tempo = float(each[STAGE, j]), float(each[TEMPO, j])
    left = 1.0 - float(each[RELIEF, j])
    # What is relieved also goes on more slowly: an illness's slope falls with its cause (reference 7.23).
    pace = tempo * (1.0 - float(each[HELD, j]))
    if relieved != OUTRUNS:
        pace *= left
    grow, fade = pace * (dt_s / course_s), dt_s / recovers_s
    moved = min(max(float(each[GOAL, j]) - stage, -fade), grow)
    stage += moved
    each[STAGE, j], each[RELIEF, j], each[HELD, j], each[FELT, j] = stage, 0.0, 0.0, stage * left
    each[MOVED, j] = max(moved, 0.0) * left * (60.0 / dt_s)
    each[HASTE, j] = max(tempo, 1.0) if moved > 0.0 else 1.0


@kernel
def do(
    matrix: Floats, who: Ints, each: Floats, course: tuple[Floats, Floats, Ints, Bools, int],
    beside: Floats, times: tuple[float, float, float],
) -> None:  # fmt: skip
    """Let a course go on in all of ``who``, and write what it does into ``matrix`` ``[FIELDS, N]``.

    ``course`` is its stages, amounts ``[fields, stages]``, ways ``[2, fields]`` (rows of the matrix, below 0
    for what goes into ``beside`` ``[fields, n]`` instead, and how they combine), what a tempo multiplies, and
    how it is relieved (a place in ``kinds.RELIEVED``); ``times`` are seconds: the step, the whole course, and
    recovery.
    """
    stages, amounts, ways, hurried, relieved = course
    last = stages.shape[0] - 2
    for j in range(who.shape[0]):
        go_on(each, j, relieved, times)
        felt, haste, i = float(each[FELT, j]), float(each[HASTE, j]), int(who[j])
        at_stage, left = felt, 1.0
        if relieved == MELTS:
            at_stage = float(each[STAGE, j])
            left = felt / max(at_stage, LEAST_STAGE)
        k = 0
        while k < last and at_stage >= float(stages[k + 1]):
            k += 1
        low = float(stages[k])
        share = (at_stage - low) / (float(stages[k + 1]) - low)
        for f in range(amounts.shape[0]):
            at = float(amounts[f, k])
            amount = at + (float(amounts[f, k + 1]) - at) * share
            if relieved == MELTS:
                well = float(amounts[f, 0])
                amount = well + (amount - well) * left
            if hurried[f]:
                amount *= haste
            row = int(ways[0, f])
            if row < 0:
                beside[f, j] = amount
            else:
                matrix[row, i] = combining.combined(int(ways[1, f]), float(matrix[row, i]), amount)
