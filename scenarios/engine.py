"""The script, run: simulated time in, targets and happenings out. Pure, and the same every time.

The engine keeps no state, so a session can be taken up at any moment, at any speed.
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

import numpy as np

from broker import messages as m
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
        self._beds: dict[str, list[int]] = {}
        self._curves: dict[str, Curves] = {}
        for sign in SIGNS:
            own = [(i, c[sign]) for i, c in drawn if sign in c]
            if own:
                self._beds[sign] = [i for i, _ in own]
                self._curves[sign] = Curves.of([c for _, c in own])
        everything = (h for i, p in enumerate(self.patients) for h in happenings_of(p, i))
        self._happenings = sorted(everything, key=lambda h: (h.at_ms, h.bed))
        self._times = [h.at_ms for h in self._happenings]

    def targets(self, at_ms: int) -> dict[str, Floats]:
        """Return ``[N]`` per scripted vital sign, NaN where the body is its own."""
        out = {sign: self._target(sign, at_ms / 1000) for sign in self._curves}
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

    def _target(self, sign: str, t_s: float) -> Floats:
        out = np.full(len(self.patients), np.nan)
        out[self._beds[sign]] = np.clip(self._curves[sign].at(t_s), *RANGES[sign])
        return out
