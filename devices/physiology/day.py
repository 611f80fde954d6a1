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
from devices.kernels import kernel
from devices.person import Person
from devices.physiology import fields as f
from devices.physiology import rows as r
from devices.physiology.influence import Influence

DOZING_H: Final = 0.5
"""How long falling asleep and waking take (*heuristic*)."""
ASLEEP_HR, ASLEEP_PRESSURE, ASLEEP_RR_BPM, ASLEEP_SHUNT = 0.15, 0.14, 1.8, 0.025
ASLEEP_CO2, ASLEEP_FILLING, ASLEEP_RESISTANCE = 0.05, 0.08, 0.17
"""So that pressure is where the sleeping reflexes want it; where it was lower they took back half of what
sleep takes of the heart rate."""
BUSY_HR_BPM, BUSY_SBP_MMHG, BUSY_PRESSURE, BUSY_RR_BPM, BUSY_METABOLISM = 88.0, 20.0, 0.12, 9.0, 1.0
"""At the hardest activity, 1; reference 7.25 has 110 to 130 /min and 24 breaths at the physiotherapist's."""
GETTING_S: Final = 75.0
STILL, GONE = 0.01, 1e-9
"""Below the first nothing is seen of being busy, below the second nothing is left."""
WIDE_AWAKE: Final = 0.5
FEVERISH_C, LOW_PRESSURE, LOW_PERCENT = 1.2, 0.82, 3.0
"""Beyond these from their own, nobody sleeps or walks."""


@kernel
def live(s: Floats, a: Floats, keep: float) -> int:
    """Let all come nearer to how busy they would be, and their day act on them; say whether it does."""
    acting = 0
    for i in range(s.shape[1]):
        wanted, busy, deep = float(s[r.WANTED, i]), float(s[r.BUSY, i]), float(s[r.ASLEEP, i])
        if busy != wanted:
            busy = wanted + (busy - wanted) * keep
            if busy < GONE:
                busy = 0.0
            s[r.BUSY, i] = busy
        if deep > 0.0:
            acting = 1
            sleep(i, s, a, deep)
        if busy > STILL:
            acting = 1
            bustle(i, a, busy)
    return acting


@kernel
def sleep(i: int, s: Floats, a: Floats, deep: float) -> None:
    """Let patient ``i`` sleep so ``deep``."""
    a[f.CHRONOTROPY_BPM, i] -= ASLEEP_HR * deep * float(s[r.REST_HR, i])
    a[f.SET_MAP, i] *= 1.0 - ASLEEP_PRESSURE * deep
    a[f.RESISTANCE, i] *= 1.0 + ASLEEP_RESISTANCE * deep
    a[f.DRIVE_RR_BPM, i] -= ASLEEP_RR_BPM * deep
    a[f.CO2_SET, i] *= 1.0 + ASLEEP_CO2 * deep
    a[f.PRELOAD, i] *= 1.0 - ASLEEP_FILLING * deep
    a[f.SHUNT, i] = 1.0 - (1.0 - float(a[f.SHUNT, i])) * (1.0 - ASLEEP_SHUNT * deep)


@kernel
def bustle(i: int, a: Floats, busy: float) -> None:
    """Let patient ``i`` be so ``busy``."""
    a[f.CHRONOTROPY_BPM, i] += BUSY_HR_BPM * busy
    a[f.SBP_MMHG, i] += BUSY_SBP_MMHG * busy
    a[f.SET_MAP, i] *= 1.0 + BUSY_PRESSURE * busy
    a[f.DRIVE_RR_BPM, i] += BUSY_RR_BPM * busy
    a[f.METABOLISM, i] *= 1.0 + BUSY_METABOLISM * busy


class Day:
    """What the hour does to N patients, rows of ``state``; recomputed once a minute."""

    def __init__(self, people: Sequence[Person], state: Floats) -> None:
        self._state = state
        nights = [(i, *p.asleep) for i, p in enumerate(people) if p.asleep]
        sleepers, self._from, self._to = np.array(nights).reshape(-1, 3).T
        self._sleepers = sleepers.astype(np.int64)
        bouts = [(i, *bout) for i, p in enumerate(people) for bout in p.bouts]
        self._bouts = np.array(bouts).reshape(-1, 4)
        self.asleep, self.wanted, self.busy = state[r.ASLEEP : r.BUSY + 1]
        """How deep asleep, how busy they would be, and how busy they are, 0 to 1."""
        self._minute = -1
        self._nothing = not (nights or bouts)

    def due(self, hour: float) -> bool:
        """Say whether a minute has gone by."""
        return not self._nothing and int(hour * 60) != self._minute

    def advance(self, dt_s: float, influence: Influence) -> None:
        """Let ``dt_s`` pass."""
        if not self._nothing and live(self._state, influence.matrix, exp(-dt_s / GETTING_S)):
            influence.acting = True

    def look(self, hour: float, well: Bools) -> None:
        """See who sleeps and who walks at ``hour``, of those who are ``well``."""
        self._minute = int(hour * 60)
        here = (hour - self._from) % 24.0
        left = (self._to - hour) % 24.0
        length = (self._to - self._from) % 24.0
        inside = here < length
        deep = np.minimum(np.minimum(here, left) / DOZING_H, 1.0)
        self.asleep[self._sleepers] = np.where(inside & well[self._sleepers], deep, 0.0)
        self.wanted[:] = 0.0
        going = (hour >= self._bouts[:, 1]) & (hour < self._bouts[:, 1] + self._bouts[:, 2] / 60.0)
        for i, _, _, hard in self._bouts[going].tolist():
            if well[int(i)] and not self.asleep[int(i)]:
                self.wanted[int(i)] = hard
