"""How the effect of a treatment comes and goes: onset, peak and end, in closed form.

An effect begins where a tenth of it is felt (onset), is whole at its peak and has worn off where a
tenth is left. Being a function of time alone, it is the same for steps of any size.
"""

from dataclasses import dataclass
from math import log
from typing import Final

import numpy as np

from devices.arrays import Floats
from devices.kernels import kernel
from devices.physiology import bounds

FELT: Final = 0.1
"""The share of the peak at which an effect is said to have begun, or to be over."""
GONE: Final = 1e-3
"""Below this share nothing is left to follow."""
_FELT_AT: Final = 0.195800  # where 3 x² - 2 x³ is FELT
_SLOWLY: Final = 1.5
"""Wearing off starts gently: the power of time in its exponent (*heuristic*)."""
POWER, PEAK_S, LASTS_S, OFF_S = range(4)
"""Rows of courses as arrays: the power of time on the way to the peak, the peak, the end (below 0 for what is
held) and how long what is held takes to wear off."""


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

    @property
    def numbers(self) -> Floats:
        """What kernels know of it, ``[4]``."""
        power = log(_FELT_AT) / log(self.onset_s / self.peak_s)
        return np.array([power, self.peak_s, -1.0 if self.lasts_s is None else self.lasts_s, self.off_s])


@kernel
def risen(age_s: float, course: Floats) -> float:
    """Return the share of the whole that has come ``age_s`` after giving, 0 to 1."""
    x = bounds.held(age_s / float(course[PEAK_S]), 0.0, 1.0)
    if x <= 0.0 or x >= 1.0:
        return x
    x = float(x ** float(course[POWER]))
    return x * x * (3.0 - 2.0 * x)


@kernel
def left(time: float) -> float:
    """Return what is left after ``time``, which is 1 where an effect counts as over."""
    return 1.0 if time <= 0.0 else float(FELT ** (time**_SLOWLY))


@kernel
def level(age_s: float, on_s: float, course: Floats) -> float:
    """Return how much of the whole effect is there ``age_s`` after giving, 0 to 1.

    ``on_s`` is for how long it was on before it was stopped, infinite while it is; ``course`` is
    ``Course.numbers``.
    """
    lasts_s = float(course[LASTS_S])
    if lasts_s < 0.0:
        return risen(min(age_s, on_s), course) * left((age_s - on_s) / float(course[OFF_S]))
    peak_s = float(course[PEAK_S])
    return risen(age_s, course) * left((age_s - peak_s) / (lasts_s - peak_s))


@kernel
def over(age_s: float, on_s: float, course: Floats) -> bool:
    """Say whether an effect has gone for good."""
    begun_s = on_s if float(course[LASTS_S]) < 0.0 else float(course[PEAK_S])
    return age_s > begun_s and level(age_s, on_s, course) < GONE
