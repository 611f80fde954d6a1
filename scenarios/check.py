"""A short-lived worker that reads scenarios: what is wrong with a text, or what there is to choose from.

``python -m scenarios.check`` reads a scenario on standard input; ``… --list [DIRECTORY]`` tells of
the library and of a directory's own scenarios. Both print one JSON object.
"""

import sys
from pathlib import Path
from typing import Any, Final

import msgspec

from devices.physiology.insults import INSULTS
from devices.physiology.treatments import TREATMENTS
from devices.signals.conditions import TERRITORIES
from devices.signals.patterns import PATTERNS
from devices.signals.rhythms import RHYTHMS
from scenarios import library
from scenarios.cast import cast, eventful
from scenarios.faults import FAULTS
from scenarios.happenings import condition_of
from scenarios.loader import Loaded, load
from scenarios.mishaps import SWAPPED, knows
from scenarios.model import RANGES, Scenario
from scenarios.steering import HELD
from scenarios.trajectories import UNITS
from scenarios.words import ASKED, AWAKE, FALL

LIST: Final = "--list"


def report(result: Loaded) -> dict[str, Any]:
    """Return findings and, where the scenario can run, what it is, as JSON holds it."""
    findings = [
        {"line": f.line, "column": f.column, "level": f.level, "what": f.what, "suggestion": f.suggestion}
        for f in result.findings
    ]
    return {"findings": findings, "summary": None if result.scenario is None else summary(result.scenario)}


def summary(scenario: Scenario) -> dict[str, Any]:
    """Return what one chooses a scenario by."""
    stories = [
        {"bed": p.bed, "condition": condition_of(p)} for p in cast(scenario, seed=0) if eventful(p.script)
    ]
    return {
        "name": scenario.name,
        "title": scenario.title,
        "place": scenario.place,
        "description": scenario.description,
        "beds": len(scenario.beds),
        "start": scenario.start,
        "lasts_s": None if scenario.lasts is None else scenario.lasts / 1000,
        "stories": stories,
    }


def choices(own: Path | None) -> list[dict[str, Any]]:
    """Return the summaries of the library's scenarios and of the good ones in a directory."""
    texts = {name: library.text(name) for name in library.names()}
    if own is not None:
        texts |= {f.stem: f.read_text("utf-8", "replace") for f in sorted(own.glob("*.yaml"))}
    found = []
    for name, text in texts.items():
        result = load(text)
        if result.scenario is not None:
            found.append({**summary(result.scenario), "name": name})
    return found


def words() -> dict[str, Any]:
    """Return what an instructor may do to a bed, by name, for a page to offer."""
    doses = {
        name: {"label": t.label, "unit": t.unit, "usual": t.usual, "least": t.least, "most": t.most}
        for name, t in TREATMENTS.items()
    }
    signs = {
        name: {"label": name, "unit": UNITS[name], "least": low, "most": high}
        for name, (low, high) in RANGES.items()
    }
    return {
        "insult": {name: {"label": insult.label} for name, insult in INSULTS.items()},
        "treatment": doses,
        "rhythm": {name: {"label": rhythm.label} for name, rhythm in RHYTHMS.items()},
        "breathing": {name: {"label": pattern.label} for name, pattern in PATTERNS.items()},
        "territory": {name: {"label": f"ST {name}"} for name in TERRITORIES},
        "electrolyte": {"potassium": {"label": "Potassium", "unit": "mmol/L"}},
        "interval": {"qt": {"label": "QT", "unit": "× its length"}},
        "consciousness": {letter: {"label": f"{letter}, {word.lower()}"} for letter, word in AWAKE.items()},
        "fall": {name: {"label": label} for name, label in FALL.items()},
        "measure": {device: {"label": device} for device in ASKED},
        "fault": {
            name: {"label": name, "devices": sort.devices, "how": knows(name), "swaps": name == SWAPPED}
            for name, sort in FAULTS.items()
        },
        "sign": signs,
        "held": {name: {"label": about["label"]} for name, about in signs.items()}
        | {name: {"label": label} for name, label in HELD.items()},
    }


def main() -> None:
    """Run as a worker; see above."""
    if sys.argv[1:2] == [LIST]:
        own = Path(sys.argv[2]) if len(sys.argv) > 2 else None  # noqa: PLR2004 -- an optional argument
        answer: object = {"scenarios": choices(own), "words": words()}
    else:
        answer = report(load(sys.stdin.buffer.read().decode("utf-8", "replace")))
    sys.stdout.buffer.write(msgspec.json.encode(answer))


if __name__ == "__main__":
    main()
