"""The ECG from beats: P paced by the rate, QRS at its own width, ST and T for QT = 0.39 √RR.

A person's beat of a kind, at a rate, is one short table per lead, made when first needed. It stands in
``PHASES`` positions between two samples, so that drawing is one look-up: where a sample lies in the tables is
computed once per block, whatever leads are wanted, and each lead reads its own table there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from devices.arrays import Floats, Ints, Raw
from devices.signals import conditions, dipole
from devices.signals import kinds as k
from devices.signals.events import Window
from devices.signals.leads import VECTORS
from devices.signals.segments import beside, shown
from vitals.catalogue import WAVEFORMS

KEY: Final = "ecg_ii"
HZ: Final = WAVEFORMS[KEY].hz
MV: Final = WAVEFORMS[KEY].scale
BEFORE_S, AFTER_S = 0.24, 0.56
"""A beat at 60 /min reaches so far before and after its R peak."""
LATEST_END_S: Final = 0.86
"""And so far at the slowest rate that stretches it."""
QRS_S: Final = 0.095
QT_S: Final = 0.39
"""At 60 /min; else times √RR (reference 8.1)."""
SEEN_T_S: Final = 0.346
"""At 60 /min the T wave has gone by then."""
LEAST_P: Final = 0.25
"""To this share a P wave is squeezed when it would begin on the T wave before it (*heuristic*)."""
LEAST_T: Final = 0.25
LONGEST_S: Final = 10
"""No block is longer."""
PHASES: Final = 8
SLOWEST, FASTEST = 1.4, 0.45
STEP: Final = 0.03
"""√RR (√s) is told apart in steps of this share, from ``FASTEST`` on: QT within 1.5 %."""
PACES: Final = round(float(np.log(SLOWEST / FASTEST)) / STEP) + 1
MOST_TABLES: Final = 40_000
"""With more the tables are made anew as needed: 175 MB for one lead."""


class Bank:
    """Every bed's own beats in raw steps, at ``hz`` samples a second."""

    def __init__(self, rngs: Sequence[np.random.Generator], hz: int = HZ) -> None:
        self.hz = hz
        self._looks = [dipole.draw(g) for g in rngs]
        self._conditions = [conditions.Condition()] * len(rngs)
        self._before = round(BEFORE_S * hz)
        self._length = self._before + round(LATEST_END_S * hz)
        self._pause = hz * LONGEST_S
        self._waves: dict[tuple[int, int, str], Raw] = {}
        self._forget()

    def _forget(self) -> None:
        self._number: Ints = np.zeros(0, np.int64)
        self._made: list[tuple[int, int, int]] = []
        self._tables: dict[str, Raw] = {}
        self._reach = np.zeros((2, 64))

    def condition(self, bed: int) -> conditions.Condition:
        """Return what bends a bed's ECG."""
        return self._conditions[bed]

    def bend(self, bed: int, condition: conditions.Condition) -> None:
        """Let ``condition`` bend a bed's ECG from the next block on."""
        if condition != self._conditions[bed]:
            self._conditions[bed] = condition
            if self._number.size:
                self._number.reshape(len(self._looks), -1)[bed] = -1
            self._waves = {key: w for key, w in self._waves.items() if key[0] != bed}

    def draw(self, window: Window, start_s: float, length_s: int, leads: Sequence[str]) -> dict[str, Raw]:
        """Return clean raw samples ``[N, hz × length_s]`` of independent ``leads`` from ``start_s`` on."""
        r = (np.ascontiguousarray(window.times.T) - start_s) * self.hz
        number = self._numbers(beside(window, "kind"), beside(window, "root"))
        samples = self.hz * length_s
        before, j = self._reach
        begins = r - before.take(number)
        # A beat begins at the earliest when the QRS before it ends, and cuts off its T wave.
        np.maximum(begins[:, 1:], (r + j.take(number))[:, :-1], out=begins[:, 1:])
        show = shown(begins, samples)
        exact = show.take(r) + 0.5 / PHASES
        whole = np.floor(exact)
        phase = ((exact - whole) * PHASES).astype(np.int64)
        offsets = np.zeros((show.at.size, 2), np.int64)  # from the second of each on there is nothing
        offsets[:, 0] = (number.reshape(-1).take(show.at) * PHASES + phase) * self._length
        offsets[:, 0] += (self._before + self._pause - whole).astype(np.int64)
        tiling = show.tile(whole + (self._length - self._before))
        place = offsets.reshape(-1).repeat(tiling.parts.reshape(-1)).reshape(-1, samples)
        place += _numbers(samples)
        # None lies outside, and ``clip`` does not look for it.
        return {lead: self._table(lead).take(place, mode="clip") for lead in leads}

    # --- tables ------------------------------------------------------------------------------------

    def _numbers(self, kind: Floats, root: Floats) -> Ints:
        """Return which beat of the tables each is, ``[N, w]``."""
        pace = np.rint(np.log(root * (1.0 / FASTEST)) * (1.0 / STEP))
        if not self._number.size:  # not before something is drawn: it is large
            self._number = np.full(len(self._looks) * k.KINDS * PACES, -1)
        first = np.arange(0, kind.shape[0] * k.KINDS, k.KINDS)[:, None]
        key = ((kind + first) * PACES + pace).astype(np.int64)
        number = self._number.take(key)
        if number.min(initial=0) < 0:
            if len(self._made) > MOST_TABLES:
                self._forget()
                return self._numbers(kind, root)
            for wanted in np.unique(key[number < 0]).tolist():
                self._make(wanted)
            number = self._number.take(key)
        return number

    def _make(self, key: int) -> None:
        """Make the beat numbered ``key``: of a bed, a kind and a pace."""
        rest, pace = divmod(key, PACES)
        bed, kind = divmod(rest, k.KINDS)
        number = len(self._made)
        self._number[key] = number
        self._made.append((bed, kind, pace))
        if self._reach.shape[1] <= number:
            self._reach = np.concatenate([self._reach, np.zeros_like(self._reach)], axis=1)
        beat = self._paced(bed, kind, pace)
        self._reach[:, number] = beat.before_s * self.hz, beat.j_s * self.hz
        if self._tables:
            dipoles = self._dipole(beat)
            for lead, table in self._tables.items():
                self._tables[lead] = self._grown(table, number)
                self._fill(lead, number, dipoles)

    def _paced(self, bed: int, kind: int, pace: int) -> "Paced":
        root = FASTEST * float(np.exp(pace * STEP))
        return Paced.at(conditions.beat(kind, self._looks[bed], self._conditions[bed], root), root)

    def _dipole(self, beat: "Paced") -> Floats:
        """Return a beat in all positions between two samples, ``[3, PHASES × length]``."""
        shifts = np.arange(PHASES)[:, None] / PHASES
        times = (np.arange(self._length) - self._before - shifts) / self.hz
        return dipole.trace(
            (*beat.loops.p, *beat.loops.qrs, *beat.loops.t), beat.own_times(times.reshape(-1))
        )

    def _table(self, lead: str) -> Raw:
        """Return the table of a lead: a stretch of nothing, then every beat made so far."""
        if lead not in self._tables:
            self._tables[lead] = self._grown(np.zeros(self._pause, np.int16), len(self._made) - 1)
            for number, made in enumerate(self._made):
                self._fill(lead, number, self._dipole(self._paced(*made)))
        return self._tables[lead]

    def _grown(self, table: Raw, number: int) -> Raw:
        """Return a table with room for the beat ``number``, and as many again."""
        if table.size >= self._pause + (number + 1) * PHASES * self._length:
            return table
        grown = np.zeros(self._pause + 2 * (number + 1) * PHASES * self._length, np.int16)
        grown[: table.size] = table
        return grown

    def _fill(self, lead: str, number: int, dipoles: Floats) -> None:
        size = PHASES * self._length
        at = self._pause + number * size
        self._tables[lead][at : at + size] = np.rint(VECTORS[lead] @ dipoles / MV)

    def wave(self, bed: int, kind: int, lead: str) -> Raw:
        """Return an atrial wave that stands alone, ``[PHASES, n]``, its middle at ``n // 2``."""
        found = self._waves.get((bed, kind, lead))
        if found is None:
            half = round(dipole.ATRIAL_S * self.hz)
            times = (np.arange(-half, half + 1) - np.arange(PHASES)[:, None] / PHASES) / self.hz
            bumps = conditions.wave(kind, self._looks[bed], self._conditions[bed])
            drawn = VECTORS[lead] @ dipole.trace(bumps, times.reshape(-1))
            found = np.rint(drawn / MV).astype(np.int16).reshape(PHASES, -1)
            self._waves[bed, kind, lead] = found
        return found


@lru_cache(maxsize=16)
def _numbers(samples: int) -> Ints:
    """Return the numbers of a row's samples, to be read only."""
    return np.arange(samples)


@dataclass(frozen=True, slots=True)
class Paced:
    """A kind of beat at a rate: P and T pushed together as it is faster, QRS as it is."""

    loops: dipole.Loops
    before_s: float
    p: float
    """The share of its time at 60 /min that P to Q takes."""
    t: float
    """Likewise ST and T."""

    @property
    def j_s(self) -> float:
        """From R to J."""
        return self.loops.j_s

    @classmethod
    def at(cls, loops: dipole.Loops, root: float) -> "Paced":
        """Return it at the rate of which ``root`` is √RR (√s)."""
        t = max((QT_S * root - QRS_S) / (QT_S - QRS_S), LEAST_T)
        if not loops.p:
            return cls(loops, loops.q_s, 1.0, t)
        longest = BEFORE_S - loops.q_s
        room = root * root - loops.q_s - loops.j_s - t * (SEEN_T_S - loops.j_s)
        p_s = max(min(longest * min(root, 1.0), room), LEAST_P * longest)
        return cls(loops, loops.q_s + p_s, p_s / longest, t)

    def own_times(self, times_s: Floats) -> Floats:
        """Return the times of the beat at 60 /min that are shown at ``times_s``."""
        q, j = -self.loops.q_s, self.loops.j_s
        early, late = np.minimum(times_s - q, 0.0), np.maximum(times_s - j, 0.0)
        return np.clip(times_s, q, j) + early / self.p + late / self.t
