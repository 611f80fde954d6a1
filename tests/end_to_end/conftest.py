"""A whole ward as a user starts it, and a browser to look at it."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from teleward.addresses import free_port
from tests.patience import PATIENCE_S
from tests.real_browser import patient
from tests.real_influx import fresh


@dataclass
class Running:
    """``teleward up`` as a process, with what it printed so far."""

    process: subprocess.Popen[str]
    data: Path
    lines: list[str] = field(default_factory=list)

    def wait_for(self, pattern: str, within_s: float = PATIENCE_S) -> re.Match[str]:
        """Return the first match of ``pattern`` in what was printed."""
        end = time.monotonic() + within_s
        while time.monotonic() < end:
            found = re.search(pattern, "".join(self.lines))
            if found:
                return found
            if self.process.poll() is not None:
                break
            threading.Event().wait(0.02)
        raise AssertionError(f"{pattern!r} was not printed; but:\n{''.join(self.lines)}")

    @property
    def trainee(self) -> str:
        """The trainees' address."""
        return self.wait_for(r"Trainees\s+(\S+)").group(1)

    @property
    def instructor(self) -> str:
        """The instructor's address, which works once."""
        return self.wait_for(r"Instructor\s+(\S+)").group(1)

    @property
    def mqtt_port(self) -> int:
        """The port for MQTT 3.1.1."""
        return int(self.wait_for(r"mqtt://127\.0\.0\.1:(\d+)").group(1))

    def children(self) -> dict[str, int]:
        """Return the process id of each part."""
        import psutil  # noqa: PLC0415 -- only where parts are killed

        found = {}
        for child in psutil.Process(self.process.pid).children():
            command = child.cmdline()
            if "teleward" in command:
                found[command[command.index("teleward") + 1]] = child.pid
        return found

    def kill(self, part: str) -> None:
        """Kill a part as a crash would."""
        os.kill(self.children()[part], signal.SIGKILL)

    def stop(self) -> int:
        """Press Ctrl-C and return the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE_S)


Start = Callable[..., Running]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Return a function that runs ``teleward up`` with options of its own."""
    running: list[Running] = []

    def run(*options: str, data: Path | None = None) -> Running:
        place = data or tmp_path / "data"
        command = [sys.executable, "-m", "teleward", "up", "--no-open", "--data", str(place)]
        command += ["--port", str(free_port(18050 + os.getpid() % 4000)), *options]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1
        )
        ward = Running(process, place)
        threading.Thread(target=_read, args=(ward,), daemon=True).start()
        running.append(ward)
        return ward

    yield run
    for ward in running:
        ward.stop()


@pytest.fixture(params=["sqlite", pytest.param("influx", marks=pytest.mark.influx)])
def store_option(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the option that names the store, once for every implementation."""
    if request.param == "sqlite":
        return []
    url, tokens = fresh(request.getfixturevalue("influx_server"))
    # One command, one environment: its parts share the token of the one that writes.
    monkeypatch.setenv("TELEWARD_INFLUX_TOKEN", tokens["station"])
    return ["--store", url]


def _read(ward: Running) -> None:
    for line in ward.process.stdout or ():
        ward.lines.append(line)


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """Return a fresh browser window of its own."""
    context = patient(chromium.new_context(viewport={"width": 1920, "height": 1080}))
    yield context.new_page()
    context.close()
