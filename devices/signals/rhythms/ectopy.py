"""Programs of ventricles with a mind of their own: extrasystoles, runs, tachycardias. *Heuristic* times.

An extrasystole finds the node closed for the sinus beat after it, so that the pause makes up for it.
"""

from collections.abc import Iterator
from typing import Final

from devices.signals import kinds as k
from devices.signals.rhythms.conduction import PR_S
from devices.signals.rhythms.heart import Heart, Program, Programming

COUPLING: Final = 0.62
"""An extrasystole follows the beat before it by this share of RR."""
CLOSED: Final = 0.58
"""By this share of RR after an extrasystole the node lets a sinus beat pass again."""
EARLY_PULSE: Final = 0.62
"""What its own poor squeeze leaves of the stroke, beside its poor filling."""
RUN_PULSE: Final = 0.95
"""Likewise from a run's third beat on: by then the pressure has fallen so far that a poor stroke opens the
valve again, and a finger feels a run that is not too fast (*heuristic*)."""
FOCI: Final = (k.WIDE, k.WIDE_LEFT, k.WIDE_BASE)
ACROSS: Final = (k.TWISTS // 4, 3 * k.TWISTS // 4)
"""Turns of the twisting beat that lead II hardly sees: a monitor would miss the beat."""

Plan = Iterator[tuple[int, ...]]
"""After each sinus beat: the kinds of extrasystoles that follow it."""


def early(plan: "Planning") -> Programming:
    """Let extrasystoles follow sinus beats as ``plan`` says."""

    def program(heart: Heart) -> Program:
        for after in plan(heart):
            p = yield None
            heart.p(p)
            while p + PR_S - heart.last_s < CLOSED * heart.interval_s or not heart.beat(p + PR_S):
                p = yield None  # the extrasystole has closed the node for this one
                heart.p(p)
            spread = 0.012 if len(FOCI) > len(set(after)) else 0.06
            for place, kind in enumerate(after):
                coupling = COUPLING if place == 0 else 0.50
                step = max(heart.about(coupling, spread) * heart.interval_s, 0.30 if place else 0.34)
                squeeze = EARLY_PULSE if place < 2 else RUN_PULSE  # noqa: PLR2004 -- the third on
                heart.force(heart.last_s + min(step, 0.55), kind, squeeze)

    return program


class Planning:
    """One extrasystole, or ``length`` of them, after every ``each``-th beat or by ``chance``."""

    def __init__(
        self, chance: float = 0.0, *, each: int = 0, length: tuple[int, int] = (1, 1), foci: int = 1
    ) -> None:
        self.chance, self.each, self.length, self.foci = chance, each, length, foci

    def __call__(self, heart: Heart) -> Plan:
        """Yield what follows each sinus beat."""
        count = 0
        while True:
            count += 1
            due = count % self.each == 0 if self.each else heart.chance(self.chance)
            kind = FOCI[heart.any_of(0, self.foci - 1)] if due and self.foci > 1 else FOCI[0]
            yield (kind,) * heart.any_of(*self.length) if due else ()


def tachycardia(kind: int) -> Programming:
    """Let one focus beat fast and evenly."""

    def program(heart: Heart) -> Program:
        now = heart.now_s
        while True:
            now = yield now + heart.interval_s * heart.varied(1.0, 0.008)
            heart.force(now, kind)

    return program


def twisting(heart: Heart) -> Program:
    """Let the axis go round: a spindle in every lead, about every twelve beats."""
    now, step = heart.now_s, 0.0
    while True:
        now = yield now + heart.interval_s * heart.varied(1.0, 0.04)
        heart.force(now, k.TWIST + int(step) % k.TWISTS)
        step += heart.varied(1.0, 0.15)


def wandering(heart: Heart) -> Program:
    """Let the axis jump from beat to beat, to any but those that lie across lead II."""
    now, step = heart.now_s, 0
    while True:
        now = yield now + heart.interval_s * heart.about(1.0, 0.06)
        step += heart.any_of(3, 9)
        step += step % k.TWISTS in ACROSS
        heart.force(now, k.TWIST + step % k.TWISTS)


def dying(heart: Heart) -> Program:
    """Let a broad complex come now and then, ever differently."""
    now = heart.now_s
    while True:
        now = yield now + heart.interval_s * max(heart.varied(1.0, 0.35), 0.4)
        heart.force(now, k.AGONAL)


def compressed(heart: Heart) -> Program:
    """Compress the chest 110 times a minute (100 to 120, resuscitation guidelines)."""
    now = heart.now_s
    while True:
        now = yield now + 60.0 / heart.varied(110.0, 2.5)
        heart.force(now, k.COMPRESSION)
