"""What a person of a scenario lives with reaches the body and the chart."""

import numpy as np
import pytest

from devices.physiology.body import Body
from scenarios.cast import cast
from scenarios.library import names, text_of
from scenarios.loader import load, loaded_or_raise

BED = """\
name: one
title: One bed
beds:
  - person: {{name: Novak J, age: 40, weight_kg: 70, height_cm: 175, conditions: [{conditions}]}}
"""


def test_conditions_change_normal_answer_and_chart() -> None:
    """Who is written as β-blocked has the slower heart, the blunted reflex and the drug."""
    plain = cast(loaded_or_raise(BED.format(conditions="")), seed=3)[0]
    blocked = cast(loaded_or_raise(BED.format(conditions="beta-blocker")), seed=3)[0]
    assert blocked.person.baseline.hr == pytest.approx(plain.person.baseline.hr - 12)
    assert blocked.person.heart_response < 1
    assert "bisoprolol" in blocked.person.drugs
    assert cast(loaded_or_raise(BED.format(conditions="copd")), seed=3)[0].person.scale == 2


def test_a_condition_that_does_not_exist_is_told_with_what_was_meant() -> None:
    """A mistake of spelling costs one look."""
    found = load(BED.format(conditions="pregnency"))
    assert not hasattr(found, "beds")
    assert "pregnancy" in str(found)


def test_a_skin_may_be_written() -> None:
    """Without a word it comes from the seed; whatever else is so too stays."""
    text = BED.format(conditions="")
    for skin in ("dark", "light"):
        written = cast(loaded_or_raise(text.replace("age: 40", f"age: 40, skin: {skin}")), seed=3)[0].person
        assert written.skin == skin
        assert written.baseline == cast(loaded_or_raise(text), seed=3)[0].person.baseline
    assert "not a" in str(load(text.replace("age: 40", "age: 40, skin: blue")))


@pytest.mark.parametrize("name", names())
def test_chance_gives_nothing_to_whom_a_scenario_tells_of(name: str) -> None:
    """Their conditions are those written, whatever the seed; the invented who fill a ward have their own."""
    scenario = loaded_or_raise(text_of(name))
    written = {bed: tuple(b.person.conditions) for bed, b in enumerate(scenario.beds)}
    invented = []
    for seed in range(12):
        patients = cast(scenario, seed, len(written) + 6)
        assert {i: p.person.conditions for i, p in enumerate(patients[: len(written)])} == written
        invented += [p.person.conditions for p in patients[len(written) :]]
    assert len(set(invented)) > 4


@pytest.mark.slow
def test_a_responder_bleeds_as_the_reference_says() -> None:
    """Pulse at losses of 15, 30 and 40 %: the registry's are rows of reference 8.5, the textbook's faster."""
    beds = "".join(
        f"  - person: {{age: 40, weight_kg: 70, height_cm: 175, responder: {word}}}\n"
        "    baseline: {hr: 75, sbp: 122, dbp: 77}\n"
        for word in ("usual", "textbook", "registry")
    )
    people = [p.person for p in cast(loaded_or_raise(f"name: r\ntitle: R\nbeds:\n{beds}"), seed=3)]
    body = Body(people)
    for i in range(3):
        body.insults.begin(i, "haemorrhage")
    seen = []
    for share in (0.15, 0.3, 0.4):
        while body.circulation.lost[0] < share:
            body.advance(1.0, 12.0)
        seen.append(body.now["hr"].copy())
    usual, textbook, registry = np.array(seen).T
    assert np.abs(registry - [79, 89, 111]).max() < 4
    assert (textbook[:2] > usual[:2] + 3).all()
    assert (usual > registry + 3).all()
    (wrong,) = load("name: r\ntitle: R\nbeds: [{person: {responder: atls}}]").findings
    assert (wrong.line, wrong.what) == (3, "`atls` is not a responder")
