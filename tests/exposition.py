"""Prometheus' text format 0.0.4, read strictly: what is not exactly so is an error."""

import re
from dataclasses import dataclass, field

_NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
_COMMENT = re.compile(rf"# (HELP|TYPE) ({_NAME}) (.*)")
_SAMPLE = re.compile(rf"({_NAME})(?:\{{(.*)\}})? (NaN|[+-]Inf|[-+0-9.eE]+)")
_PAIR = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)')
_ESCAPED = re.compile(r'\\(["\\n])')

Labels = tuple[tuple[str, str], ...]


@dataclass
class Family:
    """All numbers of one name."""

    kind: str = ""
    about: str = ""
    values: dict[Labels, float] = field(default_factory=dict)


def read(text: str) -> dict[str, Family]:
    """Return the families in ``text``; ``ValueError`` where it is not the format."""
    if text and not text.endswith("\n"):
        raise ValueError("the last line has no end")
    found: dict[str, Family] = {}
    for line in text.split("\n")[:-1]:
        if line.startswith("#"):
            _comment(found, line)
        else:
            _sample(found, line)
    return found


def _comment(found: dict[str, Family], line: str) -> None:
    match = _COMMENT.fullmatch(line)
    if match is None:
        raise ValueError(f"no comment that means something: {line!r}")
    what, name, rest = match.groups()
    if what == "HELP":
        if name in found:
            raise ValueError(f"{name} comes twice")
        found[name] = Family(about=rest)
        return
    family = found.get(name)
    if family is None or family.kind or family.values or name != list(found)[-1]:
        raise ValueError(f"TYPE of {name} is not after its HELP, before its values")
    if rest not in {"counter", "gauge"}:
        raise ValueError(f"no type: {rest!r}")
    if (rest == "counter") != name.endswith("_total"):
        raise ValueError(f"{name} is a {rest}")
    family.kind = rest


def _sample(found: dict[str, Family], line: str) -> None:
    match = _SAMPLE.fullmatch(line)
    if match is None:
        raise ValueError(f"no sample: {line!r}")
    name, labels, value = match.groups()
    if not found or name != list(found)[-1]:
        raise ValueError(f"{name} is not among its own")
    pairs = _labels(labels or "")
    values = found[name].values
    if pairs in values:
        raise ValueError(f"{name} {pairs} comes twice")
    values[pairs] = float(value.replace("Inf", "inf"))
    if found[name].kind == "counter" and not values[pairs] >= 0:
        raise ValueError(f"{name} is below zero")


def _labels(text: str) -> Labels:
    pairs, at = [], 0
    while at < len(text):
        match = _PAIR.match(text, at)
        if match is None:
            raise ValueError(f"no labels: {text!r}")
        name, value, _ = match.groups()
        pairs.append((name, _ESCAPED.sub(lambda m: "\n" if m[1] == "n" else m[1], value)))
        at = match.end()
    return tuple(pairs)
