"""How far a body is from being awake: the deepest of what each cause alone would do.

A depth counts as ACVPU does: below 0.5 alert, then confused, to voice, to pain, and from 3.5 nothing.
Points are set so that the rows of the clinical reference's trajectories (7.2 to 7.19) come out; glucose
after the thresholds of 7.20 (symptoms 3, cognition 2.7, coma 1.5 mmol/L), cold after the Swiss stages.
Between and beyond them they are *heuristic*.
"""

from math import inf
from typing import Final

import numpy as np

from broker import messages as m
from devices.arrays import Floats
from devices.physiology.settle import settle

LETTERS: Final[tuple[m.Acvpu, ...]] = ("A", "C", "V", "P", "U")
LAG_S: Final = 6.0
"""After the heart stops somebody is unconscious in 10 to 15 s (reference 7.21)."""
FIRM: Final = 0.6
"""So far from the letter it has a depth must be for another, so that nobody flickers between two."""

Points = tuple[tuple[float, ...], tuple[float, ...]]
PRESSURE: Final[Points] = ((18, 30, 40, 50, 58, 66, 74), (4, 3.4, 2.2, 1.5, 0.6, 0.3, 0.0))
"""Of MAP in mmHg, as it would be in somebody whose own is 92."""
OXYGEN: Final[Points] = ((6, 9, 12, 14, 20, 26, 34), (0, 0.3, 0.6, 0.8, 1.6, 2.8, 3.8))
"""Of the % by which saturation is too low for this person."""
CARBON_DIOXIDE: Final[Points] = ((60, 68, 73, 88, 106), (0, 0.4, 1.6, 2.6, 3.7))
"""Of arterial CO2 in mmHg, less half of what a person lives above 40."""
GLUCOSE: Final[Points] = ((1.2, 1.45, 1.7, 2.0, 2.6, 3.0), (4, 3.6, 3.2, 2.6, 0.8, 0.0))
TEMPERATURE: Final[Points] = ((24, 27.9, 29.5, 32, 34, 40.2, 41, 42.5), (4, 3.6, 2.4, 0.6, 0, 0, 0.7, 2.4))
OPIOID: Final[Points] = ((0.02, 0.05, 0.09, 0.16, 0.27, 0.36, 0.6), (4, 3.5, 2.9, 2.0, 1.6, 0.4, 0.0))
"""Of what is left of the drive to breathe. Reference 8.6 gives higher limits, which would have the patient
of its own table 7.5 answer to voice only while breathing 11 a minute."""
LOST: Final[Points] = ((0.27, 0.33, 0.4, 0.47), (0, 0.75, 1.8, 3.6))
"""Of the share of blood lost (reference 7.1, 7.3)."""
ABNORMAL_MAP: Final = 92.0


def _harmless(points: Points) -> tuple[float, float]:
    """Return between which values nobody is less awake."""
    none = [x for x, depth in zip(*points, strict=True) if depth == 0.0]
    return -inf if points[1][0] == 0.0 else none[0], inf if points[1][-1] == 0.0 else none[-1]


_BOUNDED: Final = tuple(
    (points, *_harmless(points))
    for points in (PRESSURE, OXYGEN, CARBON_DIOXIDE, GLUCOSE, TEMPERATURE, OPIOID, LOST)
)


class Consciousness:
    """Depths of N patients; ``least`` is how far each is from awake when well."""

    def __init__(self, least: Floats) -> None:
        self._least = least
        self.depth = least.copy()
        """0 awake to 4 without any response."""
        self.letters: list[m.Acvpu] = [LETTERS[round(x)] for x in least]
        self.changed: list[int] = []
        """Who became more or less awake since somebody last took note."""
        self._code = np.round(least)

    def advance(self, dt_s: float, causes: "Causes") -> None:
        """Let ``dt_s`` pass under ``causes``."""
        deepest = np.maximum(self._least, causes.depth())
        self.depth = settle(self.depth, deepest, dt_s, LAG_S)
        for i in np.nonzero(np.abs(self.depth - self._code) > FIRM)[0].tolist():
            self._code[i] = min(round(float(self.depth[i])), 4)
            self.letters[i] = LETTERS[int(self._code[i])]
            self.changed.append(i)


class Causes:
    """What may take consciousness, arrays ``[N]``, looked at only when asked."""

    __slots__ = ("drive", "glucose", "lack", "lost", "map_ratio", "more", "paco2", "temp")

    def __init__(
        self, *, map_ratio: Floats, lack: Floats, paco2: Floats, glucose: Floats, temp: Floats,
        drive: Floats, lost: Floats, more: Floats,
    ) -> None:  # fmt: skip
        self.map_ratio, self.lack, self.paco2 = map_ratio, lack, paco2
        self.glucose, self.temp, self.drive, self.lost, self.more = glucose, temp, drive, lost, more

    def depth(self) -> Floats:
        """Return the depth that the strongest cause makes."""
        depth = self.more
        own_map = self.map_ratio * ABNORMAL_MAP
        causes = (own_map, self.lack, self.paco2, self.glucose, self.temp, self.drive, self.lost)
        for values, (points, low, high) in zip(causes, _BOUNDED, strict=True):
            if (low > -inf and values.min() < low) or (high < inf and values.max() > high):
                depth = np.maximum(depth, np.interp(values, *points))
        return depth
