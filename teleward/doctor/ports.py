"""Checks of ports: who listens there."""

import contextlib
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from teleward.doctor.finding import Finding, good, wrong
from teleward.ward_file import PROGRAM

_LISTENS: Final = "0A"
_OURS: Final = {"teleward", "broker.iotcore_child", "broker.child"}
_PROC: Final = Path("/proc")


@dataclass(frozen=True, slots=True)
class Holder:
    """A program that listens somewhere."""

    words: tuple[str, ...]
    pid: str

    @property
    def ours(self) -> bool:
        """Whether it is a part of a ward."""
        return any(Path(word).name in _OURS for word in self.words[:PROGRAM])

    def __str__(self) -> str:
        return f"{' '.join(self.words)[:80]} (process {self.pid})"


def ports(wanted: dict[int, str]) -> Iterator[Finding]:
    """Check that nobody but a ward listens on ``wanted`` ports, each with what it is for."""
    for port, purpose in wanted.items():
        check = f"port {port}"
        if not taken(port):
            yield good(check, f"free, for {purpose}")
            continue
        who = holder(port)
        if who is not None and who.ours:
            yield good(check, f"held by a ward: {who}")
        else:
            yield wrong(
                check,
                f"{purpose} wants it, but {who or 'another program'} listens there",
                "stop that program, or give the part another port; `teleward up` takes the next free one",
            )


def taken(port: int, host: str = "127.0.0.1") -> bool:
    """Say whether somebody listens on ``port``."""
    with socket.socket() as probe:
        if sys.platform != "win32":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            return False
        except OSError:
            return True
    return False


def holder(port: int) -> Holder | None:
    """Return who listens on ``port``; ``None`` where it cannot be known."""
    if (_PROC / "net" / "tcp").exists():
        inodes = {inode for name in ("tcp", "tcp6") for inode in _inodes(_PROC / "net" / name, port)}
        return next((Holder(_words(pid), pid) for pid in _pids(inodes)), None)
    return _asked_lsof(port)


def _inodes(table: Path, port: int) -> Iterator[str]:
    with contextlib.suppress(OSError):
        for line in table.read_text().splitlines()[1:]:
            words = line.split()
            if words[3] == _LISTENS and int(words[1].rpartition(":")[2], 16) == port:
                yield words[9]


def _pids(inodes: set[str]) -> Iterator[str]:
    wanted = {f"socket:[{inode}]" for inode in inodes}
    for process in _PROC.iterdir():
        if process.name.isdigit():
            with contextlib.suppress(OSError):
                if any(str(handle.readlink()) in wanted for handle in (process / "fd").iterdir()):
                    yield process.name


def _words(pid: str) -> tuple[str, ...]:
    said = (_PROC / pid / "cmdline").read_bytes().decode(errors="replace")
    return tuple(said.rstrip("\0").split("\0"))


def _asked_lsof(port: int) -> Holder | None:
    lsof = shutil.which("lsof")
    if lsof is None:
        return None
    command = [lsof, "-nP", f"-iTCP:{port}", "-sTCP:LISTEN", "-Fpc"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)  # noqa: S603 -- found on PATH
    said = {line[:1]: line[1:] for line in done.stdout.splitlines()}
    return Holder((said["c"],), said["p"]) if {"c", "p"} <= said.keys() else None
