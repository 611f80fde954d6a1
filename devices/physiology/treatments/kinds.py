"""What a treatment is: doses, course in time, and by which ways it acts on a body."""

from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from devices.physiology.treatments.course import Course

Weight = Literal[
    "", "airways", "awake", "bound", "cool", "drugged", "empty", "failing", "full", "fast", "fever",
    "paced", "pooled", "pulseless", "sound",
]  # fmt: skip
WEIGHTS: Final[tuple[Weight, ...]] = get_args(Weight)
"""What makes a body more sensitive to a push; see ``weights``."""
Act = Literal[
    "", "oxygen", "naloxone", "fentanyl", "stop-bleeding", "defibrillate", "cardiovert", "adenosine",
    "adrenaline", "pace", "calm", "compress", "magnesium",
]  # fmt: skip
"""What is done at once when a treatment is given; see ``acts``."""
SATURATION: Final = 1.0
"""Doses beyond the usual add less and less, up to twice its effect: (1 + k) s / (k + s), *heuristic*."""

BAG_L_MIN: Final = 15.0
"""What flows into a bag, whose dose is breaths."""


@dataclass(frozen=True, slots=True)
class Push:
    """``field`` of ``Influence`` moves by ``gain`` at the usual dose's peak: × e^gain, or + gain.

    ``weight`` names what of the body makes it more or less.
    """

    field: str
    gain: float
    weight: Weight = ""


@dataclass(frozen=True, slots=True)
class Treatment:
    """One treatment.

    ``eases`` takes shares of what acts on the body; ``relieves`` shares of an insult and of its pace, which
    are below 0 where it makes it worse. ``over_s`` is for how long it runs in; ``flow`` names the field of
    ``Influence`` that it then feeds, with so much in all for the usual dose. ``holds`` names insults that go
    no further from the moment it is given until it has worn off. ``harms`` says whom it hurts.
    """

    label: str
    unit: str
    usual: float
    least: float
    most: float
    course: Course
    harms: str
    source: str = "reference 7.23"
    pushes: tuple[Push, ...] = ()
    eases: dict[str, float] = field(default_factory=dict)
    relieves: dict[str, float] = field(default_factory=dict)
    over_s: float = 0.0
    flow: tuple[str, float] = ("", 0.0)
    holds: tuple[str, ...] = ()
    slowly: Course | None = None
    """The course of what it relieves, where that is another than its own."""
    act: Act = ""
    act_after_s: float = 0.0
    oxygen: str = ""
    """The device it gives oxygen by, at the dose as flow in L/min."""
    saturation: float = SATURATION

    def dose(self, given: float | None) -> float:
        """Return the dose that is meant: the usual where none is said, held between least and most."""
        return self.usual if given is None else min(max(float(given), self.least), self.most)

    def litres(self, given: float | None) -> float:
        """Return the flow of oxygen (L/min) that goes with a dose."""
        return self.dose(given) if self.unit == "L/min" else BAG_L_MIN
