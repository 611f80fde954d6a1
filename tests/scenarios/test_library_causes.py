"""The scenarios of cause and treatment: who is treated turns, who is not goes on."""

import pytest

from broker import messages as m
from scenarios import library
from scenarios.loader import loaded_or_raise
from scenarios.stage import Stage

pytestmark = pytest.mark.slow


def truths(name: str, minutes: int, every: int) -> list[list[m.TrueState]]:
    """Return the truth of every bed, every so many minutes."""
    stage = Stage("home", "s-1", loaded_or_raise(library.text(name)), seed=1)
    out = []
    for tick in range(1, 300 * minutes + 1):
        stage.skip()
        if tick % (300 * every) == 0:
            out.append([stage.ward.truth(i) for i in range(len(stage.beds))])
    return out


def test_anaphylaxis_turns_with_adrenaline_and_not_without() -> None:
    """Ten minutes after it the clinical reference's band of 7.23, but for the pressure, which is higher."""
    seen = truths("anaphylaxis", 28, 4)
    worst, after = seen[1][0], seen[3][0]
    assert worst.m["sbp"] < 90
    assert after.m["sbp"] >= 95
    assert after.m["spo2"] >= 94
    assert 100 <= after.m["hr"] <= 125
    late = [beds[1] for beds in seen]
    assert late[4].m["sbp"] < 90, "fluid alone does not do it"
    assert (late[6].news2 or 0) < (late[4].news2 or 0) - 5, "late adrenaline still does"
    assert max(beds[3].news2 or 0 for beds in seen) < 5
    assert max(beds[2].news2 or 0 for beds in seen) < 3


def test_those_who_bleed_are_told_apart_by_what_is_done() -> None:
    """Blood and control bring the pressure back; a β-blocker takes the pulse that held it."""
    seen = truths("haemorrhage", 40, 4)
    saved, blocked = [b[0] for b in seen], [b[2] for b in seen]
    assert max(t.m["hr"] for t in saved[:5]) > 95
    assert saved[9].m["sbp"] > 120
    assert saved[9].m["hr"] < saved[4].m["hr"] - 15
    assert blocked[9].m["hr"] < 85
    assert blocked[9].m["map"] < blocked[5].m["map"] - 10
    assert all(b[3].news2 == 0 for b in seen)
