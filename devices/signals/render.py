"""Waveforms of the whole ward, drawn from the trains of beats and breaths.

Drawing is a pure function of trains, time and disturbance: it changes no state, so waves may be drawn
or not, in blocks of any length up to ``LONGEST_S``, without changing anything else.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from devices.arrays import Ints, Raw
from devices.randomness import generator
from devices.signals import ecg, pleth, respiration
from devices.signals.artefacts import Artefacts, Bands, Disturbance
from devices.signals.events import Window
from devices.signals.noise import SIZE, Pool, pool
from devices.signals.rhythms import TRACKS, Track
from vitals.catalogue import WAVEFORMS

__all__ = ["LONGEST_S", "RATES_HZ", "Disturbance", "Renderer"]

RATES_HZ: Final = {key: form.hz for key, form in WAVEFORMS.items()}
LONGEST_S: Final = 10
WANDER: Final = 6
"""2 to this power are the raw steps of impedance that shift the ECG by one: 0.08 mV (*heuristic*)."""
QUIET: Final[dict[str, Bands]] = {
    ecg.KEY: ((0.03, 0.5, 0.020), (30, 120, 0.004)),
    pleth.KEY: ((0.03, 0.4, 0.012), (1, 40, 0.004)),
    respiration.KEY: ((0.03, 0.4, 0.03), (1, 15, 0.012)),
}
"""Noise of a good recording: bands of (low Hz, high Hz, standard deviation), *heuristic*."""
UNDER: Final[dict[Track, Bands]] = {
    "": ((1, 2, 1e-6),),
    "fibrillation": ((4, 9, 0.045),),
    "vf": ((3, 7, 0.32), (7, 12, 0.05)),
    "vf-fine": ((3, 8, 0.07),),
}
"""Fibrillating atria (0.05 to 0.1 mV, 4 to 9 Hz) and ventricles (3 to 8 Hz, coarse and fine)."""
FLUTTER_HZ, FLUTTER_MV = 5.0, 0.22


class Renderer:
    """Draws ECG lead II, pleth and respiration of ``beds``."""

    def __init__(self, seed: int, beds: Sequence[str]) -> None:
        rngs = [generator(seed, bed, "look") for bed in beds]
        self._bank = ecg.Bank(rngs)
        self._places = np.array([g.integers(SIZE) for g in rngs])
        fixed = np.random.default_rng(2)
        self._quiet = {key: _pool(fixed, key, bands) for key, bands in QUIET.items()}
        self._tracks = [_track(fixed, name) for name in TRACKS]
        self._artefacts = Artefacts(self._places, LONGEST_S)

    def block(
        self, beats: Window, breaths: Window, start_s: int, length_s: int, track: Ints, worse: Disturbance
    ) -> dict[str, Raw]:
        """Return raw samples ``[N, hz × length_s]`` of each waveform from ``start_s`` on.

        ``beats`` are those since ``start_s - LATEST_S``, ``breaths`` those since ``start_s``.
        ``track`` ``[N]`` is what lies under the beats, a place in ``TRACKS``.
        """
        breathing = respiration.draw(breaths, start_s, length_s)
        heart = self._bank.draw(beats, start_s, length_s)
        self._underlie(heart, start_s, track)
        heart += np.repeat(breathing >> WANDER, ecg.HZ // respiration.HZ, axis=1)
        pulse = pleth.draw(beats, start_s, length_s, worse.pulse_gain)
        out = {ecg.KEY: heart, respiration.KEY: breathing, pleth.KEY: pulse}
        for key, samples in out.items():
            noise = self._quiet[key].read(self._offsets(key, start_s), samples.shape[1])
            np.add(samples, noise, out=samples)
        self._artefacts.spoil(out, start_s, worse)
        return out

    def _offsets(self, key: str, start_s: int) -> Ints:
        return self._places + start_s * RATES_HZ[key]

    def _underlie(self, heart: Raw, start_s: int, track: Ints) -> None:
        """Add what atria, or fibrillating ventricles, do by themselves."""
        for number in set(track[track > 0].tolist()):
            rows = np.nonzero(track == number)[0]
            at = self._offsets(ecg.KEY, start_s)[rows]
            heart[rows] += self._tracks[number].read(at, heart.shape[1])


def _track(rng: np.random.Generator, name: Track) -> Pool:
    """Return what lies under the beats of a rhythm: clinical reference 7.21 and 8.1."""
    match name:
        case "flutter":  # a saw tooth of 300 /min, negative in lead II
            phase = np.arange(SIZE) * round(SIZE * FLUTTER_HZ / ecg.HZ) / SIZE % 1.0
            noise = -FLUTTER_MV * (np.minimum(phase / 0.7, (1.0 - phase) / 0.3) - 0.5)
        case _:
            noise = pool(rng, ecg.HZ, UNDER[name])
    return Pool(noise, ecg.MV, ecg.HZ * LONGEST_S)


def _pool(rng: np.random.Generator, key: str, bands: Bands) -> Pool:
    form = WAVEFORMS[key]
    return Pool(pool(rng, form.hz, bands), form.scale, form.hz * LONGEST_S)
