"""A heart that comes back beats as its person lives, and a pacemaker that captures protects."""

from dataclasses import replace

import numpy as np
import pytest

from devices.conditions import rhythm_of, with_conditions
from devices.engine import Engine
from devices.person import Baseline, Person
from devices.physiology.body import Body
from devices.signals.kinds import PACED as PACED_BEAT
from tests.devices.signals_of import engine

WELL = Person(age=66, baseline=Baseline(hr=76))
FIBRILLATING = with_conditions(WELL, "atrial-fibrillation")
PACED = with_conditions(WELL, "pacemaker")
THREE = (WELL, FIBRILLATING, PACED)
THEIRS = ["sinus", "af", "paced-tracking"]


def after(body: Body, seconds: int) -> Body:
    """Let time pass."""
    for _ in range(seconds):
        body.advance(1.0, 12.0)
    return body


def test_everybody_begins_in_their_own_rhythm() -> None:
    """And of two conditions the same comes, in whatever order they are said."""
    assert Body(THREE).heart.rhythm == THEIRS
    assert rhythm_of(("pacemaker", "copd", "atrial-fibrillation")) == "af-paced"
    assert rhythm_of(("atrial-fibrillation", "pacemaker")) == "af-paced"


def test_a_shocked_heart_returns_to_its_own_rhythm() -> None:
    """Ventricular fibrillation ends in what each lived with, and blood flows."""
    body = Body(THREE)
    for i in range(3):
        body.insults.begin(i, "ventricular-fibrillation")
    after(body, 20)
    assert body.heart.rhythm == ["vf"] * 3
    for i in range(3):
        body.treatments.give(i, "defibrillation")
    after(body, 60)
    assert body.heart.rhythm == THEIRS
    assert (body.now["sbp"] > 90).all()


def test_compressions_and_adrenaline_bring_back_ones_own_rhythm() -> None:
    """A heart that stopped for want of blood, once there is some again."""
    body = Body(THREE)
    for i in range(3):
        body.heart.become(i, "pea")
        body.heart.strain[i] = 1.0
    after(body, 60)
    assert body.heart.rhythm == ["pea"] * 3
    for i in range(3):
        for name in ("cpr", "adrenaline-iv", "bag-mask"):
            body.treatments.give(i, name)
    after(body, 300)
    assert body.heart.rhythm == THEIRS
    assert (body.heart.pulse == 1.0).all()


def test_what_a_shock_and_adenosine_leave_alone_is_ones_own() -> None:
    """Permanent fibrillation is not shocked away; a paced heart does not stand still for adenosine."""
    body = after(Body(THREE), 1)
    body.treatments.give(1, "cardioversion")
    body.treatments.give(2, "adenosine")
    for _ in range(30):
        after(body, 1)
        assert body.heart.rhythm == THEIRS


def test_a_pacemaker_protects_from_heart_block_while_it_captures() -> None:
    """The same block: paced at one's own rate and pressure, without a pacemaker or its capture slow."""
    body = Body([WELL, PACED, PACED])
    body.heart.become(2, "failure-to-capture")
    after(body, 1)
    for i in range(3):
        body.insults.begin(i, "heart-block")
    after(body, 240)
    assert body.heart.rhythm == ["third-degree", "paced-tracking", "third-degree"]
    assert body.now["hr"][1] == pytest.approx(WELL.baseline.hr, abs=3)
    assert body.now["sbp"][1] > WELL.baseline.sbp - 8
    for i in (0, 2):
        assert body.now["hr"][i] < 45
        assert body.now["sbp"][i] < WELL.baseline.sbp - 15


def test_a_slow_heart_is_paced_at_the_lowest_rate() -> None:
    """What slows the sinus node stops at 60 /min, and no bradycardia is drawn."""
    body = Body([PACED])
    body.insults.begin(0, "bradycardia")
    assert after(body, 600).now["hr"][0] == pytest.approx(60, abs=1)
    assert body.heart.rhythm == ["paced-tracking"]


def spikes(one: Engine) -> list[bool]:
    """Return whose ECG of the last ten seconds has a pacemaker's spikes."""
    x = one.draw(10)["ecg_ii"].astype(float) * 0.005
    alone = np.abs(x[:, 1:-1] - 0.5 * (x[:, 2:] + x[:, :-2]))
    return [bool((row > 0.3).sum() > 5) for row in alone]


def seconds(one: Engine, n: int) -> Engine:
    """Let time pass."""
    for _ in range(n):
        one.advance(12.0)
    return one


def test_a_script_that_blocks_a_paced_heart_is_paced_until_capture_fails() -> None:
    """``third-degree`` draws spikes and keeps the rate; after ``failure-to-capture`` they move nothing."""
    one = engine([PACED, WELL])
    for bed in (0, 1):
        one.beat_in(bed, "third-degree")
    assert spikes(seconds(one, 60)) == [True, False]
    assert one.body.heart.rhythm == ["paced-tracking", "third-degree"]
    one.beat_in(0, "failure-to-capture")
    one.beat_in(0, "third-degree")
    assert spikes(seconds(one, 60)) == [True, False]
    assert one.body.heart.rhythm == ["third-degree"] * 2
    assert (one.body.now["hr"] < 46).all()
    for bed in (0, 1):
        one.beat_in(bed, "sinus")
    assert spikes(seconds(one, 60)) == [True, False]


def test_a_pacemaker_that_does_not_capture_fires_on_where_the_heart_is_slow_or_still() -> None:
    """Evenly, 70 times a minute, in each of these and through a change; a quick heart silences it."""
    slow = ["third-degree-wide", "asystole", "idioventricular", "sinus-bradycardia", "svt", "vf"]
    one = engine([PACED] * len(slow))
    for bed, rhythm in enumerate(slow):
        for name in ("failure-to-capture", "mobitz-ii", rhythm):
            one.beat_in(bed, name)
            seconds(one, 1)
    seconds(one, 30)
    marks = [one.trains.beating.spikes.times(bed)[-12:] for bed in range(len(slow))]
    for times in marks[:4]:
        assert np.diff(times) == pytest.approx(60.0 / 70.0)
        assert times[-1] > one.now_s
    assert all(not times or times[-1] < one.now_s - 20.0 for times in marks[4:])


def test_a_pacemaker_that_does_not_capture_gives_a_fibrillating_heart_no_p_waves() -> None:
    """By a script, in somebody who lives so and in one who fibrillates now; who does not has P waves."""
    lives, now, well = with_conditions(WELL, "pacemaker", "atrial-fibrillation"), PACED, PACED
    one = engine([lives, now, well])
    one.beat_in(1, "af")
    seconds(one, 10)
    for bed in range(3):
        one.beat_in(bed, "failure-to-capture")
    assert spikes(seconds(one, 30)) == [True, True, True]
    assert one.trains.rhythms == ["af-uncaptured", "af-uncaptured", "failure-to-capture"]
    assert [bool(one.trains.beating.atria.times(bed)) for bed in range(3)] == [False, False, True]
    for bed in range(3):
        one.beat_in(bed, "sinus")
    seconds(one, 30)
    assert one.trains.rhythms == ["af-paced", "paced-tracking", "paced-tracking"]


def test_sinus_stands_for_ones_own_rhythm() -> None:
    """A script that lets fibrillation of the ventricles end gives back that of the atria."""
    one = engine([replace(FIBRILLATING), WELL])
    for bed in (0, 1):
        one.beat_in(bed, "vf")
    seconds(one, 5)
    for bed in (0, 1):
        one.beat_in(bed, "sinus")
    seconds(one, 5)
    assert one.body.heart.rhythm == one.trains.beating.rhythms == ["af", "sinus"]


BOTH = with_conditions(WELL, "atrial-fibrillation", "pacemaker")


def beaten(one: Engine, n: int) -> list[tuple[float, float]]:
    """Let time pass; return of each bed the mean rate, and which share of its beats was paced."""
    times: list[list[float]] = [[] for _ in one.body.heart.own]
    paced = [0] * len(times)
    for _ in range(n):
        seconds(one, 1)
        window = one.trains.beats.since(one.now_s - 1.0)
        new = (window.times > one.now_s - 1.0) & (window.times <= one.now_s)  # the train runs ahead
        kinds = window.value("kind")
        for bed, mine in enumerate(times):
            mine.extend(window.times[new[:, bed], bed].tolist())
            paced[bed] += int((kinds[new[:, bed], bed] == PACED_BEAT).sum())
    return [
        (60.0 * (len(t) - 1) / (t[-1] - t[0]), shown / len(t)) for t, shown in zip(times, paced, strict=True)
    ]


def test_a_pacemaker_in_fibrillation_paces_the_slow_heart_alone_and_the_body_keeps_its_rate() -> None:
    """At the lowest rate every beat, a little above it a part, of a quick heart hardly one."""
    one = engine([BOTH] * 4)
    one.body.aim("hr", np.array([45.0, 70.0, 85.0, 120.0]))
    seconds(one, 60)
    rates, shares = zip(*beaten(one, 240), strict=True)
    assert one.body.heart.rhythm == ["af-paced"] * 4
    assert rates == pytest.approx([60.0, 70.0, 85.0, 120.0], rel=0.04)
    assert shares[0] == 1.0
    assert 0.15 < shares[1] < 0.6
    assert 0.01 < shares[2] < 0.15
    assert shares[3] < 0.01


def test_a_tracking_pacemaker_whose_atria_begin_to_fibrillate_tracks_no_longer() -> None:
    """By an illness or a script; when that is over it follows the atria again."""
    one = engine([PACED, PACED, WELL])
    one.body.insults.begin(0, "atrial-fibrillation")
    one.beat_in(1, "af")
    one.beat_in(2, "af")
    assert seconds(one, 10).trains.rhythms == ["af-paced", "af-paced", "af"]
    one.body.insults.ease(0, "atrial-fibrillation")
    one.beat_in(1, "sinus")
    assert seconds(one, 60).trains.rhythms[:2] == ["paced-tracking"] * 2


def test_a_block_gives_a_fibrillating_heart_no_p_waves() -> None:
    """By illness or script: slow and even, over atria that fibrillate on; afterwards as before."""
    one = engine([FIBRILLATING, FIBRILLATING, WELL])
    for bed in (0, 2):
        one.body.insults.begin(bed, "heart-block")
    one.beat_in(1, "mobitz-ii")
    seconds(one, 60)
    assert one.trains.rhythms == ["af-block", "af-block", "third-degree"]
    assert 30 <= one.body.now["hr"][0] <= 50
    assert not any(one.trains.beating.atria.times(bed) for bed in (0, 1))
    one.body.insults.ease(0, "heart-block")
    one.beat_in(1, "sinus")
    assert seconds(one, 120).trains.rhythms[:2] == ["af", "af"]
