"""The instructor's console in a real browser."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from broker import messages as m
from broker import topics
from dashboard.context import EVERY
from dashboard.links import make_link
from tests.dashboard.browsing import SOON_MS, now
from tests.dashboard.house import House
from tests.real_browser import patient
from tests.real_dashboard import SECRET, SITE, play

pytestmark = [pytest.mark.slow, pytest.mark.browser]

HOSTILE = '<img src=x onerror="window.broken=1">'


@pytest.fixture
def console(chromium: Browser, house: House, session: str) -> Iterator[Page]:
    """Give an instructor's page on a session of two beds; what the page does wrong fails the test."""
    play(house.page, session, patient=HOSTILE)
    trouble: list[str] = []
    context = patient(chromium.new_context(viewport={"width": 1366, "height": 768}))
    tab = context.new_page()
    tab.on("pageerror", lambda error: trouble.append(str(error)))
    tab.on("console", lambda said: trouble.append(said.text) if said.type == "error" else None)
    tab.goto(make_link(house.page.data, "instructor", house.page.base))
    assert "token" not in tab.url
    tab.goto(f"{house.page.base}/instructor/?session={session}")
    expect(tab.locator("tr[data-bed=bed02] .cond")).to_have_text(SECRET)
    yield tab
    assert tab.evaluate("window.broken") is None
    context.close()
    assert trouble == []


def test_truth_stands_over_what_is_displayed(console: Page) -> None:
    """The body's rate above, the screen's below, framed where they part."""
    cell = console.locator("tr[data-bed=bed01] td.v").first
    expect(cell.locator(".t")).to_have_text("113")
    expect(cell.locator(".d")).to_have_text(re.compile(r"^78\??$"))  # old, once it is not repeated
    expect(cell.locator(".d")).to_have_class("d gap")
    expect(console.locator(".sim")).to_contain_text("training only")
    expect(console.locator(".role")).to_contain_text("do not project")


def test_the_console_works_by_keyboard(console: Page) -> None:
    """Arrows choose a bed, a slash writes a note, which stays text and is told to other instructors."""
    console.keyboard.press("ArrowDown")
    expect(console.locator("tr[data-bed=bed02]")).to_have_class("sel")
    expect(console.locator(".truthcard h2")).to_contain_text("B02")
    console.keyboard.press("/")
    console.keyboard.type(HOSTILE)
    console.keyboard.press("Enter")
    expect(console.locator(".notes p")).to_contain_text(HOSTILE)
    console.keyboard.press("Escape")
    console.keyboard.press("ArrowUp")
    expect(console.locator("tr[data-bed=bed01]")).to_have_class("sel")


def test_ending_a_session_is_asked_once(console: Page) -> None:
    """The first click asks, the way back is one key."""
    console.get_by_role("button", name="End session").click()
    expect(console.get_by_role("button", name="End it")).to_be_focused()
    console.keyboard.press("Escape")
    expect(console.get_by_role("button", name="End session")).to_be_visible()


def test_a_phone_keeps_four_fifths_of_its_screen_for_the_table(console: Page) -> None:
    """What the header says still stands there, nothing goes off the side, and buttons keep their names."""
    console.set_viewport_size({"width": 390, "height": 844})
    for words in ("SIMULATION", "training only", "do not project"):
        expect(console.locator(".top")).to_contain_text(words)
    above = console.evaluate("document.getElementById('board').getBoundingClientRect().top")
    assert above <= 844 / 5
    assert console.evaluate("document.documentElement.scrollWidth") == 390
    for name in ("Pause", "×60", "Start another session", "End session"):
        box = console.get_by_role("button", name=name, exact=False).first.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        assert min(box["width"], box["height"]) >= 30


def test_who_is_here_and_looks_where_is_told(console: Page, house: House, session: str) -> None:
    """A trainee who comes and opens a bed stands in the list and in the bed's row."""
    socket = house.page.stream(f"/stream?session={session}", house.page.cookie("trainee", session))
    socket.send('{"k":"act","do":"look","id":"look-0001","bed":"bed02","page":"bed"}')
    expect(console.locator(".people")).to_contain_text("Aino K")
    expect(console.locator(".people")).to_contain_text("on B02")
    expect(console.locator("tr[data-bed=bed02] .who2")).to_contain_text("looking")


def test_all_that_the_page_names_is_served(house: House) -> None:
    """Shared scripts and sheets lie where the page looks for them."""
    with house.page.client(house.page.cookie("instructor", EVERY)) as client:
        page = client.get("/instructor/").text
        named = [part.split('"')[0] for mark in ('src="', 'href="') for part in page.split(mark)[1:]]
        assert len(named) > 12
        for path in named:
            assert client.get(path).status_code == 200, path


def test_escape_closes_the_dialog_and_gives_the_focus_back(console: Page) -> None:
    """From any field of it; Tab stays inside while it is open."""
    opener = console.get_by_role("button", name=re.compile("Start another"))
    opener.click()
    dialog = console.get_by_role("dialog", name="Start another session")
    expect(dialog).to_be_focused()
    console.keyboard.press("Shift+Tab")
    expect(dialog.get_by_role("button", name="Close")).to_be_focused()
    for _ in range(3):
        console.keyboard.press("Tab")
        assert console.evaluate("document.getElementById('start-panel').contains(document.activeElement)")
    dialog.get_by_label("Seed").focus()
    console.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(opener).to_be_focused()
    opener.click()
    expect(dialog).to_be_visible()


COVERED = """() => {
  const parts = [...document.querySelectorAll('#line .mark, #line text:not(.in)')];
  const edge = document.querySelector('#line svg').getBoundingClientRect();
  const boxes = parts.map(part => [part.getBoundingClientRect(), part.textContent]);
  const off = boxes.filter(([a]) => a.left < edge.left - 1 || a.right > edge.right + 1);
  const over = boxes.flatMap(([a, what], i) => boxes.slice(i + 1)
    .filter(([b]) => a.left < b.right - 1 && b.left < a.right - 1)
    .filter(([b]) => a.top < b.bottom - 3 && b.top < a.bottom - 3)
    .map(([, other]) => [what, other]));
  return [off.map(([, what]) => what), over];
}"""


@pytest.mark.parametrize("width", [1366, 390])
def test_nothing_on_the_sessions_line_covers_another(
    console: Page, house: House, session: str, width: int
) -> None:
    """Where much begins at once it stands in lanes, or as one mark with its number that names it all."""
    start, ward = now(), house.page
    names = [f"What comes as number {k}" for k in range(16)]
    items = [
        m.PlanItem(name=name, start=start + 1000 * (5 * k if k < 8 else 60 * k))
        for k, name in enumerate(names)
    ]
    plan = m.Plan(v=1, t=start, condition="Much at once", items=items)
    ward.publish(topics.truth(SITE, session, "bed02", "phase"), plan, retain=True)
    for k in range(4):
        flag = m.Flag(
            v=1, id=f"flag-000{k}", t=start + 3000 * k, by=f"Aino {k}", by_id=f"p-{k}", role="trainee"
        )
        ward.publish(topics.chart(SITE, session, "bed01", "flag"), flag)
    console.set_viewport_size({"width": width, "height": 844})
    line = console.locator("#line")
    for name in (*names, *(f"Aino {k}: B01 flagged" for k in range(4))):
        expect(line).to_contain_text(name)  # a title counts
    console.wait_for_function(f"() => JSON.stringify(({COVERED})()) === '[[],[]]'", timeout=SOON_MS)
