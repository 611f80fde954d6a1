"""Signals with known beats, pulses and breaths, made here and nowhere else."""

import numpy as np
from numpy.typing import NDArray

Signal = NDArray[np.float64]


def moments(rate_bpm: float, seconds: float, jitter: float = 0.03, seed: int = 1) -> Signal:
    """Return the times (s) of events at ``rate_bpm``, each interval off by ``jitter`` of itself."""
    period_s = 60 / rate_bpm
    rng = np.random.default_rng(seed)
    intervals = period_s * (1 + jitter * rng.uniform(-1, 1, int(seconds / period_s) + 2))
    times = 0.6 + np.cumsum(intervals) - intervals[0]
    kept: Signal = times[times < seconds - 0.5]
    return kept


def bumps(t_s: Signal, centres_s: Signal, height: float, sigma_s: float) -> Signal:
    """Return the sum of Gaussian bumps at ``centres_s``."""
    total = np.zeros_like(t_s)
    for centre in centres_s:
        total += height * np.exp(-0.5 * ((t_s - centre) / sigma_s) ** 2)
    return total


def ecg(r_s: Signal, hz: float, seconds: float, *, noise_mv: float = 0.02, height_mv: float = 1.0) -> Signal:
    """Return an ECG (mV) with R peaks at ``r_s``: P, QRS and T waves, wander, noise."""
    t_s = np.arange(round(seconds * hz)) / hz
    waves = ((-0.16, 0.12, 0.025), (-0.025, -0.12, 0.010), (0, 1.0, 0.011), (0.025, -0.2, 0.010))
    signal = sum(bumps(t_s, r_s + at, height_mv * size, width) for at, size, width in waves)
    shorter = np.minimum(1.0, np.diff(r_s, append=r_s[-1] + 1) / 0.8)
    signal = signal + bumps(t_s, r_s + 0.28 * shorter, height_mv * 0.3, 0.04)
    wander = 0.2 * np.sin(2 * np.pi * 0.25 * t_s)
    return np.asarray(signal + wander + np.random.default_rng(2).normal(0, noise_mv, len(t_s)))


def pressure(feet_s: Signal, hz: float, seconds: float, *, low: float = 70, high: float = 120) -> Signal:
    """Return an arterial pressure (mmHg): upstroke of 0.12 s, decay to ``low``, dicrotic wave."""
    t_s = np.arange(round(seconds * hz)) / hz
    signal = np.full_like(t_s, float(low))
    ends = np.append(feet_s[1:], seconds + 1)
    for foot, end in zip(feet_s, ends, strict=True):
        here = (t_s >= foot) & (t_s < end)
        phase = t_s[here] - foot
        decay_s = end - foot - 0.12
        wave = np.where(
            phase < 0.12, np.sin(np.pi / 2 * phase / 0.12) ** 2, (1 - (phase - 0.12) / decay_s) ** 2
        )
        signal[here] = low + (high - low) * wave + bumps(phase, np.array([0.12 + 0.3 * decay_s]), 5, 0.03)
    return signal
