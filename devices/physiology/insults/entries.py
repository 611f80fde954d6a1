"""Rows of what is kept of each insult of each patient."""

from typing import Final

(STAGE, GOAL, TEMPO, RELIEF, MEMORY, MOVED, HASTE, FELT, HELD) = range(9)
"""How far along it is and goes, how many times as fast as usual, the share that is relieved in this step,
what a special remembers, how fast it goes on (/min, relief counted), how fast for slow stores, the stage that
is felt, and the share of its pace taken in this step."""
KEPT: Final = 9
KIND, PATIENT = range(2)
"""Rows of whose they are."""
