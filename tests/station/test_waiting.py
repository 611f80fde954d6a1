"""Devices may speak before the session's clock line is here: nothing is dated by the wrong time."""

import pytest

from broker import topics
from broker.station import waiting
from tests.station.driver import START_MS, Driver


def early() -> Driver:
    """Return a watch that heard a cuff, a nurse, a device and a monitor before it knew the time."""
    drive = Driver(clock=False)
    drive.num("cuff", nibp_sys=122.0)
    drive.status("online")
    drive.full(2)
    return drive


def test_what_comes_before_the_clock_counts_once_the_time_is_known() -> None:
    """Nothing is said before; then the score is complete, and later values replace the first."""
    drive = early()
    assert (drive.scores, drive.shown()) == ([], {})
    drive.clock()
    drive.tick()
    score = drive.scores[-1]
    assert score.total == 0
    times = [c.t for c in score.components.values() if c.t is not None]
    assert times
    assert all(abs(t - START_MS) < 5000 for t in times)
    drive.stream(40, "monitor", hr=135.0, rr=33.0, spo2=84.0)
    assert {"hr-high", "rr-high", "spo2-low"} <= set(drive.shown())
    assert (drive.scores[-1].total or 0) >= 8


def test_a_session_without_a_clock_goes_by_wall_time_after_a_while() -> None:
    """So long it is patient; then values that wall time dates are judged as ever."""
    drive = early()
    drive.wait(waiting.PATIENCE_MS / 1000 - 3)
    assert drive.scores == []
    drive.wait(4)
    assert drive.scores


@pytest.mark.parametrize("session", [topics.LIVE])
def test_real_sensors_wait_for_no_clock(session: str) -> None:
    """Their time is wall time."""
    drive = Driver(session=session, clock=False)
    drive.full(2)
    assert drive.scores[-1].total == 0
