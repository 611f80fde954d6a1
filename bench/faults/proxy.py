"""A network between a sensor and the broker that can be cut and held up."""

import asyncio
import contextlib
from typing import Self

_BLOCK = 1 << 16


class Proxy:
    """Listens on a port of its own and passes bytes on to ``target``, both ways."""

    def __init__(self, target: int) -> None:
        self.port = 0
        self._target = target
        self._open: set[asyncio.StreamWriter] = set()
        self._flows = asyncio.Event()
        self._flows.set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        """Listen on a free port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *exception: object) -> None:
        """Close everything."""
        self.cut()
        if self._server is not None:
            self._server.close()

    def cut(self) -> None:
        """Break every connection at once, whatever is on its way."""
        for writer in tuple(self._open):
            writer.transport.abort()

    async def hold(self, seconds: float) -> None:
        """Let nothing pass for a while."""
        self._flows.clear()
        try:
            await asyncio.sleep(seconds)
        finally:
            self._flows.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        ours = {writer, far_writer}
        self._open |= ours
        both = [
            asyncio.create_task(self._pass(*ends)) for ends in ((reader, far_writer), (far_reader, writer))
        ]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in both:
                task.cancel()
            for end in ours:
                end.transport.abort()
            self._open -= ours

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while block := await reader.read(_BLOCK):
                await self._flows.wait()
                writer.write(block)
                await writer.drain()
