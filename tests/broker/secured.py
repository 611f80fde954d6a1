"""A real Mosquitto on a folder that ``broker.mosquitto`` made, and certificates for it."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from broker import mosquitto
from broker.clock import SystemClock
from broker.embedded import HOST
from broker.mosquitto import Tls
from tests.free_ports import free_port
from tests.patience import PATIENCE_S

SITE = "home"
LOG = "tests.log"


def need(program: str) -> None:
    """Skip without ``program``; in CI fail."""
    if shutil.which(program) is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI needs {program} on PATH")
        pytest.skip(f"no {program} on PATH")


@dataclass
class Running:
    """A Mosquitto that serves a folder."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]

    def reload(self) -> None:
        """Have it read passwords and rules again; return when who comes next is judged by them."""
        before = self._reloads()
        for child in psutil.Process(self.process.pid).children():
            child.send_signal(signal.SIGHUP)
        for _ in moments():
            if self._reloads() > before:
                return
        pytest.fail("mosquitto does not read its files again")

    def _reloads(self) -> int:
        return (self.folder / LOG).read_text().count("Reloading config")

    def kill_and_restart(self) -> None:
        """Kill it without warning, and start it again where it was."""
        for child in psutil.Process(self.process.pid).children():
            child.kill()
        self.process.wait(PATIENCE_S)
        assert self.process.stdin
        self.process.stdin.close()
        self.process = started(self.folder)
        wait_for(self.port)

    def password(self, service: str) -> str:
        """Give the password of one of our parts."""
        return (self.folder / "secrets" / service).read_text().strip()


@contextmanager
def serving(folder: Path, tls: Tls | None = None) -> Iterator[Running]:
    """Configure ``folder`` and run Mosquitto on it."""
    need("mosquitto")
    port = free_port()
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    mosquitto.configure(folder, SITE, port, host=HOST, tls=tls, run_as="root" if root else None)
    with (folder / "mosquitto.conf").open("a") as configuration:
        configuration.write("log_type information\n")  # it says when it reads its files again
    running = Running(folder, port, started(folder))
    try:
        wait_for(port)
        yield running
    finally:
        assert running.process.stdin
        running.process.stdin.close()
        running.process.wait(PATIENCE_S)


def started(folder: Path) -> subprocess.Popen[bytes]:
    """Start Mosquitto on a folder; it ends when its standard input closes."""
    with (folder / LOG).open("ab") as log:
        return subprocess.Popen(mosquitto.command(folder), stdin=subprocess.PIPE, stderr=log)


def wait_for(port: int) -> None:
    """Wait until something listens on ``port``."""
    for _ in moments():
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), 1):
            return
    pytest.fail("mosquitto does not start")


def moments() -> Iterator[None]:
    """Yield again and again, until patience ends."""
    clock, pause = SystemClock(), threading.Event()
    end = clock.monotonic() + PATIENCE_S
    while clock.monotonic() < end:
        yield
        pause.wait(0.01)


class Authority:
    """A certificate authority in a folder of its own, by the ``openssl`` program."""

    def __init__(self, folder: Path, name: str) -> None:
        need("openssl")
        folder.mkdir()
        self.folder, self.certificate = folder, folder / "ca.crt"
        self._openssl("req", "-x509", *_KEY, "-keyout", "ca.key", "-out", "ca.crt", "-subj", f"/CN={name}")

    def certify(self, name: str, host: str, days: int = 30) -> Tls:
        """Make a certificate for ``host``, valid from now for so many days."""
        alternative = f"subjectAltName={'IP' if host[0].isdigit() else 'DNS'}:{host}"
        request = ("-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={host}")
        self._openssl("req", *_KEY, *request, "-addext", alternative)
        signed = ("-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-copy_extensions", "copy")
        self._openssl(
            "x509", "-req", "-in", f"{name}.csr", *signed, "-days", str(days), "-out", f"{name}.crt"
        )
        return Tls(self.folder / f"{name}.crt", self.folder / f"{name}.key")

    def _openssl(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True)


_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
