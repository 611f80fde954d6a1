"""The rows of the matrix ``[ROWS, N]`` that holds all that N patients are.

Kernels reckon with it patient by patient; what classes show as attributes are its rows.
"""

from typing import Final

import numpy as np

from devices.arrays import Floats

(HR, RR, SPO2, SBP, DBP, TEMP, ETCO2, PI, O2_FLOW, GLUCOSE, ACTIVITY, SHUNT) = range(12)
"""Truth, as ``keys.KEYS`` has it."""
TRUTHS: Final = 12
(TO_HR, TO_RR, TO_SPO2, TO_SBP, TO_DBP, TO_TEMP, TO_ETCO2, TO_PI, TO_O2_FLOW, TO_GLUCOSE, TO_ACTIVITY,
 TO_SHUNT) = range(12, 24)  # fmt: skip
"""Where the body itself would go."""
(REST_HR, REST_RR, REST_SPO2, REST_SBP, REST_DBP, REST_TEMP, REST_ETCO2, REST_PI, REST_O2_FLOW,
 REST_GLUCOSE, REST_ACTIVITY, REST_SHUNT) = range(24, 36)  # fmt: skip
"""The person's own normal."""
(MOST_HR, VENTILATION_REST, ANSWER, PACED, FEVER, WARMED, FIO2, OBSTRUCTION, FLOW, FELT_CO2,
 LACTATE) = range(36, 47)  # fmt: skip
"""``Body``: greatest heart rate (/min), alveolar ventilation at rest (L/min), shares of the usual answer to
fever and adrenaline and of a fever, a pacemaker's rate, warming (°C/W); then what changes."""
(VOLUME, REST_HAEMOGLOBIN, REST_MAP, GAIN, EMPTY_GAIN, BLEEDING, CRYSTALLOID, BLOOD, TONE, CHANGE, GIVEN,
 BLED, TRANSFUSED, LEAKED, TISSUE, HAEMOGLOBIN, REFLEX_HR, LOST, HURRY, RESISTANCE, FILLING,
 MOVING) = range(47, 69)  # fmt: skip
"""``Circulation``; ``MOVING`` is 1 once the blood volume ever changed."""
(PACO2, CO2, ALVEOLAR, ARTERIAL, VENOUS, SHORT, USED, LUNG, ALVEOLAR_CELL, ARTERIAL_CELL) = range(69, 79)
"""``Stores``; the last two say where in a table the last value was found."""
(DRUG, DRUG_2, DRUG_3, EFFECT, NALOXONE, NALOXONE_COMING, NALOXONE_THERE, DRIVE) = range(79, 87)
"""``Opioid``: µg that were given in three compartments, ng/mL of it where it acts; naloxone in ng/mL; the
drive to breathe. What an illness let in is apart (``LET``)."""
(PULSE, BEATS, STRAIN, STILL) = range(87, 91)
"""``Heart``."""
(LEAST_DEPTH, DEPTH, LETTER) = range(91, 94)
"""``Consciousness``."""
(ASLEEP, WANTED, BUSY) = range(94, 97)
"""``Day``."""
(SHIVERING, LED_TEMP, LED_RISE) = range(97, 100)
"""How much somebody shivers, 0 to 1; where a script leads their temperature it as last seen (else 0), and by
how many °C/h it lets a fever rise."""
(SLOWEST, FASTEST, STROKE) = range(100, 103)
"""What a rhythm that a script gave lets the ventricles do: their rates, /min, and its share of a stroke."""
ALL_PACED: Final = 103
"""1 while every beat is paced, else 0."""
HOME_TEMP: Final = 104
"""How warm the body would be by itself, at this hour and with its fever, °C."""
WEAKNESS: Final = 105
"""Share of the heart's force that a person lives without: their own pressure knows it, treatments feel it."""
LAMED: Final = 106
"""How much oxygen has lamed the drive of somebody who retains carbon dioxide, 0 to 1."""
REFLEX_MOST: Final = 107
"""What reflexes drive the heart to at most, /min: less with a β-blocker."""
STUNNED: Final = 108
"""For how many seconds without flow, those with compressions counted less, a brain has yet to recover."""
LET, LET_2, LET_3, LET_EFFECT, LET_PACE = range(109, 114)
"""``Opioid``: what an illness let in, likewise, and how fast that illness goes on."""
LED_CO2: Final = 114
"""1 while a script leads end-tidal carbon dioxide and with it arterial, else 0."""
ROWS: Final = 115


def matrix(n: int) -> Floats:
    """Return the matrix of ``n`` patients, all 0."""
    return np.zeros((ROWS, n))
