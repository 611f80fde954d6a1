"""A call for help, written from the chart: Identify, Situation, Background, Assessment, Recommendation.

The words are a first draft that the trainee corrects before sending; only what is on the screen is
written, and what a device doubts is said to be doubtful. The recommendation follows the response
that chart 4 of NEWS2 asks for (Royal College of Physicians, 2017).
"""

from collections.abc import Mapping
from typing import Any, Final

from dashboard.view import bed_label, number, value_state
from vitals.catalogue import VITAL_SIGNS
from vitals.news2 import EMERGENCY, RED, URGENT

LEVELS: Final[Mapping[str | None, str]] = {
    "A": "alert",
    "C": "newly confused",
    "V": "responds to voice",
    "P": "responds to pain",
    "U": "unresponsive",
}
DOUBTED: Final = ("Qst", "Calib")

Bed = Mapping[str, Any]


def isbar(key: str, bed: Bed, *, caller: str, place: str, now: int, suspects: str = "") -> dict[str, str]:
    """Return the five texts for a bed as the stream shows it, at the session's time ``now``."""
    return {
        "identify": _identify(key, bed, caller, place),
        "situation": _situation(bed, now),
        "background": _background(bed),
        "assessment": _assessment(bed, now, suspects),
        "recommendation": _recommendation(bed),
    }


def _sentences(*parts: str) -> str:
    return " ".join(f"{part.rstrip('.')}." for part in parts if part)


def _identify(key: str, bed: Bed, caller: str, place: str) -> str:
    person = bed.get("person") or {}
    name = person.get("full") or person.get("name", "")
    facts = " ".join(str(person[k]) for k in ("age", "sex") if person.get(k) is not None)
    return _sentences(
        ", ".join(x for x in (caller, place) if x),
        ", ".join(x for x in (name, facts, bed_label(key)) if x),
    )


def _situation(bed: Bed, now: int) -> str:
    score = bed.get("score")
    values = [text for key in ("rr", "spo2", "temp", "nibp", "hr") if (text := _value(bed, key, now))]
    return _sentences(_news(score) if score else "", _worst(bed), ", ".join(values))


def _news(score: Mapping[str, Any]) -> str:
    total, earlier = score.get("total"), score.get("earlier")
    text = f"NEWS2 {total}" if total is not None else f"NEWS2 at least {score['at_least']}"
    return text if earlier is None or earlier == total else f"{text}, was {earlier} an hour ago"


def _worst(bed: Bed) -> str:
    order = {"Hi": 0, "Me": 1, "Lo": 2, "None": 3}
    alarms = [
        a for a in bed.get("alarms", {}).values() if a and a["kind"] == "Phy" and a.get("metric") != "news2"
    ]
    worst = min(alarms, key=lambda a: (order[a["priority"]], -a["onset"]), default=None)
    return worst["text"] if worst else ""


def _value(bed: Bed, key: str, now: int) -> str:
    if key == "nibp":
        sys, dia = _reading(bed, "nibp_sys", now), _reading(bed, "nibp_dia", now)
        return f"BP {sys}/{dia}" if sys and dia else ""
    label = {"hr": "pulse", "temp": "T"}.get(key, VITAL_SIGNS[key].label)
    shown = _reading(bed, key, now) or (_reading(bed, "pr", now) if key == "hr" else "")
    if not shown:
        return ""
    if key == "spo2":
        return f"{label} {shown} % {_oxygen(bed)}".rstrip()
    return f"{label} {shown}"


def _reading(bed: Bed, key: str, now: int) -> str:
    reading, sign = bed.get("num", {}).get(key), VITAL_SIGNS[key]
    if not reading or reading["v"] is None:
        return ""
    period = reading.get("per")
    state = value_state(
        (now - reading["t"]) / 1000, sign.period_s if period is None else period, sign.validity_s
    )
    if state == "lost":
        return ""
    text = number(reading["v"], sign.decimals)
    return f"{text} (doubtful)" if reading.get("q") in DOUBTED else text


def _oxygen(bed: Bed) -> str:
    chart = bed.get("chart") or {}
    device, flow = chart.get("oxygen"), chart.get("o2_flow")
    if not device:
        return ""
    if device == "air":
        return "on air"
    return f"on {device}{f', {flow:g} L/min' if flow else ''}"


def _background(bed: Bed) -> str:
    person = bed.get("person") or {}
    drugs, allergies = person.get("drugs", ""), person.get("allergies", "")
    return _sentences(
        person.get("reason", ""),
        person.get("history", ""),
        f"Drugs: {drugs}" if drugs else "",
        f"Allergies: {allergies}" if allergies else "",
        f"Plan: {person['plan']}" if person.get("plan") else "",
    )


def _assessment(bed: Bed, now: int, suspects: str) -> str:
    level = (bed.get("chart") or {}).get("acvpu")
    return _sentences(
        f"I suspect {suspects}" if suspects else "",
        f"Patient {LEVELS[level]}" if level in LEVELS else "",
        _doubts(bed, now),
    )


def _doubts(bed: Bed, now: int) -> str:
    doubted = [
        VITAL_SIGNS[key].label
        for key in ("hr", "spo2", "rr", "temp")
        if "(doubtful)" in _reading(bed, key, now)
    ]
    return f"{', '.join(doubted)} may be artefact" if doubted else ""


def _recommendation(bed: Bed) -> str:
    score = bed.get("score")
    if not score:
        return "Please advise."
    total = score["at_least"]
    if total >= EMERGENCY:
        return "Please come now: emergency assessment, NEWS2 7 or more."
    if total >= URGENT:
        return "Please come for an urgent review, NEWS2 5 or more."
    if score.get("max_single", 0) >= RED:
        return "Please review: one parameter scores 3."
    return "Please advise."
