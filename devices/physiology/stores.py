"""Oxygen and carbon dioxide in lung and blood, so that apnoea, oxygen and breathing act in time.

Oxygen: one lung, an arterial and a venous pool of blood, after Farmery and Roe (lumped form of the
clinical reference 8.4). Carbon dioxide: one store, whose tension is that of mixed venous blood, and
arterial blood between it and what ventilation clears; so apnoea first lifts arterial blood to venous
(6 mmHg) and then follows production, as measured (Kobayashi: 9.8 ± 1.9 mmHg in the first minute, then
3.4 to 4.4 a minute). Flows are per 250 mL/min of oxygen uptake; a person's size enters as ``lung_l``.
"""

from math import exp
from typing import Final

import numpy as np

from devices.arrays import Floats
from devices.physiology import gas

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
ARTERIAL_LAG_S: Final = 15.0
"""How soon arterial CO2 is where ventilation wants it (*heuristic*: lung and arterial blood)."""


class Stores:
    """The gases of N patients: ``paco2`` (mmHg) and arterial ``saturation`` (0 to 1), ``[N]``."""

    def __init__(self, paco2_mmhg: Floats, shunt: Floats, lung_l: Floats) -> None:
        self.paco2 = paco2_mmhg.copy()
        self.lung_l = lung_l
        self._co2 = paco2_mmhg + GRADIENT_MMHG
        self._alveolar = gas.alveolar(np.full_like(paco2_mmhg, gas.AIR), paco2_mmhg)
        end_capillary = gas.content_at(self._alveolar)
        extracted = UPTAKE_ML_MIN / FLOW_L_MIN
        self._arterial = end_capillary - shunt / (1.0 - shunt) * extracted
        self._venous = self._arterial - extracted
        self.short_ml_min = np.zeros_like(paco2_mmhg)
        self.used_ml_min = np.full_like(paco2_mmhg, UPTAKE_ML_MIN)
        """Oxygen that tissue wanted and blood did not bring, and what it used, mL/min."""

    def begin(self, patient: int, fio2: float, shunt: float) -> None:
        """Let somebody have breathed ``fio2`` with ``shunt`` for long."""
        alveolar = gas.alveolar(np.array([fio2]), self.paco2[[patient]])
        extracted = UPTAKE_ML_MIN / FLOW_L_MIN
        self._alveolar[patient] = alveolar[0]
        self._arterial[patient] = gas.content_at(alveolar)[0] - shunt / (1.0 - shunt) * extracted
        self._venous[patient] = self._arterial[patient] - extracted

    @property
    def saturation(self) -> Floats:
        """Arterial saturation, 0 to 1."""
        return gas.saturation_at(self._arterial)

    def advance(
        self,
        dt_s: float,
        ventilation_l_min: Floats,
        fio2: Floats,
        shunt: Floats,
        metabolism: Floats,
        flow: Floats | float = 1.0,
        haemoglobin: Floats | float = 1.0,
    ) -> None:
        """Let ``dt_s`` (at most a second) pass; metabolism, flow and haemoglobin are 1 at rest.

        Contents are those that this blood would have with the haemoglobin of rest, so less of it is
        as more oxygen used. Uptake is bounded by what venous blood still brings; ``short_ml`` counts
        what was wanted beyond.
        """
        self._carbon_dioxide(dt_s, ventilation_l_min, metabolism)
        minutes = dt_s / 60.0
        flow_l_min = FLOW_L_MIN * flow
        rise = (1.0 - shunt) * (gas.content_at(self._alveolar) - self._venous)
        inspired = fio2 * (gas.BAROMETER_MMHG - gas.WATER_MMHG)
        arriving = self._venous + rise
        # Implicit in what leaves the lung by breath, so that no step overshoots.
        taken = gas.CO2_CONSTANT * flow_l_min * haemoglobin * rise
        drawn = (ventilation_l_min * inspired - taken) * minutes / self.lung_l
        self._alveolar = (self._alveolar + drawn) / (1.0 + ventilation_l_min * minutes / self.lung_l)
        np.maximum(self._alveolar, 1.0, out=self._alveolar)
        used = UPTAKE_ML_MIN * metabolism / haemoglobin
        venous = self._venous + (flow_l_min * (self._arterial - self._venous) - used) * (minutes / VENOUS_L)
        self._venous = np.maximum(venous, LEAST_CONTENT_ML_L)
        self.short_ml_min = (self._venous - venous) * (VENOUS_L / minutes) * haemoglobin
        self.used_ml_min = used * haemoglobin - self.short_ml_min
        keep = np.exp(flow_l_min * (-minutes / ARTERIAL_L))
        self._arterial = arriving + (self._arterial - arriving) * keep
        np.maximum(self._arterial, LEAST_CONTENT_ML_L, out=self._arterial)

    def _carbon_dioxide(self, dt_s: float, ventilation_l_min: Floats, metabolism: Floats) -> None:
        cleared = ventilation_l_min / gas.CO2_CONSTANT
        share = CLEARED_ML_MIN_MMHG / (CLEARED_ML_MIN_MMHG + cleared)
        # Production and clearance are straight in the store's tension: one exact step.
        rate = gas.CO2_CONSTANT * CLEARED_ML_MIN_MMHG * (1.0 - share) / gas.CO2_STORE_L
        made = gas.CO2_CONSTANT * gas.CO2_PRODUCED_ML_MIN * metabolism / gas.CO2_STORE_L
        x = np.maximum(rate * (dt_s / 60.0), 1e-12)
        self._co2 = self._co2 + (made - rate * self._co2) * (dt_s / 60.0) * (-np.expm1(-x) / x)
        lift = self._co2 * share - self.paco2
        self.paco2 = self.paco2 + lift * (1.0 - exp(-dt_s / ARTERIAL_LAG_S))


def lung_of(weight_kg: float, height_cm: float) -> float:
    """Return the effective lung volume (L) per 250 mL/min of uptake: smaller in obesity (*heuristic*).

    Set so that the pre-oxygenated obese reach 90 % in about 200 s (Berthoud 1991: 196 ± 80 s).
    """
    index = weight_kg / (height_cm / 100.0) ** 2
    return LUNG_L / (1.0 + 0.1 * max(0.0, index - 25.0))
