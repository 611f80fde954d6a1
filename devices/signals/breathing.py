"""The train of breaths: when each begins, how long air flows in and out, and how deep it is."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from devices.arrays import Floats
from devices.physiology.bounds import within
from devices.randomness import Draws
from devices.signals.drive import Drive
from devices.signals.events import Events
from devices.signals.phase import NODES, crossings

INSPIRATION: Final = 0.36
EXPIRATION: Final = 0.46
"""Shares of a breath that air flows; the rest is pause (heuristic, I:E about 1:1.8)."""
LONGEST_INSPIRATION_S: Final = 1.8
LONGEST_EXPIRATION_S: Final = 2.4
BREATH_MEMORY_S: Final = 6.0
BREATH_SPREAD: Final = 0.05
DEPTH_SPREAD: Final = 0.10
"""Heuristic: how much breaths differ in rate and in depth."""


class Breathing:
    """The breaths of the ward. A breath has ``inspiration`` and ``expiration`` (s) and ``depth``."""

    def __init__(self, seed: int, beds: Sequence[str], phase: Floats) -> None:
        n = len(beds)
        self.breaths = Events(n, 32, ("inspiration", "expiration", "depth"))
        for name in ("inspiration", "expiration"):
            self.breaths.stored(name)[:] = 1.0  # of breaths before the first
        self._draws = Draws(seed, beds, "breath")
        self._phase = phase
        self._walk = np.zeros(n)
        self._last_hz = np.zeros(n)

    def second(self, drive: Drive, until_s: float) -> Floats:
        """Add the breaths of the second after ``until_s``; return the phase at its nodes, ``[6, N]``."""
        walk, depth = self._draws.rows(2)
        keep = float(np.exp(-1.0 / BREATH_MEMORY_S))
        self._walk = keep * self._walk + (1.0 - keep**2) ** 0.5 * walk
        hz = np.maximum(drive.rr / 60.0 * (1.0 + BREATH_SPREAD * self._walk), 0.0)
        first = self._last_hz
        phase: Floats = self._phase + NODES * (first + (0.5 * NODES) * (hz - first))
        rows, _, when = crossings(phase)
        cycle = 1.0 / np.maximum(hz[rows], 0.02)
        self.breaths.add(
            rows,
            until_s + when,
            (
                np.minimum(INSPIRATION * cycle, LONGEST_INSPIRATION_S),
                np.minimum(EXPIRATION * cycle, LONGEST_EXPIRATION_S),
                within(1.0 + DEPTH_SPREAD * depth[rows], 0.5, 1.6),
            ),
        )
        self._phase = phase[-1] % 1.0
        self._last_hz = hz
        return phase
