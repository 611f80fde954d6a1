"""Treatments act as published in time and dose, and each has somebody whom it harms."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.arrays import Floats
from devices.physiology.body import Body
from devices.physiology.insults import INSULTS
from devices.physiology.treatments import TREATMENTS
from devices.physiology.treatments import course as courses
from devices.physiology.treatments.acting import ARRIVING, EFFECT, PATIENT
from devices.physiology.treatments.course import FELT, Course
from devices.physiology.treatments.flat import flat
from devices.physiology.treatments.kinds import Treatment
from devices.physiology.treatments.sheet import Sheet
from tests.devices.test_treatment_times import CHANGES, LONG, NO_TIME, QUICK
from tests.devices.treated import ADULT, Ills, pairs, passed, sign_of

COURSES = st.tuples(st.floats(1, 3600), st.floats(1.2, 12), st.floats(1.2, 50)).map(
    lambda t: Course(t[0], t[0] * t[1], t[0] * t[1] * t[2])
)


ON = np.inf


def sheet_of(course: Course, over_s: float = 0.0) -> Sheet:
    """Return the sheet of one treatment that runs in over ``over_s``."""
    flow = ("crystalloid_ml_min", 500) if over_s else ("", 0.0)
    return Sheet(flat([Treatment("it", "mL", 1, 0, 9, course, "nobody", over_s=over_s, flow=flow)]))


@given(COURSES)
def test_a_dose_begins_peaks_and_ends_as_its_course_says(course: Course) -> None:
    """A tenth at onset, all at the peak, a tenth at the end, and no second peak."""
    assert course.lasts_s is not None
    ages = (0.0, course.onset_s, course.peak_s, course.lasts_s)
    found = [courses.level(age, ON, course.numbers) for age in ages]
    assert found == pytest.approx([0.0, FELT, 1.0, FELT], abs=1e-4)
    many = np.linspace(0, 3 * course.lasts_s, 500)
    level = np.array([courses.level(age, ON, course.numbers) for age in many.tolist()])
    assert np.all(np.diff(level[many <= course.peak_s]) >= 0)
    assert np.all(np.diff(level[many >= course.peak_s]) <= 0)
    assert np.all((level >= 0) & (level <= 1))


def test_what_is_held_stays_until_it_is_stopped_and_then_wears_off() -> None:
    """A drip works while it is on, and for as long as its course says after."""
    drip = Course(60, 300, off_s=240).numbers
    assert courses.level(1e6, ON, drip) == pytest.approx(1.0)
    assert courses.level(840.0, 600.0, drip) == pytest.approx(FELT)
    assert courses.over(1e6, 600.0, drip)
    assert not courses.over(1e6, ON, drip)


@given(st.lists(st.tuples(st.floats(0.1, 5), st.floats(1, 600)), max_size=6), st.floats(0, 3000))
@settings(max_examples=60)
def test_setting_a_drip_anew_leaves_only_the_last_setting(
    turns: list[tuple[float, float]], stop: float
) -> None:
    """Doses of what is held are set, not added."""
    sheet = sheet_of(Course(60, 300, off_s=240))
    now = 0.0
    for amount, pause in turns:
        sheet.give(0, 0, amount, now)
        now += pause
    sheet.feel(now + 10_000, 1.0)
    assert sheet.on(0) == pytest.approx({0: turns[-1][0]} if turns else {})
    sheet.stop(0, 0, now + 10_000)
    sheet.feel(now + 100_000 + stop, 1.0)
    assert not len(sheet)


def test_an_infusion_gives_all_of_itself_and_what_is_stopped_only_its_part() -> None:
    """What runs in adds up to the dose, at any step."""
    for step in (0.2, 1.0):
        sheet = sheet_of(Course(300, 1200, 7200), 900.0)
        sheet.give(0, 0, 1.0, 0.0)
        sheet.give(0, 1, 2.0, 0.0)
        total = np.zeros(2)
        for k in range(1, round(1200 / step) + 1):
            if k == round(300 / step) + 1:
                sheet.stop(0, 1, 300.0)
            sheet.feel(k * step, step)
            total[sheet.lines[PATIENT, :-1]] += sheet.effects[ARRIVING] * step
        assert total == pytest.approx([1.0, 2.0 / 3.0])


@given(st.permutations([(kind, who, k) for kind in (0, 1) for who in (0, 1, 2) for k in range(2)]))
@settings(max_examples=40)
def test_what_is_given_adds_up_by_treatment_and_patient_in_any_order(
    given_in: list[tuple[int, int, int]],
) -> None:
    """Every line holds its own doses, whoever was given what before."""
    sheet = Sheet(flat([TREATMENTS["gtn"], TREATMENTS["atropine"]]))
    for kind, who, k in given_in:
        sheet.give(kind, who, 1.0 + kind + 10.0 * who + 100.0 * k, 0.0)
    sheet.feel(165.0, 1.0)  # the peak of atropine
    doses = [sum(1.0 + 1 + 10.0 * who + 100.0 * k for k in range(2)) for who in range(3)]
    assert [sheet.on(who)[1] for who in range(3)] == pytest.approx(doses)
    assert sheet.effects[EFFECT].size == 6


def test_every_treatment_says_whom_it_harms_and_where_its_numbers_are_from() -> None:
    """The table is whole."""
    for name, kind in TREATMENTS.items():
        assert kind.harms, name
        assert "reference" in kind.source or "heuristic" in kind.source, name
        assert kind.least <= kind.usual <= kind.most, name


# --- in a body -------------------------------------------------------------------------------------


BLEEDING: Ills = (("haemorrhage", 0.45),)
ASTHMA: Ills = (("bronchospasm", 0.5),)
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
    ("naloxone", "drive", (("opioid", 0.8),), 4, True),
    ("fentanyl", "drive", (), 4, False),
    ("salbutamol", "rr", (("bronchospasm", 0.5),), 14, False),
    ("venturi", "spo2", (("pneumonia", 0.4),), 4, True),
    ("nasal-cannula", "spo2", (("pneumonia", 0.4),), 4, True),
    ("cpap", "spo2", (("pulmonary-oedema", 0.45),), 14, True),
    ("glucose", "glucose", (("hypoglycaemia", 0.5),), 10, True),
    ("cooling", "temp", (), 14, False),
    ("warming", "temp", (), 14, True),
    ("face-mask", "spo2", (("pneumonia", 0.6),), 4, True),
    ("non-rebreather", "spo2", (("pneumonia", 0.6),), 4, True),
    ("high-flow", "spo2", (("pneumonia", 0.6),), 4, True),
    ("bag-mask", "rr", (("opioid", 0.95),), 2, True),
    ("ipratropium", "rr", ASTHMA, 60, False),
    ("magnesium", "sbp", (), 25, False),
    ("benzodiazepine", "rr", (), 8, False),
    ("adrenaline-iv", "sbp", (), 2, True),
    ("furosemide", "spo2", (("pulmonary-oedema", 0.45),), 45, True),
    ("amiodarone", "hr", (("atrial-fibrillation", 0.5),), 60, False),
    ("pacing", "hr", (("heart-block", 1.0),), 1, True),
    ("cpr", "map", (("ventricular-fibrillation", 1.0),), 1, True),
    ("thrombolysis", "sbp", (("pulmonary-embolism", 0.6),), 60, True),
    ("insulin", "glucose", (("ketoacidosis", 0.6),), 60, False),
    ("glucagon", "glucose", (), 25, True),
    ("paracetamol", "temp", (("pneumonia", 0.5),), 60, False),
    ("ice-bath", "temp", (("heat", 0.8),), 10, False),
    ("mannitol", "sbp", (("intracranial-pressure", 0.6),), 45, False),
)
"""Treatment, sign, illness, when to look (min), and whether the sign rises."""
SINGLE = "it has one dose"
NO_DOSE = {
    "sit-up": SINGLE, "airway-opening": SINGLE, "leg-raise": SINGLE, "bleeding-control": SINGLE,
    "decompression": SINGLE, "antibiotics": SINGLE,
    "steroid": "nothing in a session (reference 7.23)",
    "adenosine": "it ends a rhythm or does not", "cardioversion": "it ends a rhythm or does not",
    "defibrillation": "it ends a rhythm or does not",
}  # fmt: skip
"""Those without a response to dose, and why."""


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
    for minute in range(1, 61):
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
    Harm("benzodiazepine", (("opioid", 0.75),), "spo2", -3),
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
    Harm("nasal-cannula", (("copd", 0.9),), "paco2", 3, 6),
    Harm("face-mask", (("copd", 0.9),), "paco2", 5, 10),
    Harm("venturi", (("copd", 0.9),), "paco2", 5, 15),
    Harm("high-flow", (("copd", 0.9),), "paco2", 5),
    Harm("airway-opening", (), "sbp", 5),
    Harm("ipratropium", (("atrial-fibrillation", 0.5),), "hr", 1, 1),
    Harm("adrenaline-iv", (), "sbp", 20),
    Harm("pacing", (), "rr", 1),
    Harm("cpr", (), "map", -3),
    Harm("cpr", (), "rr", 4),
    Harm("bleeding-control", (), "rr", 1),
    Harm("gtn", (("right-ventricular-infarct", 0.5),), "sbp", -30),
    Harm("cpap", (("right-ventricular-infarct", 0.9),), "map", -5),
    Harm("paracetamol", (("pneumonia", 0.5),), "temp", -0.3),
    Harm("mannitol", (("dehydration", 0.8),), "map", -0.3, 1.5),
)
NO_HARM = {
    "adenosine": "half a minute: test_adenosine_closes_airways_for_seconds and _lets_the_blocked_faint",
    "steroid": "glucose rises after hours: test_a_steroid_raises_glucose_in_hours",
    "cardioversion": "nothing is won: test_shocks_end_what_can_be_shocked_and_harm_the_rest",
    "defibrillation": "a sound heart fibrillates: the same test",
    "antibiotics": "nobody within a session",
}
"""Those whose harm is no sign that leaves its twin's within the hour, and why."""


def test_no_treatment_is_left_out_in_silence() -> None:
    """Each has a response to dose, times, and somebody whom it harms, or says why not."""
    for shown, spared in ((DOSES, NO_DOSE), (HARMS, NO_HARM), ((*QUICK, *LONG, *CHANGES), NO_TIME)):
        names = {item[0] if isinstance(item, tuple) else item.treatment for item in shown}
        assert names | set(spared) == set(TREATMENTS)
        assert not names & set(spared)


def test_adenosine_closes_airways_for_seconds() -> None:
    """Of each breath of an asthmatic more is held back, and within a minute no more than before."""
    body = pairs([(("bronchospasm", 0.7),)], minutes=5)
    body.treatments.give(0, "adenosine")
    passed(body, 0.25)
    held = body.influence.obstruction.copy()
    assert held[0] > held[1] + 0.03
    passed(body, 0.75)
    assert body.influence.obstruction[0] == pytest.approx(body.influence.obstruction[1], abs=0.005)


def test_adenosine_lets_the_blocked_faint() -> None:
    """A heart in complete block stands still as long as the drug lasts (7.23: 10 to 20 s), then as before."""
    body = pairs([(("heart-block", 1.0),)], minutes=2)
    assert body.heart.rhythm == ["third-degree"] * 2
    body.treatments.give(0, "adenosine")
    still, answers = 0, set()
    for _ in range(60):
        passed(body, 1 / 60)
        still += body.heart.rhythm[0] == "standstill"
        answers.add(body.consciousness.letters[0])
    assert 10 <= still <= 20
    assert "U" in answers
    assert body.consciousness.letters[1] != "U"
    assert body.heart.rhythm == ["third-degree"] * 2


@pytest.mark.slow
def test_a_steroid_raises_glucose_in_hours() -> None:
    """Nothing in a session; after eight hours the sugar is up (reference 7.23: 4 to 6 h)."""
    body = pairs([()], minutes=1)
    body.treatments.give(0, "steroid")
    passed(body, 60)
    for sign in ("glucose", "hr", "map", "rr"):
        assert sign_of(body, sign)[0] == pytest.approx(sign_of(body, sign)[1], abs=0.1)
    passed(body, 420)
    assert sign_of(body, "glucose")[0] > sign_of(body, "glucose")[1] + 0.3


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
