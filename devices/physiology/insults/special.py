"""What an insult does that depends on the body it does it to."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import numpy as np

from devices.arrays import Floats, Ints
from devices.physiology.bounds import within
from devices.physiology.influence import Influence

if TYPE_CHECKING:
    from devices.physiology.body import Body

Special = Callable[[float, "Body", Ints, Floats, Influence], None]

TOO_MUCH_PERCENT, SPAN_PERCENT = 92.0, 5.0
HYPEROXIC_DRIVE: Final = 0.44
HYPEROXIC_DEAD_SPACE: Final = 0.1
"""Oxygen above the target of 88 to 92 % takes drive and undoes the matching of blood and air."""
NARCOSIS: Final = ((62.0, 69.0, 76.0, 96.0), (1.0, 0.74, 0.46, 0.3))
"""What arterial CO2 (mmHg) leaves of the drive of a retainer. Sizes set by the rows of reference
7.8 (PaCO2 58 to 92 mmHg and 24 to 10 breaths within an hour)."""


def hyperoxia(dt_s: float, body: "Body", who: Ints, stage: Floats, influence: Influence) -> None:
    """Too much oxygen in a COPD exacerbation: the drive falls, dead space grows, and CO2 lames it."""
    del dt_s
    excess = within((body.now["spo2"][who] - TOO_MUCH_PERCENT) / SPAN_PERCENT, 0.0, 1.0)
    ill = np.minimum(2.0 * stage, 1.0)
    lamed = 1.0 - np.interp(body.paco2[who], *NARCOSIS)
    influence.act("drive", who, (1.0 - HYPEROXIC_DRIVE * excess * ill) * (1.0 - lamed * ill))
    influence.act("dead_space", who, HYPEROXIC_DEAD_SPACE * excess * ill)


SPECIALS: Final[dict[str, Special]] = {"hyperoxia": hyperoxia}
