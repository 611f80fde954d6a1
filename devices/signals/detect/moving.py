"""Filters that remember: moving sums, differences and delays over whole numbers.

Sums of integers are exact, so a signal gives the same output however it is cut into blocks. All
arrays are ``int64`` of shape [n]. Before the first sample every filter has seen zeros, and
``Steps`` makes the signal begin at zero, so that switching on makes no step.
"""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Whole = NDArray[np.int64]

_FARTHEST: Final = 2.0**31


def width(seconds: float, hz: float, *, odd: bool = False) -> int:
    """Return the number of samples nearest to ``seconds``, at least one."""
    samples = max(1, round(seconds * hz))
    return samples | 1 if odd else samples


class Steps:
    """Physical samples to whole steps, with gaps bridged.

    A gap (NaN or infinite) holds the last value, and in ``joined`` what follows is shifted to join
    it, so that neither the gap nor a new baseline looks like a wave. ``level`` is not shifted.
    """

    def __init__(self, step: float) -> None:
        self._step = step
        self._last: int | None = None
        self._shift = 0
        self._in_gap = True
        self.gap = 0
        """How many samples the gap at the end of what was fed lasts by now; 0: no gap."""

    def feed(self, block: ArrayLike) -> tuple[Whole, Whole]:
        """Return ``level`` and ``joined`` of ``block`` ([n], in the signal's own unit)."""
        samples = np.asarray(block, dtype=np.float64)
        sound = np.isfinite(samples)
        scaled = np.rint(np.where(sound, samples, 0.0) / self._step)
        level = np.clip(scaled, -_FARTHEST, _FARTHEST).astype(np.int64)
        shift = np.empty_like(level)
        start = 0
        for stop in (*np.flatnonzero(np.diff(sound)) + 1, len(level)):
            self._run(level[start:stop], shift[start:stop], sound=bool(sound[start:stop].all()))
            start = stop
        return level, level - shift

    def _run(self, level: Whole, shift: Whole, *, sound: bool) -> None:
        if not len(level):
            return
        if not sound:
            level[:] = 0 if self._last is None else self._last
            self._in_gap, self.gap = True, self.gap + len(level)
        else:
            if self._in_gap:
                self._shift += int(level[0]) - (self._last or 0)
            self._in_gap, self.gap, self._last = False, 0, int(level[-1])
        shift[:] = self._shift


class Delay:
    """y[n] = x[n − samples]."""

    def __init__(self, samples: int) -> None:
        self._tail = np.zeros(samples, dtype=np.int64)

    def feed(self, block: Whole) -> Whole:
        """Return the block that entered ``samples`` ago."""
        both = np.concatenate((self._tail, block))
        self._tail = both[len(block) :]
        return both[: len(block)]


class MovingSum:
    """y[n] = x[n] + … + x[n − width + 1]."""

    def __init__(self, samples: int) -> None:
        self._width = samples
        self._tail = np.zeros(samples - 1, dtype=np.int64)

    def feed(self, block: Whole) -> Whole:
        """Return one sum a sample."""
        both = np.concatenate((self._tail, block))
        self._tail = both[len(block) :]
        total = np.cumsum(both)
        sums = total[self._width - 1 :].copy()
        sums[1:] -= total[: -self._width]
        return sums


class Change:
    """y[n] = x[n] − x[n − samples]."""

    def __init__(self, samples: int) -> None:
        self._delay = Delay(samples)

    def feed(self, block: Whole) -> Whole:
        """Return one difference a sample."""
        return block - self._delay.feed(block)


class History:
    """The newest samples, addressed by their index since the beginning."""

    def __init__(self, samples: int) -> None:
        self._keep = samples
        self._kept = np.zeros(0, dtype=np.int64)
        self.end = 0
        """Index after the newest sample."""

    def feed(self, block: Whole) -> None:
        """Append ``block``; forget what is older than ``samples`` before it."""
        self._kept = np.concatenate((self._kept[-self._keep :], block))
        self.end += len(block)

    def since(self, start: int, stop: int) -> tuple[int, Whole]:
        """Return the samples with index ``start`` to ``stop`` − 1 that are kept, and the first's index."""
        first = self.end - len(self._kept)
        start, stop = max(start, first), max(stop, first)
        return start, self._kept[start - first : stop - first]


class Peaks:
    """Local maxima of a stream: ``(index, height)`` of x[n−1] < x[n] ≥ x[n+1], one sample late."""

    def __init__(self) -> None:
        self._tail = np.zeros(0, dtype=np.int64)
        self._next = 0

    def feed(self, block: Whole) -> list[tuple[int, int]]:
        """Return the maxima that ``block`` completes."""
        both = np.concatenate((self._tail, block))
        first = self._next - len(self._tail)
        self._next += len(block)
        self._tail = both[-2:]
        if len(both) < 3:  # noqa: PLR2004 -- a maximum needs a neighbour on each side
            return []
        middle = both[1:-1]
        found = np.flatnonzero((middle > both[:-2]) & (middle >= both[2:])) + 1
        return list(zip((found + first).tolist(), both[found].tolist(), strict=True))
