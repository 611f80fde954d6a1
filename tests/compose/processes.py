"""The compose file's services as processes of this machine: same commands, same environment.

Only places differ: names of hosts and ports become those of this machine, volumes become folders.
"""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from broker.clock import SystemClock
from tests.compose.stack import ROOT, Service
from tests.free_ports import free_port

PATIENCE_S = 90.0
_FOLDER = re.compile(r"^/(broker|tokens|data|certificates)(?=/|$)")


def eventually(true: Callable[[], object], what: str, within_s: float = PATIENCE_S) -> None:
    """Wait until ``true`` holds; for lack of a signal between processes ask again and again."""
    clock, pause = SystemClock(), threading.Event()
    end = clock.monotonic() + within_s
    while not true():
        assert clock.monotonic() < end, f"waited in vain: {what}"
        pause.wait(0.1)


@dataclass
class Processes:
    """The stack on this machine, below ``folder``; ``influx`` is a server's address."""

    services: dict[str, Service]
    folder: Path
    influx: str
    bucket: str
    mqtt_port: int = field(default_factory=free_port)
    pages: dict[str, int] = field(default_factory=dict)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def certificates(self) -> Path:
        """The folder of certificates."""
        return self.folder / "certificates"

    def certify(self) -> None:
        """Make certificates with the lines of the how-to."""
        page = (ROOT / "docs" / "how-to" / "secure.md").read_text(encoding="utf-8")
        self.certificates.mkdir()
        for block in re.findall(r"```sh\n(.*?)```", page, re.DOTALL):
            subprocess.run(["sh", "-ec", block], cwd=self.certificates, check=True, capture_output=True)

    def environment(self, name: str) -> dict[str, str]:
        """Return what a service gets to know, and nothing of ours besides."""
        clean = {k: v for k, v in os.environ.items() if not k.startswith("TELEWARD_")}
        said = {k: self._here(name, v) for k, v in self.services[name].environment.items()}
        return {**clean, **said, "PYTHONPATH": str(ROOT)}

    def command(self, name: str) -> list[str]:
        """Return a service's command for this machine."""
        service = self.services[name]
        words = [self._here(name, word) for word in service.command]
        return [sys.executable, "-m", "teleward", *words] if service.ours else words

    def _here(self, name: str, text: str) -> str:
        if found := _FOLDER.match(text):
            volume = found[1] if found[1] != "data" else self._data(name)
            return str(self.folder / volume) + text[found.end() :]
        page = self.pages.setdefault(name, free_port()) if name.startswith("dashboard") else 0
        places = {"0.0.0.0": "127.0.0.1", "8883": str(self.mqtt_port), "8050": str(page)}  # noqa: S104 -- replaced
        text = text.replace("//broker:8883", f"//127.0.0.1:{self.mqtt_port}")
        text = text.replace("//influxdb:8086/ward?", f"//{urlsplit(self.influx).netloc}/{self.bucket}?")
        return places.get(text, text)

    def _data(self, name: str) -> str:
        volumes = [str(v).split(":") for v in self.services[name].body["volumes"]]
        return next(volume for volume, place, *_ in volumes if place == "/data")

    def once(self, name: str) -> None:
        """Run a one-shot service to its end."""
        done = subprocess.run(
            self.command(name), env=self.environment(name), cwd=self.folder,
            capture_output=True, text=True, check=False, timeout=PATIENCE_S,
        )  # fmt: skip
        assert done.returncode == 0, f"{name}: {done.stdout}{done.stderr}"

    def start(self, name: str) -> None:
        """Start a service."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                self.command(name), env=self.environment(name), cwd=self.folder, stdout=log, stderr=log
            )

    def healthy(self, name: str) -> bool:
        """Run a service's own health check once, where it is one of our commands."""
        check = self.services[name].body["healthcheck"]["test"][1:]
        assert self.running[name].poll() is None, self.log(name)
        words = [word.replace(":8050/", f":{self.pages.get(name)}/") for word in check]
        ours = {"teleward": [sys.executable, "-m", "teleward"], "python": [sys.executable]}
        words = [*ours[words[0]], *words[1:]]
        done = subprocess.run(words, env=self.environment(name), capture_output=True, check=False)
        return done.returncode == 0

    def log(self, name: str) -> str:
        """Return what a service said."""
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def kill(self, name: str) -> None:
        """End a service as a power cut would."""
        process = self.running.pop(name)
        process.kill()
        process.wait()

    def stop(self) -> None:
        """End everything, the ward first."""
        for process in reversed(self.running.values()):
            process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(15)
            process.kill()
            process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def adapt(configuration: Path) -> None:
    """Bind Mosquitto to this machine, and let it stay root where root starts it: the files are root's."""
    lines = configuration.read_text().splitlines()
    lines = [f"{line} 127.0.0.1" if line.startswith("listener ") else line for line in lines]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        lines.append("user root")
    configuration.write_text("\n".join(lines) + "\n")
