"""An instructor and a real conductor: list, start, pause, speed, end."""

import asyncio
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from websockets.sync.client import ClientConnection

from broker.client import Address
from dashboard.context import EVERY
from dashboard.links import make_link
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


def number(said: dict[str, Any], bed: str, metric: str) -> float:
    """Return what a message of the stream says of a vital sign, 0 if nothing."""
    reading = ((said.get("beds", {}).get(bed) or {}).get("num") or {}).get(metric) or {}
    return float(reading.get("v") or 0)


def test_an_instructor_conducts(house: House, boss: ClientConnection) -> None:
    """What is started is told to all instructors; trainees follow its clock until it ends."""
    offered = ask(boss, "list")["body"]["scenarios"]
    assert "quiet-ward" in {scenario["name"] for scenario in offered}
    assert not ask(boss, "check", text="name: x\n")["ok"]
    started = ask(boss, "start", scenario="quiet-ward", beds=2, seed=4, speed=1)
    assert started["ok"], started["error"]
    session = started["body"]["session"]
    trainee = house.page.stream(f"/stream?session={session}", house.page.cookie("trainee", session))
    bed = started["body"]["beds"][0]
    heard(trainee, lambda said: said.get("beds", {}).get(bed, {}).get("num", {}).get("hr"))
    assert ask(boss, "speed", session, speed=4)["ok"]
    heard(trainee, lambda said: (said.get("clock") or {}).get("speed") == 4)
    steer = {"do": "pin", "bed": bed, "name": "hr", "value": 170, "over_s": 1}
    assert "hr" in ask(boss, "list")["body"]["words"]["sign"]
    assert ask(boss, "steer", session, steer=steer)["ok"]
    heard(trainee, lambda said: number(said, bed, "hr") > 150)
    refused = ask(boss, "steer", session, steer={**steer, "name": "heart"})
    assert "no such vital sign" in refused["error"]
    assert not ask(trainee, "steer", session, steer=steer)["ok"]
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


@pytest.mark.browser
def test_the_console_steers_the_chosen_bed(chromium: Browser, house: House, boss: ClientConnection) -> None:
    """Words come from the conductor; what was done, or why not, stands beside the button."""
    started = ask(boss, "start", scenario="quiet-ward", beds=2, seed=4, speed=4)
    session, bed = started["body"]["session"], started["body"]["beds"][0]
    page = chromium.new_page(viewport={"width": 1366, "height": 768})
    page.goto(make_link(house.page.data, "instructor", house.page.base))
    page.goto(f"{house.page.base}/instructor/?session={session}")
    page.locator(f"tr[data-bed={bed}]").click()
    steer = page.locator(".steer")
    steer.locator("[aria-label='What to do']").focus()
    expect(steer.locator("option[value=haemorrhage]")).to_be_attached(timeout=30_000)
    steer.get_by_label("What to do").select_option("pin")
    steer.get_by_label("Which").select_option("hr")
    steer.get_by_label("How much").fill("999")
    steer.get_by_role("button", name="Do it").click()
    expect(steer.get_by_role("status")).to_contain_text("0 to 300", timeout=30_000)
    steer.get_by_label("How much").fill("165")
    steer.get_by_role("button", name="Do it").click()
    expect(steer.get_by_role("status")).to_contain_text("done in", timeout=30_000)
    steer.get_by_label("What to do").select_option("treat")
    steer.get_by_label("Which").select_option("naloxone")
    expect(steer.get_by_label("How much")).to_have_attribute("placeholder", "0.2 mg")
    expect(page.locator(f"tr[data-bed={bed}] td.v .t").first).to_have_text(
        re.compile("16[0-9]"), timeout=60_000
    )
    page.close()
