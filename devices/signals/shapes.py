"""The shape of one pulse and one breath, as tables.

Amplitudes and widths are *heuristic*; the pulse is the two Gaussians of the clinical reference 8.8 with its
ends brought to zero.
"""

from typing import Final

import numpy as np

from devices.arrays import Floats

PULSE_SIZE: Final = 2048
PEAK, HUMP = 0.22, 0.52
"""Where in the pulse table the systolic peak and the diastolic hump are."""
NOTCH: Final = 0.44
"""Where in the pulse table the dicrotic notch is: before it lies systole."""
VALVE: Final = 0.40
"""Where in the pressure table the aortic valve closes."""
BREATH_SIZE: Final = 1024


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
