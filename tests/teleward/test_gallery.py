"""The gallery's page, as a reader of it finds things: every key, with a picture of what it should show."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from devices.signals.patterns import PATTERNS
from devices.signals.rhythms import RHYTHMS
from scenarios.trajectories import Trajectory, trajectories
from teleward.gallery import captions
from teleward.gallery.__main__ import main
from teleward.gallery.course import USUAL, totals
from teleward.gallery.paper import UNIT_MM
from teleward.gallery.recording import telling

pytestmark = pytest.mark.slow

KEYS = {
    "rhythm": set(RHYTHMS),
    "condition": set(captions.CONDITIONS),
    "breathing": set(PATTERNS),
    "capnogram": set(captions.CAPNOGRAMS),
    "pressure": set(captions.PRESSURES),
    "artefact": set(captions.ARTEFACTS),
    "trajectory": set(trajectories()),
}


@dataclass
class Entry:
    """One card: its words, and by kind of trace how many millimetres high each is."""

    words: str = ""
    heights: dict[str, list[float]] = field(default_factory=dict)


class Reader(HTMLParser):
    """Collects the cards by kind and key, and everything the page refers to."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[tuple[str, str], Entry] = {}
        self.references: list[str] = []
        self.places: set[str] = set()
        self._open: Entry | None = None
        self._told = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a card, a trace or a reference."""
        given = {k: v or "" for k, v in attrs}
        self.references += [v for k, v in given.items() if k in {"href", "src", "srcset", "data", "action"}]
        self.places |= {given["id"]} if "id" in given else set()
        if tag == "article":
            kind = next(k for k in given if k.startswith("data-"))
            assert (kind[5:], given[kind]) not in self.entries
            self._open = self.entries[kind[5:], given[kind]] = Entry()
        self._told = tag == "p"
        if tag == "path" and given.get("class", "").startswith("trace") and self._open:
            heights = self._open.heights.setdefault(given["class"].split()[1], [])
            heights.append(height_mm(given["d"]))

    def handle_data(self, data: str) -> None:
        """Note what a card says."""
        if self._told and self._open:
            self._open.words += data


def height_mm(d: str) -> float:
    """Return how many millimetres lie between the highest and the lowest point of a trace."""
    begin, steps = d.split("l") if "l" in d else (d, "")
    rises = [int(n) for n in re.findall(r"-?\d+", steps)][1::2]
    heights = int(begin.split()[1]) + np.cumsum([0, *rises])
    return float(np.ptp(heights) * UNIT_MM)


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Make the gallery as ``make gallery`` does."""
    path = tmp_path_factory.mktemp("gallery") / "gallery.html"
    assert main([str(path)]) == 0
    return Path(path).read_text("utf-8")


@pytest.fixture(scope="module")
def reader(text: str) -> Reader:
    """Read it."""
    found = Reader()
    found.feed(text)
    return found


@pytest.mark.parametrize("kind", KEYS)
def test_every_key_has_one_picture_and_is_told_from_its_neighbours(reader: Reader, kind: str) -> None:
    """No key is missing, none is unknown, each has traces and words."""
    assert {key for k, key in reader.entries if k == kind} == KEYS[kind]
    for key in KEYS[kind]:
        entry = reader.entries[kind, key]
        assert entry.heights, key
        assert len(entry.words) > 15, key
    words = [reader.entries[kind, key].words for key in KEYS[kind] if not key.startswith(("pain", "sleep"))]
    assert kind == "trajectory" or len(set(words)) == len(words)


def test_the_ecg_is_flat_in_asystole_and_nowhere_else(reader: Reader) -> None:
    """Asystole stays within 2 mm (0.2 mV); every other rhythm moves in lead II, a P wave at least."""
    for key in RHYTHMS:
        two = reader.entries["rhythm", key].heights["ecg"][0]
        assert two < 2 if key == "asystole" else two > (1.2 if key == "standstill" else 3), key


def test_a_pulse_arrives_where_the_rhythm_moves_blood(reader: Reader) -> None:
    """The pleth is flat without output and at least 2 mm high with half of the usual pulse."""
    for key, rhythm in RHYTHMS.items():
        pleth = reader.entries["rhythm", key].heights["pleth"][0]
        if rhythm.pulse == 0:
            assert pleth < 1.5, key
        if rhythm.pulse >= 0.5:
            assert pleth > 2, key


def test_no_beat_is_cut_off_at_the_papers_edge(text: str) -> None:
    """High R and deep S stay on the sheet, in ten seconds of two leads and of twelve."""
    seen = 0
    for card in re.findall(r'<article class="card" id="(?:rhythm|condition)-.*?</article>', text, re.DOTALL):
        for height, drawn in re.findall(r'<svg class="strip" viewBox="0 0 \S+ ([\d.]+)"(.*?)</svg>', card):
            for y, d in re.findall(r'trace ecg" transform="translate\(\S+ (\S+)\)[^"]*" d="([^"]*)"', drawn):
                begin, _, steps = d.partition("l")
                rises = [int(n) for n in re.findall(r"-?\d+", steps)][1::2]
                levels = float(y) - UNIT_MM * (int(begin.split()[1]) + np.cumsum([0, *rises]))
                assert levels.min() > -0.1
                assert levels.max() < float(height) + 0.1
                seen += 1
    assert seen > 300


def test_numbers_at_the_end_of_two_curves_do_not_cover_each_other(text: str) -> None:
    """Systolic and diastolic pressure come close in shock: their numbers stand a line apart."""
    for side in ("end", "start"):
        heights: dict[str, list[float]] = {}
        for sign in ("sbp", "dbp"):
            found = re.findall(rf'class="end {sign}" x="[\d.]+" y="([\d.]+)" text-anchor="{side}"', text)
            heights[sign] = [float(y) for y in found]
        assert len(heights["sbp"]) == len(heights["dbp"]) > 15
        apart = np.array(heights["dbp"]) - np.array(heights["sbp"])
        assert apart.min() > 2.5


def test_breathing_is_flat_in_apnoea_alone(reader: Reader) -> None:
    """Impedance moves in every other pattern; so does the capnogram."""
    for key in PATTERNS:
        heights = reader.entries["breathing", key].heights
        assert heights["resp"][0] < 2 if key == "apnoea" else heights["resp"][0] > 4, key
        assert heights["capno"][0] == 0 if key == "apnoea" else heights["capno"][0] > 3, key


def test_what_is_off_is_flat_and_the_rest_goes_on(reader: Reader) -> None:
    """An electrode off takes ECG and breathing and leaves the pulse; a probe off the reverse."""
    lead, probe = (reader.entries["artefact", key].heights for key in ("lead-off", "probe-off"))
    assert lead["ecg"] == lead["resp"] == [0.0]
    assert lead["pleth"][0] > 4
    assert probe["pleth"][0] < 1
    assert probe["ecg"][0] > 6
    for key in set(captions.ARTEFACTS) - {"lead-off", "damped-line"}:
        assert reader.entries["artefact", key].heights["ecg"][0] > 6, key
    clean, damped = reader.entries["artefact", "damped-line"].heights["abp"]
    assert damped < 0.8 * clean


def test_the_page_needs_no_network(text: str, reader: Reader) -> None:
    """It refers to places in itself only, and to those that are there."""
    assert {r for r in reader.references if not r.startswith("#")} == set()
    assert {r[1:] for r in reader.references} <= reader.places
    assert "://" not in text
    assert "@import" not in text
    assert set(re.findall(r"url\(([^)]*)\)", text)) == {"#mm", "#paper"}


@pytest.mark.parametrize("t", [t for t in trajectories().values() if t.rows], ids=lambda t: t.key)
def test_the_score_drawn_is_the_one_of_the_table(t: Trajectory) -> None:
    """At every row NEWS2 is what the clinical reference computed by hand."""
    times = np.array([row.t_s for row in t.rows])
    values = {
        sign: np.array([t.knots[sign].at(s) for s in times.tolist()])
        if sign in t.knots
        else np.full(times.size, usual)
        for sign, usual in USUAL.items()
    }
    assert totals(t, times, values) == [row.news2 for row in t.rows]


def test_the_most_telling_seconds_hold_the_odd_beats() -> None:
    """Of a regular minute with one early, wide beat, the ten seconds with that beat are shown."""
    beats = [(float(t), 0.0) for t in range(60)]
    beats[42] = (41.5, 3.0)
    first = telling(beats, 10, 60)
    assert first < 41 < first + 10
    assert telling(beats, 10, 10) == 0


def test_a_pause_is_shown_with_the_beat_before_it() -> None:
    """Of a regular minute with a pause of four seconds, both of its ends stand in the picture."""
    beats = [(float(t), 0.0) for t in range(60) if t not in {41, 42, 43}]
    first = telling(beats, 10, 60)
    assert first < 40
    assert first + 10 > 44
