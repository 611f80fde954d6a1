"""Arterial pressure from beats: a steep rise, the notch where the valve closes, and the run-off.

The shape is one table; each beat is scaled to the body's systolic and diastolic pressure (clinical
reference 8.8: a windkessel gives the shape, an affine map the numbers), by its strength: weak beats reach
less high, and what breathing does to the pulse is in that. A beat without output leaves no mark: pressure
runs off towards what fills the vessels at rest. For arterial lines, clean or damped.
"""

from typing import Final

import numpy as np

from devices.arrays import Bools, Floats, Raw, Singles
from devices.signals import shapes
from devices.signals.events import Window
from devices.signals.pleth import FAINTEST, opened
from devices.signals.segments import beside, shown
from vitals.catalogue import WAVEFORMS

KEY: Final = "abp"
HZ: Final = WAVEFORMS[KEY].hz
STEP: Final = WAVEFORMS[KEY].scale
RADIAL: Final = 0.65
"""The wrist's share of the pulse's way to the finger, in time (*heuristic*)."""
LONGEST_S: Final = 1.6
EJECTION_S: Final = 0.32
"""From foot to notch at 60 /min; times √RR else (*heuristic*)."""
RUNS_OFF_S: Final = 24.0
"""So far back beats are looked for where some move no blood, so that what came before them is known."""
FALLS_AFTER_S, FALL_S = 2.0, 4.5
FILLING_MMHG: Final = 14.0
"""Without a beat pressure falls from diastolic towards that in resting vessels (*heuristic*)."""
DAMPED_S: Final = 0.085
DAMPED_PULSE: Final = 0.88
"""How a clot or a bubble smooths a beat at 60 /min, and what it leaves of the rest (*heuristic*)."""
_FULL: Final = shapes.PULSE_SIZE - 1.0
_ORIGINS: Final = np.array([0.0, shapes.VALVE * _FULL, _FULL])


def _damped(wave: Floats) -> Floats:
    """Return a beat as a damped line shows it: mean as it is, rounded, without notch."""
    lag = np.arange(wave.size) / wave.size
    kernel = np.exp(-0.5 * (np.minimum(lag, 1.0 - lag) / DAMPED_S) ** 2)
    smooth = np.fft.irfft(np.fft.rfft(wave) * np.fft.rfft(kernel / kernel.sum()), wave.size)
    smooth = np.roll(smooth, round(0.04 * wave.size))  # and late
    return np.asarray(smooth.mean() + DAMPED_PULSE * (smooth - smooth.mean()))


_CLEAN: Final = shapes.pressure()
_TABLE: Final = np.concatenate([_CLEAN, _damped(_CLEAN)]).astype(np.float32)
_SEEN: Final = [(float(w.max()), float(w.min()), float(w.mean())) for w in (_CLEAN, _damped(_CLEAN))]


def seen_of_pulse(damped: Bools) -> tuple[Floats, Floats, Floats]:
    """Return (top, bottom, mean) of a beat's table as shares of its pulse pressure, ``[N]`` each."""
    top, bottom, mean = (np.where(damped, bad, good) for good, bad in zip(*_SEEN, strict=True))
    return top, bottom, mean


def level_after(dbp_mmhg: Floats, still_s: Floats) -> Floats:
    """Return the pressure that is left ``still_s`` after a pulse: diastolic, and less when none comes."""
    least = np.minimum(FILLING_MMHG, dbp_mmhg)
    left = np.exp(-np.maximum(still_s - FALLS_AFTER_S, 0.0) / FALL_S)
    return np.asarray(least + (dbp_mmhg - least) * left)


def draw(
    window: Window, start_s: float, length_s: int, levels: tuple[Floats, Floats], damped: Bools | None = None
) -> Raw:
    """Return raw samples ``[N, HZ × length_s]`` of beats since ``start_s - LATEST_S``.

    ``levels`` are the body's systolic and diastolic pressure ``[length_s + 1, N]`` at whole seconds from
    ``start_s`` on; ``damped`` ``[N]`` marks damped lines.
    """
    samples = HZ * length_s
    if (window.value("strength") < FAINTEST).any():
        window = window.of.since(start_s - RUNS_OFF_S)
    feet = opened(window, window.times + RADIAL * window.value("arrival") - start_s) * HZ
    show = shown(feet, samples)
    gap_s = (show.ends - show.begins) / HZ
    length = np.maximum(np.minimum(gap_s, LONGEST_S), 0.01)
    ejection = np.minimum(EJECTION_S * show.take(beside(window, "root")), 0.6 * length)
    anchors, slopes = np.empty((length.size, 3)), np.zeros((length.size, 3))
    anchors[:, 0] = show.begins
    anchors[:, 1] = show.begins + ejection * HZ
    anchors[:, 2] = show.begins + length * HZ
    slopes[:, 0] = (shapes.VALVE * _FULL / HZ) / ejection
    slopes[:, 1] = ((1.0 - shapes.VALVE) * _FULL / HZ) / (length - ejection)
    tiling = show.tile(anchors[:, 1], anchors[:, 2])
    place = tiling.places(anchors, _ORIGINS, slopes).astype(np.int32)
    if damped is not None:
        place += np.where(damped, shapes.PULSE_SIZE, 0).astype(np.int32)[:, None]
    wave = _TABLE.take(place, mode="clip")
    wave *= tiling.spread(show.take(beside(window, "strength")))
    sbp, dbp = (_each_sample(level, length_s) for level in levels)
    wave *= sbp - dbp
    wave += _run_off(dbp, tiling.spread(show.begins))
    return np.asarray(wave / STEP).astype(np.int16)


def _each_sample(level: Floats, length_s: int) -> Singles:
    """Return a level known at whole seconds at each sample, straight in between, ``[N, samples]``."""
    known = np.ascontiguousarray(level.T, np.float32)
    share = np.tile(np.arange(HZ, dtype=np.float32) / np.float32(HZ), length_s)
    rise = np.repeat(known[:, 1:] - known[:, :-1], HZ, axis=1)
    rise *= share
    rise += np.repeat(known[:, :-1], HZ, axis=1)
    return rise


def _run_off(dbp: Singles, begins: Singles) -> Singles:
    """Return the level after pulses begun at samples ``begins``: diastolic, and less when none comes."""
    still = (np.arange(begins.shape[1], dtype=np.float32) - begins) / np.float32(HZ) - np.float32(
        FALLS_AFTER_S
    )
    if still.max(initial=0.0) <= 0.0:
        return dbp
    left = np.exp(-np.maximum(still, 0.0) / FALL_S)
    least = np.minimum(FILLING_MMHG, dbp)
    return np.asarray(least + (dbp - least) * left)
