"""The chart of one bed: NEWS2 in the form that clinicians know, and what happened, line by line. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from dashboard.episodes import Line, episodes
from dashboard.view import clock, number
from vitals.news2 import EMERGENCY, RED, URGENT

T = TypeVar("T")

COLUMNS: Final = 7
"""So many sets of observations stand side by side."""
STEPS_MS: Final[Mapping[str, tuple[int, ...]]] = {
    "30m": (5 * 60_000, 60_000),
    "2h": (20 * 60_000, 5 * 60_000),
    "6h": (3_600_000,),
    "24h": (4 * 3_600_000,),
    "5d": (20 * 3_600_000,),
}
"""The time between two columns, by the window of the trends beside them; a young session's is finer."""
PARTS: Final = (
    ("rr", "Resp. rate", 0),
    ("spo2", "SpO₂ scale {scale}", 0),
    ("oxygen", "Air or O₂", 0),
    ("sbp", "Systolic BP", 0),
    ("pulse", "Pulse", 0),
    ("acvpu", "ACVPU", 0),
    ("temp", "Temp °C", 1),
)
"""The rows of the chart, in the order of the Royal College of Physicians' chart 1."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A value with its points (their colour, for a total); ``plus`` writes them beside it."""

    text: str
    points: int = 0
    title: str = ""
    plus: bool = False


@dataclass(frozen=True, slots=True)
class NewsChart:
    """The table: a header of times, rows of cells, and the totals; ``measured`` is of the newest."""

    times: list[str]
    rows: list[tuple[str, list[Cell]]]
    totals: list[Cell]
    measured: list[str]


def slots(now: int, step_ms: int, columns: int = COLUMNS + 1) -> list[tuple[int, int]]:
    """Return (from, to) of each column: the newest ends now, the others at whole steps before.

    It is one more than are shown, for the newest may have no score yet.
    """
    newest = now // step_ms * step_ms
    ends = [newest - step_ms * i for i in range(columns - 1)][::-1]
    if newest == now:
        ends = [end - step_ms for end in ends]
    return [(end - step_ms, end) for end in ends] + [(max(0, ends[-1]), now + 1)]


def flush_right(scores: Sequence[T | None]) -> list[T | None]:
    """Return the columns with the newest score in the last: a minute just begun has none yet."""
    kept = list(scores)
    while kept and kept[-1] is None and any(score is not None for score in kept):
        kept = [None, *kept[:-1]]
    return kept[-COLUMNS:]


def news_chart(scores: Sequence[Mapping[str, Any] | None]) -> NewsChart:
    """Return the chart of ``scores`` (the last of each slot, ``None`` where there is none)."""
    scale = next((s["scale"] for s in reversed(scores) if s), 1)
    rows = [
        (name.format(scale=scale), [_cell(score, part, decimals) for score in scores])
        for part, name, decimals in PARTS
    ]
    times = _times([s["t"] for s in scores if s])
    heads = [times.get(s["t"], "") if s else "" for s in scores]
    return NewsChart(heads, rows, [_total(s) for s in scores], _measured(scores))


def _measured(scores: Sequence[Mapping[str, Any] | None]) -> list[str]:
    """Return when each parameter of the newest score was measured, or why it is missing."""
    newest = next((s for s in reversed(scores) if s), None)
    parts = newest["components"] if newest else {}
    return [_when(parts.get(key) or {}) for key, _, _ in PARTS]


def _when(component: Mapping[str, Any]) -> str:
    if component.get("points") is None:
        return str(component.get("why") or ("missing" if component else ""))
    return clock(component["t"]) if component.get("t") else ""


def _times(moments: Sequence[int]) -> dict[int, str]:
    """Return how each column is headed: with seconds where minutes would not tell two apart."""
    minutes = {clock(t) for t in moments}
    return {t: clock(t, seconds=len(minutes) < len(set(moments))) for t in moments}


def _cell(score: Mapping[str, Any] | None, part: str, decimals: int) -> Cell:
    component = (score or {}).get("components", {}).get(part)
    if not score or not component:
        return Cell("–" if score else "")
    points, value, code = component.get("points"), component.get("value"), component.get("code")
    text = code or number(value, decimals)
    if points is None:
        return Cell(
            "–" if value is None and not code else f"({text})", 0, component.get("why") or "not counted"
        )
    taken = component.get("t")
    return Cell(_short(part, text), points, f"measured {clock(taken)}" if taken else "", plus=True)


def _short(part: str, text: str) -> str:
    if part != "oxygen":
        return text
    return "air" if text == "air" else "O₂"


def _total(score: Mapping[str, Any] | None) -> Cell:
    if not score:
        return Cell("")
    total = score.get("total")
    if total is None:
        missing = ", ".join(score.get("missing", ()))
        return Cell(f"≥{score['at_least']}", band(score["at_least"], 0), f"missing or doubtful: {missing}")
    return Cell(str(total), band(total, score.get("max_single", 0)))


def band(total: int, max_single: int) -> int:
    """Return the colour of a total as points have it: 3 from 7, 2 from 5, 1 for a single red."""
    if total >= EMERGENCY:
        return 3
    if total >= URGENT:
        return 2
    return 1 if max_single >= RED else 0


def record(entries: Sequence[tuple[str, Mapping[str, Any]]], me: str = "") -> list[Line]:
    """Return what happened to a bed, newest first, from (kind, body) of its entries.

    ``me`` is the id of the reader, who is called *you*. An alarm is one line, at its onset, however
    often its value changed.
    """
    alarms = episodes([body for kind, body in entries if kind == "alarm"])
    acks = [body for kind, body in entries if kind == "ack"]
    mine = [ack for ack in acks if _is(ack, me)]
    told = [ack for ack in acks if any(alarm.acknowledged(ack) for alarm in alarms)]
    acts = [(kind, body) for kind, body in entries if kind != "alarm" and body not in told]
    lines = [line for kind, body in acts if (line := _line(kind, body, me)) is not None]
    lines += [alarm.line(by_you=any(map(alarm.acknowledged, mine))) for alarm in alarms]
    return sorted(lines, key=lambda line: -line.t)


def _is(body: Mapping[str, Any], me: str) -> bool:
    return bool(me) and body.get("by_id") == me


def _line(kind: str, body: Mapping[str, Any], me: str) -> Line | None:
    by = "you" if _is(body, me) else str(body.get("by", ""))
    said = _SAID[kind](body, by) if kind in _SAID else ""
    return Line(int(body.get("t") or 0), said, _FAMILY.get(kind, "act")) if said else None


def _flag(body: Mapping[str, Any]) -> str:
    step = body.get("step", "raised")
    if step == "undone":
        return "flag undone"
    said = [str(body[key]) for key in ("judgement", "condition", "certainty") if body.get(key)]
    words = f": {', '.join(said)}" if said else ""
    return f"{'flagged' if step == 'raised' else 'flag described'}{words}"


def _call(body: Mapping[str, Any]) -> str:
    step = body.get("step", "raised")
    if step == "taken":
        return "call taken"
    if step == "off":
        return "call called off"
    return f"called {body.get('to') or 'for help'}"


def _observed(body: Mapping[str, Any]) -> str:
    said = []
    if body.get("acvpu"):
        said.append(f"ACVPU {body['acvpu']}")
    if body.get("oxygen"):
        said.append("on air" if body["oxygen"] == "air" else str(body["oxygen"]))
    return ", ".join(said) or "observations"


def _event(body: Mapping[str, Any]) -> str:
    return str(body.get("text") or body.get("kind", "")).replace("-", " ")


_SAID: Final[Mapping[str, Callable[[Mapping[str, Any], str], str]]] = {
    "flag": lambda body, by: f"{_flag(body)} by {by}",
    "escalation": lambda body, by: f"{_call(body)} by {by}",
    "ack": lambda _, by: f"alarm acknowledged by {by}",
    "note": lambda body, by: f"note by {by}: {body.get('text', '')}",
    "intervention": lambda body, by: f"{body.get('text') or body.get('kind', '')} by {by}",
    "obs": lambda body, by: f"{_observed(body)}, charted by {by}",
    "evt": lambda body, _: _event(body),
}
"""How an entry of each kind is told, given its body and who did it."""
_FAMILY: Final[Mapping[str, str]] = {"note": "note", "obs": "chart", "evt": "event"}


def facts(person: Mapping[str, Any], lines: Sequence[Line]) -> list[tuple[str, str]]:
    """Return (name, text) of what the chart says of a person, with the last note."""
    said = [
        (name, str(person.get(key) or ""))
        for key, name in (
            ("reason", "Here for"),
            ("history", "History"),
            ("drugs", "Drugs"),
            ("allergies", "Allergies"),
            ("plan", "Plan"),
        )
    ]
    note = next((f"{clock(line.t)} {line.text}" for line in lines if line.kind == "note"), "")
    return [(name, text) for name, text in [*said, ("Last note", note)] if text]
