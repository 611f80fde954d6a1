"""Programs of nodes that conduct late, not all, or nothing: woken by the sinus node, their time is P's.

Times *heuristic* but where said.
"""

from typing import Final

from devices.arrays import Floats
from devices.kernels import kernel
from devices.signals import kinds as k
from devices.signals.rhythms import heart as h
from devices.signals.rhythms import programs
from devices.signals.rhythms.programs import ASLEEP, A

PR_S: Final = 0.145
"""From the middle of P to R in a healthy heart: the P wave begins 50 ms earlier."""
MEET_S: Final = 0.07
"""So long before its R peak a focus in the ventricles fires."""
LEFT: Final = programs.MEMORY
"""How many P waves are left of a round."""
PLACE: Final = programs.MEMORY + 1
"""How many have been, of this one,"""
LATER_S: Final = programs.MEMORY + 2
"""and how late the last was conducted."""


@kernel
def slow_node(heart: Floats, p: float, pr_s: float) -> None:
    """First-degree block: every P is conducted, late."""
    h.p(heart, p, k.P_SINUS)
    h.beat(heart, p + pr_s, k.NARROW)


@kernel
def wenckebach(heart: Floats, own: Floats, p: float) -> None:
    """Let PR grow, by less each time, until a beat is dropped; of 3 to 5 P waves one is lost."""
    if own[LEFT] <= 0.0:
        own[LEFT], own[PLACE], own[LATER_S] = h.any_of(heart, 3, 5), 0.0, 0.17
    h.p(heart, p, k.P_SINUS)
    own[LEFT] -= 1.0
    own[PLACE] += 1.0
    if own[LEFT] > 0.0:
        h.beat(heart, p + own[LATER_S], k.NARROW)
        own[LATER_S] += 0.085 / own[PLACE]


@kernel
def mobitz(heart: Floats, own: Floats, p: float) -> None:
    """Drop beats of a constant PR without warning; the bundle's right branch is ill too."""
    if own[LEFT] <= 0.0:
        own[LEFT] = h.any_of(heart, 3, 5)
    h.p(heart, p, k.P_SINUS)
    own[LEFT] -= 1.0
    if own[LEFT] > 0.0:
        h.beat(heart, p + 0.16, k.NARROW_RBBB)


@kernel
def every(heart: Floats, own: Floats, p: float, number: int) -> None:
    """Conduct one P wave of ``number``."""
    h.p(heart, p, k.P_SINUS)
    if own[LEFT] <= 0.0:
        own[LEFT] = number
        h.beat(heart, p + 0.17, k.NARROW)
    own[LEFT] -= 1.0


@kernel
def capturing(heart: Floats, p: float) -> None:
    """Conduct a P wave only where the focus leaves a gap: captures and fusions show dissociation.

    What is conducted so late that the focus has fired already meets it half way; later still it is no more.
    """
    h.p(heart, p, k.P_SINUS)
    waited_s, interval_s = p + PR_S - heart[h.LAST_S], heart[h.INTERVAL_S]
    if max(0.82 * interval_s, h.REFRACTORY_S + 0.1) < waited_s < interval_s + 0.5 * MEET_S:
        h.beat(heart, p + PR_S, k.FUSION if waited_s > interval_s - MEET_S else k.NARROW)


@kernel
def meeting(heart: Floats, p: float, kind: int) -> None:
    """Let atria go by themselves, and few of the P waves that could meet a tachycardia half way do so.

    A fusion beat, as ``kind``, proves that a wide tachycardia comes from the ventricles; it is seldom, since
    beats that run back keep the node closed (*heuristic* share).
    """
    h.p(heart, p, k.P_SINUS)
    early_s = heart[h.LAST_S] + heart[h.INTERVAL_S] - (p + PR_S)
    if 0.0 < early_s < MEET_S and h.chance(heart, 0.12):
        h.beat(heart, p + PR_S, kind)


@kernel
def arresting(heart: Floats, own: Floats, p: float) -> None:
    """Let the sinus node fall silent for 2 to 4 s now and then; the junction may step in once."""
    if own[LEFT] <= 0.0:
        own[LEFT] = h.any_of(heart, 6, 12)
    h.p(heart, p, k.P_SINUS)
    h.beat(heart, p + PR_S, k.NARROW)
    own[LEFT] -= 1.0
    if own[LEFT] <= 0.0:
        silent_s = h.about(heart, 3.0, 0.35)
        h.delay(heart, silent_s)
        if h.chance(heart, 0.4):
            h.beat(heart, p + PR_S + heart[h.INTERVAL_S] + 0.75 * silent_s, k.NARROW)


@kernel
def atrial_ectopy(heart: Floats, p: float) -> None:
    """Let an atrial beat come early about every sixth time; it resets the sinus node."""
    h.p(heart, p, k.P_SINUS)
    h.beat(heart, p + PR_S, k.NARROW)
    if h.chance(heart, 1.0 / 6.0):
        early_s = p + 0.62 * heart[h.INTERVAL_S]
        h.p(heart, early_s, k.P_ECTOPIC)
        h.beat(heart, early_s + PR_S + 0.02, k.NARROW)
        h.delay(heart, 0.72 * heart[h.INTERVAL_S])


@kernel
def wake(which: int, heart: Floats, own: Floats, p: float) -> float:
    """Wake a program of these, or let the atria go alone; return until when it sleeps."""
    if which == programs.SLOW_NODE:
        slow_node(heart, p, own[A])
    elif which == programs.WENCKEBACH:
        wenckebach(heart, own, p)
    elif which == programs.MOBITZ:
        mobitz(heart, own, p)
    elif which == programs.EVERY:
        every(heart, own, p, int(own[A]))
    elif which == programs.CAPTURING:
        capturing(heart, p)
    elif which == programs.MEETING:
        meeting(heart, p, int(own[A]))
    elif which == programs.ARRESTING:
        arresting(heart, own, p)
    elif which == programs.ATRIAL_ECTOPY:
        atrial_ectopy(heart, p)
    else:
        h.p(heart, p, k.P_SINUS)
    return ASLEEP
