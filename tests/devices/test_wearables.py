"""What wearables get right, and wrong: the same artefact shapes the trace and the number."""

from dataclasses import replace

import numpy as np
import pytest

from devices.engine import Engine
from devices.person import Baseline, Person
from devices.wearables.measured import INVALID, QUESTIONABLE, VALID, Measured
from devices.wearables.nurse import pause_s
from tests.devices.signals_of import engine


def typical(count: int = 1) -> Engine:
    """Return a warm engine of typical people."""
    return engine([Person() for _ in range(count)])


def measure(one: Engine, seconds: int) -> dict[str, Measured]:
    """Let time pass; return the newest reading of every metric, each bed's of when it was due."""
    newest: dict[str, Measured] = {}
    for _ in range(seconds):
        for _, report in one.advance(12.0):
            for key, metric in report.readings.items():
                known = newest.setdefault(key, metric)
                values, validity, why = known.values.copy(), known.validity.copy(), known.why.copy()
                for bed in report.due.tolist():
                    values[bed], validity[bed] = metric.values[bed], metric.validity[bed]
                    why[bed] = metric.why[bed]
                newest[key] = Measured(values, validity, why, metric.avg_s)
    return newest


def test_a_healthy_person_reads_as_what_they_are() -> None:
    """Over thirty people the devices' errors are those of good devices, and all is valid."""
    one = typical(30)
    shown = measure(one, 61)
    truth = one.body.now
    for key, source, bias, spread in (
        ("spo2", "spo2", 0.5, 1.2), ("temp", "temp", 0.06, 0.15), ("pi", "pi", 0.2, 0.3),
        ("hr", "hr", 1.5, 5.0), ("pr", "hr", 1.5, 5.0), ("rr", "rr", 0.7, 2.0), ("nibp_sys", "sbp", 3, 7),
    ):  # fmt: skip
        error = shown[key].values - truth[source]
        assert abs(np.mean(error)) <= bias, key
        assert np.std(error) <= spread, key
    assert all((m.validity == VALID).all() for k, m in shown.items() if "nibp" not in k)


def test_motion_of_the_hand_pulls_saturation_and_takes_the_cadence_for_the_pulse() -> None:
    """SpO2 goes to 82 to 86, the pulse rate to the cadence, questionable; the ECG stays true."""
    one = typical(8)
    still = one.draw()["pleth"]
    for bed in range(8):
        one.oximeter.fault(bed, "motion", on=True, parameters={"cadence_bpm": 130.0})
    shown = measure(one, 40)
    assert np.all((shown["spo2"].values > 81) & (shown["spo2"].values < 87))
    assert np.all((shown["spo2"].validity == QUESTIONABLE) & (np.array(shown["spo2"].why) == "motion"))
    assert np.mean(shown["pr"].values) == pytest.approx(132, abs=8)
    assert np.all(np.abs(shown["hr"].values - 72) < 12)
    assert np.all(shown["hr"].validity == VALID)
    assert np.ptp(one.draw()["pleth"].astype(int), axis=1).mean() > 1.2 * np.ptp(still, axis=1).mean()
    for bed in range(8):
        one.oximeter.fault(bed, "motion", on=False, parameters={})
    calm = measure(one, 60)
    assert np.all(calm["spo2"].validity == VALID)
    assert np.all(np.abs(calm["spo2"].values - 97) < 2.5)


def test_motion_of_the_chest_makes_breaths_that_are_none() -> None:
    """Impedance counts steps: the breathing rate rises and is questionable."""
    one = typical(6)
    for bed in range(6):
        one.patch.fault(bed, "motion", on=True, parameters={"cadence_bpm": 120.0})
    shown = measure(one, 45)
    assert np.all(shown["rr"].values > 35)
    assert np.all(shown["rr"].validity == QUESTIONABLE)


def test_an_electrode_off_is_a_flat_line_and_no_number() -> None:
    """Heart and breathing rate are invalid, the device says why, and the pulse goes on."""
    one = typical(2)
    one.patch.fault(0, "lead-off", on=True, parameters={})
    noticed = [e for w, r in one.advance(12.0) for e in r.events if w.name == "patch"]
    assert [(e.bed, e.kind, e.on) for e in noticed] == [(0, "lead-off", True)]
    shown = measure(one, 12)
    for key in ("hr", "rr"):
        assert shown[key].validity.tolist() == [INVALID, VALID]
        assert shown[key].why[0] == "lead-off"
    assert shown["pr"].validity[0] == VALID
    waves = one.draw(5)
    assert np.ptp(waves["ecg_ii"][0]) < 10 < np.ptp(waves["ecg_ii"][1])
    assert np.ptp(waves["resp"][0]) < 10 < np.ptp(waves["resp"][1])


def test_a_sensor_off_the_finger_shows_no_pulse() -> None:
    """Saturation and pulse are invalid and the trace has no pulse; back on, it recovers."""
    one = typical(2)
    one.oximeter.fault(0, "probe-off", on=True, parameters={})
    shown = measure(one, 5)
    assert all(shown[k].validity.tolist() == [INVALID, VALID] for k in ("spo2", "pr", "pi"))
    pleth = one.draw(3)["pleth"]
    assert np.ptp(pleth[0]) < 0.3 * np.ptp(pleth[1])
    one.oximeter.fault(0, "probe-off", on=False, parameters={})
    assert all(measure(one, 15)[k].validity[0] == VALID for k in ("spo2", "pr", "pi"))


def test_a_cold_finger_makes_a_small_pulse_and_a_doubtful_number() -> None:
    """The perfusion index falls below 0.3 %, values are questionable, the trace nearly flat."""
    one = typical()
    before = np.ptp(one.draw(3)["pleth"])
    one.oximeter.fault(0, "low-perfusion", on=True, parameters={})
    shown = measure(one, 12)
    assert shown["pi"].values[0] < 0.3
    assert shown["spo2"].validity[0] == QUESTIONABLE
    assert shown["spo2"].why[0] == "low-perfusion"
    assert np.ptp(one.draw(3)["pleth"]) < 0.3 * before


def test_saturation_shown_lags_what_is_true() -> None:
    """After a fall it takes the finger 10 to 40 s to show half of it."""
    one = typical(10)
    start = measure(one, 1)["spo2"].values
    one.body.aim("spo2", np.full(10, 80.0))
    measure(one, 8)
    assert np.all(start - measure(one, 1)["spo2"].values < 3.0)
    assert np.all(start - measure(one, 35)["spo2"].values > 10.0)


def test_breaths_that_stop_are_apnoea_after_twenty_seconds() -> None:
    """The breathing rate shown is 0 within half a minute."""
    one = typical()
    one.body.aim("rr", np.zeros(1))
    assert measure(one, 60)["rr"].values[0] == 0


def test_a_cuff_takes_its_time_and_fails_when_there_is_no_pulse() -> None:
    """The first measurement comes within a minute; without pulse pressure it says so and tries again."""
    one = engine([Person(), Person(baseline=Baseline(sbp=60, dbp=50))])
    came = []
    for second in range(1, 160):
        for wearable, report in one.advance(12.0):
            if wearable.name == "cuff":
                came += [(second, int(i), report.readings["nibp_sys"].validity[i]) for i in report.due]
    good = [x for x in came if x[1] == 0]
    poor = [x for x in came if x[1] == 1]
    assert len(good) == 1
    assert 26 <= good[0][0] <= 56
    assert [x[2] for x in poor] == [INVALID, INVALID]
    assert 84 <= poor[1][0] - poor[0][0] <= 101


def test_a_nurse_comes_as_often_as_news2_asks() -> None:
    """RCP chart 4: twelve-hourly, four- to six-hourly, hourly, continuously."""
    asks = ((0, 0), (1, 1), (4, 2), (3, 3), (5, 2), (6, 3), (7, 2), (12, 3))
    hours = [pause_s(total, most) / 3600.0 for total, most in asks]
    assert hours[0] == 12.0
    assert all(4.0 <= pause <= 6.0 for pause in hours[1:3])
    assert hours[3:6] == [1.0, 1.0, 1.0]
    assert all(pause <= 0.5 for pause in hours[6:])


def test_a_change_of_consciousness_or_oxygen_is_charted_at_once() -> None:
    """The nurse writes what changed, without a whole set."""
    one = typical()
    one.advance(12.0)
    assert len(one.chart()) == 1
    one.advance(12.0)
    assert not one.chart()
    one.nurse.acvpu[0] = "V"
    one.body.breathe(0, "face mask", 8.0)
    one.nurse.notice(0)
    one.advance(12.0)
    ((bed, entry),) = one.chart()
    assert (bed, entry.acvpu, entry.oxygen) == (0, "V", "face mask")
    assert entry.m["o2_flow"].v == 8.0
    assert "rr" not in entry.m


def test_steps_are_counted_while_walking_only() -> None:
    """Activity of the body makes steps and another posture."""
    one = engine([Person(), replace(Person(), age=30)])
    one.body.aim("activity", np.array([0.0, 0.8]))
    shown = measure(one, 70)
    assert shown["steps"].values[0] == 0
    assert shown["steps"].values[1] > 60
    assert shown["activity"].values[0] < 0.2
    assert shown["activity"].values[1] > 0.7
