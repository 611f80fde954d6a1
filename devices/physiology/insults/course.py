"""Where the patients who have one kind of insult stand in its course."""

from typing import Final

import numpy as np

from devices.arrays import Floats, Ints
from devices.physiology.influence import grouped
from devices.physiology.insults.kinds import BESIDE, FENTANYL, LACTATE, Insult, amounts

HURRIED: Final = ("heat_w", "glucose_mmol_min", LACTATE, FENTANYL)
"""What flows into slow stores: an illness at twice its tempo brings twice as much in a minute."""
_KEPT: Final = ("_stage", "_goal", "_tempo", "_relief", "memory", "moved_per_min")
"""What a course keeps of each patient."""


class Course:
    """One kind of insult in some patients of a ward; arrays ``[n]`` over those who have it."""

    def __init__(self, insult: Insult) -> None:
        self.insult = insult
        self.fields, self._stages, self._amounts = amounts(insult)
        self.beside = {name: self.fields.index(name) for name in BESIDE if name in self.fields}
        """The rows among the amounts of what is no field of ``Influence``."""
        known = [i for i, name in enumerate(self.fields) if name not in BESIDE]
        found = grouped([self.fields[i] for i in known])
        self.groups = tuple((how, np.array(known)[mine], rows) for how, mine, rows in found)
        self.patients: Ints = np.zeros(0, np.int64)
        self._stage, self._goal, self._tempo = np.zeros(0), np.zeros(0), np.zeros(0)
        self._relief = np.zeros(0)
        self.memory = np.zeros(0)
        """What the insult's special remembers of each patient, 0 at first."""
        self.haste = np.zeros(0)
        """How many times as fast as in life the course goes on, 1 where it stands, goes back or is slower."""
        self._hurried = [self.fields.index(name) for name in HURRIED if name in self.fields]
        self.moved_per_min = np.zeros(0)
        """How fast the course goes on, relief counted; 0 while it stands or goes back."""

    def begin(self, patient: int, severity: float, tempo: float) -> None:
        """Go on to ``severity``, from where the patient stands in it."""
        if patient not in self.patients:
            place = int(np.searchsorted(self.patients, patient))
            self.patients = np.insert(self.patients, place, patient)
            for name in _KEPT:
                setattr(self, name, np.insert(getattr(self, name), place, 0.0))
        mine = self.patients == patient
        self._goal[mine], self._tempo[mine] = severity, tempo

    def ease(self, patient: int) -> None:
        """Let the insult go."""
        self._goal[self.patients == patient] = 0.0

    def relieve(self, patients: Ints, by: Floats) -> None:
        """Take the share ``by`` of it from those of ``patients`` who have it, for the next step."""
        if not len(self.patients):
            return
        place = np.minimum(np.searchsorted(self.patients, patients), len(self.patients) - 1)
        mine = self.patients[place] == patients
        at, share = place[mine], np.broadcast_to(by, patients.shape)[mine]
        self._relief[at] = 1.0 - (1.0 - self._relief[at]) * (1.0 - share)

    def stage(self, patient: int) -> float:
        """Return how far a patient's insult is, 0 where there is none."""
        found = self._stage[self.patients == patient]
        return float(found[0]) if len(found) else 0.0

    def advance(self, dt_s: float) -> tuple[Floats, Floats]:
        """Let ``dt_s`` pass; return (stage ``[n]``, what is done now ``[fields, n]``)."""
        grow = self._tempo * (dt_s / self.insult.course_s)
        fade = dt_s / (60.0 * self.insult.recovers_min)
        moved = np.minimum(np.maximum(self._goal - self._stage, -fade), grow)
        self._stage = self._stage + moved
        left = 1.0 - self._relief
        self.moved_per_min = np.maximum(moved, 0.0) * left * (60.0 / dt_s)
        self.haste = np.maximum(np.where(moved > 0.0, self._tempo, 1.0), 1.0)
        self._relief[:] = 0.0
        stage = self._stage * left
        k = np.minimum(self._stages.searchsorted(stage, "right") - 1, len(self._stages) - 2)
        k = np.maximum(k, 0)
        low, high = self._stages[k], self._stages[k + 1]
        at, over = self._amounts[:, k], self._amounts[:, k + 1]
        doing = at + (over - at) * ((stage - low) / (high - low))
        for row in self._hurried:
            doing[row] *= self.haste
        return stage, doing

    def forget(self) -> None:
        """Leave out those who have recovered."""
        ill = (self._stage > 0.0) | (self._goal > 0.0)
        if ill.all():
            return
        for name in ("patients", *_KEPT):
            setattr(self, name, getattr(self, name)[ill])
