"""What is wrong, missing, stopped or worn off has its consequence, death included."""

import pytest

from devices.person import Person
from devices.physiology.body import Body
from tests.devices.insult_courses import ADULT as WELL
from tests.devices.treated import ADULT, RETAINER, Ills, passed, sign_of

pytestmark = pytest.mark.slow

KILLS: tuple[tuple[str, float, Ills], ...] = (
    ("benzodiazepine", 12, (("opioid", 0.85),)),
    ("gtn", 400, (("haemorrhage", 0.6),)),
    ("gtn", 100, (("right-ventricular-infarct", 0.9),)),
    ("metoprolol", 10, (("bronchospasm", 0.7),)),
    ("metoprolol", 20, (("acute-coronary-syndrome", 0.85),)),
    ("crystalloid", 3000, (("acute-coronary-syndrome", 0.8),)),
    ("crystalloid", 3000, (("pulmonary-oedema", 0.5),)),
    ("ice-bath", 1, (("cold", 0.65),)),
    ("defibrillation", 150, ()),
)
"""Treatment, dose, and who would have lived."""


def ill(*whose: Ills, person: Person = ADULT, minutes: float = 20) -> Body:
    """Return pairs, each with its own illness, as they are after ``minutes``."""
    body = Body([person for _ in whose for _ in "ab"])
    for k, ills in enumerate(whose):
        for name, severity in ills:
            for i in (2 * k, 2 * k + 1):
                body.insults.begin(i, name, severity, 30.0)
    return passed(body, minutes)


def test_the_wrong_treatment_kills_whom_none_would_have_killed() -> None:
    """Within half an hour the heart of the treated has stopped and that of the twin has not."""
    body = ill(*[ills for _, _, ills in KILLS])
    assert (body.heart.pulse == 1.0).all()
    for k, (name, dose, _) in enumerate(KILLS):
        body.treatments.give(2 * k, name, dose)
    stopped: set[int] = set()
    for _ in range(30):
        passed(body, 1)
        stopped |= {i for i, pulse in enumerate(body.heart.pulse) if pulse <= 0.0}
    assert stopped == {2 * k for k in range(len(KILLS))}
    assert body.heart.dead[2 * len(KILLS) - 2]


def test_too_much_oxygen_and_insulin_leave_nobody_awake() -> None:
    """A retainer on 15 L and somebody well on insulin answer to nothing after two hours; their twins do."""
    retainer, well = ill((("copd", 1.0),), person=RETAINER), ill(())
    retainer.treatments.give(0, "non-rebreather")
    well.treatments.give(0, "insulin", 0.5)
    assert passed(retainer, 120).consciousness.letters == ["U", "A"]
    assert passed(well, 120).consciousness.letters == ["U", "A"]
    assert retainer.paco2[0] > 90


def test_what_is_stopped_is_missed() -> None:
    """Noradrenaline, a mask and CPAP: what they gave has gone ten minutes after, and was there before."""
    given = (
        ("noradrenaline", "map", 15.0, (("sepsis", 0.6),)),
        ("non-rebreather", "spo2", 5.0, (("pneumonia", 0.6),)),
        ("cpap", "spo2", 3.0, (("pulmonary-oedema", 0.45),)),
    )
    body = ill(*[ills for _, _, _, ills in given])
    for k, (name, *_) in enumerate(given):
        body.treatments.give(2 * k, name)
    passed(body, 20)
    for k, (name, sign, by, _) in enumerate(given):
        treated, twin = sign_of(body, sign)[2 * k : 2 * k + 2]
        assert treated - twin >= by, name
        body.treatments.stop(2 * k, name)
    passed(body, 10)
    for k, (name, sign, by, _) in enumerate(given):
        treated, twin = sign_of(body, sign)[2 * k : 2 * k + 2]
        assert abs(treated - twin) <= by / 4, name


def test_naloxone_wakes_and_wears_off() -> None:
    """Whom an opioid still runs into is awake after five minutes and asleep again within 90 (7.20, 7.23)."""
    body = ill((("opioid", 0.7),))
    assert body.consciousness.letters == ["P", "P"]
    body.treatments.give(0, "naloxone", 0.4)
    assert passed(body, 5).consciousness.letters == ["A", "P"]
    assert passed(body, 85).consciousness.letters[0] != "A"


def test_a_nitrate_takes_the_pressure_of_a_right_heart_and_little_of_a_left_one() -> None:
    """More than 30 mmHg, as in 20 of 28 (Ferguson 1989), at the same pressure before; fluid does not."""
    right, left = (("right-ventricular-infarct", 0.5),), (("acute-coronary-syndrome", 0.4),)
    body = ill(right, left, right)
    before = body.now["sbp"].copy()
    assert before[0] == pytest.approx(before[2], abs=5)
    for i, name in ((0, "gtn"), (2, "gtn"), (4, "crystalloid")):
        body.treatments.give(i, name)
    passed(body, 10)
    fell = body.now["sbp"][1::2] - body.now["sbp"][::2]
    assert fell[0] > 30
    assert fell[0] > 1.8 * fell[1] > 0
    assert fell[2] < 0


def test_adrenaline_again_holds_anaphylaxis_that_goes_on() -> None:
    """One dose has worn off after 20 to 40 min (7.23) and its patient dies; each more holds anew."""
    plans: tuple[tuple[float, ...], ...] = ((4.5,), (4.5, 25), (4.5, 20, 35, 50))
    body = Body([WELL] * len(plans))
    for i in range(len(plans)):
        body.insults.begin(i, "anaphylaxis")
    alive, pressures = {}, {}
    for half in range(131):
        minute = half / 2
        for i, doses in enumerate(plans):
            if minute in doses:
                body.treatments.give(i, "adrenaline-im")
            if minute == doses[0]:
                body.treatments.give(i, "non-rebreather")
                body.treatments.give(i, "crystalloid", 1000)
        alive[minute] = (body.heart.pulse > 0.0).tolist()
        pressures[minute] = body.now["sbp"].tolist()
        passed(body, 0.5)
    assert alive[25.0] == [True, True, True]
    assert pressures[25.0][0] < 90
    assert pressures[32.0][1] >= 95
    assert alive[42.0] == [False, True, True]
    assert alive[65.0] == [False, False, True]
    assert pressures[60.0][2] >= 95


def test_a_needle_lets_tension_come_back() -> None:
    """Ten minutes after it the saturation is back; an hour after, where the leak goes on, it is not."""
    body = Body([ADULT])
    body.insults.begin(0, "tension-pneumothorax")
    passed(body, 65)
    before = float(body.now["spo2"][0])
    body.treatments.give(0, "decompression")
    assert passed(body, 10).now["spo2"][0] >= before + 8
    assert passed(body, 50).now["spo2"][0] <= before


def test_antibiotics_change_nothing_in_a_session_and_slow_sepsis_after_hours() -> None:
    """An hour after them nothing is to be seen; ten hours after, what an hour of sepsis adds is halved."""
    body = ill((("sepsis", 0.3),))
    body.treatments.give(0, "antibiotics")
    passed(body, 60)
    for sign in ("hr", "map", "rr", "temp"):
        treated, twin = sign_of(body, sign)
        assert treated == pytest.approx(twin, abs=0.3), sign
    body.treatments.advance(9 * 3600.0, body, body.influence, body.insults)
    before = body.insults.on(0)["sepsis"]
    for i in (0, 1):
        body.insults.begin(i, "sepsis")
    passed(body, 60)
    treated, twin = (body.insults.on(i)["sepsis"] - before for i in (0, 1))
    assert 0.0 < treated < 0.5 * twin
