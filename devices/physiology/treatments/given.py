"""All that was given to the patients of a ward, and what it does to them now."""

from typing import TYPE_CHECKING, Final

from devices.physiology.influence import Influence
from devices.physiology.insults import Insults
from devices.physiology.treatments import acting
from devices.physiology.treatments.acts import ACTS, ENDS
from devices.physiology.treatments.flat import flat
from devices.physiology.treatments.kinds import Treatment
from devices.physiology.treatments.sheet import Sheet
from devices.physiology.treatments.table import TREATMENTS

if TYPE_CHECKING:
    from devices.physiology.body import Body

KINDS: Final = {name: place for place, name in enumerate(TREATMENTS)}
"""Where each kind stands in the table."""
_KNOWN: Final = flat(tuple(TREATMENTS.values()))
_NAMES: Final = tuple(TREATMENTS)


class Treatments:
    """Everything that N patients were given. Deterministic, and the same for steps of any size."""

    def __init__(self) -> None:
        self._now_s = 0.0
        self._sheet = Sheet(_KNOWN)
        self._pending: list[tuple[float, int, str, float]] = []
        self._later: list[tuple[float, int, str, str]] = []
        """When whose heart goes from which rhythm into which."""

    def give(self, patient: int, name: str, dose: float | None = None) -> None:
        """Give a dose, in its unit (``None``: the usual); raise ``ValueError`` with what there is.

        What is held (a drip, a mask, a position) is set to ``dose`` until it is stopped.
        """
        kind = _known(name)
        amount = kind.dose(dose)
        if kind.act == "oxygen":
            self._take_off(patient, name)
        self._sheet.give(KINDS[name], patient, amount / kind.usual, self._now_s)
        if kind.act:
            self._pending.append((self._now_s + kind.act_after_s, patient, name, amount))

    def stop(self, patient: int, name: str) -> None:
        """Stop what is held or still runs in; what has acted has acted. Raise ``ValueError``."""
        kind = _known(name)
        self._sheet.stop(KINDS[name], patient, self._now_s)
        if kind.act in ENDS:
            self._pending.append((self._now_s, patient, name, 0.0))

    def held(self, patient: int, name: str) -> bool:
        """Say whether a patient has a treatment that goes on until it is stopped."""
        return self._sheet.holds(KINDS[name], patient)

    def on(self, patient: int) -> dict[str, float]:
        """Return what acts on a patient now: name to effect in usual doses, largest first."""
        self._sheet.feel(self._now_s, 1.0)
        found = {_NAMES[kind]: effect for kind, effect in self._sheet.on(patient).items() if effect > 0.0}
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))

    def advance(self, dt_s: float, body: "Body", influence: Influence, insults: Insults) -> None:
        """Let ``dt_s`` pass and write what all treatments do now."""
        self._now_s += dt_s
        if self._pending or self._later:
            self._do(body)
        sheet = self._sheet
        if not len(sheet):
            return
        sheet.sweep(self._now_s)
        acting.step(
            self._now_s, dt_s, sheet.doses, sheet.lines, _KNOWN, sheet.effects, insults.place, insults.each,
            body.state, influence.matrix, sheet.strengths,
        )  # fmt: skip
        influence.acting = True

    def _do(self, body: "Body") -> None:
        """Do at once what treatments newly given or ended do, and what was begun earlier."""
        due = [item for item in self._pending if item[0] <= self._now_s]
        if due:
            self._pending = [item for item in self._pending if item[0] > self._now_s]
        for _, patient, name, amount in due:
            kind = TREATMENTS[name]
            changes = (ACTS if amount else ENDS)[kind.act](body, patient, kind, amount)
            before = ""
            for after_s, rhythm in changes:
                self._later.append((self._now_s + after_s, patient, before, rhythm))
                before = rhythm
        for item in [item for item in self._later if item[0] <= self._now_s]:
            self._later.remove(item)
            _, patient, before, rhythm = item
            if not body.heart.dead[patient] and before in {"", body.heart.rhythm[patient]}:
                body.heart.become(patient, body.heart.comes_of(patient, rhythm))

    def _take_off(self, patient: int, name: str) -> None:
        """Take off the device by which a patient had oxygen until now."""
        for kind in self._sheet.on(patient):
            other = _NAMES[kind]
            if TREATMENTS[other].act == "oxygen" and other != name:
                self._sheet.stop(kind, patient, self._now_s)


def _known(name: str) -> Treatment:
    kind = TREATMENTS.get(name)
    if kind is None:
        raise ValueError(f"there is no treatment {name!r}; there are {', '.join(sorted(TREATMENTS))}")
    return kind
