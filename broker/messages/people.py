"""What people enter, do and are told: charts, acts, replies."""

from typing import Annotated, Any, Literal

from msgspec import Meta, field

from broker.messages.devices import Reading
from broker.messages.words import Acvpu, Boot, Count, Identifier, Line, Message, Millis, Presence, Text


class PersonInfo(Message, kw_only=True):
    """The patient in a bed, as on the chart (retained). No real person's data belong here."""

    name: Line
    full: Line = ""
    age: Annotated[int, Meta(ge=0, le=130)] | None = None
    sex: Literal["F", "M", "X"] | None = None
    scale: Literal[1, 2] = 1
    target: Annotated[list[float], Meta(min_length=2, max_length=2)] | None = None
    reason: Text = ""
    plan: Line = ""
    allergies: Line = ""
    history: Text = ""
    drugs: Text = ""
    ward: Line = ""


class ChartObs(Message, kw_only=True):
    """What a nurse measured or judged at the bedside, at ``t``."""

    t: Millis
    by: Line
    seq: Count | None = None
    boot: Boot | None = None
    acvpu: Acvpu | None = None
    oxygen: Line | None = None
    """The device: ``air``, ``nasal cannula``, ``face mask`` …"""
    m: Annotated[dict[str, Reading], Meta(max_length=64)] = field(default_factory=dict)


class Act(Message, kw_only=True):
    """What every act of a person has: who, when, an identity that makes a repetition harmless."""

    id: Identifier
    t: Millis
    by: Line
    by_id: Identifier = ""
    role: Literal["trainee", "instructor", "observer", "nurse", "program"] = "trainee"
    shown: dict[str, Any] = field(default_factory=dict)
    """What was on the screen when the person acted (NEWS2, numbers, alarm)."""


class Flag(Act, kw_only=True):
    """A trainee says: look at this patient. ``ref`` names the flag a later step belongs to."""

    step: Literal["raised", "described", "undone"] = "raised"
    ref: Identifier | None = None
    judgement: Literal["deteriorating", "artefact", "unsure"] | None = None
    condition: Line | None = None
    why: Text | None = None
    certainty: Literal["hunch", "likely", "sure"] | None = None


class Escalation(Act, kw_only=True):
    """A call for help (ISBAR), taken by somebody, or called off."""

    step: Literal["raised", "taken", "off"] = "raised"
    ref: Identifier | None = None
    to: Line = ""
    identify: Text = ""
    situation: Text = ""
    background: Text = ""
    assessment: Text = ""
    recommendation: Text = ""


class Note(Act, kw_only=True):
    """Free text in the chart."""

    text: Text


class Intervention(Act, kw_only=True):
    """Something done to the patient."""

    kind: Identifier
    text: Line = ""
    m: dict[str, float] = field(default_factory=dict)


class Acknowledge(Act, kw_only=True):
    """A trainee acknowledges an alarm; ``seq`` must be the one on show."""

    alarm: Identifier
    seq: Count
    reason: Line | None = None


class Person(Act, kw_only=True):
    """A person of the session: which page, which bed, since when."""

    present: bool = True
    page: Line = ""
    looking: Identifier | None = None


class Reply(Message, kw_only=True):
    """The answer to an act or a request; ``body`` depends on the request."""

    ok: bool
    error: Text | None = None
    ref: Line = ""
    presence: Presence | None = None
    body: Any = None
