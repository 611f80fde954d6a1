"""An illness that stands where its severity has it keeps its patient there; a slow one is the same one."""

import pytest

from devices.physiology.body import Body
from devices.physiology.insults import INSULTS
from tests.devices.treated import ADULT, passed

SLOW_STORES = (("heat", "temp", 0.1), ("haemorrhage", "temp", 0.1), ("hypoglycaemia", "glucose", 0.15))
"""Illnesses that flow into warmth or sugar, and how near a sign stays."""


@pytest.mark.parametrize(("name", "sign", "near"), SLOW_STORES)
def test_what_stands_short_of_the_worst_gets_no_worse(name: str, sign: str, near: float) -> None:
    """Four hours later warmth and sugar are what they were: nobody dies of a severity of 0.4."""
    body = Body([ADULT])
    body.insults.begin(0, name, 0.4, 2.0)
    passed(body, 0.4 * INSULTS[name].minutes[-1])
    there = float(body.now[sign][0])
    assert abs(there - getattr(ADULT.baseline, sign)) > 2.0 * near
    passed(body, 240)
    assert body.now[sign][0] == pytest.approx(there, abs=near)
    assert body.heart.rhythm == ["sinus"]


@pytest.mark.parametrize(("name", "sign", "near"), SLOW_STORES)
@pytest.mark.parametrize("tempo", [0.2, 0.5])
def test_an_illness_played_slower_is_the_same_illness(
    name: str, sign: str, near: float, tempo: float
) -> None:
    """Warmth and sugar at half its course are those of life's pace; they were an illness more."""
    body = Body([ADULT, ADULT])
    half = 0.5 * INSULTS[name].minutes[-1]
    body.insults.begin(0, name)
    passed(body, half)
    body.insults.begin(1, name, tempo=tempo)
    there = float(body.now[sign][0])
    passed(body, half / tempo)
    assert body.now[sign][1] == pytest.approx(there, abs=near)


def test_what_stands_can_be_treated_and_goes_when_it_is_eased() -> None:
    """Ice cools somebody whose heat stroke stands, sugar goes down again; eased, all is as it was."""
    body = Body([ADULT, ADULT])
    for i in (0, 1):
        body.insults.begin(i, "heat", 0.6, 4.0)
    passed(body, 60)
    there = float(body.now["temp"][0])
    body.treatments.give(0, "ice-bath")
    passed(body, 10)
    assert body.now["temp"][0] < there - 1.0
    body.insults.ease(1, "heat")
    passed(body, 600)
    assert body.now["temp"][1] == pytest.approx(ADULT.baseline.temp, abs=0.3)


def test_sugar_given_to_somebody_whose_low_sugar_stands_does_not_last() -> None:
    """It is up within minutes, and within two hours most of it is gone, since the cause is not."""
    body = Body([ADULT])
    body.insults.begin(0, "hypoglycaemia", 0.6, 4.0)
    passed(body, 60)
    low = float(body.now["glucose"][0])
    body.treatments.give(0, "glucose")
    up = float(passed(body, 10).now["glucose"][0])
    assert up > low + 2.0
    passed(body, 120)
    assert body.now["glucose"][0] < low + 0.35 * (up - low)


def test_an_overdose_that_stands_gets_no_deeper_and_a_slow_one_is_the_same() -> None:
    """The drug at half the course is that of life's pace, hours later too; a dose comes on top."""
    body = Body([ADULT, ADULT, ADULT])
    half = 0.5 * INSULTS["opioid"].minutes[-1]
    body.insults.begin(0, "opioid", 0.5)
    body.insults.begin(1, "opioid", 0.5, 0.25)
    body.insults.begin(2, "opioid", 0.5)
    passed(body, half)
    effect = body.opioid.effect_ng_ml
    there = float(effect[0])
    assert there == pytest.approx(float(effect[2]), rel=1e-9)
    passed(body, 3.0 * half)
    assert body.opioid.effect_ng_ml == pytest.approx(there, rel=0.02)
    body.opioid.fentanyl(2, 100.0)
    passed(body, 6)
    assert float(body.opioid.effect_ng_ml[2]) > there + 1.0
    passed(body, 180)
    assert body.opioid.effect_ng_ml == pytest.approx(there, rel=0.05)
    assert (body.now["rr"] > 8.0).all()
    assert body.consciousness.letters == ["V", "V", "V"]
    body.insults.ease(0, "opioid")
    passed(body, 120)
    assert float(body.opioid.effect_ng_ml[0]) < 0.5 * there


def test_lactate_that_sepsis_makes_stands_and_goes_with_it() -> None:
    """At half the course, before there is shock: hours later, and at half the tempo, it is the same."""
    body = Body([ADULT, ADULT])
    half = 0.5 * INSULTS["sepsis"].minutes[-1]
    body.insults.begin(0, "sepsis", 0.5, 4.0)
    body.insults.begin(1, "sepsis", 0.5, 2.0)
    passed(body, half / 4.0)
    there = float(body.lactate[0])
    assert there > 2.0
    passed(body, half)
    assert body.lactate == pytest.approx(there, abs=0.1)
    body.insults.ease(0, "sepsis")
    passed(body, 600)
    assert body.lactate[0] < 1.5
