"""An instructor and a real conductor: list, start, pause, speed, end."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.sync.client import ClientConnection

from broker.client import Address
from dashboard.context import EVERY
from scenarios import conductor
from tests.dashboard.house import House, keeping
from tests.real_dashboard import SITE, heard

pytestmark = pytest.mark.slow


@pytest.fixture
def boss(house: House) -> Iterator[ClientConnection]:
    """Give an instructor's stream beside a station and a conductor that plays nothing yet."""

    async def start() -> asyncio.Task[None]:
        address, data = Address.parse(house.broker.url, {}), house.page.data
        return asyncio.create_task(conductor.run(address, str(house.store), SITE, data_dir=data))

    async def there() -> None:
        while house.page.dashboard.live.parts.get("simulate") != "online":
            await asyncio.sleep(0.01)

    async def stop(task: asyncio.Task[None]) -> None:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    with keeping(house):
        task = house.page.call(start())
        house.page.call(there())
        yield house.page.stream("/instructor/stream", house.page.cookie("instructor", EVERY))
        house.page.call(stop(task))


def ask(socket: ClientConnection, verb: str, session: str = "all", **what: Any) -> dict[str, Any]:  # noqa: ANN401 -- fields of a request
    """Ask the conductor, and return its answer."""
    ident = f"req-{verb}"
    socket.send(json.dumps({"k": "req", "id": ident, "verb": verb, "session": session, "what": what}))
    return heard(socket, lambda said: said["k"] == "done" and said["id"] == ident)


def test_an_instructor_conducts(house: House, boss: ClientConnection) -> None:
    """What is started is told to all instructors; trainees follow its clock until it ends."""
    offered = ask(boss, "list")["body"]["scenarios"]
    assert "quiet-ward" in {scenario["name"] for scenario in offered}
    assert not ask(boss, "check", text="name: x\n")["ok"]
    started = ask(boss, "start", scenario="quiet-ward", beds=2, seed=7, speed=1)
    assert started["ok"], started["error"]
    session = started["body"]["session"]
    trainee = house.page.stream(f"/stream?session={session}", house.page.cookie("trainee", session))
    bed = started["body"]["beds"][0]
    heard(trainee, lambda said: said.get("beds", {}).get(bed, {}).get("num", {}).get("hr"))
    assert ask(boss, "speed", session, speed=4)["ok"]
    heard(trainee, lambda said: (said.get("clock") or {}).get("speed") == 4)
    assert ask(boss, "pause", session)["ok"]
    heard(trainee, lambda said: (said.get("clock") or {}).get("running") is False)
    assert ask(boss, "stop", session)["ok"]
    assert heard(trainee, lambda said: said["k"] == "bye")["why"]


def test_the_form_asks_the_same_conductor(house: House, boss: ClientConnection) -> None:
    """The page's list and check come from it; the list is for instructors' eyes."""
    assert heard(boss, lambda said: said["k"] == "hello")["role"] == "instructor"
    fields = ["scenario", "own", "beds", "seed", "pace"]
    with house.page.client(house.page.cookie("instructor", EVERY)) as client:
        listed = client.post(
            "/instructor/_dash-update-component",
            json={
                "output": "..scenario.options...scenario.value...offered.children..",
                "outputs": [
                    {"id": "scenario", "property": "options"},
                    {"id": "scenario", "property": "value"},
                    {"id": "offered", "property": "children"},
                ],
                "inputs": [{"id": "open-start", "property": "n_clicks", "value": 1}],
                "state": [{"id": "scenario", "property": "value", "value": None}],
                "changedPropIds": ["open-start.n_clicks"],
            },
        )
        assert "sepsis" in listed.text
        checked = client.post(
            "/instructor/_dash-update-component",
            json={
                "output": "..started.children...started.className..",
                "outputs": [
                    {"id": "started", "property": "children"},
                    {"id": "started", "property": "className"},
                ],
                "inputs": [
                    {"id": "start", "property": "n_clicks", "value": None},
                    {"id": "check", "property": "n_clicks", "value": 1},
                ],
                "state": [
                    {"id": name, "property": "value", "value": "bedz: 3" if name == "own" else None}
                    for name in fields
                ],
                "changedPropIds": ["check.n_clicks"],
            },
        )
        assert "did you mean" in checked.text
