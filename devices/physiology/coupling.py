"""What the body does of itself with what a script leaves to it.

Kernels of one patient's numbers; deviations are from the person's own baseline. Coefficients are
teaching defaults of the clinical reference 3.5, 8.3, 8.4 and 8.9 where named, else *heuristic*.
"""

import math
from typing import Final, TypeVar

from devices.arrays import Floats
from devices.kernels import kernel
from devices.physiology import bounds

FEVER_HR_BPM_C: Final = 9.0  # clinical reference 8.9: 8 to 10 per °C
FEVER_RR_BPM_C: Final = 2.5  # clinical reference 8.9: 2 to 3 per °C
HYPOXIC_HR_BPM_PERCENT: Final = 1.0  # heuristic: per % of ``lack_of_oxygen``
CO2_POWER: Final = 4.3  # Bouillon 2003, clinical reference 8.6: (Pe/P0)^F
MOST_CO2_DRIVE: Final = 6.0  # heuristic
O2_DRIVE_L_MIN_PERCENT: Final = 0.7  # clinical reference 8.4, per % SaO2 below 95
FASTER, SLOWER = 0.6, 1.4  # of ventilation, by rate: heuristic, down set by clinical reference 7.5
DEEPER: Final = 1.0 / SLOWER - 1.0  # so that slow breaths are as deep as ventilation leaves them
SHALLOWER: Final = -0.6  # of breaths, by a rate above that of rest: heuristic
APNOEA: Final = 0.1  # clinical reference 8.6: no breath below this share of resting ventilation
SHOCK_MMHG: Final = 70.0  # heuristic: below this MAP skin gets less
SHOCK_RR_BPM_MMHG: Final = 0.35  # heuristic: acidosis of shock, per mmHg of MAP below 65
EMPTY_RR_BPM: Final = 25.0  # heuristic, fitted to the ATLS classes (7.1): per lost share of stroke volume
LOST_RR_BPM, LOST_FROM = 42.0, 0.08  # heuristic, likewise: per share of blood lost beyond the second
ALVEOLAR_GRADIENT_MMHG: Final = 3.0  # PaCO2 less EtCO2, clinical reference 8.4: 2 to 5
CIRCADIAN_C: Final = 0.3  # clinical reference 8.9
FEVER_METABOLISM_PER_C: Final = 0.07  # heuristic: metabolism rises 7 % per °C
LEAST_TIDAL_RATIO: Final = 1e-3  # of rates, below which breaths are not reckoned deeper
MOST_LACK_PERCENT: Final = 30.0

_Each = TypeVar("_Each", float, Floats)


@kernel
def mean_pressure(sbp_mmhg: _Each, dbp_mmhg: _Each) -> _Each:
    """Return mean arterial pressure, a third of the way from diastolic to systolic."""
    return dbp_mmhg + (sbp_mmhg - dbp_mmhg) / 3.0


def circadian(hour: float) -> float:
    """Return the day's rhythm of temperature in °C, highest at 18 h."""
    return CIRCADIAN_C * math.cos(2 * math.pi * (hour - 18.0) / 24.0)


@kernel
def lack_of_oxygen(spo2: float, resting: float) -> float:
    """Return by how many % saturation is too low for this person: below 95, or 1 below a chronic low one."""
    return bounds.held(min(95.0, resting - 1.0) - spo2, 0.0, MOST_LACK_PERCENT)


def most_bpm(age: float) -> float:
    """Return the highest heart rate at an age in years (reference 3.5)."""
    return 208.0 - 0.7 * age


@kernel
def heart_rate(reflex_bpm: float, fever_c: float, lack: float, most_bpm: float) -> float:
    """Return the heart rate of baroreflex, fever and lack of oxygen together.

    Fever and lack add no more than to ``most_bpm``; what drugs do is in the reflex already.
    """
    wanted = reflex_bpm + FEVER_HR_BPM_C * fever_c + HYPOXIC_HR_BPM_PERCENT * lack
    return bounds.held(wanted, 35.0, max(reflex_bpm, most_bpm))


@kernel
def raised(base: float, power: float) -> float:
    """Return ``base ** power`` of a base above 0, within a bit or two: in machine code twice as fast."""
    return math.exp(power * math.log(base))


@kernel
def ventilation(co2_ratio: float, lack: float, resting_l_min: float, drive: float) -> float:
    """Return how much a person would breathe, relative to rest.

    ``co2_ratio`` is the CO2 tension where it is felt over the resting one, ``drive`` what drugs leave.
    """
    felt = min(raised(max(co2_ratio, 0.1), CO2_POWER), MOST_CO2_DRIVE)
    return drive * (felt + O2_DRIVE_L_MIN_PERCENT * lack / resting_l_min)


@kernel
def breathing_rate(
    resting_bpm: float, wanted: float, fever_c: float, distress_bpm: float, drive: float
) -> float:
    """Return the breathing rate for a ventilation ``wanted`` (1 at rest), fever and distress; 0 to 45."""
    if wanted < APNOEA:
        return 0.0
    share = raised(wanted, SLOWER if wanted < 1.0 else FASTER)
    more = FEVER_RR_BPM_C * fever_c + distress_bpm
    return bounds.held(resting_bpm * share + drive * more, 3.0, 45.0)


@kernel
def distress(map_mmhg: float, stroke_ratio: float, lost: float) -> float:
    """Return by how many /min shock, a falling stroke volume and lost blood quicken breathing."""
    shock = SHOCK_RR_BPM_MMHG * bounds.held(65.0 - map_mmhg, 0.0, 30.0)
    shock += LOST_RR_BPM * max(lost - LOST_FROM, 0.0)
    return shock + EMPTY_RR_BPM * max(1.0 - stroke_ratio, 0.0)


@kernel
def tidal_ratio(rate_ratio: float) -> float:
    """Return alveolar breath size relative to rest.

    Fast breaths are shallow (*heuristic*), slow ones deep: the saturations that the clinical reference
    7.5 gives for 8, 6 and 4 breaths a minute need as much air. (Its 8.6, rate by a power of 0.8 of
    ventilation and depth 0.2, would let a patient at 6 a minute suffocate, which oxygen uptake forbids.)
    """
    return raised(max(rate_ratio, LEAST_TIDAL_RATIO), SHALLOWER if rate_ratio > 1.0 else DEEPER)


@kernel
def perfusion(resting_percent: float, pulse_mmhg: float, resting_pulse_mmhg: float, map_mmhg: float) -> float:
    """Return the perfusion index: it falls with pulse pressure, and fivefold in shock (*heuristic*)."""
    filling = bounds.held(pulse_mmhg / resting_pulse_mmhg, 0.0, 1.5)
    constricted = 1.0
    if map_mmhg < SHOCK_MMHG:
        constricted = math.exp(-min(SHOCK_MMHG - map_mmhg, 40.0) / 12.0)
    return bounds.held(resting_percent * filling * max(constricted, 0.1), 0.02, 20.0)
