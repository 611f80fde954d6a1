"""Persons: what they live with changes their own normal and how their body answers."""

from dataclasses import replace

import numpy as np
import pytest

from devices.conditions import CONDITIONS, with_conditions
from devices.person import Baseline, Person, generate
from devices.physiology import day, shivering
from devices.physiology.body import Body
from devices.physiology.influence import FIELDS
from devices.randomness import generator

pytestmark = pytest.mark.slow


def after(body: Body, seconds: int) -> Body:
    """Let time pass."""
    for _ in range(seconds):
        body.advance(1.0, 12.0)
    return body


WELL = Person(age=62, baseline=Baseline(hr=76))


def test_a_child_is_refused_with_the_way_to_what_is_missing() -> None:
    """Nobody under sixteen, and the error says where it is written what they would need."""
    with pytest.raises(ValueError, match=r"physiology\.md"):
        Person(age=15)
    assert Person(age=16).age == 16


def test_the_same_seed_makes_the_same_person() -> None:
    """Another seed makes another, and conditions come by chance."""
    first, again, other = (generate(generator(seed, "bed01", "person")) for seed in (4, 4, 5))
    assert first == again
    assert first != other
    crowd = [generate(generator(9, f"bed{i}", "person")) for i in range(600)]
    found = {name for person in crowd for name in person.conditions}
    assert {"copd", "beta-blocker", "hypertension", "diabetes", "frailty"} <= found
    assert all(p.age >= CONDITIONS[c].ages[0] for p in crowd for c in p.conditions)


@pytest.mark.parametrize("name", sorted(CONDITIONS))
def test_whoever_lives_with_a_condition_is_steady_with_it(name: str) -> None:
    """Their own normal holds for a quarter of an hour, chart and history name it."""
    person = with_conditions(replace(WELL, age=40), name)
    assert CONDITIONS[name].history in person.info().history
    body = after(Body([person]), 900)
    for key, within in (("hr", 4.0), ("rr", 1.5), ("spo2", 1.0), ("sbp", 1.0)):
        assert body.now[key][0] == pytest.approx(getattr(person.baseline, key), abs=within), key


def test_an_unknown_condition_is_refused_by_name() -> None:
    """The error names those there are."""
    with pytest.raises(ValueError, match="pregnancy"):
        with_conditions(WELL, "melancholy")


def answered(person: Person, insult: str, seconds: int, tempo: float = 1.0) -> dict[str, float]:
    """Return what a body does with an insult."""
    body = Body([person])
    body.insults.begin(0, insult, tempo=tempo)
    now = after(body, seconds).now
    return {key: float(values[0]) for key, values in now.items()}


def test_a_beta_blocker_hides_tachycardia() -> None:
    """The same bleeding: much less of a rise in heart rate."""
    well = answered(WELL, "haemorrhage", 1800)["hr"] - 76
    blocked = with_conditions(WELL, "beta-blocker")
    hidden = answered(blocked, "haemorrhage", 1800)["hr"] - blocked.baseline.hr
    assert hidden < 0.6 * well


def test_a_beta_blocker_hides_tachycardia_to_the_end() -> None:
    """At no pressure and with however little oxygen faster than 100 /min (reference 8.5, 7.4)."""
    body = Body([WELL, with_conditions(WELL, "beta-blocker"), replace(WELL, reflex_most_bpm=95.0)])
    for i in range(3):
        body.insults.begin(i, "haemorrhage")
    fastest, lowest = np.zeros(3), np.full(3, 999.0)
    while body.heart.pulse.all():
        after(body, 10)
        fastest, lowest = np.maximum(fastest, body.now["hr"]), np.minimum(lowest, body.now["sbp"])
    assert (lowest < 50.0).all()
    assert fastest[0] > 130.0
    assert (fastest[1:] <= 100.0).all()
    assert fastest[1] > 85.0


def test_the_frail_hardly_run_a_fever() -> None:
    """The same sepsis: less fever."""
    frail = with_conditions(WELL, "frailty")
    risen = answered(WELL, "sepsis", 1800, tempo=12)["temp"] - WELL.baseline.temp
    less = answered(frail, "sepsis", 1800, tempo=12)["temp"] - frail.baseline.temp
    assert less < 0.75 * risen


def test_a_pregnant_woman_bleeds_longer_before_it_shows() -> None:
    """More blood, so the same loss is a smaller share of it."""
    woman = replace(WELL, age=30)
    bodies = [Body([woman]), Body([with_conditions(woman, "pregnancy")])]
    for body in bodies:
        body.affect(0, "bleeding", 50.0)
        after(body, 1500)
    falls = [float(b.rest["sbp"][0] - b.now["sbp"][0]) for b in bodies]
    assert falls[1] < falls[0] - 3


def test_a_pacemaker_holds_the_rate_from_below() -> None:
    """What slows others does not slow them below it."""
    paced = with_conditions(WELL, "pacemaker")
    assert answered(WELL, "bradycardia", 900)["hr"] < 50
    assert answered(paced, "bradycardia", 900)["hr"] >= 59


def test_too_much_oxygen_harms_only_lungs_that_live_on_little() -> None:
    """In an exacerbation of COPD 15 L/min raise carbon dioxide; in pneumonia they do not."""
    copd = with_conditions(replace(WELL, age=66), "copd")
    body = Body([copd, copd])
    for i in range(2):
        body.insults.begin(i, "copd")
    after(body, 1800)
    body.breathe(0, "non-rebreather", 15.0)
    body.breathe(1, "venturi", 4.0)
    after(body, 2400)
    assert body.paco2[0] > body.paco2[1] + 8
    assert body.consciousness.depth[0] > body.consciousness.depth[1]


def test_a_brain_used_to_carbon_dioxide_stays_awake_where_another_does_not() -> None:
    """A retainer of 55 mmHg is alert at 55 and at 68; at 68 somebody well answers to voice."""
    retainer = replace(WELL, scale=2, baseline=Baseline(hr=76, spo2=90, etco2=52))
    body = after(Body([retainer, WELL, retainer]), 60)
    assert body.paco2[0] == pytest.approx(55, abs=1)
    assert body.consciousness.letters == ["A"] * 3
    body.aim("rr", np.array([np.nan, 5.0, 11.0]))
    while body.paco2[1] < 68:
        after(body, 10)
    assert body.consciousness.letters[1] == "V"
    while body.paco2[2] < 68:
        after(body, 10)
    assert body.consciousness.letters[2] == "A"
    assert body.consciousness.letters[0] == "A"


@pytest.mark.parametrize(
    ("device", "flow", "written"),
    [("nasal cannula", 2.0, 93.0), ("venturi", 4.0, 90.0), ("face mask", 6.0, 96.0)],
)
def test_oxygen_from_the_start_is_part_of_ones_own_normal(device: str, flow: float, written: float) -> None:
    """Who is written at 93 % with oxygen stays there with it, and falls without."""
    body = Body([replace(WELL, baseline=Baseline(spo2=written))])
    body.breathe(0, device, flow)
    after(body, 1200)
    assert body.now["spo2"][0] == pytest.approx(written, abs=0.8)
    body.breathe(0, "air", 0.0)
    assert after(body, 600).now["spo2"][0] < written - 1.0


def test_permanent_fibrillation_is_there_from_the_start() -> None:
    """The heart's rhythm is a person's own too."""
    body = Body([with_conditions(WELL, "atrial-fibrillation"), WELL])
    assert body.heart.rhythm == ["af", "sinus"]
    assert np.all(body.heart.pulse == 1)


SLEEPER = replace(WELL, asleep=(22.5, 6.5), bouts=((10.0, 5.0, 0.5),))


def at(person: Person, hour: float, seconds: int, insult: str = "") -> dict[str, float]:
    """Return a body after a while at an hour of the day."""
    body = Body([person])
    if insult:
        body.insults.begin(0, insult, tempo=12)
    for _ in range(seconds):
        body.advance(1.0, hour)
    return {key: float(values[0]) for key, values in body.now.items()}


def test_asleep_everything_is_a_little_lower() -> None:
    """Reference 3.5: heart rate and pressure 10 to 20 % less, a breath or two and a percent or two."""
    awake, asleep = at(SLEEPER, 12.0, 1200), at(SLEEPER, 3.0, 1200)
    for sign in ("hr", "sbp", "dbp"):
        assert 0.80 <= asleep[sign] / awake[sign] <= 0.90, sign
    blocked = with_conditions(SLEEPER, "beta-blocker")
    assert 0.80 <= at(blocked, 3.0, 1200)["hr"] / at(blocked, 12.0, 1200)["hr"] <= 0.90
    assert 0.8 <= awake["rr"] - asleep["rr"] <= 2.5
    assert 0.4 <= awake["spo2"] - asleep["spo2"] <= 2.0
    assert at(SLEEPER, 3.0, 2400, "sepsis")["hr"] > asleep["hr"] + 15


def test_on_their_feet_for_five_minutes_and_back() -> None:
    """Faster, higher and warmer to the band while it lasts; the ill stay in bed."""
    body = Body([SLEEPER])
    for second in range(1800):
        body.advance(1.0, 9.95 + second / 3600)
        if second == 400:
            busy = {key: float(values[0]) for key, values in body.now.items()}
    assert busy["activity"] > 0.3
    assert busy["hr"] > WELL.baseline.hr + 18
    assert busy["rr"] > WELL.baseline.rr + 2
    assert body.now["activity"][0] < 0.02
    assert body.now["hr"][0] == pytest.approx(WELL.baseline.hr, abs=4)


def test_a_day_and_shivering_alone_stay_within_all_bounds() -> None:
    """So nothing need be settled on a ward where people only sleep, walk and shiver."""
    body = Body([WELL] * 2)
    body.day.asleep[0], body.day.busy[1], body.day.wanted[1], body.shivering[:] = 1.0, 1.0, 1.0, 1.0
    body.now["temp"][:] = 34.0
    day.live(body.state, body.influence.matrix, 1.0)
    shivering.act(body.state, body.influence.matrix)
    for name, field in FIELDS.items():
        acting = getattr(body.influence, name)
        assert ((field.low <= acting) & (acting <= field.high)).all(), name
    assert body.influence.set_map[0] < 1.0 < body.influence.set_map[1]
    assert body.influence.metabolism.min() > 1.0


def test_who_lives_with_heart_failure_is_harmed_by_what_harms_a_failing_heart() -> None:
    """Two litres at once flood the lung, a β-blocker and noradrenaline do worse than in the well."""
    ill = with_conditions(Person(age=70), "heart-failure")
    drugs = (("crystalloid", 2000.0), ("metoprolol", 5.0), ("noradrenaline", 0.3))
    body = Body([person for _ in drugs for person in (Person(age=70), Person(age=70), ill, ill)])
    for k, (name, dose) in enumerate(drugs):
        body.treatments.give(4 * k + 1, name, dose)
        body.treatments.give(4 * k + 3, name, dose)
    least = np.full(len(body.rest["spo2"]), 100.0)
    for _ in range(1800):
        body.advance(1.0, 12.0)
        least = np.minimum(least, body.now["spo2"])
    assert least[1] > 95
    assert least[3] < 88
    change = body.now["sbp"][1::2] - body.now["sbp"][::2]
    assert change[3] < change[2] - 3
    assert change[5] < change[4] - 8


def test_too_much_oxygen_lets_a_retainer_keep_carbon_dioxide_without_an_exacerbation() -> None:
    """An hour of 15 L: some mmHg in the stable, more with an ill lung, none in the well."""
    retainer = with_conditions(Person(age=68), "copd")
    body = Body([retainer, retainer, retainer, retainer, Person(age=68), Person(age=68)])
    for i in (2, 3):
        body.insults.begin(i, "pneumonia", 0.2, 60.0)
    for _ in range(1200):
        body.advance(1.0, 12.0)
    for i in (0, 2, 4):
        body.treatments.give(i, "non-rebreather")
    body.treatments.give(3, "nasal-cannula", 1.0)
    for _ in range(3600):
        body.advance(1.0, 12.0)
    stable, ill, fits, well = body.paco2[[0, 2, 3, 4]] - body.paco2[[1, 3, 1, 5]]
    assert 3 < stable < 9
    assert stable < ill < 15
    assert abs(fits) < 3
    assert abs(well) < 1
    assert body.now["rr"][2] < body.now["rr"][3] - 3
