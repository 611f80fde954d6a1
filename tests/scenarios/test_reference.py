"""The language's reference is made from the code, and agrees with it."""

import re
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

from devices.physiology.gas import OXYGEN_DEVICES
from devices.wearables import more
from devices.wearables.band import Band
from devices.wearables.cuff import Cuff
from devices.wearables.oximeter import Oximeter
from devices.wearables.patch import Patch
from devices.wearables.thermometer import Thermometer
from devices.wearables.wearable import EVERYWHERE, Wearable
from scenarios import library, reference
from scenarios.effects import SEEN
from scenarios.faults import ANY, FAULTS
from scenarios.loader import load
from scenarios.trajectories import parse_oxygen, trajectories
from tests.devices.test_treatment_times import LONG, QUICK, Effect, Range


@pytest.mark.parametrize("name", library.names())
def test_the_schema_takes_every_scenario_of_the_library(name: str) -> None:
    """As an editor would check it."""
    data = YAML(typ="safe", pure=True).load(
        library.text(name).replace("Z\n", "Z'\n").replace(": 2026", ": '2026")
    )
    jsonschema.Draft202012Validator(reference.schema()).validate(data)


@pytest.mark.parametrize(
    "text",
    [
        "name: a\ntitle: b\nbeds: [{}]\ntitel: c\n",
        "name: a\ntitle: b\nbeds: [{phases: [{name: x, at: 5}]}]\n",
        "name: a\ntitle: b\nbeds: [{phases: [{name: x, trajectory: sepsi}]}]\n",
        "name: a\ntitle: b\nbeds: [{baseline: {hart: 5}}]\n",
        "name: a\ntitle: b\nbeds: []\n",
        "name: A B\ntitle: b\nbeds: [{}]\n",
    ],
)
def test_what_the_schema_refuses_the_loader_refuses(text: str) -> None:
    """An editor and `teleward check` are of one mind."""
    data = YAML(typ="safe", pure=True).load(text)
    assert not jsonschema.Draft202012Validator(reference.schema()).is_valid(data)
    assert load(text).errors


def test_every_fault_of_the_script_is_one_the_devices_know_and_all_are_there() -> None:
    """A kind of fault that a device has can be scripted, and no other."""
    sorts: tuple[type[Wearable], ...] = (Patch, Oximeter, Cuff, Thermometer, Band, *more.WORN, *more.USED)
    known = {(s.name, kind) for s in sorts for kind in (*s.kinds, *EVERYWHERE, "swapped")}
    scripted = {(device, kind) for kind, sort in FAULTS.items() for device in sort.devices}
    assert scripted == known
    assert tuple(s.name for s in sorts) == ANY


def test_every_oxygen_device_of_the_tables_and_of_the_bodies_can_be_written() -> None:
    """One list of devices for script and physiology."""
    for device in OXYGEN_DEVICES:
        assert parse_oxygen("air" if device == "air" else f"4 L {device}").device == device
    used = {row.oxygen.device for t in trajectories().values() for row in t.rows}
    assert used <= {*OXYGEN_DEVICES, "ventilator"}


HOW_TO = Path(__file__).parents[2] / "docs" / "how-to" / "write-a-scenario.md"


def test_the_scenario_of_the_how_to_works_as_it_grows() -> None:
    """Its pieces, put where the page says, are a scenario without findings."""
    pieces = re.findall(r"```yaml\n(.*?)```", HOW_TO.read_text("utf-8"), re.DOTALL)
    ward, phase, trends, causes, false_alarms = pieces
    assert load(ward).findings == ()
    grown = ward.replace("  - {}\n", phase + trends + causes + false_alarms)
    result = load(grown)
    assert result.findings == ()
    assert result.scenario is not None
    assert len(result.scenario.beds) == 4


def test_the_mistake_the_how_to_shows_is_told_as_it_shows() -> None:
    """Word for word."""
    page = HOW_TO.read_text("utf-8")
    ward = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)[0].replace("age: 70", "aeg: 70")
    told = [f.told("tuesday.yaml") for f in load(ward).findings]
    assert told
    assert all(t in page for t in told)


def in_words(minutes: Range) -> str:
    """Return a range of minutes as the reference's table writes it."""
    hours = minutes[1] >= 120 and all(m % 60 == 0 for m in minutes)
    unit, times = ("s", 60.0) if minutes[0] < 1 else ("h", 1 / 60) if hours else ("min", 1.0)
    return f"{'–'.join(f'{m * times:g}' for m in dict.fromkeys(minutes))} {unit}"


@pytest.mark.parametrize("effect", [*QUICK, *LONG], ids=lambda e: f"{e.treatment} {e.sign}")
def test_a_treatment_is_printed_with_the_times_that_bodies_are_held_to(effect: Effect) -> None:
    """Those of its effect, not of the drug: glucose is highest after 10 min, the push after 5."""
    *_, line = re.findall(rf"^\| `{effect.treatment}` .*$", reference.pages()["scenario.md"], re.MULTILINE)
    cells = [cell.strip() for cell in line.split("|")][4:7]
    meant = (effect.onset, effect.peak or effect.wholly, effect.end)
    for cell, seen, minutes in zip(cells, SEEN[effect.treatment], meant, strict=True):
        assert cell == seen or not seen
        if minutes is not None:
            assert seen.removesuffix(" after its end") == in_words(minutes)
