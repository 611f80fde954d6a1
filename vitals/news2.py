"""The National Early Warning Score 2: the published chart as a table, and a score that knows its gaps.

Source: Royal College of Physicians. National Early Warning Score (NEWS) 2: Standardising the
assessment of acute-illness severity in the NHS. London: RCP, 2017 (charts 1 and 4). Not for people
under 16 nor in pregnancy. For training only, never for the care of a patient.

Rounding, which the chart leaves open: rates, saturation and pressure to the nearest integer,
temperature to one decimal, halves up, before the table is read. A missing parameter is never zero:
the total is then ``None`` and ``at_least`` says what the present ones add up to.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from math import inf
from typing import Final, Literal

Risk = Literal["low", "low-medium", "medium", "high", "unknown"]
Scale = Literal[1, 2]
Bands = tuple[tuple[float, int], ...]

PARAMETERS: Final = ("rr", "spo2", "oxygen", "sbp", "pulse", "acvpu", "temp")
"""The seven parameters in the order of the chart; keys of ``News2.points`` and of a Score's components."""

URGENT: Final = 5
"""The total from which the chart asks for an urgent response."""
EMERGENCY: Final = 7
"""The total from which the chart asks for an emergency response."""
RED: Final = 3
"""Points of one parameter alone that the chart marks red."""

# Chart 1: up to and including, points.
RESPIRATION_RATE: Final[Bands] = ((8, 3), (11, 1), (20, 0), (24, 2), (inf, 3))
SPO2_SCALE_1: Final[Bands] = ((91, 3), (93, 2), (95, 1), (inf, 0))
SPO2_SCALE_2_AIR: Final[Bands] = ((83, 3), (85, 2), (87, 1), (inf, 0))
SPO2_SCALE_2_OXYGEN: Final[Bands] = ((83, 3), (85, 2), (87, 1), (92, 0), (94, 1), (96, 2), (inf, 3))
SYSTOLIC_PRESSURE: Final[Bands] = ((90, 3), (100, 2), (110, 1), (219, 0), (inf, 3))
PULSE: Final[Bands] = ((40, 3), (50, 1), (90, 0), (110, 1), (130, 2), (inf, 3))
TEMPERATURE: Final[Bands] = ((35.0, 3), (36.0, 1), (38.0, 0), (39.0, 1), (inf, 2))
CONSCIOUSNESS: Final[Mapping[str, int]] = {"A": 0, "C": 3, "V": 3, "P": 3, "U": 3}
OXYGEN: Final = 2


@dataclass(frozen=True, slots=True)
class News2:
    """A score: points by parameter (``None`` = missing), and what they come to.

    ``total`` is ``None`` while a parameter is missing; ``at_least`` is the sum of those present,
    which the total cannot fall below. ``risk`` is ``unknown`` while a parameter is missing, unless
    those present already reach the emergency threshold.
    """

    points: dict[str, int | None]
    total: int | None
    at_least: int
    max_single: int
    risk: Risk
    scale: Scale
    missing: tuple[str, ...]


def band(value: float, bands: Bands, decimals: int = 0) -> int:
    """Return the points of the first band whose upper bound holds ``value``.

    It is rounded to so many decimals as written in decimal digits, halves up (36.05 → 36.1).
    """
    return bands[bisect_right(_edges(bands, decimals), value)][1]


@cache
def _edges(bands: Bands, decimals: int) -> tuple[float, ...]:
    """Return where each band but the last ends: the first values that are rounded above its bound.

    A float is read in its shortest decimal digits, so comparing with the edge as a float is comparing them.
    """
    half = Decimal(5).scaleb(-decimals - 1)
    return tuple(float(Decimal(repr(highest)) + half) for highest, _ in bands[:-1])


def saturation(value: float, *, scale: Scale, oxygen: bool | None) -> int | None:
    """Return the points of a saturation; ``None`` where scale 2 needs to know of oxygen and cannot."""
    if scale == 1:
        return band(value, SPO2_SCALE_1)
    on_air, on_oxygen = band(value, SPO2_SCALE_2_AIR), band(value, SPO2_SCALE_2_OXYGEN)
    if oxygen is None:
        return on_air if on_air == on_oxygen else None
    return on_oxygen if oxygen else on_air


def risk_of(total: int, max_single: int) -> Risk:
    """Return the clinical risk of a complete score (chart 4)."""
    if total >= EMERGENCY:
        return "high"
    if total >= URGENT:
        return "medium"
    return "low-medium" if max_single >= RED else "low"


def score(
    *,
    rr: float | None,
    spo2: float | None,
    oxygen: bool | None,
    sbp: float | None,
    pulse: float | None,
    acvpu: str | None,
    temp: float | None,
    scale: Scale = 1,
) -> News2:
    """Score one set of observations; ``None`` marks what is not known.

    ``rr`` and ``pulse`` /min, ``spo2`` %, ``sbp`` mmHg, ``temp`` °C, ``acvpu`` one of A C V P U,
    ``scale`` 2 only where a target of 88 to 92 % is prescribed. Raise ``KeyError`` for another
    letter of consciousness.
    """
    points = {
        "rr": None if rr is None else band(rr, RESPIRATION_RATE),
        "spo2": None if spo2 is None else saturation(spo2, scale=scale, oxygen=oxygen),
        "oxygen": None if oxygen is None else OXYGEN * oxygen,
        "sbp": None if sbp is None else band(sbp, SYSTOLIC_PRESSURE),
        "pulse": None if pulse is None else band(pulse, PULSE),
        "acvpu": None if acvpu is None else CONSCIOUSNESS[acvpu],
        "temp": None if temp is None else band(temp, TEMPERATURE, decimals=1),
    }
    return summed(points, scale)


def summed(points: dict[str, int | None], scale: Scale) -> News2:
    """Return what ``points`` by parameter come to."""
    present = [p for p in points.values() if p is not None]
    missing = tuple(key for key in PARAMETERS if points[key] is None)
    at_least, max_single = sum(present), max(present, default=0)
    known = not missing or at_least >= EMERGENCY
    risk = risk_of(at_least, max_single) if known else "unknown"
    return News2(points, None if missing else at_least, at_least, max_single, risk, scale, missing)
