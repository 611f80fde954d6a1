"""The capnogram: CO2 at the mouth over time, from breaths.

Inspiration washes it away, expiration brings dead-space gas (phase I), a steep rise (II) and the
plateau (III) that ends at the end-tidal value: the forms of the clinical reference 8.7. An obstructed
airway empties unevenly, so the rise slants into a shark's fin; what is breathed in again lifts the
baseline. After expiration the plateau stays at the sensor for a moment, and without a breath it fades.
"""

import math
from typing import Final

import numpy as np

from devices.arrays import Floats, Ints, Raw
from devices.kernels import kernel
from devices.signals import lines
from devices.signals.events import Events
from vitals.catalogue import WAVEFORMS

KEY: Final = "capno"
HZ: Final = WAVEFORMS[KEY].hz
STEP: Final = WAVEFORMS[KEY].scale
WASH_S: Final = 0.05
RISE_AT_S, RISE_AT_OBSTRUCTED_S = 0.20, 0.35
RISE_S, RISE_OBSTRUCTED_S = 0.04, 0.15
SLOPE_MMHG_S, SLOPE_OBSTRUCTED_MMHG_S = 1.5, 6.0
"""Of a healthy and of an obstructed airway (reference 8.7)."""
FULLY: Final = 0.5
"""An airway obstructed by this share shows the obstructed form whole (*heuristic*)."""
HOLD_S: Final = 5.0
FADE_S: Final = 0.6
"""How long the plateau stays after the breath out where no breath comes, and how it fades then (*heuristic*).
A slow breather's stays until the next breath in, from 7 /min on: the wide, steep box of hypoventilation."""
MASK_L_MIN: Final = 5.0
"""A mask with less than this flow is not washed out (usual least flow of a face mask)."""
REBREATHED_MMHG: Final = 9.0
"""What is breathed in again from a mask without flow (*heuristic*)."""
LOWEST_PLATEAU: Final = 0.6
"""Of the end-tidal tension: no slope begins lower (*heuristic*)."""
_STEEPEST: Final = 50.0
"""Beyond this power nothing is left of the rise."""


def draw(breaths: Events, start_s: float, length_s: int, beds: Ints | None = None) -> Raw:
    """Return raw samples ``[N, HZ × length_s]`` from ``start_s`` on; 0 for all but ``beds``, if given."""
    out = np.zeros((breaths.n, HZ * length_s), np.int16)
    drawn = np.arange(breaths.n) if beds is None else beds
    of = (breaths.stored(name) for name in ("inspiration", "expiration", "co2", "inspired", "slant"))
    draw_capnogram(out, drawn, float(start_s), breaths.times, breaths.count, *of)
    return out


@kernel
def expired(
    seconds: float, breath_in: float, breath_out: float, co2: float, inspired: float, slant: float
) -> float:
    """Return CO2 (mmHg) so many ``seconds`` after inspiration began, of a breath with these values."""
    out = seconds - breath_in
    full = math.sqrt(min(slant / FULLY, 1.0))  # seen long before much is held back
    rise_at = RISE_AT_S + full * (RISE_AT_OBSTRUCTED_S - RISE_AT_S)
    rise = RISE_S + full * (RISE_OBSTRUCTED_S - RISE_S)
    slope = SLOPE_MMHG_S + full * (SLOPE_OBSTRUCTED_MMHG_S - SLOPE_MMHG_S)
    plateau = max(co2 - slope * max(breath_out - out, 0.0), LOWEST_PLATEAU * co2)
    found = inspired + (plateau - inspired) / (1.0 + math.exp(min((rise_at - out) / rise, _STEEPEST)))
    late = out - breath_out - HOLD_S
    return found * math.exp(-late / FADE_S) if late > 0.0 else found


@kernel
def draw_capnogram(  # noqa: PLR0913, PLR0917 -- arrays
    out: Raw,
    beds: Ints,
    start_s: float,
    times: Floats,
    count: Ints,
    breath_in: Floats,
    breath_out: Floats,
    co2: Floats,
    inspired: Floats,
    slant: Floats,
) -> None:
    """Draw the ring of breaths ``times`` ``[size, N]`` of ``beds``, with their values, flat, into ``out``.

    ``out`` is 0 before.
    """
    size, n = times.shape
    ring = size - 1
    samples = out.shape[1]
    for of in range(beds.size):
        bed = int(beds[of])
        row = out[bed]
        oldest = int(count[bed]) - size
        first = max(lines.last(times, count, bed, start_s) - 1, oldest)
        air_in, air_out, high, low, slanting, before_s = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
        for i in range(first, int(count[bed])):
            begin_s = float(times[i & ring, bed]) - start_s
            if begin_s * HZ >= samples:
                break
            left = 0.0  # what the breath before leaves at the sensor
            if i > first:
                left = expired(begin_s - before_s, air_in, air_out, high, low, slanting)
            end_s = samples / HZ
            if i + 1 < count[bed]:
                end_s = float(times[(i + 1) & ring, bed]) - start_s
            place = (i & ring) * n + bed
            air_in, air_out, slanting = float(breath_in[place]), float(breath_out[place]), float(slant[place])
            high, low, before_s = float(co2[place]), float(inspired[place]), begin_s
            for k in range(lines.whole(begin_s * HZ, samples), lines.whole(end_s * HZ, samples)):
                seconds = k / HZ - begin_s
                seen = low + (left - low) * math.exp(-seconds / WASH_S)
                if seconds >= air_in:
                    reached = 1.0 - math.exp((air_in - seconds) / WASH_S)
                    found = expired(seconds, air_in, air_out, high, low, slanting)
                    seen = max(seen, low + (found - low) * reached)
                row[k] = int(max(seen, 0.0) / STEP)


def rebreathed(device: str, flow_l_min: float) -> float:
    """Return the CO2 (mmHg) in what a patient breathes in through an oxygen device.

    A mask must be washed out by its flow; any other device leaves nothing in it.
    """
    if device != "face mask":
        return 0.0
    return REBREATHED_MMHG * max(MASK_L_MIN - flow_l_min, 0.0) / MASK_L_MIN
