"""Patterns of breathing as a table: what each does to the rate, depth and air flow of the breath train.

The rate while a patient breathes stays the body's, unless a pattern has one of its own; a course over
a cycle makes it wax, wane and stop. Cheyne-Stokes breathing has cycles of 40 s or longer with
central apnoeas (AASM scoring manual); agonal breathing lasts a minute or two (clinical reference 7.21). All
other numbers are *heuristic*, set so that each is told from its neighbours on a monitor.
"""

from dataclasses import dataclass
from math import inf
from typing import Final

Course = tuple[tuple[float, float], ...]
"""Knots over a cycle, (share of it, value), straight in between."""
EVEN: Final[Course] = ((0.0, 1.0), (1.0, 1.0))


@dataclass(frozen=True, slots=True)
class Pattern:
    """One pattern.

    ``rate``, ``depth`` and ``flow`` run over a cycle of ``cycle_s`` (variation coefficient ``uneven``)
    and multiply the body's rate, the depth of a breath, and what of its effort moves air. ``own_bpm``
    replaces the body's rate, ``least_bpm`` bounds it. ``spread`` and ``depth_spread`` are how much breaths
    differ, ``inspiration`` and ``expiration`` the shares of a breath that air flows, at most ``longest_s``.
    Every ``sigh_every`` breaths one is a sigh.
    """

    label: str
    told: str
    cycle_s: float = 60.0
    uneven: float = 0.0
    rate: Course = EVEN
    depth: Course = EVEN
    flow: Course = EVEN
    own_bpm: float | None = None
    least_bpm: float = 0.0
    spread: float = 0.05
    depth_spread: float = 0.10
    inspiration: float = 0.36
    expiration: float = 0.46
    longest_s: tuple[float, float] = (1.8, 2.4)
    sigh_every: int = 0
    lung_l: float = inf
    """No more of the lung gives oxygen between two breaths that move air, litres per 250 mL/min of uptake."""

    def at(self, share: float) -> tuple[float, float, float]:
        """Return (rate, depth, flow) at a ``share`` (0 to 1) of the cycle."""
        return _along(self.rate, share), _along(self.depth, share), _along(self.flow, share)


def _along(course: Course, share: float) -> float:
    before, was = course[0]
    for at, value in course:
        if share < at:
            return was + (value - was) * (share - before) / (at - before)
        before, was = at, value
    return was


_OBSTRUCTED: Final = 0.62
"""Share of an obstructed cycle in which no air passes."""

PATTERNS: Final[dict[str, Pattern]] = {
    "regular": Pattern("Regular breathing", "Even in rate and depth; expiration is longer than inspiration."),
    "cheyne-stokes": Pattern(
        "Cheyne–Stokes breathing",
        "Depth waxes and wanes smoothly over about a minute, with a central apnoea between: "
        "no effort, no flow.",
        cycle_s=62.0,
        uneven=0.04,
        rate=((0.0, 0.0), (0.02, 1.0), (0.64, 1.0), (0.67, 0.0), (1.0, 0.0)),
        depth=(
            (0.0, 0.25), (0.1, 0.6), (0.22, 1.15), (0.34, 1.6), (0.46, 1.15), (0.58, 0.6), (0.68, 0.2),
            (1.0, 0.2),
        ),
        depth_spread=0.05,
    ),
    "biot": Pattern(
        "Biot's (cluster) breathing",
        "Clusters of breaths of equal depth begin and stop abruptly; the pauses are long and uneven.",
        cycle_s=28.0,
        uneven=0.35,
        rate=((0.0, 1.3), (0.50, 1.3), (0.52, 0.0), (0.98, 0.0), (1.0, 1.3)),
        depth=((0.0, 1.15), (1.0, 1.15)),
    ),
    "kussmaul": Pattern(
        "Kussmaul breathing",
        "Deep and regular without a pause, of acidosis; usually fast, and end-tidal CO₂ is low.",
        depth=((0.0, 1.9), (1.0, 1.9)),
        least_bpm=20.0,
        spread=0.03,
        depth_spread=0.05,
        inspiration=0.46,
        expiration=0.53,
    ),
    "agonal": Pattern(
        "Agonal breathing",
        "A few brief gasps a minute, irregular, of a dying brain stem: not breathing. Look for the pulse.",
        depth=((0.0, 1.3), (1.0, 1.3)),
        flow=((0.0, 0.5), (1.0, 0.5)),
        own_bpm=5.0,
        spread=0.35,
        depth_spread=0.35,
        longest_s=(0.6, 1.0),
    ),
    "apnoea": Pattern(
        "Apnoea",
        "Neither effort nor flow: impedance and capnogram are flat while the heart beats on.",
        rate=((0.0, 0.0), (1.0, 0.0)),
        depth=((0.0, 0.0), (1.0, 0.0)),
    ),
    "obstructive": Pattern(
        "Obstructive apnoea",
        "The chest goes on moving, harder and harder, but the capnogram is flat until a few deep breaths "
        "break through. Impedance alone counts a normal rate.",
        cycle_s=46.0,
        uneven=0.12,
        rate=((0.0, 0.85), (_OBSTRUCTED, 0.95), (_OBSTRUCTED + 0.02, 1.35), (1.0, 1.1)),
        depth=(
            (0.0, 0.45), (_OBSTRUCTED, 0.9), (_OBSTRUCTED + 0.02, 1.9), (0.97, 1.2), (1.0, 0.45),
        ),
        flow=((0.0, 0.0), (_OBSTRUCTED, 0.0), (_OBSTRUCTED + 0.01, 1.0), (0.99, 1.0), (1.0, 0.0)),
        depth_spread=0.05,
        lung_l=1.25,  # heuristic: they lie flat and pull against a closed throat; set by 95 to 84 % (7.25)
    ),
    "sighs": Pattern(
        "Sighing",
        "Regular breathing in which every few breaths one is twice as deep and a pause follows.",
        sigh_every=8,
    ),
}  # fmt: skip
SIGH_DEPTH: Final = 2.4
"""How deep a sigh is."""
SIGH_LENGTH: Final = 1.4
"""How much longer than other breaths a sigh takes."""
SIGH_PAUSE_S: Final = 6.5
"""So long from the beginning of a sigh on a patient hardly breathes: the next breath is late by one."""
