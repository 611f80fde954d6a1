"""The ward that is killed: the parts of ``teleward up``, and a Mosquitto where one is asked for."""

import asyncio
import contextlib
import os
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final, Self

from broker import messages as m
from broker import topics
from broker.client import Address, Link
from broker.codec import Accepted, decode
from teleward.settings import Places, default_store, signing_key
from teleward.supervisor import Deaths, Part, Supervisor
from teleward.up import Wish, free_port, parts

SITE: Final = "home"
PATIENCE_S: Final = 60.0
LOOK_S: Final = 0.02
RESTART_S: Final = 0.2
FIRST_PORT: Final = 21_000


class Tireless(Deaths):
    """A part that dies is always started again."""

    def note(self, now_s: float) -> float | None:
        """Return the pause before a new start."""
        self.times.append(now_s)
        return RESTART_S


class Mosquitto:
    """A Mosquitto that keeps what it has on disk, started again whenever it dies."""

    def __init__(self, folder: Path, port: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._conf = folder / "mosquitto.conf"
        lines = [
            f"listener {port} 127.0.0.1", "allow_anonymous true", "persistence true",
            f"persistence_location {folder}{os.sep}", "autosave_interval 60", "set_tcp_nodelay true",
            "max_inflight_messages 0", "max_queued_messages 100000", "log_type error",
        ]  # fmt: skip
        if os.geteuid() == 0:
            lines.append("user root")
        self._conf.write_text("\n".join(lines) + "\n")
        self.process: asyncio.subprocess.Process | None = None

    async def run(self) -> None:
        """Keep it running until cancelled."""
        program = shutil.which("mosquitto") or "mosquitto"
        try:
            while True:
                self.process = await asyncio.create_subprocess_exec(
                    sys.executable, "-m", "broker.child", program, "-c", str(self._conf),
                    stdin=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
                    start_new_session=True,
                )  # fmt: skip
                await self.process.wait()
                await asyncio.sleep(RESTART_S)
        finally:
            if self.process is not None and self.process.returncode is None:
                os.killpg(self.process.pid, signal.SIGTERM)


class Ward:
    """Runs the parts; ``session`` is what simulate plays."""

    def __init__(self, data: Path, broker: str, beds: int, seed: int) -> None:
        data.mkdir(parents=True, exist_ok=True)
        signing_key(data)
        first = FIRST_PORT + os.getpid() % 20_000
        self.mqtt = free_port(first)
        self.mqtt5 = free_port(self.mqtt + 1)
        self.page = free_port(self.mqtt5 + 1)
        self.data, self.session = data, ""
        self.places = Places(SITE, f"mqtt://127.0.0.1:{self.mqtt5}", default_store(data), data)
        wish = Wish("first-look", beds, 1.0, seed, "127.0.0.1", self.page, None, open_page=False)
        self._mosquitto = Mosquitto(data / "mosquitto", self.mqtt5) if broker == "mosquitto" else None
        ours = None if self._mosquitto else (self.mqtt, self.mqtt5)
        found = parts(self.places, wish, ours)
        self._supervisor = Supervisor(found, data, lambda _text: None)
        self._parts: dict[str, Part] = {p.name: p for p in found}
        for part in found:
            part.deaths, part.ready = Tireless(), True
        self._there: set[str] = set()
        self._killed: dict[str, asyncio.subprocess.Process] = {}
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        """Start everything; return when a session plays."""
        if self._mosquitto:
            self._tasks.append(asyncio.create_task(self._mosquitto.run()))
        await self._supervisor.start()
        self._tasks.append(asyncio.create_task(self._listen()))
        await _until(lambda: {"station", "simulate"} <= self._there and bool(self.session))
        await self._answers(self.page)
        return self

    async def __aexit__(self, *exception: object) -> None:
        """Stop everything."""
        await self._supervisor.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def processes(self) -> dict[str, int]:
        """Return the process id of each part that runs."""
        found = {name: part.process for name, part in self._parts.items()}
        if self._mosquitto:
            found["broker"] = self._mosquitto.process
        return {name: p.pid for name, p in found.items() if p is not None and p.returncode is None}

    def kill(self, name: str, *, group: bool) -> None:
        """Kill -9 a part, alone or with all its children."""
        mosquitto = self._mosquitto if name == "broker" else None
        process = mosquitto.process if mosquitto else self._parts[name].process
        self._there.discard(name)
        if process is None or process.returncode is not None:
            return
        self._killed[name] = process
        with contextlib.suppress(ProcessLookupError):
            if group or mosquitto:
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()

    async def back(self, name: str) -> None:
        """Wait until a killed part is there again: it answers, or says so itself."""
        if name in {"broker", "dashboard"}:
            old = self._killed[name]
            await old.wait()
            await self._answers(self.mqtt5 if name == "broker" else self.page)
        else:
            await _until(lambda: name in self._there)

    async def lock_store(self, seconds: float) -> None:
        """Take the store away, as a disk or a backup that hangs does."""
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

    async def _answers(self, port: int) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while True:
                with contextlib.suppress(OSError):
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                    writer.close()
                    return
                await asyncio.sleep(LOOK_S)


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not true():  # noqa: ASYNC110 -- what is waited for lies in other processes
            await asyncio.sleep(LOOK_S)
