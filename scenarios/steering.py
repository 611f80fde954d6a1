"""What an instructor does to beds while a session plays: checked, and then part of the script.

A session taken up again does it again at the same simulated moment, so that it goes on alike.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

import numpy as np

from broker import messages as m
from devices.physiology.treatments import TREATMENTS
from scenarios import doings
from scenarios.cast import Patient
from scenarios.causes import Insult, Treatment
from scenarios.curves import Floats
from scenarios.faults import FAULTS
from scenarios.happenings import Happening
from scenarios.model import RANGES
from scenarios.trajectories import UNITS
from scenarios.turns import (
    BreathTurn,
    FaultTurn,
    InsultTurn,
    Labelled,
    PinTurn,
    PotassiumTurn,
    RhythmTurn,
    StTurn,
    Told,
    TreatTurn,
    What,
)
from scenarios.words import KNOWN, meant

RAMP_S: Final = 30.0
"""How long a pinned sign takes to its value, where nobody says (*heuristic*)."""


POTASSIUM: Final = (1.5, 10.0)
"""Bounds of the potassium that an ECG is drawn at, mmol/L, as in a scenario."""


class Steering:
    """What was done by hand in one session, in the order of simulated time."""

    def __init__(self, patients: Sequence[Patient], done: Sequence[m.Steered] = ()) -> None:
        self._patients = {p.bed: (i, p) for i, p in enumerate(patients)}
        self._done: list[Happening] = []
        self._pins: dict[str, Pins] = {}
        self._n = len(patients)
        for steered in done:
            self.add(steered)

    def add(self, steered: m.Steered) -> None:
        """Do something at its moment; raise ``ValueError`` saying what cannot be done, and what can."""
        bed, patient = self._bed(steered.what.bed)
        for what in turns(patient, steered.what):
            self._done.append(Happening(steered.at, bed, what))

    def due(self, after_ms: int, until_ms: int) -> list[Happening]:
        """Return what is to be done in ``after_ms < t <= until_ms``."""
        return [h for h in self._done if after_ms < h.at_ms <= until_ms]

    def pin(self, bed: int, what: PinTurn, at_ms: int, now: float) -> None:
        """Take a vital sign that is ``now`` over from script and body, or give it back."""
        self._pins.setdefault(what.sign, Pins(self._n)).set(bed, what, at_ms, now)

    def over(self, targets: dict[str, Floats], at_ms: int) -> dict[str, Floats]:
        """Return the script's targets with the pinned ones over them."""
        if not self._pins:
            return targets
        nothing = np.full(self._n, np.nan)
        pinned = {s: pins.over(targets.get(s, nothing), at_ms) for s, pins in self._pins.items()}
        return {**targets, **pinned}

    def _bed(self, name: str) -> tuple[int, Patient]:
        if name not in self._patients:
            raise ValueError(f"no such bed here: {name!r}; {meant(name, self._patients)}")
        return self._patients[name]


class Pins:
    """One vital sign held by hand: from where, to where, from when, for how long, arrays ``[N]``."""

    def __init__(self, n: int) -> None:
        self._from, self._to = np.full(n, np.nan), np.full(n, np.nan)
        self._at_ms, self._over_ms = np.zeros(n), np.ones(n)

    def set(self, bed: int, what: PinTurn, at_ms: int, now: float) -> None:
        """Hold a bed's sign, which is ``now``, or let it go."""
        self._from[bed], self._to[bed] = now, np.nan if what.value is None else what.value
        self._at_ms[bed], self._over_ms[bed] = at_ms, max(1000.0 * what.over_s, 1.0)

    def over(self, target: Floats, at_ms: int) -> Floats:
        """Return where the sign is wanted: by hand, else as ``target`` says."""
        share = np.clip((at_ms - self._at_ms) / self._over_ms, 0.0, 1.0)
        held = self._from + (self._to - self._from) * share
        return np.where(np.isnan(self._to), target, held)


def turns(patient: Patient, steer: m.Steer) -> list[What]:
    """Return what a deed comes to; raise ``ValueError`` saying what there is instead."""
    return list(_DEEDS[steer.do](patient, steer))


def _insult(_: Patient, steer: m.Steer) -> Iterator[What]:
    _known("insult", steer.name)
    severity = 1.0 if steer.value is None else steer.value
    if not 0.0 < severity <= 1.0:
        raise ValueError("a severity is above 0 and at most 1")
    given = Insult(insult=steer.name, severity=severity, tempo=steer.tempo or 1.0)
    yield InsultTurn(steer.name, severity, given.tempo)
    label = doings.label_of([given])
    yield Labelled(label, None, doings.insult_words(given))
    yield Told("insult-began", f"{doings.insult_words(given)} (by hand)")


def _ease(_: Patient, steer: m.Steer) -> Iterator[What]:
    _known("insult", steer.name)
    yield InsultTurn(steer.name, 0.0)
    yield Told("insult-eased", f"{steer.name} (by hand)")


def _treat(_: Patient, steer: m.Steer) -> Iterator[What]:
    _known("treatment", steer.name)
    kind = TREATMENTS[steer.name]
    if steer.value is not None and not kind.least <= steer.value <= kind.most:
        raise ValueError(f"a dose of {steer.name} is {kind.least:g} to {kind.most:g} {kind.unit}")
    yield TreatTurn(steer.name, on=True, dose=steer.value)
    words = doings.treatment_words(Treatment(treatment=steer.name, dose=steer.value))
    yield Told("treatment-given", f"{words} (by hand)")


def _stop(_: Patient, steer: m.Steer) -> Iterator[What]:
    _known("treatment", steer.name)
    yield TreatTurn(steer.name, on=False)
    yield Told("treatment-ended", f"{TREATMENTS[steer.name].label} (by hand)")


def _rhythm(_: Patient, steer: m.Steer) -> Iterator[What]:
    _known("rhythm", steer.name)
    pulse = steer.value != 0.0
    yield RhythmTurn(steer.name, pulse)
    yield Told("rhythm", f"{steer.name}{'' if pulse else ', no pulse'} (by hand)")


def _st(_: Patient, steer: m.Steer) -> Iterator[What]:
    _known("territory", steer.name)
    mv = 0.0 if steer.value is None else steer.value
    if not -1.0 <= mv <= 1.0:
        raise ValueError("ST is raised by -1 to 1 mV; 0 ends it")
    yield StTurn(steer.name, mv)
    yield Told("st", f"ST {steer.name} {mv:+g} mV (by hand)")


def _potassium(_: Patient, steer: m.Steer) -> Iterator[What]:
    if steer.name != "potassium":
        raise ValueError(f"no such electrolyte: {steer.name!r}; there is: potassium")
    low, high = POTASSIUM
    if steer.value is not None and not low <= steer.value <= high:
        raise ValueError(f"potassium is {low:g} to {high:g} mmol/L; without a value it is the body's own")
    yield PotassiumTurn(steer.value)
    told = "the body's own" if steer.value is None else f"{steer.value:g} mmol/L"
    yield Told("potassium", f"Potassium {told} (by hand)")


def _breathing(_: Patient, steer: m.Steer) -> Iterator[What]:
    _known("breathing", steer.name)
    yield BreathTurn(steer.name)
    yield Told("breathing", f"{steer.name} (by hand)")


def _fault(patient: Patient, steer: m.Steer) -> Iterator[What]:
    able = {kind: sort for kind, sort in FAULTS.items() if kind != "swapped"}
    sort = next((sort for kind, sort in able.items() if kind == steer.name), None)
    if sort is None:
        raise ValueError(f"no such fault: {steer.name!r}; {meant(steer.name, able)}")
    worn = [d for d in sort.devices if d in patient.script.wears]
    if steer.device not in worn:
        raise ValueError(f"{steer.name} can befall here: {', '.join(worn) or 'nothing'}")
    on = steer.do == "fault"
    yield FaultTurn(str(steer.device), steer.name, on=on)
    name = f"{steer.device} {steer.name}"
    if on:
        yield Labelled(steer.name, None, name)
    yield Told("fault-began" if on else "fault-ended", f"{name} (by hand)")


def _pin(_: Patient, steer: m.Steer) -> Iterator[What]:
    if steer.name not in RANGES:
        raise ValueError(f"no such vital sign: {steer.name!r}; {meant(steer.name, RANGES)}")
    if steer.do == "release":
        yield PinTurn(steer.name, None)
        yield Told("released", f"{steer.name} (by hand)")
        return
    low, high = RANGES[steer.name]
    if steer.value is None or not low <= steer.value <= high:
        raise ValueError(f"{steer.name} is pinned at a value of {low:g} to {high:g} {UNITS[steer.name]}")
    over_s = RAMP_S if steer.over_s is None else steer.over_s
    yield PinTurn(steer.name, steer.value, over_s)
    yield Told("pinned", f"{steer.name} {steer.value:g} {UNITS[steer.name]} (by hand)")


def _known(kind: str, name: str) -> None:
    if name not in KNOWN[kind]:
        raise ValueError(f"no such {kind}: {name!r}; {meant(name, KNOWN[kind])}")


_DEEDS: Final[dict[str, Callable[[Patient, m.Steer], Iterator[What]]]] = {
    "insult": _insult, "ease": _ease, "treat": _treat, "stop": _stop, "rhythm": _rhythm,
    "breathing": _breathing, "st": _st, "potassium": _potassium,
    "fault": _fault, "mend": _fault, "pin": _pin, "release": _pin,
}  # fmt: skip
