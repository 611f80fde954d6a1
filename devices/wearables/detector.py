"""What a detector makes of a train: the true events, less those lost, plus those artefact adds."""

from typing import Final

import numpy as np

from devices.arrays import Bools, Floats, Ints
from devices.signals.events import Events, rate_per_min

MOST_FALSE: Final = 4
"""At most so many false events a second (240 /min)."""
FALSE_HEIGHT: Final = 0.5
"""How high a false event looks, where a full pulse is 1 (*heuristic*)."""


class Detector:
    """The events a device saw on ``n`` beds."""

    def __init__(self, n: int, size: int) -> None:
        self.seen = Events(n, size, ("height",))

    def watch(self, rows: Ints, times_s: Floats, heights: Floats) -> None:
        """See true events, flat, sorted by bed and then time."""
        self.seen.add(rows, times_s, (heights,))

    def watch_fooled(
        self, rows: Ints, times_s: Floats, heights: Floats, now_s: float, where: Bools, rate_bpm: Floats
    ) -> None:
        """See true events as ``watch`` does and, ``where`` ``[N]``, false ones at ``rate_bpm`` too."""
        false = self._false(where, rate_bpm, now_s)
        rows = np.concatenate([rows, false[0]])
        times = np.concatenate([times_s, false[1]])
        order = np.lexsort((times, rows))
        self.watch(rows[order], times[order], np.concatenate([heights, false[2]])[order])

    def _false(self, where: Bools, rate_bpm: Floats, now_s: float) -> tuple[Ints, Floats, Floats]:
        """Return false events where the rhythm's phase, 0 at the start, is whole: as ``render`` swings."""
        hz = rate_bpm / 60.0
        number = np.floor(hz * (now_s - 1.0))[:, None] + np.arange(1, MOST_FALSE + 1)
        times = number / np.maximum(hz, 1e-3)[:, None]
        rows, at = np.nonzero(where[:, None] & (times <= now_s))
        return rows, times[rows, at], np.full(rows.size, FALSE_HEIGHT)

    def rate(self, now_s: float, window_s: float) -> tuple[Floats, Ints]:
        """Return (rate per minute, events in the window)."""
        return rate_per_min(self.seen, now_s, window_s)

    def silence_s(self, now_s: float) -> Floats:
        """Return for how long nothing was seen."""
        return np.asarray(now_s - self.seen.latest())

    def mean_height(self, now_s: float, window_s: float) -> Floats:
        """Return the mean height of the events in the window, 0 without any."""
        inside = self.seen.times > now_s - window_s
        total = np.add.reduce(self.seen.stored("height").reshape(inside.shape) * inside, axis=0)
        return np.asarray(total / np.maximum(np.add.reduce(inside, axis=0), 1))
