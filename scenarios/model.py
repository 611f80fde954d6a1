"""The scenario language as a typed model; its JSON Schema and reference page come from here.

Times are durations with a unit (``90 s``, ``4 min``, ``1 h 30 min``), kept as whole milliseconds of
simulated time. Numbers are in the units of ``scenarios.trajectories.UNITS``.
"""

from typing import Annotated, Final, Literal, get_args

from pydantic import Field

from devices.conditions import Responder
from devices.physiology.keys import LIMITS
from scenarios.causes import Injury, Insult, LabelKind, Treatment
from scenarios.faults import DeviceName, FaultWord
from scenarios.trajectories import Acvpu, Oxygen
from scenarios.words import (
    BreathingName,
    ConditionName,
    Duration,
    Line,
    Moment,
    Name,
    OxygenText,
    Part,
    Potassium,
    QtFactor,
    RhythmName,
    Target,
    Text,
    TrajectoryKey,
)

Sign = Literal["hr", "rr", "spo2", "sbp", "dbp", "temp", "etco2", "pi", "glucose"]
Shape = Literal["linear", "smooth", "hold"]

RANGES: Final = {sign: LIMITS[sign] for sign in get_args(Sign)}
"""What a script may aim at, which is what a body does."""

MAX_BEDS: Final = 10_000


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
        default=None,
        description=(
            "When given, the body is its own again afterwards: within minutes, but temperature and glucose,"
            " of which half the way goes at once and the rest within an hour or two."
        ),
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
    insults: list[Insult] = Field(
        default=[], description="What ails the body from within; eased when `lasts` is over."
    )
    treatments: list[Treatment] = Field(
        default=[], description="What is given; what is held ends when `lasts` is over."
    )
    rhythm: RhythmName | None = Field(
        default=None, description="The heart's, from the phase's start until its `lasts` is over."
    )
    pulse: bool = Field(
        default=True, description="`false`: the `rhythm` is electrical activity alone, and moves no blood."
    )
    st: list[Injury] = Field(default=[], description="Raised or lowered ST, by territory.")
    potassium: Potassium = Field(
        default=None, description="At which the ECG is drawn, in mmol/L; left out or `own`, the body's."
    )
    qt: QtFactor = Field(
        default=None, description="QT so many times as long as the rate makes it (a drug); `own` ends it."
    )
    breathing: BreathingName | None = Field(
        default=None, description="A pattern, from the phase's start until its `lasts` is over."
    )
    consciousness: Acvpu | None = Field(default=None, description="Set when the phase starts.")
    oxygen: OxygenText | None = Field(default=None, description="Set when the phase starts.")
    label: LabelKind | None = Field(
        default=None,
        description="What it is for scoring; an illness is a `deterioration`, an episode a `distractor`.",
    )
    text: Text = Field(default="", description="A word to the instructor.")


class Fault(Part):
    """Something goes wrong between body and screen, for a while."""

    kind: FaultWord = Field(description="What goes wrong.")
    device: DeviceName = Field(description="Where.")
    at: Duration = Field(default=0, description="When it starts, from the scenario's start.")
    lasts: Duration | None = Field(default=None, description="For how long; without it, to the end.")
    cadence_bpm: float | None = Field(
        default=None, ge=20, le=240, description="How fast the hand moves, per minute; `motion` only."
    )
    mains_hz: Literal[50, 60] | None = Field(
        default=None, description="The frequency of the mains, 50 without; `mains-hum` only."
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


class Fall(Part):
    """The patient falls; an activity band notices most falls, nothing else does."""

    at: Duration = Field(default=0, description="When, from the scenario's start.")
    lasts: Duration | None = Field(
        default=None, description="For how long they lie there; without it, to the end."
    )
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
    skin: Literal["light", "brown", "dark"] | None = Field(
        default=None, description="In dark skin an oximeter reads 1 to 3 points high, more the lower it is."
    )
    responder: Responder = Field(
        default="usual",
        description=(
            "How the heart answers a bleeding: as most, as in the classes of ATLS (`textbook`), or as in"
            " trauma registries (`registry`: hardly, and to 115 at most, while pressure falls earlier)."
        ),
    )
    scale: Literal[1, 2] = Field(
        default=1, description="NEWS2 saturation scale; 2 only with a prescribed 88–92 %."
    )
    target: Annotated[list[float], Field(min_length=2, max_length=2)] | None = Field(
        default=None, description="Prescribed saturation, from and to, in %."
    )
    conditions: list[ConditionName] = Field(
        default=[],
        description=(
            "What they live with: changes their normal and how their body answers. Whom `person` or `chart`"
            " tells of has these only, the others what chance gives them."
        ),
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
    oxygen: OxygenText = Field(
        default=Oxygen(), description="At the start, and again when a treatment that gave other oxygen ends."
    )
    chart: Chart = Field(default=Chart(), description="The chart.")
    condition: Line = Field(default="", description="What ails them, for the instructor.")
    wears: list[DeviceName] = Field(
        default=["patch", "oximeter", "cuff", "thermometer", "band"], description="Which devices they wear."
    )
    cuff_every: Duration = Field(default=900_000, description="How often the cuff measures.")
    phases: list[Phase] = Field(default=[], description="Their story.")
    trends: list[Trend] = Field(default=[], description="Single vital signs, outside any phase.")
    insults: list[Insult] = Field(
        default=[], description="What ails the body from within, outside any phase."
    )
    treatments: list[Treatment] = Field(default=[], description="What is given, outside any phase.")
    rhythm: RhythmName | None = Field(default=None, description="The heart's, from the start.")
    pulse: bool = Field(
        default=True, description="`false`: the `rhythm` is electrical activity alone, and moves no blood."
    )
    st: list[Injury] = Field(default=[], description="Raised or lowered ST, by territory.")
    potassium: Potassium = Field(
        default=None, description="At which the ECG is drawn, in mmol/L; left out or `own`, the body's."
    )
    qt: QtFactor = Field(
        default=None, description="QT so many times as long as the rate makes it (a drug); `own` ends it."
    )
    breathing: BreathingName | None = Field(
        default=None, description="A pattern of breathing, from the start."
    )
    charted: list[Charted] = Field(default=[], description="Changes of consciousness and oxygen.")
    falls: list[Fall] = Field(default=[], description="Falls out of bed or on the way.")
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
    ecg_hz: Literal[250, 500] = Field(default=250, description="Samples a second of the ECG's leads.")
    beds: Annotated[list[Bed], Field(min_length=1, max_length=MAX_BEDS)] = Field(
        description="The beds, in order."
    )
