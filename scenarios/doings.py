"""When insults, treatments, rhythms and patterns of breathing come and go in a bed, and what is told."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from broker import messages as m
from devices.physiology.insults import INSULTS
from devices.physiology.treatments import TREATMENTS
from devices.signals.patterns import PATTERNS
from devices.signals.rhythms import RHYTHMS
from scenarios.causes import DISTRACTORS, Injury, Insult, LabelKind, Treatment
from scenarios.model import Bed, Phase
from scenarios.turns import (
    Begun,
    BreathTurn,
    Ended,
    InsultTurn,
    Labelled,
    PotassiumTurn,
    QtTurn,
    RhythmTurn,
    StTurn,
    Told,
    TreatTurn,
    Unlabelled,
    What,
)

BEGINNINGS = ("insult-began", "treatment-given", "rhythm", "breathing", "st", "potassium", "qt")
USUAL_RHYTHM, USUAL_BREATHING = "sinus", "regular"
OWN = "the body's own"


@dataclass(frozen=True, slots=True)
class Frame:
    """The phase something is written in: from when, how much faster, until when; or the whole bed."""

    at_ms: int = 0
    tempo: float = 1.0
    end_ms: int | None = None
    labelled: bool = False

    @classmethod
    def of(cls, phase: Phase) -> "Frame":
        """Return the frame of a phase, which has a label of its own."""
        end = None if phase.lasts is None else phase.at + phase.lasts
        return cls(phase.at, phase.tempo, end, labelled=True)

    def span(self, at: int, lasts: int | None) -> tuple[int, int | None]:
        """Return from when to when, in ms from the scenario's start, something written here is."""
        begin = self.at_ms + round(at / self.tempo)
        own = None if lasts is None else begin + round(lasts / self.tempo)
        ends = [e for e in (own, self.end_ms) if e is not None]
        return begin, min(ends, default=None)


def of(script: Bed) -> Iterator[tuple[int, What]]:
    """Return when what happens, in no order."""
    owners = count()
    for frame, part in _parts(script):
        for insult in part.insults:
            yield from _insult(frame, insult, next(owners))
        for treatment in part.treatments:
            yield from _treatment(frame, treatment, next(owners))
        for injury in part.st:
            yield from _injury(frame, injury, next(owners))
        yield from _heart_and_breath(frame, part, next(owners))
        yield from _bending(frame, part, next(owners))


def _parts(script: Bed) -> Iterator[tuple[Frame, Bed | Phase]]:
    yield Frame(), script
    for phase in script.phases:
        yield Frame.of(phase), phase


def _insult(frame: Frame, given: Insult, owner: int) -> Iterator[tuple[int, What]]:
    begin, end = frame.span(given.at, given.lasts)
    words = insult_words(given)
    turn = InsultTurn(given.insult, given.severity, given.tempo * frame.tempo)
    yield begin, Begun(owner, turn, words)
    yield begin, Told("insult-began", words)
    label = given.label or ("none" if frame.labelled else label_of([given]))
    if label != "none":
        yield begin, Labelled(label, end, words, of=given.insult)
    if end is not None:
        over = (Unlabelled(given.insult), Told("insult-eased", words))
        yield end, Ended(owner, turn, InsultTurn(given.insult, 0.0), over)


def _treatment(frame: Frame, given: Treatment, owner: int) -> Iterator[tuple[int, What]]:
    begin, end = frame.span(given.at, given.lasts)
    kind, words = TREATMENTS[given.treatment], treatment_words(given)
    turn = TreatTurn(given.treatment, on=True, dose=given.dose)
    yield begin, Begun(owner, turn, words)
    yield begin, Told("treatment-given", words)
    if end is not None and (kind.course.held or given.lasts is not None):
        over = (Told("treatment-ended", kind.label),)
        yield end, Ended(owner, turn, TreatTurn(given.treatment, on=False), over)
    elif kind.over_s:
        yield begin + round(1000 * kind.over_s), Ended(owner, turn, None)


def _injury(frame: Frame, given: Injury, owner: int) -> Iterator[tuple[int, What]]:
    begin, end = frame.span(given.at, given.lasts)
    age_h = None if given.age is None else given.age / 3_600_000
    turn, words = StTurn(given.territory, given.mv, age_h), injury_words(given.territory, given.mv, age_h)
    yield begin, Begun(owner, turn, words)
    yield begin, Told("st", words)
    if end is not None:
        over = (Told("st", injury_words(given.territory, None)),)
        yield end, Ended(owner, turn, StTurn(given.territory, None), over)


def _bending(frame: Frame, part: Bed | Phase, owner: int) -> Iterator[tuple[int, What]]:
    written = part.model_fields_set  # `own` is nothing, but it is written
    if "potassium" in written:
        potassium, words = PotassiumTurn(part.potassium), potassium_words(part.potassium)
        yield frame.at_ms, Begun(owner, potassium, words)
        yield frame.at_ms, Told("potassium", words)
        if frame.end_ms is not None:
            yield frame.end_ms, Ended(owner, potassium, PotassiumTurn(None))
    if "qt" in written:
        qt, words = QtTurn(part.qt), qt_words(part.qt)
        yield frame.at_ms, Begun(owner, qt, words)
        yield frame.at_ms, Told("qt", words)
        if frame.end_ms is not None:
            yield frame.end_ms, Ended(owner, qt, QtTurn(None))


def _heart_and_breath(frame: Frame, part: Bed | Phase, owner: int) -> Iterator[tuple[int, What]]:
    if part.rhythm is not None:
        beat, words = RhythmTurn(part.rhythm, part.pulse), RHYTHMS[part.rhythm].label
        words += "" if part.pulse else ", no pulse"
        yield frame.at_ms, Begun(owner, beat, words)
        yield frame.at_ms, Told("rhythm", words)
        if frame.end_ms is not None:
            yield frame.end_ms, Ended(owner, beat, RhythmTurn(USUAL_RHYTHM))
    if part.breathing is not None:
        breath, words = BreathTurn(part.breathing), PATTERNS[part.breathing].label
        yield frame.at_ms, Begun(owner, breath, words)
        yield frame.at_ms, Told("breathing", words)
        if frame.end_ms is not None:
            yield frame.end_ms, Ended(owner, breath, BreathTurn(USUAL_BREATHING))


def label_of(insults: Sequence[Insult]) -> LabelKind:
    """Return what a stretch with these insults is for scoring."""
    if not insults:
        return "none"
    return "distractor" if all(i.insult in DISTRACTORS for i in insults) else "deterioration"


def ailment(script: Bed) -> str:
    """Return the first insult of a bed in words, empty if there is none."""
    everything = [(frame.span(i.at, None)[0], i) for frame, part in _parts(script) for i in part.insults]
    return INSULTS[min(everything, key=lambda pair: pair[0])[1].insult].label if everything else ""


def insult_words(given: Insult) -> str:
    """Return an insult as an instructor reads it."""
    return f"{INSULTS[given.insult].label}, severity {given.severity:g}"


def potassium_words(mmol_l: float | None) -> str:
    """Return what an ECG is drawn at: ``Potassium 6.8 mmol/L``."""
    return f"Potassium {OWN if mmol_l is None else f'{mmol_l:g} mmol/L'}"


def qt_words(factor: float | None) -> str:
    """Return how long QT is: ``QT × 1.3``."""
    return f"QT {OWN if factor is None else f'× {factor:g}'}"


def injury_words(territory: str, mv: float | None, age_h: float | None = None) -> str:
    """Return an injury as an instructor reads it: ``ST inferior +0.3 mV, an infarct of 2 h``."""
    aged = "" if age_h is None else f", an infarct of {age_h:.2g} h"
    return f"ST {territory} {OWN if mv is None else f'{mv:+g} mV'}{aged}"


def treatment_words(given: Treatment) -> str:
    """Return a treatment as an instructor reads it: ``Naloxone 0.4 mg``."""
    kind = TREATMENTS[given.treatment]
    dose = kind.usual if given.dose is None else given.dose
    return kind.label if kind.least == kind.most else f"{kind.label} {dose:g} {kind.unit}"


def told_of(script: Bed) -> list[tuple[int, str]]:
    """Return when which insults begin and treatments are given, in words."""
    return [(at, w.text) for at, w in of(script) if isinstance(w, Told) and w.kind in BEGINNINGS]


def items(script: Bed, start_ms: int) -> Iterator[m.PlanItem]:
    """Return what the instructor's plan shows of them, in simulated time."""
    for frame, part in _parts(script):
        for insult in part.insults:
            begin, end = frame.span(insult.at, insult.lasts)
            stop = None if end is None else start_ms + end
            words, text = insult_words(insult), insult.text[:200]
            yield m.PlanItem(name=words, start=start_ms + begin, end=stop, kind="phase", text=text)
        for treatment in part.treatments:
            begin, _ = frame.span(treatment.at, treatment.lasts)
            words, text = treatment_words(treatment), treatment.text[:200]
            yield m.PlanItem(name=words, start=start_ms + begin, kind="event", text=text)
