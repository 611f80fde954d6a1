"""Programs of atria that fibrillate or flutter: no sinus node is heard. Times *heuristic* but where said."""

from math import exp
from typing import Final

from devices.arrays import Floats
from devices.kernels import kernel
from devices.signals import kinds as k
from devices.signals.rhythms import heart as h
from devices.signals.rhythms import programs
from devices.signals.rhythms.programs import A

SHORTEST_S: Final = 0.3
"""No interval of fibrillation is shorter."""
BRAKED_S: Final = 0.50
JUNCTION_WAITS: Final = 1.5
"""A braked node passes nothing sooner; after so many mean intervals the junction steps in."""
WAITED_S: Final = programs.MEMORY
WAITED_BEFORE_S: Final = programs.MEMORY + 1
"""The interval that ends now, and the one before it."""
TO_COME: Final = programs.MEMORY
"""How many waves of flutter are to come before one is answered."""


@kernel
def at_random(heart: Floats, cv: float, mean_s: float) -> float:
    """Return a log-normal interval (reference 8.2 b) about ``mean_s``; none is too short."""
    return max(mean_s * exp(cv * h.normal(heart) - 0.5 * cv * cv), SHORTEST_S)


@kernel
def fibrillating(heart: Floats, now_s: float) -> float:
    """Let beats come at random."""
    h.force(heart, now_s, k.NARROW)
    return now_s + at_random(heart, 0.22, heart[h.INTERVAL_S])


@kernel
def racing(heart: Floats, own: Floats, now_s: float) -> float:
    """Let fibrillation race: a beat that comes early after a long interval is aberrant (Ashman's).

    The right bundle rests as long as the interval before asks: so after a long one it is not ready.
    """
    usual_s = heart[h.INTERVAL_S]
    aberrant = own[WAITED_BEFORE_S] > 1.15 * usual_s and own[WAITED_S] < 0.80 * usual_s
    h.force(heart, now_s, k.NARROW_RBBB if aberrant else k.RAPID)
    own[WAITED_BEFORE_S] = own[WAITED_S]
    waits_s = at_random(heart, 0.24, usual_s)
    own[WAITED_S] = waits_s
    return now_s + waits_s


@kernel
def braked(heart: Floats, now_s: float) -> float:
    """Let a node on digitalis hold fibrillation back: no short intervals, and the junction ends long ones."""
    h.force(heart, now_s, k.SAGGING)
    usual_s: float = heart[h.INTERVAL_S]
    return now_s + min(max(at_random(heart, 0.25, usual_s), BRAKED_S), JUNCTION_WAITS * usual_s)


@kernel
def fluttering(heart: Floats, own: Floats, now_s: float, ratio: int) -> float:
    """Let atria circle ``ratio`` times as fast as ventricles answer; 0 is an answer to 2, 3 or 4 waves.

    Atrial rate: 250 to 340 /min, from the body's rate (clinical reference 7.21: 300).
    """
    h.p(heart, now_s, k.F_WAVE)
    own[TO_COME] -= 1.0
    if own[TO_COME] <= 0.0:
        h.force(heart, now_s + 0.13, k.NARROW)
        own[TO_COME] = ratio if ratio > 0 else h.any_of(heart, 2, 4)
    circles = ratio if ratio > 0 else 3
    waves_bpm: float = min(max(heart[h.BPM] * circles, 250.0), 340.0)
    return now_s + 60.0 / waves_bpm


@kernel
def wake(which: int, heart: Floats, own: Floats, now_s: float) -> float:
    """Wake a program of these; return until when it sleeps."""
    if which == programs.FLUTTERING:
        return fluttering(heart, own, now_s, int(own[A]))
    if which == programs.RACING:
        return racing(heart, own, now_s)
    if which == programs.BRAKED:
        return braked(heart, now_s)
    return fibrillating(heart, now_s)
