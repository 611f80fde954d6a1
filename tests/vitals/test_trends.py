"""The arrow beside a number follows its stated rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitals.catalogue import VITAL_SIGNS
from vitals.trends import RULES, History, TrendRule, direction, trend

RULE = TrendRule(window_s=600, least_s=120, median_s=60, threshold=8)


def ramp(start: float, slope_per_min: float, seconds: int) -> list[tuple[int, float]]:
    """Return one value a second."""
    return [(s * 1000, start + slope_per_min * s / 60) for s in range(seconds + 1)]


@given(slope=st.floats(-5, 5), start=st.floats(60, 120))
def test_a_steady_slope_moves_by_its_window(slope: float, start: float) -> None:
    """Over ten minutes a ramp changes by ten times its slope a minute."""
    got = trend(ramp(start, slope, 900), RULE)
    assert got is not None
    assert got.window_s == 600
    assert got.delta == pytest.approx(10 * slope, abs=1e-5)
    assert got.direction == direction(got.delta, 8)


@given(seconds=st.integers(0, 1200))
def test_a_short_history_says_how_short(seconds: int) -> None:
    """Before the window is full the trend names what it covers; before the least there is none."""
    got = trend(ramp(80, 1, seconds), RULE)
    if seconds < 60 + 120:
        assert got is None
    else:
        assert got is not None
        assert got.window_s == min(600, seconds - 60)


@given(outliers=st.dictionaries(st.integers(0, 899), st.floats(0, 300), max_size=29))
def test_a_few_wild_values_do_not_move_an_arrow(outliers: dict[int, float]) -> None:
    """Less than half a minute of artefact anywhere leaves a flat line flat."""
    samples = [(s * 1000, outliers.get(s, 80.0)) for s in range(900)]
    got = trend(samples, RULE)
    assert got is not None
    assert (got.delta, got.direction) == (0, "steady")


def test_a_spot_measurement_is_compared_with_the_one_before() -> None:
    """With a median of one value the change is from the last measurement far enough back."""
    rule = RULES["nibp_sys"]
    got = trend([(0, 130.0), (900_000, 121.0), (1_000_000, 118.0)], rule)
    assert got is not None
    assert (got.delta, got.window_s, got.direction) == (-12, 1000, "down")
    assert trend([(0, 130.0)], rule) is None
    assert trend([], rule) is None


def test_a_spot_measurement_of_yesterday_is_no_comparison() -> None:
    """Beyond the window there is nothing to compare with."""
    assert trend([(0, 130.0), (86_400_000, 100.0)], RULES["nibp_sys"]) is None


@given(delta=st.floats(-100, 100), threshold=st.floats(0.1, 50))
def test_directions_are_symmetric(delta: float, threshold: float) -> None:
    """What is up one way is down the other."""
    opposite = {"up": "down", "down": "up", "steady": "steady"}
    assert direction(-delta, threshold) == opposite[direction(delta, threshold)]


def test_rules_are_of_known_metrics() -> None:
    """Every rule belongs to a row of the catalogue and asks for less than it covers."""
    assert set(RULES) <= set(VITAL_SIGNS)
    assert all(rule.median_s <= rule.least_s < rule.window_s for rule in RULES.values())


@given(st.lists(st.tuples(st.integers(1, 20_000), st.floats(60, 100)), min_size=1, max_size=300))
def test_a_history_keeps_what_its_window_needs_and_no_more(steps: list[tuple[int, float]]) -> None:
    """However values come, the history stays bounded and in order."""
    history, t = History(RULE), 0
    for gap, value in steps:
        t += gap
        history.add(t, value)
    kept = [k for k, _ in history._samples]
    assert kept == sorted(kept)
    assert len(kept) <= (600 + 120) / 5 + 1
    got = history.trend()
    assert got is None or 120 <= got.window_s <= 600


@given(
    st.lists(st.tuples(st.integers(5_000, 20_000), st.floats(60, 100)), min_size=2, max_size=100),
    st.integers(1, 99),
)
def test_what_was_before_may_come_later(steps: list[tuple[int, float]], cut: int) -> None:
    """Whether the older samples come first or afterwards, overlapping or not, the trend is the same."""
    t, samples = 0, []
    for gap, value in steps:
        t += gap
        samples.append((t, value))
    whole, later = History(RULE), History(RULE)
    for sample in samples:
        whole.add(*sample)
    for sample in samples[cut % len(samples) :]:
        later.add(*sample)
    later.before(samples[: cut % len(samples) + 1])
    assert later.trend() == whole.trend()
