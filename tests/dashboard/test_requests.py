"""An instructor and a real conductor: list, start, pause, speed, end."""

import asyncio
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from websockets.sync.client import ClientConnection

from broker import messages as m
from broker.client import Address
from dashboard.context import EVERY
from dashboard.links import make_link
from scenarios import conductor
from tests.dashboard.house import House, keeping
from tests.real_browser import patient
from tests.real_dashboard import DEADLINE_S, SITE, heard

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


@pytest.fixture
def console(chromium: Browser, house: House, boss: ClientConnection) -> Iterator[Page]:
    """Give the instructor's page of a ward of two, the first bed chosen."""
    started = ask(boss, "start", scenario="quiet-ward", beds=2, seed=4, speed=4)
    session, bed = started["body"]["session"], started["body"]["beds"][0]
    context = patient(chromium.new_context(viewport={"width": 1366, "height": 768}))
    page = context.new_page()
    page.goto(make_link(house.page.data, "instructor", house.page.base))
    page.goto(f"{house.page.base}/instructor/?session={session}")
    page.locator(f"tr[data-bed={bed}]").click()
    steer = page.locator(".steer")
    expect(steer.locator("option[value=haemorrhage]")).to_be_attached()  # nobody has touched the card
    yield page
    context.close()
    ask(boss, "stop", session)


def do(page: Page, deed: str, which: str, **more: str) -> None:
    """Choose in the panel, fill what is shown, and press the button."""
    steer = page.locator(".steer")
    steer.get_by_label("What to do").select_option(deed)
    steer.get_by_label("Which").select_option(which)
    for label, value in more.items():
        field = steer.get_by_label(label.replace("_", " ").rstrip())
        choice = field.evaluate("node => node.tagName") == "SELECT"
        field.select_option(value) if choice else field.fill(value)
    steer.get_by_role("button", name="Do it").click()


def told(house: House, page: Page, deeds: int, *texts: str) -> list[m.Steered]:
    """Wait until truth tells ``texts`` of the chosen bed, and so many deeds stand in the session's record.

    Return them. Runner and conductor say the one and the other, each when it gets to it.
    """
    session, live = page.url.partition("session=")[2], house.page.dashboard.live
    bed = page.locator("tr[data-bed].sel").get_attribute("data-bed") or ""

    async def until() -> None:
        async with asyncio.timeout(DEADLINE_S):
            while not {*texts} <= {e["text"] for e in live.truth[session].beds[bed]["events"]}:
                await asyncio.sleep(0.01)
            while len(live.records[session].steered) < deeds:
                await asyncio.sleep(0.01)

    house.page.call(until())
    return live.records[session].steered


@pytest.mark.browser
def test_the_console_steers_the_chosen_bed(console: Page) -> None:
    """Words come from the conductor; what was done, or why not, stands beside the button."""
    said = console.locator(".steer").get_by_role("status")
    do(console, "pin", "hr", How_much="999")
    expect(said).to_contain_text("0 to 300")
    do(console, "pin", "hr", How_much="165")
    expect(said).to_contain_text("done in")
    steer = console.locator(".steer")
    steer.get_by_label("What to do").select_option("treat")
    steer.get_by_label("Which").select_option("naloxone")
    expect(steer.get_by_label("How much")).to_have_attribute("placeholder", "0.2 mg")
    expect(console.locator("tr[data-bed].sel td.v .t").first).to_have_text(re.compile("16[0-9]"))


@pytest.mark.browser
def test_the_console_bends_the_ecg_and_gives_it_back(console: Page, house: House) -> None:
    """Each entry's numbers arrive under their names, are told in truth, and kept in the record."""
    do(console, "st", "inferior", How_much="0.4", infarct="2")
    do(console, "potassium", "potassium", How_much="6.8")
    do(console, "qt", "qt", How_much="1.3")
    do(console, "release", "st")
    kept = told(
        house,
        console,
        4,
        "ST inferior +0.4 mV, an infarct of 2 h (by hand)",
        "Potassium 6.8 mmol/L (by hand)",
        "QT × 1.3 (by hand)",
        "st (by hand)",
    )
    assert [(s.what.do, s.what.value, s.what.age_h) for s in kept] == [
        ("st", 0.4, 2.0), ("potassium", 6.8, None), ("qt", 1.3, None), ("release", None, None)
    ]  # fmt: skip


@pytest.mark.browser
def test_the_console_says_how_a_device_fails_and_swaps_two(console: Page, house: House) -> None:
    """A fault takes the numbers it knows; a swapped patch shows the neighbour's heart in the wrong bed."""
    steer = console.locator(".steer")
    do(console, "fault", "motion", Device="oximeter", moves="90", for_="40")
    do(console, "pin", "hr", How_much="165", within="1")
    row = console.locator("tr[data-bed].sel td.v").first
    expect(row.locator(".d")).to_have_text(re.compile("16[0-9]"))
    neighbour = console.locator("tr[data-bed]:not(.sel)").get_attribute("data-bed") or ""
    do(console, "fault", "swapped", Device="patch", Exchanged=neighbour)
    expect(row.locator(".d")).not_to_have_text(re.compile("1[56][0-9]"))
    expect(row.locator(".t")).to_have_text(re.compile("16[0-9]"))
    kept = told(house, console, 3, "oximeter motion (by hand)", "patch swapped (by hand)")
    assert (kept[0].what.how, kept[0].what.lasts_s) == ({"cadence_bpm": 90.0}, 40.0)
    do(console, "fault", "swapped", Device="patch")
    expect(steer.get_by_role("status")).to_contain_text("mend that first")
    do(console, "mend", "swapped", Device="patch")
    expect(row.locator(".d")).to_have_text(re.compile("16[0-9]"))
    do(console, "rhythm", "paced-tracking")
    expect(steer.get_by_role("status")).to_contain_text("60 to 130")


@pytest.mark.browser
def test_the_console_wakes_fells_and_has_measured(console: Page, house: House) -> None:
    """Consciousness, a fall and a cuff that is asked are told and kept; what nobody wears is refused."""
    do(console, "consciousness", "V")
    do(console, "fall", "fall")
    do(console, "measure", "cuff")
    do(console, "fall", "up")
    do(console, "release", "consciousness")
    kept = told(
        house,
        console,
        5,
        "ACVPU V (by hand)",
        "Falls (by hand)",
        "Cuff measures (by hand)",
        "Up again (by hand)",
        "consciousness (by hand)",
    )
    assert [(s.what.do, s.what.name) for s in kept] == [
        ("consciousness", "V"), ("fall", "fall"), ("measure", "cuff"), ("fall", "up"),
        ("release", "consciousness"),
    ]  # fmt: skip
    do(console, "measure", "spirometer")
    expect(console.locator(".steer").get_by_role("status")).to_contain_text("here: cuff")
