"""The NEWS2 chart and the record of a bed."""

from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dashboard import chart
from dashboard.view import clock
from vitals.news2 import score

T = 1_795_000_000_000


def said(t: int = T, *, missing: tuple[str, ...] = (), **values: Any) -> dict[str, Any]:  # noqa: ANN401 -- any parameter
    """Return a score as the station says it."""
    measured: dict[str, Any] = {
        "rr": 24, "spo2": 93, "oxygen": False, "sbp": 104, "pulse": 112, "acvpu": "A", "temp": 39.2, **values,
        **dict.fromkeys(missing),
    }  # fmt: skip
    news = score(**measured)
    components = {
        key: {"points": points, "value": measured[key], "t": t} for key, points in news.points.items()
    }
    components["acvpu"] |= {"value": None, "code": measured["acvpu"]}
    components["oxygen"] |= {"value": None, "code": "air"}
    return {
        "t": t, "scale": 1, "components": components, "total": news.total, "at_least": news.at_least,
        "max_single": news.max_single, "missing": list(news.missing),
    }  # fmt: skip


@given(now=st.integers(10**9, 2**45), step=st.sampled_from([15_000, 60_000, 300_000, 3_600_000]))
def test_columns_follow_each_other_and_end_now(now: int, step: int) -> None:
    """No moment lies in two columns; the newest column holds now."""
    slots = chart.slots(now, step)
    assert len(slots) == chart.COLUMNS + 1
    assert all(end <= start for (_, end), (start, _) in pairwise(slots))
    assert slots[-1][0] <= now < slots[-1][1]


@given(scores=st.lists(st.none() | st.integers()))
def test_the_newest_score_stands_in_the_last_column(scores: list[int | None]) -> None:
    """What has not come yet is no empty column at the end; no newer is lost or changes its order."""
    shown = chart.flush_right(scores)
    assert len(shown) == min(len(scores), chart.COLUMNS)
    known, kept = ([s for s in some if s is not None] for some in (scores, shown))
    assert kept == known[len(known) - len(kept) :]
    assert not shown or shown[-1] is not None or not any(s is not None for s in shown)


def test_a_minute_just_begun_costs_no_column() -> None:
    """As its minute begins there is no score yet, and still as many columns as before are full."""
    minute = 60_000
    before = [*range(28 * minute, 37 * minute, 10_000)]
    for now, told in ((37 * minute + 2_000, before), (37 * minute + 50_000, [*before, 37 * minute + 10_000])):
        columns = chart.slots(now, minute)
        found = [max((t for t in told if start <= t < end), default=None) for start, end in columns]
        shown = chart.flush_right(found)
        assert len(shown) == chart.COLUMNS
        assert None not in shown
        assert shown[-1] == told[-1]


def test_the_chart_shows_points_beside_values() -> None:
    """The case of the screens: a total of 9 by six parameters."""
    shown = chart.news_chart([None, said()])
    rows = dict(shown.rows)
    assert rows["Resp. rate"][1] == chart.Cell("24", 2, rows["Resp. rate"][1].title, plus=True)
    assert rows["Temp °C"][1].text == "39.2"
    assert rows["Air or O₂"][1].text == "air"
    assert rows["ACVPU"][1].text == "A"
    assert shown.totals[1].text == "9"
    assert shown.totals[1].points == 3
    assert shown.totals[0].text == rows["Pulse"][0].text == ""
    assert shown.measured == [clock(T)] * 7


def test_a_missing_parameter_makes_the_total_a_lower_bound() -> None:
    """Never a zero, never a guess."""
    shown = chart.news_chart([said(missing=("spo2",))])
    assert shown.totals[0].text.startswith("≥")
    assert dict(shown.rows)["SpO₂ scale 1"][0].text == "–"


def test_two_columns_of_one_minute_are_told_apart() -> None:
    """Then the header has seconds."""
    assert chart.news_chart([said(T), said(T + 15_000)]).times[0].count(":") == 2
    assert chart.news_chart([said(T), said(T + 300_000)]).times[0].count(":") == 1


def test_the_record_tells_whose_it_is() -> None:
    """The reader is you; others have names; the newest stands first."""
    entries = [
        ("flag", {"t": 1, "by": "Aino K", "by_id": "p-1"}),
        ("escalation", {"t": 2, "by": "Ben T", "by_id": "p-2", "to": "Rapid response"}),
        ("escalation", {"t": 3, "by": "Aino K", "by_id": "p-1", "step": "taken"}),
    ]
    assert [line.text for line in chart.record(entries, "p-1")] == [
        "call taken by you",
        "called Rapid response by Ben T",
        "flagged by you",
    ]


@given(kind=st.sampled_from(["flag", "escalation", "ack", "note", "obs", "evt", "alarm", "line", "nonsense"]))
def test_an_entry_that_says_nothing_is_no_error(kind: str) -> None:
    """A stored message of another version may lack anything."""
    assert len(chart.record([(kind, {})])) <= 1


def test_the_facts_leave_out_what_is_not_known() -> None:
    """No empty lines."""
    lines = chart.record([("note", {"t": T, "by": "Ida", "text": "tired"})])
    names = [name for name, _ in chart.facts({"name": "Okafor A", "history": "Asthma", "plan": ""}, lines)]
    assert names == ["History", "Last note"]
