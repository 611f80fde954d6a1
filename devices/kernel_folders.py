"""Folders of machine code, one per state of the sources: who uses one holds it, and the newest few are kept.

A hold is a lock on a file in the folder that ends with its process, however that ends. Where the system
has no such locks, nothing is removed.
"""

import shutil
import sys
from contextlib import suppress
from os import fstat, getpid, utime
from pathlib import Path
from typing import IO, Final

KEEP: Final = 8
"""So many states stay that nobody uses now: copies of the sources, branches, the version before."""
REST_S: Final = 3600.0
"""What was used up to so many seconds before ours stays, too: a Teleward of before this module holds none."""
LOCK: Final = "in-use"
_held: Final[dict[Path, IO[bytes]]] = {}


def make(folder: Path) -> None:
    """Make ``folder`` where there is none, though somebody may be removing it; raise ``OSError``."""
    while not folder.is_dir():
        try:
            folder.mkdir(parents=True)
        except FileExistsError:  # by another, if it is no file
            if folder.is_file():
                raise


def hold(folder: Path) -> None:
    """Make ``folder`` the newest, and let nobody remove it while this process lives."""
    if folder in _held:
        return
    while (file := _locked(folder)) is None:
        pass  # it was removed as we came
    with suppress(OSError):
        utime(folder)
    _held[folder] = file


def drop_old(folder: Path, keep: int = KEEP, rest_s: float = REST_S) -> None:
    """Remove what stands beside ``folder`` and was used long before it, but the newest ``keep`` of all.

    Safe beside others who do the same, and beside those who are about to use what is removed.
    """
    kind = folder.name.rpartition("-")[0]
    dated = sorted(((_used_s(path), path) for path in folder.parent.glob(f"{kind}-*")), reverse=True)
    for used_s, path in dated[keep:]:
        if path != folder and used_s < _used_s(folder) - rest_s:
            _drop(path)
    for left in folder.parent.glob(f".{kind}-*"):  # by somebody who was killed at it
        shutil.rmtree(left, ignore_errors=True)


def _used_s(folder: Path) -> float:
    with suppress(OSError):
        return folder.stat().st_mtime
    return 0.0


def _locked(folder: Path) -> IO[bytes] | None:
    """Return a lock that keeps ``folder``; ``None`` if what it locks is no longer there."""
    make(folder)
    try:
        file = (folder / LOCK).open("ab")
    except FileNotFoundError:
        return None
    if _lock(file, wait=True) and not _is(file, folder / LOCK):
        file.close()
        return None
    return file


def _is(file: IO[bytes], path: Path) -> bool:
    """Say whether ``file`` is still the one at ``path``: between opening and locking others were at work."""
    with suppress(FileNotFoundError):
        return path.stat().st_ino == fstat(file.fileno()).st_ino
    return False


def _drop(folder: Path) -> None:
    """Remove ``folder`` unless somebody uses it. It goes in one step, so nobody meets half of it."""
    gone = folder.with_name(f".{folder.name}.{getpid()}")
    with suppress(OSError), (folder / LOCK).open("ab") as file:
        if _lock(file, wait=False) and _is(file, folder / LOCK):
            folder.rename(gone)
            shutil.rmtree(gone, ignore_errors=True)


def _lock(file: IO[bytes], *, wait: bool) -> bool:
    """Lock for use, which many may, and ``wait`` for it; or for removal, which is for one alone."""
    if sys.platform == "win32":
        return False
    import fcntl  # noqa: PLC0415 -- which Windows has not

    try:
        fcntl.flock(file, fcntl.LOCK_SH if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # somebody has it, or the disk knows no locks
        return False
    return True
