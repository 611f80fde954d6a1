"""Where the ward of a data directory is, left there by ``teleward up`` for the commands beside it."""

import contextlib
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import msgspec

NAME: Final = "ward.json"
PROGRAM: Final = 4
"""Among so many words of a command stands which program it is (python -X … -m teleward)."""


@dataclass(frozen=True, slots=True)
class Ward:
    """A ward that runs: its process, and the addresses of its parts."""

    pid: int
    site: str
    broker: str
    store: str
    page: str
    sensors: str | None = None
    metrics_port: int | None = None
    credentials: str | None = None
    page_host: str = "127.0.0.1"


def leave(data: Path, ward: Ward) -> None:
    """Write down where ``ward`` is."""
    fresh = data / f".{NAME}-{ward.pid}"
    fresh.write_bytes(msgspec.json.encode(asdict(ward)))
    fresh.replace(data / NAME)


def clear(data: Path, pid: int) -> None:
    """Take back what process ``pid`` left; what another left since then stays."""
    ward = _read(data)
    if ward is not None and ward.pid == pid:
        (data / NAME).unlink(missing_ok=True)


def find(data: Path) -> Ward | None:
    """Return the ward of another process that runs on ``data``, ``None`` where there is none."""
    ward = _read(data)
    return ward if ward is not None and ward.pid != os.getpid() and _lives(ward.pid) else None


def _read(data: Path) -> Ward | None:
    with contextlib.suppress(OSError, msgspec.MsgspecError):
        return msgspec.json.decode((data / NAME).read_bytes(), type=Ward)
    return None


def _lives(pid: int) -> bool:
    """Say whether ``pid`` is a ward; where that cannot be known, whether it is anything."""
    if sys.platform == "win32":  # where the question would kill
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    with contextlib.suppress(OSError):  # a number is given again, in a container soon
        words = Path(f"/proc/{pid}/cmdline").read_text(errors="replace").split("\0")
        return any(Path(word).name == "teleward" for word in words[:PROGRAM])
    return True
