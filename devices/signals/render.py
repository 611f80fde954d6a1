"""Waveforms of the whole ward, drawn from the trains of beats and breaths.

Drawing is a pure function of trains, time and disturbance: it changes no state, so waves may be drawn
or not, in blocks of any length up to ``LONGEST_S``, without changing anything else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from devices.arrays import Bools, Floats, Ints, Raw
from devices.randomness import generator
from devices.signals import ecg, pleth, respiration
from devices.signals.events import Window
from devices.signals.noise import SIZE, Pool, pool
from vitals.catalogue import WAVEFORMS

RATES_HZ: Final = {key: WAVEFORMS[key].hz for key in (ecg.KEY, pleth.KEY, respiration.KEY)}
LONGEST_S: Final = 10
WANDER: Final = 6
"""2 to this power are the raw steps of impedance that shift the ECG by one: 0.08 mV (*heuristic*)."""
SWING: Final = 0.25
"""How far a rhythmic movement swings a signal, in its own unit (*heuristic*)."""

Bands = tuple[tuple[float, float, float], ...]
QUIET: Final[dict[str, Bands]] = {
    ecg.KEY: ((0.03, 0.5, 0.020), (30, 120, 0.004)),
    pleth.KEY: ((0.03, 0.4, 0.012), (1, 40, 0.004)),
    respiration.KEY: ((0.03, 0.4, 0.03), (1, 15, 0.012)),
}
"""Noise of a good recording: bands of (low Hz, high Hz, standard deviation), *heuristic*."""
MOVING: Final[dict[str, Bands]] = {
    ecg.KEY: ((0.3, 3, 0.30), (3, 12, 0.10), (15, 100, 0.06)),
    pleth.KEY: ((0.3, 3, 0.22), (3, 8, 0.10)),
    respiration.KEY: ((0.2, 3, 0.45),),
}
"""Noise of movement, likewise."""


@dataclass(frozen=True, slots=True)
class Disturbance:
    """How much worse than clean each bed's signals are, arrays ``[N]``; 0 is clean.

    ``motion[waveform]`` scales the noise of movement, whose rhythm there is ``cadence_hz[waveform]``;
    ``pulse_gain`` is how much of the pulse reaches the sensor; ``loose`` marks electrodes off.
    """

    motion: dict[str, Floats]
    pulse_gain: Floats
    cadence_hz: dict[str, Floats]
    loose: Bools

    @staticmethod
    def none(n: int) -> "Disturbance":
        """Return clean signals for ``n`` beds."""
        return Disturbance({}, np.ones(n), {}, np.zeros(n, bool))


class Renderer:
    """Draws ECG lead II, pleth and respiration of ``beds``."""

    def __init__(self, seed: int, beds: Sequence[str]) -> None:
        rngs = [generator(seed, bed, "look") for bed in beds]
        self._bank = ecg.Bank(rngs)
        self._places = np.array([g.integers(SIZE) for g in rngs])
        fixed = np.random.default_rng(2)
        self._quiet = {key: _pool(fixed, key, bands) for key, bands in QUIET.items()}
        self._moving = {key: _pool(fixed, key, bands) for key, bands in MOVING.items()}

    def block(
        self, beats: Window, breaths: Window, start_s: int, length_s: int, worse: Disturbance
    ) -> dict[str, Raw]:
        """Return raw samples ``[N, hz × length_s]`` of each waveform from ``start_s`` on.

        ``beats`` are those since ``start_s - LATEST_S``, ``breaths`` those since ``start_s``.
        """
        breathing = respiration.draw(breaths, start_s, length_s)
        heart = self._bank.draw(beats, start_s, length_s)
        heart += np.repeat(breathing >> WANDER, ecg.HZ // respiration.HZ, axis=1)
        pulse = pleth.draw(beats, start_s, length_s, worse.pulse_gain)
        out = {ecg.KEY: heart, respiration.KEY: breathing, pleth.KEY: pulse}
        for key, samples in out.items():
            noise = self._quiet[key].read(self._offsets(key, start_s), samples.shape[1])
            np.add(samples, noise, out=samples)
        for key, gain in worse.motion.items():
            self._shake(out[key], key, start_s, gain, worse.cadence_hz[key])
        if worse.loose.any():
            heart[worse.loose] = 0
            breathing[worse.loose] = 0
        return out

    def _offsets(self, key: str, start_s: int) -> Ints:
        return self._places + start_s * RATES_HZ[key]

    def _shake(self, samples: Raw, key: str, start_s: int, gain: Floats, cadence_hz: Floats) -> None:
        rows = np.nonzero(gain)[0]
        if not rows.size:
            return
        form, length = WAVEFORMS[key], samples.shape[1]
        noise = self._moving[key].read(self._offsets(key, start_s)[rows], length)
        time = start_s + np.arange(length) / RATES_HZ[key]
        swing = np.sin(2 * np.pi * cadence_hz[rows, None] * time)
        moved = samples[rows] + gain[rows, None] * (noise + swing * (SWING / form.scale))
        samples[rows] = np.clip(moved, form.lowest / form.scale, form.highest / form.scale)


def _pool(rng: np.random.Generator, key: str, bands: Bands) -> Pool:
    form = WAVEFORMS[key]
    return Pool(pool(rng, form.hz, bands), form.scale, form.hz * LONGEST_S)
