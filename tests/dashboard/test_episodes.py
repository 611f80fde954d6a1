"""An alarm is one line of the record, with its course."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import chart
from dashboard.episodes import episodes
from dashboard.view import clock
from tests.station.driver import Driver

T = 1_795_000_000_000
HIGH = {"id": "hr-high", "bound": "high", "priority": "Me"}


def said(
    minute: int, seq: int, value: float, presence: str = "On", **more: object
) -> tuple[str, dict[str, Any]]:
    """Return a message of an alarm."""
    body = {**HIGH, "t": T + minute * 60_000, "onset": T, "seq": seq, "value": value, "presence": presence}
    return "alarm", {**body, "text": f"HR {value:g} > 120", **more}


def test_an_alarm_is_one_line_with_its_course() -> None:
    """It began so, was at worst so, was acknowledged by the reader, and ended."""
    ack = ("ack", {"t": T + 240_000, "alarm": "hr-high", "by": "Aino K", "by_id": "p-1"})
    entries = [
        said(0, 1, 124), said(1, 1, 128), said(2, 1, 133), said(3, 1, 126),
        said(4, 2, 127, "Ack", by="Aino K"), ack, said(5, 3, 119, "Off", ended=T + 300_000),
    ]  # fmt: skip
    told = chart.record(entries, "p-1")
    assert [line.t for line in told] == [T]
    assert told[0].text == (
        f"alarm HR 124 > 120, at worst HR 133 > 120, acknowledged {clock(T + 240_000)} by you,"
        f" ended {clock(T + 300_000)}"
    )
    assert "by Aino K" in chart.record(entries, "p-2")[0].text


def test_an_acknowledgement_that_no_alarm_tells_stands_by_itself() -> None:
    """The alarm's messages may be gone, or not be read that far back."""
    ack = ("ack", {"t": T, "alarm": "rr-low", "by": "Ben T", "by_id": "p-2"})
    assert [line.text for line in chart.record([ack, said(0, 1, 124)])] == [
        "alarm acknowledged by Ben T", "alarm HR 124 > 120",
    ]  # fmt: skip


def test_for_a_low_limit_the_least_is_the_worst() -> None:
    """And a higher priority is worse than any value of a lower one."""
    low = [said(i, 1, v, bound="low")[1] for i, v in enumerate((88, 84, 86))]
    assert episodes(low)[0].worst()["value"] == 84
    steps = [said(0, 1, 140)[1], said(1, 2, 138, priority="Hi")[1], said(2, 3, 141)[1]]
    assert episodes(steps)[0].worst()["priority"] == "Hi"


@pytest.mark.slow
@given(values=st.lists(st.integers(60, 180), min_size=1, max_size=40))
def test_what_the_watch_says_of_a_rate_makes_as_many_lines_as_there_were_alarms(values: list[int]) -> None:
    """However often a value changes; told in any order."""
    d = Driver()
    for value in values:
        d.stream(6, hr=value)
    d.stream(3, hr=80)
    bodies = [alarm for _, alarm in d.alarms if alarm is not None]
    told = episodes([msgspec.to_builtins(alarm) for alarm in reversed(bodies)])
    ends: dict[str, int] = {}
    for alarm in bodies:
        ends[alarm.id] = ends.get(alarm.id, 0) + (alarm.presence == "Off")
    found: dict[str, int] = {}
    for episode in told:
        found[episode.ident] = found.get(episode.ident, 0) + 1
    assert found == ends
