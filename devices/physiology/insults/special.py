"""What an insult does that depends on the body it does it to."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import numpy as np

from devices.arrays import Floats, Ints
from devices.physiology.bounds import within
from devices.physiology.influence import Influence

if TYPE_CHECKING:
    from devices.physiology.body import Body

Special = Callable[[float, "Body", Ints, Floats, Floats, Influence], None]
"""(seconds, body, patients ``[n]``, their stages, what it remembers of them, to be written in place,
influence)."""

TOO_MUCH_PERCENT, SPAN_PERCENT = 92.0, 4.0
HYPEROXIC_DRIVE: Final = 0.2
HYPEROXIC_DEAD_SPACE: Final = 0.1
"""Oxygen above the target of 88 to 92 % at once takes drive and undoes the matching of blood and air."""
NARCOTIC_DRIVE: Final = 0.77
"""What it takes of the drive in the end, with the narcosis it makes. Sizes set by the rows of reference 7.8
(PaCO2 58 to 92 mmHg and 24 to 10 breaths within an hour). It follows the oxygen and not the CO2 itself:
that would feed on itself, so that a millimetre at the beginning became six within the hour."""
NARCOTIC_BPM, NARCOTIC_TONE = -27.0, 0.2
"""What full narcosis takes of the heart rate, and by how much it tightens vessels: 98 to 84 /min and an even
pressure there."""
LAMING_S, WAKING_S = 14.0 * 60.0, 6.0 * 3600.0
"""How soon the drive is lamed, and how slowly that comes back."""
WAKING_DEPTH: Final = 0.25
"""So much deeper are the breaths of whom oxygen no longer lames but did: an hour after the mask is right a
retainer breathes 14 to 18, has lost 10 to 15 mmHg and is awake (reference 7.23; the form is *heuristic*)."""


def hyperoxia(
    dt_s: float, body: "Body", who: Ints, stage: Floats, lamed: Floats, influence: Influence
) -> None:
    """Too much oxygen in a COPD exacerbation: dead space grows, the drive falls at once and then further."""
    excess = within((body.now["spo2"][who] - TOO_MUCH_PERCENT) / SPAN_PERCENT, 0.0, 1.0)
    ill = np.minimum(2.0 * stage, 1.0)
    goal = NARCOTIC_DRIVE * excess
    tau_s = np.where(goal > lamed, LAMING_S, WAKING_S)
    lamed += (goal - lamed) * (1.0 - np.exp(-dt_s / tau_s))
    influence.act("drive", who, (1.0 - HYPEROXIC_DRIVE * excess * ill) * (1.0 - lamed * ill))
    influence.act("depth", who, 1.0 + WAKING_DEPTH * np.maximum(lamed - goal, 0.0) * ill)
    influence.act("chronotropy_bpm", who, NARCOTIC_BPM * lamed * ill)
    influence.act("resistance", who, 1.0 + NARCOTIC_TONE * lamed * ill)
    influence.act("dead_space", who, HYPEROXIC_DEAD_SPACE * excess * ill)


SPECIALS: Final[dict[str, Special]] = {"hyperoxia": hyperoxia}
