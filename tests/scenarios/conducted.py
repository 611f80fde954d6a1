"""A conductor at a real broker, what it is asked, and what is said."""

import asyncio
import contextlib
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import psutil

from broker import codec, topics
from broker import messages as m
from broker.client import Link
from broker.station import service
from scenarios.conductor import StartRequest, run
from tests.patience import PATIENCE_S
from tests.real_broker import RealBroker

SITE = "home"


STORY = """
name: short-story
title: A short story
place: Ward 9
start: 2026-01-15T09:30:00Z
beds:
  - phases: [{name: Ill, at: 2 s, trajectory: sepsis, tempo: 600}]
    wears: [patch, oximeter]
  - wears: [oximeter]
"""


@dataclass
class Site:
    """A broker, perhaps a station and a conductor, and a listener to all that is said."""

    broker: RealBroker
    data: Path
    link: Link
    heard: dict[str, list[bytes]] = field(default_factory=lambda: defaultdict(list))
    last: dict[str, bytes] = field(default_factory=dict)

    @property
    def store_url(self) -> str:
        """Where the store is."""
        return f"sqlite:///{self.data / 'store.sqlite'}"

    async def listen(self) -> None:
        """Keep what comes, the last of each topic apart."""
        async for message in self.link.messages():
            self.heard[message.topic].append(message.payload)
            self.last[message.topic] = message.payload

    async def until(self, what: Callable[[], object], timeout_s: float = PATIENCE_S) -> None:
        """Wait until ``what`` is true."""
        async with asyncio.timeout(timeout_s):
            while not what():
                await asyncio.sleep(0.02)

    async def ask(self, verb: str, session: str = topics.ALL, **what: Any) -> Any:  # noqa: ANN401 -- a reply's JSON
        """Send a request and return the reply."""
        raw = await self.link.request(
            topics.request(SITE, session, verb),
            codec.encode(m.Request(v=1, **what)),
            topics.request_reply(SITE, topics.ALL, "tester"),
            PATIENCE_S,
        )
        return json.loads(raw)

    def conducted(self) -> bool:
        """Say whether a conductor says that it is there."""
        return b"online" in self.last.get(topics.part(SITE, "simulate"), b"")

    def records(self) -> list[m.SessionRecord]:
        """Return the newest record of each session."""
        said = [p for t, p in self.last.items() if t.endswith("/record") and p]
        return [msgspec.json.decode(p, type=m.SessionRecord) for p in said]

    def numbers(self, session: str, bed: str = "bed01", device: str = "oximeter") -> list[bytes]:
        """Return a device's numerics in order."""
        return self.heard[topics.device(SITE, session, bed, device, "num")]


@contextlib.asynccontextmanager
async def conducting(
    site: Site, start: StartRequest | None = None, *, fresh: bool = True
) -> AsyncIterator[asyncio.Task[None]]:
    """Run a conductor; cancel it at the end."""
    task = asyncio.create_task(
        run(site.broker.address, site.store_url, SITE, start=start, fresh=fresh, data_dir=site.data)
    )
    try:
        if site.link.connected:
            await site.until(site.conducted)
        yield task
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        if site.link.connected:
            await site.until(lambda: not site.conducted())


@contextlib.asynccontextmanager
async def stationed(site: Site) -> AsyncIterator[None]:
    """Run a station that stores."""
    task = asyncio.create_task(
        service.run(site.broker.address, site.store_url, SITE, parts=("ingest",), data_dir=site.data)
    )
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def runners() -> list[psutil.Process]:
    """Return the runner processes that this test's conductors started."""
    found = []
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):  # it may be gone by now
            found += [process] if "scenarios.runner" in " ".join(process.cmdline()) else []
    return found
