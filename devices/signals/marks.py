"""Single events of the few beds that have any: atrial waves that stand alone, pacemakers' spikes."""

from typing import Final

import numpy as np

from devices import kernels
from devices.arrays import Floats, Ints
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


@kernels.kernel
def note(known: Floats, count: Ints, time_s: float, bed: int, kind: float) -> None:
    """Mark what happens in a bed; there is room."""
    place = int(count[0])
    known[place, 0] = time_s
    known[place, 1] = bed
    known[place, 2] = kind
    count[0] = place + 1


class Marks:
    """Single events of the few beds that have any."""

    def __init__(self) -> None:
        self._known: Floats = np.zeros((2 * MANY, 3))
        self._count: Ints = np.zeros(1, np.int64)

    def put(self, time_s: float, bed: int, kind: int = 0) -> None:
        """Mark what happens in a bed."""
        known, count = self.room(1)
        note(known, count, time_s, bed, float(kind))

    def room(self, wanted: int) -> tuple[Floats, Ints]:
        """Return what is known, with room for as many as ``wanted``, and how much that is, for ``note``."""
        if int(self._count[0]) + wanted > len(self._known):
            self._forget(wanted)
        return self._known, self._count

    def _forget(self, wanted: int) -> None:
        """Forget what is too old, and have room for as many as ``wanted`` and are known then."""
        kept = self._recent()
        self._known = np.zeros((max(2 * MANY, 2 * (len(kept) + wanted)), 3))
        self._known[: len(kept)] = kept
        self._count[0] = len(kept)

    def _recent(self) -> Floats:
        known = self._known[: self._count[0]]
        return known[known[:, 0] >= known[:, 0].max() - KEPT_S] if len(known) else known

    def between(self, since_s: float, until_s: float) -> Floats:
        """Return the marks from ``since_s`` on that come before ``until_s``, ``[m, 3]``, in any order."""
        count = int(self._count[0])
        if not count:
            return NONE
        found: Floats = np.empty((count, 3))
        return found[: pick(self._known, count, since_s, until_s, found)]

    def times(self, bed: int) -> list[float]:
        """Return when those of a bed were, of late."""
        known = self._recent()
        return sorted(known[known[:, 1] == bed, 0].tolist())
