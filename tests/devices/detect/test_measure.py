"""What is measured, and what is seen beside it."""

import numpy as np
import pytest

from dashboard.view import TRACES
from devices.signals.measure import LEADS, Measuring, shown
from tests.devices.detect.signals import ecg, moments


def test_the_lead_on_the_screen_is_the_lead_of_the_rate() -> None:
    """Where a bed has several leads, the page draws the one whose rate stands beside it."""
    assert list(TRACES["ecg"]["keys"]) == list(LEADS)


def test_a_lead_that_falls_off_is_replaced() -> None:
    """The next lead that has a signal gives the rate; with none there is no rate."""
    good = ecg(moments(80, 30), 250, 30)
    both = Measuring({"ecg_ii": 250, "ecg_v5": 250})
    for start in range(0, len(good), 50):
        block = good[start : start + 50]
        both.feed("ecg_v5", block)
        both.feed("ecg_ii", block if start < 10 * 250 else np.full(50, np.nan))
    assert both.readings()["hr"].v == pytest.approx(80, abs=2)
    for _ in range(15):
        for lead in ("ecg_ii", "ecg_v5"):
            both.feed(lead, np.full(50, np.nan))
    assert both.readings()["hr"].why == "no-signal"


def test_a_line_without_pulse_shows_its_mean_alone() -> None:
    """A pressure that stands still has no systole."""
    line = Measuring({"abp": 125})
    line.feed("abp", np.full(125 * 10, 22.0))
    said = line.readings()
    assert (said["abp_map"].v, said["abp_sys"].v, said["abp_sys"].why) == (22, None, "no-pulse")


def test_waves_no_detector_takes_are_not_measured() -> None:
    """An ECG of 50 or 2000 Hz is drawn, not counted."""
    assert Measuring({"ecg_ii": 50, "ecg_v5": 2000, "capno": 50}).metrics == ("rr",)


@pytest.mark.parametrize(
    ("value", "number", "validity"), [(350, None, "Oflw"), (-3, None, "Uflw"), (71.6, 72, "Vld")]
)
def test_what_no_sensor_can_report_has_no_number(value: float, number: float | None, validity: str) -> None:
    """Outside the catalogue's limits there is a validity and no value."""
    reading = shown("hr", value)
    assert (reading.v, reading.q) == (number, validity)
