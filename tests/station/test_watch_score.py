"""The published NEWS2 is made of what is valid and fresh, and says what is missing and why."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broker import messages as m
from tests.station.driver import NORMAL, Driver
from vitals import news2
from vitals.news2 import Scale


def test_a_complete_score_has_all_parts_with_source_and_age() -> None:
    """Each component names value, points, device and time."""
    d = Driver()
    d.full(3, rr=22)
    score = d.scores[-1]
    assert (score.total, score.at_least, score.risk, score.missing) == (2, 2, "low", [])
    assert list(score.components) == list(news2.PARAMETERS)
    rr, acvpu = score.components["rr"], score.components["acvpu"]
    assert (rr.points, rr.value, rr.source, rr.why) == (2, 22, "monitor", None)
    assert (acvpu.points, acvpu.code, acvpu.source) == (0, "A", "Nurse")
    assert all(c.t is not None and 0 <= score.t - c.t < 5000 for c in score.components.values())


SETS = st.fixed_dictionaries({
    "rr": st.integers(0, 60), "spo2": st.integers(50, 100), "nibp_sys": st.integers(30, 300),
    "hr": st.integers(0, 250), "temp": st.integers(300, 430).map(lambda x: x / 10),
})  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    values=SETS, acvpu=st.sampled_from("ACVPU"), oxygen=st.sampled_from(["air", "mask"]),
    scale=st.sampled_from([1, 2]),
)  # fmt: skip
def test_what_is_published_is_the_charts_score(
    values: dict[str, Any], acvpu: m.Acvpu, oxygen: str, scale: Scale
) -> None:
    """Whatever is measured and charted, points and total are the chart's."""
    d = Driver()
    d.person(scale=scale)
    d.chart(acvpu=acvpu, oxygen=oxygen)
    d.stream(1, "monitor", **values)
    expected = news2.score(
        rr=values["rr"], spo2=values["spo2"], oxygen=oxygen != "air", sbp=values["nibp_sys"],
        pulse=values["hr"], acvpu=acvpu, temp=values["temp"], scale=scale,
    )  # fmt: skip
    got = d.scores[-1]
    assert {k: c.points for k, c in got.components.items()} == expected.points
    assert (got.total, got.max_single, got.risk, got.scale) == (
        expected.total, expected.max_single, expected.risk, scale,
    )  # fmt: skip


@pytest.mark.parametrize("missing", ["rr", "spo2", "hr", "temp", "nibp_sys"])
def test_what_was_never_measured_is_missing(missing: str) -> None:
    """One gap leaves the total open and is named."""
    d = Driver()
    d.chart()
    d.stream(2, "monitor", **{k: v for k, v in NORMAL.items() if k != missing})
    parameter = {"hr": "pulse", "nibp_sys": "sbp"}.get(missing, missing)
    score = d.scores[-1]
    assert (score.total, score.missing, score.risk) == (None, [parameter], "unknown")
    assert score.components[parameter].why == "not measured"


def test_an_uncharted_patient_has_a_partial_score() -> None:
    """Consciousness and oxygen are never guessed."""
    d = Driver()
    d.stream(2, "monitor", **NORMAL)
    assert d.scores[-1].missing == ["oxygen", "acvpu"]
    assert d.scores[-1].components["acvpu"].why == "not charted"


@pytest.mark.parametrize("speed", [1, 60])
def test_a_value_counts_for_its_validity_and_no_longer(speed: float) -> None:
    """A pulse counts for a minute after its measurement, a cuff's pressure for hours."""
    d = Driver(speed=speed)
    d.full(3)
    last = d.now
    while d.now - last < 3 * 60_000:
        d.wall += 1000
        d.tick()
    score = next(s for s in d.scores if s.missing)
    assert {"rr", "spo2", "pulse"} <= set(score.missing)
    assert score.components["pulse"].why == "too old"
    assert 60_000 <= score.t - last <= max(62_000, 1000 * speed * 4)
    assert d.scores[-1].components["sbp"].points == 0


def test_a_questionable_value_does_not_count() -> None:
    """Its reason is said; the last good value counts until its time is over."""
    d = Driver()
    d.full(3)
    for _ in range(70):
        d.stream(1, "monitor", **{k: v for k, v in NORMAL.items() if k != "spo2"})
        d.num("oximeter", q="Qst", why="motion", spo2=82)
    score = d.scores[-1]
    assert score.missing == ["spo2"]
    assert score.components["spo2"].why == "motion"


def test_a_moments_spike_does_not_move_the_score() -> None:
    """A score takes the median of half a minute, as somebody who counts for 30 s."""
    d = Driver()
    d.full(30)
    for hr in (160, 165, 72):
        d.stream(1, "monitor", **{**NORMAL, "hr": hr})
    assert {s.total for s in d.scores} == {0}


def test_arterial_pressure_comes_before_the_cuffs_and_charted_values_fill_gaps() -> None:
    """What is newest of the best kind counts, with its source."""
    d = Driver()
    d.chart(rr=22, temp=36.5)
    d.num("cuff", nibp_sys=95)
    d.stream(2, "line", abp_sys=120)
    parts = d.scores[-1].components
    assert (parts["sbp"].value, parts["sbp"].source) == (120, "line")
    assert (parts["rr"].value, parts["rr"].points, parts["rr"].source) == (22, 2, "nurse")


def test_an_old_charted_value_does_not_hide_that_a_sensor_fell_silent() -> None:
    """A charted rate counts only while no sensor has spoken since."""
    d = Driver()
    d.chart(rr=14)
    d.stream(5, "patch", rr=16)
    d.wait(70)
    assert "rr" in d.scores[-1].missing


def test_scores_are_said_on_change_and_at_least_every_half_minute() -> None:
    """Nothing new is said at most every 30 s, a change at once, and never twice a second."""
    d = Driver()
    d.full(100)
    times = [s.t for s in d.scores]
    assert all(1000 <= b - a <= 31_000 for a, b in pairwise(times))
    before = len(d.scores)
    d.stream(20, "monitor", **{**NORMAL, "rr": 25})
    assert d.scores[-1].total == 3
    assert len(d.scores) - before <= 2


def test_a_score_at_its_threshold_rings_once() -> None:
    """NEWS2 5 is an alarm, 4 for less than a minute does not end it."""
    d = Driver()
    d.full(40, rr=22, hr=112, temp=38.5)
    alarm = d.shown()["news2"]
    assert (alarm.text, alarm.priority, alarm.kind, alarm.bound) == ("NEWS2 5 ≥ 5", "Me", "Phy", "at-least")
    for _ in range(3):
        d.stream(35, "monitor", **{**NORMAL, "rr": 22, "hr": 112})
        d.stream(35, "monitor", **{**NORMAL, "rr": 22, "hr": 112, "temp": 38.5})
    assert [a.presence for a in d.said("news2") if a] == ["On"]


def test_a_rising_score_rings_again_at_seven() -> None:
    """The emergency threshold breaks the acknowledgement of the urgent one."""
    d = Driver()
    d.full(40, rr=22, hr=112, temp=38.5)
    d.ack("news2", 1)
    d.stream(40, "monitor", **{**NORMAL, "rr": 26, "hr": 112, "temp": 39.5})
    alarm = d.shown()["news2"]
    assert (alarm.presence, alarm.text) == ("On", "NEWS2 7 ≥ 7")


def test_a_partial_score_rings_by_what_is_certain() -> None:
    """Without a temperature at least nine is still at least seven, and says so."""
    d = Driver()
    d.chart()
    values: dict[str, Any] = {**NORMAL, "rr": 26, "hr": 135, "spo2": 90}
    del values["temp"]
    d.stream(3, "monitor", **values)
    assert d.shown()["news2"].text == "NEWS2 at least 9 ≥ 7"


def test_a_gap_neither_ends_an_alarm_nor_hides_it() -> None:
    """Without its temperature a seven may still be a seven; without any value the bed has no data."""
    d = Driver()
    d.person()
    d.full(40, rr=26, hr=112, temp=39.5)
    d.wait(2)
    assert d.shown()["news2"].text == "NEWS2 7 ≥ 7"
    values: dict[str, Any] = {**NORMAL, "rr": 26, "hr": 112}
    del values["temp"]
    for _ in range(5 * 120):
        d.wall += 30_000
        d.num("monitor", **values)
        d.tick()
    assert d.scores[-1].missing == ["temp"]
    assert d.shown()["news2"].text == "NEWS2 7 ≥ 7"
    d.wait(5 * 3600, step_s=30)
    assert set(d.shown()) == {"no-data"}


def test_trends_and_the_score_of_an_hour_ago_come_along() -> None:
    """After ten minutes of rising pulse the arrow points up; after an hour one sees +n."""
    d = Driver()
    d.chart()
    for i in range(65 * 60 // 5):
        d.wall += 5000
        d.num("monitor", **{**NORMAL, "hr": 72 if i < 600 else 72 + (i - 600) / 3})
        d.tick()
    score = d.scores[-1]
    assert score.trends["hr"].direction == "up"
    assert score.trends["spo2"].direction == "steady"
    assert score.earlier == 0
    assert score.total is not None
    assert score.total > 0
    assert next(s for s in d.scores if s.earlier is not None).t - d.scores[0].t >= 3_600_000
