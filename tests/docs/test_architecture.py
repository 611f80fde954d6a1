"""The map of the modules is of this territory."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "explanation" / "architecture.md").read_text(encoding="utf-8")
ROOMS = re.findall(r"^\| `([a-z]+)/` \|", PAGE, re.MULTILINE)


def test_every_module_that_is_named_is_there() -> None:
    """A module that moved takes its entry along; one that is named alone lies beside those before it."""
    names = set(re.findall(r"`([a-z_/0-9]+\.py)`", PAGE))
    assert len(names) > 60
    assert not {name for name in names if not _lies(name)}


def _lies(name: str) -> bool:
    return (ROOT / name).exists() or any(next((ROOT / room).rglob(name), None) for room in ROOMS)


def test_every_folder_that_is_named_is_there() -> None:
    """Rooms and packages."""
    folders = re.findall(r"`([a-z_]+(?:/[a-z_]+)*)/`", PAGE)
    assert len(folders) > 8
    assert not {folder for folder in folders if not (ROOT / folder).is_dir()}


def test_every_command_is_on_the_map() -> None:
    """Those that run a process."""
    reference = (ROOT / "docs" / "reference" / "command-line.md").read_text(encoding="utf-8")
    commands = set(re.findall(r"^## (teleward \w+)$", reference, re.MULTILINE))
    parts = {f"teleward {name}" for name in ("broker", "simulate", "station", "dashboard", "replay", "up")}
    assert parts <= commands
    assert parts <= set(re.findall(r"`(teleward \w+)`", PAGE))


def test_every_room_is_there() -> None:
    """The table names them all, and the layers that are checked."""
    assert sorted(ROOMS) == sorted(path.parent.name for path in ROOT.glob("*/__init__.py"))
