"""The twelve leads as projections of one dipole.

Axes are Frank's: x to the patient's left, y to the feet, z to the back. Coefficients: Dower, Machado and
Osborne, Clin Cardiol 1980;3:87 (the "Dower transform", also in Clifford et al. 2006, chapter 8). Two limb
leads are independent; the other four are Einthoven's and Goldberger's sums of these, whatever disturbs them.
"""

from typing import Final

import numpy as np

from devices.arrays import Raw
from vitals.catalogue import WAVEFORMS

DOWER: Final[dict[str, tuple[float, float, float]]] = {
    "ecg_i": (0.632, -0.235, 0.059),
    "ecg_ii": (0.235, 1.066, -0.132),
    "ecg_v1": (-0.515, 0.157, -0.917),
    "ecg_v2": (0.044, 0.164, -1.387),
    "ecg_v3": (0.882, 0.098, -1.277),
    "ecg_v4": (1.213, 0.127, -0.601),
    "ecg_v5": (1.125, 0.127, -0.086),
    "ecg_v6": (0.831, 0.076, 0.230),
}
"""Millivolts in a lead for a dipole of 1 along x, y and z: the eight independent leads."""
DERIVED: Final = ("ecg_iii", "ecg_avr", "ecg_avl", "ecg_avf")
LEADS: Final = (
    "ecg_i", "ecg_ii", "ecg_iii", "ecg_avr", "ecg_avl", "ecg_avf",
    "ecg_v1", "ecg_v2", "ecg_v3", "ecg_v4", "ecg_v5", "ecg_v6",
)  # fmt: skip
ECG_HZ: Final = WAVEFORMS["ecg_ii"].hz
"""How many samples a second leads have where nothing else is said."""
VECTORS: Final = {lead: np.array(c) for lead, c in DOWER.items()}


def rate_hz(key: str, ecg_hz: int) -> int:
    """Return how many samples a second a wave has in a ward whose ECG has ``ecg_hz``."""
    return ecg_hz if key in LEADS else WAVEFORMS[key].hz


def needed(leads: tuple[str, ...]) -> tuple[str, ...]:
    """Return the independent leads that ``leads`` are made of; raise ``ValueError`` for an unknown one."""
    for lead in leads:
        if lead not in LEADS:
            raise ValueError(f"the leads are {', '.join(LEADS)}, not {lead!r}")
    limbs = ("ecg_i", "ecg_ii") if any(lead in DERIVED for lead in leads) else ()
    return tuple(lead for lead in DOWER if lead in leads or lead in limbs)


def derived(lead: str, one: Raw, two: Raw) -> Raw:
    """Return III, aVR, aVL or aVF of the raw leads I and II, ``[N, n]`` each; exact but for rounding."""
    i, ii = one.astype(np.int32), two.astype(np.int32)
    match lead:
        case "ecg_iii":
            found = ii - i
        case "ecg_avr":
            found = -((i + ii) >> 1)
        case "ecg_avl":
            found = (2 * i - ii) >> 1
        case _:
            found = (2 * ii - i) >> 1
    return found.astype(np.int16)
