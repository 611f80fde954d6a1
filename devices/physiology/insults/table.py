"""The insults there are, in the order in which they act."""

from typing import Final

from devices.physiology.insults.airways import AIRWAYS
from devices.physiology.insults.kinds import Insult
from devices.physiology.insults.others import OTHERS
from devices.physiology.insults.vessels import VESSELS

INSULTS: Final[dict[str, Insult]] = {**VESSELS, **AIRWAYS, **OTHERS}
