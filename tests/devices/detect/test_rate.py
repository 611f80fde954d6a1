"""Rates from beats."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.signals.detect import HEART, RateMeter

HZ = 250


def meter(times_s: list[float]) -> RateMeter:
    """Return a meter that has seen beats at ``times_s``."""
    one = RateMeter(HZ, HEART)
    for time_s in times_s:
        one.add(round(time_s * HZ))
    return one


@given(rate=st.floats(25, 250))
def test_a_steady_rate_is_shown(rate: float) -> None:
    """Steady beats show their rate to the resolution of two samples, from the second beat on."""
    for count in (2, 3, 20):
        times = [60 / rate * i for i in range(count)]
        assert meter(times).rate(round(times[-1] * HZ)) == pytest.approx(
            rate, rel=0.03 if count == 2 else 0.02
        )


def test_without_two_beats_there_is_no_rate() -> None:
    """One beat makes no interval."""
    assert meter([]).rate(HZ) is None
    assert meter([1.0]).rate(2 * HZ) is None


@pytest.mark.parametrize(("before", "after"), [(80, 120), (80, 40)])
def test_a_step_shows_within_eleven_seconds(before: float, after: float) -> None:
    """The time a bedside monitor's manual states for 80 to 120 and 80 to 40 /min."""
    times = list(np.arange(0, 20, 60 / before))
    times += list(np.arange(times[-1] + 60 / after, 40, 60 / after))
    seen = RateMeter(HZ, HEART)
    for time_s in (t for t in times if t <= times[-1] and t < 20 + 11):
        seen.add(round(time_s * HZ))
    assert seen.rate(31 * HZ) == pytest.approx(after, abs=2)


def test_silence_lowers_the_rate_and_then_it_is_zero() -> None:
    """A pause counts as it grows; four seconds of it are asystole."""
    one = meter(list(np.arange(0, 10, 0.75)))
    shown = [one.rate(round((9.75 + pause) * HZ)) for pause in (0.5, 2.0, 2.5, 3.9, 4.0, 60)]
    assert shown[0] == pytest.approx(80)
    assert all(a > b for a, b in pairwise(shown[:5]) if a is not None and b is not None)
    assert shown[4:] == [0, 0]


def test_a_gap_makes_no_interval() -> None:
    """What was forgotten is not measured against what follows."""
    one = meter([0, 1, 2])
    one.forget(10 * HZ)
    assert one.rate(11 * HZ) is None
    one.add(round(10.5 * HZ))
    one.add(round(11.5 * HZ))
    assert one.rate(round(11.6 * HZ)) == pytest.approx(60)
