"""Heart-rate variability: what the beats' rate does besides following the body.

High frequency is respiratory sinus arrhythmia and follows the breath train; low frequency is a noisy
rhythm at 0.1 Hz; very low frequency a slow walk. Powers: Task Force 1996, 5 min supine (LF 1170, HF
975 of 3466 ms² in all), scaled to a person's own SDNN.
"""

from cmath import exp as turned
from math import exp, pi, sqrt
from typing import Final

from devices.arrays import Floats
from devices.kernels import kernel

TOTAL_MS2: Final = 3466.0
HIGH: Final[float] = (975.0 / TOTAL_MS2) ** 0.5
LOW: Final[float] = (1170.0 / TOTAL_MS2) ** 0.5
VERY_LOW: Final[float] = ((TOTAL_MS2 - 975.0 - 1170.0) / TOTAL_MS2) ** 0.5
"""Each band's share of SDNN, as standard deviations."""
LOW_HZ: Final = 0.1
LOW_MEMORY_S: Final = 16.0  # a spectral width of 0.01 Hz, clinical reference 8.2
VERY_LOW_MEMORY_S: Final = 60.0  # heuristic
TURN_REAL: Final = turned(-1.0 / LOW_MEMORY_S + 2j * pi * LOW_HZ).real
TURN_IMAGINARY: Final = turned(-1.0 / LOW_MEMORY_S + 2j * pi * LOW_HZ).imag
KICK: Final[float] = (1.0 - exp(-2.0 / LOW_MEMORY_S)) ** 0.5
KEEP: Final = exp(-1.0 / VERY_LOW_MEMORY_S)
PUSH: Final[float] = (1.0 - KEEP**2) ** 0.5
SLOWEST_BPM: Final = 20.0
MOST_SPREAD: Final = 0.15
"""Bounds of what a rate's variability is reckoned with (*heuristic*)."""

REAL: Final = 0
IMAGINARY: Final = 1
WALK: Final = 2
STATE: Final = 3
"""A bed's slow rhythms: the low one turns in a plane, the very low one walks on a line."""


@kernel
def step(state: Floats, a: float, b: float, c: float) -> float:
    """Pass one second of a bed's slow rhythms; return both together, as a share of SDNN.

    ``a``, ``b`` and ``c`` are standard normal numbers.
    """
    x, y = float(state[REAL]), float(state[IMAGINARY])
    # One axis of a walk in the plane has half its variance: two kicks of variance 1 give 1.
    low = TURN_REAL * x - TURN_IMAGINARY * y + KICK * a
    walk = KEEP * float(state[WALK]) + PUSH * c
    state[REAL], state[IMAGINARY] = low, TURN_REAL * y + TURN_IMAGINARY * x + KICK * b
    state[WALK] = walk
    return LOW * low + VERY_LOW * walk


@kernel
def spread(at_rest: float, rest_bpm: float, rate_bpm: float) -> float:
    """Return the standard deviation of a heart's rate, relative to itself, at ``rate_bpm``.

    It is ``at_rest`` at the rate of rest. SDNN is a time, and falls with the power 1.5 of the rate above
    rest, as vagal tone goes (*heuristic*); below rest SDNN stays.
    """
    ratio = rest_bpm / max(rate_bpm, SLOWEST_BPM)
    return min(at_rest * min(sqrt(ratio), 1.0 / ratio), MOST_SPREAD)
