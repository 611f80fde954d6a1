"""Every number fits its place, at every size, whatever is measured."""

import re

import pytest
from playwright.sync_api import expect

from broker import messages as m
from broker import topics
from tests.dashboard.browsing import DESK, LAPTOP, PHONE, SOON_MS, Windows, alarm, measured, now, tile
from tests.real_dashboard import SITE, Running, play
from vitals.catalogue import VITAL_SIGNS, WAVEFORMS

pytestmark = [pytest.mark.slow, pytest.mark.browser]

MONITOR = {
    "hr": 114, "rr": 15, "spo2": 97, "abp_sys": 240, "abp_dia": 140, "abp_map": 171, "etco2": 38,
    "temp": 37.2, "glucose": 12.4, "weight": 81.2, "fio2": 40, "rr_co2": 16, "cgm": 11.8, "pef": 410,
    "fev1": 2.31,
}  # fmt: skip
WAVES = ("ecg_ii", "ecg_v1", "ecg_v5", "pleth", "resp", "abp", "capno")


def bedside_monitor(ward: Running, session: str, bed: str) -> None:
    """Let a device say everything that a bedside monitor, a capnometer, a meter and a scale say."""
    readings = {key: m.Reading(v=value, u=VITAL_SIGNS[key].unit) for key, value in MONITOR.items()}
    measured(ward, session, bed, 2, **readings)
    for metric in WAVES:
        hz, scale = WAVEFORMS[metric].hz, WAVEFORMS[metric].scale
        d = [i % 100 for i in range(hz // 5)]
        block = m.Wave(
            v=1, hz=hz, u=WAVEFORMS[metric].unit, d=d, scale=scale, boot="ab", seq=1, i0=0, t=now()
        )
        ward.publish(topics.wave(SITE, session, bed, "patch", metric), block)


@pytest.mark.parametrize("size", [DESK, LAPTOP, PHONE])
def test_a_bed_shows_whatever_is_measured(windows: Windows, size: tuple[int, int]) -> None:
    """An arterial line, a capnogram and leads among the traces; every number fits, in alarm too."""
    ward, session = windows.house.page, windows.session
    play(ward, session)
    page = windows.open(path="/bed/bed01", size=size)
    bedside_monitor(ward, session, "bed01")
    alarm(
        ward, session, "bed01", id="abp-sys-high", metric="abp_sys", text="ABP sys 240 > 160", priority="Hi"
    )
    leads = 0 if size == PHONE else 2
    expect(page.locator("#mon .wave")).to_have_count(5 + leads, timeout=SOON_MS)
    expect(page.locator("#mon .num.nibp.line .nv")).to_have_text("240/140", timeout=SOON_MS)
    expect(page.locator("#mon .num.nibp")).to_have_class(re.compile("a-high"), timeout=SOON_MS)
    expect(page.locator("#mon .num.etco2 .nv")).to_have_text("38")
    for name in ("Glucose", "Weight", "FiO₂", "RR CO₂", "CGM", "PEF", "FEV₁"):
        expect(page.locator("#spots")).to_contain_text(name)
    expect(page.locator("#devices")).to_contain_text("patch")
    outside = """() => [...document.querySelectorAll('#mon .num, #spots .spot')].filter(box => {
        const edge = box.getBoundingClientRect();
        return [...box.querySelectorAll('.nv, b')].some(text => {
          const at = text.getBoundingClientRect();
          return at.left < edge.left - 1 || at.right > edge.right + 1
            || at.top < edge.top - 3 || at.bottom > edge.bottom + 3;
        });
      }).map(box => box.className)"""
    assert page.evaluate(outside) == []


@pytest.mark.parametrize("beds", [2, 7, 12, 30])
def test_a_tile_holds_all_that_stands_in_it(windows: Windows, beds: int) -> None:
    """Widest values, in alarm, at every density: nothing is pushed over the tile's edge."""
    ward, session = windows.house.page, windows.session
    play(ward, session, beds=beds)
    page = windows.open()
    bedside_monitor(ward, session, "bed01")
    alarm(
        ward, session, "bed01", id="abp-sys-high", metric="abp_sys", text="ABP sys 240 > 160", priority="Hi"
    )
    expect(tile(page, "bed01").locator(".num.nibp .nv")).to_have_text("240/140", timeout=SOON_MS)
    expect(tile(page, "bed01").locator(".num.nibp")).to_have_class(re.compile("a-high"), timeout=SOON_MS)
    outside = """tile => {
      const edge = tile.getBoundingClientRect();
      return [...tile.querySelectorAll('*')].filter(part => {
        const at = part.getBoundingClientRect();
        const out = at.right > edge.right + 1 || at.left < edge.left - 1 || at.bottom > edge.bottom + 1;
        return at.width && out;
      }).map(part => part.className);
    }"""
    assert tile(page, "bed01").evaluate(outside) == []


NAMELESS = """() => [...document.querySelectorAll(
    'button, a[href], input, textarea, select, [role=group], [role=dialog]')]
  .filter(node => node.getClientRects().length)
  .filter(node => !(node.getAttribute('aria-label') || node.title || node.textContent.trim()
    || (node.labels && [...node.labels].some(label => label.textContent.trim()))))
  .map(node => node.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_whatever_can_be_used_has_a_name(windows: Windows, size: tuple[int, int]) -> None:
    """For those who hear the page: on the ward, at a bed, in the forms over them."""
    ward, session = windows.house.page, windows.session
    play(ward, session)
    page = windows.open(size=size)
    alarm(ward, session, "bed01")
    expect(page.locator("[data-bed=bed01] .band")).to_contain_text("HR 124 > 120", timeout=SOON_MS)
    assert page.evaluate(NAMELESS) == []
    windows.go(page, "/bed/bed01")
    expect(page.locator("#mon .num.hr .nv")).to_have_text(re.compile("78|–"), timeout=SOON_MS)
    page.keyboard.press("f")
    page.keyboard.press("c")
    expect(page.get_by_role("button", name="Send call")).to_be_visible(timeout=SOON_MS)
    assert page.evaluate(NAMELESS) == []
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="All keys")).to_be_visible()
    assert page.evaluate(NAMELESS) == []


@pytest.mark.parametrize("beds", [7, 12])
def test_a_long_name_is_cut_and_not_age_and_sex(windows: Windows, beds: int) -> None:
    """What a call begins with stands there in full, beside the chips of a tile."""
    play(windows.house.page, windows.session, beds=beds, patient="Featherstonehaugh-Cholmondeley-Beauchamp A")
    who = tile(windows.open(), "bed01").locator(".who")
    expect(who.locator(".facts")).to_have_text("· 64 M", timeout=SOON_MS)
    seen = """who => {
      const [name, facts] = who.children, edge = who.getBoundingClientRect().right;
      return [facts.getBoundingClientRect().right <= edge + 1, name.scrollWidth > name.clientWidth];
    }"""
    assert who.evaluate(seen) == [True, True]


COVERED = """map => {
  const at = map.getBoundingClientRect();
  return [...map.closest('.top').children].filter(part => part.id !== 'notices' && !part.contains(map))
    .filter(part => [...part.getClientRects()].some(box => box.width
      && box.left < at.right && at.left < box.right && box.top < at.bottom && at.top < box.bottom))
    .map(part => part.className);
}"""


@pytest.mark.parametrize("size", [DESK, LAPTOP])
@pytest.mark.parametrize("beds", [8, 64])
def test_the_map_of_a_ward_lies_over_nothing(windows: Windows, size: tuple[int, int], beds: int) -> None:
    """However many beds: over neither the banner nor what else stands in the header."""
    play(windows.house.page, windows.session, beds=beds)
    page = windows.open(path="/bed/bed01", size=size)
    expect(page.locator(".minimap button")).to_have_count(beds, timeout=SOON_MS)
    assert page.locator(".minimap").evaluate(COVERED) == []
    for field in (page.locator(".minimap button").first, page.locator(".minimap button").last):
        box = field.bounding_box()
        assert box is not None
        assert box["width"] >= 5


def test_sixty_four_beds_on_a_laptop_can_be_told_apart(windows: Windows) -> None:
    """A name is more than two letters, and an alarm says its limit; half an age would be a wrong one."""
    ward, session = windows.house.page, windows.session
    play(ward, session, beds=64, patient="Lindqvist E")
    page = windows.open(size=LAPTOP)
    alarm(ward, session, "bed01", id="nibp-high", metric="nibp_sys", text="NIBP sys 164 > 160")
    band = tile(page, "bed01").locator(".band .tx")
    expect(band).to_have_text("NIBP sys 164 > 160", timeout=SOON_MS)
    whole = "node => node.scrollWidth <= node.clientWidth"
    assert band.evaluate(whole)
    assert tile(page, "bed02").locator(".who span").first.evaluate(whole)
    assert (
        tile(page, "bed02")
        .locator(".facts")
        .evaluate(
            "facts => !facts.getClientRects().length || facts.getBoundingClientRect().right"
            " <= facts.parentNode.getBoundingClientRect().right + 1"
        )
    )


@pytest.mark.parametrize("size", [LAPTOP, PHONE])
def test_what_is_said_of_a_spot_value_is_said_whole(windows: Windows, size: tuple[int, int]) -> None:
    """When it was measured and what was ordered, also where it is narrow."""
    ward, session = windows.house.page, windows.session
    play(ward, session)
    page = windows.open(path="/bed/bed01", size=size)
    obs = m.ChartObs(v=1, t=now(), by="Ward nurse", acvpu="A", oxygen="air")
    ward.publish(topics.chart(SITE, session, "bed01", "obs"), obs, retain=True)
    expect(page.locator("#spots")).to_contain_text("no target set", timeout=SOON_MS)
    expect(page.locator("#spots")).to_contain_text(" ago")
    cut = """() => [...document.querySelectorAll('#spots .spot small')]
      .filter(node => node.getClientRects().length)
      .filter(node => node.scrollWidth > node.clientWidth + 1 || node.scrollHeight > node.clientHeight + 1
        || node.getBoundingClientRect().bottom > node.closest('.spot').getBoundingClientRect().bottom)
      .map(node => node.textContent)"""
    assert page.evaluate(cut) == []
