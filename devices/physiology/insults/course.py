"""Where the patients who have one kind of insult stand in its course."""

from typing import Final

import numpy as np

from devices.arrays import Floats, Ints
from devices.physiology.combining import HOWS
from devices.physiology.influence import FIELDS, Influence
from devices.physiology.insults import doing
from devices.physiology.insults.kinds import BESIDE, FENTANYL, LACTATE, RELIEVED, Insult, amounts

HURRIED: Final = ("heat_w", "glucose_mmol_min", LACTATE, FENTANYL)
"""What flows into slow stores: an illness at twice its tempo brings twice as much in a minute."""


class Course:
    """One kind of insult in some patients of a ward; arrays ``[n]`` over those who have it."""

    def __init__(self, insult: Insult) -> None:
        self.insult = insult
        self.fields, stages, many = amounts(insult)
        self.beside = {name: self.fields.index(name) for name in BESIDE if name in self.fields}
        """The rows among the amounts of what is no field of ``Influence``."""
        rows = list(FIELDS)
        known = [(-1, 0) if f in BESIDE else (rows.index(f), HOWS.index(FIELDS[f].how)) for f in self.fields]
        ways = np.array(known, np.int64).reshape(-1, 2).T.copy()
        hurried = np.array([name in HURRIED for name in self.fields], bool)
        self._course = (stages, many, ways, hurried, RELIEVED.index(insult.relieved))
        self._recovers_s = 60.0 * insult.recovers_min
        self.patients: Ints = np.zeros(0, np.int64)
        self._each = np.zeros((doing.KEPT, 0))

    @property
    def memory(self) -> Floats:
        """What the insult's special remembers of each patient, 0 at first; to be written in place."""
        remembered: Floats = self._each[doing.MEMORY]
        return remembered

    @property
    def haste(self) -> Floats:
        """How many times as fast as in life the course goes on, 1 where it stands, goes back or is slower."""
        return np.asarray(self._each[doing.HASTE])

    @property
    def moved_per_min(self) -> Floats:
        """How fast the course goes on, relief counted; 0 while it stands or goes back."""
        return np.asarray(self._each[doing.MOVED])

    def begin(self, patient: int, severity: float, tempo: float) -> None:
        """Go on to ``severity``, from where the patient stands in it."""
        if patient not in self.patients:
            place = int(np.searchsorted(self.patients, patient))
            self.patients = np.insert(self.patients, place, patient)
            self._each = np.insert(self._each, place, 0.0, axis=1)
        mine = self.patients == patient
        self._each[doing.GOAL, mine], self._each[doing.TEMPO, mine] = severity, tempo

    def ease(self, patient: int) -> None:
        """Let the insult go."""
        self._each[doing.GOAL, self.patients == patient] = 0.0

    def relieve(self, patients: Ints, by: Floats) -> None:
        """Take the share ``by`` of it from those of ``patients`` who have it, for the next step."""
        self._take(doing.RELIEF, patients, by)

    def hold(self, patients: Ints, by: Floats) -> None:
        """Take the share ``by`` of its pace alone, likewise."""
        self._take(doing.HELD, patients, by)

    def _take(self, row: int, patients: Ints, by: Floats) -> None:
        if not len(self.patients):
            return
        place = np.minimum(np.searchsorted(self.patients, patients), len(self.patients) - 1)
        mine = self.patients[place] == patients
        at, share = place[mine], np.broadcast_to(by, patients.shape)[mine]
        taken = self._each[row]
        taken[at] = 1.0 - (1.0 - taken[at]) * (1.0 - share)

    @property
    def stages(self) -> Floats:
        """How far each is along the course, 0 to 1."""
        return np.asarray(self._each[doing.STAGE])

    def stage(self, patient: int) -> float:
        """Return how far a patient's insult is, 0 where there is none."""
        found = self._each[doing.STAGE, self.patients == patient]
        return float(found[0]) if len(found) else 0.0

    def felt(self, patient: int) -> float:
        """Return how much of a patient's insult is felt: its stage less what treatments take of it."""
        found = self._each[doing.FELT, self.patients == patient]
        return float(found[0]) if len(found) else 0.0

    def advance(self, dt_s: float, influence: Influence) -> tuple[Floats, Floats]:
        """Let ``dt_s`` pass and write what is done; return (stage ``[n]``, what goes beside it)."""
        beside = np.zeros((len(self.fields), len(self.patients)))
        times = (dt_s, self.insult.course_s, self._recovers_s)
        doing.do(influence.matrix, self.patients, self._each, self._course, beside, times)
        influence.acting = influence.unsettled = True
        return self._each[doing.FELT], beside

    def forget(self) -> None:
        """Leave out those who have recovered."""
        ill = (self._each[doing.STAGE] > 0.0) | (self._each[doing.GOAL] > 0.0)
        if not ill.all():
            self.patients, self._each = self.patients[ill], np.ascontiguousarray(self._each[:, ill])
