"""How the effect of a treatment comes and goes: onset, peak and end, in closed form.

An effect begins where a tenth of it is felt (onset), is whole at its peak and has worn off where a
tenth is left. Being a function of time alone, it is the same for steps of any size.
"""

from dataclasses import dataclass
from math import log
from typing import Final

import numpy as np

from devices.arrays import Floats
from devices.physiology.bounds import within

FELT: Final = 0.1
"""The share of the peak at which an effect is said to have begun, or to be over."""
GONE: Final = 1e-3
"""Below this share nothing is left to follow."""
_FELT_AT: Final = 0.195800  # where 3 x² - 2 x³ is FELT
_SLOWLY: Final = 1.5
"""Wearing off starts gently: the power of time in its exponent (*heuristic*)."""


@dataclass(frozen=True, slots=True)
class Course:
    """Onset, peak and end in seconds.

    ``lasts_s`` counts from giving, for a dose; ``None`` is for what works while it is on, and then
    wears off in ``off_s`` after it was stopped.
    """

    onset_s: float
    peak_s: float
    lasts_s: float | None = None
    off_s: float = 60.0

    @property
    def held(self) -> bool:
        """Whether it works until it is stopped."""
        return self.lasts_s is None

    def level(self, age_s: Floats, on_s: Floats) -> Floats:
        """Return how much of the whole effect is there ``age_s`` after giving, 0 to 1.

        ``on_s`` is for how long it was on before it was stopped, infinite while it is.
        """
        if self.lasts_s is None:
            risen = self.risen(np.minimum(age_s, on_s))
            return risen * _left((age_s - on_s) / self.off_s)
        return self.risen(age_s) * _left((age_s - self.peak_s) / (self.lasts_s - self.peak_s))

    def over(self, age_s: Floats, on_s: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        """Say whose effect has gone for good."""
        return (age_s > self.peak_s if not self.held else age_s > on_s) & (self.level(age_s, on_s) < GONE)

    def risen(self, age_s: Floats) -> Floats:
        """Return the share of the whole that has come ``age_s`` after giving, 0 to 1."""
        power = log(_FELT_AT) / log(self.onset_s / self.peak_s)
        x = within(age_s / self.peak_s, 0.0, 1.0) ** power
        return np.asarray(x * x * (3.0 - 2.0 * x))


def _left(time: Floats) -> Floats:
    """Return what is left after ``time``, which is 1 where an effect counts as over."""
    return np.asarray(FELT ** (np.maximum(time, 0.0) ** _SLOWLY))
