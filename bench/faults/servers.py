"""Servers that are killed with the ward, each started again whenever it dies: Mosquitto, InfluxDB."""

import asyncio
import contextlib
import os
import shutil
import signal
import sys
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from broker.store.influx_address import TOKEN
from broker.store.influx_setup import Admin, setup
from broker.store.protocol import StoreUnavailableError

RESTART_S: Final = 0.2
TRY_S: Final = 0.1
STOP_S: Final = 10.0
ORG: Final = "faults"


class Server:
    """A program of others' making that is kept running and ends with us."""

    def __init__(self, command: Sequence[str | Path], log: Path) -> None:
        self._command = [str(word) for word in command]
        self._log = log
        self._may_run = asyncio.Event()
        self._may_run.set()
        self.process: asyncio.subprocess.Process | None = None

    async def run(self) -> None:
        """Keep it running until cancelled."""
        try:
            while True:
                await self._may_run.wait()
                with self._log.open("ab") as log:
                    self.process = await asyncio.create_subprocess_exec(
                        sys.executable, "-m", "broker.child", *self._command,
                        stdin=asyncio.subprocess.PIPE, stdout=log, stderr=log, start_new_session=True,
                    )  # fmt: skip
                await self.process.wait()
                await asyncio.sleep(RESTART_S)
        finally:
            await self._end()

    async def _end(self) -> None:
        """Stop it, and see it gone: an event loop that closes before leaves its pipe to nobody."""
        self._signal(signal.SIGTERM)
        if self.process is None:
            return
        try:
            await asyncio.wait_for(self.process.wait(), STOP_S)
        except TimeoutError:
            self.kill()
            await self.process.wait()

    def kill(self) -> None:
        """Kill -9 it."""
        self._signal(signal.SIGKILL)

    async def away(self, seconds: float) -> None:
        """Kill it, and leave it dead for so long."""
        self._may_run.clear()
        self.kill()
        try:
            await asyncio.sleep(seconds)
        finally:
            self._may_run.set()

    def _signal(self, number: signal.Signals) -> None:
        if self.process is not None and self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)


def mosquitto(folder: Path, port: int) -> Server:
    """Return a Mosquitto that keeps on disk what it has, as ours are configured, without passwords."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [
        f"listener {port} 127.0.0.1", "allow_anonymous true", "persistence true",
        f"persistence_location {folder}{os.sep}", "autosave_interval 60", "set_tcp_nodelay true",
        "max_inflight_messages 0", "max_queued_messages 100000", "log_type error",
    ]  # fmt: skip
    if os.geteuid() == 0:
        lines.append("user root")
    path = folder / "mosquitto.conf"
    path.write_text("\n".join(lines) + "\n")
    return Server([_found("mosquitto"), "-c", path], folder / "log")


def influxd(folder: Path, port: int) -> Server:
    """Return an InfluxDB 2 that keeps its data in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    command: list[str | Path] = [
        _found("influxd"), "--bolt-path", folder / "influxd.bolt", "--engine-path", folder / "engine",
        "--sqlite-path", folder / "influxd.sqlite", "--reporting-disabled", "--http-bind-address",
        f"127.0.0.1:{port}",
    ]  # fmt: skip
    return Server(command, folder / "log")


async def prepared(url: str, patience_s: float) -> None:
    """Make buckets and a token on a new InfluxDB; the token goes where the parts look for it."""
    admin = Admin(uuid.uuid4().hex, "faults", uuid.uuid4().hex)
    async with asyncio.timeout(patience_s):
        while True:
            with contextlib.suppress(StoreUnavailableError):
                tokens = await asyncio.to_thread(setup, url, admin, live_age_s=0)
                break
            await asyncio.sleep(TRY_S)
    os.environ[TOKEN] = tokens["station"]


def _found(program: str) -> str:
    path = shutil.which(program)
    if path is None:
        raise SystemExit(f"no {program} on PATH")
    return path
