"""Breaths found in a respiration signal."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.signals.detect import BREATHS, BreathDetector, RateMeter
from tests.devices.detect.signals import Signal


def breathing(rate: float, hz: int, seconds: int, *, depth: float = 1.0, heart: float = 0.0) -> Signal:
    """Return a respiration signal at ``rate`` /min with drift and the heart's share at 75 /min."""
    t_s = np.arange(seconds * hz) / hz
    signal = -np.cos(2 * np.pi * rate / 60 * t_s) * depth / 2
    return np.asarray(signal + 0.5 * depth * np.sin(t_s / 30) + heart * np.sin(2 * np.pi * 1.25 * t_s))


def shown(signal: Signal, hz: int) -> float | None:
    """Return the rate shown at the end of ``signal``."""
    meter = RateMeter(hz, BREATHS)
    for breath in BreathDetector(hz).feed(signal):
        meter.add(breath.index)
    return meter.rate(len(signal))


@pytest.mark.parametrize("hz", [25, 50, 125])
@pytest.mark.parametrize("rate", [6, 12, 20, 35, 60])
@pytest.mark.parametrize("depth", [0.1, 1.0])
def test_the_rate_is_within_one_breath(hz: int, rate: float, depth: float) -> None:
    """Slow or fast, shallow or deep, with drift and a heart in it: within 1 /min."""
    signal = breathing(rate, hz, 90, depth=depth, heart=0.05 * depth)
    assert shown(signal, hz) == pytest.approx(rate, abs=1)


def test_depth_and_moment_of_each_breath() -> None:
    """The sample is the end of inspiration, the depth its rise."""
    breaths = BreathDetector(50).feed(breathing(15, 50, 60))
    tops_s = np.arange(2, 56, 4.0)
    assert np.abs([b.index / 50 for b in breaths[: len(tops_s)]] - tops_s).max() < 0.15
    assert all(b.depth == pytest.approx(1.0, abs=0.1) for b in breaths[1:])


def test_apnoea_is_seen_although_the_heart_goes_on() -> None:
    """The heart's share of a tenth is not counted in the first minute; after 20 s the rate is 0."""
    hz = 50
    awake = breathing(14, hz, 60, heart=0.05)
    t_s = np.arange(55 * hz) / hz
    still = awake[-1] + 0.05 * np.sin(2 * np.pi * 1.25 * t_s)
    for seconds, expected in ((25, 0.0), (55, 0.0)):
        assert shown(np.concatenate((awake, still[: seconds * hz])), hz) == expected


def test_shallow_breathing_is_found_again() -> None:
    """A tenth of the usual depth is breathing again after a minute."""
    signal = np.concatenate((breathing(14, 50, 60), breathing(14, 50, 120, depth=0.1)))
    assert shown(signal, 50) == pytest.approx(14, abs=1)


@given(st.data())
def test_how_the_signal_is_cut_changes_nothing(data: st.DataObject) -> None:
    """The same breaths come from any blocks, gaps included."""
    rng = np.random.default_rng(data.draw(st.integers(0, 10_000)))
    signal = breathing(rng.uniform(4, 70), 50, 60, depth=rng.uniform(0.02, 2), heart=rng.uniform(0, 0.2))
    signal += rng.normal(0, rng.uniform(0, 0.2), len(signal))
    start = rng.integers(0, len(signal))
    signal[start : start + rng.integers(1, 600)] = np.nan
    cuts = sorted(data.draw(st.lists(st.integers(0, len(signal)), max_size=40)))
    whole, cut = BreathDetector(50), BreathDetector(50)
    pieces = [b for block in np.split(signal, cuts) for b in cut.feed(block)]
    assert pieces == whole.feed(signal)
    assert [b.index for b in pieces] == sorted({b.index for b in pieces})
