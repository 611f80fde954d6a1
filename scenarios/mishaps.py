"""Faults that a hand brings: checked like a scenario's ``faults:``, and done and told like them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from msgspec.structs import replace
from pydantic import ValidationError

from broker import messages as m
from scenarios.cast import Patient
from scenarios.faults import FAULTS, plain
from scenarios.happenings import Happening, of_fault
from scenarios.loader import in_words
from scenarios.model import Fault
from scenarios.rules import lasting
from scenarios.rules import of_fault as remarks
from scenarios.turns import FaultTurn, Told, Unlabelled, What
from scenarios.words import meant

HOW: Final[dict[str, dict[str, float | str]]] = {
    "cadence_bpm": {"label": "moves", "unit": "/min", "usual": 110},
    "mains_hz": {"label": "mains", "unit": "Hz", "usual": 50},
    "share": {"label": "share", "unit": "0 to 1"},
    "delay_s": {"label": "late by", "unit": "s"},
    "ahead_min": {"label": "ahead by", "unit": "min", "usual": 60},
    "ppm": {"label": "gains", "unit": "ppm", "usual": 50},
}
"""How strong a fault may be said to be by hand: words of ``Steer.how``, with what a page shows."""
_FIELDS: Final = {"delay_s": "delay"}
"""Words that a scenario writes with a unit instead."""
SWAPPED: Final = "swapped"
Place = tuple[str, str, str]
"""A bed, a device and a kind of fault."""


@dataclass(slots=True)
class Swap:
    """Two beds' devices exchanged from ``at_ms`` until ``end_ms``, ``None`` to the end."""

    device: str
    beds: tuple[str, str]
    at_ms: int
    end_ms: int | None

    def on(self, at_ms: int) -> bool:
        """Say whether it is so at a moment."""
        return self.at_ms <= at_ms and (self.end_ms is None or at_ms < self.end_ms)

    def meets(self, device: str, beds: set[str], at_ms: int, end_ms: int | None) -> bool:
        """Say whether the same device of one of ``beds`` is swapped at any time of a stretch."""
        apart = (self.end_ms is not None and self.end_ms <= at_ms) or (
            end_ms is not None and end_ms <= self.at_ms
        )
        return self.device == device and bool(beds & {*self.beds}) and not apart


def knows(kind: str) -> dict[str, dict[str, float | str]]:
    """Return how strong a kind of fault may be said to be."""
    known = FAULTS[kind].knows  # type: ignore[index]  # a FaultKind, as a string
    return {word: about for word, about in HOW.items() if _FIELDS.get(word, word) in known}


class Mishaps:
    """What has been swapped, by script and by hand, and what is to end by itself."""

    def __init__(self, patients: Sequence[Patient]) -> None:
        self._patients: Mapping[str, tuple[int, Patient]] = {p.bed: (i, p) for i, p in enumerate(patients)}
        self._ending: dict[Place, list[Happening]] = {}
        self._swaps = [
            Swap(f.device, (p.bed, f.other_bed), f.at, _end(f))
            for p in patients
            for f in p.script.faults
            if f.kind == SWAPPED and f.other_bed is not None
        ]

    def add(self, steered: m.Steered) -> tuple[list[Happening], list[Happening]]:
        """Begin or mend a fault: return what that comes to, and what would have ended such a one by itself.

        Raise ``ValueError`` saying what there is instead.
        """
        steered = _plain(steered)
        place = _place(steered.what)
        made = self._begin(steered) if steered.what.do == "fault" else self._mend(steered)
        unmade = self._ending.pop(place, [])
        self._ending[place] = [h for h in made if h.at_ms > steered.at]
        return made, unmade

    def _begin(self, steered: m.Steered) -> list[Happening]:
        """Return what a fault comes to, its end too."""
        fault = self._checked(steered)
        beds = [steered.what.bed]
        if fault.kind == SWAPPED:
            beds.append(self._partner(fault, steered.what.bed))
            swap = Swap(fault.device, (beds[0], beds[1]), fault.at, _end(fault))
            if any(s.meets(fault.device, {*beds}, swap.at_ms, swap.end_ms) for s in self._swaps):
                raise ValueError(f"one of the two {fault.device}s is swapped then; mend that first")
            self._swaps.append(swap)
        first, *others = (self._patients[bed][0] for bed in beds)
        done = [Happening(at_ms, first, _by_hand(what)) for at_ms, what in of_fault(fault)]
        for other in others:  # told there too; the devices are exchanged once
            done += [Happening(h.at_ms, other, h.what) for h in done if not isinstance(h.what, FaultTurn)]
        return done

    def _mend(self, steered: m.Steered) -> list[Happening]:
        """Return what it comes to that a fault is ended."""
        steer = steered.what
        bed, patient = self._patients[steer.bed]
        device = _known(patient, steer)
        beds, other = [bed], None
        if steer.name == SWAPPED:
            other = self._back(device, steered)
            beds.append(self._patients[other][0])
        name = f"{device} {steer.name}"
        over = (Unlabelled(name), _by_hand(Told("fault-ended", name)))
        turn = FaultTurn(device, steer.name, on=False, other_bed=other)
        return [Happening(steered.at, bed, turn), *(Happening(steered.at, b, w) for b in beds for w in over)]

    def _checked(self, steered: m.Steered) -> Fault:
        steer = steered.what
        _, patient = self._patients[steer.bed]
        device = _known(patient, steer)
        written: dict[str, object] = {"kind": steer.name, "device": device, "at": f"{steered.at} ms"}
        if steer.lasts_s is not None:
            written["lasts"] = _ms(steer.lasts_s)
        if steer.other_bed is not None:
            written["other_bed"] = steer.other_bed
        for word, value in steer.how.items():
            if word not in HOW:
                raise ValueError(f"a fault has no {word!r}; {meant(word, knows(steer.name) or HOW)}")
            whole = word == "mains_hz" and value == int(value)
            written[_FIELDS.get(word, word)] = (
                _ms(value) if word == "delay_s" else int(value) if whole else value
            )
        try:
            fault = Fault.model_validate(written)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            raise ValueError("; ".join(w for w in in_words(first["loc"], first) if w)) from None
        for remark in remarks(patient.script, fault, ()):
            raise ValueError(f"{remark.what}; {remark.suggestion}")
        return fault

    def _back(self, device: str, steered: m.Steered) -> str:
        """End a swap of devices; return the other bed."""
        bed = steered.what.bed
        for swap in self._swaps:
            if swap.device == device and bed in swap.beds and swap.on(steered.at):
                swap.end_ms = steered.at
                return swap.beds[swap.beds[0] == bed]
        raise ValueError(f"the {device} of {bed} is nobody else's now")

    def _partner(self, fault: Fault, bed: str) -> str:
        other = str(fault.other_bed)
        if other not in self._patients:
            raise ValueError(f"no such bed here: {other!r}; {meant(other, self._patients)}")
        if other == bed:
            raise ValueError("a device cannot be swapped with itself; name another bed")
        if fault.device not in self._patients[other][1].script.wears:
            raise ValueError(f"nobody wears the {fault.device} in {other}; name another bed")
        return other


def _plain(steered: m.Steered) -> m.Steered:
    """Return the same deed with its kind of fault by the name it has here."""
    steer = steered.what
    return replace(steered, what=replace(steer, name=str(plain(steer.name))))


def _known(patient: Patient, steer: m.Steer) -> str:
    """Return the device of a fault; raise ``ValueError`` saying what can befall which."""
    sort = next((sort for kind, sort in FAULTS.items() if kind == steer.name), None)
    if sort is None:
        raise ValueError(f"no such fault: {steer.name!r}; {meant(steer.name, FAULTS)}")
    worn = [d for d in sort.devices if d in patient.script.wears]
    if steer.device not in worn:
        raise ValueError(f"{steer.name} can befall here: {', '.join(worn) or 'nothing'}")
    return str(steer.device)


def _end(fault: Fault) -> int | None:
    lasts = lasting(fault)
    return None if lasts is None else fault.at + lasts


def _place(steer: m.Steer) -> Place:
    return steer.bed, str(steer.device), steer.name


def _ms(seconds: float) -> str:
    return f"{round(1000 * seconds)} ms"


def _by_hand(what: What) -> What:
    return Told(what.kind, f"{what.text} (by hand)") if isinstance(what, Told) else what
