"""What may be done to a body in a scenario: insults and treatments, which act through its physiology."""

from typing import Final, Literal

from pydantic import Field

from scenarios.words import Duration, InsultName, Line, Part, TerritoryName, Text, TreatmentName

LabelKind = Literal["deterioration", "recovery", "distractor", "none"]
DISTRACTORS: Final = frozenset({"pain", "anxiety", "pain-anxiety"})
"""Insults that only look like a deterioration (clinical reference 7.25)."""


class Insult(Part):
    """An illness or injury begins in a body, which answers by itself, and to treatment."""

    insult: InsultName = Field(description="Which.")
    severity: float = Field(
        default=1.0, gt=0, le=1, description="How far it goes: 1 is as bad as it gets, untreated death."
    )
    tempo: float = Field(
        default=1.0, ge=0.05, le=60, description="How many times faster than usual it takes its course."
    )
    at: Duration = Field(
        default=0, description="When it begins, counted from the phase (or the scenario) it is in."
    )
    lasts: Duration | None = Field(
        default=None, description="When given, it then goes, as fast as it does by itself."
    )
    label: LabelKind | None = Field(
        default=None, description="What it is for scoring; left out, a `deterioration`."
    )
    text: Text = Field(default="", description="A word to the instructor.")


class Injury(Part):
    """ST of a heart muscle's territory: held where it is, or an infarct that goes through its hours."""

    territory: TerritoryName = Field(description="Which wall, or what else raises ST.")
    mv: float = Field(
        default=0.3, ge=-1, le=1, description="ST at most, in its worst lead, in mV; below 0 lowered."
    )
    age: Duration | None = Field(
        default=None,
        description="When given, an infarct so old then, which goes on: T tall, ST, Q, T turned over.",
    )
    at: Duration = Field(
        default=0, description="When it begins, counted from the phase (or the scenario) it is in."
    )
    lasts: Duration | None = Field(default=None, description="When given, it is the body's own again then.")
    text: Text = Field(default="", description="A word to the instructor.")


class Treatment(Part):
    """Something is given to a patient, and acts in its own time; the wrong one harms."""

    treatment: TreatmentName = Field(description="Which.")
    dose: float | None = Field(default=None, description="In its unit (see below); left out, the usual.")
    at: Duration = Field(
        default=0, description="When it is given, counted from the phase (or the scenario) it is in."
    )
    lasts: Duration | None = Field(
        default=None, description="When given, it is stopped then; only of what is held or runs in."
    )
    text: Line = Field(default="", description="A word to the instructor.")
