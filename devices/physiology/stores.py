"""Oxygen and carbon dioxide in lung and blood, so that apnoea, oxygen and breathing act in time.

Oxygen: one lung, an arterial and a venous pool of blood, after Farmery and Roe (lumped form of the
clinical reference 8.4). Carbon dioxide: one store, whose tension is that of mixed venous blood, and
arterial blood between it and what ventilation clears; so apnoea first lifts arterial blood to venous
(6 mmHg) and then follows production, as measured (Kobayashi: 9.8 ± 1.9 mmHg in the first minute, then
3.4 to 4.4 a minute). Flows are per 250 mL/min of oxygen uptake; a person's size enters as ``lung_l``.
"""

import math
from typing import Final

import numpy as np

from devices.arrays import Floats, Ints
from devices.kernels import kernel
from devices.physiology import gas, lags
from devices.physiology import rows as r

UPTAKE_ML_MIN: Final = 250.0
FLOW_L_MIN: Final = 5.0
ARTERIAL_L, VENOUS_L = 1.25, 3.75
"""Pools of the clinical reference 8.4."""
LUNG_L: Final = 3.0
"""Effective oxygen volume of lung at rest: 2.5 L and the fifth that reference 8.4 found missing."""
GRADIENT_MMHG: Final = 6.0
"""Mixed venous less arterial CO2 tension at rest."""
CLEARED_ML_MIN_MMHG: Final = gas.CO2_PRODUCED_ML_MIN / GRADIENT_MMHG
LEAST_CONTENT_ML_L: Final = 1.0
LEAST_TENSION_MMHG: Final = 1.0
INSPIRED_MMHG: Final = gas.BAROMETER_MMHG - gas.WATER_MMHG
_2ND, _3RD, _4TH, _5TH, _6TH = (1.0 / math.factorial(n) for n in range(2, 7))
EXTRACTED_ML_L: Final = UPTAKE_ML_MIN / FLOW_L_MIN
STANDING: Final = 0.1
"""Of the flow at rest: with less, blood stands, and arterial blood too gives its oxygen to the tissue that it
stands in (*heuristic*; 7.10 has 60 % a minute after the heart has stopped)."""
ARTERIAL_SHARE: Final = ARTERIAL_L / (ARTERIAL_L + VENOUS_L)


@kernel
def kept_on_the_way(x: float) -> float:
    """Return ``(1 - exp(-x)) / x``: the share of what comes in a step of ``x`` time constants that stays.

    Its series, to the last bit for all that a second brings of carbon dioxide (``x`` up to 0.011), in a
    quarter of the time of ``expm1``.
    """
    return 1.0 - x * (_2ND - x * (_3RD - x * (_4TH - x * (_5TH - x * _6TH))))


@kernel
def carbon_dioxide(i: int, s: Floats, kept: Floats, ventilation_l_min: float, metabolism: float) -> None:
    """Let carbon dioxide of patient ``i`` be made and breathed out."""
    minutes = float(kept[lags.MINUTES])
    store, arterial = float(s[r.CO2, i]), float(s[r.PACO2, i])
    share = CLEARED_ML_MIN_MMHG / (CLEARED_ML_MIN_MMHG + ventilation_l_min / gas.CO2_CONSTANT)
    # Production and clearance are straight in the store's tension: one exact step.
    rate = gas.CO2_CONSTANT * CLEARED_ML_MIN_MMHG * (1.0 - share) / gas.CO2_STORE_L
    made = gas.CO2_CONSTANT * gas.CO2_PRODUCED_ML_MIN * metabolism / gas.CO2_STORE_L
    store += (made - rate * store) * minutes * kept_on_the_way(rate * minutes)
    s[r.CO2, i] = store
    s[r.PACO2, i] = arterial + (store * share - arterial) * (1.0 - float(kept[lags.ARTERIAL_CO2]))


@kernel
def oxygen(
    i: int, s: Floats, kept: Floats, contents: Floats, ventilation_l_min: float, metabolism: float
) -> None:
    """Let oxygen of patient ``i`` come and be used; metabolism, flow and haemoglobin are 1 at rest.

    Contents are those that this blood would have with the haemoglobin of rest, so less of it is
    as more oxygen used. Uptake is bounded by what venous blood still brings, and arterial blood that
    stands; ``short_ml`` counts what was wanted beyond.
    """
    minutes, lung = float(kept[lags.MINUTES]), float(s[r.LUNG, i])
    alveolar, venous, arterial = float(s[r.ALVEOLAR, i]), float(s[r.VENOUS, i]), float(s[r.ARTERIAL, i])
    haemoglobin = float(s[r.HAEMOGLOBIN, i]) / float(s[r.REST_HAEMOGLOBIN, i])
    place = gas.cell(alveolar, contents, int(s[r.ALVEOLAR_CELL, i]))
    s[r.ALVEOLAR_CELL, i] = place
    flow_l_min = FLOW_L_MIN * float(s[r.FLOW, i])
    rise = (1.0 - float(s[r.SHUNT, i])) * (gas.height(alveolar, contents, place) - venous)
    # Implicit in what leaves the lung by breath, so that no step overshoots.
    taken = gas.CO2_CONSTANT * flow_l_min * haemoglobin * rise
    drawn = (ventilation_l_min * (float(s[r.FIO2, i]) * INSPIRED_MMHG) - taken) * minutes / lung
    alveolar = (alveolar + drawn) / (1.0 + ventilation_l_min * minutes / lung)
    s[r.ALVEOLAR, i] = max(alveolar, LEAST_TENSION_MMHG)
    used = UPTAKE_ML_MIN * metabolism / haemoglobin
    arriving = venous + rise
    keep = math.exp(flow_l_min * (-minutes / ARTERIAL_L))
    flowing, short, standing = arriving + (arterial - arriving) * keep, 0.0, 0.0
    if flow_l_min < STANDING * FLOW_L_MIN:
        standing = used * ARTERIAL_SHARE * (1.0 - max(flow_l_min, 0.0) / (STANDING * FLOW_L_MIN))
        flowing -= standing * (minutes / ARTERIAL_L)
        short = max(LEAST_CONTENT_ML_L - flowing, 0.0) * (ARTERIAL_L / minutes) * haemoglobin
    s[r.ARTERIAL, i] = max(flowing, LEAST_CONTENT_ML_L)
    left = venous + (flow_l_min * (arterial - venous) - (used - standing)) * (minutes / VENOUS_L)
    held = max(left, LEAST_CONTENT_ML_L)
    short += (held - left) * (VENOUS_L / minutes) * haemoglobin
    s[r.VENOUS, i], s[r.SHORT, i], s[r.USED, i] = held, short, used * haemoglobin - short


@kernel
def saturation(i: int, s: Floats, saturations: Floats) -> float:
    """Return the arterial saturation (0 to 1) of patient ``i``."""
    arterial = float(s[r.ARTERIAL, i])
    place = gas.cell(arterial, saturations, int(s[r.ARTERIAL_CELL, i]))
    s[r.ARTERIAL_CELL, i] = place
    return gas.height(arterial, saturations, place)


class Stores:
    """The gases of N patients: ``paco2`` (mmHg) and arterial ``saturation`` (0 to 1), ``[N]``.

    All are rows of ``state``, which says what is their own CO2 and shunt; they have breathed air for long.
    """

    def __init__(self, state: Floats, lung_l: Floats) -> None:
        self._state = state
        self.paco2, self.lung_l = state[r.PACO2], state[r.LUNG]
        self.lung_l[:] = self._own_lung_l = lung_l
        state[r.CO2] = self.paco2 + GRADIENT_MMHG
        self.short_ml_min, self.used_ml_min = state[r.SHORT], state[r.USED]
        """Oxygen that tissue wanted and blood did not bring, and what it used, mL/min."""
        self.used_ml_min[:] = UPTAKE_ML_MIN
        self._rest(np.arange(state.shape[1]), np.full(state.shape[1], gas.AIR), state[r.SHUNT])

    def narrow(self, patient: int, most_l: float) -> None:
        """Let no more than so many litres of somebody's lung give oxygen; infinite is all of it."""
        self.lung_l[patient] = min(self._own_lung_l[patient], most_l)

    def begin(self, patient: int, fio2: float, shunt: float) -> None:
        """Let somebody have breathed ``fio2`` with ``shunt`` for long."""
        self._rest(np.array([patient]), np.array([fio2]), np.array([shunt]))

    def _rest(self, who: Ints, fio2: Floats, shunt: Floats) -> None:
        alveolar = gas.alveolar(fio2, self.paco2[who])
        arterial = gas.content_at(alveolar) - shunt / (1.0 - shunt) * EXTRACTED_ML_L
        self._state[r.ALVEOLAR, who], self._state[r.ARTERIAL, who] = alveolar, arterial
        self._state[r.VENOUS, who] = arterial - EXTRACTED_ML_L

    @property
    def saturation(self) -> Floats:
        """Arterial saturation, 0 to 1."""
        return gas.saturation_at(self._state[r.ARTERIAL])


def lung_of(weight_kg: float, height_cm: float) -> float:
    """Return the effective lung volume (L) per 250 mL/min of uptake: smaller in obesity (*heuristic*).

    Set so that the pre-oxygenated obese reach 90 % in about 200 s (Berthoud 1991: 196 ± 80 s).
    """
    index = weight_kg / (height_cm / 100.0) ** 2
    return LUNG_L / (1.0 + 0.1 * max(0.0, index - 25.0))
