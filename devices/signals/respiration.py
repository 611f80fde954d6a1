"""Thoracic impedance from breaths: air in, air out, pause."""

import math
from typing import Final

from devices.arrays import Anything, Floats, Ints, Raw
from devices.kernels import kernel
from devices.signals import lines, shapes
from devices.signals.events import Events
from vitals.catalogue import WAVEFORMS

KEY: Final = "resp"
HZ: Final = WAVEFORMS[KEY].hz
STEP: Final = WAVEFORMS[KEY].scale
MIDDLE: Final = 0.4
"""What is taken off, so that a breath swings about zero."""
SHORTEST_S: Final = 0.05
_HALF: Final = shapes.BREATH_SIZE / 2.0
_END: Final = shapes.BREATH_SIZE - 1.0
_LESS: Final = MIDDLE / STEP
_TABLE: Final = shapes.breath() / STEP
_AT_LEAST: Final = 1e-6
"""No part is shorter, in samples: nothing is divided by zero."""


def draw(out: Raw, beds: Ints, breaths: Events, start_s: float) -> None:
    """Draw clean raw samples of ``beds`` from ``start_s`` on into ``out`` ``[N, n]``."""
    of = (breaths.stored("inspiration"), breaths.stored("expiration"), breaths.stored("depth"))
    draw_breaths(out, beds, float(start_s), breaths.times, breaths.count, *of, _TABLE, lines.PLACES)


@kernel
def draw_breaths(  # noqa: PLR0913, PLR0917 -- arrays
    out: Raw,
    beds: Ints,
    start_s: float,
    times: Floats,
    count: Ints,
    breath_in: Floats,
    breath_out: Floats,
    depth: Floats,
    table: Floats,
    places: Anything,
) -> None:
    """Draw the ring of breaths ``times`` ``[size, N]`` of ``beds``, with their values, flat, into ``out``."""
    ring, n = times.shape[0] - 1, times.shape[1]
    samples = out.shape[1]
    for k in range(beds.size):
        bed = int(beds[k])
        row = out[bed]
        row[:] = 0
        for i in range(lines.last(times, count, bed, start_s), int(count[bed])):
            at = i & ring
            begin = (float(times[at, bed]) - start_s) * HZ
            if begin >= samples:
                break
            end = math.inf
            if i + 1 < count[bed]:
                end = (float(times[(i + 1) & ring, bed]) - start_s) * HZ
            place = at * n + bed
            air_in = max(float(breath_in[place]) * HZ, _AT_LEAST)
            turns = begin + air_in
            # A breath in cuts short the breath out before it.
            empty = min(turns + float(breath_out[place]) * HZ, end)
            air_out = max(empty - turns, SHORTEST_S * HZ)
            high = float(depth[place])
            first, second = lines.whole(begin, samples), lines.whole(min(turns, end), samples)
            third, fourth = lines.whole(min(turns + air_out, end), samples), lines.whole(end, samples)
            slope = _HALF / air_in
            lines.along(row, first, second, -slope * begin, slope, places, table, high, _LESS)
            slope = (_HALF - 1.0) / air_out
            lines.along(row, second, third, _HALF - slope * turns, slope, places, table, high, _LESS)
            row[third:fourth] = int(float(table[-1]) * high - _LESS)
