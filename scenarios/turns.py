"""What can happen in a bed at a moment: turns of the body and its devices, and what is told of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from broker import messages as m
from scenarios.trajectories import Oxygen


@dataclass(frozen=True, slots=True)
class FaultTurn:
    """A fault begins or ends; ``how`` are its parameters as a ward takes them.

    With ``other_bed`` two beds' devices are swapped.
    """

    device: str
    kind: str
    on: bool
    how: Mapping[str, float] = field(default_factory=dict)
    other_bed: str | None = None


@dataclass(frozen=True, slots=True)
class ChartTurn:
    """Consciousness or oxygen becomes another; ``None`` stays as it is."""

    acvpu: m.Acvpu | None = None
    oxygen: Oxygen | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """Something for the truth's record: an event's kind and words."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Labelled:
    """A stretch that scoring knows by name begins; ``end_ms`` counts from the start, ``None`` is open.

    ``of`` says what it goes with: an insult, or a device and its fault.
    """

    kind: str
    end_ms: int | None
    text: str
    of: str = ""


@dataclass(frozen=True, slots=True)
class Unlabelled:
    """What a stretch went ``of`` is over: whatever is still labelled so ends."""

    of: str


@dataclass(frozen=True, slots=True)
class InsultTurn:
    """An insult begins, or is eased when ``severity`` is 0."""

    insult: str
    severity: float
    tempo: float = 1.0


@dataclass(frozen=True, slots=True)
class TreatTurn:
    """A treatment is given (``dose`` ``None``: the usual), or ended when not ``on``."""

    treatment: str
    on: bool
    dose: float | None = None


@dataclass(frozen=True, slots=True)
class RhythmTurn:
    """The heart takes on a rhythm, or its electrical half without ``pulse``."""

    rhythm: str
    pulse: bool = True


@dataclass(frozen=True, slots=True)
class StTurn:
    """ST of a territory becomes ``mv``, or, ``None``, the body's own.

    With ``age_h`` it is an infarct of that age, which goes on.
    """

    territory: str
    mv: float | None
    age_h: float | None = None


@dataclass(frozen=True, slots=True)
class PotassiumTurn:
    """The ECG is drawn at this potassium, or, ``None``, at the body's own."""

    mmol_l: float | None


@dataclass(frozen=True, slots=True)
class QtTurn:
    """QT becomes so many times as long as the rate makes it, or, ``None``, what the rate makes it."""

    factor: float | None


@dataclass(frozen=True, slots=True)
class BreathTurn:
    """Breathing takes on a pattern."""

    pattern: str


@dataclass(frozen=True, slots=True)
class PinTurn:
    """A vital sign goes to ``value`` within ``over_s`` and stays; with ``None`` it is let go."""

    sign: str
    value: float | None
    over_s: float = 0.0


@dataclass(frozen=True, slots=True)
class FallTurn:
    """The patient falls, or is up again."""

    on: bool


@dataclass(frozen=True, slots=True)
class AwakeTurn:
    """Consciousness is held by hand; with ``None`` it is the script's and the body's again."""

    acvpu: m.Acvpu | None


@dataclass(frozen=True, slots=True)
class MeasureTurn:
    """A device that measures when it is asked does so."""

    device: str


Electric = StTurn | PotassiumTurn | QtTurn
"""What only bends the ECG."""
Bedside = FallTurn | AwakeTurn | MeasureTurn
"""What the body does not feel."""
Deed = InsultTurn | TreatTurn | RhythmTurn | Electric | BreathTurn | PinTurn | Bedside
"""What is done to a body."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A stretch of a script begins that ``does`` something for a while; ``words`` name it.

    ``owner`` is the stretch, by a number of its bed.
    """

    owner: int
    does: Deed
    words: str = ""


@dataclass(frozen=True, slots=True)
class Ended:
    """A stretch is over: ``does`` is what that comes to, with ``told``, unless another such is on.

    With ``does`` ``None`` it ends by itself.
    """

    owner: int
    of: Deed
    does: Deed | None
    told: tuple[Told | Unlabelled, ...] = ()


What = FaultTurn | ChartTurn | Told | Labelled | Unlabelled | Begun | Ended | Deed
