"""What the instructor's table says of a bed: truth, screen, alarms, script, people."""

from typing import Any

import pytest

from broker.messages import Reply
from dashboard.bedside import Bedside
from dashboard.instructor import view
from dashboard.instructor.app import finding, told, wish
from dashboard.instructor.view import Moment

NOW = Moment(t=100_000, wall=1_000_000, speed=1)


def bed(**num: tuple[float | None, str, int]) -> dict[str, Any]:
    """Return a bed with values (value, validity, received before so many ms)."""
    state: dict[str, Any] = Bedside().state
    for metric, (value, validity, ago) in num.items():
        state["num"][metric] = {
            "v": value, "u": "", "q": validity, "why": None, "t": NOW.t - ago, "dev": "patch",
            "per": 900 if metric.startswith("nibp") else 1, "r": NOW.wall - ago,
        }  # fmt: skip
    return state


def cell(key: str, state: dict[str, Any], **true: float) -> dict[str, Any]:
    """Return one cell of the table."""
    cells = view.cells(state, {"m": true, "news2": None}, NOW)
    return next(found for found in cells if found["key"] == key)


@pytest.mark.parametrize(
    ("reading", "true", "shown", "gap"),
    [
        ((78, "Vld", 500), 78, "78", False),
        ((82, "Vld", 500), 78, "82", False),  # within the device's error
        ((90, "Vld", 500), 78, "90", True),
        ((78, "Qst", 500), 78, "78?", True),  # the device doubts itself
        ((78, "Vld", 20_000), 78, "78?", True),  # old
        ((78, "Vld", 200_000), 78, "–", True),  # lost
        ((None, "Inv", 500), 78, "–", True),
    ],
)
def test_a_frame_stands_where_the_screen_misleads(
    reading: tuple[float | None, str, int], true: float, shown: str, gap: bool
) -> None:
    """Different by more than the device's error, doubtful, old, or nothing at all."""
    found = cell("hr", bed(hr=reading), hr=true)
    assert (found["true"], found["shown"], found["gap"]) == (str(true), shown, gap)


def test_the_pulse_stands_in_for_the_heart() -> None:
    """Without an ECG the rate is the oximeter's, and named so."""
    assert cell("hr", bed(hr=(None, "Inv", 1), pr=(76, "Vld", 1)), hr=77)["shown"] == "76 PR"


def test_a_stale_rate_gives_way_to_a_fresh_pulse() -> None:
    """As on the ward's page: what comes now goes before what came once."""
    assert cell("hr", bed(hr=(73, "Vld", 20_000), pr=(76, "Vld", 1)), hr=77)["shown"] == "76 PR"
    assert cell("hr", bed(hr=(73, "Vld", 20_000), pr=(76, "Vld", 30_000)), hr=73)["shown"] == "73?"


def test_a_pause_is_no_silence() -> None:
    """What was fresh when the session paused is fresh until it goes on, and for its time after."""
    state = bed(hr=(78, "Vld", 500_000))
    paused = Moment(t=NOW.t, wall=NOW.wall - 499_000, speed=1, since=NOW.wall - 499_000)
    resumed = Moment(t=NOW.t, wall=NOW.wall, speed=1, since=NOW.wall - 1000)
    for now in (paused, resumed):
        assert view.cells(state, {"m": {"hr": 78}, "news2": None}, now)[0]["shown"] == "78"


def test_nothing_is_framed_where_the_truth_is_unknown() -> None:
    """A real sensor's bed has no truth to differ from."""
    assert not any(found["gap"] for found in view.cells(bed(hr=(78, "Vld", 1)), None, NOW))


def test_a_partial_score_is_at_least_something() -> None:
    """A score with missing parts is never the same as the true one."""
    state = bed()
    state["score"] = {"total": None, "at_least": 3}
    found = view.cells(state, {"m": {}, "news2": 3}, NOW)[-1]
    assert (found["shown"], found["gap"]) == ("≥3", True)


# --- alarms ---

ARTEFACT = {"name": "Oximeter motion", "start": 90_000, "end": 130_000, "kind": "artefact"}
SPO2 = {
    "id": "spo2-low", "kind": "Phy", "priority": "Me", "presence": "On", "onset": 1, "text": "SpO₂ 82 < 90",
    "metric": "spo2", "limit": 90, "bound": "low", "value": 82,
}  # fmt: skip
ILL = {"kind": "deterioration", "start": 0, "t": 0}


def truth(spo2: float, items: list[Any] | None = None, labels: list[Any] | None = None) -> dict[str, Any]:
    """Return what is true of a bed."""
    return {
        "state": {"m": {"spo2": spo2}, "t": NOW.t},
        "plan": {"condition": "x", "items": items or []},
        "labels": labels or [],
    }


@pytest.mark.parametrize(
    ("alarm", "truly", "expected"),
    [
        (SPO2, truth(82, labels=[ILL]), "actionable"),
        (SPO2, truth(82), "true"),
        (SPO2, truth(97, [ARTEFACT]), "artefact"),
        (SPO2, truth(97), "false"),
        (SPO2, truth(82, [ARTEFACT], [ILL]), "actionable"),  # an artefact hides no illness
        ({**SPO2, "kind": "Tec"}, truth(82, labels=[ILL]), "technical"),
        ({**SPO2, "metric": None}, truth(97, labels=[ILL]), "actionable"),  # nobody can tell: the label does
    ],
)
def test_what_an_alarm_is(alarm: dict[str, Any], truly: dict[str, Any], expected: str) -> None:
    """The body decides, then the script says why."""
    state = bed()
    state["alarms"]["a"] = alarm
    found = view.alarm_is(state, truly, NOW)
    assert found is not None
    assert found["is"] == expected


def test_the_worst_alarm_is_judged() -> None:
    """A high alarm stands before a newer medium one."""
    state = bed()
    state["alarms"] = {"a": SPO2, "b": {**SPO2, "priority": "Hi", "text": "worse", "onset": 0}}
    found = view.alarm_is(state, truth(70), NOW)
    assert found is not None
    assert found["text"] == "worse"


# --- the script ---

ITEMS = [
    {"name": "Baseline", "start": 0, "end": 50_000, "kind": "baseline"},
    {"name": "Sepsis, early", "start": 50_000, "end": 200_000},
    {"name": "Septic shock", "start": 200_000, "text": "pressure falls"},
    {"name": "NEWS2 7", "start": 150_000, "kind": "event", "text": "warm"},
]


def test_a_bed_says_where_it_stands_in_its_script() -> None:
    """Phase and count, what comes next, and an artefact before everything."""
    held = {"plan": {"items": ITEMS}}
    assert view.phase_text(held, 100_000) == "Sepsis, early, 1 of 2 since 00:00"
    assert view.phase_text(held, 10_000) == "baseline"
    assert view.upcoming(held, 100_000) == {"t": 150_000, "text": "NEWS2 7: warm"}
    assert view.upcoming(held, 300_000) is None
    moved = {"plan": {"items": [*ITEMS, ARTEFACT]}}
    assert view.phase_text(moved, 100_000) == "artefact: oximeter motion until 00:02"
    assert view.upcoming(moved, 100_000) == {"t": 130_000, "text": "Oximeter motion ends"}
    assert [part["shade"] for part in view.bar(moved)] == [0, 1, 2, 0]


# --- people ---


def test_who_noticed() -> None:
    """Standing flags and calls, newest first, then who looks; what was undone is gone."""
    state = bed()
    state["acts"] = [
        {"act": "flag", "id": "a", "t": 1, "by": "Aino K", "by_id": "p-1"},
        {"act": "flag", "id": "b", "t": 2, "by": "Ben T", "by_id": "p-2"},
        {"act": "flag", "id": "c", "t": 3, "by": "Ben T", "by_id": "p-2", "step": "undone", "ref": "b"},
        {"act": "escalation", "id": "d", "t": 4, "by": "Chidi O", "by_id": "p-3", "step": "raised"},
    ]
    people = {
        "p-1": {"name": "Aino K", "role": "trainee", "looking": "bed01", "t": 9},
        "p-2": {"name": "Ben T", "role": "trainee", "looking": "bed01", "t": 9},
        "p-9": {"name": "Boss", "role": "instructor", "looking": "bed01", "t": 9},
    }
    found = view.attention("bed01", state, people)
    assert [(who["initials"], who["what"]) for who in found] == [
        ("CO", "called"), ("AK", "flagged"), ("BT", "looking"),
    ]  # fmt: skip


# --- the form ---


def test_a_text_of_ones_own_goes_before_the_list() -> None:
    """Empty fields are not sent; without a scenario there is no wish."""
    assert wish("sepsis", " ", None, "", 2) == {"scenario": "sepsis", "speed": 2}
    assert wish("sepsis", "name: x", 4, 7, None) == {"text": "name: x", "beds": 4, "seed": 7}
    assert wish(None, "", 4, None, None) == {}


def test_findings_are_told_by_line_and_column() -> None:
    """What is wrong, where, and what was perhaps meant."""
    found = {"line": 2, "column": 1, "level": "error", "what": "no such word: `bedz`", "suggestion": "beds?"}
    assert finding(found) == "line 2, column 1: no such word: `bedz` (beds?)"
    text, look = told("check", Reply(v=1, ok=False, error="x", body={"findings": [found]}))
    assert (text, look) == (finding(found), "findings bad")
    assert (
        told("start", Reply(v=1, ok=False, error="simulate does not answer"))[0] == "simulate does not answer"
    )
