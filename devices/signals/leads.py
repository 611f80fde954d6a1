"""The twelve leads as projections of one dipole.

Axes are Frank's: x to the patient's left, y to the feet, z to the back. Coefficients: Dower, Machado and
Osborne, Clin Cardiol 1980;3:87 (the "Dower transform", also in Clifford et al. 2006, chapter 8). Two limb
leads are independent; the other four are Einthoven's and Goldberger's sums of these, whatever disturbs them.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from devices.arrays import Ints, Raw
from devices.kernels import kernel
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
DERIVED: Final = {
    "ecg_iii": (-1, 1, 0, 0),
    "ecg_avr": (-1, -1, 1, 1),
    "ecg_avl": (2, -1, 0, 1),
    "ecg_avf": (-1, 2, 0, 1),
}
"""Raw (a I + b II + c) >> d: Einthoven's and Goldberger's sums, exact but for rounding."""
LIMBS: Final = ("ecg_i", "ecg_ii")
"""What these are made of."""
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
    limbs = LIMBS if any(lead in DERIVED for lead in leads) else ()
    return tuple(lead for lead in DOWER if lead in leads or lead in limbs)


def drawn_for(whose: Mapping[str, Ints]) -> dict[str, Ints]:
    """Return of whom the independent leads are drawn so that ``whose`` leads can be shown, beds by lead.

    Raise ``ValueError`` for an unknown one.
    """
    out = {}
    for base in needed(tuple(whose)):
        shown = [beds for lead, beds in whose.items() if lead == base or (base in LIMBS and lead in DERIVED)]
        out[base] = together(shown)
    return out


def together(groups: Sequence[Ints]) -> Ints:
    """Return the beds in any of ``groups``, in order."""
    widest = max(groups, key=len)
    if all(beds is widest for beds in groups):
        return widest
    return np.unique(np.concatenate(groups))


@kernel
def derive(out: Raw, beds: Ints, one: Raw, two: Raw, a: int, b: int, more: int, halved: int) -> None:
    """Make a lead of the raw leads I and II of ``beds``, ``[N, n]`` each, as ``DERIVED`` says."""
    for k in range(beds.size):
        bed = int(beds[k])
        out[bed] = (a * one[bed].astype(np.int32) + b * two[bed].astype(np.int32) + more) >> halved
