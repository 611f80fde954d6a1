"""The typed messages of the wire; decoding one is validating it.

Structs ignore fields they do not know (forward compatible); ``v`` changes only when the meaning
changes, together with the topic's version. Times are integer milliseconds since 1970 UTC,
simulated for a session, wall time in ``live``. Words for validity, mode, alarm presence and
priority are those of ISO/IEEE 11073-10207 (BICEPS).
"""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

Validity = Literal["Vld", "Vldated", "Ong", "Qst", "Calib", "Inv", "Oflw", "Uflw", "NA"]
Mode = Literal["Real", "Test", "Demo"]
Acvpu = Literal["A", "C", "V", "P", "U"]
Priority = Literal["None", "Lo", "Me", "Hi"]
Presence = Literal["On", "Off", "Latch", "Ack"]

Millis = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Count = Annotated[int, Meta(ge=0, le=2**32 - 1)]
SampleIndex = Annotated[int, Meta(ge=0, le=2**53 - 1)]
# ``$`` alone would let a line end pass in Python, though not in other readers of the schema.
Boot = Annotated[str, Meta(pattern=r"^[0-9a-f]{1,16}$(?!\n)")]
Word = Annotated[str, Meta(min_length=1, max_length=64)]
Line = Annotated[str, Meta(max_length=200)]
Text = Annotated[str, Meta(max_length=2000)]
Identifier = Annotated[str, Meta(pattern=r"^[a-z0-9-]{1,64}$(?!\n)")]
Sample = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
Samples = Annotated[list[Sample], Meta(min_length=1, max_length=5000)]
One = Literal[1]


class Message(Struct, kw_only=True, omit_defaults=True):
    """What every message has: ``v``, the version of its meaning."""

    v: One


# --- devices -------------------------------------------------------------------------------------


class Reading(Struct, kw_only=True, omit_defaults=True):
    """One value with its unit (UCUM), validity ``q`` and, where doubtful, the reason ``why``.

    ``v`` is ``None`` where the device knows no value. ``avg`` is the averaging time in seconds.
    """

    v: float | None
    u: Annotated[str, Meta(max_length=16)]
    q: Validity = "Vld"
    why: Word | None = None
    avg: Annotated[float, Meta(ge=0, le=3600)] | None = None


class Num(Message, kw_only=True):
    """Numerics of one device at one moment ``t``; ``m`` maps catalogue keys to readings.

    ``boot``, ``seq``, ``t`` and ``mode`` are optional for a real sensor: no ``t`` is the time of
    arrival, no ``seq`` no de-duplication.
    """

    m: Annotated[dict[str, Reading], Meta(min_length=1, max_length=64)]
    boot: Boot | None = None
    seq: Count | None = None
    t: Millis | None = None
    mode: Mode | None = None


class Wave(Message, kw_only=True):
    """A block of samples: value = ``off`` + ``scale`` × raw, the first at index ``i0`` since boot."""

    hz: Annotated[float, Meta(gt=0, le=2000)]
    u: Annotated[str, Meta(max_length=16)]
    d: Samples
    scale: float = 1.0
    off: float = 0.0
    boot: Boot | None = None
    seq: Count | None = None
    i0: SampleIndex | None = None
    t: Millis | None = None
    q: Validity = "Vld"
    why: Word | None = None
    mode: Mode | None = None


class Status(Message, kw_only=True):
    """Whether a device is there; ``offline`` is also its last will."""

    state: Literal["online", "offline"]
    boot: Boot | None = None
    t: Millis | None = None
    why: Line | None = None


class DeviceInfo(Struct, kw_only=True, omit_defaults=True):
    """What a device is."""

    model: Line = ""
    serial: Line = ""
    fw: Line = ""
    kind: Literal["wearable", "gateway", "monitor", "program"] = "wearable"
    label: Line = ""


class MetricInfo(Struct, kw_only=True, omit_defaults=True):
    """What a device says of a metric it measures."""

    u: Annotated[str, Meta(max_length=16)] = ""
    avail: Literal["Cont", "Intr"] = "Cont"
    period_ms: Annotated[int, Meta(ge=0, le=2**40)] | None = None
    avg_s: Annotated[float, Meta(ge=0, le=3600)] | None = None
    accuracy: Line = ""


class WaveInfo(Struct, kw_only=True, omit_defaults=True):
    """What a device says of a waveform it sends."""

    u: Annotated[str, Meta(max_length=16)] = ""
    hz: Annotated[float, Meta(gt=0, le=2000)] | None = None


class DeviceMeta(Message, kw_only=True):
    """A device's description of itself, retained; ``via`` names the gateway it speaks through."""

    device: DeviceInfo
    metrics: Annotated[dict[str, MetricInfo], Meta(max_length=64)] = {}
    waves: Annotated[dict[str, WaveInfo], Meta(max_length=32)] = {}
    battery: Annotated[float, Meta(ge=0, le=100)] | None = None
    clock: Line = ""
    via: Identifier | None = None
    mode: Mode | None = None
    boot: Boot | None = None
    t: Millis | None = None


class Evt(Message, kw_only=True):
    """Something a device noticed: rhythm, posture, fall, button, lead-off, probe-off."""

    kind: Identifier
    text: Line = ""
    on: bool = True
    metric: Word | None = None
    value: float | None = None
    boot: Boot | None = None
    seq: Count | None = None
    t: Millis | None = None
    mode: Mode | None = None


# --- the station ---------------------------------------------------------------------------------


class Alarm(Message, kw_only=True):
    """One alarm of one patient or device.

    ``seq`` counts its changes; ``onset`` is when the condition became true, ``t`` when this was
    said. ``limit`` and ``value`` are in the metric's catalogue unit.
    """

    id: Identifier
    seq: Count
    t: Millis
    onset: Millis
    kind: Literal["Phy", "Tec", "Oth"]
    priority: Priority
    presence: Presence
    text: Line
    latch: bool = False
    metric: Word | None = None
    value: float | None = None
    limit: float | None = None
    bound: Literal["low", "high", "at-least"] | None = None
    device: Identifier | None = None
    ended: Millis | None = None
    by: Line | None = None


class Component(Struct, kw_only=True, omit_defaults=True):
    """One parameter of a score: its value, its points and when it was measured."""

    points: int | None = None
    value: float | None = None
    code: Line | None = None
    t: Millis | None = None
    source: Line | None = None
    why: Line | None = None


class Trend(Struct, kw_only=True, omit_defaults=True):
    """How a value moved over ``window_s`` seconds; ``steady`` within the stated rule."""

    delta: float
    window_s: float
    direction: Literal["up", "down", "steady"]


class Score(Message, kw_only=True):
    """An early-warning score with its parts; ``total`` is ``None`` while a parameter is missing.

    ``components`` has the keys ``rr spo2 oxygen sbp pulse acvpu temp`` (``vitals.news2.PARAMETERS``);
    ``missing`` names those without points, each with its ``why`` in the component. ``trends`` has
    catalogue keys (``hr`` or ``pr``, ``spo2 rr nibp_sys temp``).
    """

    t: Millis
    name: Literal["NEWS2"]
    at_least: int
    total: int | None
    max_single: int
    risk: Literal["low", "low-medium", "medium", "high", "unknown"]
    scale: Literal[1, 2]
    components: dict[str, Component]
    missing: list[str]
    trends: dict[str, Trend] = {}
    earlier: int | None = None
    """The total an hour before, so that a screen can say ``+3 in 1 h``; ``None`` if unknown."""


# --- people --------------------------------------------------------------------------------------


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
    m: Annotated[dict[str, Reading], Meta(max_length=64)] = {}


class Act(Message, kw_only=True):
    """What every act of a person has: who, when, an identity that makes a repetition harmless."""

    id: Identifier
    t: Millis
    by: Line
    by_id: Identifier = ""
    role: Literal["trainee", "instructor", "observer", "nurse", "program"] = "trainee"
    shown: dict[str, Any] = {}
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
    m: dict[str, float] = {}


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


# --- session -------------------------------------------------------------------------------------


class Clock(Message, kw_only=True):
    """A session's clock: at wall time ``wall`` it was ``start`` and goes at ``speed`` if running."""

    start: Millis
    wall: Millis
    speed: Annotated[float, Meta(ge=0, le=100000)]
    running: bool


class Steer(Struct, kw_only=True, omit_defaults=True):
    """What an instructor does to a bed; ``name`` is a word of the scenario language.

    ``insult`` (``value`` its severity, ``tempo``), ``ease``; ``treat`` (``value`` the dose), ``stop``;
    ``rhythm``; ``breathing``; ``fault`` and ``mend`` of a ``device``; ``pin`` a vital sign at ``value``
    within ``over_s``, and ``release`` it to the script or the body.
    """

    do: Literal["insult", "ease", "treat", "stop", "rhythm", "breathing", "fault", "mend", "pin", "release"]
    bed: Identifier
    name: Word
    device: Word | None = None
    value: Annotated[float, Meta(ge=-1e6, le=1e6)] | None = None
    tempo: Annotated[float, Meta(ge=0.05, le=60)] | None = None
    over_s: Annotated[float, Meta(ge=0, le=86_400)] | None = None


class Steered(Struct, kw_only=True, omit_defaults=True):
    """What was done to a bed ``at`` so many ms after the session's start, simulated, and by whom."""

    at: Millis
    what: Steer
    by: Line = ""


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


# --- truth ---------------------------------------------------------------------------------------


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
    """A stretch of time with a name, for scoring: ``deterioration`` or an artefact's kind."""

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
    versions: dict[str, str] = {}
    steered: Annotated[list[Steered], Meta(max_length=10_000)] = []
