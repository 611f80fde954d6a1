"""Heart-rate variability: what the beats' rate does besides following the body.

High frequency is respiratory sinus arrhythmia and follows the breath train; low frequency is a noisy
rhythm at 0.1 Hz; very low frequency a slow walk. Powers: Task Force 1996, 5 min supine (LF 1170, HF
975 of 3466 ms² in all), scaled to a person's own SDNN.
"""

from typing import Final

import numpy as np

from devices.arrays import Floats
from devices.randomness import Draws

TOTAL_MS2: Final = 3466.0
HIGH: Final = (975.0 / TOTAL_MS2) ** 0.5
LOW: Final = (1170.0 / TOTAL_MS2) ** 0.5
VERY_LOW: Final = ((TOTAL_MS2 - 975.0 - 1170.0) / TOTAL_MS2) ** 0.5
"""Each band's share of SDNN, as standard deviations."""
LOW_HZ: Final = 0.1
LOW_MEMORY_S: Final = 16.0  # a spectral width of 0.01 Hz, clinical reference 8.2
VERY_LOW_MEMORY_S: Final = 60.0  # heuristic


class Variability:
    """Slow rhythms of the rate, unit variance, one step of a second at a time; state ``[N]``."""

    def __init__(self, draws: Draws, n: int) -> None:
        self._draws = draws
        self._low = np.zeros(n, np.complex128)
        self._very_low = np.zeros(n)
        self._turn = np.exp(-1.0 / LOW_MEMORY_S + 2j * np.pi * LOW_HZ)
        self._kick = (1.0 - abs(self._turn) ** 2) ** 0.5
        self._keep = float(np.exp(-1.0 / VERY_LOW_MEMORY_S))
        self._push = (1.0 - self._keep**2) ** 0.5

    def step(self) -> Floats:
        """Pass one second; return low and very low rhythms together, as a share of SDNN."""
        a, b, c = self._draws.rows(3)
        # The real part of a complex walk has half its variance: two kicks of variance 1 give 1.
        self._low = self._turn * self._low + self._kick * (a + 1j * b)
        self._very_low = self._keep * self._very_low + self._push * c
        return LOW * self._low.real + VERY_LOW * self._very_low


class Ease:
    """How freely hearts swing: the standard deviation of the rate relative to itself."""

    def __init__(self, sdnn_ms: Floats, resting_bpm: Floats) -> None:
        self._rest_bpm = resting_bpm
        self._at_rest = sdnn_ms / 60_000.0 * resting_bpm

    def spread(self, rate_bpm: Floats) -> Floats:
        """Return it at ``rate_bpm``: SDNN is a time, and falls with the power 1.5 of the rate above rest.

        As vagal tone goes (*heuristic*); below rest SDNN stays.
        """
        ratio = self._rest_bpm / np.maximum(rate_bpm, 20.0)
        return np.asarray(np.minimum(self._at_rest * np.minimum(np.sqrt(ratio), 1.0 / ratio), 0.15))
