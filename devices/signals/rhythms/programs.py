"""What hearts that do not simply beat do: a program, or two, each a number and what it is told.

A program is a kernel (``conduction``, ``fibrillation``, ``ectopy``, ``pacing``) that is woken at a time,
tells the heart what happens (``heart``), and returns until when it sleeps. What it is told and what it
remembers is a row of numbers, its ``own``.
"""

from dataclasses import dataclass
from math import inf
from typing import Final

ASLEEP: Final = inf
"""Until when sleeps who waits for the sinus node: a program always does, or never."""

SLOW_NODE, WENCKEBACH, MOBITZ, EVERY, ATRIA_ALONE, CAPTURING, MEETING, ARRESTING, ATRIAL_ECTOPY = range(9)
"""``conduction``: they wait for the sinus node."""
FIBRILLATING, RACING, BRAKED, FLUTTERING = range(10, 14)
"""``fibrillation``, the first of it the least number."""
ESCAPE, YIELDING, TWISTING, WANDERING, DYING, COMPRESSED, EARLY = range(20, 27)
"""``ectopy``; ``EARLY`` waits for the sinus node."""
PACING_ATRIA, PACING_VENTRICLES, PACING_BOTH, TRACKING, WATCHING, UNCAPTURED, UNSENSING, OWN_BEATS = range(
    30, 38
)
"""``pacing``; ``TRACKING`` and ``OWN_BEATS`` wait for the sinus node."""

HEEDING: Final = frozenset({*range(FIBRILLATING), EARLY, TRACKING, OWN_BEATS})
AT_ONCE: Final = frozenset({FLUTTERING, WATCHING, UNCAPTURED, UNSENSING})
"""They are awake when the rhythm begins; the others that do not wait sleep an interval first."""

# A program's own numbers:
SLEEPS_S: Final = 0
"""Until when it sleeps,"""
WHICH: Final = 1
"""which it is, below 0 if it is none,"""
A, B, C, D, E = range(2, 7)
"""what it is told,"""
MEMORY: Final = 7
"""and, from here on, what it remembers: all 0 in the beginning."""
WIDTH: Final = 10


@dataclass(frozen=True, slots=True)
class Program:
    """A program and what it is told: counts and kinds are ``int``, what times or spreads it ``float``."""

    which: int
    told: tuple[float, ...] = ()


def does(which: int, *told: float) -> Program:
    """Return a program with what it is told."""
    return Program(which, told)
