"""The shape of one beat, one pulse and one breath, as tables.

Times of the ECG are seconds from the R peak at 60 /min. Amplitudes and widths are *heuristic*, set to
give the intervals of the clinical reference 8.1 (QRS 80 to 110 ms, QT ≈ 0.39 s, R 1.0 to 1.2 mV in
lead II); the pulse is the two Gaussians of 8.8 with its ends brought to zero.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from devices.arrays import Floats

ECG_HZ: Final = 2000
"""Entries a second of the ECG table."""
BEFORE_S: Final = 0.24
Q_S: Final = 0.045
J_S: Final = 0.050
AFTER_S: Final = 0.42
WIDE_Q_S, WIDE_J_S = 0.080, 0.120
"""Likewise of a beat from a ventricle."""
QT_S: Final = 0.39
"""At 60 /min; else times √RR (reference 8.1)."""
"""The table spans ``-BEFORE_S`` to ``AFTER_S``; QRS, ``-Q_S`` to ``J_S``, keeps its width at any rate."""
ECG_SIZE: Final = round((BEFORE_S + AFTER_S) * ECG_HZ) + 1

PULSE_SIZE: Final = 2048
PEAK, HUMP = 0.22, 0.52
"""Where in the pulse table the systolic peak and the diastolic hump are."""
NOTCH: Final = 0.44
"""Where in the pulse table the dicrotic notch is: before it lies systole."""
VALVE: Final = 0.40
"""Where in the pressure table the aortic valve closes."""
BREATH_SIZE: Final = 1024


@dataclass(frozen=True, slots=True)
class Bump:
    """One wave: its peak's time (s), rise and fall (s, standard deviations) and height (mV)."""

    at_s: float
    rise_s: float
    fall_s: float
    mv: float


@dataclass(frozen=True, slots=True)
class Electric:
    """How high a person's waves are in lead II, in mV."""

    p: float = 0.13
    q: float = -0.08
    r: float = 1.15
    s: float = -0.18
    t: float = 0.30

    def bumps(self) -> tuple[Bump, ...]:
        """Return the waves of a sinus beat."""
        return (
            Bump(-0.158, 0.018, 0.018, 0.75 * self.p),
            Bump(-0.132, 0.016, 0.018, 0.75 * self.p),
            Bump(-0.024, 0.006, 0.006, self.q),
            Bump(0.0, 0.0098, 0.0098, self.r),
            Bump(0.026, 0.0075, 0.008, self.s),
            Bump(0.150, 0.080, 0.060, 0.06 * self.t),  # the ST segment's gentle slope
            Bump(0.256, 0.052, 0.034, self.t),
        )

    def wide(self) -> tuple[Bump, ...]:
        """Return the waves of a beat from a ventricle: broad, high, with the T wave against it."""
        return (
            Bump(-0.004, 0.029, 0.036, 1.15 * self.r),
            Bump(0.120, 0.030, 0.060, -0.14 * self.r),
            Bump(0.260, 0.070, 0.045, -0.34 * self.r),
        )


def t_stretch(root: Floats) -> Floats:
    """Return how much slower ST and T go than at 60 /min, for QT = 0.39 √RR; ``root`` is √RR, RR in s."""
    qrs = Q_S + J_S
    return np.maximum((QT_S * root - qrs) / (QT_S - qrs), 0.25)


def draw(rng: np.random.Generator) -> Electric:
    """Draw how high a person's waves are."""
    factor = np.exp(rng.normal(0, [0.15, 0.3, 0.14, 0.3, 0.18]))
    e = Electric()
    high = [e.p, e.q, e.r, e.s, e.t] * np.clip(factor, 0.6, 1.5)
    return Electric(*(float(x) for x in high))


def ecg(bumps: tuple[Bump, ...]) -> Floats:
    """Return the table of one beat in mV, ``[ECG_SIZE]``, flat zero at both ends."""
    t = np.arange(ECG_SIZE) / ECG_HZ - BEFORE_S
    out = np.zeros(ECG_SIZE)
    for b in bumps:
        width = np.where(t < b.at_s, b.rise_s, b.fall_s)
        out += b.mv * np.exp(-0.5 * ((t - b.at_s) / width) ** 2)
    edge = np.minimum(1.0, np.minimum(np.arange(ECG_SIZE), np.arange(ECG_SIZE)[::-1]) / (0.01 * ECG_HZ))
    return np.asarray(out * edge)


def pulse(hump: float = 0.41) -> Floats:
    """Return the pulse over its phase, ``[PULSE_SIZE]``, 0 at both ends and 1 at its peak.

    ``hump`` is the height of its second wave: low with wide vessels, high with tight ones.
    """
    x = np.linspace(0.0, 1.0, PULSE_SIZE)
    systole = np.exp(-0.5 * ((x - PEAK) / np.where(x < PEAK, 0.070, 0.120)) ** 2)
    diastole = hump * np.exp(-0.5 * ((x - HUMP) / np.where(x < HUMP, 0.08, 0.20)) ** 2)
    raw = systole + diastole
    raw -= raw[0] + (raw[-1] - raw[0]) * x
    return np.asarray(raw / raw.max())


def pressure() -> Floats:
    """Return arterial pressure over a beat, ``[PULSE_SIZE]``: diastolic 0 at both ends, systolic 1.

    A steep rise, a rounded peak, the notch and the exponential run-off of a windkessel (reference
    8.8); the mean lies about 0.37 of the way, as mean pressure does.
    """
    x = np.linspace(0.0, 1.0, PULSE_SIZE)
    open_ = np.minimum(x / VALVE, 1.0)  # share of ejection
    ejected = np.sin(np.pi * open_**0.8) ** 2 * (1.0 - open_) ** 0.35
    runoff = np.where(x < VALVE, open_**1.2, np.exp(-(x - VALVE) / 0.42)) * 0.62
    wave = 0.9 * ejected + runoff - 0.09 * np.exp(-0.5 * ((x - VALVE) / 0.018) ** 2)
    wave -= wave[0] + (wave[-1] - wave[0]) * x
    return np.asarray(wave / wave.max())


def breath() -> Floats:
    """Return a breath's impedance, inspiration in the first half, ``[BREATH_SIZE]``, 0 to 1."""
    half = BREATH_SIZE // 2
    x = np.linspace(0.0, 1.0, half)
    rising = 0.5 - 0.5 * np.cos(np.pi * x**0.9)
    falling = (np.exp(-2.6 * x) - np.exp(-2.6)) / (1 - np.exp(-2.6))
    smooth = 0.5 + 0.5 * np.cos(np.pi * x**0.8)
    return np.concatenate([rising, 0.55 * falling + 0.45 * smooth])
