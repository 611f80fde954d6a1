"""One heart that does not simply beat: what its programs know of it, and what they tell it.

A heart is a row of numbers, ``heart``, that programs read and write through the kernels below: atria and
ventricles that have come apart know of each other only what stands there.
"""

from typing import Final

from devices.arrays import Floats
from devices.kernels import kernel
from devices.signals.events import NEVER

REFRACTORY_S: Final = 0.28
"""So long after a beat the ventricles answer no other (*heuristic*)."""
SOONEST_S: Final = 0.2
"""No two beats are closer: detectors and trains take 300 /min at most."""
SPIKE_BEFORE_S: Final = 0.078
"""A spike lies so far before the R peak of the beat it paces: before QRS."""
AHEAD: Final = 192
"""So many numbers of each sort are drawn ahead,"""
SPARE: Final = 64
"""and so many are left when a second begins: no second takes more."""
MOST: Final = 16
"""At most so many beats are to come, and so many waves and spikes in a second."""

SLOWEST_BPM: Final = 5.0

BED: Final = 0
BPM: Final = 1
"""What the body wants …"""
INTERVAL_S: Final = 2
"""… and what it means from beat to beat."""
SINUS_S: Final = 3
"""From one discharge of the sinus node to the next, as a mean."""
LAST_S: Final = 4
"""When the ventricles beat last, or will."""
LATE_S: Final = 5
"""So much later than by itself the node discharges."""
NORMALS_USED: Final = 6
EVENS_USED: Final = 7
COMING: Final = 8
"""How many beats are yet to come, in the order of time: each is later than all before it."""
WAVES: Final = 9
SPIKES: Final = 10
"""How many waves of the atria, and spikes, this second has told."""
FIRES_S: Final = 11
"""When a device fires next that moves no heart, whatever the programs do."""
BEAT: Final = 12
"""From here on the beats to come: R (s since the session's start), the kind, how much of it arrives."""
WAVE: Final = BEAT + 3 * MOST
"""Waves: the middle (s), and the kind."""
SPIKE: Final = WAVE + 2 * MOST
NORMAL: Final = SPIKE + MOST
"""Standard normal numbers, between -3 and 3 …"""
EVEN: Final = NORMAL + AHEAD
"""… and even ones from 0 to 1, drawn ahead."""
WIDTH: Final = EVEN + AHEAD


@kernel
def want(heart: Floats, bpm: float, sinus_bpm: float) -> None:
    """Let the body want a rate, and the sinus node have one of its own."""
    heart[BPM], heart[INTERVAL_S] = bpm, 60.0 / max(bpm, SLOWEST_BPM)
    heart[SINUS_S] = 60.0 / max(sinus_bpm, 1.0)


@kernel
def p(heart: Floats, time_s: float, kind: int) -> None:
    """Let the atria be excited: a wave whose middle is at ``time_s``."""
    told = int(heart[WAVES])
    if told < MOST:
        heart[WAVE + 2 * told] = time_s
        heart[WAVE + 2 * told + 1] = kind
        heart[WAVES] = told + 1


@kernel
def squeeze(heart: Floats, time_s: float, kind: int, arriving: float) -> None:
    """Do what ``force`` does; only ``arriving`` of the beat arrives."""
    time_s = max(time_s, heart[LAST_S] + SOONEST_S)
    heart[LAST_S] = time_s
    coming = int(heart[COMING])
    if coming < MOST:
        heart[BEAT + 3 * coming] = time_s
        heart[BEAT + 3 * coming + 1] = kind
        heart[BEAT + 3 * coming + 2] = arriving
        heart[COMING] = coming + 1


@kernel
def force(heart: Floats, time_s: float, kind: int) -> None:
    """Let the ventricles beat, R at ``time_s``, whether or not they could: a fast focus, or a compression."""
    squeeze(heart, time_s, kind, 1.0)


@kernel
def beat(heart: Floats, time_s: float, kind: int) -> bool:
    """Let the ventricles beat unless they are refractory; return whether they do."""
    ready: bool = time_s - heart[LAST_S] >= REFRACTORY_S
    if ready:
        squeeze(heart, time_s, kind, 1.0)
    return ready


@kernel
def spike(heart: Floats, time_s: float) -> None:
    """Let a pacemaker fire."""
    told = int(heart[SPIKES])
    if told < MOST:
        heart[SPIKE + told] = time_s
        heart[SPIKES] = told + 1


@kernel
def delay(heart: Floats, seconds: float) -> None:
    """Let the sinus node's next discharge come so much later, and all after it."""
    heart[LATE_S] += seconds


@kernel
def after(heart: Floats, now_s: float, intervals: float) -> float:
    """Return when so many of the body's intervals have passed."""
    then_s: float = now_s + heart[INTERVAL_S] * intervals
    return then_s


@kernel
def normal(heart: Floats) -> float:
    """Return a standard normal number, between -3 and 3."""
    used = int(heart[NORMALS_USED])
    heart[NORMALS_USED] = min(used + 1, AHEAD - 1)
    number: float = heart[NORMAL + used]
    return number


@kernel
def about(heart: Floats, value: float, spread: float) -> float:
    """Return a normal number, at most three deviations away."""
    return value + spread * normal(heart)


@kernel
def even(heart: Floats) -> float:
    """Return a number from 0 to 1."""
    used = int(heart[EVENS_USED])
    heart[EVENS_USED] = min(used + 1, AHEAD - 1)
    number: float = heart[EVEN + used]
    return number


@kernel
def chance(heart: Floats, of_one: float) -> bool:
    """Say yes in ``of_one`` of cases."""
    return even(heart) < of_one


@kernel
def any_of(heart: Floats, low: int, high: int) -> int:
    """Return a whole number from ``low`` to ``high``."""
    return low + int(even(heart) * (high - low + 1))


@kernel
def discharged(heart: Floats, alone_s: float) -> float:
    """Return when the node discharges that would by itself have at ``alone_s``.

    ``NEVER``: it is so late that this one is left out.
    """
    late_s: float = heart[LATE_S]
    if late_s >= heart[SINUS_S]:
        heart[LATE_S] = late_s - heart[SINUS_S]
        return NEVER
    return alone_s + late_s
