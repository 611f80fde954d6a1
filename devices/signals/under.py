"""What is drawn beside whole beats: fibrillation under them, single atrial waves, pacemakers' spikes."""

from bisect import bisect_left, insort
from dataclasses import dataclass
from typing import Final

import numpy as np

from devices.arrays import Floats, Ints
from devices.signals.ecg import LONGEST_S

KEPT_S: Final = 2.0 * LONGEST_S
"""So long before the newest mark one is known: longer than any block, and than hearts tell out of order."""
MANY: Final = 64
"""So many are too old before they are forgotten."""

Mark = tuple[float, int, int]
"""When it was (s since the session's start), whose it is, and of which kind."""


class Marks:
    """Single events of the few beds that have any, in the order of time."""

    def __init__(self) -> None:
        self._known: list[Mark] = []

    def put(self, time_s: float, bed: int, kind: int = 0) -> None:
        """Mark what happens in a bed."""
        insort(self._known, (time_s, bed, kind))
        old = bisect_left(self._known, (time_s - KEPT_S,)) if len(self._known) > MANY else 0
        if old > MANY:
            del self._known[:old]

    def between(self, since_s: float, until_s: float) -> list[Mark]:
        """Return the marks from ``since_s`` on that come before ``until_s``."""
        return self._known[bisect_left(self._known, (since_s,)) : bisect_left(self._known, (until_s,))]

    def times(self, bed: int) -> list[float]:
        """Return when those of a bed were, as far as they are known."""
        return [time_s for time_s, whose, _ in self._known if whose == bed]


@dataclass(frozen=True, slots=True)
class Under:
    """``track`` ``[N]`` is a place in ``TRACKS``, ``gain`` ``[N]`` how high that is drawn, 1 in full."""

    track: Ints
    gain: Floats
    tracked: bool
    """Whether there is a track at all."""
    atria: list[Mark]
    spikes: list[Mark]

    @staticmethod
    def nothing(n: int) -> "Under":
        """Return that nothing lies under the beats of ``n`` beds."""
        return Under(np.zeros(n, np.int64), np.ones(n), tracked=False, atria=[], spikes=[])
