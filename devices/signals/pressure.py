"""Arterial pressure from beats: a steep rise, the notch where the valve closes, and the run-off.

The shape is one table; each beat is scaled to the body's systolic and diastolic pressure (clinical
reference 8.8: a windkessel gives the shape, an affine map the numbers), by its strength: weak beats reach
less high, and what breathing does to the pulse is in that. A beat without output leaves no mark: pressure
runs off towards what fills the vessels at rest. For arterial lines, clean or damped.
"""

import math
from typing import Final

import numpy as np

from devices import kernels
from devices.arrays import Anything, Bools, Floats, Ints, Raw
from devices.kernels import kernel
from devices.signals import lines, shapes
from devices.signals.events import Events
from devices.signals.pleth import FAINTEST
from vitals.catalogue import WAVEFORMS

KEY: Final = "abp"
HZ: Final = WAVEFORMS[KEY].hz
STEP: Final = WAVEFORMS[KEY].scale
RADIAL: Final = 0.65
"""The wrist's share of the pulse's way to the finger, in time (*heuristic*)."""
LONGEST_S: Final = 2.0
"""So long a pulse runs off at most; from then on pressure falls on towards that at rest, without a step."""
EJECTION_S: Final = 0.32
"""From foot to notch at 60 /min; times √RR else (*heuristic*)."""
FALLS_AFTER_S, FALL_S = LONGEST_S, 4.5
FILLING_MMHG: Final = 14.0
"""Without a beat pressure falls from diastolic towards that in resting vessels (*heuristic*)."""
DAMPED_S: Final = 0.085
DAMPED_PULSE: Final = 0.88
"""How a clot or a bubble smooths a beat at 60 /min, and what it leaves of the rest (*heuristic*)."""
_FULL: Final = shapes.PULSE_SIZE - 1.0
_VALVE: Final = shapes.VALVE * _FULL
_SIZE: Final = shapes.PULSE_SIZE
_SHORTEST_S, _LONGEST_EJECTION = 0.01, 0.6
LONG_AGO_S: Final = -60.0
"""When a pulse was that nobody remembers."""


def _damped(wave: Floats) -> Floats:
    """Return a beat as a damped line shows it: mean as it is, rounded, without notch."""
    lag = np.arange(wave.size) / wave.size
    kernel = np.exp(-0.5 * (np.minimum(lag, 1.0 - lag) / DAMPED_S) ** 2)
    smooth = np.fft.irfft(np.fft.rfft(wave) * np.fft.rfft(kernel / kernel.sum()), wave.size)
    smooth = np.roll(smooth, round(0.04 * wave.size))  # and late
    return np.asarray(smooth.mean() + DAMPED_PULSE * (smooth - smooth.mean()))


_CLEAN: Final = shapes.pressure()
_TABLE: Final = np.concatenate([_CLEAN, _damped(_CLEAN)])
_SHARE: Final = np.arange(HZ) / HZ
_SEEN: Final = [(float(w.max()), float(w.min()), float(w.mean())) for w in (_CLEAN, _damped(_CLEAN))]


def seen_of_pulse(damped: Bools) -> tuple[Floats, Floats, Floats]:
    """Return (top, bottom, mean) of a beat's table as shares of its pulse pressure, ``[N]`` each."""
    top, bottom, mean = (np.where(damped, bad, good) for good, bad in zip(*_SEEN, strict=True))
    return top, bottom, mean


class Levels:
    """Systolic and diastolic pressure ``[2, N]`` of the last ``length_s`` seconds and the one before.

    Each stands twice in a ring, so that any stretch of seconds lies in one piece.
    """

    def __init__(self, n: int, length_s: int) -> None:
        self._size, self._newest = length_s + 1, -1
        self._ring = np.zeros((2 * self._size, 2, n))

    def put(self, levels: Floats) -> None:
        """Note the newest; the first is all that came before it, too."""
        if self._newest < 0:
            self._ring[:] = levels
        self._newest = (self._newest + 1) % self._size
        self._ring[self._newest] = self._ring[self._newest + self._size] = levels

    def last(self, length_s: int) -> tuple[Floats, Floats]:
        """Return both at the last ``length_s + 1`` seconds, ``[length_s + 1, N]`` each, to be read only."""
        end = self._newest + self._size + 1
        window = self._ring[end - length_s - 1 : end]
        return window[:, 0], window[:, 1]


@kernel
def level_after(dbp_mmhg: float, still_s: float) -> float:
    """Return the pressure that is left ``still_s`` after a pulse: diastolic, and less when none comes."""
    least = min(FILLING_MMHG, dbp_mmhg)
    return least + (dbp_mmhg - least) * math.exp(-max(still_s - FALLS_AFTER_S, 0.0) / FALL_S)


def draw(
    beats: Events,
    start_s: float,
    length_s: int,
    levels: tuple[Floats, Floats],
    damped: Bools | None = None,
    beds: Ints | None = None,
) -> Raw:
    """Return raw samples ``[N, HZ × length_s]`` from ``start_s`` on; 0 for all but ``beds``, if given.

    ``levels`` are the body's systolic and diastolic pressure ``[length_s + 1, N]`` at whole seconds from
    ``start_s`` on; ``damped`` ``[N]`` marks damped lines.
    """
    drawn = np.arange(beats.n) if beds is None else beds
    room = np.empty if len(drawn) == beats.n else np.zeros
    out = room((beats.n, HZ * length_s), np.int16)
    of = (beats.stored("root"), beats.stored("arrival"), beats.stored("strength"))
    drawn_as = np.zeros(beats.n, np.int64) if damped is None else np.where(damped, _SIZE, 0)
    draw_pressure(
        out,
        drawn,
        float(start_s),
        *levels,
        drawn_as,
        beats.times,
        beats.count,
        *of,
        _TABLE,
        _SHARE,
        lines.PLACES,
    )
    return out


def _straight_loop(level: Floats, known: Floats, bed: int, share: Floats) -> None:
    """Do what ``straight`` does, sample by sample."""
    for second in range(known.shape[0] - 1):
        low = known[second, bed]
        rise = known[second + 1, bed] - low
        part = level[second * HZ : (second + 1) * HZ]
        for i in range(HZ):
            part[i] = low + rise * share[i]


@kernels.twin(_straight_loop)
def straight(level: Floats, known: Floats, bed: int, share: Floats) -> None:
    """Draw what is ``known`` of a bed at whole seconds into ``level``, straight in between."""
    for second in range(known.shape[0] - 1):
        low = float(known[second, bed])
        rise = float(known[second + 1, bed]) - low
        level[second * HZ : (second + 1) * HZ] = low + rise * share


def _scale_loop(row: Raw, wave: Floats, systolic: Floats, diastolic: Floats, rest: Floats) -> None:
    """Do what ``scale`` does, sample by sample."""
    for i in range(row.size):
        row[i] = int((wave[i] * (systolic[i] - diastolic[i]) + rest[i]) / STEP)


@kernels.twin(_scale_loop)
def scale(row: Raw, wave: Floats, systolic: Floats, diastolic: Floats, rest: Floats) -> None:
    """Let a bed's ``row`` be ``wave``, 0 to 1, between two levels, over what is left at ``rest``."""
    row[:] = (wave * (systolic - diastolic) + rest) / STEP


@kernel
def _fall(rest: Floats, begin: int, end: int, foot_s: float) -> None:
    """Let the levels ``rest`` fall from ``begin`` to ``end`` after a pulse that began at ``foot_s``."""
    for i in range(max(begin, lines.whole((foot_s + FALLS_AFTER_S) * HZ, end)), end):
        still_s = i / HZ - foot_s - FALLS_AFTER_S
        least = min(FILLING_MMHG, float(rest[i]))
        rest[i] = least + (float(rest[i]) - least) * math.exp(-still_s / FALL_S)


@kernel
def draw_pressure(  # noqa: PLR0913, PLR0917 -- arrays
    out: Raw,
    beds: Ints,
    start_s: float,
    systolic: Floats,
    diastolic: Floats,
    drawn_as: Ints,
    times: Floats,
    count: Ints,
    root: Floats,
    arrival: Floats,
    strength: Floats,
    table: Floats,
    share: Floats,
    places: Anything,
) -> None:
    """Draw the ring of beats ``times`` ``[size, N]`` of ``beds``, with their values, flat, into ``out``.

    ``drawn_as`` ``[N]`` is where in ``table`` the beat of a bed's line begins.
    """
    size, n = times.shape
    ring = size - 1
    samples = out.shape[1]
    wave, high, rest, low = np.empty(samples), np.empty(samples), np.empty(samples), np.empty(samples)
    for k in range(beds.size):
        bed = int(beds[k])
        first = float(drawn_as[bed])
        straight(rest, diastolic, bed, share)
        wave[:] = 0.0
        end, i, oldest = float(samples), int(count[bed]), int(count[bed]) - size
        run_off_s = math.inf  # of the newest pulses this is not yet known
        while end > 0.0:
            i -= 1
            place = (i & ring) * n + bed
            foot_s, strong, length = LONG_AGO_S, 0.0, 1.0
            if i >= oldest:
                strong, length = float(strength[place]), float(root[place])
                foot_s = float(times[i & ring, bed]) - start_s + RADIAL * float(arrival[place])
                if strong < FAINTEST:
                    continue  # it opens no valve, and the pulse before it runs off
            begin = foot_s * HZ
            if begin < samples:
                length_s = max(min(run_off_s - foot_s, LONGEST_S), _SHORTEST_S)
                ejection_s = min(EJECTION_S * length, _LONGEST_EJECTION * length_s)
                shuts, over = begin + ejection_s * HZ, begin + length_s * HZ
                a, b = lines.whole(begin, samples), lines.whole(min(shuts, end), samples)
                c, d = lines.whole(min(over, end), samples), lines.whole(end, samples)
                slope = _VALVE / HZ / ejection_s
                lines.along(wave, a, b, first - slope * begin, slope, places, table, strong, 0.0)
                slope = (_FULL - _VALVE) / HZ / (length_s - ejection_s)
                base = first + _VALVE - slope * shuts
                lines.along(wave, b, c, base, slope, places, table, strong, 0.0)
                wave[c:d] = float(table[int(first + _FULL)]) * strong
                _fall(rest, a, d, foot_s)
            run_off_s = foot_s
            end = min(begin, float(samples))
        straight(high, systolic, bed, share)
        straight(low, diastolic, bed, share)
        scale(out[bed], wave, high, low, rest)
