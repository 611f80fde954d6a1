"""Pulses found in pressures and pleths."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.detect import matches
from devices.signals.detect import PulseDetector, QrsDetector
from tests.devices.detect.signals import Signal, moments, pressure
from tests.recordings import recording


def channel(name: str) -> Signal:
    """Return a channel of record 041s at its own rate."""
    import wfdb  # noqa: PLC0415 -- heavy

    record = wfdb.rdrecord(str(recording("041s")), smooth_frames=False)
    return np.asarray(record.e_p_signal[record.sig_name.index(name)])


@pytest.mark.parametrize("hz", [50, 125, 500])
@pytest.mark.parametrize("rate_bpm", [35, 80, 180])
def test_pressures_are_those_of_each_beat(hz: int, rate_bpm: float) -> None:
    """Foot and top are where they are, and systolic, diastolic and mean as they were made."""
    feet_s = moments(rate_bpm, 30)
    signal = pressure(feet_s, hz, 30)
    pulses = PulseDetector.of_pressure(hz).feed(signal)
    found_s = np.array([p.foot for p in pulses]) / hz
    assert len(found_s) == len(feet_s)
    assert np.abs(found_s - feet_s).max() <= 0.03
    for before, pulse in pairwise(pulses):
        assert pulse.systolic == pytest.approx(120, abs=2.5)
        assert pulse.diastolic == pytest.approx(70, abs=2.5)
        assert pulse.mean == pytest.approx(signal[before.foot : pulse.foot].mean(), abs=0.02)


def test_a_small_pleth_is_a_pleth() -> None:
    """A pleth of a twentieth of its usual height, with noise, still has its pulses."""
    feet_s = moments(70, 30)
    pleth = (pressure(feet_s, 125, 30) - 70) / 50 * 0.05
    pleth += np.random.default_rng(1).normal(0, 0.0005, len(pleth))
    assert len(PulseDetector.of_pleth(125).feed(pleth)) == len(feet_s)


@pytest.mark.parametrize("what", ["abp", "pleth"])
def test_a_line_without_pulse_has_none(what: str) -> None:
    """Noise and slow wander are no pulse."""
    t_s = np.arange(40 * 125) / 125
    wander = np.sin(2 * np.pi * 0.25 * t_s) + np.random.default_rng(1).normal(0, 0.1, len(t_s))
    if what == "abp":
        assert PulseDetector.of_pressure(125).feed(20 + 3 * wander) == []
    else:
        assert PulseDetector.of_pleth(125).feed(0.5 + 0.005 * wander) == []


@given(st.data())
def test_how_the_signal_is_cut_changes_nothing(data: st.DataObject) -> None:
    """The same pulses come from any blocks, gaps included."""
    seed = data.draw(st.integers(0, 10_000))
    rng = np.random.default_rng(seed)
    feet_s = moments(rng.uniform(30, 200), 20, jitter=0.4, seed=seed)
    signal = pressure(feet_s, 125, 20) + rng.normal(0, rng.uniform(0, 4), 2500)
    signal *= np.repeat(rng.choice([0.05, 1.0, 3.0], 5), 500)
    start = rng.integers(0, len(signal))
    signal[start : start + rng.integers(1, 600)] = np.nan
    cuts = sorted(data.draw(st.lists(st.integers(0, len(signal)), max_size=40)))
    whole, cut = PulseDetector.of_pressure(125), PulseDetector.of_pressure(125)
    pieces = [p for block in np.split(signal, cuts) for p in cut.feed(block)]
    assert pieces == whole.feed(signal)
    assert all(p.diastolic <= p.systolic and p.foot <= p.top for p in pieces)
    feet = [p.foot for p in pieces]
    assert feet == sorted(set(feet))


def test_every_beat_of_a_real_patient_has_its_pulse() -> None:
    """In 041s each beat of lead V is followed within 0.5 s by a pulse of pressure and pleth."""
    beats_s = np.array([b.index for b in QrsDetector(500).feed(channel("V"))]) / 500
    for name, detector in (("ABP", PulseDetector.of_pressure(125)), ("PLETH", PulseDetector.of_pleth(125))):
        feet_s = np.array([p.foot for p in detector.feed(channel(name))]) / 125
        inner = beats_s[(beats_s > 1) & (beats_s < 14.5)]
        near = np.round((feet_s - np.median(feet_s[2:20] - inner[:18])) * 1000).astype(np.int64)
        assert len(matches(np.round(inner * 1000).astype(np.int64), near, 100)) == len(inner)


def test_pressures_of_a_real_patient() -> None:
    """In 041s systolic and diastolic are the extremes of each beat, the mean between them."""
    signal = channel("ABP")
    pulses = PulseDetector.of_pressure(125).feed(signal)
    for pulse, after in pairwise(pulses[1:]):
        beat = signal[pulse.foot : after.foot]
        assert pulse.systolic == pytest.approx(beat.max(), abs=0.01)
        assert pulse.diastolic == pytest.approx(beat[:20].min(), abs=0.01)
        assert pulse.diastolic < (pulse.mean or 0) < pulse.systolic


def test_a_rate_of_samples_it_was_not_made_for_is_refused() -> None:
    """Below 25 Hz there is no slope to sum."""
    with pytest.raises(ValueError, match="from 25 to 1000 Hz, not at 10 Hz"):
        PulseDetector.of_pressure(10)
