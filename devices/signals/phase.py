"""Integral pulse frequency modulation: a phase grows with a rate, and whole numbers of it are events."""

import math
from typing import Final

from devices.kernels import kernel

CELLS: Final = 5
"""Steps in a second; at most one event in each, so up to 300 /min."""


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
def crossing(begin: float, end: float) -> float:
    """Return where between two nodes a phase passes a whole number, as a share of the way; -1: nowhere."""
    whole = math.floor(end)
    return (whole - begin) / (end - begin) if whole > math.floor(begin) else -1.0
