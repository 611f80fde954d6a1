"""A whole ward, asked how it goes by those who run it."""

import json
import re
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import httpx
import pytest

from teleward.addresses import free_port
from tests.end_to_end.conftest import Start
from tests.exposition import Family, read
from tests.patience import PATIENCE_S

pytestmark = [pytest.mark.slow]
GUIDE = Path(__file__).parents[2] / "docs" / "how-to" / "operate.md"
PARTS = ("station", "simulate", "dashboard")


def three_ports() -> int:
    """Return the first of three free ports in a row."""
    first = free_port(19800)
    while [free_port(first + 1), free_port(first + 2)] != [first + 1, first + 2]:
        first = free_port(first + 3)
    return first


def until(true: Callable[[], bool]) -> None:
    """Wait until ``true`` holds."""
    end = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end
        threading.Event().wait(0.05)


def well(port: int, part: str) -> bool:
    """Say whether a part says that all is well with it."""
    said = httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=PATIENCE_S)
    assert said.json()["part"] == part
    return said.status_code == 200


def test_a_ward_says_how_it_goes(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every part is well, its numbers are those of the guide and true; logs are JSON; the page hides all."""
    monkeypatch.setenv("TELEWARD_LOG_FORMAT", "json")
    port = three_ports()
    ward = start("--beds", "2", "--metrics-port", str(port))
    page = re.sub(r"/enter.*|/join.*", "", ward.trainee)

    def asked(k: int) -> dict[str, Family]:
        return read(httpx.get(f"http://127.0.0.1:{port + k}/metrics", timeout=PATIENCE_S).text)

    def number(k: int, name: str) -> float:
        return sum(asked(k)[name].values.values()) if name in asked(k) else 0

    until(lambda: number(0, "teleward_messages_stored_total") > 100)
    until(lambda: number(1, "teleward_runner_messages_total") > 100)
    until(lambda: number(1, "teleward_runner_connected") == number(1, "teleward_runner_connections") > 10)
    until(lambda: number(0, "teleward_beds_watched") == number(2, "teleward_beds") == 2)
    assert number(0, "teleward_messages_rejected_total") == 0
    families = [asked(k) for k in range(3)]
    for k, part in enumerate(PARTS):
        until(partial(well, port + k, part))
    ours = {name for found in families for name in found}
    told = set(re.findall(r"`((?:teleward|process)_[a-z_]+)`", GUIDE.read_text()))
    assert told - ours == {"teleward_store_refused_total"}
    assert ours - told == set()
    assert httpx.get(f"{page}/metrics", timeout=PATIENCE_S).status_code != 200
    assert ward.stop() == 0
    for part in PARTS:
        lines = (ward.data / "log" / f"{part}.log").read_text().splitlines()
        assert {json.loads(line)["part"] for line in lines} <= {part, "runner"}
