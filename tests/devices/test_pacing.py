"""Pacing through the skin: what is too slow by its rhythm beats at the pacer's rate, and is drawn so."""

import numpy as np
import pytest

from devices.conditions import with_conditions
from devices.engine import Engine
from devices.person import Person
from devices.ward import DEVICES


def paced(person: Person, slow: str) -> Engine:
    """Return the engine of somebody in a slow rhythm, half a minute later."""
    one = Engine(3, ["bed01"], [person], {device: np.ones(1, bool) for device in DEVICES})
    one.warm_up()
    if slow == "heart-block":
        one.body.insults.begin(0, slow, 1.0, 10.0)
    else:
        one.beat_in(0, slow)
    live(one, 30)
    return one


def live(one: Engine, seconds: int) -> dict[str, float]:
    """Let time pass; return what there is then."""
    for _ in range(seconds):
        one.advance(10.0)
    return {key: float(one.body.now[key][0]) for key in ("hr", "sbp")}


@pytest.mark.parametrize("slow", ["heart-block", "third-degree", "mobitz-ii", "sinus-bradycardia"])
def test_a_slow_heart_is_paced_while_the_pacer_is_on(slow: str) -> None:
    """The rate is the pacer's, in body, trace and number alike; without it the illness has its way again."""
    one = paced(Person(), slow)
    before, rhythm = live(one, 60), one.trains.rhythms[0]
    one.body.treatments.give(0, "pacing", 70.0)
    during = live(one, 60)
    assert one.trains.rhythms[0] == one.body.heart.rhythm[0] == "paced-ventricular"
    assert before["hr"] < 66
    assert during["hr"] == pytest.approx(70, abs=2)
    shown = {wearable.name: report for wearable, report in one.advance(10.0)}["patch"].readings["hr"]
    assert float(shown.values[0]) == pytest.approx(70, abs=2)
    one.body.treatments.stop(0, "pacing")
    live(one, 60)
    assert one.trains.rhythms[0] == rhythm


@pytest.mark.parametrize("asked", [40.0, 55.0, 100.0, 120.0])
def test_the_rate_asked_is_the_rate_drawn(asked: float) -> None:
    """In body, beats and number alike, over all that the pacer can be set to; and when it is set anew."""
    one = paced(Person(), "third-degree-wide")
    one.body.treatments.give(0, "pacing", 80.0)
    live(one, 20)
    one.body.treatments.give(0, "pacing", asked)
    assert live(one, 60)["hr"] == pytest.approx(asked, abs=1)
    beats = one.trains.beats.since(one.now_s - 20.0).times[:, 0]
    assert 60.0 / np.diff(beats).mean() == pytest.approx(asked, abs=1)
    shown = {wearable.name: report for wearable, report in one.advance(10.0)}["patch"].readings["hr"]
    assert float(shown.values[0]) == pytest.approx(asked, abs=2)


def test_a_pacer_waits_for_a_heart_that_is_quicker() -> None:
    """It takes over a slow sinus rhythm, and lets a quick one be; set below it, it gives the heart back."""
    one = paced(Person(), "sinus")
    own = live(one, 1)["hr"]
    for asked, rhythm, rate in (
        (own - 20, "sinus", own),
        (own + 30, "paced-ventricular", own + 30),
        (own - 10, "sinus", own),
    ):
        one.body.treatments.give(0, "pacing", asked)
        assert live(one, 90)["hr"] == pytest.approx(rate, abs=3)
        assert one.trains.rhythms == [rhythm]


def test_a_slow_fibrillating_heart_is_paced_without_p_waves() -> None:
    """Blocked or slow by itself, through the skin or by a device that captures; then as it was."""
    lives = with_conditions(Person(), "atrial-fibrillation")
    for slow in ("heart-block", "af"):
        one = paced(lives, slow)
        one.body.aim("hr", np.array([np.nan if slow == "heart-block" else 44.0]))
        live(one, 30)
        before = one.trains.rhythms[0]
        one.body.aim("hr", np.array([np.nan]))
        one.body.treatments.give(0, "pacing", 85.0)
        assert live(one, 60)["hr"] == pytest.approx(85, abs=2)
        assert one.trains.rhythms == ["paced-fibrillating"]
        assert not one.trains.beating.atria.times(0)
        one.body.treatments.stop(0, "pacing")
        live(one, 30)
        assert one.trains.rhythms[0] == before
    implanted = paced(with_conditions(lives, "pacemaker"), "third-degree")
    assert implanted.trains.rhythms == ["paced-fibrillating"]
    implanted.beat_in(0, "sinus")
    assert implanted.trains.rhythms == ["af-paced"]


def test_a_sound_heart_is_not_paced_and_a_still_one_beats() -> None:
    """Sinus rhythm stays what it is; atria without ventricles get a pulse."""
    well = paced(Person(), "sinus")
    well.body.treatments.give(0, "pacing", 70.0)
    live(well, 30)
    assert well.trains.rhythms[0] == "sinus"
    still = paced(Person(), "standstill")
    assert still.body.now["hr"][0] < 5
    still.body.treatments.give(0, "pacing", 70.0)
    assert live(still, 60)["sbp"] > 60
