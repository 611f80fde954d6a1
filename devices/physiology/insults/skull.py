"""The pressure within the skull, and what takes of it: with less of it an illness feels like an earlier hour.

The pressures follow from the mean pressures of reference 7.19: Cushing's reflex keeps what perfuses the brain
at 78 mmHg (Rosner and Coley 1986 saw it do so from 70 to 75 on), so the skull holds the rest; the last, where
it has failed, and what is normal are *heuristic*.
"""

from typing import TYPE_CHECKING, Final

import numpy as np

from devices.arrays import Floats, Ints
from devices.physiology import coupling
from devices.physiology.bounds import within
from devices.physiology.influence import Influence

if TYPE_CHECKING:
    from devices.physiology.body import Body

STAGES: Final = np.array((0, 10, 30, 50, 70, 85, 95)) / 95.0
PRESSURES: Final = np.array((10.0, 20.0, 29.0, 39.0, 49.0, 58.0, 85.0))
"""mmHg at the stages of the insult ``intracranial-pressure``."""
OWN_MMHG: Final = 1.0
"""So much carbon dioxide the ill blow off by themselves, which the table's amounts know."""
HYPOCAPNIC: Final = 1.1
"""mmHg less in the skull per mmHg of arterial carbon dioxide below that: 5 for an end-tidal one of 30 to 35
(reference 7.23)."""
MOST_FALL_MMHG: Final = 16.0
"""By so much less vessels are as narrow as they get (arterial about 25 mmHg, *heuristic*)."""


def pressure(felt: Floats | float) -> Floats:
    """Return the pressure (mmHg) in the skull at stages that are ``felt``."""
    return np.asarray(np.interp(felt, STAGES, PRESSURES))


def relief(body: "Body", influence: Influence, who: Ints, stage: Floats) -> Floats:
    """Return which share of the illness treatments and fast breath take from ``who`` ``[n]`` now."""
    own = body.rest["etco2"][who] + coupling.ALVEOLAR_GRADIENT_MMHG
    blown_off = within(own - OWN_MMHG - body.paco2[who], 0.0, MOST_FALL_MMHG)
    less = pressure(stage) + influence.icp_mmhg[who] - HYPOCAPNIC * blown_off
    felt = np.interp(less, PRESSURES, STAGES)
    return np.asarray(1.0 - felt / np.maximum(stage, STAGES[1] * 1e-6))
