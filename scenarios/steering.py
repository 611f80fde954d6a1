"""What an instructor does to beds while a session plays: checked, and then part of the script.

A session taken up again does it again at the same simulated moment, so that it goes on alike.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, get_args

import numpy as np

from broker import messages as m
from devices.physiology.approach import PULSE_MMHG
from devices.physiology.treatments import TREATMENTS
from devices.signals.conditions import FULL_MV, NO_INFARCTS, TERRITORIES
from devices.signals.rhythms import RHYTHMS
from scenarios import doings
from scenarios.cast import Patient
from scenarios.causes import Insult, Treatment
from scenarios.curves import Floats
from scenarios.happenings import Happening
from scenarios.mishaps import Mishaps
from scenarios.model import RANGES
from scenarios.trajectories import UNITS
from scenarios.turns import (
    AwakeTurn,
    BreathTurn,
    FallTurn,
    InsultTurn,
    Labelled,
    MeasureTurn,
    PinTurn,
    PotassiumTurn,
    QtTurn,
    RhythmTurn,
    StTurn,
    Told,
    TreatTurn,
    Unlabelled,
    What,
)
from scenarios.words import ASKED, FALL, KNOWN, POTASSIUM, QT, meant

RAMP_S: Final = 30.0
"""How long a pinned sign takes to its value, where nobody says (*heuristic*)."""
HELD: Final = {"st": "ST", "potassium": "Potassium", "qt": "QT", "consciousness": "Consciousness"}
"""What may be released, beside vital signs, and what it is called."""
NO_BAND: Final = "nobody here wears a band, so no device notices"


class Steering:
    """What was done by hand in one session, in the order of simulated time."""

    def __init__(self, patients: Sequence[Patient], done: Sequence[m.Steered] = ()) -> None:
        self._beds = {p.bed: i for i, p in enumerate(patients)}
        self._done: list[Happening] = []
        self._pins: dict[str, Pins] = {}
        self._mishaps = Mishaps(patients)
        self._n = len(patients)
        self._worn = {p.bed: p.script.wears for p in patients}
        for steered in done:
            self.add(steered)

    def add(self, steered: m.Steered) -> None:
        """Do something at its moment; raise ``ValueError`` saying what cannot be done, and what can."""
        bed = self._bed(steered.what.bed)
        if steered.what.do == "measure":
            _askable(steered.what, self._worn[steered.what.bed])
        if steered.what.do not in {"fault", "mend"}:
            self._done += [Happening(steered.at, bed, what) for what in turns(steered.what)]
            return
        made, unmade = self._mishaps.add(steered)
        over = {id(h) for h in unmade}
        self._done = [h for h in self._done if id(h) not in over or h.at_ms <= steered.at] + made

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

    def doubt(self, what: m.Steer, rhythm: str) -> str:
        """Return what a bed's ``rhythm`` makes of a deed otherwise than one would think, else nothing."""
        if what.do == "fall" and what.name == "fall" and "band" not in self._worn[what.bed]:
            return NO_BAND
        if what.do == "rhythm":
            return rate_doubt(what.name, self._pinned(what.bed, "hr"))
        if what.do != "pin":
            return ""
        if what.name == "hr":
            return rate_doubt(rhythm, what.value)
        sbp, dbp = (what.value if what.name == s else self._pinned(what.bed, s) for s in ("sbp", "dbp"))
        return pressure_doubt(sbp, dbp) if what.name in {"sbp", "dbp"} else ""

    def _pinned(self, bed: str, sign: str) -> float | None:
        """Return at what a bed's sign is held by hand, ``None`` if it is not."""
        return self._pins[sign].goal(self._bed(bed)) if sign in self._pins else None

    def _bed(self, name: str) -> int:
        if name not in self._beds:
            raise ValueError(f"no such bed here: {name!r}; {meant(name, self._beds)}")
        return self._beds[name]


class Pins:
    """One vital sign held by hand: from where, to where, from when, for how long, arrays ``[N]``."""

    def __init__(self, n: int) -> None:
        self._from, self._to = np.full(n, np.nan), np.full(n, np.nan)
        self._at_ms, self._over_ms = np.zeros(n), np.ones(n)

    def set(self, bed: int, what: PinTurn, at_ms: int, now: float) -> None:
        """Hold a bed's sign, which is ``now``, or let it go: to the script as slowly as it came."""
        self._from[bed], self._to[bed] = now, np.nan if what.value is None else what.value
        self._at_ms[bed], self._over_ms[bed] = at_ms, max(1000.0 * what.over_s, 1.0)

    def goal(self, bed: int) -> float | None:
        """Return at what a bed's sign is held, ``None`` if it is not."""
        return None if np.isnan(self._to[bed]) else float(self._to[bed])

    def over(self, target: Floats, at_ms: int) -> Floats:
        """Return where the sign is wanted: by hand, else as ``target`` says."""
        share = np.clip((at_ms - self._at_ms) / self._over_ms, 0.0, 1.0)
        goal = np.where(np.isnan(self._to), target, self._to)
        held = self._from + (goal - self._from) * share
        return np.where(share < 1.0, np.where(np.isnan(held), goal, held), goal)


def rate_doubt(rhythm: str, hr: float | None) -> str:
    """Return what a rhythm makes of a pinned heart rate that it does not allow, else nothing."""
    kind = RHYTHMS[rhythm]
    low, high = kind.bounds
    if hr is None or (low <= hr <= high and not kind.stopped):
        return ""
    if kind.stopped:
        return f"{kind.label}: no heart rate, whatever it is pinned at"
    return f"{kind.label} keeps the heart rate at {low:g} to {high:g} /min; pinned is {hr:g}"


def pressure_doubt(sbp: float | None, dbp: float | None) -> str:
    """Return what becomes of pinned pressures that leave no pulse between them, else nothing."""
    if sbp is None or dbp is None or dbp < sbp - PULSE_MMHG + 1e-9:
        return ""
    return f"a diastolic pressure stays {PULSE_MMHG:g} mmHg below the systolic, which is pinned at {sbp:g}"


def turns(steer: m.Steer) -> list[What]:
    """Return what a deed to a body comes to; raise ``ValueError`` saying what there is instead."""
    return list(_DEEDS[steer.do](steer))


def _insult(steer: m.Steer) -> Iterator[What]:
    _known("insult", steer.name)
    severity = 1.0 if steer.value is None else steer.value
    if not 0.0 < severity <= 1.0:
        raise ValueError("a severity is above 0 and at most 1")
    given = Insult(insult=steer.name, severity=severity, tempo=steer.tempo or 1.0)
    yield InsultTurn(steer.name, severity, given.tempo)
    label = doings.label_of([given])
    yield Labelled(label, None, doings.insult_words(given), of=steer.name)
    yield Told("insult-began", f"{doings.insult_words(given)} (by hand)")


def _ease(steer: m.Steer) -> Iterator[What]:
    _known("insult", steer.name)
    yield InsultTurn(steer.name, 0.0)
    yield Unlabelled(steer.name)
    yield Told("insult-eased", f"{steer.name} (by hand)")


def _treat(steer: m.Steer) -> Iterator[What]:
    _known("treatment", steer.name)
    kind = TREATMENTS[steer.name]
    if steer.value is not None and not kind.least <= steer.value <= kind.most:
        raise ValueError(f"a dose of {steer.name} is {kind.least:g} to {kind.most:g} {kind.unit}")
    yield TreatTurn(steer.name, on=True, dose=steer.value)
    words = doings.treatment_words(Treatment(treatment=steer.name, dose=steer.value))
    yield Told("treatment-given", f"{words} (by hand)")


def _stop(steer: m.Steer) -> Iterator[What]:
    _known("treatment", steer.name)
    yield TreatTurn(steer.name, on=False)
    yield Told("treatment-ended", f"{TREATMENTS[steer.name].label} (by hand)")


def _rhythm(steer: m.Steer) -> Iterator[What]:
    _known("rhythm", steer.name)
    pulse = steer.value != 0.0
    yield RhythmTurn(steer.name, pulse)
    yield Told("rhythm", f"{steer.name}{'' if pulse else ', no pulse'} (by hand)")


def _st(steer: m.Steer) -> Iterator[What]:
    _known("territory", steer.name)
    mv = (0.0 if steer.age_h is None else FULL_MV) if steer.value is None else steer.value
    if not -1.0 <= mv <= 1.0:
        raise ValueError("ST is raised by -1 to 1 mV; release `st` gives it back to the body")
    if steer.age_h is not None and mv <= 0.0:
        raise ValueError("an infarct raises ST by 0 to 1 mV; leave its age out to lower ST")
    if steer.age_h is not None and steer.name in NO_INFARCTS:
        raise ValueError(f"{steer.name} is no infarct; leave its age out")
    yield StTurn(steer.name, mv, steer.age_h)
    yield Told("st", f"{doings.injury_words(steer.name, mv, steer.age_h)} (by hand)")


def _potassium(steer: m.Steer) -> Iterator[What]:
    if steer.name != "potassium":
        raise ValueError(f"no such electrolyte: {steer.name!r}; there is: potassium")
    low, high = POTASSIUM
    if steer.value is not None and not low <= steer.value <= high:
        raise ValueError(f"potassium is {low:g} to {high:g} mmol/L; without a value it is the body's own")
    yield PotassiumTurn(steer.value)
    yield Told("potassium", f"{doings.potassium_words(steer.value)} (by hand)")


def _qt(steer: m.Steer) -> Iterator[What]:
    if steer.name != "qt":
        raise ValueError(f"no such interval: {steer.name!r}; there is: qt")
    low, high = QT
    if steer.value is not None and not low <= steer.value <= high:
        raise ValueError(f"QT is {low:g} to {high:g} times what the rate makes it; without a value that")
    yield QtTurn(steer.value)
    yield Told("qt", f"{doings.qt_words(steer.value)} (by hand)")


def _breathing(steer: m.Steer) -> Iterator[What]:
    _known("breathing", steer.name)
    yield BreathTurn(steer.name)
    yield Told("breathing", f"{steer.name} (by hand)")


def _release(steer: m.Steer) -> Iterator[What]:
    if steer.name not in (*RANGES, *HELD):
        raise ValueError(f"nothing to release: {steer.name!r}; {meant(steer.name, (*RANGES, *HELD))}")
    match steer.name:
        case "st":
            yield from (StTurn(territory, None) for territory in TERRITORIES)
        case "potassium":
            yield PotassiumTurn(None)
        case "qt":
            yield QtTurn(None)
        case "consciousness":
            yield AwakeTurn(None)
        case sign:
            yield PinTurn(sign, None, RAMP_S if steer.over_s is None else steer.over_s)
    yield Told("released", f"{steer.name} (by hand)")


def _pin(steer: m.Steer) -> Iterator[What]:
    if steer.name not in RANGES:
        raise ValueError(f"no such vital sign: {steer.name!r}; {meant(steer.name, RANGES)}")
    low, high = RANGES[steer.name]
    if steer.value is None or not low <= steer.value <= high:
        raise ValueError(f"{steer.name} is pinned at a value of {low:g} to {high:g} {UNITS[steer.name]}")
    over_s = RAMP_S if steer.over_s is None else steer.over_s
    yield PinTurn(steer.name, steer.value, over_s)
    yield Told("pinned", f"{steer.name} {steer.value:g} {UNITS[steer.name]} (by hand)")


def _consciousness(steer: m.Steer) -> Iterator[What]:
    _known("consciousness", steer.name)
    acvpu = next(letter for letter in get_args(m.Acvpu) if letter == steer.name)
    yield AwakeTurn(acvpu)
    yield Told("charted", f"ACVPU {acvpu} (by hand)")


def _fall(steer: m.Steer) -> Iterator[What]:
    _known("fall", steer.name)
    down = steer.name == "fall"
    yield FallTurn(on=down)
    yield Labelled("fall", None, "Falls", of="fall") if down else Unlabelled("fall")
    yield Told("fall" if down else "fall-ended", f"{FALL[steer.name]} (by hand)")


def _measure(steer: m.Steer) -> Iterator[What]:
    yield MeasureTurn(steer.name)
    yield Told("measurement", f"{steer.name.capitalize()} measures (by hand)")


def _askable(steer: m.Steer, worn: Sequence[str]) -> None:
    able = [device for device in ASKED if device in worn]
    if steer.name not in able:
        raise ValueError(f"can be asked to measure here: {', '.join(able) or 'nothing'}")


def _known(kind: str, name: str) -> None:
    if name not in KNOWN[kind]:
        raise ValueError(f"no such {kind}: {name!r}; {meant(name, KNOWN[kind])}")


_DEEDS: Final[dict[str, Callable[[m.Steer], Iterator[What]]]] = {
    "insult": _insult, "ease": _ease, "treat": _treat, "stop": _stop, "rhythm": _rhythm,
    "breathing": _breathing, "st": _st, "potassium": _potassium, "qt": _qt,
    "pin": _pin, "release": _release, "consciousness": _consciousness, "fall": _fall, "measure": _measure,
}  # fmt: skip
