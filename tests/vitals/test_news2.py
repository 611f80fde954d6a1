"""NEWS2 equals the published chart, band by band, and an independent implementation."""

import math
import random
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from vitalscore import score_news2

from vitals import news2
from vitals.news2 import PARAMETERS, Scale, score

# Clinical reference 1.1: RR, SpO2, oxygen, SBP, pulse, ACVPU, temperature, scale, points, total, max single.
VECTORS: list[tuple[float, float, bool, float, float, str, float, Scale, str, int, int]] = [
    (16, 97, False, 122, 72, "A", 36.8, 1, "0000000", 0, 0),
    (8, 96, False, 111, 51, "A", 36.1, 1, "3000000", 3, 3),
    (25, 96, False, 120, 80, "A", 37.0, 1, "3000000", 3, 3),
    (21, 94, False, 110, 91, "A", 38.1, 1, "2101101", 6, 2),
    (24, 92, True, 100, 111, "A", 39.0, 1, "2222201", 11, 2),
    (28, 90, True, 88, 132, "C", 39.2, 1, "3323332", 19, 3),
    (9, 91, False, 101, 40, "A", 36.0, 1, "1301301", 9, 3),
    (12, 95, True, 91, 110, "V", 39.1, 1, "0122132", 11, 3),
    (12, 96, False, 220, 90, "A", 38.0, 1, "0003000", 3, 3),
    (20, 95, True, 219, 41, "A", 35.1, 1, "0120101", 5, 2),
    (6, 84, False, 105, 58, "P", 36.2, 1, "3301030", 10, 3),
    (35, 83, True, 70, 140, "U", 34.9, 1, "3323333", 20, 3),
    (11, 93, False, 90, 50, "A", 35.0, 1, "1203103", 10, 3),
    (18, 100, False, 118, 131, "A", 36.9, 1, "0000300", 3, 3),
    (16, 93, False, 120, 80, "A", 37.0, 2, "0000000", 0, 0),
    (16, 93, True, 120, 80, "A", 37.0, 2, "0120000", 3, 2),
    (16, 88, True, 120, 80, "A", 37.0, 2, "0020000", 2, 2),
    (22, 87, False, 135, 104, "A", 36.9, 2, "2100100", 4, 2),
    (12, 95, True, 91, 110, "V", 39.1, 2, "0222132", 12, 3),
    (11, 97, True, 90, 50, "A", 35.0, 2, "1323103", 13, 3),
    (16, 97, False, 120, 80, "A", 37.0, 2, "0000000", 0, 0),
    (24, 85, True, 112, 111, "A", 36.5, 2, "2220200", 8, 2),
    (24, 83, True, 112, 130, "A", 36.5, 2, "2320200", 9, 3),
]

NORMAL: dict[str, Any] = {
    "rr": 16, "spo2": 97, "oxygen": False, "sbp": 122, "pulse": 72, "acvpu": "A", "temp": 36.8,
}  # fmt: skip

# The printed chart once more, written the other way: points to the ranges that earn them.
CHART: dict[str, list[tuple[float, float, int]]] = {
    "rr": [(0, 8, 3), (9, 11, 1), (12, 20, 0), (21, 24, 2), (25, 120, 3)],
    "spo2": [(0, 91, 3), (92, 93, 2), (94, 95, 1), (96, 100, 0)],
    "sbp": [(0, 90, 3), (91, 100, 2), (101, 110, 1), (111, 219, 0), (220, 350, 3)],
    "pulse": [(0, 40, 3), (41, 50, 1), (51, 90, 0), (91, 110, 1), (111, 130, 2), (131, 300, 3)],
}
TEMPERATURES = [(20.0, 35.0, 3), (35.1, 36.0, 1), (36.1, 38.0, 0), (38.1, 39.0, 1), (39.1, 45.0, 2)]
SCALE_2 = {
    False: [(0, 83, 3), (84, 85, 2), (86, 87, 1), (88, 100, 0)],
    True: [(0, 83, 3), (84, 85, 2), (86, 87, 1), (88, 92, 0), (93, 94, 1), (95, 96, 2), (97, 100, 3)],
}


def steps(low: float, high: float, step: float) -> list[float]:
    """Return low, low + step … high."""
    return [round(low + i * step, 1) for i in range(round((high - low) / step) + 1)]


@pytest.mark.parametrize("vector", VECTORS)
def test_every_vector_of_the_reference_scores_as_written(
    vector: tuple[float, float, bool, float, float, str, float, Scale, str, int, int],
) -> None:
    """Points, total and the greatest single one agree with clinical reference 1.1."""
    rr, spo2, oxygen, sbp, pulse, acvpu, temp, scale, digits, total, greatest = vector
    got = score(rr=rr, spo2=spo2, oxygen=oxygen, sbp=sbp, pulse=pulse, acvpu=acvpu, temp=temp, scale=scale)
    assert [got.points[key] for key in PARAMETERS] == [int(d) for d in digits]
    assert (got.total, got.at_least, got.max_single) == (total, total, greatest)


@pytest.mark.parametrize("key", CHART)
def test_every_integer_of_a_parameter_scores_as_printed(key: str) -> None:
    """With all else normal, each value of each band earns the band's points, edges included."""
    for low, high, expected in CHART[key]:
        for value in steps(low, high, 1):
            got = score(**{**NORMAL, key: value})
            assert (got.points[key], got.total) == (expected, expected), value


def test_every_tenth_of_a_degree_scores_as_printed() -> None:
    """With all else normal, each temperature earns its band's points."""
    for low, high, expected in TEMPERATURES:
        for value in steps(low, high, 0.1):
            assert score(**{**NORMAL, "temp": value}).total == expected, value


@pytest.mark.parametrize("oxygen", [False, True])
def test_every_saturation_of_scale_2_scores_as_printed(oxygen: bool) -> None:
    """Scale 2 tells air from oxygen above 92 %."""
    for low, high, expected in SCALE_2[oxygen]:
        for value in steps(low, high, 1):
            got = score(**{**NORMAL, "spo2": value, "oxygen": oxygen}, scale=2)
            assert (got.points["spo2"], got.total) == (expected, expected + 2 * oxygen), value


@pytest.mark.parametrize(("acvpu", "expected"), [("A", 0), ("C", 3), ("V", 3), ("P", 3), ("U", 3)])
def test_anything_but_alert_scores_three(acvpu: str, expected: int) -> None:
    """New confusion counts like any loss of consciousness."""
    assert score(**{**NORMAL, "acvpu": acvpu}).total == expected


def test_bands_rise_and_leave_no_gap() -> None:
    """Each table is in order and ends at infinity, so every number has its points."""
    for bands in (
        news2.RESPIRATION_RATE,
        news2.SPO2_SCALE_1,
        news2.SPO2_SCALE_2_AIR,
        news2.SPO2_SCALE_2_OXYGEN,
        news2.SYSTOLIC_PRESSURE,
        news2.PULSE,
        news2.TEMPERATURE,
    ):
        assert all(a[0] < b[0] for a, b in pairwise(bands))
        assert bands[-1][0] == float("inf")


@given(
    value=st.floats(0, 300) | st.decimals(0, 300, places=2).map(float),
    bands=st.sampled_from(
        [news2.RESPIRATION_RATE, news2.SPO2_SCALE_2_OXYGEN, news2.PULSE, news2.TEMPERATURE]
    ),
)
@example(value=8.5, bands=news2.RESPIRATION_RATE)
@example(value=36.05, bands=news2.TEMPERATURE)
@example(value=38.05, bands=news2.TEMPERATURE)
@example(value=math.nextafter(36.05, 0), bands=news2.TEMPERATURE)
def test_halves_are_rounded_up(value: float, bands: news2.Bands) -> None:
    """A half of its decimal digits goes up, also where binary fractions lie just below it."""
    decimals = 1 if bands is news2.TEMPERATURE else 0
    exact = float(Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))
    assert news2.band(value, bands, decimals) == next(p for highest, p in bands if exact <= highest)


@given(missing=st.sets(st.sampled_from(PARAMETERS), min_size=1))
def test_a_missing_parameter_leaves_the_total_open(missing: set[str]) -> None:
    """What is missing is named, the total is unknown and never taken for zero."""
    got = score(**{**NORMAL, **dict.fromkeys(missing)})
    assert got.total is None
    assert set(got.missing) == missing
    assert all(got.points[key] is None for key in missing)


SETS = st.fixed_dictionaries({
    "rr": st.floats(0, 120),
    "spo2": st.floats(0, 100),
    "oxygen": st.booleans(),
    "sbp": st.floats(30, 300),
    "pulse": st.floats(0, 300),
    "acvpu": st.sampled_from("ACVPU"),
    "temp": st.floats(20, 45),
})  # fmt: skip


@given(values=SETS, missing=st.sets(st.sampled_from(PARAMETERS)), scale=st.sampled_from([1, 2]))
def test_a_partial_score_is_a_lower_bound(values: dict[str, Any], missing: set[str], scale: Scale) -> None:
    """However a gap is filled, the total is at least what the partial score said."""
    whole = score(**values, scale=scale)
    partial = score(**{**values, **dict.fromkeys(missing)}, scale=scale)
    assert whole.total is not None
    assert partial.at_least <= whole.total
    if partial.risk != "unknown":
        assert partial.risk == whole.risk


@pytest.mark.parametrize(
    ("changed", "risk"),
    [
        ({}, "low"),
        ({"rr": 21, "pulse": 111}, "low"),
        ({"rr": 8}, "low-medium"),
        ({"rr": 21, "pulse": 111, "temp": 38.5}, "medium"),
        ({"rr": 21, "pulse": 111, "temp": 39.5, "oxygen": True}, "high"),
        ({"temp": None}, "unknown"),
        ({"temp": None, "rr": 25, "pulse": 131, "oxygen": True}, "high"),
    ],
)
def test_risk_follows_chart_4(changed: dict[str, Any], risk: str) -> None:
    """A total decides; below it a single three; a gap leaves it open unless seven is reached already."""
    assert score(**{**NORMAL, **changed}).risk == risk


EDGES: dict[str, list[float]] = {
    "rr": [8, 9, 11, 12, 20, 21, 24, 25],
    "spo2": [83, 84, 85, 86, 87, 88, 91, 92, 93, 94, 95, 96, 97],
    "sbp": [90, 91, 100, 101, 110, 111, 219, 220],
    "pulse": [40, 41, 50, 51, 90, 91, 110, 111, 130, 131],
    "temp": [35.0, 35.1, 36.0, 36.1, 38.0, 38.1, 39.0, 39.1],
}


SCALES: list[Scale] = [1, 2]
THEIR_POINTS = (
    "rr_score", "spo2_score", "o2_score", "sbp_score", "hr_score", "consciousness_score", "temp_score",
)  # fmt: skip


def sample(random_: random.Random) -> dict[str, Any]:
    """Return a set of observations as a screen would show them, half of its values at a band's edge."""
    anywhere: dict[str, float] = {
        "rr": random_.randint(1, 60),
        "spo2": random_.randint(50, 100),
        "sbp": random_.randint(40, 290),
        "pulse": random_.randint(20, 250),
        "temp": random_.randint(300, 430) / 10,
    }
    values = {k: random_.choice(EDGES[k]) if random_.random() < 0.5 else v for k, v in anywhere.items()}
    return {**values, "oxygen": random_.random() < 0.5, "acvpu": random_.choice("ACVPU")}


@pytest.mark.slow
def test_scores_equal_an_independent_implementation() -> None:
    """Points of each parameter and totals agree with vitalscore on 50,000 random and boundary sets."""
    random_ = random.Random(2017)
    for _ in range(50_000):
        values, scale = sample(random_), random_.choice(SCALES)
        theirs = score_news2(
            values["rr"], values["spo2"], values["oxygen"], values["sbp"], values["pulse"],
            values["acvpu"], values["temp"], use_spo2_scale2=scale == 2,
        )  # fmt: skip
        ours = score(**values, scale=scale)
        assert [ours.points[key] for key in PARAMETERS] == [getattr(theirs, name) for name in THEIR_POINTS]
        assert (ours.total, ours.max_single) == (theirs.total, theirs.max_single_parameter), values
