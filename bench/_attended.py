"""Starts a station beside a benchmark and follows what it prints."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

from broker.client import Link

PATIENCE_S: Final = 120.0
Report = dict[str, Any]


class Attended:
    """A station process and the newest it said of itself."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._more = asyncio.Event()
        self.last: Report = {}
        self.memory_mb: list[float] = []

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    async def follow(self) -> None:
        """Read reports until the process ends."""
        assert self._process.stdout is not None  # noqa: S101 -- it was made with a pipe
        async for line in self._process.stdout:
            self.last = json.loads(line)
            self.memory_mb.append(self.last["rss"] / 1e6)
            self._more.set()

    @property
    def stored(self) -> int:
        """How many messages of others are in the store."""
        return int(self.last.get("stored", 0)) - int(self.last.get("said", 0))

    @property
    def refused(self) -> int:
        """How many messages of others were rejected, or cleared a retained one."""
        last = self.last
        return int(
            sum(last.get("rejected", {}).values()) + last.get("cleared", 0) - last.get("taken_back", 0)
        )

    @property
    def done(self) -> int:
        """How many messages of others were dealt with."""
        return self.stored + self.refused

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait until ``true`` holds, looked at whenever the station reports."""
        async with asyncio.timeout(PATIENCE_S):
            while not true():
                self._more.clear()
                await self._more.wait()


@asynccontextmanager
async def attended(broker: str, store: str, site: str, *parts: str) -> AsyncIterator[Attended]:
    """Give a running station; it is ended afterwards."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench._station", broker, store, site, *parts,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL, env=dict(os.environ),
    )  # fmt: skip
    station = Attended(process)
    following = asyncio.create_task(station.follow())
    try:
        yield station
    finally:
        process.kill()
        await process.wait()
        await following


async def present(link: Link) -> None:
    """Wait for the station's word that it is there; ``link`` must have subscribed to it."""
    async with asyncio.timeout(PATIENCE_S):
        async for message in link.messages():
            if b"online" in message.payload:
                return
