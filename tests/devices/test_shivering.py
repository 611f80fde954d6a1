"""Who shivers by themselves, whom that shakes, and that nobody else does."""

import numpy as np
import pytest

from devices.conditions import with_conditions
from devices.person import Baseline, Person
from devices.physiology.body import Body
from devices.ward import Ward
from tests.devices.ward_of import played, sort, ward_of


def lived(body: Body, seconds: int) -> Body:
    """Let time pass, a second at a time."""
    for _ in range(seconds):
        body.advance(1.0, 12.0)
    return body


def at(temp: float) -> Body:
    """Return the body of somebody who is so cold, or warm, for minutes."""
    body = Body([Person()])
    body.aim("temp", np.array([temp]))
    return lived(body, 240)


@pytest.mark.parametrize(
    ("temp", "least", "most"),
    [(36.7, 0.0, 0.0), (36.0, 0.0, 0.0), (35.0, 0.3, 0.9), (34.0, 1, 1), (33.0, 1, 1), (31.0, 0.0, 0.0)],
)
def test_the_cold_shiver_from_35_to_32_degrees(temp: float, least: float, most: float) -> None:
    """Swiss stages: fully at 34, not at 36 nor at 31."""
    assert least <= at(temp).shivering[0] <= most


def test_whoever_was_warmed_or_sleeps_deeply_shivers_no_more() -> None:
    """Warm again; and in the coma of an opioid, though cold."""
    body = at(34.0)
    assert body.shivering[0] == 1.0
    body.opioid.fentanyl(0, 1200.0)
    lived(body, 420)
    assert body.consciousness.depth[0] > 3.0
    assert body.shivering[0] == 0.0
    warm = at(34.0)
    warm.aim("temp", np.array([36.5]))
    assert lived(warm, 240).shivering[0] == 0.0


def test_shivering_uses_oxygen_and_makes_carbon_dioxide() -> None:
    """More of both than as cold without it; so one breathes more."""
    shivers, still = at(33.0), at(33.0)
    for _ in range(300):
        still.shivering[:] = 0.0
        lived(shivers, 1)
        lived(still, 1)
    assert shivers.stores.used_ml_min[0] == pytest.approx(1.25 * still.stores.used_ml_min[0], rel=0.01)
    assert shivers.paco2[0] > still.paco2[0] + 1.0
    assert shivers.now["rr"][0] > still.now["rr"][0] + 0.5


def test_a_rising_fever_shivers_until_it_has_risen() -> None:
    """In the first hour of a sepsis, not before it nor once the fever is there."""
    body = lived(Body([Person()]), 60)
    assert body.shivering[0] == 0.0
    body.insults.begin(0, "sepsis")
    assert lived(body, 3600).shivering[0] > 0.1
    assert lived(body, 2 * 3600).shivering[0] == 0.0


def led(*degrees_an_hour: float) -> Body:
    """Return people whose temperature a script has led from 37 °C upwards for an hour, each at a pace."""
    body = Body([Person()] * len(degrees_an_hour))
    for second in range(3600):
        body.aim("temp", 37.0 + np.array(degrees_an_hour) * second / 3600.0)
        lived(body, 1)
    return body


def test_a_fever_that_a_script_lets_rise_shivers_and_one_that_stays_does_not() -> None:
    """At 1 °C an hour, as a fever does (reference 8.9); not at a pace of heat stroke, nor where it stays."""
    body = led(1.0, 3.2, 0.0)
    assert body.shivering[0] > 0.3
    assert body.shivering[1:].tolist() == [0.0, 0.0]
    assert body.stores.used_ml_min[0] > 1.1 * body.stores.used_ml_min[2]
    body.aim("temp", body.now["temp"].copy())
    assert not lived(body, 900).shivering.any()


def test_a_fever_set_at_once_and_one_left_to_the_body_do_not_shiver() -> None:
    """A step is no rise, and whom the script leaves cools by himself."""
    body = at(39.2)
    assert body.shivering[0] == 0.0
    body = led(1.0)
    body.aim("temp", np.array([np.nan]))
    assert lived(body, 60).shivering[0] == 0.0


def test_ordinary_people_never_shiver() -> None:
    """Drawn or frail, with a low temperature of their own, by day and by night."""
    frail = with_conditions(Person(age=88, baseline=Baseline(temp=35.6)), "frailty")
    body = Body([Person(), frail, with_conditions(Person(age=70), "copd", "heart-failure")])
    for hour in range(0, 24, 2):
        for _ in range(60):
            body.advance(1.0, float(hour))
            assert not body.shivering.any()


def shaken(ward: Ward, seconds: int) -> list[tuple[int, bool]]:
    """Let time pass; return (bed, begins) of the bouts of shivering that the truth is told of."""
    told = []
    for _ in range(5 * seconds):
        ward.tick(waves=False)
        told += [(b.bed, b.on) for b in ward.befallen() if (b.kind, b.cause) == ("shivering", "body")]
    return told


def test_a_cold_bed_is_disturbed_in_bouts_and_its_neighbour_never() -> None:
    """Between them values are valid; in them they are doubtful, and the truth knows."""
    ward = ward_of([Person(), Person()])
    ward.aim("temp", np.array([33.8, np.nan]))
    bouts = shaken(ward, 540)
    assert {bed for bed, _ in bouts} == {0}
    assert [on for _, on in bouts] == [i % 2 == 0 for i in range(len(bouts))]
    assert len(bouts) >= 6
    said = played(ward, 240)
    assert {why for _, why in sort(said, "patch", 0).reasons("hr")} == {None, "shivering"}
    assert sort(said, "patch", 1).reasons("hr") == {("Vld", None)}
    ward.aim("temp", np.array([36.8, np.nan]))
    shaken(ward, 240)
    assert sort(played(ward, 120), "patch", 0).reasons("hr") == {("Vld", None)}
