"""A link on real brokers: what arrives, and what comes back."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from broker.client import Incoming, Link, Outgoing
from tests.real_broker import RealBroker

PATIENCE_S = 15


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


@pytest.mark.parametrize("qos", [0, 1])
async def test_messages_arrive_in_order(each_broker: RealBroker, qos: int) -> None:
    """A burst arrives whole and in the order it was sent."""
    sent = [str(i).encode() for i in range(500)]
    async with linked(each_broker, "in", "t/#") as receiver, linked(each_broker, "out") as sender:
        for payload in sent:
            sender.send(Outgoing("t/x", payload, qos))
        got = await take(receiver, lambda taken: len(taken) == len(sent))
    assert [m.payload for m in got] == sent
