"""What was given of one treatment, to whom and when: doses whose effects add up."""

from typing import Final

import numpy as np

from devices.arrays import Floats, Ints
from devices.physiology.treatments.course import Course

SWEEP_S: Final = 60.0
"""So often what has gone is forgotten."""


class Doses:
    """Doses of one treatment in the order they were given; amounts in units of the usual dose."""

    def __init__(self, course: Course, over_s: float) -> None:
        self._course, self._over_s = course, over_s
        self._patient = np.zeros(0, np.int64)
        self._amount, self._start, self._stop = np.zeros(0), np.zeros(0), np.zeros(0)
        self._patients, self._place = np.zeros(0, np.int64), np.zeros(0, np.int64)
        self._swept_s = 0.0

    def __len__(self) -> int:
        return len(self._patient)

    def give(self, patient: int, amount: float, now_s: float) -> None:
        """Give ``amount`` more; of what is held, set it to ``amount``."""
        if self._course.held:
            on = (self._patient == patient) & np.isinf(self._stop)
            amount -= float(self._amount[on].sum())
            if amount == 0.0:
                return
        self._patient = np.append(self._patient, patient)
        self._amount = np.append(self._amount, amount)
        self._start = np.append(self._start, now_s)
        self._stop = np.append(self._stop, np.inf)
        self._index()

    def stop(self, patient: int, now_s: float) -> None:
        """End what is held or still running into ``patient``; a dose that is in stays in."""
        on = (self._patient == patient) & np.isinf(self._stop)
        if not self._course.held and self._over_s > 0.0:
            self._amount[on] *= np.clip((now_s - self._start[on]) / self._over_s, 0.0, 1.0)
        self._stop[on] = now_s

    def present(self, now_s: float) -> tuple[Ints, Floats]:
        """Return (patients, effect now in usual doses), each patient once; forget what has gone."""
        if now_s - self._swept_s > SWEEP_S:
            self._sweep(now_s)
        age, on = now_s - self._start, self._stop - self._start
        return self._summed(self._amount * self._course.level(age, on))

    def running(self, now_s: float, dt_s: float) -> tuple[Ints, Floats]:
        """Return (patients, usual doses a second that arrive, by the mean over the last ``dt_s``).

        What runs in fills veins first: it arrives as its course says, a tenth by onset and all by the
        peak, and never more than was let in.
        """
        let_in = np.clip((self._stop - self._start) / self._over_s, 1e-9, 1.0)
        now = self._course.risen(now_s - self._start)
        before = self._course.risen(now_s - dt_s - self._start)
        come = (np.minimum(now, let_in) - np.minimum(before, let_in)) / let_in
        return self._summed(self._amount * come / dt_s)

    def _sweep(self, now_s: float) -> None:
        self._swept_s = now_s
        gone = self._course.over(now_s - self._start, self._stop - self._start)
        if gone.any():
            keep = ~gone
            self._patient, self._amount = self._patient[keep], self._amount[keep]
            self._start, self._stop = self._start[keep], self._stop[keep]
            self._index()

    def _index(self) -> None:
        self._patients, self._place = np.unique(self._patient, return_inverse=True)

    def _summed(self, each: Floats) -> tuple[Ints, Floats]:
        total = np.bincount(self._place, each, len(self._patients))
        return self._patients, np.maximum(total, 0.0)
