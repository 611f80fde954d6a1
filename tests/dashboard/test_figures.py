"""The trends of a bed are a valid Plotly figure that joins no gap."""

import re
from itertools import pairwise

import plotly.graph_objects as go
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.store.protocol import Series
from dashboard import figures, trendrows
from dashboard.figures import POINTS, Trends, broken, change, trends
from dashboard.signs import LIMITS
from vitals.catalogue import VITAL_SIGNS

WINDOW = figures.WINDOWS["30m"]
NOW = 1_795_000_000_000


@st.composite
def series(draw: st.DrawFn) -> Series:
    """Return a series of a window, in buckets, with gaps."""
    step = WINDOW // POINTS
    places = sorted(draw(st.sets(st.integers(0, POINTS - 1), max_size=40)))
    mean = [draw(st.floats(20, 200)) for _ in places]
    spread = [draw(st.floats(0, 20)) for _ in places]
    return Series(
        [NOW - WINDOW + place * step for place in places],
        [m - s for m, s in zip(mean, spread, strict=True)],
        mean,
        [m + s for m, s in zip(mean, spread, strict=True)],
        [1] * len(places),
    )


def steady(metric_mean: float, minutes: int = 30) -> Series:
    """Return a value each half minute."""
    t = list(range(NOW - minutes * 60_000, NOW, 30_000))
    value = [metric_mean] * len(t)
    return Series(t, value, value, value, [1] * len(t))


@settings(max_examples=25, deadline=None)  # Plotly's own checks are slow
@given(hr=series(), spo2=series(), sys=series())
def test_whatever_the_store_holds_makes_a_figure(hr: Series, spo2: Series, sys: Series) -> None:
    """Plotly itself accepts it; nothing is drawn by WebGL."""
    shown = Trends({"hr": hr, "spo2": spo2, "nibp_sys": sys, "nibp_dia": sys}, NOW - WINDOW, NOW, LIMITS)
    figure = go.Figure(trends(shown))
    assert {trace.type for trace in figure.data} == {"scatter"}
    assert len(figure.layout.annotations) == 2 * len(trendrows.ROWS)


@given(values=series())
def test_a_gap_is_never_joined(values: Series) -> None:
    """Between two neighbours of a line there is no more than the longest step."""
    t, (_, mean, _) = broken(values, WINDOW)
    longest = max(figures.GAP_LEAST_MS, figures.GAP_BUCKETS * WINDOW / POINTS)
    for (t0, a), (t1, b) in pairwise(zip(t, mean, strict=True)):
        assert a is None or b is None or t1 - t0 <= longest
    assert [m for m in mean if m is not None] == values.mean


def test_limits_are_dotted_lines_in_their_rows() -> None:
    """HR 50 to 120 stands in the first row, SpO₂ 90 in the third."""
    shown = Trends({"hr": steady(80), "spo2": steady(96)}, NOW - WINDOW, NOW, LIMITS)
    levels = {
        (shape["yref"], shape["y0"])
        for shape in trends(shown)["layout"]["shapes"]
        if shape["yref"] != "paper"
    }
    assert {("y", 50), ("y", 120), ("y3", 90)} <= levels


def test_the_change_needs_the_time_it_speaks_of() -> None:
    """A young series says nothing of two hours."""
    assert change(steady(80, 30), NOW, 2 * figures.HOUR_MS) is None
    assert change(steady(80, 30), NOW, WINDOW) == 0


def test_a_zoom_stays_while_the_window_stays() -> None:
    """Plotly keeps what a person did while the revision is the same."""
    shown = Trends({}, NOW - WINDOW, NOW, {}, revision="bed01 30m")
    assert trends(shown)["layout"]["uirevision"] == "bed01 30m"


def labels(shown: Trends) -> list[str]:
    """Return what stands at the left of each row."""
    words = [word["text"] for word in trends(shown)["layout"]["annotations"] if word["x"] == 0]
    return [re.sub("<[^>]*>", "", text.partition("<br>")[0]) for text in words]


def test_an_arterial_line_fills_the_pressure_row() -> None:
    """With or without a cuff beside it; the cuff's dots stay."""
    line, cuff = {"abp_sys": steady(118)}, {"nibp_sys": steady(121), "nibp_dia": steady(70)}
    for series in (line, {**line, **cuff}):
        figure = trends(Trends(series, NOW - WINDOW, NOW, LIMITS))
        drawn = {
            (trace["mode"], trace["y"][-1])
            for trace in figure["data"]
            if trace["yaxis"] == "y4" and trace["y"]
        }
        assert ("lines", 118) in drawn
        assert ("markers" in {mode for mode, _ in drawn}) == ("nibp_sys" in series)
        go.Figure(figure)


@given(st.sets(st.sampled_from(sorted(VITAL_SIGNS))))
def test_whatever_is_measured_has_a_row_of_its_own(metrics: set[str]) -> None:
    """Nothing is drawn twice, the five usual rows are always there, in their order."""
    shown = Trends({metric: steady(50) for metric in metrics}, NOW - WINDOW, NOW, LIMITS)
    names = labels(shown)
    assert len(set(names)) == len(names) >= len(trendrows.ROWS)
    assert names[1:4] == ["RR CO₂" if "rr_co2" in metrics and "rr" not in metrics else "RR", "SpO₂", "SBP"]
    assert set(trendrows.asked(metrics)) == (metrics & set(trendrows.METRICS)) | set(trendrows.USUAL)
    for metric, name in {"etco2": "EtCO₂", "glucose": "Glucose", "weight": "Weight"}.items():
        assert (name in names) == (metric in metrics)
    assert ("PR" in names) == ("pr" in metrics and "hr" not in metrics)


@given(minutes=st.integers(1, 60))
def test_a_young_session_fills_its_trends(minutes: int) -> None:
    """The axis begins before its first value, within the window, and spans five minutes or more."""
    begun = steady(80, minutes)
    start = figures.since([begun, Series([], [], [], [], [])], NOW - WINDOW, NOW)
    assert NOW - WINDOW <= start <= max(begun.t[0], NOW - WINDOW)
    assert NOW - start >= figures.YOUNG_MS
    if 6 <= minutes <= 25:
        assert NOW - begun.t[0] >= 0.8 * (NOW - start)
    assert figures.since([], NOW - WINDOW, NOW) == NOW - WINDOW
