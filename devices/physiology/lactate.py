"""Lactate (reference 8.5): what shock makes, and the body clears."""

import math
from typing import Final

from devices.kernels import kernel
from devices.physiology import bounds

RESTING_MMOL_L, LACTATE_MIN, LACTATE_HALF_MIN = 1.0, 30.0, 60.0
"""At rest; rises by 1 in so many minutes of shock, and halves in so many after it."""
SHOCK_MMHG, SHOCK_LOST = 60.0, 0.3
MOST_PACE: Final = 6.0
"""Times that pace, at most (*heuristic*)."""
_CLEARED_MIN: Final = math.log(2.0) / LACTATE_HALF_MIN


@kernel
def after(now_mmol_l: float, map_mmhg: float, lost: float, minutes: float) -> float:
    """Return lactate after ``minutes`` at a MAP and a share of blood ``lost``."""
    shock = bounds.held((SHOCK_MMHG + 5.0 - map_mmhg) / 5.0, 0.0, MOST_PACE)
    shock += bounds.held((lost - SHOCK_LOST + 0.05) / 0.05, 0.0, MOST_PACE)
    made = min(shock, MOST_PACE) / LACTATE_MIN
    return now_mmol_l + (made - (now_mmol_l - RESTING_MMOL_L) * _CLEARED_MIN) * minutes
