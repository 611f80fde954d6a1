"""Treatments act as published in time and dose, and each has somebody whom it harms."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.arrays import Floats
from devices.person import Baseline, Person
from devices.physiology import coupling
from devices.physiology.body import Body
from devices.physiology.insults import INSULTS
from devices.physiology.treatments import TREATMENTS
from devices.physiology.treatments.course import FELT, Course
from devices.physiology.treatments.doses import Doses

COURSES = st.tuples(st.floats(1, 3600), st.floats(1.2, 12), st.floats(1.2, 50)).map(
    lambda t: Course(t[0], t[0] * t[1], t[0] * t[1] * t[2])
)


@given(COURSES)
def test_a_dose_begins_peaks_and_ends_as_its_course_says(course: Course) -> None:
    """A tenth at onset, all at the peak, a tenth at the end, and no second peak."""
    assert course.lasts_s is not None
    ages = np.array([0.0, course.onset_s, course.peak_s, course.lasts_s])
    assert course.level(ages, np.full(4, np.inf)) == pytest.approx([0.0, FELT, 1.0, FELT], abs=1e-4)
    many = np.linspace(0, 3 * course.lasts_s, 500)
    level = course.level(many, np.full(500, np.inf))
    assert np.all(np.diff(level[many <= course.peak_s]) >= 0)
    assert np.all(np.diff(level[many >= course.peak_s]) <= 0)
    assert np.all((level >= 0) & (level <= 1))


def test_what_is_held_stays_until_it_is_stopped_and_then_wears_off() -> None:
    """A drip works while it is on, and for as long as its course says after."""
    course = Course(60, 300, off_s=240)
    on = np.full(1, np.inf)
    assert course.level(np.array([1e6]), on) == pytest.approx(1.0)
    stopped = np.array([600.0])
    assert course.level(np.array([840.0]), stopped) == pytest.approx(FELT)
    assert course.over(np.array([1e6]), stopped).all()
    assert not course.over(np.array([1e6]), on).any()


@given(st.lists(st.tuples(st.floats(0.1, 5), st.floats(1, 600)), max_size=6), st.floats(0, 3000))
@settings(max_examples=60)
def test_setting_a_drip_anew_leaves_only_the_last_setting(
    turns: list[tuple[float, float]], stop: float
) -> None:
    """Doses of what is held are set, not added."""
    doses = Doses(Course(60, 300, off_s=240), 0.0)
    now = 0.0
    for amount, pause in turns:
        doses.give(0, amount, now)
        now += pause
    who, effect = doses.present(now + 10_000)
    if turns:
        assert (who.tolist(), effect.tolist()) == ([0], pytest.approx([turns[-1][0]]))
    doses.stop(0, now + 10_000)
    assert not len(doses.present(now + 100_000 + stop)[0])


def test_an_infusion_gives_all_of_itself_and_what_is_stopped_only_its_part() -> None:
    """What runs in adds up to the dose, at any step."""
    for step in (0.2, 1.0):
        doses = Doses(Course(300, 1200, 7200), 900.0)
        doses.give(0, 1.0, 0.0)
        doses.give(1, 2.0, 0.0)
        total = np.zeros(2)
        for k in range(1, round(1200 / step) + 1):
            if k == round(300 / step) + 1:
                doses.stop(1, 300.0)
            who, a_second = doses.running(k * step, step)
            total[who] += a_second * step
        assert total == pytest.approx([1.0, 2.0 / 3.0])


def test_every_treatment_says_whom_it_harms_and_where_its_numbers_are_from() -> None:
    """The table is whole."""
    for name, kind in TREATMENTS.items():
        assert kind.harms, name
        assert "reference" in kind.source or "heuristic" in kind.source, name
        assert kind.least <= kind.usual <= kind.most, name


# --- in a body -------------------------------------------------------------------------------------

ADULT = Person(age=50, weight_kg=70, height_cm=172, baseline=Baseline(hr=80, rr=15, spo2=97, sbp=124, dbp=76))
RETAINER = replace(ADULT, scale=2, baseline=Baseline(hr=84, rr=18, spo2=90, sbp=134, dbp=78, etco2=47))
Range = tuple[float, float]
Ills = tuple[tuple[str, float], ...]
NEAR = 0.25
"""The issue's tolerance on the reference's ranges."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One row of the clinical reference 7.23: a sign of somebody ill, and its times in minutes.

    A drip is stopped at ``stop`` and its end counts from there; ``left`` is what of the effect may be
    left at the end. ``wholly`` is the time to 95 %, where an effect has no peak of its own.
    """

    treatment: str
    sign: str
    up: bool
    onset: Range | None
    peak: Range | None = None
    end: Range | None = None
    ills: Ills = ()
    stop: float | None = None
    left: float = 0.1
    wholly: Range | None = None


QUICK = (
    Effect("leg-raise", "map", True, (0.5, 1), (1, 1), (5, 10)),
    Effect("metaraminol", "map", True, (1, 2), (5, 5), (20, 60), (("sepsis", 0.4),)),
    Effect("noradrenaline", "map", True, (1, 2), (5, 5), (2, 5), (("sepsis", 0.5),), stop=30),
    Effect("adrenaline-im", "map", True, (3, 5), (5, 10), (20, 40), (("anaphylaxis", 0.45),)),
    Effect("gtn", "sbp", False, (1, 3), (5, 5), (5, 10), stop=30),
    Effect("atropine", "hr", True, (1, 2), (3, 3), (30, 60), (("bradycardia", 0.7),)),
    # Whom an opioid still runs into: the effect counts as over when half of it is (reference 8.6).
    Effect("naloxone", "drive", True, (1, 2), (3, 5), (30, 90), (("opioid", 0.6),), left=0.5),
    # Glucose and fluid leave by themselves, never quite: half is what the reference calls gone.
    Effect("glucose", "glucose", True, (2, 5), (10, 10), (30, 30), (("hypoglycaemia", 0.5),), left=0.5),
    Effect("glucagon", "glucose", True, (8, 10), (20, 30), (60, 60), left=0.5),
    Effect("crystalloid", "map", True, None, (20, 20), (60, 60), (("haemorrhage", 0.4),), left=0.5),
    Effect("blood", "map", True, None, (20, 20), None, (("haemorrhage", 0.4),)),
    Effect("cpap", "spo2", True, (2, 2), (20, 60), None, (("pulmonary-oedema", 0.45),), stop=60),
    Effect("magnesium", "sbp", False, (10, 10), (20, 30), (60, 120), left=0.5),
    Effect("non-rebreather", "spo2", True, (0.25, 0.5), ills=(("pneumonia", 0.5),), wholly=(2, 3)),
    Effect("decompression", "spo2", True, None, ills=(("tension-pneumothorax", 0.8),), wholly=(1, 2)),
)
LONG = (
    Effect("salbutamol", "hr", True, (5, 5), (15, 30), (240, 360), (("bronchospasm", 0.5),)),
    Effect("salbutamol", "rr", False, (5, 5), (15, 30), (240, 360), (("bronchospasm", 0.5),)),
    Effect("ipratropium", "rr", False, (15, 15), (60, 90), (360, 360), (("bronchospasm", 0.5),)),
    Effect("metoprolol", "hr", False, (5, 5), (20, 20), (180, 300)),
    Effect("furosemide", "spo2", True, (5, 30), (30, 60), (120, 360), (("pulmonary-oedema", 0.45),)),
    Effect("amiodarone", "hr", False, (20, 20), (60, 60), None, (("atrial-fibrillation", 0.5),)),
    Effect("paracetamol", "temp", False, (30, 30), (60, 120), (240, 360), (("pneumonia", 0.5),)),
    Effect("mannitol", "sbp", False, (15, 15), (30, 60), (60, 240), (("intracranial-pressure", 0.6),)),
    Effect("thrombolysis", "sbp", True, (30, 30), (120, 120), None, (("pulmonary-embolism", 0.6),)),
    Effect("insulin", "glucose", False, (15, 30), ills=(("ketoacidosis", 0.6),)),
)
EVERY_S = 2


def sign_of(body: Body, sign: str) -> Floats:
    """Return a vital sign of all patients."""
    others = {"drive": body.opioid.drive, "paco2": body.paco2}
    if sign == "map":
        return coupling.mean_pressure(body.now["sbp"], body.now["dbp"])
    return np.array(others.get(sign, body.now.get(sign)), float)


def pairs(ills: Sequence[Ills], minutes: float = 45) -> Body:
    """Return pairs of patients, each pair with its own illness, as it is after ``minutes``."""
    retains = [any(name == "copd" for name, _ in its) for its in ills]
    body = Body([RETAINER if r else ADULT for r in retains for _ in "ab"])
    for k, its in enumerate(ills):
        for name, severity in its:
            for i in (2 * k, 2 * k + 1):
                body.insults.begin(i, name, severity, 60.0)
    return passed(body, minutes)


def passed(body: Body, minutes: float) -> Body:
    """Let time pass."""
    for _ in range(round(60 * minutes)):
        body.advance(1.0, 10.0)
    return body


def traces(effects: Sequence[Effect], minutes: int) -> list[Floats]:
    """Return how far each treated patient's sign is from the untreated twin's, every two seconds."""
    body = pairs([e.ills for e in effects])
    for k, effect in enumerate(effects):
        body.treatments.give(2 * k, effect.treatment)
    out: list[list[float]] = [[] for _ in effects]
    for second in range(60 * minutes):
        for k, effect in enumerate(effects):
            if effect.stop is not None and second == 60 * effect.stop:
                body.treatments.stop(2 * k, effect.treatment)
        body.advance(1.0, 10.0)
        if second % EVERY_S == 0:
            signs = {e.sign: sign_of(body, e.sign) for e in effects}
            for k, effect in enumerate(effects):
                out[k].append(float(signs[effect.sign][2 * k] - signs[effect.sign][2 * k + 1]))
    return [np.array(trace) for trace in out]


def said(effect: Effect, trace: Floats) -> list[str]:
    """Return in words where a trace leaves the reference."""
    minute = 60 // EVERY_S
    on = trace if effect.stop is None else trace[: round(effect.stop * minute)]
    size = np.abs(trace)
    peak = int(np.argmax(np.abs(on)))
    top, after = size[peak], size[peak if effect.stop is None else len(on) :]
    over = np.nonzero(after < effect.left * top)[0]
    since = peak if effect.stop is None else 0
    found = {
        "onset": (int(np.argmax(size >= FELT * top)), effect.onset),
        "peak": (peak, effect.peak),
        "wholly": (int(np.argmax(size >= 0.95 * top)), effect.wholly),
        "end": (since + int(over[0]) if len(over) else len(trace), effect.end),
    }
    wrong = [] if (trace[peak] > 0) == effect.up else [f"wrong way: {trace[peak]:.2f}"]
    for what, (at, meant) in found.items():
        if meant is not None and not meant[0] * (1 - NEAR) <= at / minute <= meant[1] * (1 + NEAR):
            wrong.append(f"{what} after {at / minute:.1f} min, not {meant}")
    return [f"{effect.treatment} on {effect.sign}: {words}" for words in wrong]


@pytest.mark.slow
def test_quick_treatments_begin_peak_and_end_as_published() -> None:
    """Within a quarter of the clinical reference 7.23, in the bodies of those who need them."""
    found = zip(QUICK, traces(QUICK, 100), strict=True)
    assert [words for effect, trace in found for words in said(effect, trace)] == []


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_slow_treatments_begin_peak_and_end_as_published() -> None:
    """Within a quarter of the clinical reference 7.23, over seven hours."""
    found = zip(LONG, traces(LONG, 420), strict=True)
    assert [words for effect, trace in found for words in said(effect, trace)] == []


BLEEDING: Ills = (("haemorrhage", 0.45),)
INFARCT: Ills = (("acute-coronary-syndrome", 0.8),)
DOSES: tuple[tuple[str, str, Ills, int, bool], ...] = (
    ("noradrenaline", "map", (("sepsis", 0.5),), 6, True),
    ("metaraminol", "map", (("sepsis", 0.5),), 5, True),
    ("adrenaline-im", "map", (("anaphylaxis", 0.4),), 8, True),
    ("gtn", "sbp", (), 6, False),
    ("crystalloid", "map", BLEEDING, 14, True),
    ("blood", "map", BLEEDING, 14, True),
    ("atropine", "hr", (("bradycardia", 0.7),), 3, True),
    ("metoprolol", "hr", (), 14, False),
    ("naloxone", "drive", (("opioid", 0.6),), 4, True),
    ("fentanyl", "drive", (), 4, False),
    ("salbutamol", "rr", (("bronchospasm", 0.5),), 14, False),
    ("venturi", "spo2", (("pneumonia", 0.4),), 4, True),
    ("nasal-cannula", "spo2", (("pneumonia", 0.4),), 4, True),
    ("cpap", "spo2", (("pulmonary-oedema", 0.45),), 14, True),
    ("glucose", "glucose", (("hypoglycaemia", 0.5),), 10, True),
    ("cooling", "temp", (), 14, False),
    ("warming", "temp", (), 14, True),
)
"""Treatment, sign, illness, when to look (min), and whether the sign rises."""


@pytest.mark.slow
def test_more_of_a_treatment_does_more() -> None:
    """Dose and response go together, from the least over the usual to the most."""
    persons = [ills for _, _, ills, _, _ in DOSES for _ in "ab"]
    body = pairs(persons, minutes=30)
    for k, (name, *_) in enumerate(DOSES):
        kind = TREATMENTS[name]
        for i, dose in enumerate((None, kind.least, kind.usual, kind.most)):
            if dose is not None:
                body.treatments.give(4 * k + i, name, dose)
    seen: dict[int, dict[str, Floats]] = {}
    for minute in range(1, 15):
        passed(body, 1)
        seen[minute] = {sign: sign_of(body, sign) for _, sign, _, _, _ in DOSES}
    for k, (name, sign, _, minute, up) in enumerate(DOSES):
        values = seen[minute][sign][4 * k : 4 * k + 4]
        kind = TREATMENTS[name]
        steps = np.diff(values if up else -values)
        distinct = np.diff([0.0, kind.least, kind.usual, kind.most]) > 0
        assert np.all(steps[distinct] > 0), (name, values)


@dataclass(frozen=True, slots=True)
class Harm:
    """Whom a treatment hurts, and by how much a sign leaves that of the untreated twin."""

    treatment: str
    ills: Ills
    sign: str
    by: float
    dose: float | None = None


HARMS = (
    Harm("non-rebreather", (("copd", 0.9),), "paco2", 10),
    Harm("bag-mask", BLEEDING, "map", -2),
    Harm("cpap", BLEEDING, "map", -3),
    Harm("sit-up", BLEEDING, "map", -2),
    Harm("salbutamol", (("atrial-fibrillation", 0.5),), "hr", 5),
    Harm("magnesium", (("sepsis", 0.5),), "map", -2),
    Harm("naloxone", (("pain", 1.0),), "hr", 5, 2.0),
    Harm("fentanyl", (("pneumonia", 0.5),), "spo2", -2, 150),
    Harm("benzodiazepine", (("opioid", 0.5),), "spo2", -3),
    Harm("leg-raise", INFARCT, "spo2", -1),
    Harm("crystalloid", (("pulmonary-oedema", 0.45),), "spo2", -4, 1000),
    Harm("crystalloid", INFARCT, "spo2", -2, 1500),
    Harm("blood", INFARCT, "spo2", -2, 5),
    Harm("noradrenaline", INFARCT, "etco2", -3, 0.3),
    Harm("metaraminol", INFARCT, "etco2", -2, 1),
    Harm("adrenaline-im", INFARCT, "hr", 2),
    Harm("gtn", BLEEDING, "map", -10),
    Harm("furosemide", (("dehydration", 0.8),), "map", -1, 80),
    Harm("metoprolol", (("bronchospasm", 0.6),), "spo2", -1),
    Harm("metoprolol", BLEEDING, "map", -10),
    Harm("amiodarone", (("sepsis", 0.5),), "map", -2),
    Harm("atropine", (("atrial-fibrillation", 0.5),), "hr", 8),
    Harm("insulin", (("hypoglycaemia", 0.4),), "glucose", -0.5),
    Harm("glucose", (("ketoacidosis", 0.4),), "glucose", 2),
    Harm("glucagon", (("ketoacidosis", 0.4),), "glucose", 1),
    Harm("cooling", (("cold", 0.3),), "temp", -0.5),
    Harm("ice-bath", (("cold", 0.3),), "temp", -2),
    Harm("warming", (("heat", 0.6),), "temp", 0.3),
    Harm("decompression", (), "spo2", -0.5),
    Harm("thrombolysis", BLEEDING, "map", -0.5),
)


@pytest.mark.slow
def test_every_wrong_treatment_has_its_consequence() -> None:
    """The sign goes where it should not, in the one whom the table says is harmed."""
    body = pairs([h.ills for h in HARMS], minutes=30)
    worst = np.zeros(len(HARMS))
    for k, harm in enumerate(HARMS):
        body.treatments.give(2 * k, harm.treatment, harm.dose)
    for _ in range(45):
        passed(body, 1)
        signs = {h.sign: sign_of(body, h.sign) for h in HARMS}
        for k, harm in enumerate(HARMS):
            apart = signs[harm.sign][2 * k] - signs[harm.sign][2 * k + 1]
            worst[k] = max(worst[k], apart * np.sign(harm.by))
    spared = [(h.treatment, h.sign, w) for h, w in zip(HARMS, worst, strict=True) if w < abs(h.by)]
    assert spared == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("ill", "treatments", "share", "minutes"),
    [
        ("anaphylaxis", ("adrenaline-im", "crystalloid", "non-rebreather"), 0.3, 15),
        ("tension-pneumothorax", ("decompression", "non-rebreather"), 0.7, 25),
        ("opioid", ("naloxone", "bag-mask"), 0.7, 25),
        ("airway-obstruction", ("airway-opening", "bag-mask"), 0.7, 25),
    ],
)
def test_whoever_is_not_treated_dies_and_whoever_is_lives(
    ill: str, treatments: tuple[str, ...], share: float, minutes: float
) -> None:
    """The illness in full, treated when a share of its course has passed."""
    body = pairs([((ill, 1.0),)], minutes=0)
    course_min = INSULTS[ill].course_s / 60
    for i in (0, 1):
        body.insults.begin(i, ill, 1.0, max(1.0, course_min / 10))
    passed(body, min(course_min, 10) * share)
    for name in treatments:
        body.treatments.give(0, name)
    passed(body, minutes)
    assert body.heart.pulse.tolist() == [1.0, 0.0], (body.heart.rhythm, body.now["sbp"])


def hearts(*rhythms: str) -> Body:
    """Return people whose hearts beat, or do not, in these rhythms."""
    body = Body([ADULT] * len(rhythms))
    passed(body, 1)
    for i, rhythm in enumerate(rhythms):
        body.heart.become(i, rhythm)
    return passed(body, 0.25)


def test_shocks_end_what_can_be_shocked_and_harm_the_rest() -> None:
    """A shock not synchronised makes a sound heart fibrillate; a synchronised one needs beats."""
    body = hearts("vf", "vf", "standstill", "sinus", "sinus", "vt", "af")
    shocks = ["defibrillation", "cardioversion", *["defibrillation"] * 2, *["cardioversion"] * 3]
    for i, shock in enumerate(shocks):
        body.treatments.give(i, shock)
    passed(body, 0.1)
    assert body.heart.rhythm == ["sinus", "vf", "standstill", "vf", "sinus", "sinus", "sinus"]


def test_adenosine_stops_the_heart_for_seconds_and_ends_only_a_circle() -> None:
    """As in the clinical reference 7.21: after 10 to 30 s, for 3 to 6."""
    body, seen = hearts("svt", "af"), []
    for i in (0, 1):
        body.treatments.give(i, "adenosine")
    for _ in range(40):
        passed(body, 1 / 60)
        seen.append(tuple(body.heart.rhythm))
    pause = [t for t, rhythms in enumerate(seen) if rhythms == ("standstill", "standstill")]
    assert 10 <= pause[0] <= 30
    assert 3 <= len(pause) <= 6
    assert seen[-1] == ("sinus", "af")


def test_compressions_carry_somebody_until_the_shock() -> None:
    """Whoever is shocked late without them has a heart that only stands still."""
    body = hearts("vf", "vf")
    body.treatments.give(0, "cpr")
    passed(body, 8)
    assert body.heart.rhythm[0] == "vf"
    assert body.now["etco2"][0] >= 10
    for i in (0, 1):
        body.treatments.give(i, "defibrillation")
    passed(body, 0.2)
    assert body.heart.rhythm == ["sinus", "asystole"]


GIVEN = st.tuples(st.integers(0, 14), st.sampled_from(sorted(TREATMENTS)), st.floats(0, 1), st.booleans())
ILL = st.tuples(st.sampled_from(sorted(INSULTS)), st.floats(0.1, 1))


def ward(
    ill: Sequence[tuple[str, float]], given_: Sequence[tuple[int, str, float, bool]], n: int = 1
) -> Body:
    """Return ``n`` people after a quarter of an hour, of whom the last is ill and treated."""
    body = Body([ADULT] * n)
    for name, severity in ill:
        body.insults.begin(n - 1, name, severity, 30.0)
    for minute in range(15):
        for at, name, share, stops in given_:
            kind = TREATMENTS[name]
            if at == minute:
                body.treatments.give(n - 1, name, kind.least + share * (kind.most - kind.least))
            if stops and at + 5 == minute:
                body.treatments.stop(n - 1, name)
        passed(body, 1)
    return body


@pytest.mark.slow
@given(st.lists(ILL, max_size=2), st.lists(GIVEN, max_size=5))
@settings(max_examples=3, deadline=None)
def test_no_treatment_breaks_a_body_and_the_same_is_the_same(
    ill: list[tuple[str, float]], given_: list[tuple[int, str, float, bool]]
) -> None:
    """Whatever is given to whomever: finite, in bounds, and equal to the bit with another bed beside."""
    alone, beside = ward(ill, given_), ward(ill, given_, n=2)
    for key, values in alone.now.items():
        assert np.isfinite(values).all(), key
        assert values[0] == beside.now[key][1], key
    assert alone.now["dbp"][0] <= alone.now["sbp"][0]
    assert 0 <= alone.now["spo2"][0] <= 100
