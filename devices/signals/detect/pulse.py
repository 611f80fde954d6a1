"""Pulses in a pleth or an arterial pressure.

The slope sum and its window of 128 ms are those of W. Zong, T. Heldt, G. B. Moody, R. G. Mark, "An
open-source algorithm to detect onset of arterial blood pressure pulses", Computers in Cardiology
2003;30:259–262: the sum of all rises of the smoothed signal over the last 128 ms peaks once a pulse,
and hardly at a dicrotic wave. Which peaks are pulses is decided by ``picker``. Smoothing (two
moving sums of 40 ms), the threshold of a half, 0.25 s between pulses and the search windows are
*heuristic*.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from devices.signals.detect.moving import Change, History, MovingSum, Peaks, Steps, width
from devices.signals.detect.picker import Candidate, Picker, Rules

LOWEST_HZ: Final = 25.0
HIGHEST_HZ: Final = 1000.0

_SMOOTH_S: Final = 0.040
_GATHER_S: Final = 0.128
_APART_S: Final = 0.25
_FOOT_WITHIN_S: Final = 0.40
_TOP_WITHIN_S: Final = 0.20
_LONGEST_S: Final = 3.0
_KEPT_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Pulse:
    """One pulse, in the signal's unit: its foot and its top (sample indices).

    ``diastolic`` is the value at the foot, ``systolic`` that at the top. ``mean`` is the average
    from the foot before to this foot, or ``None`` for the first and after more than 3 s.
    """

    foot: int
    top: int
    diastolic: float
    systolic: float
    mean: float | None = None


class PulseDetector:
    """Finds pulses in a pressure or pleth given block by block.

    A pulse is told about 0.4 s after its foot (later, if first taken for noise), always in order;
    the first after 3 s of signal. ``step`` is the resolution and ``least`` the smallest rise within
    128 ms that can be a pulse, both in the signal's unit.
    """

    def __init__(self, hz: float, *, step: float, least: float) -> None:
        if not LOWEST_HZ <= hz <= HIGHEST_HZ:
            raise ValueError(f"pulses are found from {LOWEST_HZ:g} to {HIGHEST_HZ:g} Hz, not at {hz:g} Hz")
        smooth, gather = width(_SMOOTH_S, hz), width(_GATHER_S, hz)
        self._hz, self._step, self._delay = hz, step, smooth - 1
        self._steps = Steps(step)
        self._low = MovingSum(smooth), MovingSum(smooth)
        self._change, self._gather, self._peaks = Change(1), MovingSum(gather), Peaks()
        self._level = History(width(_KEPT_S, hz))
        self._before: Pulse | None = None
        self._foot_within, self._top_within = width(_FOOT_WITHIN_S, hz), width(_TOP_WITHIN_S, hz)
        rules = Rules(
            apart=width(_APART_S, hz),
            fraction=0.5,
            floor=least / step * smooth**2,
            learn=width(3.0, hz),
            silence=width(4.0, hz),
            late=width(_APART_S, hz),
        )
        self._picker: Picker[Pulse] = Picker(rules, self._measure, _is_same)

    @classmethod
    def of_pressure(cls, hz: float) -> "PulseDetector":
        """Return a detector for an arterial pressure in mmHg; the smallest pulse is *heuristic*."""
        return cls(hz, step=0.01, least=3.0)

    @classmethod
    def of_pleth(cls, hz: float) -> "PulseDetector":
        """Return a detector for a pleth about 1 high; the smallest pulse is *heuristic*."""
        return cls(hz, step=0.0001, least=0.01)

    @property
    def gap(self) -> int:
        """How many samples without a value end what was fed so far."""
        return self._steps.gap

    def feed(self, block: ArrayLike) -> list[Pulse]:
        """Take the next samples ([n]; NaN = none) and return the pulses they decide."""
        level, joined = self._steps.feed(block)
        self._level.feed(level)
        smooth = self._low[1].feed(self._low[0].feed(joined))
        rises = np.maximum(self._change.feed(smooth), 0)
        peaks = self._peaks.feed(self._gather.feed(rises))
        return [self._complete(c.found) for c in self._picker.feed(peaks, self._level.end)]

    def _measure(self, index: int, height: int) -> Candidate[Pulse] | None:
        """Find foot and top of the pulse whose rise ends about ``index``."""
        end = index - self._delay
        reach = self._foot_within
        if self._before is not None:
            reach = min(reach, max(2, (end - self._before.foot) * 3 // 4))
        first, before = self._level.since(end - reach, end + 1)
        if not len(before):
            return None
        low = len(before) - 1 - int(np.argmin(before[::-1]))
        foot = first + low
        start, after = self._level.since(foot, end + self._top_within + 1)
        high = int(np.argmax(after))
        pulse = Pulse(foot, start + high, int(before[low]) * self._step, int(after[high]) * self._step)
        return Candidate(index, height, pulse)

    def _complete(self, pulse: Pulse) -> Pulse:
        """Add the mean since the pulse before."""
        mean = None
        if self._before is not None and 0 < pulse.foot - self._before.foot <= _LONGEST_S * self._hz:
            _, beat = self._level.since(self._before.foot, pulse.foot)
            mean = int(beat.sum()) * self._step / len(beat)
        self._before = Pulse(pulse.foot, pulse.top, pulse.diastolic, pulse.systolic, mean)
        return self._before


def _is_same(candidate: Candidate[Pulse], last: Candidate[Pulse]) -> bool:
    """Say whether a second steep part of one rise was found."""
    foot, before = candidate.found.foot, last.found
    return foot <= before.foot or foot < before.top
