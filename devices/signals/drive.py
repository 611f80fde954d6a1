"""What bodies give to their signals: rows of ``state [ROWS, N]``, and of what ``acts`` on them."""

from typing import Final

from devices.physiology import fields, rows

HR: Final = rows.HR
RR: Final = rows.RR
SBP: Final = rows.SBP
DBP: Final = rows.DBP
PI: Final = rows.PI
ETCO2: Final = rows.ETCO2
LOST: Final = rows.LOST
"""The share of blood volume lost …"""
PRELOAD: Final = fields.PRELOAD
"""… and by what treatments and illness multiply what then fills the heart: of what acts."""
OBSTRUCTION: Final = rows.OBSTRUCTION
"""What the airway holds back (0 to 1) …"""
HELD: Final = fields.OBSTRUCTION
"""… and what illness holds back of the rest: of what acts."""
