"""What the body gives to its signals: rows of a matrix ``[GIVEN, N]`` of its truth."""

from typing import Final

HR: Final = 0
RR: Final = 1
SBP: Final = 2
DBP: Final = 3
PI: Final = 4
ETCO2: Final = 5
LOST: Final = 6
"""The share of blood volume lost …"""
PRELOAD: Final = 7
"""… and by what treatments and illness multiply what then fills the heart."""
OBSTRUCTION: Final = 8
"""What the airway holds back (0 to 1) …"""
HELD: Final = 9
"""… and what illness holds back of the rest."""
GIVEN: Final = 10
