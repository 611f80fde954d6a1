"""How large some traits of drawn signals are, as the clinical reference (8.8) and textbooks have them."""

import numpy as np

from devices.arrays import Floats
from devices.person import Baseline, Person
from devices.signals.pressure import seen_of_pulse
from tests.devices.signals_of import engine, with_rates
from tests.devices.test_leads import mean_beats


def test_pulses_arrive_earlier_the_higher_the_pressure() -> None:
    """Reference 8.8: 200 to 300 ms after R, about 1 ms less for each mmHg of systolic pressure."""
    pressures = np.array([90.0, 105.0, 120.0, 140.0, 160.0])
    one = engine([Person(baseline=Baseline(hr=70, rr=14, sbp=sbp, dbp=60)) for sbp in pressures.tolist()])
    for _ in range(10):
        one.advance(12.0)
    late_ms = 1000.0 * np.median(one.trains.beats.since(one.now_s - 8.0).value("arrival"), axis=0)
    assert np.all((late_ms >= 199.0) & (late_ms <= 300.0))
    assert -1.3 < np.polyfit(pressures, late_ms, 1)[0] < -0.7


def test_an_obstructed_airway_doubles_what_breath_does_to_the_pulse() -> None:
    """The paradoxical pulse of severe asthma, within ± 5 to 15 % of its height (reference 8.8)."""
    one = engine([with_rates(80, 14, i % 8) for i in range(16)])
    one.body.obstruction[8:] = 0.6
    for _ in range(40):
        one.advance(12.0)
    strength = one.trains.beats.since(one.now_s - 25.0).value("strength")[-28:]
    swing: Floats = np.sqrt(2.0) * strength.std(axis=0) / strength.mean(axis=0)
    assert np.all((swing > 0.04) & (swing < 0.17))
    assert 1.7 < np.median(swing[8:]) / np.median(swing[:8]) < 3.0


def test_a_slow_heart_has_a_u_wave_of_a_tenth_of_t() -> None:
    """In V3 half a second after R, a twelfth to a quarter of T at 42 /min; at 80 there is none."""
    share = {}
    for hr in (42, 80):
        one = engine([with_rates(hr, 14, i) for i in range(6)])
        for _ in range(12):
            one.advance(12.0)
        beat = np.median(mean_beats(one)["ecg_v3"], axis=0)
        share[hr] = beat[222:234].max() / beat[130:200].max()
    assert 1 / 12 < share[42] < 0.25
    assert share[80] < 0.05


def test_a_damped_line_loses_two_fifths_of_the_pulse_pressure() -> None:
    """Around the mean, which stays (*heuristic*)."""
    (top, damped_top), (bottom, damped_bottom), (mean, damped_mean) = seen_of_pulse(np.array([False, True]))
    assert 0.55 < (damped_top - damped_bottom) / (top - bottom) < 0.67
    assert abs(damped_mean - mean) < 0.01
