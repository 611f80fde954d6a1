"""What an insult is: a course from well to the worst, and what it does to a body on the way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np

from devices.arrays import Floats
from devices.physiology.influence import FIELDS

Special = Literal["", "hyperoxia", "skull"]
SPECIAL: Final[tuple[Special, ...]] = ("", "hyperoxia", "skull")
"""What an insult does, or suffers, that depends on the body it does it to: ``special`` and ``skull``."""
Relieved = Literal["slows", "melts", "outruns"]
RELIEVED: Final[tuple[Relieved, ...]] = ("slows", "melts", "outruns")
"""How an illness is relieved: it goes back along its course and goes on more slowly, as an airway that opens;
a share of all that it does goes, and it goes on more slowly, as a clot melts; or it goes back and no more
slowly on, as blood under the skull."""
FENTANYL: Final = "fentanyl"
"""Beside the fields of ``Influence``: µg/min into the blood."""
LACTATE: Final = "lactate"
"""Likewise: mmol/L a minute that tissue makes, beside what shock makes of itself."""
BESIDE: Final = (FENTANYL, LACTATE)


@dataclass(frozen=True, slots=True)
class Insult:
    """One illness or injury.

    Untreated, at severity 1 and tempo 1, it goes through ``minutes``, from 0 (well) to the worst; where it
    was set by a ``table`` of reference 7, the second is that table's first row. ``effects`` gives, at each
    of them, what it does to a field of ``Influence``. ``flows`` are shares of blood volume that go in the
    whole course. ``demands`` are rhythms, from a share of the course on. ``recovers_min`` is how long the
    worst takes to go once the cause is gone.
    """

    label: str
    source: str
    minutes: tuple[float, ...]
    recovers_min: float
    effects: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    flows: Mapping[str, float] = field(default_factory=dict)
    demands: tuple[tuple[float, str], ...] = ()
    special: Special = ""
    table: str = ""
    relieved: Relieved = "slows"
    timed: bool = False
    """Whether its course is time alone: it goes on whatever the severity, which says how much of it all."""

    @property
    def course_s(self) -> float:
        """How long it takes from nothing to the worst."""
        return 60.0 * self.minutes[-1]


def amounts(insult: Insult) -> tuple[tuple[str, ...], Floats, Floats]:
    """Return (fields, stages ``[k]``, amounts ``[fields, k]``); raise ``ValueError`` if they do not fit."""
    for name, values in insult.effects.items():
        if len(values) != len(insult.minutes):
            raise ValueError(f"{insult.label}: {name} has {len(values)} amounts, not {len(insult.minutes)}")
        neutral = 0.0 if name in BESIDE else FIELDS[name].neutral
        if values[0] != neutral:
            raise ValueError(f"{insult.label}: {name} must begin at {neutral:g}")
    rows = np.array(list(insult.effects.values()), float).reshape(-1, len(insult.minutes))
    return tuple(insult.effects), np.array(insult.minutes) / insult.minutes[-1], rows
