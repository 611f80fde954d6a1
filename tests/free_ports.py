"""Ports for servers that a test starts, kills and starts again."""

import os
import random
import socket
from typing import Final

_RANGE: Final = range(22_200, 30_900)
"""Below those that systems hand to connections going out, which could take the port of a killed server."""
_LANES: Final = 8
"""Each worker of pytest-xdist has its own: nobody takes the port of a server which is dead for a moment."""
_ANY: Final = random.SystemRandom()


def free_port() -> int:
    """Return a port of this machine that nobody uses now; raise ``OSError`` if none is found."""
    for port in _ANY.sample(_RANGE[_lane() :: _LANES], 100):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError("no free port found")


def _lane() -> int:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    return int(worker) % _LANES
