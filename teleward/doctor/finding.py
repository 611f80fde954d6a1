"""What a check finds, and how a person reads it."""

import shutil
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

Level = Literal["good", "note", "wrong", "unasked"]
MARKS: Final[dict[Level, str]] = {"good": "✓", "note": "•", "wrong": "✗", "unasked": "–"}
_COLOURS: Final[dict[Level, str]] = {"good": "32", "note": "33", "wrong": "31", "unasked": "90"}
_NAME = 14


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found; ``todo`` says what to do about what is wrong."""

    check: str
    level: Level
    what: str
    todo: str = ""


def good(check: str, what: str) -> Finding:
    """Return that all is well."""
    return Finding(check, "good", what)


def note(check: str, what: str, todo: str = "") -> Finding:
    """Return what is worth knowing and not wrong."""
    return Finding(check, "note", what, todo)


def wrong(check: str, what: str, todo: str) -> Finding:
    """Return what is wrong, and what to do."""
    return Finding(check, "wrong", what, todo)


def unasked(check: str, why: str) -> Finding:
    """Return that a check could not be made."""
    return Finding(check, "unasked", why)


def table(findings: Sequence[Finding], *, colour: bool) -> str:
    """Return all findings, a line each and one for what to do, and the verdict."""
    width = max(60, shutil.get_terminal_size().columns)
    lines = [line for finding in findings for line in _lines(finding, width, colour=colour)]
    count = sum(finding.level == "wrong" for finding in findings)
    verdict = "All is well." if not count else f"{count} thing{'s are' if count > 1 else ' is'} wrong."
    return "\n".join([*lines, "", f"  {verdict}"])


def _lines(finding: Finding, width: int, *, colour: bool) -> list[str]:
    mark = MARKS[finding.level]
    if colour:
        mark = f"\x1b[{_COLOURS[finding.level]}m{mark}\x1b[0m"
    indent = " " * (_NAME + 5)
    what = _wrapped(finding.what, width - len(indent), indent)
    lines = [f"  {mark} {finding.check:{_NAME}} {what}"]
    if finding.todo:
        lines.append(f"{indent}→ {_wrapped(finding.todo, width - len(indent) - 2, indent + '  ')}")
    return lines


def _wrapped(text: str, width: int, indent: str) -> str:
    lines = textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)
    return f"\n{indent}".join(lines)
