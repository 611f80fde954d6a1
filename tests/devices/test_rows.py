"""Matrices of kernels: rows are where their names say, tables are read as numpy reads them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.person import Person
from devices.physiology import consciousness, fields, gas, lags, rows
from devices.physiology.body import KEYS, Body
from devices.physiology.influence import FIELDS, Influence
from devices.physiology.settle import settle


def test_fields_stand_where_influence_has_them() -> None:
    """A kernel that reads ``fields.SHUNT`` reads what ``act("shunt", …)`` wrote."""
    influence = Influence(2)
    for name in FIELDS:
        row = influence.matrix[getattr(fields, name.upper())]
        assert np.shares_memory(row, getattr(influence, name)), name
    assert len([name for name in vars(fields) if name.isupper()]) == len(FIELDS)


def test_whom_nothing_acts_on_is_not_reckoned_with() -> None:
    """Until something does, and again once it no longer does; what acts on one changes nobody else."""
    influence = Influence(3)
    influence.act("shunt", np.array([1]), np.array([0.2]))
    influence.act("shunt", np.array([2]), np.array([0.0]))
    influence.settle()
    assert influence.acted.tolist() == [False, True, False]
    influence.reset()
    assert not influence.acted.any()
    assert (influence.matrix == Influence(3).matrix).all()


def test_a_body_is_the_same_alone_and_beside_the_ill() -> None:
    """To the bit, for twenty minutes: in a ward in which much is done to another, and in one of its own."""
    alone, beside = Body([Person(age=61)]), Body([Person(age=61), Person()])
    for illness in ("sepsis", "pneumonia", "cold", "pain"):
        beside.insults.begin(1, illness, 0.8, 10.0)
    for second in range(1200):
        for body in (alone, beside):
            body.advance(1.0, 12.0 + second / 3600.0)
    assert beside.influence.acted.tolist() == [False, True]
    assert (alone.state[:, 0] == beside.state[:, 0]).all()


def test_every_row_has_one_name() -> None:
    """No two names share a row, none is left over, and truth, goals and rest are in the order of ``KEYS``."""
    named = {k: v for k, v in vars(rows).items() if k.isupper() and k not in {"ROWS", "TRUTHS"}}
    assert sorted(named.values()) == list(range(rows.ROWS))
    for i, key in enumerate(KEYS):
        name = key.upper()
        assert [named[name], named[f"TO_{name}"], named[f"REST_{name}"]] == [i, i + 12, i + 24]


def test_what_a_body_shows_is_what_it_reckons_with() -> None:
    """Attributes are the rows themselves, before and after a step: what is written there is not lost."""
    body = Body([Person(), Person()])
    shown = (body.now["hr"], body.rest["hr"], body.paco2, body.lactate, body.heart.strain, body.opioid.drive,
             body.circulation.hr, body.circulation.pulse, body.consciousness.depth, body.day.busy,
             body.fio2, body.obstruction, body.stores.used_ml_min)  # fmt: skip
    body.advance(1.0, 12.0)
    later = (body.now["hr"], body.rest["hr"], body.paco2, body.lactate, body.heart.strain, body.opioid.drive,
             body.circulation.hr, body.heart.pulse, body.consciousness.depth, body.day.busy,
             body.fio2, body.obstruction, body.stores.used_ml_min)  # fmt: skip
    assert all(np.shares_memory(a, b) for a, b in zip(shown, later, strict=True))


@given(value=st.floats(-100, 1000), near=st.integers(0, 719), which=st.sampled_from(["content", "other"]))
def test_a_curve_is_read_as_numpy_reads_it(value: float, near: int, which: str) -> None:
    """Between, at and beyond the places of the dissociation curve, from wherever one begins to look."""
    curve = gas.CONTENTS if which == "content" else gas.SATURATIONS
    found = gas.height(value, curve, gas.cell(value, curve, near))
    assert found == pytest.approx(np.interp(value, curve[0], curve[1]), abs=1e-12)


@pytest.mark.parametrize("which", ["CONTENTS", "SATURATIONS"])
def test_a_curve_goes_through_its_places(which: str) -> None:
    """Exactly, at every one."""
    curve = getattr(gas, which)
    for value, height in zip(*curve[:2].tolist(), strict=True):
        assert gas.height(value, curve, gas.cell(value, curve, 300)) == height


@given(value=st.floats(-20, 120), cause=st.integers(0, 6))
def test_depths_are_read_as_numpy_reads_them(value: float, cause: int) -> None:
    """For every cause of unconsciousness, beyond its points as at their ends."""
    points = (consciousness.PRESSURE, consciousness.OXYGEN, consciousness.CARBON_DIOXIDE,
              consciousness.GLUCOSE, consciousness.TEMPERATURE, consciousness.OPIOID,
              consciousness.LOST)[cause]  # fmt: skip
    found = consciousness.depth_of(value, consciousness.POINTS, cause)
    assert found == pytest.approx(np.interp(value, *points), abs=1e-12)


@pytest.mark.parametrize("dt_s", [0.1, 1.0])
def test_what_a_step_keeps_is_a_first_order_lag(dt_s: float) -> None:
    """As ``settle`` has it."""
    kept = lags.kept(dt_s)
    one, none = np.ones(1), np.zeros(1)
    assert kept[lags.MINUTES] == dt_s / 60.0
    assert kept[lags.HEART] == settle(one, none, dt_s, lags.HEART_LAG_S)[0]
    assert kept[lags.FELT_CO2] == settle(one, none, dt_s, lags.CO2_DRIVE_LAG_S)[0]
    assert kept[lags.ARTERIAL_CO2] == settle(one, none, dt_s, lags.ARTERIAL_LAG_S)[0]
    assert kept[lags.REFILL] == pytest.approx(np.exp(-lags.REFILL_PER_MIN * dt_s / 60.0), rel=1e-15)


def test_a_pacemaker_holds_whoever_lies_beside() -> None:
    """Cold slows a heart to 35 /min, a paced one to its pacemaker's rate, well company or not."""
    cold = np.array([30.0, 30.0])
    body = Body([Person(pacemaker_bpm=60.0), Person()])
    body.aim("temp", cold)
    for _ in range(900):
        body.advance(1.0, 12.0)
    assert body.now["hr"][0] >= 59.9
    assert body.now["hr"][1] < 50.0
