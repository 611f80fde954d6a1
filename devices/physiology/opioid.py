"""Fentanyl and naloxone: how much is where, and what it leaves of the drive to breathe.

Fentanyl: three compartments and an effect site (Algera 2020, as in the FDA's opioid model; clinical
reference 8.6). Drive: the fractional Hill curve of Bouillon 2003 with fentanyl's C50 of 1.2 ng/mL
(Glass). Naloxone: the reference's simple version, C50 rising with its concentration.
"""

from typing import Final

import numpy as np

from devices.arrays import Floats
from devices.kernels import kernel
from devices.physiology import rows as r

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
NALOXONE_ONSET_S, NALOXONE_HALF_S = 35.0, 45 * 60.0
NALOXONE_NG_ML: Final = 0.5
"""Doubles C50."""

WAKING: Final = 1.6
"""× deeper breaths for each share of CO2 above a person's own, while naloxone undoes an opioid: depth comes
back before rate (8.6: opioids slow the rate more than they flatten; *heuristic*, set by reference 7.23)."""


@kernel
def deepened(there_ng_ml: float, felt: float) -> float:
    """Return how much deeper somebody breathes whom naloxone wakes with too much CO2, 1 without."""
    undone = there_ng_ml / (there_ng_ml + NALOXONE_NG_ML)
    return 1.0 + WAKING * undone * max(felt - 1.0, 0.0)


def transition(rates: Floats, dt_s: float) -> Floats:
    """Return what ``dt_s`` makes of a state that changes at constant ``rates`` (scaling and squaring)."""
    halvings = 8
    step = rates * (dt_s / 2**halvings)
    eye = np.eye(len(rates))
    out = eye + step @ (eye + step @ (eye + step / 3.0) / 2.0)
    for _ in range(halvings):
        out = out @ out
    return np.asarray(out)


@kernel
def effect_of(i: int, s: Floats) -> float:
    """Return how much fentanyl acts in patient ``i``, given or let in by an illness, ng/mL."""
    return max(float(s[r.EFFECT, i]) + float(s[r.LET_EFFECT, i]), 0.0)


@kernel
def _go_on(s: Floats, i: int, first: int, step: Floats, pace: float) -> None:
    """Let what is in the compartments from row ``first`` on spread by the share ``pace`` of a ``step``."""
    blood, fast, slow = float(s[first, i]), float(s[first + 1, i]), float(s[first + 2, i])
    effect = float(s[first + 3, i])
    # Sums written out: a matrix product may add in another order for another number of beds.
    for k in range(4):
        after = (
            float(step[k, 0]) * blood
            + float(step[k, 1]) * fast
            + float(step[k, 2]) * slow
            + float(step[k, 3]) * effect
        )
        before = float(s[first + k, i])
        s[first + k, i] = after if pace == 1.0 else before + (after - before) * pace


@kernel
def spread(s: Floats, step: Floats, onset: float, clearing: float) -> None:
    """Let drugs spread by ``step`` ``[4, 4]`` and leave their mark on the drive to breathe.

    ``onset`` and ``clearing`` are the shares of naloxone that a step keeps on its way and where it acts.
    """
    for i in range(s.shape[1]):
        given, coming = float(s[r.NALOXONE, i]), float(s[r.NALOXONE_COMING, i])
        there = float(s[r.NALOXONE_THERE, i])
        drugged = float(s[r.DRUG, i]) != 0.0 or float(s[r.EFFECT, i]) != 0.0
        let = float(s[r.LET, i]) != 0.0 or float(s[r.LET_EFFECT, i]) != 0.0
        if not drugged and not let and given == 0.0 and coming == 0.0 and there == 0.0:
            continue
        if drugged:
            _go_on(s, i, r.DRUG, step, 1.0)
        if let:  # an illness played faster or slower is the same, and so is one that stands
            pace = float(s[r.LET_PACE, i])
            whole = int(pace)
            for _ in range(whole):
                _go_on(s, i, r.LET, step, 1.0)
            if pace > whole:
                _go_on(s, i, r.LET, step, pace - whole)
        leaving, moved = given * (1.0 - onset), coming * (1.0 - onset)
        there = there * clearing + moved
        s[r.NALOXONE, i], s[r.NALOXONE_COMING, i] = given - leaving, coming + leaving - moved
        s[r.NALOXONE_THERE, i] = there
        half = C50_NG_ML * (1.0 + there / NALOXONE_NG_ML)
        s[r.DRIVE, i] = 1.0 / (1.0 + (effect_of(i, s) / half) ** HILL)


class Opioid:
    """Drugs in N patients; the arrays are rows of ``state``."""

    def __init__(self, state: Floats) -> None:
        self._state = state
        self._present = False
        self._steps: dict[float, tuple[Floats, float, float]] = {}
        self.drive = state[r.DRIVE]
        """What is left of the drive to breathe, 0 to 1."""
        self.drive[:] = 1.0

    def fentanyl(self, patient: int, micrograms: float) -> None:
        """Give a bolus into the blood."""
        self._state[r.DRUG, patient] += micrograms
        self._present = True

    def notice(self) -> None:
        """Take note that an illness let a drug into somebody's blood."""
        self._present = True

    def naloxone(self, patient: int, milligrams: float) -> None:
        """Give a bolus into the blood."""
        self._state[r.NALOXONE, patient] += 1000.0 * milligrams / NALOXONE_L
        self._present = True

    @property
    def plasma_ng_ml(self) -> Floats:
        """Fentanyl in plasma."""
        return np.asarray((self._state[r.DRUG] + self._state[r.LET]) / CENTRAL_L)

    @property
    def effect_ng_ml(self) -> Floats:
        """Fentanyl where it acts."""
        effect: Floats = self._state[r.EFFECT] + self._state[r.LET_EFFECT]
        return effect

    def advance(self, dt_s: float) -> None:
        """Let ``dt_s`` pass."""
        if not self._present:
            return
        known = self._steps.get(dt_s)
        if known is None:
            onset, clearing = 0.5 ** (dt_s / NALOXONE_ONSET_S), 0.5 ** (dt_s / NALOXONE_HALF_S)
            known = self._steps[dt_s] = (transition(_RATES, dt_s), onset, clearing)
        spread(self._state, *known)
