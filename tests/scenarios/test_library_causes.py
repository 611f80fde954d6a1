"""The scenarios of cause and treatment: who is treated turns, who is not goes on."""

import numpy as np
import pytest

from broker import messages as m
from scenarios import library
from scenarios.loader import loaded_or_raise
from scenarios.stage import Stage
from vitals.catalogue import WAVEFORMS

pytestmark = pytest.mark.slow
MV = WAVEFORMS["ecg_v1"].scale


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
    assert blocked[9].m["hr"] < 92  # the last row of 7.4
    assert blocked[9].m["map"] < blocked[5].m["map"] - 10
    assert all(b[3].news2 == 0 for b in seen)


def test_an_open_artery_keeps_its_heart_and_a_closed_one_fibrillates() -> None:
    """The untreated goes by the rows of the clinical reference's 7.10; decoys have a score that calms."""
    seen = truths("infarct", 62, 2)
    opened, closed, blocked = ([beds[i] for beds in seen] for i in range(3))
    assert all(t.m["sbp"] > 120 and (t.news2 or 0) <= 4 for t in opened)
    assert max(t.m["hr"] for t in opened) > opened[-1].m["hr"] + 4
    rows = {
        5 + minutes / 1.5: (hr, sbp) for minutes, hr, sbp in ((10, 104, 136), (30, 112, 112), (60, 118, 90))
    }
    for minute, (hr, sbp) in rows.items():
        there = closed[round(minute / 2) - 1].m
        assert there["hr"] == pytest.approx(hr, rel=0.15)
        assert there["sbp"] == pytest.approx(sbp, rel=0.15)
    assert closed[-1].m["hr"] == 0
    assert closed[-1].acvpu == "U"
    low, paced = blocked[14], blocked[-1]
    assert low.m["hr"] < 45
    assert low.m["sbp"] < 110
    assert paced.m["hr"] >= 65
    assert (paced.news2 or 0) <= (low.news2 or 0) - 6
    assert all((t.news2 or 0) <= 4 for beds in seen for t in beds[3:])


def test_the_ecg_tells_of_an_infarct_before_the_score() -> None:
    """ST stands high in V1 and in III while NEWS2 is low; years-old ST of a neighbour does not move."""
    stage = Stage("home", "s-1", loaded_or_raise(library.text("infarct")), seed=1)

    def st(minutes: int) -> list[float]:
        while stage.now_ms - stage.start_ms < 60_000 * minutes:
            stage.skip()
        drawn = stage.ward._engine.draw(10, ("ecg_iii", "ecg_v1"))
        leads = [("ecg_v1", 0), ("ecg_v1", 1), ("ecg_iii", 2), ("ecg_v1", 4)]
        return [float(np.percentile(drawn[lead][bed], 80)) * MV for lead, bed in leads]

    before, after = st(2), st(14)
    raised = [b - a for a, b in zip(before, after, strict=True)]
    assert min(raised[:3]) > 0.08
    assert abs(raised[3]) < 0.03
    assert all((stage.ward.truth(bed).news2 or 0) < 5 for bed in range(3))
