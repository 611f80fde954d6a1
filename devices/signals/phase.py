"""Integral pulse frequency modulation: a phase grows with a rate, and whole numbers of it are events."""

import math
from typing import Final

from devices.arrays import Floats
from devices.kernels import kernel

CELLS: Final = 5
"""Steps in a second; at most one event in each, so up to 300 /min."""
NODES: Final = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
"""Where the steps begin and end, in seconds: quotients of whole numbers, as the sums of 0.2 are not."""
NOWHERE: Final = -1.0


@kernel
def grown(node: float, first_hz: float, last_hz: float) -> float:
    """Return what a rate that goes straight from ``first_hz`` to ``last_hz`` adds to a phase.

    ``node`` is how much of the second has passed.
    """
    return node * first_hz + 0.5 * node * node * (last_hz - first_hz)


@kernel
def sine(turns: float) -> float:
    """Return the sine of so many turns, within 0.0011: two parabolas, bent once more.

    It costs a quarter of the exact one in machine code, and drives only what is about so anyway.
    """
    left = turns - math.floor(turns + 0.5)
    bow = 8.0 * left * (1.0 - 2.0 * abs(left))
    return bow * (0.775 + 0.225 * abs(bow))


@kernel
def cell_of(whole: float, phases: Floats) -> int:
    """Return in which cell a phase passes a ``whole`` number, by its ``phases`` at ``NODES``.

    The first of these is below the number, the last is not. There is no branch: which cell it is cannot be
    foretold, and a wrong guess of the processor costs more than all of them.
    """
    cell = 0
    for k in range(1, CELLS):
        cell = k if float(phases[k]) < whole else cell
    return cell


@kernel
def passed(cell: int, whole: float, phases: Floats) -> float:
    """Return when in the second a phase passes a ``whole`` number in a cell.

    It is ``NOWHERE`` if the phase passes the next one there too, which then is the cell's event.
    """
    begin, end = float(phases[cell]), float(phases[cell + 1])
    if end >= whole + 1.0:
        return NOWHERE
    return (cell + (whole - begin) / (end - begin)) / CELLS
