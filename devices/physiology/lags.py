"""What a step keeps of the distance to where a body goes, for the lags that are the same in everybody.

Reckoned once for each length of step.
"""

from functools import lru_cache
from math import exp
from typing import Final

import numpy as np

from devices.arrays import Floats

HEART_LAG_S, RESISTANCE_LAG_S = 10.0, 15.0
"""Of the reflexes (reference 8.3 iii)."""
CALMING_LAG_S: Final = 4800.0
"""How slowly the tachycardia of an empty body goes once it is filled (*heuristic*: catecholamines linger,
so that a bolus slows the heart by 5 to 15 and not at once by all)."""
FLUID_PER_MIN, REFILL_PER_MIN = 0.075, 0.02
"""How fast the controller moves volume between blood and tissue."""
CO2_DRIVE_LAG_S: Final = 65.0
"""How late CO2 is felt (Bouillon 2003: ke0 0.92 /min)."""
ARTERIAL_LAG_S: Final = 15.0
"""How soon arterial CO2 is where ventilation wants it (*heuristic*: lung and arterial blood)."""

(MINUTES, HEART, RESISTANCE, CALMING, FLUID, REFILL, FELT_CO2, ARTERIAL_CO2) = range(8)
"""Places in ``kept``: minutes of the step, then what is kept."""
_LAGS_S: Final = (
    HEART_LAG_S, RESISTANCE_LAG_S, CALMING_LAG_S, 60.0 / FLUID_PER_MIN, 60.0 / REFILL_PER_MIN,
    CO2_DRIVE_LAG_S, ARTERIAL_LAG_S,
)  # fmt: skip


@lru_cache(maxsize=64)
def kept(dt_s: float) -> Floats:
    """Return what a step of ``dt_s`` keeps, ``[8]``; not to be written to."""
    return np.array([dt_s / 60.0, *(exp(-dt_s / lag) for lag in _LAGS_S)])
