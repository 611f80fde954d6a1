"""Arterial pressure and pleth obey the beat, the breath and the vessels."""

from collections.abc import Callable

import numpy as np
import pytest

from devices.arrays import Floats
from devices.engine import Engine
from devices.signals.pressure import Levels
from tests.devices import judges
from tests.devices.signals_of import DEVICES, engine, with_rates

Change = Callable[[Engine], None]


def drawn(one: Engine, seconds: int, begin: Change | None = None) -> dict[str, Floats]:
    """Return pressure (mmHg) and pleth of everybody over ``seconds``, ``begin`` having been done first."""
    if begin is not None:
        begin(one)
    lines, pulses = [], []
    for _ in range(seconds):
        one.advance(12.0)
        lines.append(one.pressure())
        pulses.append(one.draw()["pleth"])
    abp, pleth = (np.concatenate(w, axis=1).astype(np.float64) for w in (lines, pulses))
    return {"abp": abp * 0.1, "pleth": pleth * 0.0005}


def test_blocks_of_any_length_are_the_same_pressure() -> None:
    """Ten seconds at once are ten seconds one by one, through falling pressure and weak beats."""
    one = engine([with_rates(hr, 14, i) for i, hr in enumerate((40, 80, 150))])
    one.trains.beat_in(1, "bigeminy")
    one.body.aim("sbp", np.array([80.0, np.nan, 90.0]))
    parts = drawn(one, 10)["abp"]
    assert np.max(np.abs(parts - one.pressure(10) * 0.1)) <= 1.0


@pytest.mark.parametrize("rhythm", ["vf", "pea", "pulseless-vt", "asystole"])
def test_without_output_pressure_runs_off_and_the_finger_is_still(rhythm: str) -> None:
    """Ten seconds after the last pulse pressure is below 30 mmHg, smooth, and no pulse arrives."""
    one = engine([with_rates(75, 14)])
    seen = drawn(one, 30, lambda e: e.trains.beat_in(0, rhythm))
    late = seen["abp"][0, -15 * 125 :]
    assert late.max() < 30
    assert np.abs(np.diff(seen["abp"][0, 6 * 125 :])).max() < 1.5
    assert np.ptp(seen["pleth"][0, -15 * 125 :]) < 0.15


def test_the_last_pulse_runs_off_without_a_step() -> None:
    """From its notch on pressure falls in every fifth of a second, first from pulse and then from vessels."""
    one = engine([with_rates(75, 14)])
    seen = drawn(one, 12, lambda e: e.trains.beat_in(0, "asystole"))["abp"][0]
    last = int(np.nonzero(seen > 0.9 * seen.max())[0][-1]) + 60
    fifths = seen[last : last + 5 * 125 : 25]
    assert np.diff(fifths).max() < -0.4


def test_early_beats_are_weak() -> None:
    """In bigeminy every other pulse is much smaller than its neighbours."""
    one = engine([with_rates(75, 14)])
    one.trains.beat_in(0, "bigeminy")
    for _ in range(10):
        one.advance(12.0)
    beats = one.trains.beats.since(one.now_s - 6.0)
    strong, kind = beats.value("strength")[:, 0], beats.value("kind")[:, 0]
    early = kind == np.max(kind)
    assert strong[early].max() < 0.6 * strong[~early].min()


def test_a_damped_line_keeps_the_mean_and_hides_the_notch() -> None:
    """Systolic is 10 mmHg lower and more, diastolic higher, mean within 3."""
    worn = dict.fromkeys((*DEVICES, "monitor"), np.ones(1, bool))
    one = Engine(5, ["bed01"], [with_rates(75, 14)], worn)
    one.warm_up()
    for _ in range(10):
        one.advance(12.0)
    clean = one.pressure(8)[0] * 0.1
    one.wearables["monitor"].fault(0, "damped-line", on=True, parameters={})
    damped = one.pressure(8)[0] * 0.1
    assert damped.max() < clean.max() - 10
    assert damped.min() > clean.min() + 3
    assert abs(damped.mean() - clean.mean()) < 3

    def turns(wave: Floats) -> int:
        slope = np.sign(np.diff(np.convolve(wave, np.ones(5) / 5, "valid")))
        return int(np.sum(np.diff(slope[slope != 0]) != 0))

    assert turns(damped) < 0.7 * turns(clean)


@pytest.mark.slow
def test_a_stranger_counts_the_pulses_that_were_made() -> None:
    """NeuroKit2 finds the train's rate in the pleth, tight vessels or wide, within 2 /min."""
    one = engine([with_rates(hr, 14, i) for i, hr in enumerate((55, 75, 100))])
    one.body.aim("pi", np.array([6.0, 3.0, 0.6]))
    pleth = drawn(one, 60)["pleth"]
    for bed in range(3):
        peaks = judges.pulses(pleth[bed])
        beats = one.trains.beats.since(one.now_s - 20.0).times[:, bed]
        beats = beats[beats > one.now_s - 20]
        assert 60 / np.median(np.diff(peaks)) == pytest.approx(60 / np.median(np.diff(beats)), abs=2)


def test_tight_vessels_show_a_second_wave_and_wide_ones_none() -> None:
    """Half-way between pulses a tight finger's pulse is higher, relative to its peak."""
    one = engine([with_rates(60, 14) for _ in range(2)])
    one.body.aim("pi", np.array([0.5, 7.0]))
    for _ in range(40):
        one.advance(12.0)
    pleth = one.draw(10)["pleth"] * 0.0005
    share = [float(np.median(p) / np.quantile(p, 0.98)) for p in pleth]
    assert share[0] > share[1] + 0.08


def test_a_beat_that_opens_no_valve_leaves_the_pulse_before_it_alone() -> None:
    """Blocks of any length agree, and the pulse before a beat without output runs off on its own."""
    one = engine([with_rates(75, 14) for _ in range(2)])
    one.trains.beat_in(0, "bigeminy")
    parts = drawn(one, 10)["pleth"]
    assert np.max(np.abs(parts - one.draw(10)["pleth"] * 0.0005)) < 0.02
    weak = one.trains.beats.stored("strength").reshape(one.trains.beats.times.shape)
    weak[:, 1] = np.where(np.arange(len(weak)) % 2 == 0, 0.0, weak[:, 1])
    pleth = one.draw(10)["pleth"][1] * 0.0005
    assert np.diff(pleth).min() > -0.12


def test_pressures_of_the_last_seconds_are_kept_in_order() -> None:
    """However often the ring has gone round; before the first it was what it was then."""
    levels = Levels(2, 4)
    for second in range(23):
        levels.put(np.array([[second, 100.0 + second], [-second, 0.5]]))
        for length_s in (1, 4):
            expected = [max(s, 0) for s in range(second - length_s, second + 1)]
            high, low = levels.last(length_s)
            assert high[:, 0].tolist() == expected
            assert high[:, 1].tolist() == [100.0 + s for s in expected]
            assert low.tolist() == [[-s, 0.5] for s in expected]
