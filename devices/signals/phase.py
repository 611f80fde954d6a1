"""Integral pulse frequency modulation: a phase grows with a rate, and whole numbers of it are events."""

from typing import Final

import numpy as np

from devices.arrays import Floats, Ints

CELLS: Final = 5
"""Steps in a second; at most one event in each, so up to 300 /min."""
NODES: Final = np.linspace(0.0, 1.0, CELLS + 1)[:, None]
RAMP: Final = 0.5 * NODES * NODES
"""What a rate that goes straight from 0 to 1 adds to a phase until each node."""


def crossings(phase: Floats) -> tuple[Ints, Ints, Floats]:
    """Return (beds, cells, when) of each whole number that ``phase`` ``[6, N]`` at ``NODES`` passes.

    Sorted by bed and then time; ``when`` is in seconds from the first node.
    """
    whole = np.floor(phase)
    n = phase.shape[1]
    found = (whole[1:] > whole[:-1]).T.ravel().nonzero()[0]
    rows = found // CELLS
    cells = found - rows * CELLS
    at = cells * n + rows
    begin = phase.take(at)
    at += n
    when = (cells + (whole.take(at) - begin) / (phase.take(at) - begin)) / CELLS
    return rows, cells, when
