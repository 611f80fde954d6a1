"""Usual values that no body keeps up by itself, and where each ends up."""

from collections.abc import Iterator
from typing import Final

from devices.person import ADULT, Baseline
from devices.physiology.usual import bounds_of
from scenarios.model import RANGES, Bed
from scenarios.trajectories import UNITS

TELLING: Final = 0.5
"""A value that comes out by less otherwise is as good as written."""


def not_kept(bed: Bed) -> Iterator[tuple[str, str]]:
    """Yield (sign, what is to be said of it) of what is written and does not last.

    Of unknown age somebody is as young as can be, whose heart is the fastest.
    """
    age = ADULT if bed.person.age is None else bed.person.age
    etco2 = bed.baseline.get("etco2", Baseline().etco2)
    bounds = bounds_of(age, etco2, bed.oxygen.device, bed.oxygen.flow_l_min)
    for sign, value in bed.baseline.items():
        low, high = bounds.get(sign, RANGES[sign])
        held = min(max(value, low), high)
        if abs(held - value) > TELLING and RANGES[sign][0] <= value <= RANGES[sign][1]:
            yield sign, f"{sign} {value:g} does not last: at rest this body holds {held:.3g} {UNITS[sign]}"
