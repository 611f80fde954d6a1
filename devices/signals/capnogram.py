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
_WASHED: Final = math.exp(-1.0 / HZ / WASH_S)
"""What a sample leaves of what is washed away: a factor from each to the next, not a power of each."""


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
    rise_at, rise, slope = form(slant)
    yet = math.exp(min((rise_at - out) / rise, _STEEPEST))
    return risen(out - breath_out, co2, inspired, slope, yet)


@kernel
def form(slant: float) -> tuple[float, float, float]:
    """Return when the rise is and how long it takes (s), and the plateau's slope (mmHg/s), by the airway."""
    full = math.sqrt(min(slant / FULLY, 1.0))  # seen long before much is held back
    rise_at = RISE_AT_S + full * (RISE_AT_OBSTRUCTED_S - RISE_AT_S)
    rise = RISE_S + full * (RISE_OBSTRUCTED_S - RISE_S)
    return rise_at, rise, SLOPE_MMHG_S + full * (SLOPE_OBSTRUCTED_MMHG_S - SLOPE_MMHG_S)


@kernel
def risen(over_s: float, co2: float, inspired: float, slope: float, yet: float) -> float:
    """Return CO2 (mmHg) ``over_s`` after a breath out; ``yet`` to 1 is what is still to rise to what has."""
    plateau = max(co2 - slope * max(-over_s, 0.0), LOWEST_PLATEAU * co2)
    found = inspired + (plateau - inspired) / (1.0 + yet)
    late = over_s - HOLD_S
    return found * math.exp(-late / FADE_S) if late > 0.0 else found


@kernel
def draw_breath(  # noqa: PLR0913, PLR0917 -- what a breath is
    row: Raw, begin_s: float, end_s: float, left: float, breath_in: float, breath_out: float, co2: float,
    inspired: float, slant: float,
) -> None:  # fmt: skip
    """Draw a breath that begins at ``begin_s``, until ``end_s``; the one before has ``left`` so much CO2."""
    samples = row.size
    first, last = lines.whole(begin_s * HZ, samples), lines.whole(end_s * HZ, samples)
    turn = min(max(lines.whole((begin_s + breath_in) * HZ, samples), first), last)
    washed = (left - inspired) * math.exp((begin_s - first / HZ) / WASH_S)
    for k in range(first, turn):
        row[k] = int(max(inspired + washed, 0.0) / STEP)
        washed *= _WASHED
    if turn == last:
        return
    rise_at, rise, slope = form(slant)
    out = turn / HZ - begin_s - breath_in
    air, yet = math.exp(-out / WASH_S), math.exp(min((rise_at - out) / rise, _STEEPEST))
    rising = math.exp(-1.0 / HZ / rise)
    for k in range(turn, last):
        found = risen(k / HZ - begin_s - breath_in - breath_out, co2, inspired, slope, yet)
        seen = inspired + max(washed, (found - inspired) * (1.0 - air))
        row[k] = int(max(seen, 0.0) / STEP)
        washed *= _WASHED
        air *= _WASHED
        yet *= rising


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
            draw_breath(row, begin_s, end_s, left, air_in, air_out, high, low, slanting)


def rebreathed(device: str, flow_l_min: float) -> float:
    """Return the CO2 (mmHg) in what a patient breathes in through an oxygen device.

    A mask must be washed out by its flow; any other device leaves nothing in it.
    """
    if device != "face mask":
        return 0.0
    return REBREATHED_MMHG * max(MASK_L_MIN - flow_l_min, 0.0) / MASK_L_MIN
