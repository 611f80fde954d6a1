"""A small HTTP server for a part's own numbers: ``/metrics`` for Prometheus, ``/healthz`` for machines.

It has no passwords, so it stands on an address of its own, the loopback's unless told otherwise, and
never behind the page's gate. A part that hangs does not answer: its event loop serves.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from broker.exposition import CONTENT_TYPE
from broker.health import Health

PATIENCE_S: Final = 5.0
LONGEST_HEAD: Final = 8192
_END: Final = b"\r\n\r\n"
Answer = tuple[str, str, bytes]
"""Status line, content type and body."""


@asynccontextmanager
async def serving(health: Health, host: str, port: int) -> AsyncIterator[int]:
    """Serve meanwhile; yield the port. Raises ``OSError`` where it cannot listen there."""

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                await _converse(health, reader, writer)
        writer.close()

    server = await asyncio.start_server(converse, host, port, limit=LONGEST_HEAD)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()


async def _converse(health: Health, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        head = await reader.readuntil(_END)
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        return
    method, _, rest = head.partition(b" ")
    path = rest.split(b" ", 1)[0].split(b"?", 1)[0]
    status, kind, body = answer(health, path) if method in {b"GET", b"HEAD"} else _WRONG_METHOD
    lines = (
        f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", "Connection: close",
        "Cache-Control: no-store", "X-Content-Type-Options: nosniff",
    )  # fmt: skip
    writer.write("\r\n".join(lines).encode() + _END + (b"" if method == b"HEAD" else body))
    await writer.drain()


_WRONG_METHOD: Final[Answer] = ("405 Method Not Allowed", "text/plain", b"GET or HEAD\n")


def answer(health: Health, path: bytes) -> Answer:
    """Return what stands under ``path``."""
    match path:
        case b"/metrics":
            return "200 OK", CONTENT_TYPE, health.metrics().encode()
        case b"/healthz":
            status = "503 Service Unavailable" if health.troubles() else "200 OK"
            return status, "application/json", health.told()
    return "404 Not Found", "text/plain", b"/metrics or /healthz\n"
