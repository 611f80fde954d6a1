"""A ward started as a user starts it, and a browser that looks at it, for benchmarks of the page."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final

import httpx
import psutil
from playwright.sync_api import Page, sync_playwright

from teleward.addresses import free_port

PATIENCE_S: Final = 60.0
STEP_S: Final = 0.02
FLAGS: Final = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Watched:
    """A page that shows a ward, and the processes that play it."""

    page: Page
    parts: psutil.Process

    def stats(self) -> dict[str, Any]:
        """Return the page's counters, and its clock (ms)."""
        counted: dict[str, Any] = self.page.evaluate(
            "() => ({...window.teleward.stats, full: 0, ages: 0, numberAges: 0, now: performance.now()})"
        )
        return counted

    def ring(self, name: str, counter: str, since: int) -> list[float]:
        """Return what a ring of the page's counters took in since its counter stood at ``since``."""
        read = """([name, counter, since]) => {
          const s = window.teleward.stats, out = [], size = s[name].length;
          for (let i = Math.max(since, s[counter] - size); i < s[counter]; i++) out.push(s[name][i % size]);
          return out;
        }"""
        values: list[float] = self.page.evaluate(read, [name, counter, since])
        return values

    def cpu_s(self) -> dict[str, float]:
        """Return the CPU seconds that browser and parts have used so far."""
        used = {"browser": 0.0, "parts": 0.0}
        for process in self.parts.children(recursive=True):
            used["parts"] += _cpu(process)
        for process in psutil.Process().children(recursive=True):
            if "chrom" in _name(process):
                used["browser"] += _cpu(process)
        return used


def _cpu(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system)


def _name(process: psutil.Process) -> str:
    try:
        return str(process.name())
    except psutil.Error:
        return ""


def share(before: dict[str, float], after: dict[str, float], seconds: float) -> dict[str, float]:
    """Return each side's share of one core."""
    return {name: round((after[name] - before[name]) / seconds, 2) for name in before}


@contextmanager
def watched(options: Sequence[str], width: int = 1920, height: int = 1080) -> Iterator[Watched]:
    """Start ``teleward up`` with ``options`` and open the ward in a browser; both end with the block."""
    port = free_port(29050)
    with tempfile.TemporaryDirectory() as data:
        command = [sys.executable, "-m", "teleward", "up", "--no-open", "--data", data, "--port", str(port)]
        ward = subprocess.Popen(
            [*command, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ
        )
        try:
            name, value = join(port).split("=", 1)
            with sync_playwright() as play:
                path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
                browser = play.chromium.launch(executable_path=path, args=list(FLAGS))
                context = browser.new_context(viewport={"width": width, "height": height})
                base = f"http://127.0.0.1:{port}"
                context.add_cookies([{"name": name, "value": value, "url": base}])
                page = context.new_page()
                page.goto(base)
                page.wait_for_function("() => window.teleward?.stats?.traces > 0", timeout=PATIENCE_S * 1000)
                yield Watched(page, psutil.Process(ward.pid))
                browser.close()
        finally:
            ward.send_signal(signal.SIGINT)
            ward.wait(40)


def join(port: int) -> str:
    """Join as a trainee and return the cookie."""
    base = f"http://127.0.0.1:{port}"
    until = time.monotonic() + PATIENCE_S
    # One client, without certificates: to load those for each question would cost as much as a part's start.
    with httpx.Client(base_url=base, headers={"origin": base}, verify=False) as client:  # noqa: S501
        while time.monotonic() < until:
            with suppress(httpx.TransportError):
                answer = client.post("/join", data={"name": "Bench", "as": "trainee"})
                if answer.status_code == httpx.codes.SEE_OTHER:
                    return answer.headers["set-cookie"].split(";")[0]
            threading.Event().wait(STEP_S)
    raise TimeoutError("nobody could join")


def quantile(values: Sequence[float], part: float) -> float:
    """Return the value below which ``part`` of ``values`` lie; not a number where there are none."""
    if not values:
        return float("nan")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]
