"""One train of beats and one of breaths drive every trace and every number."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.arrays import Floats
from devices.engine import Engine
from devices.person import Baseline, Person
from devices.signals.events import mean_rate
from devices.signals.render import RATES_HZ
from tests.devices.signals_of import engine, record, with_rates


def run(one: Engine, seconds: int) -> tuple[dict[str, Floats], list[float]]:
    """Return what ``one`` draws in ``seconds``, and the heart rate it shows each second."""
    blocks, shown = [], []
    for _ in range(seconds):
        reports = {w.name: r for w, r in one.advance(12.0)}
        shown.append(float(reports["patch"].readings["hr"].values[0]))
        blocks.append(one.draw())
    return {k: np.concatenate([b[k][0] for b in blocks]).astype(float) for k in blocks[0]}, shown


def test_moving_one_beat_moves_its_ecg_its_pulse_and_the_rate_shown() -> None:
    """A beat that comes 0.15 s late is late in the ECG and at the finger, and alone; the rate follows."""
    plain, moved = engine([with_rates(60, 12)]), engine([with_rates(60, 12)])
    train = moved.trains.beats
    last = (train.count[0] - 1) % train.size
    beat = float(train.times[last, 0])
    train.times[last, 0] += 0.15
    (a, shown_a), (b, shown_b) = run(plain, 6), run(moved, 6)

    def highest(key: str, wave: Floats, around_s: float) -> float:
        hz = RATES_HZ[key]
        low = int((around_s - 0.25) * hz)
        return (low + int(np.argmax(wave[low : low + int(0.6 * hz)]))) / hz

    assert highest("ecg_ii", a["ecg_ii"], beat) == pytest.approx(beat, abs=0.005)
    assert highest("ecg_ii", b["ecg_ii"], beat) == pytest.approx(beat + 0.15, abs=0.005)
    finger = beat + float(train.stored("arrival")[last]) + 0.15
    late = highest("pleth", b["pleth"], finger) - highest("pleth", a["pleth"], finger)
    assert late == pytest.approx(0.15, abs=0.03)
    before = int((beat - 0.5) * RATES_HZ["ecg_ii"])
    assert np.array_equal(a["ecg_ii"][:before], b["ecg_ii"][:before])
    second = int(np.ceil(beat + 0.15))
    assert shown_b[second - 1] < shown_a[second - 1] - 0.5


def test_a_breath_moves_the_impedance_and_the_baseline_alike() -> None:
    """The ECG's slow shift follows the impedance: one train of breaths."""
    wave = record([with_rates(60, 15)], 60)[0].waves
    slow = np.convolve(wave["ecg_ii"], np.ones(250) / 250, "same")[::5]
    breath = np.convolve(wave["resp"], np.ones(50) / 50, "same")
    inner = slice(100, -100)
    assert np.corrcoef(slow[inner], breath[inner])[0, 1] > 0.4


def test_blocks_of_any_length_are_the_same_wave() -> None:
    """Ten seconds drawn at once are ten seconds drawn one by one, so borders show nothing."""
    one = engine([with_rates(hr, 8 + i * 5, i) for i, hr in enumerate((38, 72, 110, 190))])
    parts = []
    for _ in range(10):
        one.advance(12.0)
        parts.append(one.draw())
    whole = one.draw(10)
    for key, wave in whole.items():
        joined = np.concatenate([p[key] for p in parts], axis=1).astype(int)
        assert np.max(np.abs(joined - wave.astype(int))) <= 24, key  # rounding of 24-bit places
        assert np.mean(joined != wave) < 0.2, key


def test_no_step_at_a_blocks_border_is_greater_than_inside() -> None:
    """Between one block's last sample and the next one's first the wave moves as it does elsewhere."""
    for one in record([with_rates(hr, 9 + i * 6, i) for i, hr in enumerate((45, 80, 130))], 60):
        for key, wave in one.waves.items():
            steps = np.abs(np.diff(wave))
            borders = steps[RATES_HZ[key] - 1 :: RATES_HZ[key]]
            assert borders.max() <= np.quantile(steps, 0.999) * 1.5 + 0.01, key


def test_waves_keep_their_size() -> None:
    """A healthy person's ECG, pulse and breath stay within what a screen shows."""
    for one in record([with_rates(50 + 20 * i, 12 + 3 * i, i) for i in range(5)], 60):
        ecg, pleth, resp = one.waves["ecg_ii"], one.waves["pleth"], one.waves["resp"]
        assert 0.6 < ecg.max() < 1.9
        assert -0.6 < ecg.min() < 0.0
        assert -0.1 < pleth.min() < 0.1
        assert 0.5 < pleth.max() < 1.6
        assert -0.8 < resp.min() < 0.0 < resp.max() < 1.4


def test_an_arrest_is_a_flat_line_without_pulse_or_breath() -> None:
    """With rates of zero nothing beats, nothing breathes, and the traces are flat."""
    one = engine([Person()])
    for key in ("hr", "rr", "pi"):
        one.body.aim(key, np.zeros(1))
    for _ in range(60):
        reports = {w.name: r for w, r in one.advance(12.0)}
    wave = one.draw(5)
    assert np.ptp(wave["ecg_ii"]) < 40
    assert np.ptp(wave["pleth"]) < 300
    assert np.ptp(wave["resp"]) < 300
    assert reports["patch"].readings["hr"].values[0] == 0
    assert reports["patch"].readings["rr"].values[0] == 0
    assert reports["oximeter"].readings["spo2"].why == ["no-pulse"]


@settings(max_examples=40, deadline=None)
@given(period_s=st.floats(0.25, 2.0), window_s=st.sampled_from([8.0, 12.0]))
def test_the_rate_of_regular_events_is_exact(period_s: float, window_s: float) -> None:
    """Averaging over intervals, not counts, has no error that depends on where the window begins."""
    times: Floats = np.arange(1.0, 60.0)
    times *= period_s
    now_s = float(times[-1]) + 0.3 * period_s
    seen = times[times > now_s - window_s].tolist()
    assert len(seen) >= 3
    assert mean_rate(seen[0], seen[-1], len(seen), now_s) == pytest.approx(60.0 / period_s)


def test_the_rate_falls_when_events_stop() -> None:
    """A gap longer than the intervals lowers the rate, and an empty window is zero."""
    assert mean_rate(16.0, 19.0, 4, 23.0) == pytest.approx(60 / 4)
    assert mean_rate(19.0, 19.0, 0, 60.0) == 0


def test_an_arterial_line_shows_the_bodys_pressures() -> None:
    """Its highest, lowest and mean are the body's, and each beat follows its R wave within 0.35 s."""
    people = [
        replace(with_rates(hr, 14, i), baseline=Baseline(hr=hr, sbp=sbp, dbp=dbp))
        for i, (hr, sbp, dbp) in enumerate([(50, 150, 80), (75, 122, 77), (120, 90, 60)])
    ]
    one = engine(people)
    for _ in range(20):
        one.advance(12.0)
    line = one.pressure(8) * 0.1
    now = one.body.now
    mean = (now["sbp"] + 2 * now["dbp"]) / 3
    assert np.all(np.abs(line.max(axis=1) - now["sbp"]) < 7)  # breathing and filling move the pulse
    assert np.all(np.abs(line.min(axis=1) - now["dbp"]) < 1)
    assert np.all(np.abs(line.mean(axis=1) - mean) < 4)
    for i in range(3):
        beats = one.trains.beats.times[:, i] - (one.now_s - 8)
        for beat in beats[(beats > 0) & (beats < 7)]:
            after = line[i, int(beat * 125) : int((beat + 0.42) * 125)]
            assert after.max() > mean[i] + 0.2 * (now["sbp"] - now["dbp"])[i]
