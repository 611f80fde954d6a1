"""A real station in a process of its own, on a real broker and a real SQLite file."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from broker import messages as m
from broker import topics
from broker.client import Link
from broker.codec import Accepted, decode
from broker.packets import Incoming
from broker.store import open_store
from broker.store.protocol import Store
from tests.patience import PATIENCE_S
from tests.real_broker import RealBroker

SITE = "t"
PROGRAM = """
import asyncio, contextlib, logging, pathlib, sys
from broker.client import Address
from broker.station.service import run
logging.basicConfig(level="INFO", stream=sys.stderr)
broker, store, site, spool, *parts = sys.argv[1:]
parts = parts or ('ingest', 'watch')
data_dir = pathlib.Path(spool) if spool else None
with contextlib.suppress(KeyboardInterrupt):
    asyncio.run(run(Address.parse(broker), store, site, parts=parts, data_dir=data_dir))
"""


class Station:
    """A station process that can be killed and started again."""

    def __init__(self, broker: RealBroker, folder: Path) -> None:
        self.broker = broker
        self.store_url = str(folder / "store.sqlite")
        self.spool = str(folder)
        """The data directory; without one the station has no spool."""
        self._log = folder / "station.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *parts: str) -> "Station":
        """Start it."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-c", PROGRAM, self.broker.url, self.store_url, SITE, self.spool, *parts],
                stderr=log,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
            )
        return self

    @property
    def pid(self) -> int:
        """The process id."""
        assert self._process is not None
        return self._process.pid

    @property
    def log(self) -> str:
        """What it said."""
        return self._log.read_text()

    def kill(self) -> None:
        """End it without warning."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        """End it politely."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(5)
        self.kill()

    def store(self) -> Store:
        """Open its store for reading."""
        return open_store(self.store_url, readonly=True)


@pytest.fixture
def station(broker: RealBroker, tmp_path: Path) -> Iterator[Station]:
    """Give a station that is not started yet; it is stopped in the end."""
    real = Station(broker, tmp_path)
    try:
        yield real
    finally:
        real.stop()


@pytest.fixture
def each_station(each_broker: RealBroker, tmp_path: Path) -> Iterator[Station]:
    """Give a station on the embedded broker, then one on Mosquitto."""
    real = Station(each_broker, tmp_path)
    try:
        yield real
    finally:
        real.stop()


class Ear:
    """Hears everything of the site, and waits for what a test needs to hear."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.heard: list[Incoming] = []
        self._more = asyncio.Event()

    async def listen(self) -> None:
        """Hear until cancelled."""
        async for message in self.link.messages():
            self.heard.append(message)
            self._more.set()

    async def until(self, wanted: Callable[[Incoming], bool]) -> Incoming:
        """Return the first message heard that is ``wanted``, waiting for it if need be."""
        seen = 0
        async with asyncio.timeout(PATIENCE_S):
            while True:
                for message in self.heard[seen:]:
                    if wanted(message):
                        return message
                seen = len(self.heard)
                self._more.clear()
                await self._more.wait()

    async def alarm(self, id_: str, presence: str) -> m.Alarm:
        """Return the first alarm of an id and presence."""
        found: list[m.Alarm] = []

        def wanted(message: Incoming) -> bool:
            got = decode(message.topic, message.payload)
            if isinstance(got, Accepted) and isinstance(got.message, m.Alarm):
                alarm = got.message
                if (alarm.id, alarm.presence) == (id_, presence):
                    found.append(alarm)
            return bool(found)

        await self.until(wanted)
        return found[0]

    async def ready(self) -> None:
        """Wait until the station says that it is there."""
        await self.until(lambda x: x.topic == topics.part(SITE, "station") and b"online" in x.payload)

    def forget(self) -> None:
        """Forget what was heard."""
        self.heard.clear()


@contextlib.asynccontextmanager
async def listening(broker: RealBroker, *filters: str) -> AsyncIterator[Ear]:
    """Give an ear on the whole site, and what publishes in a test's name."""
    wanted = [(f, 1) for f in (topics.everything("rpm", SITE), *filters)]
    async with Link(broker.address, "ear", subscriptions=wanted, outbox=100_000) as link:
        await link.wait_connected(PATIENCE_S)
        ear = Ear(link)
        task = asyncio.create_task(ear.listen())
        try:
            yield ear
        finally:
            task.cancel()


async def eventually(true: Callable[[], bool]) -> None:
    """Wait until ``true`` holds; a store's file is asked again and again, for lack of a signal."""
    async with asyncio.timeout(PATIENCE_S):
        while not await asyncio.to_thread(true):
            await asyncio.sleep(0.02)
