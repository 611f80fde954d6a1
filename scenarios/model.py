"""The scenario language as a typed model; its JSON Schema and reference page come from here.

Times are durations with a unit (``90 s``, ``4 min``, ``1 h 30 min``), kept as whole milliseconds of
simulated time. Numbers are in the units of ``scenarios.trajectories.UNITS``.
"""

import re
from datetime import UTC, datetime
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, WithJsonSchema

from scenarios.faults import DeviceName, FaultKind
from scenarios.trajectories import Acvpu, Oxygen, parse_oxygen, trajectories

Sign = Literal["hr", "rr", "spo2", "sbp", "dbp", "temp", "etco2", "pi"]
Shape = Literal["linear", "smooth", "hold"]
LabelKind = Literal["deterioration", "recovery", "distractor", "none"]

RANGES: Final[dict[str, tuple[float, float]]] = {
    "hr": (0, 300), "rr": (0, 80), "spo2": (0, 100), "sbp": (0, 300), "dbp": (0, 200),
    "temp": (20, 45), "etco2": (0, 150), "pi": (0, 20),
}  # fmt: skip
"""What a script may aim at: bounds of the living, not of the healthy."""

MAX_BEDS: Final = 10_000
_PART: Final = r"\d+(?:\.\d+)? ?(?:ms|s|min|h|d)"
_DURATION: Final = re.compile(rf"{_PART}(?: {_PART})*")
_UNIT_MS: Final = {"ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}
_LONGEST_MS: Final = 366 * 86_400_000


def parse_duration(given: object) -> int:
    """Read a duration as whole milliseconds; raise ``ValueError`` with what to write instead."""
    if given == 0 and not isinstance(given, bool):
        return 0
    if isinstance(given, int | float) and not isinstance(given, bool):
        # A ValueError, as pydantic turns only that into a finding.
        raise ValueError(f"a time needs its unit: write `{given} s` or `{given} min`")  # noqa: TRY004
    words = " ".join(given.split()) if isinstance(given, str) else ""
    if not _DURATION.fullmatch(words):
        raise ValueError("not a duration: write `90 s`, `4 min`, `2 h` or `1 h 30 min`")
    parts = re.findall(r"(\d+(?:\.\d+)?) ?([a-z]+)", words)
    total = round(sum(float(n) * _UNIT_MS[u] for n, u in parts))
    if total > _LONGEST_MS:
        raise ValueError("longer than a year")
    return total


def _moment(given: object) -> int:
    try:
        when = given if isinstance(given, datetime) else datetime.fromisoformat(str(given))
    except (TypeError, ValueError):
        raise ValueError("not a moment: write `2026-01-15T09:30:00Z`") from None
    if when.year < 1971 or when.year > 2200:  # noqa: PLR2004 -- times are ms since 1970, and sane
        raise ValueError("the year must be between 1971 and 2200")
    aware = when if when.tzinfo else when.replace(tzinfo=UTC)
    return round(aware.timestamp() * 1000)


def _oxygen(given: object) -> Oxygen:
    if not isinstance(given, str):
        # As above.
        raise ValueError("not oxygen: write `air`, or a flow and a device such as `2 L nasal cannula`")  # noqa: TRY004
    return parse_oxygen(given)


def _target(given: object) -> float | None:
    if given == "own":
        return None
    if isinstance(given, int | float) and not isinstance(given, bool):
        return float(given)
    raise ValueError("write a number, or `own` to give the value back to the body")


def _illness(given: object) -> str:
    if isinstance(given, str) and given in trajectories():
        return given
    raise ValueError(f"no such trajectory: {given!r:.60}")


Duration = Annotated[
    int,
    PlainValidator(parse_duration),
    WithJsonSchema({"anyOf": [{"const": 0}, {"type": "string", "pattern": f"^{_DURATION.pattern}$"}]}),
]
Moment = Annotated[int, PlainValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time"})]
OxygenText = Annotated[
    Oxygen,
    PlainValidator(_oxygen),
    WithJsonSchema({"type": "string", "examples": ["air", "2 L nasal cannula", "15 L non-rebreather"]}),
]
Target = Annotated[
    float | None,
    PlainValidator(_target),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"const": "own"}]}),
]
TrajectoryKey = Annotated[
    str, PlainValidator(_illness), WithJsonSchema({"type": "string", "enum": list(trajectories())})
]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")]
Line = Annotated[str, Field(max_length=200)]
Text = Annotated[str, Field(max_length=2000)]


class Part(BaseModel):
    """What every part of a scenario has in common: unknown words are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Trend(Part):
    """One vital sign moves to a value, or gives itself back to the body."""

    sign: Sign = Field(description="Which vital sign.")
    to: Target = Field(
        default=None, description="Where it goes, in the sign's unit; `own` gives it back to the body."
    )
    by: float | None = Field(default=None, description="Instead of `to`: by how much, from where it is.")
    at: Duration = Field(
        default=0, description="When it starts, counted from the phase (or the scenario) it is in."
    )
    over: Duration = Field(default=0, description="How long it takes; 0 is a step.")
    shape: Shape = Field(
        default="smooth", description="`smooth`, `linear`, or `hold` (stays, then steps at the end)."
    )


class Phase(Part):
    """A stretch of a bed's story with a name: an illness by its table, single trends, or both."""

    name: Line = Field(description="What the instructor sees.")
    at: Duration = Field(default=0, description="When it starts, from the scenario's start.")
    lasts: Duration | None = Field(
        default=None, description="When given, the body is its own again afterwards, within a minute."
    )
    trajectory: TrajectoryKey | None = Field(
        default=None, description="An illness or an episode, by its table."
    )
    start: Duration = Field(default=0, alias="from", description="Where in the table to begin.")
    to: Duration | None = Field(
        default=None, description="Where in the table to stop; the last values then stay."
    )
    tempo: float = Field(
        default=1.0, gt=0, le=3600, description="How many times faster than written all of it runs."
    )
    trends: list[Trend] = Field(default=[], description="Single vital signs, on top of the trajectory.")
    consciousness: Acvpu | None = Field(default=None, description="Set when the phase starts.")
    oxygen: OxygenText | None = Field(default=None, description="Set when the phase starts.")
    label: LabelKind | None = Field(
        default=None,
        description="What it is for scoring; an illness is a `deterioration`, an episode a `distractor`.",
    )
    text: Text = Field(default="", description="A word to the instructor.")


class Fault(Part):
    """Something goes wrong between body and screen, for a while."""

    kind: FaultKind = Field(description="What goes wrong.")
    device: DeviceName = Field(description="Where.")
    at: Duration = Field(default=0, description="When it starts, from the scenario's start.")
    lasts: Duration | None = Field(default=None, description="For how long; without it, to the end.")
    cadence_bpm: float | None = Field(
        default=None, ge=20, le=240, description="How fast the hand moves, per minute; `motion` only."
    )
    share: float | None = Field(
        default=None,
        gt=0,
        le=1,
        description="Which share of the messages; `lost-messages` and its like only.",
    )
    delay: Duration | None = Field(
        default=None, description="How late messages come; `late-messages` and its like only."
    )
    ahead_min: float | None = Field(
        default=None, ge=-525_600, le=525_600, description="By how many minutes a `wrong-clock` is ahead."
    )
    ppm: float | None = Field(
        default=None,
        ge=-100_000,
        le=100_000,
        description="How many millionths a clock in `clock-drift` gains.",
    )
    other_bed: Name | None = Field(default=None, description="With whom the device is `swapped`: a bed.")
    text: Text = Field(default="", description="A word to the instructor.")


class Charted(Part):
    """Consciousness or oxygen change by a person's hand or eye."""

    at: Duration = Field(default=0, description="When, from the scenario's start.")
    consciousness: Acvpu | None = Field(
        default=None, description="A alert, C confused, V voice, P pain, U unresponsive."
    )
    oxygen: OxygenText | None = Field(
        default=None, description="`air`, or a flow and a device: `2 L nasal cannula`."
    )
    text: Text = Field(default="", description="A word to the instructor.")


class Person(Part):
    """Who lies in the bed, invented. What is left out is made up from the seed."""

    name: Line | None = Field(default=None, description="As on the tile: family name and initial.")
    full: Line | None = Field(default=None, description="The whole name.")
    age: int | None = Field(default=None, ge=16, le=110, description="Years; NEWS2 is for 16 and over.")
    sex: Literal["F", "M", "X"] | None = Field(default=None, description="As on the chart.")
    weight_kg: float | None = Field(default=None, ge=30, le=250, description="Body weight.")
    height_cm: float | None = Field(default=None, ge=130, le=220, description="Body height.")
    scale: Literal[1, 2] = Field(
        default=1, description="NEWS2 saturation scale; 2 only with a prescribed 88–92 %."
    )
    target: Annotated[list[float], Field(min_length=2, max_length=2)] | None = Field(
        default=None, description="Prescribed saturation, from and to, in %."
    )


class Chart(Part):
    """What stands in the chart when the shift begins; trainees read it."""

    reason: Text = Field(default="", description="Why in hospital, and since when.")
    history: Text = Field(default="", description="What was before.")
    drugs: Text = Field(default="", description="What they take.")
    allergies: Line = Field(default="", description="`none known` if so.")
    plan: Line = Field(default="", description="Plan and limits of treatment.")


class Bed(Part):
    """One bed: who lies in it, how they are, and what will happen."""

    bed: Name | None = Field(
        default=None, description="Its name on the wire; without it bed01, bed02 … in order."
    )
    person: Person = Field(default=Person(), description="Who; left out, somebody well is made up.")
    baseline: dict[Sign, float] = Field(default={}, description="How they usually are, where it matters.")
    consciousness: Acvpu = Field(default="A", description="At the start.")
    oxygen: OxygenText = Field(default=Oxygen(), description="At the start.")
    chart: Chart = Field(default=Chart(), description="The chart.")
    condition: Line = Field(default="", description="What ails them, for the instructor.")
    wears: list[DeviceName] = Field(
        default=["patch", "oximeter", "cuff", "thermometer", "band"], description="Which devices they wear."
    )
    cuff_every: Duration = Field(default=900_000, description="How often the cuff measures.")
    phases: list[Phase] = Field(default=[], description="Their story.")
    trends: list[Trend] = Field(default=[], description="Single vital signs, outside any phase.")
    charted: list[Charted] = Field(default=[], description="Changes of consciousness and oxygen.")
    faults: list[Fault] = Field(default=[], description="Artefacts and failing devices.")


class Scenario(Part):
    """A ward and what happens on it."""

    name: Name = Field(description="Its name in lists; trainees never see it.")
    title: Line = Field(description="One line for the instructor.")
    place: Line = Field(default="Ward", description="The ward's name, seen by trainees.")
    start: Moment = Field(default=1_768_469_400_000, description="Simulated time at the start, UTC.")
    lasts: Duration | None = Field(default=None, description="When it ends by itself; without it, never.")
    description: Text = Field(default="", description="For the instructor: what it teaches.")
    chance: Literal["none", "realistic"] = Field(
        default="none",
        description="Whether devices fail by chance too, as often as on a ward: weak signals, movement …",
    )
    beds: Annotated[list[Bed], Field(min_length=1, max_length=MAX_BEDS)] = Field(
        description="The beds, in order."
    )
