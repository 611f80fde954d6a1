"""The pulse at the finger from beats: each arrives, rises to its peak, and runs off until the next."""

import math
from typing import Final

import numpy as np

from devices.arrays import Anything, Floats, Ints, Raw
from devices.kernels import kernel
from devices.signals import lines, shapes
from devices.signals.events import Events
from devices.signals.trains import FULL_PULSE_PERCENT, LATEST_S
from vitals.catalogue import WAVEFORMS

KEY: Final = "pleth"
HZ: Final = WAVEFORMS[KEY].hz
STEP: Final = WAVEFORMS[KEY].scale
LONGEST_S: Final = 1.5
"""After so long a pulse has run off, whether or not the next one comes (*heuristic*)."""
SYSTOLE_S: Final = 0.30
"""From foot to notch at 60 /min; times √RR else (*heuristic*)."""
LONGEST_SYSTOLE: Final = 0.6
"""Of a beat (*heuristic*)."""
_FULL: Final = shapes.PULSE_SIZE - 1.0
_NOTCH: Final = shapes.NOTCH * _FULL
_SIZE: Final = shapes.PULSE_SIZE
HUMPS: Final = (0.60, 0.50, 0.41, 0.33, 0.25)
"""The second wave's share of the first, from tight vessels to wide ones (reference 8.8)."""
TIGHT_PERCENT, WIDE_PERCENT = 0.6, 5.0
"""The perfusion index of tight vessels, a fifth of the usual (reference 8.8), and of wide (*heuristic*)."""
_TABLE: Final = np.concatenate([shapes.pulse(hump) for hump in HUMPS]) / STEP
FAINTEST: Final = 0.05
"""A beat weaker than this opens no valve (*heuristic*): the pulse before it runs off."""
REACH_S: Final = 3.0
"""So far back are pulses looked for that still run off behind beats without output."""
_WIDEST: Final = len(HUMPS) - 1.0
_STEP: Final = (WIDE_PERCENT / TIGHT_PERCENT) ** (1.0 / _WIDEST)
_WIDER_PERCENT: Final = tuple(TIGHT_PERCENT * _STEP ** (level + 0.5) for level in range(len(HUMPS) - 1))
"""Above these a pulse has the next hump: half way, by ratio."""
_SHORTEST_S: Final = 0.01


def draw(out: Raw, beds: Ints, beats: Events, start_s: float, gain: Floats) -> None:
    """Draw clean raw samples of ``beds`` from ``start_s`` on into ``out`` ``[N, n]``.

    ``gain`` ``[N]`` multiplies every pulse.
    """
    of = (beats.stored("root"), beats.stored("pulse"), beats.stored("arrival"), beats.stored("strength"))
    draw_pulses(out, beds, float(start_s), gain, beats.times, beats.count, *of, _TABLE, lines.PLACES)


@kernel
def draw_pulses(  # noqa: PLR0913, PLR0917 -- arrays
    out: Raw,
    beds: Ints,
    start_s: float,
    gain: Floats,
    times: Floats,
    count: Ints,
    root: Floats,
    pulse: Floats,
    arrival: Floats,
    strength: Floats,
    table: Floats,
    places: Anything,
) -> None:
    """Draw the ring of beats ``times`` ``[size, N]`` of ``beds``, with their values, flat, into ``out``."""
    ring, n = times.shape[0] - 1, times.shape[1]
    samples = out.shape[1]
    for k in range(beds.size):
        bed = int(beds[k])
        row = out[bed]
        row[:] = 0
        first = lines.last(times, count, bed, start_s - LATEST_S)
        while (
            float(strength[(first & ring) * n + bed]) < FAINTEST
            and float(times[first & ring, bed]) > start_s - REACH_S
            and first > int(count[bed]) - 1 - ring
        ):
            first -= 1
        foot_s, length, strong, height = -math.inf, 1.0, 1.0, 0.0
        for i in range(first, int(count[bed])):
            place = (i & ring) * n + bed
            if float(strength[place]) < FAINTEST:
                continue
            next_s = float(times[i & ring, bed]) - start_s + float(arrival[place])
            draw_pulse(row, foot_s, next_s, length, height, height / strong, table, places)
            foot_s, length = next_s, float(root[place])
            strong, height = float(strength[place]), float(pulse[place]) * float(gain[bed])
            if foot_s * HZ >= samples:
                break
        draw_pulse(row, foot_s, math.inf, length, height, height / strong, table, places)


@kernel
def draw_pulse(
    row: Raw,
    foot_s: float,
    next_s: float,
    root: float,
    height: float,
    full: float,
    table: Floats,
    places: Anything,
) -> None:
    """Draw a pulse that begins at ``foot_s`` and runs off until ``next_s``; a full one would be ``full``."""
    begin, end = foot_s * HZ, next_s * HZ
    if end <= 0.0 or begin >= row.size or height <= 0.0:
        return
    length_s = max(min(next_s - foot_s, LONGEST_S), _SHORTEST_S)
    systole_s = min(SYSTOLE_S * root, LONGEST_SYSTOLE * length_s)
    notch, over = begin + systole_s * HZ, begin + length_s * HZ
    first = float(shape(full))
    a, b = lines.whole(begin, row.size), lines.whole(min(notch, end), row.size)
    c = lines.whole(min(over, end), row.size)
    slope = _NOTCH / HZ / systole_s
    lines.along(row, a, b, first - slope * begin, slope, places, table, height, 0.0)
    slope = (_FULL - _NOTCH) / HZ / (length_s - systole_s)
    first += _NOTCH
    lines.along(row, b, c, first - slope * notch, slope, places, table, height, 0.0)


@kernel
def shape(height: float) -> int:
    """Return where the table of a pulse begins; a full beat would be so high, and is low in tight vessels."""
    percent, level = height * FULL_PULSE_PERCENT, 0
    for wider in _WIDER_PERCENT:
        level += 1 if percent > wider else 0
    return level * _SIZE
