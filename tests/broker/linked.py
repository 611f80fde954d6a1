"""Links of a test to a broker, and waiting for what comes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from broker.client import Incoming, Link
from tests.patience import PATIENCE_S
from tests.real_broker import RealBroker


@asynccontextmanager
async def linked(broker: RealBroker, name: str, *filters: str, outbox: int = 1000) -> AsyncIterator[Link]:
    """Give a connected link that listens to ``filters``."""
    async with Link(broker.address, name, subscriptions=[(f, 1) for f in filters], outbox=outbox) as link:
        await link.wait_connected(PATIENCE_S)
        yield link


async def take(link: Link, until: Callable[[list[Incoming]], bool]) -> list[Incoming]:
    """Return what ``link`` receives until that is enough."""
    taken: list[Incoming] = []
    async with asyncio.timeout(PATIENCE_S):
        async for message in link.messages():
            taken.append(message)
            if until(taken):
                break
    return taken


async def until(condition: Callable[[], object]) -> None:
    """Wait until ``condition`` holds."""
    async with asyncio.timeout(PATIENCE_S):
        while not condition():
            await asyncio.sleep(0.005)
