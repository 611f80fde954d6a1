"""The trainee's pages in a real browser, on a real dashboard: what a person sees, presses and hears."""

import random
import re

import pytest
from playwright.sync_api import expect

from broker import messages as m
from broker import topics
from dashboard import view
from tests.dashboard.browsing import DESK, LAPTOP, PHONE, SOON_MS, Cable, Windows, alarm, measured, now, tile
from tests.dashboard.house import keeping
from tests.real_dashboard import SITE, play

pytestmark = [pytest.mark.slow, pytest.mark.browser]

HOSTILE = '<img src=x onerror="window.broken=1"><b>Haddad</b>'


def test_the_browser_judges_by_the_same_rules(windows: Windows) -> None:
    """Ages, layouts and words agree between Python and JavaScript, on thousands of cases."""
    play(windows.house.page, windows.session)
    page = windows.open()
    dice = random.Random(5)
    ages = [
        (
            dice.choice([dice.uniform(0, 90), dice.uniform(0, 1e5)]),
            dice.choice([0, 0.2, 1, 5, 20, 60, 299, 300, 900]),
            dice.choice([60.0, 14400.0]),
            dice.choice([0.5, 1, 4, 60]),
        )
        for _ in range(3000)
    ]
    states = page.evaluate("cases => cases.map(c => window.teleward.rules.valueState(...c))", ages)
    assert states == [view.value_state(*case) for case in ages]
    screens = [(dice.randint(1, 70), dice.randint(610, 4000), dice.randint(400, 2400)) for _ in range(3000)]
    plan = "c => { const p = teleward.rules.plan(...c); return [p.density.name, p.columns, p.rows]; }"
    plans = page.evaluate(f"cases => cases.map({plan})", screens)
    wanted = [view.plan(*case) for case in screens]
    assert plans == [[p.density.name, p.columns, p.rows] for p in wanted]
    times = [dice.randrange(0, 2 ** dice.randint(10, 42)) for _ in range(2000)]
    said = "t => [teleward.words.since(t), teleward.words.clock(t), teleward.words.clock(t, true)]"
    words = page.evaluate(f"cases => cases.map({said})", times)
    assert words == [[view.since(t), view.clock(t), view.clock(t, seconds=True)] for t in times]


def test_a_tile_says_what_devices_say_and_how_sure_they_are(windows: Windows) -> None:
    """A doubtful value has its mark; a stale one is grey with its age; a silent bed has no data."""
    ward, session = windows.house.page, windows.session
    play(ward, session)
    page = windows.open()
    doubtful = m.Reading(v=82, u="%", q="Qst", why="poor signal")
    measured(ward, session, "bed01", 2, hr=m.Reading(v=84, u="/min"), spo2=doubtful)
    number = tile(page, "bed01").locator(".num.spo2")
    expect(number.locator(".nv")).to_have_text("82?", timeout=SOON_MS)
    expect(number).to_have_class(re.compile(r"\bq\b"))
    expect(number).to_have_attribute("title", re.compile("poor signal"))
    expect(number).to_have_class(re.compile(r"\bstale\b"), timeout=SOON_MS)
    expect(number.locator(".ns")).to_have_text(re.compile(r"^\d+ s$"))
    expect(tile(page, "bed01").locator(".lostbox")).to_contain_text("No data", timeout=SOON_MS)
    expect(number.locator(".nv")).to_have_text("– –")
    expect(tile(page, "bed01")).to_have_class(re.compile(r"\bnodata\b"))


def test_free_text_is_only_text(windows: Windows) -> None:
    """A name with markup in it is shown as it was typed, on the ward and at the bed."""
    play(windows.house.page, windows.session, patient=HOSTILE)
    page = windows.open()
    expect(tile(page, "bed01").locator(".who")).to_contain_text("<b>Haddad</b>", timeout=SOON_MS)
    windows.go(page, "/bed/bed01")
    expect(page.locator(".nm")).to_contain_text("<b>Haddad</b>", timeout=SOON_MS)
    assert page.evaluate("window.broken") is None


def test_an_alarm_has_colour_mark_place_words_and_voice(windows: Windows) -> None:
    """New it flashes and is said aloud; acknowledged it is steady and stands below."""
    ward, session = windows.house.page, windows.session
    play(ward, session)
    page = windows.open()
    measured(ward, session, "bed02", 2, hr=m.Reading(v=168, u="/min"))
    alarm(ward, session, "bed02", priority="Hi", text="Ventricular tachycardia", id="vt")
    band = tile(page, "bed02").locator(".band")
    expect(band).to_have_class(re.compile("high flash"), timeout=SOON_MS)
    expect(band.locator(".mk")).to_have_text("***")
    expect(tile(page, "bed02").locator(".num.hr")).to_have_class(re.compile("a-high"))
    expect(page.locator("#say-assertive")).to_contain_text("B02 Okafor A high alarm Ventricular tachycardia")
    expect(page.locator(".rail .q-item").first).to_contain_text("B02")
    expect(tile(page, "bed02")).to_have_attribute(
        "aria-label", re.compile("high alarm Ventricular tachycardia")
    )
    alarm(
        ward, session, "bed02", priority="Hi", text="Ventricular tachycardia", id="vt", seq=2, presence="Ack"
    )
    expect(band).to_have_class("band high ack", timeout=SOON_MS)
    expect(page.locator(".rail .q-item.done")).to_contain_text("B02")


def test_a_lost_device_and_a_dying_patient_differ_in_words(windows: Windows) -> None:
    """On the tile, in the rail and in what is read aloud; not only in colour."""
    ward, session = windows.house.page, windows.session
    play(ward, session)
    page = windows.open()
    alarm(ward, session, "bed01", id="asystole", priority="Hi", text="Asystole", metric=None)
    alarm(
        ward,
        session,
        "bed02",
        id="lost-patch",
        priority="Lo",
        kind="Tec",
        text="No data: ECG patch",
        metric=None,
    )
    dying, lost = tile(page, "bed01"), tile(page, "bed02")
    expect(dying.locator(".band")).to_contain_text("***Asystole", timeout=SOON_MS)
    expect(lost.locator(".band")).to_contain_text("*No data: ECG patch")
    expect(lost.locator(".lostbox")).to_contain_text("Last seen", timeout=SOON_MS)
    expect(lost).to_have_attribute("aria-label", re.compile("no data, low alarm No data: ECG patch"))
    expect(dying).to_have_attribute("aria-label", re.compile("high alarm Asystole"))
    expect(page.locator(".rail .q-item .tx")).to_have_text(["Asystole", "No data: ECG patch"])
    expect(page.locator("#say-assertive")).to_contain_text("Asystole")
    expect(page.locator("#say-assertive")).not_to_contain_text("No data")


def test_everything_goes_by_keyboard(windows: Windows) -> None:
    """Digits choose, Enter opens, brackets go on, Escape goes back, a letter does nothing in a field."""
    play(windows.house.page, windows.session, beds=12)
    page = windows.open()
    expect(page.locator(".tile")).to_have_count(12, timeout=SOON_MS)
    chosen = re.compile(r"\bsel\b")
    for _ in range(
        20
    ):  # until the machine lets two digits come within the 0.8 s in which they are one number
        page.keyboard.press("1")
        page.keyboard.press("2")
        if chosen.search(tile(page, "bed12").get_attribute("class") or ""):
            break
    expect(tile(page, "bed12")).to_have_class(chosen)
    page.keyboard.press("ArrowLeft")
    expect(tile(page, "bed11")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/bed/bed11$"), timeout=SOON_MS)
    expect(page.locator(".pstrip .bed")).to_have_text("B11")
    page.keyboard.press("]")
    expect(page.locator(".pstrip .bed")).to_have_text("B12")
    page.keyboard.press("w")
    page.keyboard.type("a fine facf")
    expect(page.locator("#acts textarea")).to_have_value("a fine facf")
    page.keyboard.press("Escape")
    expect(page.locator("#acts textarea")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator(".tile")).to_have_count(12, timeout=SOON_MS)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="All keys")).to_be_visible()


def test_a_flag_is_recorded_only_when_it_is(windows: Windows) -> None:
    """Without a station it says so and goes on trying; with one it is recorded, and can be undone."""
    play(windows.house.page, windows.session)
    page = windows.open()
    tile(page, "bed01").click()
    page.keyboard.press("f")
    expect(page.locator(".rail .log")).to_contain_text("not sent, retrying", timeout=SOON_MS)
    expect(page.locator(".card.undo")).not_to_contain_text("recorded")
    with keeping(windows.house):
        expect(page.locator(".card.undo")).to_contain_text("recorded", timeout=SOON_MS)
        page.get_by_role("button", name="Artefact").click()
        expect(tile(page, "bed01").locator(".pill.flag")).to_have_attribute(
            "title", re.compile("artefact"), timeout=SOON_MS
        )
        page.keyboard.press("u")
        expect(tile(page, "bed01").locator(".pill.flag")).to_have_count(0, timeout=SOON_MS)


def test_a_call_is_seen_by_everybody_and_taken_once(windows: Windows) -> None:
    """The form is filled from the chart; a colleague at another bed sees the call and takes it."""
    play(windows.house.page, windows.session)
    with keeping(windows.house):
        caller = windows.open("Aino K")
        colleague = windows.open("Ben T", "/bed/bed02")
        phone = windows.open("Cy M", size=PHONE)
        tile(caller, "bed01").click()
        caller.keyboard.press("c")
        expect(caller.locator("#call-identify")).to_have_value(
            re.compile(r"Aino K, Ward B\. Okafor A"), timeout=SOON_MS
        )
        caller.locator("#call-assessment").fill("I suspect sepsis")
        caller.keyboard.press("Control+Enter")
        for other in (colleague, phone):
            expect(other.locator(".callline")).to_contain_text("by Aino K", timeout=SOON_MS)
        colleague.get_by_role("button", name="Take the call for B01").click()
        for window in (caller, colleague, phone):
            expect(window.locator(".callline")).to_contain_text("taken by Ben T", timeout=SOON_MS)
        expect(phone.get_by_role("button", name="Take the call for B01")).to_have_count(0)


def test_a_bed_shows_what_was_from_the_store(windows: Windows) -> None:
    """Trends are drawn of what was stored; the record tells what I did, and grows as I do more."""
    ward, session = windows.house.page, windows.session
    with keeping(windows.house):
        play(ward, session)
        page = windows.open()
        for seq in range(2, 6):
            measured(ward, session, "bed01", seq, hr=m.Reading(v=80 + seq, u="/min"))
        tile(page, "bed01").click()
        page.keyboard.press("f")
        expect(page.locator(".card.undo")).to_contain_text("recorded", timeout=SOON_MS)
        page.keyboard.press("Enter")
        expect(page.locator("#record")).to_contain_text("flagged by you", timeout=SOON_MS)
        drawn = (
            "() => document.querySelector('#trends .js-plotly-plot')"
            "?.data?.some(trace => trace.name === 'HR' && trace.y.length)"
        )
        page.wait_for_function(drawn, timeout=SOON_MS)
        assert page.evaluate("document.querySelectorAll('#trends canvas').length") == 0
        page.keyboard.press("w")
        page.keyboard.type("Hot and <i>breathing</i> fast")
        page.keyboard.press("Control+Enter")
        expect(page.locator("#record")).to_contain_text(
            "note by you: Hot and <i>breathing</i> fast", timeout=SOON_MS
        )
        page.get_by_role("button", name="Sepsis").click()
        expect(page.locator("#record")).to_contain_text("Sepsis by you", timeout=SOON_MS)


def test_traces_move_and_stop_with_the_stream(windows: Windows) -> None:
    """Samples are drawn as they come; a lost connection greys what is old, says its age, and heals."""
    ward, session, cable = windows.house.page, windows.session, Cable()
    play(ward, session)
    page = windows.open(cable=cable)
    start = now()
    for i in range(10):
        d = [round(200 * ((j % 50) == 0)) for j in range(50)]
        block = m.Wave(v=1, hz=250, u="mV", d=d, scale=0.005, boot="ab", seq=i, i0=50 * i, t=start + 200 * i)
        ward.publish(topics.wave(SITE, session, "bed01", "patch", "ecg_ii"), block)
    page.wait_for_function("() => window.teleward.stats.drawn > 40", timeout=SOON_MS)
    cable.pull()
    expect(page.locator(".notice.lost")).to_contain_text(
        re.compile(r"Connection lost 0:(0[1-9]|[1-5]\d)"), timeout=SOON_MS
    )
    expect(page.locator("#teleward")).to_have_class(re.compile("offline"))
    drawn = page.evaluate("window.teleward.stats.drawn")
    cable.out = False
    expect(page.locator(".notice.back")).to_contain_text("Back after", timeout=SOON_MS)
    expect(page.locator("#teleward")).not_to_have_class(re.compile("offline"))
    assert page.evaluate("window.teleward.stats.drawn") == drawn


def test_a_restarted_server_does_not_clear_the_ward(windows: Windows) -> None:
    """It knows of no bed at first; tiles stay as they are, no new ones are made, and old values get old."""
    cable = Cable()
    play(windows.house.page, windows.session)
    page = windows.open(cable=cable)
    expect(page.locator(".tile .news b")).to_have_count(2, timeout=SOON_MS)
    page.evaluate("document.querySelectorAll('.tile, .tile .news b').forEach(node => { node.kept = true; })")
    cable.forgetful = True
    cable.pull()
    cable.out = False
    expect(page.locator(".notice.lost")).to_have_count(0, timeout=SOON_MS)
    page.wait_for_function("() => teleward.stats.reconnects > 0", timeout=SOON_MS)
    expect(tile(page, "bed01")).to_have_class(re.compile(r"\bnodata\b"), timeout=SOON_MS)
    assert (
        page.evaluate("[...document.querySelectorAll('.tile, .tile .news b')].filter(n => n.kept).length")
        == 4
    )
    cable.forgetful = False
    cable.pull()
    cable.out = False
    page.wait_for_function("() => teleward.stats.reconnects > 1", timeout=SOON_MS)
    assert page.evaluate("[...document.querySelectorAll('.tile')].every(n => n.kept)")


def test_a_line_of_the_rail_stays_while_its_value_changes(windows: Windows) -> None:
    """Or a click that began before the change would end on nothing, and the keyboard's focus be lost."""
    ward, session = windows.house.page, windows.session
    play(ward, session)
    page = windows.open()
    alarm(ward, session, "bed02")
    line = page.locator(".rail .q-item")
    line.focus(timeout=SOON_MS)
    alarm(ward, session, "bed02", text="HR 131 > 120", seq=2)
    expect(line.locator(".tx")).to_have_text("HR 131 > 120", timeout=SOON_MS)
    expect(line).to_be_focused()
    windows.go(page, "/bed/bed02")
    band = page.locator(".balarm .band")
    expect(band).to_contain_text("HR 131 > 120", timeout=SOON_MS)
    band.evaluate("node => { node.kept = true; }")
    alarm(ward, session, "bed02", text="HR 140 > 120", seq=3)
    expect(band.locator(".tx")).to_have_text("HR 140 > 120", timeout=SOON_MS)
    assert band.evaluate("node => node.kept")


def test_the_banner_stands_on_every_page(windows: Windows) -> None:
    """In words, at least 26 pixels high, on ward, bed and phone."""
    play(windows.house.page, windows.session)
    for path, size in (("/", DESK), ("/bed/bed01", LAPTOP), ("/", PHONE), ("/bed/bed01", PHONE)):
        page = windows.open(path=path, size=size)
        banner = page.get_by_text("training only, not for patient care")
        expect(banner).to_be_visible(timeout=SOON_MS)
        box = page.locator(".sim").bounding_box()
        assert box is not None
        assert box["height"] >= 26
        page.close()  # it draws for as long as it is open


def test_the_phone_sorts_by_urgency(windows: Windows) -> None:
    """The bed with the worst alarm stands first; the buttons name the bed they act on."""
    ward, session = windows.house.page, windows.session
    play(ward, session, beds=6)
    alarm(ward, session, "bed05", priority="Hi", text="Asystole", id="asystole")
    phone = windows.open(size=PHONE)
    expect(phone.locator(".prow").first.locator(".bed")).to_have_text("B05", timeout=SOON_MS)
    phone.locator(".prow", has_text="B02").tap()
    expect(phone.get_by_role("button", name="Flag B02")).to_be_visible()
