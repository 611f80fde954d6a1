"""What an insult is: a course from well to the worst, and what it does to a body on the way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np

from devices.arrays import Floats
from devices.physiology.influence import FIELDS

Special = Literal["", "hyperoxia"]
FENTANYL: Final = "fentanyl"
"""Beside the fields of ``Influence``: µg/min into the blood."""


@dataclass(frozen=True, slots=True)
class Insult:
    """One illness or injury.

    ``stages`` runs from 0 (well) to 1 (the last row of its table); ``effects`` gives, at each of them,
    what it does to a field of ``Influence``. ``flows`` are shares of blood volume that go in the whole
    course. Untreated, at severity 1 and tempo 1, ``onset_s`` leads to the first row of the table and
    ``lasts_s`` from there to the last. ``demands`` are rhythms from a stage on.
    """

    label: str
    source: str
    onset_s: float
    lasts_s: float
    recovers_s: float
    stages: tuple[float, ...] = (0.0, 1.0)
    effects: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    flows: Mapping[str, float] = field(default_factory=dict)
    demands: tuple[tuple[float, str], ...] = ()
    special: Special = ""
    table: str = ""
    """The trajectory of reference 7 that it was set by."""

    @property
    def course_s(self) -> float:
        """How long it takes from nothing to the worst."""
        return self.onset_s + self.lasts_s


def amounts(insult: Insult) -> tuple[tuple[str, ...], Floats, Floats]:
    """Return (fields, stages ``[k]``, amounts ``[fields, k]``); raise ``ValueError`` if they do not fit."""
    for name, values in insult.effects.items():
        if len(values) != len(insult.stages):
            raise ValueError(f"{insult.label}: {name} has {len(values)} amounts, not {len(insult.stages)}")
        neutral = 0.0 if name == FENTANYL else FIELDS[name].neutral
        if values[0] != neutral:
            raise ValueError(f"{insult.label}: {name} must begin at {neutral:g}")
    rows = np.array(list(insult.effects.values())).reshape(-1, len(insult.stages))
    return tuple(insult.effects), np.array(insult.stages), rows
