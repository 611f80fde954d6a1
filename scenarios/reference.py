"""The language's reference as files under ``docs/reference``: JSON Schema, page, library.

``python -m teleward.reference`` writes them anew; a test fails when they differ from the code.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

from devices.physiology.insults import INSULTS
from devices.physiology.treatments import TREATMENTS, Treatment
from devices.signals.patterns import PATTERNS
from devices.signals.rhythms import RHYTHMS
from scenarios import doings, library
from scenarios.cast import cast, eventful
from scenarios.effects import SEEN
from scenarios.faults import FAULTS
from scenarios.happenings import condition_of, oxygen_words
from scenarios.loader import loaded_or_raise
from scenarios.model import RANGES, Scenario
from scenarios.rules import told
from scenarios.tables import EVIDENCE
from scenarios.trajectories import UNITS, Trajectory, trajectories

_NOTE: Final = "<!-- Made by `python -m teleward.reference`; changes here will be lost. -->"
LANGUAGE: Final = """\
# The scenario language

A scenario is a YAML file. `teleward check FILE` says what is wrong with it, with line and column. An
editor that knows JSON Schema helps while you write: put `# yaml-language-server: $schema=` and the path
of [scenario.schema.json](scenario.schema.json) on the first line. How to go about it: [write a
scenario](../how-to/write-a-scenario.md).

A time is a number with its unit, or several: `90 s`, `4 min`, `1 h 30 min`; `0` is the start. Oxygen
is `air`, or a flow in L/min and a device: `2 L nasal cannula`, `4 L venturi`, `15 L non-rebreather`."""
ILLNESSES: Final = """\
# Illnesses and episodes

What `trajectory:` plays. Rows are truth, and knots of a monotone curve (PCHIP); consciousness and
oxygen change at their row. The values are teaching defaults, set so that they agree with the evidence
named below each; MAP and NEWS2 are computed from them and tested. Nobody is treated. An illness begins
from the person's own values; the difference fades until its end. For training only."""
TREATED: Final = """\
What can be given: when its effect is seen in those who need it (clinical reference 7.23), and whom it harms.
In brackets, where that does not say, the course of the drug itself, which the effect may come and go later
than. What was measured: [treatments](../explanation/treatments.md#what-was-measured)."""
CAUSES: Final = {
    "insults": list(INSULTS), "treatments": list(TREATMENTS), "rhythms": list(RHYTHMS),
    "breathing": list(PATTERNS),
}  # fmt: skip
"""Words that have a table of their own on the page."""
ORDER: Final = (
    "Scenario",
    "Bed",
    "Person",
    "Chart",
    "Phase",
    "Trend",
    "Insult",
    "Injury",
    "Treatment",
    "Charted",
    "Fall",
    "Fault",
)


def schema() -> dict[str, Any]:
    """Return the language as JSON Schema (draft 2020-12)."""
    made = Scenario.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made, "title": "Teleward scenario"}


def pages() -> dict[str, str]:
    """Return every file, by its name under ``docs/reference``."""
    return {
        "scenario.schema.json": json.dumps(schema(), indent=2, ensure_ascii=False) + "\n",
        "scenario.md": "\n".join([_NOTE, "", *_language()]) + "\n",
        "scenarios.md": "\n".join([_NOTE, "", *_library(), "", *_illnesses()]) + "\n",
    }


def _language() -> Iterator[str]:
    yield LANGUAGE
    made = schema()
    parts = {"Scenario": made, **made["$defs"]}
    for name in ORDER:
        yield from _part(name, parts[name])
    yield from _signs()
    yield from _faults()
    yield from _insults()
    yield from _treatments()
    yield from _named_words("Rhythms", {k: r.label for k, r in RHYTHMS.items()})
    yield from _named_words("Breathing", {k: p.label for k, p in PATTERNS.items()})


def _part(name: str, part: dict[str, Any]) -> Iterator[str]:
    yield ""
    yield f"## {name}"
    yield ""
    yield part["description"]
    yield ""
    yield "| name | what | holds | if left out |"
    yield "| --- | --- | --- | --- |"
    needed = part.get("required", [])
    for key, about in part["properties"].items():
        left_out = "**must be there**" if key in needed else _default(about)
        yield f"| `{key}` | {about.get('description', '')} | {_holds(about)} | {left_out} |"


def _default(about: dict[str, Any]) -> str:
    default = about.get("default")
    if isinstance(default, dict):
        return "air" if "device" in default else "made up"
    if default in (None, "", [], {}) or default == 1_768_469_400_000:  # noqa: PLR2004 -- the model's first morning
        return "2026-01-15T09:30:00Z" if default else "–"
    return "15 min" if default == 900_000 else f"`{json.dumps(default)}`"  # noqa: PLR2004 -- the cuff's usual period


def _holds(about: dict[str, Any]) -> str:
    match about:
        case {"$ref": _}:
            text = f"a [{_named(about)}](#{_named(about).lower()})"
        case {"anyOf": several}:
            text = " or ".join(_holds(a) for a in several if a.get("type") != "null")
        case {"enum": words} if list(words) in CAUSES.values():
            kind = next(k for k, names in CAUSES.items() if names == list(words))
            text = f"one of [{kind}](#{kind})"
        case {"enum": words}:
            text = ", ".join(f"`{e}`" for e in words)
        case {"const": word}:
            text = f"`{word}`"
        case {"type": "array", "items": inner}:
            text = f"{'from and to' if about.get('maxItems') == 2 else 'a list'}: {_holds(inner)}"  # noqa: PLR2004
        case {"type": "object"}:
            text = "vital signs and numbers"
        case _:
            text = _scalar(about)
    return text


def _scalar(about: dict[str, Any]) -> str:
    low, high = about.get("minimum", about.get("exclusiveMinimum")), about.get("maximum")
    bounds = f" from {low:g} to {high:g}" if low is not None and high is not None else ""
    if "pattern" in about and "min" in about["pattern"]:
        return "a time"
    words = {"integer": "a whole number", "number": "a number", "string": "text"}
    return words.get(about.get("type", ""), "text") + bounds


def _named(about: dict[str, Any]) -> str:
    return str(about["$ref"]).rsplit("/", 1)[-1]


def _signs() -> Iterator[str]:
    yield ""
    yield "## Vital signs"
    yield ""
    yield "| sign | unit | from | to |"
    yield "| --- | --- | --- | --- |"
    for sign, (low, high) in RANGES.items():
        yield f"| `{sign}` | {UNITS[sign]} | {low:g} | {high:g} |"


def _faults() -> Iterator[str]:
    yield ""
    yield "## Faults"
    yield ""
    yield "| kind | devices | what one sees |"
    yield "| --- | --- | --- |"
    for kind, sort in FAULTS.items():
        yield f"| `{kind}` | {', '.join(sort.devices)} | {sort.words} |"


def _insults() -> Iterator[str]:
    yield from _titled(
        "Insults", "What ails a body from within; it answers through its physiology, and may die."
    )
    yield "| insult | what | from nothing to the worst, untreated, at tempo 1 | source |"
    yield "| --- | --- | --- | --- |"
    for name, insult in INSULTS.items():
        yield f"| `{name}` | {insult.label} | {_about(insult.course_s)} | {insult.source} |"


def _treatments() -> Iterator[str]:
    yield from _titled("Treatments", TREATED)
    yield "| treatment | what | usual dose (from, to) | seen after | most after | until | harms |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for name, kind in TREATMENTS.items():
        dose = (
            f"{kind.usual:g} {kind.unit} ({kind.least:g}, {kind.most:g})" if kind.least < kind.most else "–"
        )
        times = " | ".join(_seen(name, kind))
        yield f"| `{name}` | {kind.label} | {dose} | {times} | {kind.harms} |"


def _seen(name: str, kind: Treatment) -> Iterator[str]:
    """Yield when an effect is seen, else, in brackets, what the drug itself does."""
    course = kind.course
    own = (course.onset_s, course.peak_s, course.lasts_s)
    for seen, seconds in zip(SEEN.get(name, ("", "", "")), own, strict=True):
        yield seen or ("while on" if seconds is None else f"({_about(seconds)})")


def _about(seconds: float) -> str:
    """Return a duration in words, in whole seconds."""
    return told(round(seconds) * 1000)


def _named_words(title: str, words: dict[str, str]) -> Iterator[str]:
    yield from _titled(title, ", ".join(f"`{key}` ({label})" for key, label in words.items()) + ".")


def _titled(title: str, about: str) -> Iterator[str]:
    yield ""
    yield f"## {title}"
    yield ""
    yield about
    yield ""


def _library() -> Iterator[str]:
    yield "# The scenarios that come with Teleward"
    for name in library.names():
        scenario = loaded_or_raise(library.text(name), name)
        lasts = f"{told(scenario.lasts)}" if scenario.lasts else "no end"
        yield ""
        yield f"## `{name}`: {scenario.title}"
        yield ""
        yield f"{scenario.description.strip()}"
        yield ""
        yield f"{len(scenario.beds)} beds, {lasts}, {scenario.place}."
        yield ""
        yield "| bed | condition | from | what |"
        yield "| --- | --- | --- | --- |"
        for patient in cast(scenario, seed=0):
            if eventful(patient.script):
                yield from _story(patient.bed, condition_of(patient), patient.script)


def _story(bed: str, condition: str, script: Any) -> Iterator[str]:  # noqa: ANN401 -- a Bed
    rows = [(p.at, p.name) for p in script.phases]
    rows += [(f.at, f"{f.device}: {f.kind}") for f in script.faults]
    rows += [(f.at, "Falls") for f in script.falls]
    rows += [(at_ms, words) for at_ms, words in doings.told_of(script)]
    for at_ms, what in sorted(rows):
        yield f"| {bed} | {condition} | {told(at_ms)} | {what} |"


def _illnesses() -> Iterator[str]:
    yield ILLNESSES
    for table in trajectories().values():
        yield ""
        yield f"## `{table.key}`: {table.condition}"
        yield ""
        yield from _episode(table) if table.offset else _illness(table)
        if table.key in EVIDENCE:
            yield ""
            yield f"Evidence: {EVIDENCE[table.key]}"


def _illness(table: Trajectory) -> Iterator[str]:
    scale = " (scale 2)" if table.scale != 1 else ""
    numbers = "HR | SBP/DBP (MAP) | RR | SpO2 | oxygen | °C | ACVPU"
    yield f"| from onset | {numbers} | NEWS2{scale} | one would also find |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    for row in table.rows:
        v = {s: table.knots[s].at(row.t_s) for s in ("hr", "sbp", "dbp", "rr", "spo2", "temp")}
        pressure = f"{v['sbp']:g}/{v['dbp']:g} ({row.map_mmhg:g})"
        cells = [
            told(round(row.t_s * 1000)), f"{v['hr']:g}", pressure, f"{v['rr']:g}", f"{v['spo2']:g}",
            oxygen_words(row.oxygen), f"{v['temp']:g}", row.acvpu, str(row.news2), row.note,
        ]  # fmt: skip
        yield f"| {' | '.join(cells)} |"


def _episode(table: Trajectory) -> Iterator[str]:
    signs = list(table.knots)
    yield "Offsets from the person's own values; tempo *heuristic*."
    yield ""
    yield f"| from onset | {' | '.join(signs)} |"
    yield f"| --- |{' --- |' * len(signs)}"
    for t_s in next(iter(table.knots.values())).times_s:
        cells = [f"{table.knots[s].at(float(t_s)):+g}" for s in signs]
        yield f"| {told(round(float(t_s) * 1000))} | {' | '.join(cells)} |"
