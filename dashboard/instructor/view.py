"""What the instructor's table says of one bed, decided without Dash: truth beside what is displayed.

A trainee sees what devices report; here the two are compared. How far they may part before it is
worth a frame is the devices' usual error (*heuristic*, after the accuracies of clinical 3.4).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from dashboard.bedside import Shape
from dashboard.view import value_state
from vitals.catalogue import VITAL_SIGNS

DASH: Final = "–"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table: where the truth has it, which metrics display it, how far they may part."""

    key: str
    label: str
    metrics: tuple[str, ...]
    decimals: int
    error: float


COLUMNS: Final = (
    Column("hr", "HR", ("hr", "pr"), 0, 5),
    Column("rr", "RR", ("rr",), 0, 3),
    Column("spo2", "SpO₂", ("spo2",), 0, 3),
    Column("sbp", "SBP", ("abp_sys", "nibp_sys"), 0, 10),
    Column("temp", "Temp", ("temp",), 1, 0.3),
)
TRUE_KEY: Final[Mapping[str, str]] = {
    "hr": "hr", "pr": "hr", "rr": "rr", "spo2": "spo2", "temp": "temp", "etco2": "etco2", "pi": "pi",
    "nibp_sys": "sbp", "nibp_dia": "dbp", "abp_sys": "sbp", "abp_dia": "dbp",
    "cgm": "glucose", "glucose": "glucose",
}  # fmt: skip
"""Which key of the truth a metric measures."""

_VALID: Final = ("Vld", "Vldated", "Ong")


@dataclass(frozen=True, slots=True)
class Moment:
    """Now: simulated ``t`` and wall time (ms), how fast the session goes, and since when (wall).

    While the session is paused ``wall`` is when that began: a pause is no silence of the devices.
    """

    t: int
    wall: int
    speed: float
    since: int = 0


def cells(bed: Shape, state: Mapping[str, Any] | None, now: Moment) -> list[Shape]:
    """Return per column the true and the displayed value, and whether the screen misleads."""
    truth = state["m"] if state else {}
    vitals = [_cell(column, bed, truth.get(column.key), now) for column in COLUMNS]
    return [*vitals, _score_cell(bed, state.get("news2") if state else None)]


def _cell(column: Column, bed: Shape, true: float | None, now: Moment) -> Shape:
    text, value, doubtful = displayed(column, bed, now)
    apart = value is None or doubtful or (true is not None and abs(true - value) > column.error)
    said = DASH if true is None else f"{true:.{column.decimals}f}"
    return {"key": column.key, "true": said, "shown": text, "gap": true is not None and apart}


def displayed(column: Column, bed: Shape, now: Moment) -> tuple[str, float | None, bool]:
    """Return what a trainee's screen shows for ``column``: text, value, and whether it is doubted.

    A stale value gives way to a fresh one of the next metric (HR to PR), as on the ward's page.
    """
    states = [(metric, _state(bed, metric, now)) for metric in column.metrics]
    shown = next((m for m, state in states if state == "fresh"), None)
    metric = shown or next((m for m, state in states if state == "stale"), None)
    if metric is None:
        return DASH, None, False
    reading = bed["num"][metric]
    doubtful = shown is None or reading["q"] not in _VALID
    named = f" {VITAL_SIGNS[metric].label}" if metric == "pr" else ""
    text = f"{reading['v']:.{column.decimals}f}{named}{'?' if doubtful else ''}"
    return text, reading["v"], doubtful


def _state(bed: Shape, metric: str, now: Moment) -> str:
    reading = bed["num"].get(metric)
    if reading is None or reading["v"] is None:
        return "lost"
    age_s = (now.wall - max(reading["r"], now.since)) / 1000 * now.speed
    return value_state(age_s, reading["per"], VITAL_SIGNS[metric].validity_s, now.speed)


def _score_cell(bed: Shape, true: int | None) -> Shape:
    score = bed["score"]
    if score is None:
        text, value = DASH, None
    elif score["total"] is None:
        text, value = f"≥{score['at_least']}", None
    else:
        text, value = str(score["total"]), score["total"]
    gap = true is not None and value != true
    return {"key": "news2", "true": DASH if true is None else str(true), "shown": text, "gap": gap}


# --- alarms ---

_RANK: Final = {"Hi": 0, "Me": 1, "Lo": 2, "None": 3}


def alarm_is(bed: Shape, truth: Mapping[str, Any], now: Moment) -> Shape | None:
    """Return what the worst alarm of a bed is in truth.

    ``technical``: it is about a device. ``actionable``: the body is where the alarm says, in a
    labelled deterioration. ``true``: it is there without one. ``artefact``, ``false``: it is not
    there, with or without a disturbance in the script.
    """
    alarms = sorted(bed["alarms"].values(), key=lambda a: (_RANK[a["priority"]], -a["onset"]))
    if not alarms:
        return None
    worst = alarms[0]
    return {"is": _kind(worst, truth, now), "text": worst["text"], "priority": worst["priority"]}


def _kind(alarm: Mapping[str, Any], truth: Mapping[str, Any], now: Moment) -> str:
    if alarm["kind"] == "Tec":
        return "technical"
    if _beyond(alarm, truth.get("state")) is False:
        kinds = {item["kind"] for item in active(truth, now.t)}
        return "artefact" if kinds & {"artefact", "fault"} else "false"
    return "actionable" if _deteriorates(truth, now.t) else "true"


def _beyond(alarm: Mapping[str, Any], state: Mapping[str, Any] | None) -> bool | None:
    """Say whether the body is beyond the alarm's limit; ``None`` where nobody can tell."""
    metric, limit, bound = alarm.get("metric"), alarm.get("limit"), alarm.get("bound")
    if state is None or metric is None or limit is None or bound is None:
        return None
    true = state.get("news2") if metric == "news2" else state["m"].get(TRUE_KEY.get(metric, ""))
    if true is None:
        return None
    return bool(true < limit) if bound == "low" else bool(true > limit if bound == "high" else true >= limit)


def _deteriorates(truth: Mapping[str, Any], t: int) -> bool:
    return any(
        label["kind"] == "deterioration" and label["start"] <= t < (label.get("end") or t + 1)
        for label in truth.get("labels", ())
    )


# --- the script ---


def items_of(truth: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Return a bed's script, empty where none is known."""
    plan = truth.get("plan")
    return plan["items"] if plan else ()


def _kind_of(item: Mapping[str, Any]) -> str:
    return str(item.get("kind", "phase"))


def active(truth: Mapping[str, Any], t: int) -> list[Shape]:
    """Return the stretches of the script that hold at ``t``."""
    return [
        {**item, "kind": _kind_of(item)}
        for item in items_of(truth)
        if _kind_of(item) != "event" and item["start"] <= t < (item.get("end") or t + 1)
    ]


def phase_text(truth: Mapping[str, Any], t: int) -> str:
    """Return where a bed stands in its script: ``artefact until 23:48``, ``Sepsis, 2 of 3``."""
    now = active(truth, t)
    for item in now:
        if item["kind"] in {"artefact", "fault"}:
            end = item.get("end")
            until = f" until {clock(end)}" if end else ""
            return f"{item['kind']}: {item['name'].lower()}{until}"
    phases = [item for item in items_of(truth) if _kind_of(item) == "phase"]
    for number, phase in enumerate(phases, 1):
        if phase["start"] <= t < (phase.get("end") or t + 1):
            count = f", {number} of {len(phases)}" if len(phases) > 1 else ""
            return f"{phase['name']}{count} since {clock(phase['start'])}"
    return "baseline"


def upcoming(truth: Mapping[str, Any], t: int) -> Shape | None:
    """Return what the script does next: when, and in words."""
    starts = [
        (item["start"], item["name"], item.get("text", "")) for item in items_of(truth) if item["start"] > t
    ]
    ends = [
        (item["end"], f"{item['name']} ends", "")
        for item in items_of(truth)
        if item.get("end") and item["end"] > t and _kind_of(item) in {"artefact", "fault"}
    ]
    if not (coming := sorted(starts + ends)):
        return None
    when, name, text = coming[0]
    return {"t": when, "text": f"{name}: {text}" if text else name}


def bar(truth: Mapping[str, Any]) -> list[Shape]:
    """Return the stretches of the script as a bar shows them, ``shade`` growing with the phases."""
    parts, phases = [], 0
    for item in items_of(truth):
        kind = _kind_of(item)
        if kind != "event":
            phases += kind == "phase"
            shade = min(phases, 4) if kind == "phase" else 0
            parts.append({
                "kind": kind, "start": item["start"], "end": item.get("end"), "shade": shade,
                "name": item["name"],
            })  # fmt: skip
    return parts


def clock(t: int) -> str:
    """Return a simulated time as ``23:42``."""
    minutes = t // 60_000 % 1440
    return f"{minutes // 60:02}:{minutes % 60:02}"


# --- trainees ---


def initials(name: str) -> str:
    """Return at most two letters for a person."""
    words = name.split()
    letters = words[0][:1] + words[-1][:1] if len(words) > 1 else name[:2]
    return letters.upper() or "?"


def attention(key: str, bed: Shape, people: Mapping[str, Shape]) -> list[Shape]:
    """Return who flagged or called for a bed, newest first, and who looks at it now."""
    found: dict[str, Shape] = {}
    for act in _standing(bed["acts"]):
        what = "flagged" if act["act"] == "flag" else "called"
        found[act.get("by_id", "")] = {"name": act["by"], "what": what, "t": act["t"]}
    acted = sorted(found.values(), key=lambda who: -who["t"])
    looking = [
        {"name": person["name"], "what": "looking", "t": person["t"]}
        for ident, person in people.items()
        if person["looking"] == key and person["role"] == "trainee" and ident not in found
    ]
    return [{**who, "initials": initials(who["name"])} for who in acted + looking]


def _standing(acts: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return raised flags and calls that were not taken back."""
    back = {act["ref"] for act in acts if act.get("step") in {"undone", "off"} and act.get("ref")}
    kinds = {"flag", "escalation"}
    return [
        act
        for act in acts
        if act["act"] in kinds and act.get("step", "raised") == "raised" and act["id"] not in back
    ]


def row(key: str, bed: Shape, truth: Mapping[str, Any], people: Mapping[str, Shape], now: Moment) -> Shape:
    """Return all that the table says of one bed."""
    plan = truth.get("plan")
    return {
        "condition": plan["condition"] if plan else "",
        "phase": phase_text(truth, now.t) if plan else "",
        "cells": cells(bed, truth.get("state"), now),
        "alarm": alarm_is(bed, truth, now),
        "next": upcoming(truth, now.t),
        "people": attention(key, bed, people),
    }
