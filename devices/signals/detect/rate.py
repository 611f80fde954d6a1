"""Beats to a rate, averaged as bedside monitors do.

Heart and pulse: the mean of the last eight intervals, or of the last four when the last three were
all longer than 1.2 s. The second rule, and averaging over intervals at all, is that of Mindray
BeneHeart D60 (operator's manual, appendix A, there 12 intervals less the longest and shortest); so a
step from 80 to 40 /min shows within the 11 s it states. Eight intervals, and four for breaths, are
*heuristic*.

Silence: a detector is ``lag_s`` behind, so that the newest beats are not known yet. Once the time
without a beat before that exceeds 1.5 mean intervals, the rate shown falls as that open interval
grows. After ``silence_s`` the rate is 0 (asystole 4 s, apnoea 20 s: the alarm limits of the clinical
reference, 2.4).
"""

from collections import deque
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean
from typing import Final


@dataclass(frozen=True, slots=True)
class Averaging:
    """Over how many intervals to average; from how long ones on over four; after what silence it is 0."""

    intervals: int
    slow_s: float
    silence_s: float
    lag_s: float


HEART: Final = Averaging(8, 1.2, 4.0, 0.6)
PULSE: Final = Averaging(8, 1.2, 4.0, 0.6)
BREATHS: Final = Averaging(4, 60.0, 20.0, 1.5)

_OVERDUE: Final = 1.5
_SLOW_INTERVALS: Final = 4
_SLOW_IN_A_ROW: Final = 3


class RateMeter:
    """Keeps the newest beats of a signal of ``hz`` samples a second and says their rate."""

    def __init__(self, hz: float, averaging: Averaging) -> None:
        self._hz, self._averaging = hz, averaging
        self._beats: deque[int] = deque(maxlen=averaging.intervals + 1)
        self._listening_since = 0

    def add(self, index: int) -> None:
        """Note a beat at sample ``index``, later than all before."""
        self._beats.append(index)

    def forget(self, index: int) -> None:
        """Start anew at sample ``index``: what was before a gap makes no interval with what follows."""
        self._beats.clear()
        self._listening_since = index

    def rate(self, index: int) -> float | None:
        """Return beats a minute as known at sample ``index``; ``None`` while it is not known."""
        last = self._beats[-1] if self._beats else self._listening_since
        silence_s = (index - last) / self._hz
        if silence_s >= self._averaging.silence_s:
            return 0.0
        intervals = self._intervals_s()
        if not intervals:
            return None
        mean = fmean(intervals)
        open_s = silence_s - self._averaging.lag_s
        if open_s > mean * _OVERDUE:
            mean = fmean((*intervals[1:], open_s))
        return 60.0 / mean

    def _intervals_s(self) -> list[float]:
        found = [(b - a) / self._hz for a, b in pairwise(self._beats)]
        slow = len(found) >= _SLOW_IN_A_ROW and min(found[-_SLOW_IN_A_ROW:]) > self._averaging.slow_s
        return found[-_SLOW_INTERVALS:] if slow else found
