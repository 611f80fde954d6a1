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
HYPEROXIC_RR_BPM: Final = 9.0
HYPEROXIC_DEAD_SPACE: Final = 0.22
"""Oxygen above the target of 88 to 92 % slows breathing and undoes the matching of blood and air; sizes set
by the rows of reference 7.8 (PaCO2 58 to 92 mmHg within an hour)."""


def hyperoxia(dt_s: float, body: "Body", who: Ints, stage: Floats, influence: Influence) -> None:
    """Too much oxygen in a COPD exacerbation: the drive falls, dead space grows."""
    del dt_s
    excess = within((body.now["spo2"][who] - TOO_MUCH_PERCENT) / SPAN_PERCENT, 0.0, 1.0)
    excess *= np.minimum(2.0 * stage, 1.0)
    influence.act("drive_rr_bpm", who, -HYPEROXIC_RR_BPM * excess)
    influence.act("dead_space", who, HYPEROXIC_DEAD_SPACE * excess)


SPECIALS: Final[dict[str, Special]] = {"hyperoxia": hyperoxia}
