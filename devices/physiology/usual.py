"""How somebody can live: bounds of what a body at rest keeps up by itself.

A person's usual value beyond them is not refused: the body drifts to the bound within minutes.
"""

from typing import Final

import numpy as np

from devices.physiology import coupling, gas
from devices.physiology.circulation import REFLEX_SHARE

SLOWEST_BPM: Final = 35.0
BREATHS_BPM: Final = (3.0, 45.0)
"""What ``coupling`` holds rate and breath to."""
MOST_SHUNT: Final = 0.6
"""As ``gas.shunt_for`` has it."""


def bounds_of(
    age: float, etco2_mmhg: float, device: str, flow_l_min: float
) -> dict[str, tuple[float, float]]:
    """Return per sign (its unit) from where to where somebody's own value can be.

    The heart's is by age (``reflexes`` of the circulation), saturation's by what is breathed and by CO2.
    """
    fio2 = np.full(2, gas.fio2_of(device, flow_l_min))
    paco2 = np.full(2, etco2_mmhg + coupling.ALVEOLAR_GRADIENT_MMHG)
    low, high = 100.0 * gas.arterial_saturation(fio2, paco2, np.array([MOST_SHUNT, 0.0]))
    return {
        "hr": (SLOWEST_BPM, REFLEX_SHARE * coupling.most_bpm(age)),
        "rr": BREATHS_BPM,
        "spo2": (float(low), float(high)),
    }
