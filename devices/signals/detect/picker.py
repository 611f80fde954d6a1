"""Which peaks of a detector's signal are beats: an adaptive threshold with memory.

Rules after P. S. Hamilton, "Open source ECG analysis", Computers in Cardiology 2002;29:101–104,
and J. Pan, W. J. Tompkins, "A real-time QRS detection algorithm", IEEE Trans Biomed Eng
1985;32:230–236:

1. a peak that precedes or follows a larger one by less than ``apart`` is none;
2. a peak above noise + ``fraction`` × (signal − noise) is a beat, where signal and noise are the
   medians of the last eight of each;
3. when no beat has come for 1.5 × the mean of the last eight intervals, the largest peak since is
   a beat if it reaches half the threshold, and so is the next one that does.

Ours (*heuristic*): thresholds are first learnt from the peaks of the first ``learn`` samples, which
are then judged themselves; after each ``silence`` samples without a beat they are learnt anew from
what came since, so that a signal that became small is found again, but for the first three silences
only from peaks of at least 0.15 of the former ones, so that P waves do not pass for beats in
asystole. Nothing below ``floor`` is ever a beat.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from statistics import fmean, median
from typing import Final, Generic, TypeVar

_REMEMBERED: Final = 8
_OVERDUE: Final = 1.5
_SILENCES: Final = 3
_SHARE: Final = 0.15
_NEVER: Final = 2**62


Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Candidate(Generic[Found]):
    """A peak at ``index`` of the detector's signal, ``height`` high, and what it would be if a beat."""

    index: int
    height: float
    found: Found


@dataclass(frozen=True, slots=True)
class Rules:
    """What differs between signals; times in samples, ``floor`` in the unit of heights."""

    apart: int
    fraction: float
    floor: float
    learn: int
    silence: int
    late: int
    """A searched-back beat is at least this long after the one before."""


class Picker(Generic[Found]):
    """Peaks in, in order; beats out, in order.

    ``measure`` turns a peak that no larger one hides into a ``Candidate`` (or drops it), at the
    moment ``apart`` after it. ``doubtful(candidate, last_beat)`` may call a high peak noise.
    """

    def __init__(
        self,
        rules: Rules,
        measure: Callable[[int, int], Candidate[Found] | None],
        doubtful: Callable[[Candidate[Found], Candidate[Found]], bool],
    ) -> None:
        self._rules, self._measure, self._doubtful = rules, measure, doubtful
        self._pending: tuple[int, int] | None = None
        self._since: list[Candidate[Found]] = []
        self._signal: deque[float] = deque(maxlen=_REMEMBERED)
        self._noise: deque[float] = deque(maxlen=_REMEMBERED)
        self._intervals: deque[int] = deque(maxlen=_REMEMBERED)
        self._last: Candidate[Found] | None = None
        self._overdue = False
        self._silences = 0
        self._search_at = _NEVER
        self._learn_at = rules.learn

    def feed(self, peaks: Iterable[tuple[int, int]], end: int) -> Iterator[Candidate[Found]]:
        """Take the maxima of the samples before ``end``; yield the beats they decide."""
        apart = self._rules.apart
        for index, height in peaks:
            if self._pending and index - self._pending[0] <= apart:
                if height > self._pending[1]:
                    self._pending = index, height
                continue
            yield from self._settle()
            self._pending = index, height
        if self._pending and end - 2 >= self._pending[0] + apart:
            yield from self._settle()
        yield from self._pass_time(end - 1)

    def _settle(self) -> Iterator[Candidate[Found]]:
        if self._pending is None:
            return
        (index, height), self._pending = self._pending, None
        yield from self._pass_time(index + self._rules.apart)
        candidate = self._measure(index, height)
        if candidate is not None:
            yield from self._judge(candidate)

    def _pass_time(self, now: int) -> Iterator[Candidate[Found]]:
        while min(self._search_at, self._learn_at) <= now:
            if self._search_at <= self._learn_at:
                yield from self._search_back()
            else:
                yield from self._learn()

    def _judge(self, candidate: Candidate[Found]) -> Iterator[Candidate[Found]]:
        if self._signal and candidate.height > self._threshold():
            if self._last is None or not self._doubtful(candidate, self._last):
                yield self._accept(candidate)
                return
            self._noise.append(candidate.height)
            return
        self._since.append(candidate)
        if self._signal:
            self._noise.append(candidate.height)

    def _threshold(self) -> float:
        noise = median(self._noise) if self._noise else 0.0
        signal = median(self._signal)
        high = noise + self._rules.fraction * (signal - noise)
        return max(self._rules.floor, high / 2 if self._overdue else high)

    def _accept(self, candidate: Candidate[Found]) -> Candidate[Found]:
        rules = self._rules
        if self._last is not None and candidate.index - self._last.index < rules.silence:
            self._intervals.append(candidate.index - self._last.index)
        self._signal.append(candidate.height)
        self._last = candidate
        self._since = []
        self._overdue, self._silences = False, 0
        self._learn_at = candidate.index + rules.silence
        overdue = fmean(self._intervals) * _OVERDUE if self._intervals else _NEVER
        self._search_at = candidate.index + round(min(overdue, rules.silence)) + rules.apart
        return candidate

    def _search_back(self) -> Iterator[Candidate[Found]]:
        self._search_at, self._overdue = _NEVER, True
        best = max(filter(self._is_late, self._since), key=lambda c: c.height, default=None)
        if best and best.height > self._threshold():
            later = [c for c in self._since if c.index > best.index]
            yield self._accept(best)
            self._since = later

    def _is_late(self, candidate: Candidate[Found]) -> bool:
        last = self._last
        return last is None or (
            candidate.index >= last.index + self._rules.late and not self._doubtful(candidate, last)
        )

    def _learn(self) -> Iterator[Candidate[Found]]:
        """Set the thresholds by what came since the last beat, and judge that again."""
        waiting, self._since = self._since, []
        former = median(self._signal) if self._signal and self._silences < _SILENCES else 0.0
        self._silences += 1
        self._learn_at += self._rules.silence if self._signal else self._rules.learn
        self._search_at, self._overdue = _NEVER, False
        top = max((c.height for c in waiting), default=0.0)
        if top <= max(self._rules.floor, _SHARE * former):
            return
        self._signal.clear()
        self._noise.clear()
        self._signal.append(top)
        for candidate in waiting:
            yield from self._judge(candidate)
