"""What was given to whom and when: doses, in the table's order of treatments, then by patient and by time.

All doses of one treatment of one patient are a line of the sheet: their effects add up.
"""

from typing import Final

import numpy as np

from devices.arrays import Floats, Ints
from devices.physiology.treatments import acting, course, flat
from devices.physiology.treatments.acting import AMOUNT, EFFECT, KIND, PATIENT, START_S, STOP_S
from devices.physiology.treatments.flat import Flat

SWEEP_S: Final = 60.0
"""So often what has gone is forgotten."""
MANY: Final = 1_000_000
"""No ward has so many patients."""


class Sheet:
    """Doses in units of the usual dose; ``known`` is the treatments."""

    def __init__(self, known: Flat) -> None:
        self._known = known
        begins, courses, _, sizes, *_ = known
        self._begins, self._over_s = begins[flat.PUSHES], sizes[flat.OVER_S]
        self._held = courses[:, course.LASTS_S] < 0.0
        self._of: Ints = np.zeros((2, 0), np.int64)
        """Kind and patient of each dose."""
        self.doses: Floats = np.zeros((acting.DOSE, 0))
        """How much, when, and when it was stopped, ``[3, doses]``."""
        self.lines: Ints = np.zeros((acting.LINE, 1), np.int64)
        """Kind, patient, first dose and first push of each line, ``[4, lines + 1]``: the last ends them."""
        self.effects: Floats = np.zeros((acting.EFFECTS, 0))
        """What each line does now, ``[3, lines]``, as ``acting.feel`` found it."""
        self.strengths: Floats = np.zeros(0)
        """How strong each push of each line is, room for ``acting.act``."""
        self._swept_s = 0.0

    def __len__(self) -> int:
        return int(self.doses.shape[1])

    def give(self, kind: int, patient: int, amount: float, now_s: float) -> None:
        """Give ``amount`` more; of what is held, set it to ``amount``."""
        if self._held[kind]:
            amount -= float(self.doses[AMOUNT, self._on(kind, patient)].sum())
            if amount == 0.0:
                return
        key = self._of[KIND] * MANY + self._of[PATIENT]
        at = int(np.searchsorted(key, kind * MANY + patient, "right"))
        self._of = np.insert(self._of, at, (kind, patient), axis=1)
        self.doses = np.insert(self.doses, at, (amount, now_s, np.inf), axis=1)
        self._index()

    def stop(self, kind: int, patient: int, now_s: float) -> None:
        """End what is held or still running into ``patient``; a dose that is in stays in."""
        on = self._on(kind, patient)
        over_s = float(self._over_s[kind])
        if not self._held[kind] and over_s > 0.0:
            self.doses[AMOUNT, on] *= np.clip((now_s - self.doses[START_S, on]) / over_s, 0.0, 1.0)
        self.doses[STOP_S, on] = now_s

    def feel(self, now_s: float, dt_s: float) -> None:
        """Find what every line does now, by the mean over the last ``dt_s`` where it flows."""
        self.sweep(now_s)
        acting.feel(now_s, dt_s, self.doses, self.lines, self._known, self.effects)

    def on(self, patient: int) -> dict[int, float]:
        """Return what a patient has of each kind, in usual doses, as it was felt last."""
        mine = np.nonzero(self.lines[PATIENT, :-1] == patient)[0]
        return {int(self.lines[KIND, k]): float(self.effects[EFFECT, k]) for k in mine.tolist()}

    def holds(self, kind: int, patient: int) -> bool:
        """Say whether a patient has anything of a kind that was not stopped."""
        return bool(self._on(kind, patient).size)

    def _on(self, kind: int, patient: int) -> Ints:
        mine = (self._of[KIND] == kind) & (self._of[PATIENT] == patient)
        return np.nonzero(mine & np.isinf(self.doses[STOP_S]))[0]

    def sweep(self, now_s: float) -> None:
        """Forget what has gone, now and then."""
        if now_s - self._swept_s <= SWEEP_S:
            return
        self._swept_s = now_s
        stays = acting.stays(now_s, self.doses, self._of[KIND], self._known)
        if not stays.all():
            self._of = np.ascontiguousarray(self._of[:, stays])
            self.doses = np.ascontiguousarray(self.doses[:, stays])
            self._index()

    def _index(self) -> None:
        """Make the lines anew."""
        other = (np.diff(self._of, axis=1) != 0).any(axis=0)
        first = np.concatenate([[0], np.nonzero(other)[0] + 1]) if len(self) else np.zeros(0, np.int64)
        kinds = self._of[KIND, first]
        pushes = np.concatenate([[0], np.cumsum(self._begins[kinds + 1] - self._begins[kinds])])
        ends = np.array([[0], [0], [len(self)]])
        self.lines = np.vstack(
            [np.hstack([np.vstack([kinds, self._of[PATIENT, first], first]), ends]), pushes]
        )
        self.effects, self.strengths = np.zeros((acting.EFFECTS, len(first))), np.zeros(int(pushes[-1]))
