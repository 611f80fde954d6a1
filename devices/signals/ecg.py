"""The ECG from beats: P paced by the rate, QRS at its own width, ST and T for QT = 0.39 √RR.

A person's beat of a kind, at a rate, is one short table per lead, made when first needed. It stands in
``PHASES`` positions between two samples, so that drawing is adding stretches of it (``trace``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from devices.arrays import Floats, Ints, Raw
from devices.signals import conditions, dipole, trace
from devices.signals import kinds as k
from devices.signals.atria import Atria
from devices.signals.events import Events
from devices.signals.leads import ECG_HZ, VECTORS
from devices.signals.trace import FASTEST, PACES, PHASES, STEP, Ground
from vitals.catalogue import WAVEFORMS

KEY: Final = "ecg_ii"
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
MOST_TABLES: Final = 40_000
"""With more the tables are made anew as needed: 175 MB for one lead."""
LACKING: Final = 512
"""So many tables are made at once."""


class Bank:
    """Every bed's own beats in raw steps, at ``hz`` samples a second."""

    def __init__(self, rngs: Sequence[np.random.Generator], hz: int = ECG_HZ) -> None:
        self.hz = hz
        self._looks = [dipole.draw(g) for g in rngs]
        self._conditions = [conditions.Condition()] * len(rngs)
        self._before = round(BEFORE_S * hz)
        self._length = self._before + round(LATEST_END_S * hz)
        self.atria = Atria(len(rngs), hz, self._wave)
        self._lacking: Ints = np.zeros(LACKING, np.int64)
        self._number: Ints = np.zeros(0, np.int64)
        """Which beat of the tables is a bed's of a kind and a pace; below 0 there is none yet."""
        self._made: list[tuple[int, int, int]] = []
        self._tables: dict[str, Raw] = {}
        """Of each lead, ``[PHASES × beats, length]``."""
        self._reach: Floats = np.zeros((2, 64))
        """How far each beat reaches before R, and from R to J, in samples."""

    def _forget(self) -> None:
        self._number = np.full(len(self._looks) * k.KINDS * PACES, -1)
        self._made, self._tables = [], {}

    def condition(self, bed: int) -> conditions.Condition:
        """Return what bends a bed's ECG."""
        return self._conditions[bed]

    def bend(self, bed: int, condition: conditions.Condition) -> None:
        """Let ``condition`` bend a bed's ECG from the next block on."""
        if condition != self._conditions[bed]:
            self._conditions[bed] = condition
            if self._number.size:
                self._number.reshape(len(self._looks), -1)[bed] = -1
            self.atria.forget(bed)

    def draw(
        self, out: dict[str, Raw], whose: dict[str, Ints], beats: Events, start_s: float, ground: Ground
    ) -> None:
        """Draw raw samples of independent leads from ``start_s`` on into ``out``, ``[N, n]`` each.

        ``whose`` says of which beds each is drawn.
        """
        if not self._number.size:  # not before something is drawn: it is large
            self._forget()
        kind, root = beats.stored("kind"), beats.stored("root")
        for lead, rows in out.items():
            later = round(start_s * self.hz) + trace.APART[lead]
            anew = False
            while lacking := trace.draw_lead(
                rows, whose[lead], self._lacking, self._table(lead), self._number, self._reach,
                ground.breathing, ground.quiet, ground.places,
                beats.times, beats.count, kind, root,
                later, float(start_s), float(self.hz), self._before,
            ):  # fmt: skip
                if len(self._made) > MOST_TABLES and not anew:
                    self._forget()
                    anew = True
                else:
                    for wanted in self._lacking[:lacking].tolist():
                        self._make(wanted)

    # --- tables ------------------------------------------------------------------------------------

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
        """Return the table of a lead: every beat made so far."""
        if lead not in self._tables:
            none = np.zeros((0, self._length), np.int16)
            self._tables[lead] = self._grown(none, max(len(self._made) - 1, 0))
            for number, made in enumerate(self._made):
                self._fill(lead, number, self._dipole(self._paced(*made)))
        return self._tables[lead]

    def _grown(self, table: Raw, number: int) -> Raw:
        """Return a table with room for the beat ``number``, and as many again."""
        if len(table) >= (number + 1) * PHASES:
            return table
        grown = np.zeros((2 * (number + 1) * PHASES, self._length), np.int16)
        grown[: len(table)] = table
        return grown

    def _fill(self, lead: str, number: int, dipoles: Floats) -> None:
        at = number * PHASES
        drawn = np.rint(VECTORS[lead] @ dipoles / MV)
        self._tables[lead][at : at + PHASES] = drawn.reshape(PHASES, self._length)

    def _wave(self, bed: int, kind: int) -> dipole.Bumps:
        return conditions.wave(kind, self._looks[bed], self._conditions[bed])


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
