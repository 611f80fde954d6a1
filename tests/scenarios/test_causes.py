"""Insults, treatments, rhythms and patterns of breathing in a script: checked, told, and the same again."""

import pytest

from devices.physiology.insults import INSULTS
from devices.physiology.treatments import TREATMENTS
from scenarios.cast import cast
from scenarios.engine import Engine
from scenarios.loader import Finding, load, loaded_or_raise
from scenarios.model import Scenario
from scenarios.stage import Stage
from scenarios.turns import Begun, BreathTurn, Ended, InsultTurn, Labelled, RhythmTurn, Told, TreatTurn

BED = """\
name: one
title: One bed
beds:
  - person: {{name: Novak J, age: 40, weight_kg: 70, height_cm: 175}}
{lines}
"""
STORY = """\
    insults: [{insult: haemorrhage, severity: 0.8, at: 1 min, tempo: 4, lasts: 20 min}]
    treatments:
      - {treatment: crystalloid, dose: 1000, at: 8 min}
      - {treatment: noradrenaline, dose: 0.2, at: 10 min, lasts: 5 min}
    rhythm: af
    phases:
      - name: Worse
        at: 4 min
        tempo: 2
        lasts: 6 min
        breathing: cheyne-stokes
        treatments: [{treatment: nasal-cannula, dose: 4, at: 2 min}]"""


def scenario(lines: str) -> Scenario:
    """Return a ward of one bed."""
    return loaded_or_raise(BED.format(lines=lines))


def findings(lines: str) -> list[Finding]:
    """Return what is wrong with a bed."""
    return list(load(BED.format(lines=lines)).findings)


def happened(lines: str) -> list[tuple[int, object]]:
    """Return (minute, what) of a bed, in order."""
    engine = Engine(cast(scenario(lines), seed=1))
    return [(h.at_ms // 60_000, h.what) for h in engine.happenings(-1, 10**9)]


@pytest.mark.parametrize(
    ("lines", "column", "meant"),
    [
        ("    insults: [{insult: haemorrage}]", 24, "did you mean `haemorrhage`?"),
        ("    treatments: [{treatment: naloxon}]", 30, "did you mean `naloxone`?"),
        ("    rhythm: asistole", 13, "did you mean `asystole`?"),
        ("    breathing: cheyne-stoke", 16, "did you mean `cheyne-stokes`?"),
        ("    treatments: [{treatment: naloxone, dose: 400}]", 46, "check the unit"),
        ("    treatments: [{treatment: naloxone, lasts: 4 min}]", 47, "leave it out"),
        ("    insults: [{insult: haemorrhage, severity: 7}]", 47, ""),
        ("    insults: [{insult: haemorrhage, severe: 1}]", 37, "did you mean `severity`?"),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_what_was_meant(lines: str, column: int, meant: str) -> None:
    """Line and column of the word, and a suggestion where one can be made."""
    (finding,) = findings(lines)
    assert (finding.line, finding.column, finding.level) == (5, column, "error")
    assert meant in finding.suggestion


def test_a_trajectory_that_would_hide_what_is_given_is_warned_of() -> None:
    """The pressure of a table does not fall by a nitrate."""
    led = "    phases: [{name: Ill, trajectory: sepsis}]\n    treatments: [{treatment: gtn}]"
    (finding,) = findings(led)
    assert (finding.level, finding.line) == ("warning", 6)


def test_insults_and_treatments_come_go_and_are_told() -> None:
    """In simulated time; those of a phase count from it, at its tempo, and end with it."""
    stretches = [(at, w.does) for at, w in happened(STORY) if isinstance(w, Begun | Ended)]
    turns = [(at, does) for at, does in stretches if does is not None]
    assert turns == [
        (0, RhythmTurn("af")),
        (1, InsultTurn("haemorrhage", 0.8, 4.0)),
        (4, BreathTurn("cheyne-stokes")),
        (5, TreatTurn("nasal-cannula", on=True, dose=4.0)),
        (8, TreatTurn("crystalloid", on=True, dose=1000.0)),
        (10, TreatTurn("noradrenaline", on=True, dose=0.2)),
        (10, TreatTurn("nasal-cannula", on=False)),
        (10, BreathTurn("regular")),
        (15, TreatTurn("noradrenaline", on=False)),
        (21, InsultTurn("haemorrhage", 0.0)),
    ]
    told = [(at, w.kind, w.text) for at, w in happened(STORY) if isinstance(w, Told)]
    assert (1, "insult-began", "Haemorrhage, severity 0.8") in told
    assert (8, "treatment-given", "Crystalloid 1000 mL") in told


def test_an_insult_is_a_deterioration_unless_it_says_otherwise() -> None:
    """Scored from its beginning to its end; inside a phase the phase is what is scored."""
    labels = [w for _, w in happened(STORY) if isinstance(w, Labelled)]
    assert labels == [Labelled("deterioration", 21 * 60_000, "Haemorrhage, severity 0.8", "haemorrhage")]
    other = "    insults: [{insult: haemorrhage, label: none}]"
    assert not [w for _, w in happened(other) if isinstance(w, Labelled)]
    inside = "    phases: [{name: Bleeds, at: 1 min, insults: [{insult: haemorrhage}]}]"
    assert [w for _, w in happened(inside) if isinstance(w, Labelled)] == [
        Labelled("deterioration", None, "Bleeds")
    ]


def test_the_plan_tells_the_instructor_what_comes() -> None:
    """Insults as stretches, treatments as moments."""
    (plan,) = Engine(cast(scenario(STORY), seed=1)).plans(0)
    items = {i.name: (i.start // 60_000, i.kind) for i in plan.items}
    assert items["Haemorrhage, severity 0.8"] == (1, "phase")
    assert items["Noradrenaline 0.2 µg/kg/min"] == (10, "event")
    assert plan.condition == "Haemorrhage"


def played(lines: str, minutes: int, *, unheard: bool = False) -> Stage:
    """Return a stage after so many simulated minutes."""
    stage = Stage("home", "s-1", scenario(lines), seed=3)
    for _ in range(minutes * 300):
        if unheard:
            stage.skip()
        else:
            stage.tick(waves=False)
    return stage


@pytest.mark.slow
def test_cause_and_treatment_are_seen_in_the_body_and_a_session_taken_up_goes_on_alike() -> None:
    """Whoever bleeds loses pressure, whom fluid then gives some back; replaying unheard changes nothing."""
    bleeding = "    insults: [{insult: haemorrhage, severity: 0.6, at: 10 s, tempo: 6}]"
    fluid = bleeding + "\n    treatments: [{treatment: crystalloid, dose: 2000, at: 8 min}]"
    ill, treated = played(bleeding, 20), played(fluid, 20)
    truth = [stage.ward.truth(0).m for stage in (ill, treated)]
    assert truth[0]["map"] + 5 < truth[1]["map"]
    again = played(fluid, 20, unheard=True)
    assert again.ward.truth(0) == treated.ward.truth(0)
    assert again.tick(waves=True) == treated.tick(waves=True)


def test_oxygen_given_is_charted_by_its_device() -> None:
    """A treatment that is oxygen is what the nurse writes, until it is taken off."""
    stage = played("    treatments: [{treatment: venturi, dose: 4, at: 20 s, lasts: 1 min}]", 1)
    assert stage.ward.truth(0).oxygen == "venturi"
    for _ in range(300):
        stage.skip()
    assert stage.ward.truth(0).oxygen == "air"


def test_every_insult_and_treatment_can_be_written_and_is_told_in_words() -> None:
    """No name of the tables is out of reach of a script."""
    for name in INSULTS:
        assert findings(f"    insults: [{{insult: {name}}}]") == []
    for name in TREATMENTS:
        assert findings(f"    treatments: [{{treatment: {name}}}]") == []
        (text,) = [
            w.text for _, w in happened(f"    treatments: [{{treatment: {name}}}]") if isinstance(w, Told)
        ]
        assert text.startswith(TREATMENTS[name].label)
