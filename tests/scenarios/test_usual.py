"""Usual values that no body keeps up: warned of, with where the body then really is."""

import json
import re
from typing import Any

import pytest

from scenarios import library
from scenarios.loader import load
from scenarios.stage import Stage


def written(*beds: dict[str, Any]) -> str:
    """Return a scenario of these beds."""
    return json.dumps({"name": "a", "title": "A", "beds": list(beds)})


def of_age(age: int, **baseline: float) -> dict[str, Any]:
    """Return a bed of somebody with these usual values."""
    return {"person": {"age": age, "weight_kg": 70, "height_cm": 172}, "baseline": baseline}


@pytest.mark.parametrize(("bed", "sign"), [(of_age(85, hr=130), "hr"), (of_age(50, spo2=99), "spo2")])
def test_what_does_not_last_is_warned_of_with_what_the_body_then_holds(
    bed: dict[str, Any], sign: str
) -> None:
    """At its place; and the body is there ten minutes later, however it began."""
    found = load(written(bed))
    (finding,) = found.findings
    assert finding.level == "warning"
    assert sign in finding.what
    held = re.search(r"holds ([\d.]+)", finding.what)
    assert held
    assert found.scenario
    stage = Stage("home", "s-1", found.scenario, seed=0)
    for _ in range(5 * 600):
        stage.skip()
    assert stage.ward.truth(0).m[sign] == pytest.approx(float(held[1]), abs=1.5)
    assert abs(float(held[1]) - bed["baseline"][sign]) > 1.2


@pytest.mark.parametrize(
    "bed",
    [
        of_age(85, hr=120),
        of_age(50, spo2=98),
        of_age(50, hr=130, rr=40, glucose=30, temp=39, etco2=70),
        {"baseline": {"spo2": 99}, "oxygen": "2 L nasal cannula"},
        {"baseline": {"hr": 150}},
    ],
)
def test_what_lasts_is_not_warned_of(bed: dict[str, Any]) -> None:
    """Nor is what somebody of another age may have, where none is said."""
    assert load(written(bed)).findings == ()


@pytest.mark.parametrize("name", library.names())
def test_nobody_in_the_library_has_a_usual_value_that_does_not_last(name: str) -> None:
    """Each is as written."""
    assert [f.what for f in load(library.text(name)).findings if "does not last" in f.what] == []
