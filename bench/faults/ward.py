"""The ward that is killed: the parts of ``teleward up``, a Mosquitto and an InfluxDB where asked for."""

import asyncio
import contextlib
import os
import resource
import signal
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Final, Self

from bench.faults import servers
from broker import messages as m
from broker import topics
from broker.client import Address, Link
from broker.codec import Accepted, decode
from broker.store.influx_address import TOKEN
from teleward.addresses import free_port
from teleward.own_broker import embedded
from teleward.settings import Places, default_store, signing_key
from teleward.supervisor import Deaths, Part, Supervisor
from teleward.up import Wish, parts

SITE: Final = "home"
PATIENCE_S: Final = 60.0
LOOK_S: Final = 0.02
RESTART_S: Final = servers.RESTART_S
FIRST_PORT: Final = 21_000
FULL_BYTES: Final = 1
"""A part whose disk is full can write no file beyond this."""


class Tireless(Deaths):
    """A part that dies is always started again."""

    def note(self, now_s: float) -> float | None:
        """Return the pause before a new start."""
        self.times.append(now_s)
        return RESTART_S


class Ward:
    """Runs the parts; ``session`` is what simulate plays."""

    def __init__(self, data: Path, broker: str, beds: int, seed: int, store: str = "sqlite") -> None:
        data.mkdir(parents=True, exist_ok=True)
        signing_key(data)
        first = FIRST_PORT + os.getpid() % 20_000
        self.mqtt = free_port(first)
        self.mqtt5 = free_port(self.mqtt + 1)
        self.page = free_port(self.mqtt5 + 1)
        self._store_port = free_port(self.page + 1)
        self.data, self.session = data, ""
        influx = f"influx://127.0.0.1:{self._store_port}/faults?org={servers.ORG}"
        url = influx if store == "influx" else default_store(data)
        self.places = Places(SITE, f"mqtt://127.0.0.1:{self.mqtt5}", url, data)
        wish = Wish("first-look", beds, 1.0, seed, "127.0.0.1", self.page, None, open_page=False)
        self._servers: dict[str, servers.Server] = {}
        if broker == "mosquitto":
            self._servers["broker"] = servers.mosquitto(data / "mosquitto", self.mqtt5)
        if store == "influx":
            self._servers["store"] = servers.influxd(data / "influx", self._store_port)
        ours = None if broker == "mosquitto" else embedded(self.mqtt, self.mqtt5)
        found = parts(self.places, wish, ours)
        self._supervisor: Supervisor | None = None
        self._parts: dict[str, Part] = {p.name: p for p in found}
        for part in found:
            part.deaths, part.ready = Tireless(), True
        self._there: set[str] = set()
        self._killed: dict[str, asyncio.subprocess.Process] = {}
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        """Start everything; return when a session plays."""
        self._tasks += [asyncio.create_task(server.run()) for server in self._servers.values()]
        if "store" in self._servers:
            await servers.prepared(self.places.store, PATIENCE_S)
        self._supervisor = Supervisor(list(self._parts.values()), self.data, lambda _text: None)
        await self._supervisor.start()
        self._tasks.append(asyncio.create_task(self._listen()))
        await _until(lambda: {"station", "simulate"} <= self._there and bool(self.session))
        await self._answers(self.page, "/healthz")
        return self

    async def __aexit__(self, *exception: object) -> None:
        """Stop everything."""
        if self._supervisor is not None:
            await self._supervisor.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        os.environ.pop(TOKEN, None)

    def processes(self) -> dict[str, int]:
        """Return the process id of each part that runs."""
        found = {name: part.process for name, part in self._parts.items()}
        found |= {name: server.process for name, server in self._servers.items()}
        return {name: p.pid for name, p in found.items() if p is not None and p.returncode is None}

    def kill(self, name: str, *, group: bool) -> None:
        """Kill -9 a part, alone or with all its children."""
        server = self._servers.get(name)
        process = server.process if server else self._parts[name].process
        self._there.discard(name)
        if process is None or process.returncode is not None:
            return
        self._killed[name] = process
        with contextlib.suppress(ProcessLookupError):
            if group or server:
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()

    async def back(self, name: str) -> None:
        """Wait until a killed part is there again: it answers, or says so itself."""
        if name in self._killed:
            await self._killed[name].wait()
        if name == "broker":
            await self._answers(self.mqtt5)
        elif name == "store":
            await self._answers(self._store_port, "/health")
        elif name == "dashboard":
            await self._answers(self.page, "/healthz")
        else:
            await _until(lambda: name in self._there)

    async def take_store(self, seconds: float) -> None:
        """Take the store away: a server dies, a file is locked as by a backup that hangs."""
        if "store" in self._servers:
            await self._servers["store"].away(seconds)
        else:
            await self._lock(seconds)

    async def fill_disk(self, seconds: float) -> bool:
        """Let the station write no file, neither store nor spool; return whether that can be done here."""
        process = self._parts["station"].process
        if process is None or not hasattr(resource, "prlimit"):
            return False
        try:
            usual = resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (FULL_BYTES, resource.RLIM_INFINITY))
            await asyncio.sleep(seconds)
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, usual)
        except (ProcessLookupError, PermissionError):  # it was killed meanwhile, which frees the disk too
            return process.returncode is not None
        return True

    async def _lock(self, seconds: float) -> None:
        connection = sqlite3.connect(
            self.data / "store.sqlite", timeout=10, isolation_level=None, check_same_thread=False
        )
        try:
            await asyncio.to_thread(connection.execute, "BEGIN IMMEDIATE")
            await asyncio.sleep(seconds)
            connection.execute("ROLLBACK")
        finally:
            connection.close()

    async def _listen(self) -> None:
        filters = [(topics.part(SITE, "+"), 1), (topics.clock(SITE, "+"), 1)]
        async with Link(Address.parse(self.places.broker, {}), "faults-watch", subscriptions=filters) as link:
            async for said in link.messages():
                got = decode(said.topic, said.payload)
                match got:
                    case Accepted(topics.Topic(device=topics.PARTS, name=name), m.Status(state=state)):
                        (self._there.add if state == "online" else self._there.discard)(name)
                    case Accepted(place, m.Clock()):
                        self.session = self.session or place.session

    async def _answers(self, port: int, path: str = "") -> None:
        """Wait until a port takes connections, and where there is a ``path`` answers that it is well."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                with contextlib.suppress(OSError):
                    reader, writer = await asyncio.open_connection("127.0.0.1", port)
                    try:
                        if not path or await _is_well(reader, writer, path):
                            return
                    finally:
                        writer.close()
                await asyncio.sleep(LOOK_S)


async def _is_well(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> bool:
    writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
    await writer.drain()
    return b" 200 " in await reader.readline()


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not true():  # noqa: ASYNC110 -- what is waited for lies in other processes
            await asyncio.sleep(LOOK_S)
