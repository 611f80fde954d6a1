"""Trains of events: the last beats or breaths of every bed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from devices.arrays import Floats, Ints

NEVER: Final = -1e9
"""When what has not happened happened, in seconds since the session's start."""


LATE: Final = 1.5
"""A gap of so many intervals says that the rate has fallen (*heuristic*)."""


class Events:
    """The last ``size`` events of each bed, in the order of time: when (s since start), and values.

    Rings ``[size, N]``: the beds lie side by side, so that one step works on the whole ward. An
    event of a bed is written at ``count % size``.
    """

    def __init__(self, n: int, size: int, names: Sequence[str] = ()) -> None:
        self.n, self.size = n, size
        self.count: Ints = np.zeros(n, np.int64)
        self.times: Floats = np.full((size, n), NEVER)
        self.names = {name: i for i, name in enumerate(names)}
        self._values: Floats = np.zeros((len(names), size * n))
        self._beds = np.arange(n)
        self._last: Floats = np.full(n, NEVER)
        self._back: Ints = np.arange(size, 0, -1)[:, None]
        self._width = 4
        """So many events of a bed ``since`` looks at first: as many as it found of late, and one more."""

    def add(self, rows: Ints, times_s: Floats, values: Sequence[Floats] = ()) -> None:
        """Add events, sorted by bed and then time: flat arrays, ``values`` one per name."""
        if not rows.size:
            return
        new = np.bincount(rows, minlength=self.n)
        number = np.arange(rows.size) + (self.count + new - new.cumsum()).take(rows)
        place = number % self.size * self.n + rows
        self.times.reshape(-1)[place] = times_s
        for stored, value in zip(self._values, values, strict=False):
            stored[place] = value
        self.count += new
        self._last[rows] = times_s  # the last of a bed's events stays

    def latest(self) -> Floats:
        """Return when each bed's last event was, ``[N]``, to be read only."""
        return self._last

    def back(self, number: Ints | int) -> Floats:
        """Return when each bed's event was that lies ``number`` back, ``[N]``; 1 is the last."""
        place = (self.count - number) % self.size * self.n + self._beds
        return np.asarray(self.times.reshape(-1).take(place))

    def after(self, time_s: float) -> Ints:
        """Return how many events of each bed's ring lie after ``time_s``, ``[N]``."""
        later = (self.times > time_s).view(np.uint8)
        number: Ints = np.add.reduce(later, axis=0, dtype=np.uint8).astype(np.int64)  # bytes add fast
        return number

    def since(self, time_s: float) -> "Window":
        """Return each bed's events after ``time_s`` and the one before, as far as the ring goes back."""
        while True:
            width = self._width = min(self._width, self.size)
            place = (self.count - self._back[-width:]) % self.size * self.n + self._beds
            times = self.times.reshape(-1).take(place)
            later = np.logical_or.reduce(times > time_s, axis=1)
            first = int(later.argmax()) if later.any() else width
            if first or width == self.size:
                break
            self._width = 2 * width
        before = max(first - 1, 0)
        self._width = width - before + 1
        return Window(self, place[before:], times[before:])

    def stored(self, name: str) -> Floats:
        """Return the values of ``name``, flat, by place in the ring."""
        stored: Floats = self._values[self.names[name]]
        return stored


@dataclass(frozen=True, slots=True)
class Window:
    """The newest events of every bed, ``[w, N]``, oldest first.

    The busiest bed sets w; a quieter bed's further past fills the front.
    """

    of: Events
    place: Ints
    times: Floats

    def value(self, name: str) -> Floats:
        """Return a value of the events, ``[w, N]``."""
        return self.of.stored(name).take(self.place)

    def of_beds(self, beds: Ints) -> "Window":
        """Return the window with the events of ``beds`` ``[N]`` in its columns."""
        return Window(self.of, self.place[:, beds], self.times[:, beds])


def rate_per_min(events: Events, now_s: float, window_s: float) -> tuple[Floats, Ints]:
    """Return (rate, events): the mean rate of the events in the last ``window_s``, as a monitor averages.

    No event may lie after ``now_s``.
    """
    number = events.after(now_s - window_s)
    first = events.back(np.maximum(number, 1))
    return mean_rate_per_min(first, events.latest(), number, now_s), number


def mean_rate_per_min(first: Floats, last: Floats, number: Ints, now_s: float) -> Floats:
    """Return the mean rate of ``number`` ``[N]`` events from ``first`` to ``last`` (s), none after ``now_s``.

    The rate is over the intervals between them; when the present gap is much longer than these it is what
    the gap allows, and 0 with fewer than two events.
    """
    span = np.maximum(last - first, 1e-3)
    mean = span / np.maximum(number - 1, 1)
    gap = now_s - last
    late = gap > LATE * mean
    if late.any():
        mean = np.where(late, np.maximum(gap, 1e-3), mean)
    return np.where(number > 1, 60.0 / mean, 0.0)


def last_second(window: Window, times_s: Floats, now_s: float) -> tuple[Ints, Ints, Floats]:
    """Return (beds, places in the ring, times) of the window's events seen in the second to ``now_s``.

    ``times_s`` ``[w, N]`` says when each was seen. Flat, sorted by bed and then time.
    """
    width, n = times_s.shape
    found = ((times_s > now_s - 1.0) & (times_s <= now_s)).T.ravel().nonzero()[0]
    rows = found // width
    at = (found - rows * width) * n + rows
    return rows, window.place.take(at), times_s.take(at)
