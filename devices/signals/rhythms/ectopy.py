"""Programs of ventricles with a mind of their own: escapes, extrasystoles, tachycardias. *Heuristic* times.

An extrasystole finds the node closed for the sinus beat after it, so that the pause makes up for it.
"""

from typing import Final

from devices.arrays import Floats
from devices.kernels import kernel
from devices.signals import kinds as k
from devices.signals.rhythms import heart as h
from devices.signals.rhythms import programs
from devices.signals.rhythms.conduction import PR_S
from devices.signals.rhythms.programs import ASLEEP, A, B, C, D, E

COUPLING: Final = 0.62
COUPLING_IN_RUN: Final = 0.50
"""An extrasystole follows the beat before it by this share of RR, one in a row by that."""
ONE_FOCUS: Final = 0.012
MANY_FOCI: Final = 0.06
"""How much that varies."""
CLOSED: Final = 0.58
"""By this share of RR after an extrasystole the node lets a sinus beat pass again."""
EARLY_PULSE: Final = 0.62
"""What its own poor squeeze leaves of the stroke, beside its poor filling."""
RUN_PULSE: Final = 0.95
"""Likewise from a run's third beat on: by then the pressure has fallen so far that a poor stroke opens the
valve again, and a finger feels a run that is not too fast (*heuristic*)."""
FELT: Final = 2
ACROSS: Final = k.TWISTS // 4
ACROSS_BELOW: Final = 3 * k.TWISTS // 4
"""Turns of the twisting beat that lead II hardly sees: a monitor would miss the beat."""
COUNT: Final = programs.MEMORY
STEP: Final = programs.MEMORY
"""How many sinus beats there have been, or how far an axis has turned."""


@kernel
def escape(heart: Floats, now_s: float, kind: int, spread: float) -> float:
    """Let a focus in the ventricles, or the junction, beat on its own; a quick one is a tachycardia."""
    h.force(heart, now_s, kind)
    return h.after(heart, now_s, h.about(heart, 1.0, spread))


@kernel
def yielding(heart: Floats, now_s: float, kind: int, spread: float) -> float:
    """Likewise, but begin anew after each beat that is not its own."""
    interval_s, last_s = heart[h.INTERVAL_S], heart[h.LAST_S]
    if now_s - last_s < 0.7 * interval_s:
        return h.after(heart, last_s, 1.0)
    return escape(heart, now_s, kind, spread)


@kernel
def twisting(heart: Floats, own: Floats, now_s: float) -> float:
    """Let the axis go round: a spindle in every lead, about every twelve beats."""
    h.force(heart, now_s, k.TWIST + int(own[STEP]) % k.TWISTS)
    own[STEP] += h.about(heart, 1.0, 0.15)
    return h.after(heart, now_s, h.about(heart, 1.0, 0.04))


@kernel
def wandering(heart: Floats, own: Floats, now_s: float) -> float:
    """Let the axis jump from beat to beat, to any but those that lie across lead II."""
    turn = (int(own[STEP]) + h.any_of(heart, 3, 9)) % k.TWISTS
    if turn in (ACROSS, ACROSS_BELOW):
        turn += 1
    own[STEP] = turn
    h.force(heart, now_s, k.TWIST + turn)
    return h.after(heart, now_s, h.about(heart, 1.0, 0.06))


@kernel
def dying(heart: Floats, now_s: float) -> float:
    """Let a broad complex come now and then, ever differently."""
    h.force(heart, now_s, k.AGONAL)
    return h.after(heart, now_s, max(h.about(heart, 1.0, 0.35), 0.4))


@kernel
def compressed(heart: Floats, now_s: float) -> float:
    """Compress the chest 110 times a minute (100 to 120, resuscitation guidelines)."""
    h.force(heart, now_s, k.COMPRESSION)
    return now_s + 60.0 / h.about(heart, 110.0, 2.5)


@kernel
def focus(heart: Floats, foci: int) -> int:
    """Return the kind of an extrasystole from one of so many foci: outflow, apex, base."""
    if foci <= 1:
        return k.WIDE
    place = h.any_of(heart, 0, foci - 1)
    return k.WIDE if place == 0 else k.WIDE_LEFT if place == 1 else k.WIDE_BASE


@kernel
def follow(heart: Floats, kind: int, number: int, spread: float) -> None:
    """Let so many extrasystoles follow the last beat."""
    for place in range(number):
        coupling, least_s = (COUPLING, 0.34) if place == 0 else (COUPLING_IN_RUN, 0.30)
        step_s = max(h.about(heart, coupling, spread) * heart[h.INTERVAL_S], least_s)
        pulse = EARLY_PULSE if place < FELT else RUN_PULSE
        h.squeeze(heart, heart[h.LAST_S] + min(step_s, 0.55), kind, pulse)


@kernel
def early(heart: Floats, own: Floats, p: float) -> None:
    """Let extrasystoles follow each so-many-th sinus beat, or any by chance.

    Told are the chance, or of how many beats one is followed; how many follow, from and to; and the foci.
    """
    h.p(heart, p, k.P_SINUS)
    if p + PR_S - heart[h.LAST_S] < CLOSED * heart[h.INTERVAL_S] or not h.beat(heart, p + PR_S, k.NARROW):
        return  # an extrasystole has closed the node for this one
    own[COUNT] += 1.0
    if own[COUNT] >= own[B] if own[B] > 0.0 else h.chance(heart, own[A]):
        own[COUNT] = 0.0
        foci = int(own[E])
        number = h.any_of(heart, int(own[C]), int(own[D])) if own[D] > own[C] else int(own[C])
        follow(heart, focus(heart, foci), number, ONE_FOCUS if foci == 1 else MANY_FOCI)


@kernel
def wake(which: int, heart: Floats, own: Floats, now_s: float) -> float:
    """Wake a program of these; return until when it sleeps."""
    if which == programs.EARLY:
        early(heart, own, now_s)
        return ASLEEP
    if which == programs.ESCAPE:
        return escape(heart, now_s, int(own[A]), own[B])
    if which == programs.YIELDING:
        return yielding(heart, now_s, int(own[A]), own[B])
    if which == programs.TWISTING:
        return twisting(heart, own, now_s)
    if which == programs.WANDERING:
        return wandering(heart, own, now_s)
    return dying(heart, now_s) if which == programs.DYING else compressed(heart, now_s)
