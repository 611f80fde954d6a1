"""What is drawn beside whole beats: fibrillation under them, single atrial waves, pacemakers' spikes."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from devices.arrays import Floats, Ints
from devices.kernels import kernel
from devices.signals.events import Events

SLACK_S: Final = 2.0
"""A heart tells what its atria did so much out of order, at most."""


@dataclass(frozen=True, slots=True)
class Marks:
    """Single events of few beds, flat: whose they are, when, and of which kind."""

    beds: list[int] = field(default_factory=list)
    times_s: list[float] = field(default_factory=list)
    kinds: list[int] = field(default_factory=list)

    @staticmethod
    def of(events: Events, since_s: float, until_s: float) -> "Marks":
        """Return the events from ``since_s`` on that come before ``until_s``."""
        place = np.empty(events.times.size, np.int64)
        found = place[: between(since_s, until_s, events.times, events.count, place)]
        times, kinds = events.times.reshape(-1).take(found), events.stored("kind").take(found)
        return Marks((found % events.n).tolist(), times.tolist(), kinds.astype(np.int64).tolist())


@kernel
def between(since_s: float, until_s: float, times: Floats, count: Ints, place: Ints) -> int:
    """Fill in the places of a ring's events from ``since_s`` to ``until_s``; return how many there are."""
    size, beds = times.shape
    ring = size - 1
    found = 0
    for bed in range(beds):
        if count[bed]:
            for number in range(int(count[bed]) - 1, max(int(count[bed]) - size, 0) - 1, -1):
                at_s = float(times[number & ring, bed])
                if at_s < since_s - SLACK_S:
                    break
                if since_s <= at_s < until_s:
                    place[found] = (number & ring) * beds + bed
                    found += 1
    return found


@dataclass(frozen=True, slots=True)
class Under:
    """``track`` ``[N]`` is a place in ``TRACKS``, ``gain`` ``[N]`` how high that is drawn, 1 in full."""

    track: Ints
    gain: Floats
    atria: Marks
    spikes: Marks
    plain: bool = False
    """Whether there is nothing at all."""

    @staticmethod
    def nothing(n: int) -> "Under":
        """Return that nothing lies under the beats of ``n`` beds."""
        return Under(np.zeros(n, np.int64), np.ones(n), Marks(), Marks(), plain=True)
