"""All insults that act on the patients of a ward, and what they do to them now."""

from typing import TYPE_CHECKING, Final

import numpy as np

from devices.arrays import Floats, Ints
from devices.physiology.influence import Influence
from devices.physiology.insults import skull
from devices.physiology.insults.course import Course
from devices.physiology.insults.kinds import FENTANYL
from devices.physiology.insults.special import SPECIALS
from devices.physiology.insults.table import INSULTS

if TYPE_CHECKING:
    from devices.physiology.body import Body

SLOWEST, FASTEST = 0.05, 60.0
SKULL: Final = "intracranial-pressure"


class Insults:
    """Everything that ails N patients. Costs by kinds present, not by patients."""

    def __init__(self) -> None:
        self._courses: dict[str, Course] = {}

    def begin(self, patient: int, name: str, severity: float = 1.0, tempo: float = 1.0) -> None:
        """Let an insult begin, or go on to another ``severity`` (0 to 1), ``tempo`` times as fast as usual.

        Raise ``ValueError`` naming the insults there are.
        """
        if name not in INSULTS:
            raise ValueError(f"there is no insult {name!r}; there are {', '.join(sorted(INSULTS))}")
        if name not in self._courses:
            mine = {**self._courses, name: Course(INSULTS[name])}
            # In the table's order, so that no sum depends on what began first.
            self._courses = {n: mine[n] for n in INSULTS if n in mine}
        severity, tempo = min(max(severity, 0.0), 1.0), min(max(tempo, SLOWEST), FASTEST)
        self._courses[name].begin(patient, severity, tempo)

    def ease(self, patient: int, name: str) -> None:
        """Let an insult go, as fast as it does by itself; raise ``ValueError`` if there is no such."""
        if name not in INSULTS:
            raise ValueError(f"there is no insult {name!r}; there are {', '.join(sorted(INSULTS))}")
        if name in self._courses:
            self._courses[name].ease(patient)

    def relieve(self, patients: Ints, name: str, by: Floats) -> None:
        """Take the share ``by`` of what an insult does, in the next step only."""
        if name in self._courses:
            self._courses[name].relieve(patients, by)

    def hold(self, patients: Ints, name: str, by: Floats) -> None:
        """Take the share ``by`` of the pace at which an insult goes on, in the next step only."""
        if name in self._courses:
            self._courses[name].hold(patients, by)

    def relax(self, body: "Body", influence: Influence) -> None:
        """Let what takes pressure from the skull ease the illness that raised it, in the next step."""
        course = self._courses.get(SKULL)
        if course is not None:
            who = course.patients
            course.relieve(who, np.clip(skull.relief(body, influence, who, course.stages), -0.5, 1.0))

    def icp(self, patient: int) -> float:
        """Return a patient's intracranial pressure, mmHg."""
        return float(skull.pressure(self.felt(patient, SKULL)))

    @property
    def any(self) -> bool:
        """Whether anything ails anybody."""
        return bool(self._courses)

    def on(self, patient: int) -> dict[str, float]:
        """Return what ails a patient: name to stage, 0 to 1."""
        return {n: s for n, c in self._courses.items() if (s := c.stage(patient)) > 0.0}

    def felt(self, patient: int, name: str) -> float:
        """Return how much of an insult a patient feels, 0 to 1: its stage less what treatments take."""
        return self._courses[name].felt(patient) if name in self._courses else 0.0

    def having(self, name: str) -> list[tuple[int, float, float]]:
        """Return who has an insult, and how much: (patient, stage, what is felt of it)."""
        course = self._courses.get(name)
        if course is None:
            return []
        each = zip(course.patients.tolist(), course.stages.tolist(), strict=True)
        return [(patient, stage, course.felt(patient)) for patient, stage in each if stage > 0.0]

    def advance(self, dt_s: float, body: "Body", influence: Influence) -> None:
        """Let ``dt_s`` pass and write what all insults do now."""
        for name, course in list(self._courses.items()):
            kind, who = course.insult, course.patients
            stage, beside = course.advance(dt_s, influence)
            if (course.haste > 1.0).any():
                influence.act("haste", who, course.haste)
            for what, row in course.beside.items():
                _beside(body, what, who, beside[row] * (dt_s / 60.0))
            for field, share in kind.flows.items():
                influence.act(field, who, share * course.moved_per_min * body.circulation.volume_ml[who])
            for least, rhythm in kind.demands:
                influence.demand(rhythm, who[stage >= least])
            if kind.special:
                SPECIALS[kind.special](dt_s, body, who, stage, course.memory, influence)
            course.forget()
            if not len(course.patients):
                del self._courses[name]


def _beside(body: "Body", name: str, who: Ints, amounts: Floats) -> None:
    """Let ``amounts`` ``[n]`` of what is no field of ``Influence`` into the blood of ``who``."""
    if name == FENTANYL:
        body.opioid.infuse(who, amounts)
    else:
        body.lactate[who] += amounts
