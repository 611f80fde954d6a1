"""The day of those who are well enough for one: sleep at night, a few minutes on their feet by day.

Asleep: heart rate and pressure 10 to 20 % lower, a breath or two and a percent of saturation less
(clinical reference 3.5, 7.25). On their feet: faster and higher with how hard it is, back within minutes
(7.25: recovery 60 to 90 s). Nobody ill does either: whose pressure, oxygen or temperature is out of
their own range lies awake.
"""

from collections.abc import Sequence
from math import exp
from typing import Final

import numpy as np

from devices.arrays import Bools, Floats
from devices.person import Person
from devices.physiology.influence import Influence

DOZING_H: Final = 0.5
"""How long falling asleep and waking take (*heuristic*)."""
ASLEEP_HR, ASLEEP_PRESSURE, ASLEEP_RR_BPM, ASLEEP_SHUNT = 0.19, 0.12, 1.5, 0.025
ASLEEP_CO2, ASLEEP_FILLING = 0.05, 0.04
BUSY_HR_BPM, BUSY_SBP_MMHG, BUSY_RR_BPM, BUSY_METABOLISM = 88.0, 20.0, 9.0, 1.0
"""At the hardest activity, 1; reference 7.25 has 110 to 130 /min and 24 breaths at the physiotherapist's."""
GETTING_S: Final = 75.0
STILL: Final = 0.01
WIDE_AWAKE: Final = 0.5
FEVERISH_C, LOW_PRESSURE, LOW_PERCENT = 1.2, 0.82, 3.0
"""Beyond these from their own, nobody sleeps or walks."""


class Day:
    """What the hour does to N patients; recomputed once a minute."""

    def __init__(self, people: Sequence[Person]) -> None:
        n = len(people)
        nights = [(i, *p.asleep) for i, p in enumerate(people) if p.asleep]
        sleepers, self._from, self._to = np.array(nights).reshape(-1, 3).T
        self._sleepers = sleepers.astype(np.int64)
        bouts = [(i, *bout) for i, p in enumerate(people) for bout in p.bouts]
        self._bouts = np.array(bouts).reshape(-1, 4)
        self.asleep, self.wanted, self.busy = np.zeros(n), np.zeros(n), np.zeros(n)
        """How deep asleep, how busy they would be, and how busy they are, 0 to 1."""
        self._sleeping = np.zeros(0, np.int64)
        self._minute = -1
        self._nothing = not (nights or bouts)

    def due(self, hour: float) -> bool:
        """Say whether a minute has gone by."""
        return not self._nothing and int(hour * 60) != self._minute

    def advance(self, dt_s: float, resting_bpm: Floats, influence: Influence) -> None:
        """Let ``dt_s`` pass."""
        if self._nothing:
            return
        self.busy += (self.wanted - self.busy) * (1.0 - exp(-dt_s / GETTING_S))
        who = self._sleeping
        if len(who):
            deep = self.asleep[who]
            influence.act("chronotropy_bpm", who, -ASLEEP_HR * deep * resting_bpm[who])
            influence.act("set_map", who, 1.0 - ASLEEP_PRESSURE * deep)
            influence.act("drive_rr_bpm", who, -ASLEEP_RR_BPM * deep)
            influence.act("co2_set", who, 1.0 + ASLEEP_CO2 * deep)
            influence.act("preload", who, 1.0 - ASLEEP_FILLING * deep)
            influence.act("shunt", who, ASLEEP_SHUNT * deep)
        who = (self.busy > STILL).nonzero()[0]
        if len(who):
            hard = self.busy[who]
            influence.act("chronotropy_bpm", who, BUSY_HR_BPM * hard)
            influence.act("sbp_mmhg", who, BUSY_SBP_MMHG * hard)
            influence.act("set_map", who, 1.0 + 0.12 * hard)
            influence.act("drive_rr_bpm", who, BUSY_RR_BPM * hard)
            influence.act("metabolism", who, 1.0 + BUSY_METABOLISM * hard)

    def look(self, hour: float, well: Bools) -> None:
        """See who sleeps and who walks at ``hour``, of those who are ``well``."""
        self._minute = int(hour * 60)
        here = (hour - self._from) % 24.0
        left = (self._to - hour) % 24.0
        length = (self._to - self._from) % 24.0
        inside = here < length
        deep = np.minimum(np.minimum(here, left) / DOZING_H, 1.0)
        self.asleep[self._sleepers] = np.where(inside & well[self._sleepers], deep, 0.0)
        self._sleeping = self.asleep.nonzero()[0]
        self.wanted[:] = 0.0
        going = (hour >= self._bouts[:, 1]) & (hour < self._bouts[:, 1] + self._bouts[:, 2] / 60.0)
        for i, _, _, hard in self._bouts[going].tolist():
            if well[int(i)] and not self.asleep[int(i)]:
                self.wanted[int(i)] = hard
