"""A session: its clock, an instructor's requests, its record, and the truth behind it."""

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from broker.messages.words import Acvpu, Identifier, Line, Message, Millis, Word


class Clock(Message, kw_only=True):
    """A session's clock: at wall time ``wall`` it was ``start`` and goes at ``speed`` if running."""

    start: Millis
    wall: Millis
    speed: Annotated[float, Meta(ge=0, le=100000)]
    running: bool


class Steer(Struct, kw_only=True, omit_defaults=True):
    """What an instructor does to a bed; ``name`` is a word of the scenario language.

    ``insult`` (``value`` its severity, ``tempo``), ``ease``; ``treat`` (``value`` the dose), ``stop``;
    ``rhythm`` (``value`` 0: no pulse); ``breathing``; ``st`` of a territory (``value`` mV, with ``age_h`` an
    infarct so old), ``potassium`` (mmol/L) and ``qt`` (times its length); ``fault`` of a ``device``, for
    ``lasts_s``, as strong as ``how`` says or with ``other_bed``, and ``mend``; ``pin`` a vital sign at
    ``value`` within ``over_s``; ``consciousness`` (a letter of ACVPU); ``release`` either, or ``st``,
    ``potassium``, ``qt``, to script or body; ``fall`` (``fall`` or ``up``); ``measure`` by a device that is
    asked.
    """

    do: Literal[
        "insult",
        "ease",
        "treat",
        "stop",
        "rhythm",
        "breathing",
        "st",
        "potassium",
        "qt",
        "fault",
        "mend",
        "pin",
        "consciousness",
        "fall",
        "measure",
        "release",
    ]
    bed: Identifier
    name: Word
    device: Word | None = None
    other_bed: Identifier | None = None
    value: Annotated[float, Meta(ge=-1e6, le=1e6)] | None = None
    age_h: Annotated[float, Meta(ge=0, le=8784)] | None = None
    tempo: Annotated[float, Meta(ge=0.05, le=60)] | None = None
    over_s: Annotated[float, Meta(ge=0, le=86_400)] | None = None
    lasts_s: Annotated[float, Meta(gt=0, le=31_622_400)] | None = None
    how: Annotated[dict[Word, Annotated[float, Meta(ge=-1e6, le=1e6)]], Meta(max_length=16)] = field(
        default_factory=dict
    )


class Steered(Struct, kw_only=True, omit_defaults=True):
    """What was done to a bed ``at`` so many ms after the session's start, simulated, and by whom.

    ``note`` says what will come of it otherwise than one would think.
    """

    at: Millis
    what: Steer
    by: Line = ""
    note: Line = ""


class Request(Message, kw_only=True):
    """What an instructor asks of the conductor; the verb stands in the topic."""

    by: Line = ""
    by_id: Identifier = ""
    scenario: Annotated[str, Meta(max_length=100)] | None = None
    text: Annotated[str, Meta(max_length=500_000)] | None = None
    beds: Annotated[int, Meta(ge=1, le=10_000)] | None = None
    seed: Annotated[int, Meta(ge=0, le=2**53 - 1)] | None = None
    speed: Annotated[float, Meta(gt=0, le=100000)] | None = None
    steer: Steer | None = None


class TrueState(Message, kw_only=True):
    """What the body is at ``t``: catalogue-like keys (``hr rr spo2 sbp dbp temp …``) to numbers."""

    t: Millis
    m: dict[str, float]
    acvpu: Acvpu = "A"
    oxygen: Line = "air"
    news2: int | None = None


class PlanItem(Struct, kw_only=True, omit_defaults=True):
    """A stretch or a moment of a bed's script; ``end`` is ``None`` for a moment or an open end."""

    name: Line
    start: Millis
    end: Millis | None = None
    kind: Literal["baseline", "phase", "artefact", "fault", "event"] = "phase"
    text: Line = ""


class Plan(Message, kw_only=True):
    """A bed's script as the instructor sees it (retained): what ails, and what comes when."""

    t: Millis
    condition: Line
    items: list[PlanItem]


class TruthEvent(Message, kw_only=True):
    """Something that happened in truth: a phase began, a fault ended."""

    t: Millis
    kind: Identifier
    text: Line = ""


class Label(Message, kw_only=True):
    """A stretch of time with a name, for scoring: ``deterioration`` or an artefact's kind.

    One told later of the same bed with the same ``kind`` and ``start`` takes the place of the former: a
    fault was mended, or an illness eased, by hand.
    """

    t: Millis
    kind: Identifier
    start: Millis
    end: Millis | None = None
    text: Line = ""


class SessionRecord(Message, kw_only=True):
    """All a debrief needs to know of a session, retained and stored; ``text`` is the scenario's YAML."""

    session: Identifier
    scenario: Line
    title: Line
    text: Annotated[str, Meta(max_length=500_000)]
    hash: Identifier
    seed: Annotated[int, Meta(ge=0, le=2**53 - 1)]
    beds: list[Identifier]
    state: Literal["running", "paused", "ended"]
    start: Millis
    created: Millis
    place: Line = ""
    ended: Millis | None = None
    parent: Identifier | None = None
    versions: dict[str, str] = field(default_factory=dict)
    steered: Annotated[list[Steered], Meta(max_length=10_000)] = field(default_factory=list)
