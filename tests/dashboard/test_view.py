"""What the pages show is decided in plain functions."""

import re
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import view
from vitals.catalogue import LOST_AFTER_S

EXPLAINED = (Path(__file__).parents[2] / "docs" / "explanation" / "pages.md").read_text(encoding="utf-8")
SCREENS = st.tuples(st.integers(700, 4000), st.integers(500, 2400))


@pytest.mark.parametrize(
    ("beds", "name", "columns"),
    [
        (1, "n4", 1),
        (4, "n4", 2),
        (5, "n8", 4),
        (8, "n8", 4),
        (9, "n16", 3),
        (16, "n16", 4),
        (36, "n36", 6),
        (64, "n64", 8),
    ],
)
def test_a_wall_screen_shows_the_density_of_its_beds(beds: int, name: str, columns: int) -> None:
    """At 1920 × 1080 the number of beds alone decides (screens, section 4); nine make a square."""
    plan = view.plan(beds, 1920, 1080)
    assert (plan.density.name, plan.columns) == (name, columns)


@given(beds=st.integers(1, 64), screen=SCREENS)
def test_no_tile_is_smaller_than_its_density_allows(beds: int, screen: tuple[int, int]) -> None:
    """Smaller screens drop to the next density or turn pages; they never go below the sizes."""
    width, height = screen
    plan = view.plan(beds, width, height)
    rail = view.RAIL_PX + view.GAP_PX if plan.density.rail else 0
    wide = (width - rail - view.GAP_PX) / plan.columns - view.GAP_PX
    high = (height - view.HEAD_PX - view.KEYS_PX - view.GAP_PX) / plan.rows - view.GAP_PX
    assert wide >= plan.density.least_width or plan.columns == 1
    assert high >= plan.density.least_height or plan.rows == 1


@given(beds=st.integers(1, 64), screen=SCREENS)
def test_every_bed_has_a_place_on_a_large_screen(beds: int, screen: tuple[int, int]) -> None:
    """Only the densest ward turns pages."""
    plan = view.plan(beds, *screen)
    assert plan.capacity >= beds or plan.density is view.DENSITIES[-1]


@given(period=st.floats(0.2, 20), speed=st.floats(0.1, 100), age=st.floats(0, 1e5))
def test_a_value_only_grows_older(period: float, speed: float, age: float) -> None:
    """Fresh becomes stale becomes lost, and never back."""
    order = ["fresh", "stale", "lost"]
    states = [view.value_state(at, period, 60, speed) for at in (age / 3, age / 2, age, age * 1.5)]
    assert states == sorted(states, key=order.index)


@given(period=st.floats(0.2, 20))
def test_a_continuous_value_is_stale_after_three_intervals_and_lost_after_a_minute(period: float) -> None:
    """The rule of the screens' table of states, for the ordinary period and speed."""
    stale_s = max(3 * period, view.LEAST_STALE_S)
    assert view.value_state(stale_s, period, 60) == "fresh"
    assert view.value_state(stale_s + 0.01, period, 60) == "stale"
    assert view.value_state(max(LOST_AFTER_S, 2 * stale_s) + 0.01, period, 60) == "lost"


def test_a_spot_check_stands_until_twice_its_interval() -> None:
    """It is never grey; its time stands beside it."""
    assert view.value_state(7199, 3600, 14400) == "fresh"
    assert view.value_state(7201, 3600, 14400) == "lost"


def test_a_charted_value_stands_as_long_as_it_is_valid() -> None:
    """A value without a period comes on change."""
    assert view.value_state(14400, 0, 14400) == "fresh"
    assert view.value_state(14401, 0, 14400) == "lost"


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (0, "0:00"),
        (31_900, "0:31"),
        (542_000, "9:02"),
        (4_320_000, "1 h 12"),
        (172_800_000, "2 d 0 h"),
        (-5, "0:00"),
    ],
)
def test_time_since_reads_as_on_the_screens(ms: int, text: str) -> None:
    """The forms of the screens' section 11."""
    assert view.since(ms) == text


@given(ms=st.integers(0, 2**45))
def test_the_clock_is_a_time_of_day(ms: int) -> None:
    """Hours, minutes and seconds of simulated UTC."""
    hours, minutes, seconds = (int(x) for x in view.clock(ms, seconds=True).split(":"))
    assert (hours * 3600 + minutes * 60 + seconds) == ms // 1000 % 86400


def test_numbers_carry_a_true_minus_and_dashes_stand_for_none() -> None:
    """A missing number is never a zero."""
    assert view.number(-1.25, 1) == "−1.2"
    assert view.number(None, 1) == "– –"


@given(digits=st.text(string.digits, min_size=1, max_size=4))
def test_a_numbered_bed_is_said_in_short(digits: str) -> None:
    """``bed01`` is B01."""
    assert view.bed_label(f"bed{digits}") == f"B{digits}"


def test_a_bed_with_a_name_keeps_it() -> None:
    """A real sensor may call its bed anything."""
    assert view.bed_label("live-bed09") == "live-bed09"
    assert view.bed_label("7") == "7"


def test_new_alarms_stand_before_acknowledged_ones_of_their_kind() -> None:
    """High before medium before low; what is acknowledged goes down."""
    order = [("Hi", "On"), ("Me", "On"), ("Hi", "Ack"), ("Me", "Ack"), ("Lo", "On"), ("Lo", "Ack")]
    ranks = [view.rank(priority, presence) for priority, presence in order]
    assert ranks == sorted(ranks)
    assert view.rank("Hi", "Latch") == view.rank("Hi", "On")


def test_the_documentation_has_the_table_of_densities() -> None:
    """What is written of the sizes is what the page works by."""
    rows = [
        f"| {d.name} | {d.beds} | {d.columns} | {', '.join(d.traces)} | {'yes' if d.rail else 'no'}"
        f" | {d.least_width} × {d.least_height} |"
        for d in view.DENSITIES
    ]
    assert re.findall(r"^\| n\d+ .*$", EXPLAINED, re.MULTILINE) == rows


def test_the_documentation_names_the_ages_that_count() -> None:
    """Stale, lost and silent are explained with their numbers."""
    for words in (
        f"at least {view.LEAST_STALE_S:g} s",
        f"after {LOST_AFTER_S} s",
        f"for {view.SILENT_S:g} s",
    ):
        assert words in EXPLAINED
