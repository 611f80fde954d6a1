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
CO2_POWER: Final = 4.3  # Bouillon 2003, clinical reference 8.6: (Pe/P0)^F
MOST_CO2_DRIVE: Final = 6.0  # heuristic
CO2_DRIVE_LAG_S: Final = 65.0  # Bouillon 2003: ke0 0.92 /min
O2_DRIVE_L_MIN_PERCENT: Final = 0.7  # clinical reference 8.4, per % SaO2 below 95
FASTER, SLOWER = 0.6, 1.4  # of ventilation, by rate: heuristic, down set by clinical reference 7.5
DEEPER: Final = 1.0 / SLOWER - 1.0  # so that slow breaths are as deep as ventilation leaves them
APNOEA: Final = 0.1  # clinical reference 8.6: no breath below this share of resting ventilation
SHOCK_RR_BPM_MMHG: Final = 0.35  # heuristic: acidosis of shock, per mmHg of MAP below 65
EMPTY_RR_BPM: Final = 25.0  # heuristic, fitted to the ATLS classes (7.1): per lost share of stroke volume
LOST_RR_BPM, LOST_FROM = 42.0, 0.08  # heuristic, likewise: per share of blood lost beyond the second
ALVEOLAR_GRADIENT_MMHG: Final = 3.0  # PaCO2 less EtCO2, clinical reference 8.4: 2 to 5
CIRCADIAN_C: Final = 0.3  # clinical reference 8.9
FEVER_METABOLISM_PER_C: Final = 0.07  # heuristic: metabolism rises 7 % per °C


def mean_pressure(sbp_mmhg: Floats, dbp_mmhg: Floats) -> Floats:
    """Return mean arterial pressure, a third of the way from diastolic to systolic."""
    return dbp_mmhg + (sbp_mmhg - dbp_mmhg) / 3.0


def circadian(hour: float) -> float:
    """Return the day's rhythm of temperature in °C, highest at 18 h."""
    return CIRCADIAN_C * float(np.cos(2 * np.pi * (hour - 18.0) / 24.0))


def lack_of_oxygen(spo2: Floats, resting: Floats) -> Floats:
    """Return by how many % saturation is too low for this person: below 95, or 1 below a chronic low one."""
    return within(np.minimum(95.0, resting - 1.0) - spo2, 0.0, 30.0)


def heart_rate(reflex_bpm: Floats, fever_c: Floats, lack: Floats, most_bpm: Floats) -> Floats:
    """Return the heart rate of baroreflex, fever and lack of oxygen together."""
    return within(reflex_bpm + FEVER_HR_BPM_C * fever_c + HYPOXIC_HR_BPM_PERCENT * lack, 35.0, most_bpm)


def ventilation(co2_ratio: Floats, lack: Floats, resting_l_min: Floats, drive: Floats) -> Floats:
    """Return how much a person would breathe, relative to rest.

    ``co2_ratio`` is the CO2 tension where it is felt over the resting one, ``drive`` what drugs leave.
    """
    felt = np.minimum(np.maximum(co2_ratio, 0.1) ** CO2_POWER, MOST_CO2_DRIVE)
    return np.asarray(drive * (felt + O2_DRIVE_L_MIN_PERCENT * lack / resting_l_min))


def breathing_rate(
    resting_bpm: Floats, wanted: Floats, fever_c: Floats, distress_bpm: Floats, drive: Floats
) -> Floats:
    """Return the breathing rate for a ventilation ``wanted`` (1 at rest), fever and distress; 0 to 45."""
    share = wanted ** np.where(wanted < 1.0, SLOWER, FASTER)
    more = FEVER_RR_BPM_C * fever_c + distress_bpm
    rate = within(resting_bpm * share + drive * more, 3.0, 45.0)
    return np.where(wanted < APNOEA, 0.0, rate)


def distress(map_mmhg: Floats, stroke_ratio: Floats, lost: Floats) -> Floats:
    """Return by how many /min shock, a falling stroke volume and lost blood quicken breathing."""
    shock = SHOCK_RR_BPM_MMHG * within(65.0 - map_mmhg, 0.0, 30.0)
    shock += LOST_RR_BPM * np.maximum(lost - LOST_FROM, 0.0)
    return np.asarray(shock + EMPTY_RR_BPM * np.maximum(1.0 - stroke_ratio, 0.0))


def tidal_ratio(rate_ratio: Floats) -> Floats:
    """Return alveolar breath size relative to rest.

    Fast breaths are shallow (*heuristic*), slow ones deep: the saturations that the clinical reference
    7.5 gives for 8, 6 and 4 breaths a minute need as much air. (Its 8.6, rate by a power of 0.8 of
    ventilation and depth 0.2, would let a patient at 6 a minute suffocate, which oxygen uptake forbids.)
    """
    return np.asarray(np.maximum(rate_ratio, 1e-3) ** np.where(rate_ratio > 1.0, -0.6, DEEPER))


def perfusion(
    resting_percent: Floats, pulse_mmhg: Floats, resting_pulse_mmhg: Floats, map_mmhg: Floats
) -> Floats:
    """Return the perfusion index: it falls with pulse pressure, and fivefold in shock (*heuristic*)."""
    filling = within(pulse_mmhg / resting_pulse_mmhg, 0.0, 1.5)
    constricted = np.exp(-within(70.0 - map_mmhg, 0.0, 40.0) / 12.0)
    return within(resting_percent * filling * np.maximum(constricted, 0.1), 0.02, 20.0)
