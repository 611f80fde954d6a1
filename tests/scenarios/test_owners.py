"""Stretches of a script that overlap: the one that began last rules, and then the one before."""

import json
from collections.abc import Callable

import numpy as np
import pytest

from broker import messages as m
from devices.physiology.insults import KINDS
from devices.physiology.insults.entries import GOAL
from devices.physiology.treatments.acting import AMOUNT, STOP_S
from scenarios.loader import loaded_or_raise
from scenarios.stage import Stage

BED = """\
name: one
title: One bed
beds:
  - person: {{age: 40, weight_kg: 70, height_cm: 175}}
{lines}
"""
Written = dict[str, str]


def stage(written: Written) -> Stage:
    """Return a bed with what is written in it."""
    lines = "\n".join(f"    {part}: {items}" for part, items in written.items())
    return Stage("home", "s-1", loaded_or_raise(BED.format(lines=lines)), seed=5)


def until(played: Stage, second: float) -> list[str]:
    """Let a stage play to a second of simulated time; return what is told of the bed meanwhile."""
    told = []
    while played.now_ms < played.start_ms + 1000 * second:
        for said in played.tick(waves=False):
            if said.out.topic.endswith("bed01/event"):
                event = json.loads(said.out.payload)
                told.append(f"{event['kind']}: {event['text']}")
    return told


def pain(played: Stage) -> float:
    """Return to what severity pain goes."""
    insults = played.ward._engine.body.insults
    place = insults.place[KINDS["pain"], 0]
    return float(insults.each[GOAL, place]) if place >= 0 else 0.0


def runs(played: Stage) -> float:
    """Return what is held or runs in, in usual doses."""
    sheet = played.ward._engine.treatments._sheet
    return round(float(sheet.doses[AMOUNT, np.isinf(sheet.doses[STOP_S])].sum()), 3)


def oxygen(played: Stage) -> str:
    """Return by what oxygen is given."""
    return played.ward.truth(0).oxygen


def rhythm(played: Stage) -> str:
    """Return the heart's rhythm."""
    return played.ward.rhythm_of(0)


def breathing(played: Stage) -> str:
    """Return the pattern of breathing."""
    return played.ward._engine.trains.breathing.patterns[0]


PAINS = (
    "[{insult: pain, severity: 0.4, at: 2 s, lasts: %s}, {insult: pain, severity: 0.9, at: 5 s, lasts: %s}]"
)
DRIPS = (
    "[{treatment: noradrenaline, dose: 0.1, at: 2 s, lasts: %s},"
    " {treatment: noradrenaline, dose: 0.3, at: 5 s, lasts: %s}]"
)
MASKS = (
    "[{treatment: nasal-cannula, dose: 2, at: 2 s, lasts: %s},"
    " {treatment: non-rebreather, dose: 15, at: 5 s, lasts: %s}]"
)
PHASES = "[{name: a, at: 2 s, lasts: %s, KIND}, {name: b, at: 5 s, lasts: %s, KIND}]"
RHYTHMS = PHASES.replace("KIND", "rhythm: af", 1).replace("KIND", "rhythm: svt")
BREATHS = PHASES.replace("KIND", "breathing: biot", 1).replace("KIND", "breathing: kussmaul")


@pytest.mark.parametrize(
    ("part", "items", "look", "first", "second", "none"),
    [
        ("insults", PAINS, pain, 0.4, 0.9, 0.0),
        ("treatments", DRIPS, runs, 1.0, 3.0, 0.0),
        ("treatments", MASKS, oxygen, "nasal cannula", "non-rebreather", "air"),
        ("phases", RHYTHMS, rhythm, "af", "svt", "sinus"),
        ("phases", BREATHS, breathing, "biot", "kussmaul", "regular"),
    ],
)
def test_of_two_that_overlap_the_later_rules_and_the_earlier_comes_back(
    part: str, items: str, look: Callable[[Stage], object], first: object, second: object, none: object
) -> None:
    """Whichever ends first: the end of one that is overruled ends nothing."""
    for ends, states in (
        (("6 s", "9 s"), {4: first, 7: second, 12: second, 16: none}),
        (("12 s", "4 s"), {4: first, 7: second, 12: first, 16: none}),
    ):
        played = stage({part: items % ends})
        for second_of, state in states.items():
            until(played, second_of)
            assert look(played) == pytest.approx(state), (ends, second_of)


def test_what_ends_is_told_when_it_does_and_what_goes_on_with_it() -> None:
    """Nobody is told that a pain eased which goes on."""
    told = until(stage({"insults": PAINS % ("6 s", "9 s")}), 20)
    assert told == [
        "insult-began: Pain or anxiety, severity 0.4",
        "insult-began: Pain or anxiety, severity 0.9",
        "insult-eased: Pain or anxiety, severity 0.9",
    ]
    told = until(stage({"insults": PAINS % ("12 s", "4 s")}), 20)
    assert told[2:] == [
        "insult-eased: Pain or anxiety, severity 0.9; Pain or anxiety, severity 0.4 goes on",
        "insult-eased: Pain or anxiety, severity 0.4",
    ]


def test_bags_that_run_in_together_are_stopped_by_the_last_end() -> None:
    """And the end of one gives nobody the other's again."""
    bags = "[{treatment: crystalloid, dose: 500, lasts: %s}, {treatment: crystalloid, at: 2 s, lasts: %s}]"
    for ends in (("4 s", "8 s"), ("10 s", "4 s")):
        played = stage({"treatments": bags % ends})
        for second, running in ((3, 2.0), (8, 2.0), (13, 0.0)):
            until(played, second)
            assert runs(played) == running, (ends, second)


def test_what_a_hand_does_outlasts_the_script() -> None:
    """Until a hand ends it; then nothing of before comes back."""
    played = stage({"insults": PAINS % ("8 s", "3 s"), "phases": RHYTHMS % ("8 s", "3 s")})
    until(played, 6)
    for what in (
        m.Steer(do="insult", bed="bed01", name="pain", value=0.7),
        m.Steer(do="rhythm", bed="bed01", name="svt"),
    ):
        played.steer(what)
    until(played, 14)
    assert (pain(played), rhythm(played)) == (0.7, "svt")
    played.steer(m.Steer(do="ease", bed="bed01", name="pain"))
    until(played, 16)
    assert pain(played) == 0.0


def test_an_infarct_that_comes_back_has_grown_older() -> None:
    """By the time that another injury of its wall stood before it."""
    held = "[{territory: inferior, age: 1 h}, {territory: inferior, mv: 0.1, at: 10 s, lasts: 60 s}]"
    played = stage({"st": held})
    until(played, 75)
    ageing = played.ward._engine.electric._scripted[0, "inferior"]
    assert ageing.hours == pytest.approx(1 + 70 / 3600, abs=10 / 3600)


def test_a_rhythm_that_begins_as_another_ends_stays_whichever_is_written_first() -> None:
    """The end of the one before belongs to the one before."""
    phases = "[{name: b, at: 6 s, rhythm: svt}, {name: a, at: 2 s, lasts: 4 s, rhythm: af}]"
    played = stage({"phases": phases})
    until(played, 9)
    assert rhythm(played) == "svt"


def test_who_fell_twice_is_up_when_both_falls_are_over() -> None:
    """And falls no third time when the later one ends first."""
    falls = "[{at: 0 s, lasts: %s}, {at: 2 s, lasts: %s}]"
    for ends in (("4 s", "8 s"), ("10 s", "4 s")):
        played = stage({"falls": falls % ends})
        band = played.ward._engine.band
        until(played, 8)
        assert band._fell_s[0] == pytest.approx(2, abs=1.5)
        until(played, 13)
        assert np.isinf(band._fell_s[0])
