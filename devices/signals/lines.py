"""Samples along straight lines through a table: what pulse, breath and pressure are drawn with.

An event is drawn in parts, each of which reads its own piece of a table at its own pace. Plain Python does a
part with a few calls on slices, machine code with a loop that needs no memory: to the same bits.
"""

import math
from typing import Final

import numpy as np

from devices import kernels
from devices.arrays import Anything, Floats, Ints
from devices.kernels import kernel

NUMBERS: Final = np.arange(16_384.0)
"""The numbers of a block's samples: no block is longer."""


def loop(  # noqa: PLR0913, PLR0917 -- as ``along``
    row: Anything,
    begin: int,
    end: int,
    base: float,
    slope: float,
    numbers: Floats,  # noqa: ARG001 -- slices need it
    table: Floats,
    height: float,
    less: float,
) -> None:
    """Do what ``along`` does, sample by sample."""
    for i in range(begin, end):
        place = np.uint64(int(base + slope * i))  # never below 0, so that nothing looks for the table's end
        row[i] = table[place] * height - less


@kernels.twin(loop)
def along(  # noqa: PLR0913, PLR0917 -- a line and what it reads
    row: Anything,
    begin: int,
    end: int,
    base: float,
    slope: float,
    numbers: Floats,
    table: Floats,
    height: float,
    less: float,
) -> None:
    """Let the samples ``begin`` to ``end`` of ``row`` be ``table[base + slope × sample] × height - less``.

    Towards zero where ``row`` takes whole numbers; ``numbers`` is ``NUMBERS``.
    """
    if begin < end:
        place = (base + slope * numbers[begin:end]).astype(np.int64)
        row[begin:end] = table[place] * height - less


@kernel
def whole(sample: float, samples: int) -> int:
    """Return the first whole sample at or after ``sample``, within 0 and ``samples``."""
    return math.ceil(min(max(sample, 0.0), float(samples)))


@kernel
def last(times: Floats, count: Ints, bed: int, time_s: float) -> int:
    """Return the number of a bed's last event at or before ``time_s``; of the oldest, if all came later.

    ``times`` ``[size, N]`` is a ring of events, ``count`` ``[N]`` says how many there ever were: the event
    with a number stands at ``number % size``.
    """
    mask = times.shape[0] - 1
    number = int(count[bed]) - 1
    oldest = number - mask
    while number > oldest and float(times[number & mask, bed]) > time_s:
        number -= 1
    return number
