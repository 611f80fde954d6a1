"""Rows of what is kept of each insult of each patient."""

from typing import Final

(STAGE, GOAL, TEMPO, RELIEF, MEMORY, MOVED, PACE, FELT, HELD, STOOD, STOOD_C, STOOD_GLUCOSE,
 OWN_LACTATE) = range(13)  # fmt: skip
"""How far along it is and goes, how many times as fast as usual, the share that is relieved in this step,
what a special remembers, how fast it goes on (/min, relief counted), how fast for slow stores (0 while it
stands short of the worst), the stage that is felt, the share of its pace taken in this step; whether it stood
already, and how warm and how sweet the patient was when it came to stand; what of lactate it made, mmol/L."""
DEEP: Final = MEMORY
"""Of an insult whose course is time alone: how much there is of it, 0 to 1."""
KEPT: Final = 13
KIND, PATIENT = range(2)
"""Rows of whose they are."""
