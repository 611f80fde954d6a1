"""All insults that act on the patients of a ward, and what they do to them now."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from devices.arrays import Floats, Ints
from devices.physiology.influence import Influence
from devices.physiology.insults import doing, skull, special
from devices.physiology.insults.entries import DEEP, FELT, GOAL, KEPT, KIND, PATIENT, STAGE, TEMPO
from devices.physiology.insults.flat import flat
from devices.physiology.insults.table import INSULTS

if TYPE_CHECKING:
    from devices.physiology.body import Body

SLOWEST, FASTEST = 0.05, 60.0
SKULL: Final = "intracranial-pressure"
COPD: Final = "copd"
KINDS: Final = {name: place for place, name in enumerate(INSULTS)}
"""Where each kind stands in the table."""
_KNOWN: Final = flat(tuple(INSULTS.values()))
_NAMES: Final = tuple(INSULTS)
NONE: Final = -1
"""Where in ``place`` there is no insult."""


class Insults:
    """Everything that ails N patients: entries of one insult of one patient, by kind and then patient.

    ``each`` ``[KEPT, entries]`` is what is kept of them, ``place`` ``[kinds, N]`` where that of a kind and a
    patient stands, ``NONE`` where there is none.
    """

    def __init__(self, n: int, retainers: Sequence[int] = ()) -> None:
        self._retainers: Ints = np.array(retainers, np.int64)
        """Who retains carbon dioxide by what they live with."""
        self.place: Ints = np.full((len(INSULTS), n), NONE)
        self.each: Floats = np.zeros((KEPT, 0))
        self._whose: Ints = np.zeros((2, 0), np.int64)
        self._skulls = False
        """Whether anybody's skull is too full."""
        self.changes = 0
        """How often insults came or went, since which ``place`` is another."""

    def begin(self, patient: int, name: str, severity: float = 1.0, tempo: float = 1.0) -> None:
        """Let an insult begin, or go on to another ``severity`` (0 to 1), ``tempo`` times as fast as usual.

        Raise ``ValueError`` naming the insults there are.
        """
        kind = _kind(name)
        if self.place[kind, patient] == NONE:
            self._add(kind, patient)
        at = self.place[kind, patient]
        severity = min(max(severity, 0.0), 1.0)
        timed = INSULTS[name].timed
        self.each[GOAL, at] = float(severity > 0.0) if timed else severity
        if timed and severity > 0.0:  # what is left of it while it goes is as deep as it was
            self.each[DEEP, at] = severity
        self.each[TEMPO, at] = min(max(tempo, SLOWEST), FASTEST)

    def ease(self, patient: int, name: str) -> None:
        """Let an insult go, as fast as it does by itself; raise ``ValueError`` if there is no such."""
        at = self.place[_kind(name), patient]
        if at != NONE:
            self.each[GOAL, at] = 0.0

    def _add(self, kind: int, patient: int) -> None:
        """Make room where it belongs by the table, so that no sum depends on what began first."""
        key = self._whose[KIND] * self.place.shape[1] + self._whose[PATIENT]
        at = int(np.searchsorted(key, kind * self.place.shape[1] + patient))
        self.each = np.insert(self.each, at, 0.0, axis=1)
        self._whose = np.insert(self._whose, at, (kind, patient), axis=1)
        self._index()

    def _index(self) -> None:
        self.place[:] = NONE
        self.place[self._whose[KIND], self._whose[PATIENT]] = np.arange(self._whose.shape[1])
        self._skulls = bool((self._whose[KIND] == KINDS[SKULL]).any())
        self.changes += 1

    def relax(self, body: "Body", influence: Influence) -> None:
        """Let what takes pressure from the skull ease the illness that raised it, in the next step."""
        if self._skulls:
            kind = KINDS[SKULL]
            skull.relax(body.state, influence.matrix, kind, self._whose, self.each, skull.CURVE)

    def icp(self, patient: int) -> float:
        """Return a patient's intracranial pressure, mmHg."""
        return skull.pressure(self.felt(patient, SKULL))

    @property
    def any(self) -> bool:
        """Whether anything ails anybody."""
        return self._whose.size > 0

    def on(self, patient: int) -> dict[str, float]:
        """Return what ails a patient: name to stage, 0 to 1."""
        mine = self.place[:, patient]
        stages = [(kind, float(self.each[STAGE, mine[kind]])) for kind in np.nonzero(mine >= 0)[0].tolist()]
        return {_NAMES[kind]: stage for kind, stage in stages if stage > 0.0}

    def felt(self, patient: int, name: str) -> float:
        """Return how much of an insult a patient feels, 0 to 1: its stage less what treatments take."""
        at = self.place[KINDS[name], patient]
        return float(self.each[FELT, at]) if at != NONE else 0.0

    def having(self, name: str) -> list[tuple[int, float, float]]:
        """Return who has an insult, and how much: (patient, stage, what is felt of it)."""
        mine = np.nonzero(self._whose[KIND] == KINDS[name])[0]
        if not mine.size:
            return []
        whose, stages, felt = self._whose[PATIENT, mine], self.each[STAGE, mine], self.each[FELT, mine]
        each = zip(whose.tolist(), stages.tolist(), felt.tolist(), strict=True)
        return [(patient, stage, felt) for patient, stage, felt in each if stage > 0.0]

    def advance(self, dt_s: float, body: "Body", influence: Influence) -> None:
        """Let ``dt_s`` pass and write what all insults do now."""
        if self._whose.size:
            self._go_on(dt_s, body, influence)
        if self._retainers.size:
            exacerbations = self.place[KINDS[COPD]]
            felt = special.retain(dt_s, self._retainers, exacerbations, body.state, influence.matrix)
            if felt:
                influence.acting = True

    def _go_on(self, dt_s: float, body: "Body", influence: Influence) -> None:
        found = doing.do(dt_s, body.state, influence.matrix, influence.rhythm, self._whose, self.each, _KNOWN)
        influence.acting = True
        influence.demanding |= bool(found & doing.DEMANDED)
        if found & doing.DRUGGED:
            body.opioid.notice()
        if found & doing.RECOVERED:
            self._forget()

    def _forget(self) -> None:
        """Leave out those who have recovered."""
        ill = (self.each[STAGE] > 0.0) | (self.each[GOAL] > 0.0)
        self._whose, self.each = (
            np.ascontiguousarray(self._whose[:, ill]),
            np.ascontiguousarray(self.each[:, ill]),
        )
        self._index()


def _kind(name: str) -> int:
    kind = KINDS.get(name)
    if kind is None:
        raise ValueError(f"there is no insult {name!r}; there are {', '.join(sorted(INSULTS))}")
    return kind
