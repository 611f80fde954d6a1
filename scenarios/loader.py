"""Scenario files in, scenarios or findings out. No input raises.

A finding says where (line, column), what is wrong and, where it can, what was probably meant; all
findings come at once.
"""

import functools
import re
import typing
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from scenarios import yaml_tree
from scenarios.model import Bed, Scenario
from scenarios.rules import Remark, of_bed, of_ward
from scenarios.words import KNOWN, meant
from scenarios.yaml_tree import Path as Where
from scenarios.yaml_tree import Tree

Level = Literal["error", "warning"]

_NESTED: Final = ("`{name}` must hold names and values, not {kind}", "indent its parts below it")
_NUMBER: Final = ("`{name}` must be a number, not {kind}", "")
_TEXT: Final = ("`{name}` must be text, not {kind}", "put it in quotes")
SHAPES: Final[dict[str, tuple[str, str]]] = {
    "missing": ("`{name}` is missing", "add `{name}: …`"),
    "model_type": _NESTED,
    "model_attributes_type": _NESTED,
    "dict_type": _NESTED,
    "list_type": ("`{name}` must be a list, not {kind}", "begin each item with `- `"),
    "float_type": _NUMBER,
    "int_type": ("`{name}` must be a whole number, not {kind}", ""),
    "string_type": _TEXT,
    "string_pattern_mismatch": (
        "`{name}` is not a plain name",
        "use small letters, digits and `-`, at most 32",
    ),
}
"""What pydantic calls a mistake, in words: what is wrong and what to do."""


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing wrong, or doubtful, in a scenario's text; ``line`` and ``column`` count from 1."""

    line: int
    column: int
    what: str
    suggestion: str = ""
    level: Level = "error"

    def told(self, file: str) -> str:
        """Return one line for a person: ``file:line:column: what; suggestion``."""
        tail = f"; {self.suggestion}" if self.suggestion else ""
        mark = "" if self.level == "error" else "warning: "
        return f"{file}:{self.line}:{self.column}: {mark}{self.what}{tail}"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of a text: the scenario, unless there are errors, and every finding in order."""

    scenario: Scenario | None
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Return the findings that keep the scenario from running."""
        return tuple(f for f in self.findings if f.level == "error")


class ScenarioError(Exception):
    """A scenario that cannot run; the message tells every finding, a line each."""

    def __init__(self, file: str, findings: Sequence[Finding]) -> None:
        super().__init__("\n".join(f.told(file) for f in findings))
        self.findings = tuple(findings)


def load(text: str) -> Loaded:
    """Read a scenario's YAML."""
    tree = yaml_tree.read(text)
    findings = [Finding(*t.place, t.what, t.suggestion) for t in tree.troubles]
    if tree.data is None and findings:
        return Loaded(None, tuple(sorted(findings)))
    scenario, more = _validated(tree)
    findings = sorted({*findings, *more})
    failed = any(f.level == "error" for f in findings)
    return Loaded(None if failed else scenario, tuple(findings))


def loaded_or_raise(text: str, file: str = "scenario") -> Scenario:
    """Return the scenario; raise ``ScenarioError`` with all its errors."""
    result = load(text)
    if result.scenario is None:
        raise ScenarioError(file, result.errors)
    return result.scenario


def _validated(tree: Tree) -> tuple[Scenario | None, list[Finding]]:
    try:
        scenario = Scenario.model_validate(tree.data)
    except ValidationError as error:
        found = [_finding(tree, e) for e in error.errors(include_url=False)]
        return None, found + _remarks_of_good_beds(tree)
    remarks = [*of_ward(scenario)]
    for i, bed in enumerate(scenario.beds):
        remarks += [_inside(("beds", i), r) for r in of_bed(bed, scenario.lasts)]
    return scenario, [_remark(tree, r) for r in remarks]


def _remarks_of_good_beds(tree: Tree) -> list[Finding]:
    beds = tree.data.get("beds") if isinstance(tree.data, dict) else None
    found: list[Finding] = []
    for i, data in enumerate(beds if isinstance(beds, list) else []):
        try:
            bed = Bed.model_validate(data)
        except ValidationError:
            continue
        found += [_remark(tree, _inside(("beds", i), r)) for r in of_bed(bed, None)]
    return found


def _inside(prefix: Where, remark: Remark) -> Remark:
    return Remark((*prefix, *remark.path), remark.what, remark.suggestion, remark.level)


def _remark(tree: Tree, r: Remark) -> Finding:
    return Finding(*tree.place(r.path), r.what, r.suggestion, r.level)


def _finding(tree: Tree, error: ErrorDetails) -> Finding:
    path = tuple(p for p in error["loc"] if p != "[key]")
    wrong_key = error["type"] == "extra_forbidden" or error["loc"][-1:] == ("[key]",)
    place = tree.place(path, key=wrong_key)
    what, suggestion = in_words(path, error)
    return Finding(*place, what, suggestion)


def in_words(path: Where, error: ErrorDetails) -> tuple[str, str]:
    """Return what is wrong at ``path``, and what to do."""
    name = str(path[-1]) if path else "scenario"
    given = error["input"]
    kind = error["type"]
    if kind in SHAPES:
        what, suggestion = SHAPES[kind]
        return what.format(name=name, kind=_kind(given)), suggestion.format(name=name)
    match kind:
        case "extra_forbidden" if given is None and not name.isidentifier():
            return f"no such word here: `{name:.40}`", "a comma ends a text in `{ }`: put the text in quotes"
        case "extra_forbidden":
            return f"no such word here: `{name:.40}`", meant(name, _known(path[:-1]))
        case "literal_error":
            choices = re.findall(r"'([^']*)'", str(error.get("ctx", {}).get("expected", "")))
            return f"`{given!s:.40}` is not a {_noun(path)}", meant(given, choices)
        case "value_error":
            return _own_words(name, str(error.get("ctx", {}).get("error", error["msg"])), given)
    return f"`{name}`: {error['msg'].replace('Input', 'it')}", ""


def _own_words(name: str, message: str, given: object) -> tuple[str, str]:
    what, _, suggestion = message.partition(": write ")
    if what.startswith("no such "):
        return what, meant(given, KNOWN[what.removeprefix("no such ").split(":")[0]])
    return f"`{name}`: {what} (`{given!s:.40}`)", f"write {suggestion}" if suggestion else ""


def _noun(path: Where) -> str:
    words = {"sign": "vital sign", "baseline": "vital sign", "wears": "device"}
    named = [str(p) for p in path if isinstance(p, str)]
    return next((words[n] for n in reversed(named) if n in words), named[-1] if named else "word")


def _kind(given: object) -> str:
    kinds = {dict: "names and values", list: "a list", str: "text", bool: "true or false"}
    return "nothing" if given is None else kinds.get(type(given), "a number")


def _known(path: Where) -> list[str]:
    """Return the words that may stand in the part at ``path``."""
    model: type[BaseModel] = Scenario
    for step in path:
        if isinstance(step, str):
            inner = _models(model).get(step)
            if inner is None:
                return []
            model = inner
    return [f.alias or n for n, f in model.model_fields.items()]


@functools.cache
def _models(model: type[BaseModel]) -> dict[str, type[BaseModel]]:
    out = {}
    for name, field in model.model_fields.items():
        for part in (field.annotation, *typing.get_args(field.annotation)):
            for kind in (part, *typing.get_args(part)):
                if isinstance(kind, type) and issubclass(kind, BaseModel):
                    out[field.alias or name] = kind
    return out
