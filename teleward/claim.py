"""One station to a data directory: spool and store belong to it while it lives."""

import contextlib
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

PATIENCE_S: Final = 8.0
"""So long a station that was told to stop may still have to finish."""
_LOOK_S: Final = 0.1


class TakenError(Exception):
    """Another process has it; the message says which."""


def place(data: Path, member: str | None) -> Path:
    """Return the file that a station, or a member of several, holds in ``data``."""
    return data / ("station.lock" if member is None else f"station-{member}.lock")


@contextmanager
def claimed(path: Path, wait_s: float = 0.0) -> Iterator[None]:
    """Hold ``path`` meanwhile; it is free again when this process ends, however it ends.

    Raises ``TakenError`` where another process holds it still after ``wait_s``. Where the system has
    no such locks nobody is kept out.
    """
    number = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        looks, pause = round(wait_s / _LOOK_S), threading.Event()
        while not _locks(number):
            if looks <= 0:
                said = os.read(number, 20).decode(errors="replace").strip() or "unknown"
                raise TakenError(f"process {said} is a station on {path.parent}")
            looks -= 1
            pause.wait(_LOOK_S)
        os.truncate(number, 0)
        os.write(number, f"{os.getpid()}\n".encode())
        yield
    finally:
        os.close(number)


def _locks(number: int) -> bool:
    """Lock an open file, if nobody else has."""
    if sys.platform == "win32":
        return True
    import fcntl  # noqa: PLC0415 -- which Windows has not

    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def holder(path: Path) -> str | None:
    """Return what holds ``path``, ``None`` if nothing does."""
    if not path.exists():
        return None
    with contextlib.suppress(OSError):
        try:
            with claimed(path):
                return None
        except TakenError as taken:
            return str(taken)
    return None
