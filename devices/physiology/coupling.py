"""What the body does of itself with what a script leaves to it.

Plain functions of arrays ``[N]``; deviations are from the person's own baseline. Coefficients are
teaching defaults of the clinical reference 3.5, 8.3, 8.4 and 8.9 where named, else *heuristic*.
"""

from typing import Final

import numpy as np

from devices.arrays import Floats
from devices.physiology.bounds import within

FEVER_HR_BPM_C: Final = 9.0  # clinical reference 8.9: 8 to 10 per °C
FEVER_RR_BPM_C: Final = 2.5  # clinical reference 8.9: 2 to 3 per °C
HYPOXIC_HR_BPM_PERCENT: Final = 1.0  # heuristic: per % of ``lack_of_oxygen``
CO2_DRIVE_L_MIN_MMHG: Final = 2.0  # clinical reference 8.4, chemoreflex
O2_DRIVE_L_MIN_PERCENT: Final = 0.7  # clinical reference 8.4, per % SaO2 below 95
RATE_SHARE: Final = 0.6  # heuristic: of a change of ventilation, by rate; the rest by tidal volume
SHOCK_RR_BPM_MMHG: Final = 0.35  # heuristic: acidosis of shock, per mmHg of MAP below 65
ALVEOLAR_GRADIENT_MMHG: Final = 3.0  # PaCO2 less EtCO2, clinical reference 8.4: 2 to 5
CIRCADIAN_C: Final = 0.3  # clinical reference 8.9
FEVER_METABOLISM_PER_C: Final = 0.07  # heuristic: CO2 production rises 7 % per °C


def mean_pressure(sbp_mmhg: Floats, dbp_mmhg: Floats) -> Floats:
    """Return mean arterial pressure, a third of the way from diastolic to systolic."""
    return dbp_mmhg + (sbp_mmhg - dbp_mmhg) / 3.0


def circadian(hour: float) -> float:
    """Return the day's rhythm of temperature in °C, highest at 18 h."""
    return CIRCADIAN_C * float(np.cos(2 * np.pi * (hour - 18.0) / 24.0))


def lack_of_oxygen(spo2: Floats, resting: Floats) -> Floats:
    """Return by how many % saturation is too low for this person: below 95, or 1 below a chronic low one."""
    return within(np.minimum(95.0, resting - 1.0) - spo2, 0.0, 30.0)


def heart_rate(
    resting_bpm: Floats, gain_bpm_mmhg: Floats, fall_mmhg: Floats, fever_c: Floats, lack: Floats, age: Floats
) -> Floats:
    """Return the heart rate that answers a fall of MAP, fever and lack of oxygen; 208 − 0.7 × age at most."""
    reflex = gain_bpm_mmhg * within(fall_mmhg, -15.0, 60.0)
    hypoxic = HYPOXIC_HR_BPM_PERCENT * lack
    return within(resting_bpm + reflex + FEVER_HR_BPM_C * fever_c + hypoxic, 35.0, 208.0 - 0.7 * age)


def breathing_rate(
    resting_bpm: Floats,
    resting_l_min: Floats,
    co2_rise_mmhg: Floats,
    lack: Floats,
    fever_c: Floats,
    map_mmhg: Floats,
) -> Floats:
    """Return the breathing rate that answers CO2, hypoxia, fever and shock; 3 to 45 /min."""
    drive = CO2_DRIVE_L_MIN_MMHG * within(co2_rise_mmhg, -3.0, 20.0)
    drive = drive + O2_DRIVE_L_MIN_PERCENT * lack
    share = np.maximum(1.0 + drive / resting_l_min, 0.1) ** RATE_SHARE
    acid = SHOCK_RR_BPM_MMHG * within(65.0 - map_mmhg, 0.0, 30.0)
    return within(resting_bpm * share + FEVER_RR_BPM_C * fever_c + acid, 3.0, 45.0)


def tidal_ratio(rate_ratio: Floats) -> Floats:
    """Return alveolar breath size relative to rest: fast breaths are shallow (*heuristic*)."""
    ratio = np.maximum(rate_ratio, 0.05)
    return np.where(ratio > 1.0, ratio**-0.6, np.minimum(ratio**-0.2, 1.4))


def perfusion(
    resting_percent: Floats, pulse_mmhg: Floats, resting_pulse_mmhg: Floats, map_mmhg: Floats
) -> Floats:
    """Return the perfusion index: it falls with pulse pressure, and fivefold in shock (*heuristic*)."""
    filling = within(pulse_mmhg / resting_pulse_mmhg, 0.0, 1.5)
    constricted = np.exp(-within(70.0 - map_mmhg, 0.0, 40.0) / 12.0)
    return within(resting_percent * filling * np.maximum(constricted, 0.1), 0.02, 20.0)
