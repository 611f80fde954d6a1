"""YAML as plain data that knows where each piece stood; nothing in a file can raise or run code."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Path = tuple[str | int, ...]
Place = tuple[int, int]
"""Line and column, from 1."""

MAX_DEPTH: Final = 30
MAX_TEXT: Final = 500_000


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is not good YAML, and where."""

    place: Place
    what: str
    suggestion: str = ""


@dataclass(slots=True)
class Tree:
    """Plain data; where each value (``values``) and each key (``keys``) stood; what is wrong."""

    data: Json = None
    values: dict[Path, Place] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)

    def place(self, path: Path, *, key: bool = False) -> Place:
        """Return where ``path`` stood, or the nearest thing around it."""
        while path:
            for places in (self.keys, self.values) if key else (self.values, self.keys):
                if path in places:
                    return places[path]
            path = path[:-1]
        return self.values.get((), (1, 1))


def read(text: str) -> Tree:
    """Read one YAML document; everything that is wrong with it is in ``troubles``."""
    tree = Tree()
    if len(text) > MAX_TEXT:
        tree.troubles.append(Trouble((1, 1), f"longer than {MAX_TEXT:,} characters", "split the scenario"))
        return tree
    events = YAML(typ="safe", pure=True).parse(text)
    try:
        _build(tree, events)
    except MarkedYAMLError as error:
        tree.troubles.append(_marked(error))
    except (YAMLError, ValueError) as error:
        tree.troubles.append(Trouble((1, 1), f"not YAML: {' '.join(str(error).split()):.200}"))
    if not (tree.values or tree.troubles):
        tree.troubles.append(Trouble((1, 1), "the file is empty", "begin with `name:`"))
    return tree


def _marked(error: MarkedYAMLError) -> Trouble:
    mark = error.problem_mark or error.context_mark
    place = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    problem = " ".join(str(error.problem or error.context or "cannot be read").split())
    hint = "put the text in quotes" if "mapping values" in problem else ""
    if "\\t" in problem:
        hint = "indent with spaces, not tabs"
    return Trouble(place, f"not YAML: {problem:.200}", hint)


@dataclass(slots=True)
class _Open:
    """A list, or names and values, being read; ``key`` is the name whose value comes next."""

    path: Path
    data: "list[Json] | dict[str, Json]"
    key: str | None = None
    skip: bool = False
    """The next value belongs to a refused name."""


def _build(tree: Tree, events: Iterable[Event]) -> None:
    """Build the tree of the first document, without recursion; stop where it nests too deeply."""
    open_: list[_Open] = []
    for event in events:
        if isinstance(event, MappingStartEvent | SequenceStartEvent):
            if len(open_) >= MAX_DEPTH:
                _refuse(tree, event, "nested too deeply", "a scenario needs six levels")
                return
            data: list[Json] | dict[str, Json] = {} if isinstance(event, MappingStartEvent) else []
            open_.append(_Open(_path(tree, open_, event, data), data))
        elif isinstance(event, ScalarEvent):
            _scalar(tree, open_, event)
        elif isinstance(event, AliasEvent):
            _refuse(tree, event, "aliases (`*name`) are not part of the language", "write it out")
            _path(tree, open_, event, None)
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            open_.pop()
        elif isinstance(event, DocumentEndEvent):
            break


def _scalar(tree: Tree, open_: list[_Open], event: ScalarEvent) -> None:
    inner = open_[-1] if open_ else None
    if inner is None or not isinstance(inner.data, dict) or inner.key is not None or inner.skip:
        _path(tree, open_, event, _plain(event))
        return
    key = str(event.value)
    if key in inner.data:
        _refuse(tree, event, f"`{key:.40}` stands here twice", "keep one of them")
        inner.skip = True
        return
    inner.key = key
    tree.keys[*inner.path, key] = _place(event)


def _path(tree: Tree, open_: list[_Open], event: Event, value: Json) -> Path:
    """Put ``value`` where it belongs and return where that is."""
    if not open_:
        path: Path = ()
        tree.data = value
    else:
        inner = open_[-1]
        if isinstance(inner.data, list):
            path = (*inner.path, len(inner.data))
            inner.data.append(value)
        elif inner.key is not None:
            path = (*inner.path, inner.key)
            inner.data[inner.key], inner.key = value, None
        elif inner.skip:
            path, inner.skip = (*inner.path, "…"), False
            return path
        else:
            _refuse(tree, event, "a name must be a plain word")
            path, inner.skip = (*inner.path, "…"), True
            return path
    tree.values[path] = _place(event)
    return path


def _refuse(tree: Tree, event: Event, what: str, suggestion: str = "") -> None:
    tree.troubles.append(Trouble(_place(event), what, suggestion))


_INT: Final = re.compile(r"[-+]?\d{1,15}")
_FLOAT: Final = re.compile(r"[-+]?(\d+\.\d*|\.\d+|\d+)([eE][-+]?\d+)?")
_WORDS: Final[dict[str, bool | None]] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip


def _plain(event: ScalarEvent) -> Json:
    """Return a scalar as YAML 1.2's core schema reads it; everything in quotes or tagged is text."""
    text = str(event.value)
    if event.style or event.tag is not None:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def _place(event: Event) -> Place:
    return (event.start_mark.line + 1, event.start_mark.column + 1)
