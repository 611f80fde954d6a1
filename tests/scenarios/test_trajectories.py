"""The tables of the clinical reference, section 7, and the curves through them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.interpolate import PchipInterpolator

from scenarios.curves import Curve, Curves, linear, moved, pchip, smooth, value_of
from scenarios.trajectories import Trajectory, parse_oxygen, trajectories
from vitals.news2 import Scale, score

ILLNESSES = [t for t in trajectories().values() if not t.offset]
EPISODES = [t for t in trajectories().values() if t.offset]


def truth(table: Trajectory, t_s: float, sign: str) -> float:
    """Return what the table says of a sign at a time."""
    return table.knots[sign].at(t_s)


@pytest.mark.parametrize("table", ILLNESSES, ids=lambda t: t.key)
def test_every_row_scores_the_news2_that_is_printed_beside_it(table: Trajectory) -> None:
    """The truth at a knot is the row: its NEWS2 column comes out exactly."""
    scale: Scale = 2 if table.scale == 2 else 1
    for row in table.rows:
        given_ = {s: truth(table, row.t_s, s) for s in ("rr", "spo2", "sbp", "temp")}
        found = score(
            **given_,
            pulse=truth(table, row.t_s, "hr"),
            oxygen=row.oxygen.device != "air",
            acvpu=row.acvpu,
            scale=scale,
        )
        assert found.total == row.news2, row


@pytest.mark.parametrize("table", ILLNESSES, ids=lambda t: t.key)
def test_every_row_has_the_mean_pressure_that_is_printed_beside_it(table: Trajectory) -> None:
    """A third of the way from diastolic to systolic, to a mmHg: a misread row would show."""
    for row in table.rows:
        sbp, dbp = truth(table, row.t_s, "sbp"), truth(table, row.t_s, "dbp")
        assert abs(dbp + (sbp - dbp) / 3 - row.map_mmhg) <= 1


@pytest.mark.parametrize("table", EPISODES, ids=lambda t: t.key)
def test_an_episode_ends_where_it_began(table: Trajectory) -> None:
    """What only looks ill leaves nothing behind."""
    for knots in table.knots.values():
        assert knots.at(0) == 0
        assert knots.at(table.length_s) == 0


def test_glucose_goes_as_the_notes_of_a_row_say() -> None:
    """Of 7.13 and 7.14, typed again by hand; no other table says it."""
    given_ = {
        key: table.knots["glucose"] for key, table in trajectories().items() if "glucose" in table.knots
    }
    assert {key: list(knots.values) for key, knots in given_.items()} == {
        "dka": [18, 24, 30, 36],
        "hypo": [5.8, 3.8, 3.0, 2.4, 1.8, 1.2],
    }
    assert given_["hypo"].times_s[3] == 3600


def test_the_sepsis_table_stands_as_printed() -> None:
    """Two rows of 7.2, typed again by hand."""
    table = trajectories()["sepsis"]
    at = {s: table.knots[s].at(4 * 3600) for s in ("hr", "sbp", "dbp", "rr", "spo2", "temp")}
    assert at == {"hr": 102, "sbp": 114, "dbp": 62, "rr": 21, "spo2": 95, "temp": 38.7}
    assert (table.rows[5].oxygen.flow_l_min, table.rows[5].acvpu, table.rows[5].news2) == (2, "C", 17)


knots = st.lists(
    st.tuples(st.floats(0.1, 1e4), st.floats(-300, 300).map(lambda v: round(v, 3))), min_size=2, max_size=12
).map(lambda steps: (np.cumsum([h for h, _ in steps]), np.array([v for _, v in steps])))


@settings(max_examples=60)
@given(knots)
def test_the_interpolant_agrees_with_an_independent_one(xy: tuple[np.ndarray, np.ndarray]) -> None:
    """SciPy's PCHIP goes the same way."""
    x, y = xy
    curve = Curve()
    rows = [(float(t), tuple(map(float, c))) for t, c in zip(x[:-1], pchip(x, y), strict=True)]
    curve.draw(rows)  # type: ignore[arg-type]  # four floats each, by the shape of pchip's answer
    at = np.linspace(x[0], x[-1], 37)
    assert np.allclose([curve.at(t) for t in at], PchipInterpolator(x, y)(at), rtol=1e-6, atol=1e-6)


@given(knots)
def test_the_interpolant_never_overshoots_its_knots(xy: tuple[np.ndarray, np.ndarray]) -> None:
    """Between two knots the value lies between them."""
    x, y = xy
    for k, c in enumerate(pchip(x, y)):
        low, high = sorted((y[k], y[k + 1]))
        for u in np.linspace(0, x[k + 1] - x[k], 9):
            assert low - 1e-6 <= value_of(tuple(c), u) <= high + 1e-6


@given(st.floats(-5, 5), st.floats(0, 50), st.floats(0, 50))
def test_a_cubic_seen_from_later_is_the_same_cubic(c: float, shift: float, u: float) -> None:
    """Cutting a table in the middle of a piece changes no value."""
    cubic = (c, 0.5, -0.1, 0.01)
    assert value_of(moved(cubic, shift), u) == pytest.approx(value_of(cubic, shift + u), abs=1e-6)


seconds = st.integers(0, 10**7).map(lambda ms: ms / 1000)


@pytest.mark.parametrize("ramp", [linear, smooth])
@given(start=seconds, over=seconds, before=st.floats(-99, 99), after=st.floats(-99, 99))
def test_a_ramp_begins_and_ends_where_it_should(
    ramp: type, start: float, over: float, before: float, after: float
) -> None:
    """From ``before`` to ``after``, and held there."""
    curve = Curve()
    curve.draw(ramp(start, over, before, after))
    assert curve.at(start) == pytest.approx(before if over > 0 else after, abs=1e-6)
    assert curve.at(start + over + 1) == pytest.approx(after)
    middle = curve.at(start + over / 2)
    assert min(before, after) - 1e-6 <= middle <= max(before, after) + 1e-6


@given(st.lists(st.floats(0, 100), max_size=5), st.floats(-10, 200))
def test_curves_side_by_side_are_the_curves_one_by_one(starts: list[float], t: float) -> None:
    """Laying curves into one array changes none."""
    curves = []
    for start in starts:
        curve = Curve()
        curve.draw(smooth(start, 10, 1, 5))
        curve.draw(linear(start + 4, 3, curve.at(start + 4), -2))
        curves.append(curve)
    assert np.array_equal(Curves.of(curves).at(t), [c.at(t) for c in curves], equal_nan=True)


@pytest.mark.parametrize("text", ["", "2 litres", "L nasal", "oxygen", "-2 L mask"])
def test_what_is_no_oxygen_is_refused(text: str) -> None:
    """The error shows how to write it."""
    with pytest.raises(ValueError, match="2 L nasal cannula"):
        parse_oxygen(text)


def test_a_flow_alone_names_the_device_one_would_use() -> None:
    """2 L goes through a cannula, 15 L through a non-rebreather."""
    assert parse_oxygen("2 L").device == "nasal cannula"
    assert parse_oxygen("15 L/min").device == "non-rebreather"


def test_an_unknown_oxygen_device_is_met_with_the_nearest() -> None:
    """A slip of the pen is not a new device."""
    with pytest.raises(ValueError, match="write `nasal cannula`"):
        parse_oxygen("2 L nasal canula")
