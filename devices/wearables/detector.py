"""What a detector makes of a train: the true events, less those lost, plus those artefact adds."""

from typing import Final

import numpy as np

from devices.arrays import Bools, Floats, Ints
from devices.signals.events import NEVER, mean_rate_per_min

MOST_FALSE: Final = 4
"""At most so many false events a second (240 /min)."""
FALSE_HEIGHT: Final = 0.5
"""How high a false event looks, where a full pulse is 1 (*heuristic*)."""


class Detector:
    """The events a device saw on ``n`` beds, averaged over the last ``window_s`` whole seconds.

    Each second is watched once, and its events are counted then: so an average costs a sum of few rows.
    """

    def __init__(self, n: int, window_s: float) -> None:
        self._n, self._window_s = n, int(window_s)
        self._counts: Ints = np.zeros((self._window_s, n), np.int64)
        self._first: Floats = np.full((self._window_s, n), np.inf)
        """When the first event of each second was."""
        self._heights: Floats = np.zeros((self._window_s, n))
        self._number: Ints = np.zeros(n, np.int64)
        self._last: Floats = np.full(n, NEVER)
        self._watched_s = 0

    def watch(self, rows: Ints, times_s: Floats, heights: Floats, now_s: int) -> None:
        """See true events of the second to ``now_s``, flat, sorted by bed and then time."""
        self._pass(now_s)
        at = now_s % self._window_s
        self._counts[at] = new = np.bincount(rows, minlength=self._n)
        self._heights[at] = np.bincount(rows, heights, minlength=self._n)
        self._first[at][rows[::-1]] = times_s[::-1]  # what is written last, the first event, stays
        self._last[rows] = times_s
        self._number += new

    def _pass(self, now_s: int) -> None:
        """Forget the seconds that have left the window."""
        for second in range(max(self._watched_s, now_s - self._window_s) + 1, now_s + 1):
            at = second % self._window_s
            self._number -= self._counts[at]
            self._counts[at], self._heights[at], self._first[at] = 0, 0.0, np.inf
        self._watched_s = now_s

    def watch_fooled(
        self, rows: Ints, times_s: Floats, heights: Floats, now_s: int, where: Bools, rate_bpm: Floats
    ) -> None:
        """See true events as ``watch`` does and, ``where`` ``[N]``, false ones at ``rate_bpm`` too."""
        false = self._false(where, rate_bpm, now_s)
        rows = np.concatenate([rows, false[0]])
        times = np.concatenate([times_s, false[1]])
        order = np.lexsort((times, rows))
        self.watch(rows[order], times[order], np.concatenate([heights, false[2]])[order], now_s)

    def _false(self, where: Bools, rate_bpm: Floats, now_s: float) -> tuple[Ints, Floats, Floats]:
        """Return false events where the rhythm's phase, 0 at the start, is whole: as ``render`` swings."""
        hz = rate_bpm / 60.0
        number = np.floor(hz * (now_s - 1.0))[:, None] + np.arange(1, MOST_FALSE + 1)
        times = number / np.maximum(hz, 1e-3)[:, None]
        rows, at = np.nonzero(where[:, None] & (times <= now_s))
        return rows, times[rows, at], np.full(rows.size, FALSE_HEIGHT)

    def rate(self, now_s: float) -> Floats:
        """Return the mean rate per minute over the window."""
        return mean_rate_per_min(np.minimum.reduce(self._first, axis=0), self._last, self._number, now_s)

    def silence_s(self, now_s: float) -> Floats:
        """Return for how long nothing was seen."""
        return np.asarray(now_s - self._last)

    def mean_height(self) -> Floats:
        """Return the mean height of the events in the window, 0 without any."""
        return np.asarray(np.add.reduce(self._heights, axis=0) / np.maximum(self._number, 1))
