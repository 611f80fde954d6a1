"""Oxygen and carbon dioxide, from breath to blood.

Sources: J. W. Severinghaus, J Appl Physiol 1979;46:599 (dissociation curve), R. K. Ellis, J Appl
Physiol 1989;67:902 (its inverse); the alveolar gas and shunt equations as in any textbook. The size
of the carbon-dioxide store is fitted to the rise in apnoea, 3.4 to 4.4 mmHg/min (Kobayashi). FiO2 by
device: the table of the clinical reference 7.22.
"""

from typing import Final

import numpy as np

from devices.arrays import Floats
from devices.kernels import kernel

BAROMETER_MMHG: Final = 760.0
WATER_MMHG: Final = 47.0
QUOTIENT: Final = 0.8
"""Respiratory quotient."""
HAEMOGLOBIN_G_L: Final = 150.0
CARRIED_ML_G: Final = 1.34
"""Oxygen carried by a gram of saturated haemoglobin."""
DISSOLVED_ML_L_MMHG: Final = 0.03
EXTRACTED_ML_L: Final = 50.0
"""Arterio-venous difference of oxygen content at rest."""
CO2_STORE_L: Final = 45.0
CO2_PRODUCED_ML_MIN: Final = 200.0
CO2_CONSTANT: Final = 0.863
"""mmHg·L/mL: production over ventilation to partial pressure."""
AIR: Final = 0.21

_TENSIONS: Final = np.concatenate([np.linspace(0.5, 150, 600), np.geomspace(151, 713, 120)])


def saturation(tension_mmhg: Floats) -> Floats:
    """Return the saturation (0 to 1) of haemoglobin at an oxygen tension (Severinghaus, ±0.55 %)."""
    p = np.maximum(tension_mmhg, 1e-3)
    return 1.0 / (23400.0 / (p**3 + 150.0 * p) + 1.0)


def tension(saturation_: Floats) -> Floats:
    """Return the oxygen tension (mmHg) at a saturation (0 to 1): Ellis' exact inverse."""
    s = np.clip(saturation_, 1e-4, 0.9999)
    a = 11700.0 / (1.0 / s - 1.0)
    b = np.sqrt(50.0**3 + a * a)
    return np.cbrt(b + a) - np.cbrt(b - a)


def content(tension_mmhg: Floats, saturation_: Floats) -> Floats:
    """Return the oxygen content of blood (mL/L) with 150 g/L of haemoglobin."""
    return CARRIED_ML_G * HAEMOGLOBIN_G_L * saturation_ + DISSOLVED_ML_L_MMHG * tension_mmhg


_CONTENTS: Final = content(_TENSIONS, saturation(_TENSIONS))
_SATURATIONS: Final = saturation(_TENSIONS)


def curve(xs: Floats, ys: Floats) -> Floats:
    """Return ``[3, n]``: places, heights there, and slopes from there on, level beyond the last."""
    return np.stack([xs, ys, np.append(np.diff(ys) / np.diff(xs), 0.0)])


CONTENTS: Final = curve(_TENSIONS, _CONTENTS)
"""Oxygen content (mL/L) by tension (mmHg)."""
SATURATIONS: Final = curve(_CONTENTS, _SATURATIONS)
"""Saturation (0 to 1) by content."""


@kernel
def cell(value: float, of: Floats, near: int) -> int:
    """Return after which place of a ``curve`` a value stands, looked for from ``near`` on."""
    while near > 0 and value < float(of[0, near]):
        near -= 1
    last = of.shape[1] - 1
    while near < last and value >= float(of[0, near + 1]):
        near += 1
    return near


@kernel
def height(value: float, of: Floats, place: int) -> float:
    """Return the height of a ``curve`` at a value after its ``place``, the same as ``np.interp``."""
    start = float(of[0, place])
    return float(of[1, place]) + float(of[2, place]) * max(value - start, 0.0)


def content_at(tension_mmhg: Floats) -> Floats:
    """Return the oxygen content (mL/L) of blood in balance with a tension."""
    return np.interp(tension_mmhg, _TENSIONS, _CONTENTS)


def saturation_at(content_ml_l: Floats) -> Floats:
    """Return the saturation (0 to 1) of blood with a content."""
    return np.interp(content_ml_l, _CONTENTS, _SATURATIONS)


def alveolar(fio2: Floats, paco2_mmhg: Floats) -> Floats:
    """Return the alveolar oxygen tension (mmHg) by the alveolar gas equation."""
    inspired = fio2 * (BAROMETER_MMHG - WATER_MMHG)
    return np.maximum(inspired - paco2_mmhg / QUOTIENT, 1.0)


def _end_capillary(fio2: Floats, paco2_mmhg: Floats) -> Floats:
    return content_at(alveolar(fio2, paco2_mmhg))


def arterial_saturation(fio2: Floats, paco2_mmhg: Floats, shunt: Floats) -> Floats:
    """Return the arterial saturation (0 to 1) when the fraction ``shunt`` of blood passes no air."""
    arterial = _end_capillary(fio2, paco2_mmhg) - shunt / (1.0 - shunt) * EXTRACTED_ML_L
    return saturation_at(arterial)


def shunt_for(saturation_: Floats, fio2: Floats, paco2_mmhg: Floats) -> Floats:
    """Return the shunt fraction (0 to 0.6) that gives ``saturation_``; 0 where no shunt is needed."""
    arterial = np.interp(saturation_, _SATURATIONS, _CONTENTS)
    gap = np.maximum(_end_capillary(fio2, paco2_mmhg) - arterial, 0.0)
    return np.minimum(gap / (gap + EXTRACTED_ML_L), 0.6)


OXYGEN_DEVICES: Final[dict[str, tuple[tuple[float, ...], tuple[float, ...]]]] = {
    "air": ((0, 70), (AIR, AIR)),
    "nasal cannula": ((0, 1, 6), (AIR, 0.24, 0.44)),
    "face mask": ((0, 5, 10), (AIR, 0.40, 0.60)),
    "venturi": ((0, 2, 4, 6, 8, 10, 15), (AIR, 0.24, 0.28, 0.31, 0.35, 0.40, 0.60)),
    "non-rebreather": ((0, 10, 15), (AIR, 0.60, 0.90)),
    "high-flow": ((0, 20, 60), (AIR, 0.40, 0.90)),
}
"""Flow (L/min) to inspired fraction; that of high-flow is *heuristic*, since its blender sets it."""
MOST_NASAL_L_MIN: Final = 6.0
MOST_MASK_L_MIN: Final = 10.0


def fio2_of(device: str, flow_l_min: float) -> float:
    """Return the inspired fraction of oxygen by ``device``; one not in the table counts as a face mask."""
    flows, fractions = OXYGEN_DEVICES.get(device, OXYGEN_DEVICES["face mask"])
    return float(np.interp(flow_l_min, flows, fractions))


def device_for(flow_l_min: float) -> str:
    """Return the usual device for a flow."""
    if flow_l_min <= 0:
        return "air"
    if flow_l_min <= MOST_NASAL_L_MIN:
        return "nasal cannula"
    return "face mask" if flow_l_min < MOST_MASK_L_MIN else "non-rebreather"
