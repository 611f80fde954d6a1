"""What a Mosquitto that we configured keeps for an absent station when it is killed without warning."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from broker import topics
from broker.client import Address, Link, Outgoing
from tests.broker.secured import SITE, Running, serving
from tests.patience import PATIENCE_S

pytestmark = [pytest.mark.slow, pytest.mark.mosquitto]
NUM = topics.device(SITE, "s-1", "bed01", "patch", "num")
STATION = topics.part(SITE, "station")


def address(running: Running, user: str) -> Address:
    """Give the address as a part of Teleward reads it."""
    secret = str(running.folder / "secrets" / user)
    environ = {"TELEWARD_MQTT_USER": user, "TELEWARD_MQTT_PASSWORD_FILE": secret}
    return Address.parse(f"mqtt://127.0.0.1:{running.port}", environ)


def station(running: Running) -> Link:
    """Give a link whose subscription the broker keeps while it is away, as ingest's."""
    return Link(address(running, "station"), "ingest", subscriptions=[(NUM, 1)], session_s=3600)


@asynccontextmanager
async def connected(link: Link) -> AsyncIterator[Link]:
    """Give ``link`` once it is connected."""
    async with link:
        await link.wait_connected(PATIENCE_S)
        yield link


async def until(true: Callable[[], bool]) -> None:
    """Wait for what other processes do."""
    async with asyncio.timeout(PATIENCE_S):
        while not true():
            await asyncio.sleep(0.01)


async def say(link: Link, *payloads: bytes) -> None:
    """Publish, and wait until the broker has it."""
    for payload in payloads:
        link.send(Outgoing(NUM, payload, 1))
    await until(lambda: not link.unacknowledged)


async def heard(link: Link, last: bytes) -> list[bytes]:
    """Return what comes up to ``last``."""
    found: list[bytes] = []
    async with asyncio.timeout(PATIENCE_S):
        async for message in link.messages():
            found.append(message.payload)
            if message.payload == last:
                break
    return found


def program(running: Running) -> psutil.Process:
    """Give Mosquitto itself, which a process of ours watches over."""
    return next(iter(psutil.Process(running.process.pid).children()))


async def save(running: Running) -> None:
    """Have Mosquitto write what it keeps to the disk, as it does by itself once a minute."""
    path = running.folder / "data" / "mosquitto.db"
    before = path.stat().st_mtime_ns if path.exists() else 0
    program(running).send_signal(signal.SIGUSR1)
    await until(lambda: path.exists() and path.stat().st_mtime_ns != before)


async def test_what_it_saved_survives_and_what_came_since_does_not(tmp_path: Path) -> None:
    """A killed Mosquitto hands on what it had on disk; the messages since its last save are gone."""
    with serving(tmp_path) as running:
        async with connected(station(running)):
            pass
        async with connected(Link(address(running, "runner"), "runner")) as runner:
            await say(runner, b"saved")
            await save(running)
            await say(runner, b"since")
        await asyncio.to_thread(running.kill_and_restart)
        async with connected(Link(address(running, "runner"), "runner")) as runner:
            await say(runner, b"after")
        async with connected(station(running)) as back:
            assert await heard(back, b"after") == [b"saved", b"after"]


async def test_a_device_of_ours_says_again_what_it_forgot(tmp_path: Path) -> None:
    """Sent while the station is away, acknowledged, forgotten by a kill: it comes all the same."""
    with serving(tmp_path) as running:
        async with connected(station(running)):
            pass
        device = Link(address(running, "runner"), "device", until_heard=STATION, again_s=5.0)
        async with connected(device):
            device.send(Outgoing(NUM, b"first", 1))
            device.send(Outgoing(NUM, b"second", 1))
            await until(lambda: not device.unacknowledged)
            await asyncio.to_thread(running.kill_and_restart)
            async with connected(station(running)) as back:
                back.send(Outgoing(STATION, b'{"v":1,"state":"online"}', 1, retain=True))
                assert {b"first", b"second"} == set(await heard(back, b"second"))
