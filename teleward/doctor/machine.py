"""Checks of this computer: folders, disk, spool."""

import contextlib
import json
import os
import shutil
import stat
from pathlib import Path
from typing import Final

from teleward import claim
from teleward.doctor.finding import Finding, good, note, wrong
from teleward.ward_file import Ward

KEY_BYTES: Final = 32
SPOOL_BYTES: Final = 1 << 30
LEAST_BYTES: Final = 2 * SPOOL_BYTES
"""Heuristic: what the spool may take, and as much again for a class's store."""


def data_directory(path: Path) -> Finding:
    """Check that the data directory can be written, or can be made."""
    todo = "choose another with --data or TELEWARD_DATA, or give this user the right to write there"
    there = _nearest(path)
    if not there.is_dir():
        return wrong("data", f"{path}: {there} is no folder", todo)
    probe = there / f".teleward-doctor-{os.getpid()}"
    if there == path:
        try:
            probe.write_bytes(b"x")
            probe.unlink()
        except OSError as error:
            return wrong("data", f"{path} cannot be written: {error.strerror}", todo)
        return good("data", str(path))
    if not os.access(there, os.W_OK | os.X_OK):
        return wrong("data", f"{path} cannot be made in {there}", todo)
    return note("data", f"{path} is made at the first start")


def _nearest(path: Path) -> Path:
    """Return the first of ``path`` and the folders above it that can be seen."""
    for place in (path, *path.parents):
        with contextlib.suppress(PermissionError):
            if place.exists():
                return place
    return path


def secret(data: Path) -> Finding:
    """Check the key that signs cookies and links: there, whole, and readable by its owner alone."""
    path = data / "secret"
    try:
        if not path.exists():
            return note("secret", "made at the first start")
        size, mode = len(path.read_bytes()), stat.S_IMODE(path.stat().st_mode)
    except OSError as error:
        return wrong("secret", f"{path} cannot be read: {error.strerror}", "run Teleward as its owner")
    if size < KEY_BYTES:
        todo = "delete it: the next start makes another, and everybody joins again"
        return wrong("secret", f"{path} is damaged: {size} bytes", todo)
    if os.name == "posix" and mode & 0o077:
        return wrong(
            "secret",
            f"others may read {path} (mode {mode:03o}): whoever reads it can be instructor",
            f"chmod 600 {path}; delete it if somebody may have read it",
        )
    return good("secret", "readable by its owner alone")


def alone(data: Path, ward: Ward | None) -> Finding:
    """Check that no ward runs on the data directory: spool and store belong to one station."""
    todo = "stop that one, or give the next another --data"
    if ward is not None:
        return wrong("data in use", f"process {ward.pid} runs a ward on {data}: {ward.page}", todo)
    stations = (claim.holder(path) for path in sorted(data.glob("station*.lock")))
    if held := [said for said in stations if said]:
        return wrong("data in use", "; ".join(held), todo)
    return good("data in use", "no ward runs on it")


def disk(path: Path, least_bytes: int = LEAST_BYTES) -> Finding:
    """Check that there is room where ``path`` is, or will be."""
    there = next(p for p in (path, *path.parents) if p.is_dir())
    free = shutil.disk_usage(there).free
    told = f"{_size(free)} free at {there}"
    if free < least_bytes:
        todo = f"free at least {_size(least_bytes)}: the spool alone may take {_size(SPOOL_BYTES)}"
        return wrong("disk", told, todo)
    return good("disk", told)


def spool(data: Path) -> Finding:
    """Check that nothing waits on disk for the store, and that nothing was lost there."""
    folders = sorted(path for path in data.glob("spool*") if path.is_dir())
    waiting = sum(p.stat().st_size for folder in folders for p in _files(folder, (".promised", ".waves")))
    dropped = {folder: _dropped(folder / "dropped.json") for folder in folders}
    if waiting:
        return wrong(
            "spool",
            f"{_size(waiting)} wait for the store in {data}",
            "see what is wrong with the store; a running station then gives it all back by itself",
        )
    if lost := sum(promised for promised, _ in dropped.values()):
        files = ", ".join(str(folder / "dropped.json") for folder, (count, _) in dropped.items() if count)
        todo = f"let the store be away for less long; delete {files} once you know"
        return wrong("spool", f"{lost} records that were promised were lost while the store was away", todo)
    if waves := sum(count for _, count in dropped.values()):
        return note("spool", f"empty; {waves} wave blocks were lost while the store was away")
    return good("spool", "empty")


def _files(folder: Path, endings: tuple[str, ...]) -> list[Path]:
    return [p for p in folder.iterdir() if p.suffix in endings] if folder.is_dir() else []


def _dropped(path: Path) -> tuple[int, int]:
    try:
        counters = json.loads(path.read_text())
        return int(counters["dropped"]), int(counters["dropped_waves"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0, 0


def _size(count: int) -> str:
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count} bytes"
