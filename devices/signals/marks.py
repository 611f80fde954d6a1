"""Single events of the few beds that have any: atrial waves that stand alone, pacemakers' spikes."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from devices import kernels
from devices.arrays import Floats
from devices.signals.ecg import LONGEST_S

KEPT_S: Final = 2.0 * LONGEST_S
"""So long before the newest mark one is known: longer than any block, and than hearts tell out of order."""
MANY: Final = 64
"""At least so many places are free after old ones are forgotten."""

Mark = tuple[float, int, int]
"""When it was (s since the session's start), whose it is, and of which kind."""
NONE: Final[Floats] = np.zeros((0, 3))


def _pick_loop(known: Floats, count: int, since_s: float, until_s: float, found: Floats) -> int:
    """Do what ``pick`` does, mark by mark."""
    number = 0
    for i in range(count):
        if since_s <= float(known[i, 0]) < until_s:
            found[number] = known[i]
            number += 1
    return number


@kernels.twin(_pick_loop)
def pick(known: Floats, count: int, since_s: float, until_s: float, found: Floats) -> int:
    """Copy the marks within a time of the first ``count`` that are ``known``; return how many there are."""
    times = known[:count, 0]
    inside = known[:count][(times >= since_s) & (times < until_s)]
    found[: len(inside)] = inside
    return len(inside)


class Marks:
    """Single events of the few beds that have any."""

    def __init__(self) -> None:
        self._known: Floats = np.zeros((2 * MANY, 3))
        self._count = 0

    def put(self, time_s: float, bed: int, kind: int = 0) -> None:
        """Mark what happens in a bed."""
        self.take([(time_s, bed, kind)])

    def take(self, made: Sequence[Mark]) -> None:
        """Mark all of ``made``."""
        if self._count + len(made) > len(self._known):
            self._forget(len(made))
        first, self._count = self._count, self._count + len(made)
        self._known[first : self._count] = made

    def _forget(self, wanted: int) -> None:
        """Forget what is too old, and have room for as many as ``wanted`` and are known then."""
        kept = self._recent()
        self._known, self._count = np.zeros((max(2 * MANY, 2 * (len(kept) + wanted)), 3)), len(kept)
        self._known[: self._count] = kept

    def _recent(self) -> Floats:
        known = self._known[: self._count]
        return known[known[:, 0] >= known[:, 0].max() - KEPT_S] if self._count else known

    def between(self, since_s: float, until_s: float) -> Floats:
        """Return the marks from ``since_s`` on that come before ``until_s``, ``[m, 3]``, in any order."""
        if not self._count:
            return NONE
        found: Floats = np.empty((self._count, 3))
        return found[: pick(self._known, self._count, since_s, until_s, found)]

    def times(self, bed: int) -> list[float]:
        """Return when those of a bed were, of late."""
        known = self._recent()
        return sorted(known[known[:, 1] == bed, 0].tolist())
