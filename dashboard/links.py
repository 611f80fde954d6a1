"""The addresses that are printed for people."""

from pathlib import Path
from typing import Final
from urllib.parse import urlencode, urlsplit

from dashboard.context import Role
from dashboard.seal import Seal

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def is_loopback(host: str) -> bool:
    """Say whether a page served at ``host`` can be reached from this machine only."""
    return host in LOOPBACK


def make_link(data_dir: Path, role: Role | str, base_url: str) -> str:
    """Return the address to print for ``role``: the instructor's works once.

    Where ``base_url`` is not this machine's own, the trainees' address carries the join code that
    a page open to a network asks for.
    """
    seal = Seal(data_dir)
    base = base_url.rstrip("/")
    if role == "instructor":
        return f"{base}/enter?{urlencode({'token': seal.token('instructor')})}"
    if is_loopback(urlsplit(base).hostname or ""):
        return f"{base}/"
    return f"{base}/join?{urlencode({'code': seal.join_code()})}"
