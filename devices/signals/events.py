"""Trains of events: the last beats or breaths of every bed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from devices.arrays import Floats, Ints
from devices.kernels import kernel

NEVER: Final = -1e9
"""When what has not happened happened, in seconds since the session's start."""


LATE: Final = 1.5
"""A gap of so many intervals says that the rate has fallen (*heuristic*)."""
LEAST_S: Final = 1e-3
"""No interval is shorter."""


@kernel
def write(times: Floats, count: Ints, last: Floats, bed: int, time_s: float) -> int:
    """Add an event of a bed to a ring; return where among the values its own belong."""
    size, n = times.shape
    number = int(count[bed])
    slot = number & (size - 1)
    times[slot, bed] = last[bed] = time_s
    count[bed] = number + 1
    place: int = slot * n + bed
    return place


@kernel
def newest(time_s: float, times: Floats, count: Ints, place: Ints, found: Floats) -> int:
    """Fill in places and times of each bed's newest ``w`` events, ``[w, N]``, oldest first.

    Return how many of a bed's lie after ``time_s``, at most: if that is ``w`` there may be more.
    """
    size, n = times.shape
    width, most = len(place), 0
    for bed in range(n):
        slot, later = int(count[bed]) & (size - 1), 0
        for row in range(width - 1, -1, -1):
            slot = slot - 1 if slot > 0 else size - 1
            when = float(times[slot, bed])
            place[row, bed], found[row, bed] = slot * n + bed, when
            if when > time_s:
                later = width - row
        most = max(most, later)
    return most


@kernel
def mean_rate(first_s: float, last_s: float, number: int, now_s: float) -> float:
    """Return the mean rate of ``number`` events, from ``first_s`` to ``last_s``, none after ``now_s``.

    The rate is over the intervals between them; when the present gap is much longer than these it is what
    the gap allows, and 0 with fewer than two events.
    """
    if number < 2:  # noqa: PLR2004 -- an interval has two ends
        return 0.0
    mean_s = max(last_s - first_s, LEAST_S) / (number - 1)
    gap_s = now_s - last_s
    if gap_s > LATE * mean_s:
        mean_s = max(gap_s, LEAST_S)
    return 60.0 / mean_s


@kernel
def put(made: Floats, times: Floats, values: Floats, count: Ints, last: Floats) -> None:
    """Write events ``made`` ``[events, 2 + names]`` (bed, time, values) into the rings."""
    for event in range(len(made)):
        place = write(times, count, last, int(made[event, 0]), float(made[event, 1]))
        for name in range(made.shape[1] - 2):
            values[name, place] = made[event, 2 + name]


class Events:
    """The last ``size`` events of each bed, in the order of time: when (s since start), and values.

    Rings ``[size, N]``: the beds lie side by side, so that one step works on the whole ward. An
    event of a bed is written at ``count % size``; ``size`` is a power of two, so that kernels take the
    remainder by a mask.
    """

    def __init__(self, n: int, size: int, names: Sequence[str] = ()) -> None:
        if size < 1 or size & (size - 1):
            raise ValueError(f"a ring of events has a power of two of places, not {size}")
        self.n, self.size = n, size
        self.count: Ints = np.zeros(n, np.int64)
        self.times: Floats = np.full((size, n), NEVER)
        self.names = {name: i for i, name in enumerate(names)}
        self.values: Floats = np.zeros((len(names), size * n))
        self._last: Floats = np.full(n, NEVER)
        self._width = 4
        """So many events of a bed ``since`` looks at first: as many as it found of late, and one more."""

    def add(self, rows: Ints, times_s: Floats, values: Sequence[Floats] = ()) -> None:
        """Add events, sorted by bed and then time: flat arrays, ``values`` one per name."""
        self.put(np.column_stack((rows, times_s, *values)).astype(float))

    def note(self, bed: int, time_s: float, *values: float) -> None:
        """Add one event of a bed, later than its others: for few events cheaper than ``put``."""
        self.values[:, write(self.times, self.count, self._last, bed, time_s)] = values

    def put(self, made: Floats) -> None:
        """Add events ``[events, 2 + names]``: bed, time and values of each, a bed's in the order of time."""
        put(made, self.times, self.values, self.count, self._last)

    def latest(self) -> Floats:
        """Return when each bed's last event was, ``[N]``, to be read only."""
        return self._last

    def since(self, time_s: float) -> "Window":
        """Return each bed's events after ``time_s`` and the one before, as far as the ring goes back."""
        width = min(self._width, self.size)
        while True:
            place, times = np.empty((width, self.n), np.int64), np.empty((width, self.n))
            later = newest(time_s, self.times, self.count, place, times)
            if later < width or width == self.size:
                break
            width = min(2 * width, self.size)
        wanted = min(later + 1, width)
        self._width = wanted + 1
        return Window(self, place[width - wanted :], times[width - wanted :])

    def stored(self, name: str) -> Floats:
        """Return the values of ``name``, flat, by place in the ring."""
        stored: Floats = self.values[self.names[name]]
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
