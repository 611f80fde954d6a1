"""Checks of Python and of the packages that Teleward is built on."""

import operator
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from importlib import metadata
from typing import Final

from teleward.doctor.finding import Finding, good, wrong

PYTHON: Final = (3, 11)
_COMPARED: Final[dict[str, Callable[[tuple[int, ...], tuple[int, ...]], bool]]] = {
    ">=": operator.ge,
    "<": operator.lt,
    "==": operator.eq,
}


def python(least: Sequence[int] = PYTHON) -> Finding:
    """Check the version of Python that runs this."""
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] >= tuple(least):
        return good("python", version)
    wanted = ".".join(map(str, least))
    return wrong("python", f"{version} is too old", f"install Python {wanted} or newer, then make .venv anew")


def packages(required: Iterable[str] | None = None) -> Finding:
    """Check that what Teleward is built on is installed and of a version that fits.

    ``required`` are requirements (PEP 508); those with conditions may have none here and are left out.
    """
    if required is None:
        required = metadata.requires("teleward") or ()
    here = [r for r in required if ";" not in r]
    troubles = [trouble for r in here if (trouble := _trouble(r))]
    if troubles:
        return wrong("packages", "; ".join(troubles), "install again: make .venv")
    return good("packages", f"{len(here)} found, of versions that fit")


def _trouble(requirement: str) -> str:
    """Return what is wrong with one package, empty for nothing."""
    match = re.match(r"([A-Za-z0-9._-]+)(?:\[.*\])?(.*)", requirement)
    if match is None:
        return f"{requirement!r} is no requirement"
    name, wanted = match[1], match[2].strip()
    try:
        version = metadata.version(name)
    except metadata.PackageNotFoundError:
        return f"{name} is missing"
    fits = all(_fits(version, part.strip()) for part in wanted.split(",") if part)
    return "" if fits else f"{name} is {version}, but {wanted} is needed"


def _fits(version: str, wanted: str) -> bool:
    match = re.match(r"(>=|<|==)\s*(.+)", wanted)
    return match is None or _COMPARED[match[1]](*_padded(_numbers(version), _numbers(match[2])))


def _numbers(version: str) -> tuple[int, ...]:
    match = re.match(r"\d+(?:\.\d+)*", version)
    return tuple(map(int, match[0].split("."))) if match else ()


def _padded(one: tuple[int, ...], two: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return both as long as the longer one: 2.0 is 2."""
    length = max(len(one), len(two))
    return one + (0,) * (length - len(one)), two + (0,) * (length - len(two))
