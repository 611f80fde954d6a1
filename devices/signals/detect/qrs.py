"""Heart beats in one lead of an ECG.

The filters are those of P. S. Hamilton, "Open source ECG analysis", Computers in Cardiology
2002;29:101–104, which descends from J. Pan and W. J. Tompkins, IEEE Trans Biomed Eng 1985;32:230:
two moving sums (low pass, about 16 Hz), the signal less its moving mean of 125 ms (high pass, about
8 Hz), the change over 10 ms, its magnitude, and a moving sum of 80 ms. Which of its peaks are beats
is decided by ``picker``; besides, as published, a peak within 360 ms of a beat with less than half
its slope is a T wave. Widths are in time, so that any rate from 100 to 1000 Hz will do.

The smallest QRS is *heuristic*: monitors detect 0.2 mV (Mindray BeneHeart D60, operator's manual,
appendix A, "sensitivity 200 µV") and are tested from 0.5 to 5 mV (GE B20 manual).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from devices.signals.detect.moving import Change, Delay, History, MovingSum, Peaks, Steps, width
from devices.signals.detect.picker import Candidate, Picker, Rules

LOWEST_HZ: Final = 100.0
HIGHEST_HZ: Final = 1000.0

_STEP_MV: Final = 0.001
_SMOOTH_S: Final = 0.025
_BASELINE_S: Final = 0.125
_CHANGE_S: Final = 0.010
_GATHER_S: Final = 0.080
_REACH_S: Final = 0.090
_FINE_S: Final = 0.008
"""The R peak is the highest mean over so long, so that noise moves it less. Heuristic."""
_T_WAVE_S: Final = 0.360
_LEAST_MV_PER_S: Final = 2.5
"""Mean steepness over 80 ms, filtered, of the smallest QRS. Heuristic: a triangle of 0.2 mV and 100 ms
has 2.7, one of 0.15 mV and 80 ms 2.4; a P wave of 0.2 mV has 2.0, noise of 0.03 mV at 250 Hz 1.3."""

_STEP_RATIO: Final = 8
"""A complex whose slope up exceeds its slope down by more (or the reverse) is a step. Heuristic."""


@dataclass(frozen=True, slots=True)
class Beat:
    """A heart beat: the sample of its highest deflection, and how high that is (signed, mV)."""

    index: int
    height_mv: float


class QrsDetector:
    """Finds beats in an ECG given block by block.

    A beat is told about 0.4 s after its R peak (later, if it was first taken for noise), always in
    order; the first after 3 s of signal.
    """

    def __init__(self, hz: float) -> None:
        if not LOWEST_HZ <= hz <= HIGHEST_HZ:
            raise ValueError(f"beats are found from {LOWEST_HZ:g} to {HIGHEST_HZ:g} Hz, not at {hz:g} Hz")
        smooth, base = width(_SMOOTH_S, hz), width(_BASELINE_S, hz, odd=True)
        change, gather = width(_CHANGE_S, hz), width(_GATHER_S, hz)
        self._base, self._gathered, self._fine = base, gather, width(_FINE_S, hz, odd=True)
        self._smooth, self._reach, self._t_wave = smooth, width(_REACH_S, hz), width(_T_WAVE_S, hz)
        self._band_delay = smooth - 1 + (base - 1) // 2
        self._delay = self._band_delay + (change + gather - 1) // 2

        self._steps = Steps(_STEP_MV)
        self._low = MovingSum(smooth), MovingSum(smooth)
        self._mean, self._middle = MovingSum(base), Delay((base - 1) // 2)
        self._change, self._gather, self._peaks = Change(change), MovingSum(gather), Peaks()
        rules = Rules(
            apart=width(0.200, hz),
            fraction=0.3125,
            floor=_LEAST_MV_PER_S / _STEP_MV * smooth**2 * base * gather * change / hz,
            learn=width(3.0, hz),
            silence=width(4.0, hz),
            late=self._t_wave,
        )
        keep = rules.apart + self._delay + self._reach + smooth + gather + 2
        self._raw, self._band, self._steep = History(keep), History(keep), History(keep)
        self._picker: Picker[_Qrs] = Picker(rules, self._measure, self._is_t_wave)

    @property
    def gap(self) -> int:
        """How many samples without a value end what was fed so far."""
        return self._steps.gap

    def feed(self, block: ArrayLike) -> list[Beat]:
        """Take the next samples ([n], mV; NaN = none) and return the beats they decide."""
        _, raw = self._steps.feed(block)
        smooth = self._low[1].feed(self._low[0].feed(raw))
        band = self._base * self._middle.feed(smooth) - self._mean.feed(smooth)
        steep = self._change.feed(band)
        for history, signal in ((self._raw, raw), (self._band, band), (self._steep, steep)):
            history.feed(signal)
        peaks = self._peaks.feed(self._gather.feed(np.abs(steep)))
        return [qrs.found.beat for qrs in self._picker.feed(peaks, self._raw.end)]

    def _measure(self, index: int, height: int) -> Candidate["_Qrs"] | None:
        """Say where the R peak of the complex at ``index`` is; ``None`` if it is but a step."""
        centre = index - self._delay
        if not self._turns(centre):
            return None
        shift = self._band_delay
        start, band = self._band.since(centre - self._reach + shift, centre + self._reach + 1 + shift)
        top = int(np.argmax(np.abs(band)))
        sign = 1 if band[top] >= 0 else -1
        near = start + top - shift
        half = self._fine // 2
        first, raw = self._raw.since(near - self._smooth - half, near + self._smooth + half + 1)
        peak = half + int(np.argmax(sign * np.convolve(raw, np.ones(self._fine, np.int64), "valid")))
        _, steep = self._steep.since(index - self._gathered + 1, index + 1)
        size = float(band[top]) / (self._base * self._smooth**2) * _STEP_MV
        return Candidate(index, height, _Qrs(Beat(first + peak, size), int(np.abs(steep).max())))

    def _turns(self, centre: int) -> bool:
        """Say whether the signal goes both up and down about ``centre``: a shifted baseline does not."""
        _, raw = self._raw.since(centre - self._reach, centre + self._reach + 1)
        slopes = raw[self._smooth :] - raw[: -self._smooth]
        if not len(slopes):
            return False
        up, down = max(0, int(slopes.max())), max(0, -int(slopes.min()))
        return min(up, down) * _STEP_RATIO >= max(up, down)

    def _is_t_wave(self, candidate: Candidate["_Qrs"], last: Candidate["_Qrs"]) -> bool:
        soon = candidate.found.beat.index - last.found.beat.index < self._t_wave
        return soon and candidate.found.steepest * 2 < last.found.steepest


@dataclass(frozen=True, slots=True)
class _Qrs:
    beat: Beat
    steepest: int
