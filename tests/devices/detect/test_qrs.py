"""Beats found in an ECG."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.detect import WINDOW_S, annotated, judge, matches, neurokit, ours, synthetic
from devices.signals.detect import HEART, QrsDetector, RateMeter
from tests.devices.detect.signals import ecg, moments
from tests.recordings import recording


@pytest.mark.slow
@pytest.mark.parametrize("hz", [100, 250, 360, 500, 1000])
@pytest.mark.parametrize("rate_bpm", [30, 75, 140, 220])
def test_every_beat_is_found_at_every_rate_of_samples(hz: int, rate_bpm: float) -> None:
    """No beat is missed or invented, and each time is that of the R peak within 12 ms."""
    r_s = moments(rate_bpm, 40)
    found = np.array([b.index for b in QrsDetector(hz).feed(ecg(r_s, hz, 40))]) / hz
    assert len(found) == len(r_s)
    assert np.abs(found - r_s).max() <= max(0.012, 1 / hz)


@pytest.mark.slow
def test_record_100_is_read_as_its_annotators_read_it() -> None:
    """Of 2273 annotated beats at least 99.5 % are found, and at most 0.5 % more, in either lead."""
    path = recording("100")
    for case in annotated(path.parent, path.name):
        result = judge(case, ours)
        assert result.sensitivity >= 0.995
        assert result.precision >= 0.995
        assert result.rate_error < 0.2
        assert result.place_error_s < 0.010


@pytest.mark.slow
@pytest.mark.parametrize("rate_bpm", [40, 60, 90, 120, 150, 190])
def test_signals_of_an_independent_synthesiser(rate_bpm: int) -> None:
    """NeuroKit2's ECG with noise and wander is read to 99 %, as NeuroKit2 reads it itself."""
    case = synthetic(rate_bpm)
    result = judge(case, ours)
    assert min(result.sensitivity, result.precision) >= 0.99
    assert result.rate_error < 1.0
    own, peers = ours(case.signal, case.hz), neurokit(case.signal, case.hz)
    assert len(matches(peers, own, WINDOW_S * case.hz)) >= 0.97 * len(peers)


@pytest.mark.slow
@given(st.data())
def test_how_the_signal_is_cut_changes_nothing(data: st.DataObject) -> None:
    """The same beats come from any blocks, gaps and jumps of the baseline included."""
    hz = data.draw(st.sampled_from([100, 128, 250, 360]))
    seed = data.draw(st.integers(0, 10_000))
    rng = np.random.default_rng(seed)
    signal = ecg(
        moments(rng.uniform(30, 250), 15, jitter=0.4, seed=seed), hz, 15, noise_mv=rng.uniform(0, 0.3)
    )
    signal *= np.repeat(rng.choice([0.05, 1.0, 6.0], 5), len(signal) // 5)
    for _ in range(rng.integers(0, 4)):
        start = rng.integers(0, len(signal))
        signal[start : start + rng.integers(1, 300)] = np.nan
        signal[start:] += rng.uniform(-2, 2)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(signal)), max_size=40)))
    whole, cut = QrsDetector(hz), QrsDetector(hz)
    pieces = [b for block in np.split(signal, cuts) for b in cut.feed(block)]
    assert pieces == whole.feed(signal)
    assert [b.index for b in pieces] == sorted({b.index for b in pieces})


def test_each_sample_alone_gives_the_same_beats() -> None:
    """Blocks of one sample are blocks too."""
    signal = ecg(moments(70, 12), 250, 12)
    one = QrsDetector(250)
    assert [b for x in signal for b in one.feed([x])] == QrsDetector(250).feed(signal)


@pytest.mark.parametrize("noise_mv", [0.0, 0.01, 0.03])
def test_a_silent_heart_has_no_beats(noise_mv: float) -> None:
    """After the last beat nothing is found in noise, wander and P waves; the rate becomes 0."""
    hz = 250
    alive = ecg(moments(80, 20), hz, 20, noise_mv=noise_mv)
    t_s = np.arange(30 * hz) / hz
    p_waves = 0.12 * np.exp(-0.5 * (((t_s % 0.9) - 0.45) / 0.025) ** 2)
    dead = p_waves + np.random.default_rng(1).normal(0, noise_mv, len(t_s)) + alive[-1]
    detector, meter = QrsDetector(hz), RateMeter(hz, HEART)
    for beat in detector.feed(np.concatenate((alive, dead))):
        assert beat.index < 20 * hz
        meter.add(beat.index)
    assert meter.rate(20 * hz) == pytest.approx(80, abs=3)
    assert meter.rate(50 * hz) == 0


def test_a_heart_that_becomes_small_is_found_again() -> None:
    """A tenth of the height is found again within five seconds."""
    hz, r_s = 250, moments(75, 40)
    signal = ecg(r_s, hz, 40, noise_mv=0.003)
    signal[20 * hz :] = ecg(r_s, hz, 40, noise_mv=0.003, height_mv=0.15)[20 * hz :] * 2
    found = np.array([b.index for b in QrsDetector(hz).feed(signal)]) / hz
    late = r_s[r_s > 25]
    assert len(matches(np.round(late * 1000), np.round(found[found > 24.8] * 1000), 20)) == len(late)


def test_a_loose_electrode_is_no_heart_beat() -> None:
    """Steps of the baseline, and gaps, do not count."""
    hz = 250
    signal = np.repeat(np.random.default_rng(4).uniform(-3, 3, 20), hz)
    signal[5 * hz : 7 * hz] = np.nan
    assert QrsDetector(hz).feed(signal) == []


def test_a_rate_of_samples_it_was_not_made_for_is_refused() -> None:
    """Below 100 and above 1000 Hz the widths of the filters mean nothing."""
    with pytest.raises(ValueError, match="from 100 to 1000 Hz, not at 50 Hz"):
        QrsDetector(50)
