"""Breaths in a respiration signal (impedance, belt, capnogram).

Turning points of the smoothed signal are counted when they stand far enough apart, a third of the
usual swing, after A. Schäfer, K. W. Kratky, "Estimation of breathing rate from respiratory sinus
arrhythmia: comparison of various methods", Ann Biomed Eng 2008;36:476–485 (their "advanced
counting": 0.3 × the third quartile of the differences between neighbouring turning points). Ours
(*heuristic*): the median of the last eight swings in the quartile's place, so that it streams; a
moving sum of 0.3 s, twice, against the heart's share; and after 20 s of silence a threshold that
halves, and after 60 s falls to the floor, so that shallow breathing is found again and the usual
swing learnt anew. Then, as in a real monitor, the heart's share may be counted for breaths.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from typing import Final

from numpy.typing import ArrayLike

from devices.signals.detect.moving import MovingSum, Peaks, Steps, width

LOWEST_HZ: Final = 10.0
HIGHEST_HZ: Final = 1000.0

_SMOOTH_S: Final = 0.3
_LEARN_S: Final = 8.0
_APART_S: Final = 0.4
_REMEMBERED: Final = 8
_SHARES: Final = ((20.0, 0.33), (60.0, 0.16), (float("inf"), 0.0))
"""Up to how many seconds of silence a turn must exceed which share of the usual swing."""


@dataclass(frozen=True, slots=True)
class Breath:
    """A breath: the sample at which inspiration ends, and its rise in the signal's unit."""

    index: int
    depth: float


class BreathDetector:
    """Finds breaths in a signal that rises with inspiration, given block by block.

    A breath is told at the trough that follows it, always in order; the first after 8 s.
    ``least`` is the smallest swing that can be a breath, ``step`` the resolution.
    """

    def __init__(self, hz: float, *, step: float = 0.0001, least: float = 0.02) -> None:
        if not LOWEST_HZ <= hz <= HIGHEST_HZ:
            raise ValueError(f"breaths are found from {LOWEST_HZ:g} to {HIGHEST_HZ:g} Hz, not at {hz:g} Hz")
        smooth = width(_SMOOTH_S, hz)
        self._hz, self._delay, self._unit = hz, smooth - 1, step / smooth**2
        self._steps = Steps(step)
        self._low = MovingSum(smooth), MovingSum(smooth)
        self._tops, self._troughs = Peaks(), Peaks()
        self._floor, self._apart, self._learn = least / self._unit, width(_APART_S, hz), width(_LEARN_S, hz)
        self._waiting: list[tuple[int, int]] | None = []
        self._swings: deque[int] = deque(maxlen=_REMEMBERED)
        self._end, self._last, self._rising = 0, 0, True
        self._turn: tuple[int, int] = (0, 0)
        self._trough = 0

    @property
    def gap(self) -> int:
        """How many samples without a value end what was fed so far."""
        return self._steps.gap

    def feed(self, block: ArrayLike) -> list[Breath]:
        """Take the next samples ([n]; NaN = none) and return the breaths they decide."""
        _, joined = self._steps.feed(block)
        smooth = self._low[1].feed(self._low[0].feed(joined))
        self._end += len(smooth)
        troughs = ((index, -height) for index, height in self._troughs.feed(-smooth))
        turns = sorted((*self._tops.feed(smooth), *troughs))
        return list(self._count(self._learnt(turns)))

    def _learnt(self, turns: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """Hold turns back until the first swings are known."""
        if self._waiting is None:
            return turns
        self._waiting += turns
        if self._end <= self._learn + 1:
            return []
        early = [height for index, height in self._waiting if index <= self._learn]
        if early:
            self._swings.append(max(early) - min(early))
        turns, self._waiting = self._waiting, None
        return turns

    def _count(self, turns: list[tuple[int, int]]) -> Iterator[Breath]:
        for index, height in turns:
            beyond = height - self._turn[1] if self._rising else self._turn[1] - height
            if beyond >= 0:
                self._turn = index, height
            elif -beyond >= self._threshold(index):
                yield from self._turned()
                self._rising, self._turn = not self._rising, (index, height)

    def _turned(self) -> Iterator[Breath]:
        """Take the extreme held so far for a turning point; a top is a breath."""
        index, height = self._turn
        if not self._rising:
            self._trough = height
            return
        swing, spacing = height - self._trough, index - self._last
        if swing < self._floor or (self._last and spacing < self._apart):
            return
        if spacing > _SHARES[0][0] * self._hz:
            self._swings.clear()
        self._swings.append(swing)
        self._last = index
        yield Breath(max(0, index - self._delay), swing * self._unit)

    def _threshold(self, index: int) -> float:
        silence_s = (index - self._last) / self._hz
        share = next(share for longest, share in _SHARES if silence_s <= longest)
        return max(self._floor, share * median(self._swings)) if self._swings else self._floor
