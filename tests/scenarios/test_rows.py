"""Bodies that a script leads along a table are at each of its rows when the row is due."""

from math import ceil

import pytest

from broker.messages import TrueState
from scenarios.loader import load
from scenarios.model import Scenario
from scenarios.stage import Stage
from scenarios.trajectories import Trajectory, trajectories

TABLES = [t for t in trajectories().values() if t.rows]
START_S = 60
TICKS = 5
NEAR = {"hr": 0.5, "sbp": 0.5, "rr": 0.3, "spo2": 0.3, "temp": 0.05}
"""Less than what is shown."""


def led(table: Trajectory, tempo: int) -> Stage:
    """Return a session of one bed that goes along ``table``."""
    scale = f"scale: {table.scale}" if table.scale else ""
    text = f"""
name: rows
title: Rows
lasts: 20 h
beds:
  - person: {{age: 50, {scale}}}
    phases: [{{name: x, at: 1 min, trajectory: {table.key}, tempo: {tempo}}}]
"""
    loaded = load(text).scenario
    assert isinstance(loaded, Scenario), load(text).findings
    return Stage("home", "s", loaded, seed=1)


def go_on(stage: Stage, seconds: int) -> TrueState:
    """Let time pass; return the truth of the bed."""
    for _ in range(TICKS * seconds):
        stage.tick(waves=False)
    return stage.ward.truth(0)


@pytest.mark.slow
@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.key)
def test_a_body_is_at_each_row_of_its_table_when_it_is_due(table: Trajectory) -> None:
    """To the second, and a second later its NEWS2 is the printed one: steep slopes were followed late."""
    tempo = max(1, round(table.length_s / 2400))
    stage, second = led(table, tempo), 0
    for row in table.rows[1:]:  # a phase leads to the first in some seconds
        due = START_S + ceil(row.t_s / tempo)
        truth = go_on(stage, due - second)
        stops = table.knots["hr"].at(row.t_s) == 0.0  # with its rhythm, a second later
        for sign, near in NEAR.items() if not stops else ():
            assert truth.m[sign] == pytest.approx(table.knots[sign].at(row.t_s), abs=near), (row.t_s, sign)
        assert go_on(stage, 1).news2 == row.news2, row  # what is charted then is known
        second = due + 1
