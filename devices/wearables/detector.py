"""What a detector makes of a train: the true events, less those lost, plus those artefact adds."""

from typing import Final

import numpy as np

from devices.arrays import Bools, Floats, Ints
from devices.signals.events import Events, rate_per_min

MOST_FALSE: Final = 4
"""At most so many false events a second (240 /min)."""


class Detector:
    """The events a device saw, ``[N]`` beds."""

    def __init__(self, n: int, size: int) -> None:
        self.seen = Events(n, size, ("height",))
        self._swing = np.zeros(n)

    def watch(self, times_s: Floats, heights: Floats, visible: Bools, now_s: float) -> None:
        """See of the events ``times_s`` ``[N, w]`` those of the last second that are ``visible``."""
        hit = visible & (times_s > now_s - 1.0) & (times_s <= now_s)
        if hit.any():
            self.seen.add(hit, times_s, height=heights)

    def be_fooled(self, where: Bools, rate_bpm: Floats, now_s: float) -> None:
        """See false events of the last second ``where``, regularly at ``rate_bpm`` ``[N]``."""
        if not where.any():
            return
        begin = self._swing
        end = begin + np.where(where, rate_bpm / 60.0, 0.0)
        number = np.floor(begin)[:, None] + np.arange(1, MOST_FALSE + 1)
        step = np.maximum(end - begin, 1e-9)[:, None]
        times = now_s - 1.0 + (number - begin[:, None]) / step
        hit = where[:, None] & (number <= end[:, None])
        self.seen.add(hit, times, height=np.full_like(times, 0.5))
        self._swing = end % 1.0

    def rate(self, now_s: float, window_s: float) -> tuple[Floats, Ints]:
        """Return (rate per minute, events in the window)."""
        return rate_per_min(self.seen.times, now_s, window_s)

    def silence_s(self, now_s: float) -> Floats:
        """Return for how long nothing was seen."""
        return np.asarray(now_s - self.seen.times.max(axis=1))

    def mean_height(self, now_s: float, window_s: float) -> Floats:
        """Return the mean height of the events in the window, 0 without any."""
        inside = self.seen.times > now_s - window_s
        total = np.where(inside, self.seen.values["height"], 0.0).sum(axis=1)
        return np.asarray(total / np.maximum(inside.sum(axis=1), 1))
