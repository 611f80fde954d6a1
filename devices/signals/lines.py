"""Samples along straight lines through a table: what pulse, breath and pressure are drawn with.

An event is drawn in parts, each of which reads its own piece of a table at its own pace. Plain Python does a
part with a few calls on slices, machine code with a loop that needs no memory: to the same bits.
"""

import math
from typing import Final

import numpy as np

from devices import kernels
from devices.arrays import Anything, Floats, Ints, Raw
from devices.kernels import kernel

_LONGEST: Final = 16_384
"""No block has more samples."""
_NUMBERS: Final = np.arange(float(_LONGEST))
PLACES: Final = np.zeros(_LONGEST, np.int32)
"""Room for the places of a table that a part reads; what stands in it is of no use afterwards."""


def loop(  # noqa: PLR0913, PLR0917 -- as ``along``
    row: Anything,
    begin: int,
    end: int,
    base: float,
    slope: float,
    places: Anything,
    table: Floats,
    height: float,
    less: float,
) -> None:
    """Do what ``along`` does, sample by sample.

    In two loops, the first of which goes many samples at a time; over slices, since a place in them is
    known not to count from the end.
    """
    if begin < end:
        part = row[begin:end]
        found = places[: part.size]
        for i in range(part.size):
            found[i] = int(base + slope * (begin + i))
        for i in range(part.size):
            part[i] = table[np.uint32(found[i])] * height - less


@kernels.twin(loop)
def along(  # noqa: PLR0913, PLR0917 -- a line and what it reads
    row: Anything,
    begin: int,
    end: int,
    base: float,
    slope: float,
    places: Anything,  # noqa: ARG001 -- machine code needs it
    table: Floats,
    height: float,
    less: float,
) -> None:
    """Let the samples ``begin`` to ``end`` of ``row`` be ``table[base + slope × sample] × height - less``.

    Towards zero where ``row`` takes whole numbers; ``places`` is ``PLACES``.
    """
    if begin < end:
        place = (base + slope * _NUMBERS[begin:end]).astype(np.int64)
        row[begin:end] = table[place] * height - less


def _add_loop(row: Raw, more: Raw) -> None:
    """Do what ``add`` does: in machine code four times as fast."""
    for i in range(row.size):
        row[i] += more[i]


@kernels.twin(_add_loop)
def add(row: Raw, more: Raw) -> None:
    """Add ``more`` to a stretch of samples ``row``, as long."""
    row += more


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
