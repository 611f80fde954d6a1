"""Ports for servers that a test starts, kills and starts again."""

import random
import socket
from typing import Final

_RANGE: Final = range(20_000, 32_000)
"""Below those that systems hand to connections going out, which could take the port of a killed server."""
_ANY: Final = random.SystemRandom()


def free_port() -> int:
    """Return a port of this machine that nobody uses now; raise ``OSError`` if none is found."""
    for port in _ANY.sample(_RANGE, 100):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError("no free port found")
