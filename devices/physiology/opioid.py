"""Fentanyl and naloxone: how much is where, and what it leaves of the drive to breathe.

Fentanyl: three compartments and an effect site (Algera 2020, as in the FDA's opioid model; clinical
reference 8.6). Drive: the fractional Hill curve of Bouillon 2003 with fentanyl's C50 of 1.2 ng/mL
(Glass). Naloxone: the reference's simple version, C50 rising with its concentration.
"""

from typing import Final

import numpy as np

from devices.arrays import Floats, Ints

CENTRAL_L: Final = 10.5
K10, K12, K13, K21, K31, KE0 = 0.002, 0.0032, 0.0036, 0.0023, 0.00023, 0.001774  # /s
_RATES: Final = np.array([
    [-(K10 + K12 + K13), K21, K31, 0.0],
    [K12, -K21, 0.0, 0.0],
    [K13, 0.0, -K31, 0.0],
    [KE0 / CENTRAL_L, 0.0, 0.0, -KE0],
])  # fmt: skip
C50_NG_ML: Final = 1.2
HILL: Final = 1.25
NALOXONE_L: Final = 130.0
NALOXONE_ONSET_S, NALOXONE_HALF_S = 40.0, 45 * 60.0
NALOXONE_NG_ML: Final = 0.5
"""Doubles C50."""


def transition(rates: Floats, dt_s: float) -> Floats:
    """Return what ``dt_s`` makes of a state that changes at constant ``rates`` (scaling and squaring)."""
    halvings = 8
    step = rates * (dt_s / 2**halvings)
    eye = np.eye(len(rates))
    out = eye + step @ (eye + step @ (eye + step / 3.0) / 2.0)
    for _ in range(halvings):
        out = out @ out
    return np.asarray(out)


class Opioid:
    """Drugs in N patients."""

    def __init__(self, n: int) -> None:
        self._drug = np.zeros((4, n))  # µg in three compartments, ng/mL at the effect site
        self._naloxone = np.zeros((3, n))  # ng/mL given, on its way, and there
        self._present = False
        self._steps: dict[float, Floats] = {}
        self.drive = np.ones(n)
        """What is left of the drive to breathe, 0 to 1."""

    def fentanyl(self, patient: int, micrograms: float) -> None:
        """Give a bolus into the blood."""
        self._drug[0, patient] += micrograms
        self._present = True

    def infuse(self, patients: Ints, micrograms: Floats) -> None:
        """Let amounts of fentanyl ``[n]`` into the blood of ``patients``."""
        self._drug[0, patients] += micrograms
        self._present = True

    def naloxone(self, patient: int, milligrams: float) -> None:
        """Give a bolus into the blood."""
        self._naloxone[0, patient] += 1000.0 * milligrams / NALOXONE_L
        self._present = True

    @property
    def plasma_ng_ml(self) -> Floats:
        """Fentanyl in plasma."""
        return np.asarray(self._drug[0] / CENTRAL_L)

    @property
    def effect_ng_ml(self) -> Floats:
        """Fentanyl where it acts."""
        effect: Floats = self._drug[3]
        return effect

    def advance(self, dt_s: float) -> None:
        """Let ``dt_s`` pass."""
        if not self._present:
            return
        step = self._steps.get(dt_s)
        if step is None:
            step = self._steps[dt_s] = transition(_RATES, dt_s)
        old = self._drug
        # Sums written out: a matrix product may add in another order for another number of beds.
        self._drug = np.stack([
            row[0] * old[0] + row[1] * old[1] + row[2] * old[2] + row[3] * old[3] for row in step
        ])  # fmt: skip
        given, coming, there = self._naloxone
        leaving = given * (1.0 - 0.5 ** (dt_s / NALOXONE_ONSET_S))
        moved = coming * (1.0 - 0.5 ** (dt_s / NALOXONE_ONSET_S))
        self._naloxone = np.stack([
            given - leaving, coming + leaving - moved, there * 0.5 ** (dt_s / NALOXONE_HALF_S) + moved
        ])  # fmt: skip
        half = C50_NG_ML * (1.0 + self._naloxone[2] / NALOXONE_NG_ML)
        self.drive = 1.0 / (1.0 + (np.maximum(self.effect_ng_ml, 0.0) / half) ** HILL)
