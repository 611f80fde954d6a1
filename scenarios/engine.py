"""The script, run: simulated time in, targets and happenings out. Pure, and the same every time.

The engine keeps no state, so a session can be taken up at any moment, at any speed.
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

import numpy as np

from broker import messages as m
from devices.physiology.keys import AHEAD_S
from scenarios.cast import Patient
from scenarios.curves import Curves, Floats
from scenarios.happenings import Happening, happenings_of, plan_of
from scenarios.model import RANGES
from scenarios.script import curves_of
from scenarios.trajectories import SIGNS

LEAST_PULSE_PRESSURE_MMHG: Final = 8.0
"""A script that lets the pressures meet is held apart by this much (*heuristic*)."""


class Engine:
    """A compiled scenario for the patients of one ward; times in ms since its start."""

    def __init__(self, patients: Sequence[Patient]) -> None:
        self.patients = tuple(patients)
        drawn = [(i, curves_of(p)) for i, p in enumerate(self.patients)]
        scripted = [(sign, i, c[sign]) for sign in SIGNS for i, c in drawn if sign in c]
        self._curves = Curves.of([curve for _, _, curve in scripted])
        self._rows = {s: [r for r, (sign, _, _) in enumerate(scripted) if sign == s] for s in SIGNS}
        self._beds = {s: [i for sign, i, _ in scripted if sign == s] for s in SIGNS}
        bounds = np.array([RANGES[sign] for sign, _, _ in scripted]).reshape(-1, 2)
        self._low, self._high = bounds[:, 0], bounds[:, 1]
        self._ahead_s = np.array([AHEAD_S[sign] for sign, _, _ in scripted])
        everything = (h for i, p in enumerate(self.patients) for h in happenings_of(p, i))
        self._happenings = sorted(everything, key=lambda h: (h.at_ms, h.bed))
        self._times = [h.at_ms for h in self._happenings]

    def targets(self, at_ms: int) -> dict[str, Floats]:
        """Return ``[N]`` per scripted vital sign, NaN where the body is its own."""
        return self._spread_all(self._curves.at(at_ms / 1000))

    def aims(self, at_ms: int) -> dict[str, Floats]:
        """Return to what bodies, which follow late, must be led to be at the ``targets`` then."""
        return self._spread_all(self._curves.ahead(at_ms / 1000, self._ahead_s))

    def _spread_all(self, values: Floats) -> dict[str, Floats]:
        values = np.clip(values, self._low, self._high)
        out = {sign: self._spread(sign, values[rows]) for sign, rows in self._rows.items() if rows}
        if "dbp" in out and "sbp" in out:
            below = np.minimum(out["dbp"], np.maximum(out["sbp"] - LEAST_PULSE_PRESSURE_MMHG, 0.0))
            out["dbp"] = np.where(np.isnan(out["sbp"]), out["dbp"], below)
        return out

    def happenings(self, after_ms: int, until_ms: int) -> Sequence[Happening]:
        """Return what happens in ``after_ms < t <= until_ms``, in order."""
        return self._happenings[bisect_right(self._times, after_ms) : bisect_right(self._times, until_ms)]

    def plans(self, start_ms: int) -> list[m.Plan]:
        """Return every bed's script as the instructor sees it, the scenario starting at ``start_ms``."""
        return [plan_of(p, start_ms) for p in self.patients]

    def _spread(self, sign: str, values: Floats) -> Floats:
        out = np.full(len(self.patients), np.nan)
        out[self._beds[sign]] = values
        return out
