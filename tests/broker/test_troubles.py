"""What goes wrong with connections is said once, and nothing is said that is no trouble."""

import asyncio
import logging
import socket
from collections.abc import Callable
from contextlib import AsyncExitStack

import aiomqtt
import pytest

from broker.client import Address, Link
from broker.connection import Connection
from broker.troubles import QUIET_S, Troubles
from tests.patience import PATIENCE_S
from tests.real_broker import RealBroker

MANY = 30


def test_a_trouble_is_news_once_a_minute_for_each_broker() -> None:
    """Another trouble, another broker, or one after a connection is news."""
    troubles = Troubles()
    assert troubles.is_news("h", 1, "refused", 0)
    assert not troubles.is_news("h", 1, "refused", QUIET_S - 1)
    assert troubles.is_news("h", 1, "not authorised", 1)
    assert troubles.is_news("h", 2, "refused", 5)
    assert troubles.is_news("h", 1, "refused", QUIET_S)
    troubles.over("h", 1)
    assert troubles.is_news("h", 1, "refused", QUIET_S + 1)
    assert not troubles.is_news("h", 2, "refused", QUIET_S)


async def until(condition: Callable[[], object]) -> None:
    """Wait until ``condition`` holds."""
    async with asyncio.timeout(PATIENCE_S):
        while not condition():
            await asyncio.sleep(0.005)


async def test_a_ward_whose_broker_dies_does_not_fill_its_log(
    broker: RealBroker, caplog: pytest.LogCaptureFixture
) -> None:
    """Many connections, few lines; and each connection still knows what is wrong with it."""
    caplog.set_level(logging.INFO)
    async with AsyncExitStack() as stack:
        links = [await stack.enter_async_context(Link(broker.address, f"l{n}")) for n in range(MANY)]
        await until(lambda: all(link.connected for link in links))
        broker.kill()
        await until(lambda: all(link.error for link in links))
        broker.restart()
        await until(lambda: all(link.connected for link in links))
    said = [record.getMessage() for record in caplog.records]
    assert said
    assert len(said) == len({message.partition(": ")[2] for message in said})
    assert not any("Exception" in message for message in said)


async def test_a_socket_that_is_closed_before_it_is_read_is_no_exception() -> None:
    """A broker may die between its answer and our first look."""
    failures: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: failures.append(context))
    client = aiomqtt.Client("127.0.0.1", 1)
    connection = Connection(client, 1, lambda _: None, lambda *_: None)
    with socket.socket() as sock:
        connection._on_socket_open(connection._paho, None, sock)
    await asyncio.sleep(0)
    assert not failures
    assert client._misc_task is None


async def test_a_wrong_address_is_still_told(caplog: pytest.LogCaptureFixture) -> None:
    """The first time at least."""
    caplog.set_level(logging.INFO)
    async with Link(Address("no-such-host.invalid", 1883), "lost") as link:
        await until(lambda: link.error)
    assert "lost: " in caplog.text
