"""What happens to the page when other parts, or the dashboard itself, go and come back."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from broker.store import open_store
from broker.store.protocol import Batch, Entry, Observation
from tests import real_dashboard
from tests.real_broker import RealBroker
from tests.real_dashboard import heard, play

pytestmark = pytest.mark.slow

SESSION = "s-abc123"


def test_a_new_dashboard_shows_what_the_store_holds(broker: RealBroker, tmp_path: Path) -> None:
    """Values, people's acts and the clock are there before anything is published; cookies still work."""
    path, data = tmp_path / "store.sqlite", tmp_path / "data"
    with real_dashboard.running(broker.url, data, path) as first:
        cookies = first.cookie("trainee", SESSION)
    _keep(path)
    with real_dashboard.running(broker.url, data, path) as second:
        socket = second.stream(f"/stream?session={SESSION}", cookies)
        found: dict[str, Any] = {}
        while not {"acts", "num", "clock"} <= found.keys():
            said = heard(socket, lambda said: "beds" in said or "clock" in said)
            bed = said.get("beds", {}).get("bed01", {})
            found |= {name: value for name, value in {**bed, "clock": said.get("clock")}.items() if value}
    assert found["acts"][0]["id"] == "0123456789abcdef"
    assert found["num"]["hr"]["v"] == 78
    assert found["clock"]["start"] == 5


def _keep(path: Path) -> None:
    flag = {"v": 1, "id": "0123456789abcdef", "t": 7, "by": "Aino K"}
    line = {"v": 1, "start": 5, "wall": 5, "speed": 1, "running": False}
    person = {"v": 1, "name": "Okafor A"}
    entries = [
        Entry(SESSION, subject, kind, "", 7, ident, json.dumps(body).encode())
        for subject, kind, ident, body in (
            ("bed01", "flag", "0123456789abcdef", flag),
            ("_session", "line", "a", line),
            ("bed01", "person", "b", person),
        )
    ]
    value = Observation(SESSION, "bed01", "patch", "hr", 6, "ab", 1, 78.0, "/min", received=6)
    store = open_store(str(path))
    store.append(Batch(observations=[value], entries=entries))
    store.close()


def test_a_store_that_comes_later_is_read_then(broker: RealBroker, tmp_path: Path) -> None:
    """The page opens without a store, and shows what was kept as soon as there is one."""
    path = tmp_path / "store.sqlite"
    with real_dashboard.running(broker.url, tmp_path / "data", path) as page:
        play(page, SESSION)
        socket = page.stream(f"/stream?session={SESSION}", page.cookie("trainee", SESSION))
        heard(socket, lambda said: "bed01" in said.get("beds", {}))
        _keep(path)
        acts = heard(socket, lambda said: said.get("beds", {}).get("bed01", {}).get("acts"))
        assert acts["beds"]["bed01"]["acts"][0]["id"] == "0123456789abcdef"


def test_a_broker_that_goes_is_named_and_its_return_seen(broker: RealBroker, tmp_path: Path) -> None:
    """The page says what is missing, and numbers flow again by themselves."""
    with real_dashboard.running(broker.url, tmp_path / "data", tmp_path / "store.sqlite") as page:
        play(page, SESSION)
        socket = page.stream(f"/stream?session={SESSION}", page.cookie("trainee", SESSION))
        heard(socket, lambda said: said.get("beds", {}).get("bed01", {}).get("num"))
        broker.kill()
        assert heard(socket, lambda said: said.get("missing"))["missing"] == ["broker"]
        broker.restart()
        assert heard(socket, lambda said: said.get("missing") == [])
        page.call(_connected(page))
        play(page, SESSION, patient="Somebody New")
        assert heard(socket, lambda said: "Somebody New" in json.dumps(said))


async def _connected(page: real_dashboard.Running) -> None:
    while not (page.link.connected and page.dashboard.link.connected):
        await asyncio.sleep(0.01)
