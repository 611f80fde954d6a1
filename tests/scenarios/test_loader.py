"""Scenario files: what is wrong, where, and what was meant; never an exception."""

import copy
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from scenarios import library
from scenarios.loader import Loaded, ScenarioError, load, loaded_or_raise
from scenarios.model import Scenario
from scenarios.rules import told
from scenarios.words import parse_duration

GOOD = {
    "name": "one",
    "title": "One bed",
    "beds": [
        {
            "person": {"name": "Novak J", "age": 67, "sex": "F"},
            "baseline": {"hr": 80, "sbp": 128, "dbp": 74},
            "phases": [{"name": "Ill", "trajectory": "sepsis", "at": "1 min", "from": "2 h", "tempo": 60}],
            "faults": [{"kind": "motion", "device": "oximeter", "at": "1 min", "lasts": "40 s"}],
        }
    ],
}


def text(data: object) -> str:
    """Return ``data`` as YAML."""
    out = io.StringIO()
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.dump(data, out)
    return out.getvalue()


def changed(path: tuple[str | int, ...], value: object) -> str:
    """Return the good scenario with one part replaced."""
    data = copy.deepcopy(GOOD)
    place: object = data
    for step in path[:-1]:
        place = place[step]  # type: ignore[index]  # a path of the data above
    place[path[-1]] = value  # type: ignore[index]  # likewise
    return text(data)


def told_of(result: Loaded) -> str:
    """Return the findings as a person reads them."""
    return "\n".join(f.told("f.yaml") for f in result.findings)


def test_a_good_scenario_has_no_findings() -> None:
    """And its times are milliseconds."""
    result = load(text(GOOD))
    assert result.findings == ()
    assert result.scenario is not None
    assert result.scenario.beds[0].phases[0].start == 7_200_000


BED = ("beds", 0)
WRONG = [
    (("titel",), "x", "did you mean `title`?"),
    ((*BED, "phases", 0, "trajectory"), "sepsi", "did you mean `sepsis`?"),
    ((*BED, "phases", 0, "trajektory"), "sepsis", "did you mean `trajectory`?"),
    ((*BED, "phases", 0, "at"), 5, "write `5 s` or `5 min`"),
    ((*BED, "phases", 0, "at"), "5 minutes", "write `90 s`"),
    ((*BED, "phases", 0, "tempo"), 0, "greater than 0"),
    ((*BED, "phases", 0, "to"), "13 h", "`sepsis` ends after 12 h"),
    ((*BED, "phases", 0, "from"), "12 h", "ends before it begins"),
    ((*BED, "faults", 0, "kind"), "moton", "did you mean `motion`?"),
    ((*BED, "faults", 0, "device"), "thermometer", "the thermometer cannot have `motion`"),
    ((*BED, "baseline"), {"h_r": 80}, "did you mean `hr`?"),
    ((*BED, "baseline"), {"hr": 800}, "outside 0 to 300 /min"),
    ((*BED, "baseline"), {"temp": 45.5}, "`45` is as far as a body goes"),
    ((*BED, "baseline"), {"rr": 81}, "rr 81 is outside 0 to 80 /min"),
    ((*BED, "baseline"), {"sbp": 90, "dbp": 88}, "no pulse pressure"),
    ((*BED, "baseline", "hr"), "fast", "must be a number"),
    ((*BED, "trends"), [{"sign": "hr", "at": "1 s"}], "either `to` or `by`"),
    ((*BED, "trends"), [{"sign": "hr", "to": 99, "by": 3}], "either `to` or `by`"),
    ((*BED, "person", "age"), True, "whole number"),
    ((*BED, "person", "target"), [92, 88], "from high to low"),
    ((*BED, "oxygen"), "lots", "write `air`"),
    ((*BED, "cuff_every"), "1 s", "more often than each minute"),
    ((*BED, "charted"), [{"at": "1 s"}], "nothing changes"),
    ((*BED, "bed"), "Bed 1", "small letters"),
    (("start",), "tomorrow", "2026-01-15T09:30:00Z"),
    (("beds",), [], "at least 1 item"),
    (("beds",), {}, "must be a list"),
    ((*BED,), 5, "must hold names and values, not a number"),
    (("beds", 0, "phases", 0, "name"), None, "must be text, not nothing"),
]


@pytest.mark.parametrize(("path", "value", "words"), WRONG)
def test_what_is_wrong_is_said_at_its_line_with_what_was_meant(
    path: tuple[str | int, ...], value: object, words: str
) -> None:
    """Each mistake in an otherwise good file: one finding, at the line of the mistake."""
    written = changed(path, value)
    result = load(written)
    assert result.scenario is None
    assert words in told_of(result)
    key = next(str(p) for p in reversed(path) if isinstance(p, str))
    lines = written.splitlines()
    line = min(f.line for f in result.findings)
    around = "\n".join(lines[max(0, line - 2) : line + 1])
    assert key in around


def test_a_fault_of_a_device_nobody_wears_is_refused() -> None:
    """It would silently do nothing."""
    assert "nobody here wears the oximeter" in told_of(load(changed((*BED, "wears"), ["patch"])))


def test_a_cadence_where_nothing_moves_is_refused() -> None:
    """An electrode is on or off."""
    faults = [{"kind": "lead-off", "device": "patch", "cadence_bpm": 90}]
    assert "`lead-off` has no cadence" in told_of(load(changed((*BED, "faults"), faults)))


def test_a_comma_inside_braces_is_explained() -> None:
    """YAML ends the text there; the author sees only a strange name."""
    said = told_of(load("name: a\ntitle: b\nbeds:\n  - chart: {reason: COPD, day 4.}\n"))
    assert "f.yaml:4:27" in said
    assert "put the text in quotes" in said


def test_all_mistakes_are_told_at_once() -> None:
    """Wrong words, wrong values and broken rules of other beds come together."""
    data = copy.deepcopy(GOOD)
    data["titel"] = "x"
    data["beds"].append({"baseline": {"sbp": 400}})  # type: ignore[attr-defined]  # a list, see above
    data["beds"].append({"wears": ["cuf"]})  # type: ignore[attr-defined]  # likewise
    said = told_of(load(text(data)))
    assert all(w in said for w in ("`title`?", "sbp 400", "`cuff`?"))


def test_a_name_twice_is_an_error_not_a_choice() -> None:
    """YAML would silently keep one of them."""
    said = told_of(load("name: a\ntitle: b\nname: c\nbeds: [{}]\n"))
    assert said == "f.yaml:3:1: `name` stands here twice; keep one of them"


def test_two_beds_of_one_name_are_refused() -> None:
    """Topics would be shared."""
    said = told_of(load("name: a\ntitle: b\nbeds: [{bed: bed02}, {}]\n"))
    assert "`bed02` is bed 1 already" in said


def test_a_warning_does_not_keep_a_scenario_from_running() -> None:
    """What comes too late is told, and left alone."""
    result = load("name: a\ntitle: b\nlasts: 1 min\nbeds: [{charted: [{at: 2 min, oxygen: air}]}]\n")
    assert [f.level for f in result.findings] == ["warning"]
    assert result.scenario is not None


JUNK = (
    "", "5", "- x", "\t", "a: [", "a: *b", "a: &x [*x]", "[" * 900, "{" * 900, "- " * 900, "\x00", "\ud800",
    "%YAML 9", "? [1]\n: 2", "!!python/object/apply:os.system [x]", "a: !!binary x", "--- a\n--- b",
    "x" * 600_000, "a: &a [1]\nb: &b [*a,*a]\nc: [*b,*b]\n", "a: .nan", "a: 0x", "<<: {a: 1}", "a: 1:2:3",
    "beds: [[[]]]",
)  # fmt: skip


@pytest.mark.parametrize("junk", JUNK)
def test_junk_gets_findings(junk: str) -> None:
    """Whatever it is, it is told to be no scenario."""
    assert load(junk).errors


@settings(max_examples=60)
@given(st.text(alphabet=st.sampled_from("ab:-[]{}&*!?|>'\"%@`#, \n\t0\u2028\x85"), max_size=60))
def test_no_text_raises(junk: str) -> None:
    """YAML's own characters in any order."""
    assert load(junk).scenario is None


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
paths = st.sampled_from([w[0] for w in WRONG])


@settings(max_examples=60)
@given(paths, values)
def test_any_value_anywhere_gives_a_scenario_or_findings(path: tuple[str | int, ...], value: object) -> None:
    """A good file with one part replaced by anything never raises."""
    data = copy.deepcopy(GOOD)
    place: object = data
    for step in path[:-1]:
        place = place[step]  # type: ignore[index]  # a path of the data above
    place[path[-1]] = value  # type: ignore[index]  # likewise
    result = load(json.dumps(data))
    assert (result.scenario is None) == bool(result.errors)


@given(st.integers(0, 10**9))
def test_a_duration_told_is_the_duration_read(ms: int) -> None:
    """Writing and reading a time are inverse."""
    assert parse_duration(told(ms)) == ms


def test_an_unknown_scenario_is_refused_by_name() -> None:
    """The error tells what there is."""
    with pytest.raises(KeyError, match="sepsis"):
        library.text("sepsi")


@pytest.mark.parametrize("name", library.names())
def test_the_library_has_no_findings(name: str) -> None:
    """Every scenario that comes with Teleward is good, and bears its file's name."""
    result = load(library.text(name))
    assert result.findings == ()
    assert isinstance(result.scenario, Scenario)
    assert result.scenario.name == name


def test_what_cannot_run_raises_with_all_findings() -> None:
    """For those who have no screen to list them on."""
    with pytest.raises(ScenarioError, match=r"x\.yaml:1:1: `beds` is missing.*\n.*`name` is missing"):
        loaded_or_raise("title: x\n", "x.yaml")
