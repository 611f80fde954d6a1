"""Ports that are free, and the names under which others reach this computer."""

import contextlib
import errno
import socket
import sys
from collections.abc import Sequence
from typing import Final

TRIES: Final = 50
ANY: Final = frozenset({"0.0.0.0", "::"})  # noqa: S104 -- compared, never bound by default
LOOPBACK: Final = "127.0.0.1"


def free_port(wanted: int, host: str = LOOPBACK, taken: Sequence[int] = ()) -> int:
    """Return ``wanted`` or the next port after it that nobody listens on. Raises ``OSError`` for none."""
    for port in range(wanted, wanted + TRIES):
        if port not in taken and is_free(host, port):
            return port
    raise OSError(f"no free port from {wanted} to {wanted + TRIES - 1} on {host}")


def is_free(host: str, port: int) -> bool:
    """Say whether a part could listen there. Raises ``OSError`` where ``host`` is none of ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if sys.platform != "win32":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno in {errno.EADDRINUSE, errno.EACCES}:
                return False
            raise OSError(f"{host} is no address of this computer ({error.strerror})") from None
    return True


def reachable(host: str) -> str:
    """Return the name under which others reach a part that listens on ``host``."""
    if host not in ANY:
        return f"[{host}]" if ":" in host else host
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
        probe.connect(("192.0.2.1", 9))  # a documentation address; a datagram socket sends nothing here
        return str(probe.getsockname()[0])
    return socket.gethostname()
