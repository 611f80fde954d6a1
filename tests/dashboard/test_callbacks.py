"""What the callbacks make of what Plotly says."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from dashboard import figures
from dashboard.trainee.callbacks import zoom

NOW = 1_795_000_000_000


def plotly(ms: int) -> str:
    """Write a time as Plotly does."""
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-2]


@given(start=st.integers(0, 25 * 60_000), span=st.integers(6_000, 4 * 60_000))
def test_a_zoom_is_read_as_it_was_drawn(start: int, span: int) -> None:
    """Start and end come back to a tenth of a millisecond's rounding."""
    low, high = NOW + start, NOW + start + span
    moved = {"xaxis.range[0]": plotly(low), "xaxis.range[1]": plotly(high)}
    assert zoom(moved, "30m") == {"window": "30m", "start": low, "end": high}


def test_the_whole_window_is_no_zoom() -> None:
    """A double click, and a range as wide as the window, follow the clock again."""
    whole = {"xaxis.range[0]": NOW, "xaxis.range[1]": NOW + figures.WINDOWS["30m"]}
    assert zoom(whole, "30m") is None
    assert zoom({"xaxis.autorange": True}, "30m") is None
    assert zoom({}, "30m") is None


def test_a_slip_of_the_hand_is_no_zoom() -> None:
    """Less than a few seconds cannot be meant."""
    assert zoom({"xaxis.range[0]": NOW, "xaxis.range[1]": NOW + 10}, "30m") is None
