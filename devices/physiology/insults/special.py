"""What an insult does that depends on the body it does it to."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import numpy as np

from devices.arrays import Floats, Ints
from devices.physiology.bounds import within
from devices.physiology.coupling import ALVEOLAR_GRADIENT_MMHG
from devices.physiology.influence import Influence

if TYPE_CHECKING:
    from devices.physiology.body import Body

Special = Callable[[float, "Body", Ints, Floats, Floats, Influence], None]
"""(seconds, body, patients ``[n]``, their stages, what it remembers of them, to be written in place,
influence)."""

TOO_MUCH_PERCENT, SPAN_PERCENT = 92.0, 5.0
HYPEROXIC_DRIVE: Final = 0.33
HYPEROXIC_DEAD_SPACE: Final = 0.1
"""Oxygen above the target of 88 to 92 % takes drive and undoes the matching of blood and air."""
NARCOSIS: Final = ((11.0, 15.0, 21.0, 27.0, 43.0), (0.0, 0.21, 0.5, 0.64, 0.73))
"""What arterial CO2, by so many mmHg above a retainer's own, takes of the drive. Sizes set by
the rows of reference 7.8 (PaCO2 58 to 92 mmHg and 24 to 10 breaths within an hour)."""
NARCOTIC_BPM: Final = -18.0
"""What full narcosis takes of the heart rate: 98 to 84 /min in the same rows."""
LAMING_S, WAKING_S = 60.0, 3.0 * 3600.0
"""How soon CO2 lames, and how slowly what it lamed comes back: an hour after the mask is right a retainer
breathes 14 to 18 and has lost 10 to 15 mmHg, not all (reference 7.23; the form is *heuristic*)."""


def hyperoxia(
    dt_s: float, body: "Body", who: Ints, stage: Floats, lamed: Floats, influence: Influence
) -> None:
    """Too much oxygen in a COPD exacerbation: the drive falls, dead space grows, and CO2 lames it."""
    excess = within((body.now["spo2"][who] - TOO_MUCH_PERCENT) / SPAN_PERCENT, 0.0, 1.0)
    ill = np.minimum(2.0 * stage, 1.0)
    above = body.paco2[who] - (body.rest["etco2"][who] + ALVEOLAR_GRADIENT_MMHG)
    goal = np.interp(above, *NARCOSIS)
    tau_s = np.where(goal > lamed, LAMING_S, WAKING_S)
    lamed += (goal - lamed) * (1.0 - np.exp(-dt_s / tau_s))
    influence.act("drive", who, (1.0 - HYPEROXIC_DRIVE * excess * ill) * (1.0 - lamed * ill))
    influence.act("chronotropy_bpm", who, NARCOTIC_BPM * lamed * ill)
    influence.act("dead_space", who, HYPEROXIC_DEAD_SPACE * excess * ill)


SPECIALS: Final[dict[str, Special]] = {"hyperoxia": hyperoxia}
