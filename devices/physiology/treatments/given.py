"""All that was given to the patients of a ward, and what it does to them now."""

from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from devices.arrays import Floats, Ints
from devices.physiology.influence import FIELDS, Influence
from devices.physiology.treatments.acts import ACTS, ENDS
from devices.physiology.treatments.course import Course
from devices.physiology.treatments.doses import Doses
from devices.physiology.treatments.kinds import Push, Treatment
from devices.physiology.treatments.table import TREATMENTS
from devices.physiology.treatments.weights import WEIGHTS

if TYPE_CHECKING:
    from devices.physiology.body import Body

MOST_EASED: Final = 0.95
"""No treatment takes more than this share of what acts (*heuristic*)."""
WORSE: Final = -0.5
"""No treatment makes an insult more than half as bad again (*heuristic*)."""


class Relievable(Protocol):
    """What treatments ask of insults."""

    def relieve(self, patients: Ints, name: str, by: Floats) -> None:
        """Scale the present drive of an insult by ``1 - by``, for the next step only."""

    def hold(self, patients: Ints, name: str, by: Floats) -> None:
        """Scale the pace of an insult alone by ``1 - by``, likewise."""


class Treatments:
    """Everything that N patients were given. Deterministic, and the same for steps of any size."""

    def __init__(self) -> None:
        self._now_s = 0.0
        self._given: dict[str, Doses] = {}
        self._relief: dict[str, Doses] = {}
        self._pending: list[tuple[float, int, str, float]] = []
        self._later: list[tuple[float, int, str]] = []

    def give(self, patient: int, name: str, dose: float | None = None) -> None:
        """Give a dose, in its unit (``None``: the usual); raise ``ValueError`` with what there is.

        What is held (a drip, a mask, a position) is set to ``dose`` until it is stopped.
        """
        kind = _known(name)
        amount = kind.dose(dose)
        if kind.act == "oxygen":
            self._take_off(patient, name)
        self._doses(self._given, name, kind.course).give(patient, amount / kind.usual, self._now_s)
        if kind.relieves:
            relief = self._doses(self._relief, name, kind.slowly or kind.course)
            relief.give(patient, amount / kind.usual, self._now_s)
        if kind.act:
            self._pending.append((self._now_s + kind.act_after_s, patient, name, amount))

    def stop(self, patient: int, name: str) -> None:
        """Stop what is held or still runs in; what has acted has acted. Raise ``ValueError``."""
        kind = _known(name)
        for doses in (self._given.get(name), self._relief.get(name)):
            if doses is not None:
                doses.stop(patient, self._now_s)
        if kind.act in ENDS:
            self._pending.append((self._now_s, patient, name, 0.0))

    def on(self, patient: int) -> dict[str, float]:
        """Return what acts on a patient now: name to effect in usual doses, largest first."""
        found = {}
        for name, doses in self._given.items():
            who, effect = doses.present(self._now_s)
            mine = effect[who == patient]
            if len(mine) and mine[0] > 0.0:
                found[name] = float(mine[0])
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))

    def advance(self, dt_s: float, body: "Body", influence: Influence, insults: Relievable | None) -> None:
        """Let ``dt_s`` pass and write what all treatments do now."""
        self._now_s += dt_s
        if not (self._given or self._relief or self._pending or self._later):
            return
        self._do(body)
        weighed: list[tuple[Push, Ints, Floats]] = []
        # In the table's order, so that no sum depends on who was given what first.
        for name in [n for n in TREATMENTS if n in self._given]:
            kind, doses = TREATMENTS[name], self._given[name]
            who, effect = doses.present(self._now_s)
            if not len(who):
                del self._given[name]
                continue
            response = kind.response(effect)
            weighed += [(p, who, response * _weight(p, body, influence, who)) for p in kind.pushes]
            self._feed(kind, doses, dt_s, influence)
            for field, share in kind.eases.items():
                row: Floats = getattr(influence, field)
                row[who] -= np.maximum(row[who], 0.0) * np.minimum(share * response, MOST_EASED)
        if insults is not None:
            self._relieve(insults)
        for push, who, strength in weighed:
            by = push.gain * strength
            influence.act(push.field, who, np.exp(by) if FIELDS[push.field].how == "times" else by)

    def _do(self, body: "Body") -> None:
        """Do at once what treatments newly given or ended do, and what was begun earlier."""
        due = [item for item in self._pending if item[0] <= self._now_s]
        if due:
            self._pending = [item for item in self._pending if item[0] > self._now_s]
        for _, patient, name, amount in due:
            kind = TREATMENTS[name]
            changes = (ACTS if amount else ENDS)[kind.act](body, patient, kind, amount)
            self._later += [(self._now_s + after_s, patient, rhythm) for after_s, rhythm in changes]
        for due_s, patient, rhythm in [item for item in self._later if item[0] <= self._now_s]:
            self._later.remove((due_s, patient, rhythm))
            body.heart.become(patient, body.heart.comes_of(patient, rhythm))

    def _feed(self, kind: Treatment, doses: Doses, dt_s: float, influence: Influence) -> None:
        field, usual = kind.flow
        if field:
            who, a_second = doses.running(self._now_s, dt_s)
            influence.act(field, who, a_second * (60.0 * usual))

    def _relieve(self, insults: Relievable) -> None:
        for name in [n for n, kind in TREATMENTS.items() if kind.relieves]:
            kind, doses = TREATMENTS[name], self._relief.get(name)
            if doses is None:
                continue
            who, effect = doses.present(self._now_s)
            for insult, share in kind.relieves.items():
                insults.relieve(who, insult, np.clip(share * kind.response(effect), WORSE, 1.0))
            for insult in kind.holds:
                insults.hold(who, insult, np.ones(len(who)))
            if not len(who):
                del self._relief[name]

    def _take_off(self, patient: int, name: str) -> None:
        """Take off the device by which a patient had oxygen until now."""
        for other in [n for n in self._given if TREATMENTS[n].act == "oxygen" and n != name]:
            self._given[other].stop(patient, self._now_s)

    def _doses(self, among: dict[str, Doses], name: str, course: Course) -> Doses:
        if name not in among:
            among[name] = Doses(course, TREATMENTS[name].over_s)
        return among[name]


def _known(name: str) -> Treatment:
    kind = TREATMENTS.get(name)
    if kind is None:
        raise ValueError(f"there is no treatment {name!r}; there are {', '.join(sorted(TREATMENTS))}")
    return kind


def _weight(push: Push, body: "Body", influence: Influence, who: Ints) -> Floats | float:
    return WEIGHTS[push.weight](body, influence, who) if push.weight else 1.0
