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
ENOUGH, STARVED_MMOL_L = 0.8, 20.0
"""Where less oxygen is brought than this share of what is needed at rest's ratio, lactate goes to so much
per share that is missing; set by the last rows of 7.10 (*heuristic* beyond)."""
DRAINED_FROM, DRAINED_MMOL_L = 0.25, 90.0
"""Likewise per share of blood lost beyond the first; set by 7.3, whose 5 mmol/L after 40 min the pace of 8.5
does not reach."""
MOST_MMOL_L: Final = 11.0
"""Both together, above rest (*heuristic*)."""
RISING_MIN: Final = 8.0
"""How soon it is there (*heuristic*)."""
CLEARED_MIN: Final = math.log(2.0) / LACTATE_HALF_MIN


@kernel
def after(now_mmol_l: float, map_mmhg: float, lost: float, brought: float, minutes: float) -> float:
    """Return lactate after ``minutes`` at a MAP and a share of blood ``lost``.

    ``brought`` is the oxygen that blood brings over what is needed, 1 at rest.
    """
    shock = bounds.held((SHOCK_MMHG + 5.0 - map_mmhg) / 5.0, 0.0, MOST_PACE)
    shock += bounds.held((lost - SHOCK_LOST + 0.05) / 0.05, 0.0, MOST_PACE)
    made = min(shock, MOST_PACE) / LACTATE_MIN
    level = STARVED_MMOL_L * max(ENOUGH - brought, 0.0) + DRAINED_MMOL_L * max(lost - DRAINED_FROM, 0.0)
    made += max(RESTING_MMOL_L + min(level, MOST_MMOL_L) - now_mmol_l, 0.0) / RISING_MIN
    return now_mmol_l + (made - (now_mmol_l - RESTING_MMOL_L) * CLEARED_MIN) * minutes
