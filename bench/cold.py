"""Cold start: from `teleward up` to the first number over the stream, and the page's load apart.

Beside the seconds that pass stand the CPU seconds that each part has used by then: those do not depend
on what else the machine does.
"""

import argparse
import json
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import psutil
from websockets.sync.client import connect
from websockets.typing import Origin

from bench._browser import BROWSERS, FLAGS, PATIENCE_S, join
from teleward.addresses import free_port

PARTS: Final = (
    "up",
    "broker",
    "broker.iotcore_child",
    "station",
    "simulate",
    "scenarios.runner",
    "dashboard",
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add this benchmark's options."""
    parser.add_argument("--runs", type=int, default=3, help="how many starts; the median counts")
    parser.add_argument("--page", action="store_true", help="load the page in a browser too")


def run(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Yield the median of several starts, and the page's load apart."""
    firsts: list[float] = []
    loads: list[float] = []
    used: dict[str, list[float]] = {}
    for _ in range(options.runs):
        first, load, cpu = _start(page=options.page)
        firsts.append(first)
        loads += [load] if load is not None else []
        for name, seconds in cpu.items():
            used.setdefault(name, []).append(seconds)
    row = {"bench": "cold", "unit": "s", "goal": 3.0}
    yield {**row, "case": "start to first numeric", "value": statistics.median(firsts), "all": firsts}
    for name, each in used.items():
        yield {"bench": "cold", "case": f"{name}, CPU", "value": statistics.median(each), "unit": "s"}
    if loads:
        yield {
            "bench": "cold",
            "unit": "s",
            "case": "page load",
            "value": statistics.median(loads),
            "all": loads,
        }


def _start(*, page: bool) -> tuple[float, float | None, dict[str, float]]:
    port = free_port(28050)
    with tempfile.TemporaryDirectory() as data:
        command = [sys.executable, "-m", "teleward", "up", "--no-open", "--data", data, "--port", str(port)]
        began = time.monotonic()
        ward = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            cookie = join(port)
            first = _first_number(port, cookie) - began
            cpu = _cpu_s(psutil.Process(ward.pid))
            return first, _load(port, cookie) if page else None, cpu
        finally:
            ward.send_signal(signal.SIGINT)
            ward.wait(30)
            shutil.rmtree(Path(data), ignore_errors=True)


def _first_number(port: int, cookie: str) -> float:
    origin = Origin(f"http://127.0.0.1:{port}")
    with connect(
        f"ws://127.0.0.1:{port}/stream", origin=origin, additional_headers={"Cookie": cookie}, proxy=None
    ) as stream:
        while True:
            frame = stream.recv(PATIENCE_S)
            if isinstance(frame, str):
                beds = json.loads(frame).get("beds") or {}
                if any(bed and bed.get("num") for bed in beds.values()):
                    return time.monotonic()


def _cpu_s(up: psutil.Process) -> dict[str, float]:
    """Return the CPU seconds of every part so far, and of all together."""
    used: dict[str, float] = {}
    for process in (up, *up.children(recursive=True)):
        with suppress(psutil.Error):
            words, times = process.cmdline(), process.cpu_times()
            name = next((part for part in PARTS if part in words), "other")
            used[name] = round(used.get(name, 0.0) + times.user + times.system, 2)
    return {**used, "all": round(sum(used.values()), 2)}


def _load(port: int, cookie: str) -> float:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 -- only where a page is asked for

    name, value = cookie.split("=", 1)
    base = f"http://127.0.0.1:{port}"
    browser_path = next(filter(None, map(shutil.which, BROWSERS)), None)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=browser_path, args=list(FLAGS))
        context = browser.new_context()
        context.add_cookies([{"name": name, "value": value, "url": base}])
        tab = context.new_page()
        began = time.monotonic()
        tab.goto(base)
        tab.wait_for_function("() => /\\d/.test(document.querySelector('.num.hr .nv')?.textContent ?? '')")
        took = time.monotonic() - began
        browser.close()
    return took
