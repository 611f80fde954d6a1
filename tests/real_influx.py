"""A real InfluxDB 2 for tests: an ``influxd`` on PATH, a server of yours, or Docker.

``TELEWARD_TEST_INFLUX_URL`` (http://host:port) and ``TELEWARD_TEST_INFLUX_TOKEN`` (an operator's) name
a server of yours. An ``influxd`` 1.x on PATH is not one.
"""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from broker.clock import SystemClock
from broker.store.influx_setup import Admin, setup
from tests.free_ports import free_port

LEAST = (2, 7)
TOKEN = uuid.uuid4().hex
ORG = "teleward-tests"
IMAGE = "influxdb:2.7"


def influxd() -> str | None:
    """Return the path of an ``influxd`` of 2.7 or later."""
    path = shutil.which("influxd")
    if path is None:
        return None
    said = subprocess.run([path, "version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"v?(\d+)\.(\d+)", said)
    return path if found and (2, 99) >= tuple(map(int, found.groups())) >= LEAST else None


class RealInflux:
    """A server on a free port of this machine: start, kill without warning, start again."""

    def __init__(self, command: str) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="influx-", ignore_cleanup_errors=True)
        self._port = free_port()
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"http://127.0.0.1:{self._port}"
        self.token = TOKEN
        self.start()

    def start(self) -> None:
        """Start it where it was, with all it had."""
        folder = Path(self._folder.name)
        with (folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    self._command, "--bolt-path", folder / "influxd.bolt", "--engine-path", folder / "engine",
                    "--sqlite-path", folder / "influxd.sqlite", "--reporting-disabled",
                    "--http-bind-address", f"127.0.0.1:{self._port}",
                ],
                stdout=log,
                stderr=log,
            )  # fmt: skip
        wait_healthy(self.url)

    def kill(self) -> None:
        """End it as a power cut would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    @property
    def folder(self) -> Path:
        """Where all lies that it holds."""
        return Path(self._folder.name)

    def pause(self) -> None:
        """End it politely; it can be started again."""
        assert self._process is not None
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def stop(self) -> None:
        """End it politely and forget what it held."""
        self.pause()
        self._folder.cleanup()


class RemoteInflux:
    """A server that somebody else runs; it cannot be killed."""

    def __init__(self, url: str, token: str) -> None:
        self.url, self.token = url, token

    def stop(self) -> None:
        """Leave it running."""


class DockerInflux:
    """A server in a container, killed and started like any other."""

    def __init__(self, docker: str) -> None:
        self._docker = docker
        port = free_port()
        self.url, self.token = f"http://127.0.0.1:{port}", TOKEN
        self._name = f"teleward-test-{uuid.uuid4().hex[:8]}"
        self._run("run", "-d", "--name", self._name, "-p", f"127.0.0.1:{port}:8086", IMAGE)
        wait_healthy(self.url)

    def _run(self, *words: str) -> None:
        subprocess.run([self._docker, *words], check=True, capture_output=True)

    def start(self) -> None:
        """Start it where it was."""
        self._run("start", self._name)
        wait_healthy(self.url)

    def kill(self) -> None:
        """End it as a power cut would."""
        self._run("kill", self._name)

    def stop(self) -> None:
        """End it and forget what it held."""
        self._run("rm", "-f", "-v", self._name)


Influx = RealInflux | DockerInflux | RemoteInflux


def wait_healthy(url: str, timeout_s: float = 60) -> None:
    """Wait until the server answers."""
    clock, pause = SystemClock(), threading.Event()
    end = clock.monotonic() + timeout_s
    while clock.monotonic() < end:
        try:
            if httpx.get(f"{url}/health", timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            pause.wait(0.05)
    raise TimeoutError(f"{url} does not become healthy")


def running() -> Iterator[Influx]:
    """Yield a server, set up, and stop it; skip where there is none, and say how to have one."""
    server = found()
    if server is None:
        pytest.skip("no InfluxDB 2: put influxd ≥ 2.7 on PATH, start Docker, or set TELEWARD_TEST_INFLUX_URL")
    try:
        if not isinstance(server, RemoteInflux):
            setup(address(server, "first"), Admin(TOKEN, "tests", "not-a-secret"))
        yield server
    finally:
        server.stop()


def found() -> Influx | None:
    """Return a server that is there or can be started, not set up; ``None`` where there is none."""
    if url := os.environ.get("TELEWARD_TEST_INFLUX_URL"):
        return RemoteInflux(url, os.environ["TELEWARD_TEST_INFLUX_TOKEN"])
    if command := influxd():
        return RealInflux(command)
    docker = shutil.which("docker")
    if docker and not subprocess.run([docker, "info"], capture_output=True, check=False).returncode:
        return DockerInflux(docker)
    return None


def address(server: Influx, bucket: str) -> str:
    """Return the address of a store in ``bucket``."""
    return f"influx://{urlsplit(server.url).netloc}/{bucket}?org={ORG}"


def fresh(server: Influx, *, live_age_s: float = 0) -> tuple[str, dict[str, str]]:
    """Make an empty store; return its address and the token of each part."""
    url = address(server, f"t-{uuid.uuid4().hex[:12]}")
    return url, setup(url, Admin(server.token), live_age_s=live_age_s)
