"""How far a body is from being awake: the deepest of what each cause alone would do.

A depth counts as ACVPU does: below 0.5 alert, then confused, to voice, to pain, and from 3.5 nothing.
Points are set so that the rows of the clinical reference's trajectories (7.2 to 7.19) come out; glucose
after the thresholds of 7.20 (symptoms 3, cognition 2.7, coma 1.5 mmol/L), cold after the Swiss stages.
Between and beyond them they are *heuristic*.
"""

import math
from math import inf
from typing import Final

import numpy as np

from broker import messages as m
from devices.arrays import Floats
from devices.kernels import kernel
from devices.physiology import bounds, coupling
from devices.physiology import rows as r
from devices.physiology.heart import COMPRESSED, LEAST_STILL

LETTERS: Final[tuple[m.Acvpu, ...]] = ("A", "C", "V", "P", "U")
DEEPEST: Final = 4.0
LAG_S: Final = 6.0
"""After the heart stops somebody is unconscious in 10 to 15 s (reference 7.21)."""
FIRM: Final = 0.6
"""So far from the letter it has a depth must be for another, so that nobody flickers between two."""

Points = tuple[tuple[float, ...], tuple[float, ...]]
PRESSURE: Final[Points] = ((18, 30, 40, 50, 58, 66, 74), (4, 3.4, 2.2, 1.5, 0.6, 0.3, 0.0))
"""Of MAP in mmHg, as it would be in somebody whose own is 92."""
OXYGEN: Final[Points] = ((6, 9, 12, 14, 20, 26, 34), (0, 0.3, 0.6, 0.8, 1.6, 2.8, 3.8))
"""Of the % by which saturation is too low for this person."""
CARBON_DIOXIDE: Final[Points] = ((55.5, 63.5, 68.5, 83.5, 101.5), (0, 0.4, 1.6, 2.6, 3.7))
"""Of arterial CO2 in mmHg, less half of what a person lives above 40: a brain that is used to it."""
USUAL_MMHG, USED_TO = 40.0, 0.5
GLUCOSE: Final[Points] = ((1.2, 1.45, 1.7, 2.0, 2.6, 3.0), (4, 3.6, 3.2, 2.6, 0.8, 0.0))
TEMPERATURE: Final[Points] = ((24, 27.9, 29.5, 32, 34, 40.2, 41, 42.5), (4, 3.6, 2.4, 0.6, 0, 0, 0.7, 2.4))
OPIOID: Final[Points] = ((0.02, 0.05, 0.09, 0.16, 0.27, 0.36, 0.6), (4, 3.5, 2.9, 2.0, 1.6, 0.4, 0.0))
"""Of what is left of the drive to breathe. Reference 8.6 gives higher limits, which would have the patient
of its own table 7.5 answer to voice only while breathing 11 a minute."""
LOST: Final[Points] = ((0.27, 0.33, 0.4, 0.47), (0, 0.75, 1.8, 3.6))
"""Of the share of blood lost (reference 7.1, 7.3)."""
STUNNED: Final[Points] = ((8, 20, 60, 120, 180), (0, 1, 2, 3, 4))
"""Of the seconds without flow that the brain has yet to recover from (*heuristic*)."""
RECOVERS: Final = 14.0
"""What a second of flow takes of their square (*heuristic*): whom a shock brings back after 15 s is awake in
half a minute, after a minute in four, after three in forty, after six and a half in three hours."""
MOST_STUNNED_S: Final = 1200.0
ABNORMAL_MAP: Final = 92.0
_ALL: Final = (PRESSURE, OXYGEN, CARBON_DIOXIDE, GLUCOSE, TEMPERATURE, OPIOID, LOST, STUNNED)
(_PRESSURE, _OXYGEN, _CARBON_DIOXIDE, _GLUCOSE, _TEMPERATURE, _OPIOID, _LOST, _STUNNED) = range(8)
_WIDTH: Final = max(len(points[0]) for points in _ALL) + 1
_WELL_MAP, _WELL_GLUCOSE, _WELL_DRIVE = (float(points[0][-1]) for points in (PRESSURE, GLUCOSE, OPIOID))
_WELL_LACK, _WELL_PACO2, _WELL_LOST, _WELL_STUNNED = (
    float(points[0][0]) for points in (OXYGEN, CARBON_DIOXIDE, LOST, STUNNED)
)
_WARM, _HOT = (x for x, depth in zip(*TEMPERATURE, strict=True) if depth == 0)
"""Between these nobody is less awake."""


def _table(points: Points) -> Floats:
    """Return ``[2, _WIDTH]``, level beyond the last."""
    more = _WIDTH - len(points[0])
    return np.array([[*points[0], *[inf] * more], [*points[1], *[points[1][-1]] * more]], float)


POINTS: Final = np.stack([_table(points) for points in _ALL])
"""``[causes, 2, places]``: how deep each cause alone makes it."""


@kernel
def depth_of(value: float, points: Floats, cause: int) -> float:
    """Return the depth that a cause makes at a ``value``, straight between its points."""
    if value <= float(points[cause, 0, 0]):
        return float(points[cause, 1, 0])
    k = 0
    while value >= float(points[cause, 0, k + 1]):
        k += 1
    start, low = float(points[cause, 0, k]), float(points[cause, 1, k])
    return low + (float(points[cause, 1, k + 1]) - low) / (float(points[cause, 0, k + 1]) - start) * (
        value - start
    )


@kernel
def stunned_after(now_s: float, pulse: float, compressed: float, dt_s: float) -> float:
    """Return how stunned a brain is after ``dt_s`` with a ``pulse`` or without, ``compressed`` or not.

    It comes as the time without flow goes, and goes the more slowly the longer that was.
    """
    if pulse <= 0.0:
        return min(
            now_s + dt_s * bounds.held(1.0 - COMPRESSED * compressed, LEAST_STILL, 1.0), MOST_STUNNED_S
        )
    return math.sqrt(max(now_s * now_s - RECOVERS * dt_s, 0.0))


@kernel
def deepest(i: int, s: Floats, points: Floats, map_mmhg: float, more: float) -> float:
    """Return the depth of patient ``i`` that the strongest cause makes; an illness of the brain ``more``."""
    own_map = map_mmhg / float(s[r.REST_MAP, i]) * ABNORMAL_MAP
    lack = min(95.0, float(s[r.REST_SPO2, i]) - 1.0) - float(s[r.SPO2, i])
    glucose, temp = float(s[r.GLUCOSE, i]), float(s[r.TEMP, i])
    retained = float(s[r.REST_ETCO2, i]) + coupling.ALVEOLAR_GRADIENT_MMHG - USUAL_MMHG
    paco2 = float(s[r.PACO2, i]) - USED_TO * max(retained, 0.0)
    lost, drive = float(s[r.LOST, i]), float(s[r.DRIVE, i])
    depth = max(more, float(s[r.LEAST_DEPTH, i]))
    if float(s[r.PULSE, i]) <= 0.0:
        return DEEPEST  # what compressions bring to a brain wakes nobody
    if own_map < _WELL_MAP:
        depth = max(depth, depth_of(own_map, points, _PRESSURE))
    if lack > _WELL_LACK:
        depth = max(depth, depth_of(lack, points, _OXYGEN))
    if paco2 > _WELL_PACO2:
        depth = max(depth, depth_of(paco2, points, _CARBON_DIOXIDE))
    if glucose < _WELL_GLUCOSE:
        depth = max(depth, depth_of(glucose, points, _GLUCOSE))
    if temp < _WARM or temp > _HOT:
        depth = max(depth, depth_of(temp, points, _TEMPERATURE))
    if lost > _WELL_LOST:
        depth = max(depth, depth_of(lost, points, _LOST))
    if float(s[r.STUNNED, i]) > _WELL_STUNNED:
        depth = max(depth, depth_of(float(s[r.STUNNED, i]), points, _STUNNED))
    if drive < _WELL_DRIVE:
        depth = max(depth, depth_of(drive, points, _OPIOID))
    return depth


class Consciousness:
    """Depths of N patients, rows of ``state``; ``least`` is how far each is from awake when well."""

    def __init__(self, least: Floats, state: Floats) -> None:
        self.depth, self._code = state[r.DEPTH], state[r.LETTER]
        """0 awake to 4 without any response."""
        state[r.LEAST_DEPTH] = self.depth[:] = least
        self._code[:] = np.round(least)
        self.letters: list[m.Acvpu] = [LETTERS[round(x)] for x in least]
        self.changed: list[int] = []
        """Who became more or less awake since somebody last took note."""

    def heed(self) -> None:
        """Tell of those whose depth has become another letter's."""
        for i in np.nonzero(np.abs(self.depth - self._code) > FIRM)[0].tolist():
            self._code[i] = min(round(float(self.depth[i])), 4)
            self.letters[i] = LETTERS[int(self._code[i])]
            self.changed.append(i)
