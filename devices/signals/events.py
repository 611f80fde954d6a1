"""Trains of events: the last beats or breaths of every bed."""

from typing import Final

import numpy as np

from devices.arrays import Bools, Floats, Ints

NEVER: Final = -1e9
"""When what has not happened happened, in seconds since the session's start."""


class Events:
    """The last ``size`` events of each bed: their times (s since start) and named values.

    Rings ``[N, size]``; an event of a bed is written at ``count % size``.
    """

    def __init__(self, n: int, size: int, values: tuple[str, ...] = ()) -> None:
        self.size = size
        self.count: Ints = np.zeros(n, np.int64)
        self.times: Floats = np.full((n, size), NEVER)
        self.values: dict[str, Floats] = {name: np.zeros((n, size)) for name in values}
        self._rows = np.arange(n)[:, None]

    def add(self, hit: Bools, times_s: Floats, **values: Floats) -> None:
        """Add where ``hit`` ``[N, c]`` (columns in time's order) the events at ``times_s``."""
        rows, columns = np.nonzero(hit)
        if not rows.size:
            return
        rank = np.cumsum(hit, axis=1) - 1
        slots = (self.count[rows] + rank[rows, columns]) % self.size
        self.times[rows, slots] = times_s[rows, columns]
        for name, value in values.items():
            self.values[name][rows, slots] = value[rows, columns]
        self.count += hit.sum(axis=1)

    def since(self, time_s: float) -> tuple[Floats, Ints, Ints]:
        """Return (times, rows, slots): each bed's events after ``time_s`` and the one before, in order.

        All are ``[N, w]`` with w as large as the busiest bed needs; a quieter bed's further past
        fills the front.
        """
        width = min(self.size, int((self.times > time_s).sum(axis=1).max(initial=0)) + 1)
        back = np.arange(width, 0, -1)
        slots = (self.count[:, None] - back) % self.size
        return self.times[self._rows, slots], self._rows, slots


def rate_per_min(times_s: Floats, now_s: float, window_s: float) -> tuple[Floats, Ints]:
    """Return (rate, events): the mean rate of the events in the last ``window_s``, as a monitor averages.

    The rate is over the intervals between the window's first and last event; when the present gap
    is longer than these intervals it is what the gap allows, and 0 with fewer than two events.
    """
    inside = (times_s > now_s - window_s) & (times_s <= now_s)
    number = inside.sum(axis=1)
    first = np.where(inside, times_s, np.inf).min(axis=1)
    last = np.where(inside, times_s, -np.inf).max(axis=1)
    span = np.where(number > 1, last - first, np.inf)
    rate = 60.0 * (number - 1) / np.maximum(span, 1e-3)
    gap = np.where(number > 1, now_s - last, np.inf)
    late = gap > 1.5 * span / np.maximum(number - 1, 1)
    return np.where(late, 60.0 / np.maximum(gap, 1e-3), np.maximum(rate, 0.0)), number
