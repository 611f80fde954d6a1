"""What of a body makes it more or less open to a treatment."""

import math
from typing import Final

from devices.arrays import Floats
from devices.kernels import kernel
from devices.physiology import bounds, circulation, opioid
from devices.physiology import fields as f
from devices.physiology import rows as r
from devices.physiology.treatments.kinds import WEIGHTS

MOST_LOST: Final = 0.3
"""A share of blood volume whose loss makes a body fully ``empty``."""
ROOM, FAILING_ROOM = 0.35, 0.33
"""So much more than its volume at rest a sound heart takes, and by so much less a failing one."""
SWEATED: Final = 0.65
"""The share of warmth from outside that a body a degree too warm loses again (*heuristic*)."""
FAST_BPM: Final = 55.0
"""A heart that something drives so much beyond its own rate is wholly ``fast``."""
UNFELT: Final = 3.0
"""So deeply unconscious nobody feels pain."""

(_NONE, _AIRWAYS, _AWAKE, _BOUND, _COOL, _DRUGGED, _EMPTY, _FAILING, _FULL, _FAST, _FEVER, _PACED, _POOLED,
 _PULSELESS, _SOUND) = range(len(WEIGHTS))  # fmt: skip


@kernel
def failing(i: int, s: Floats, a: Floats) -> float:
    """Return how much of the force of a heart is gone, by illness and by what its person lives with."""
    return bounds.held(1.0 - float(a[f.CONTRACTILITY, i]) * (1.0 - float(s[r.WEAKNESS, i])), 0.0, 1.0)


@kernel
def blocked(i: int, a: Floats) -> float:
    """Return which share of its filling something keeps from a heart: pooled blood, a clot, pressure."""
    return bounds.held(1.0 - float(a[f.PRELOAD, i]), 0.0, 1.0)


@kernel
def of_blood(i: int, weight: int, s: Floats, a: Floats) -> float:
    """Return what the blood that a body has makes of a treatment."""
    more = float(s[r.CHANGE, i]) / float(s[r.VOLUME, i])
    if weight == _EMPTY:  # how empty the vessels are
        return bounds.held(-more / MOST_LOST, 0.0, 1.5)
    if weight == _FULL:  # by which share there is more than the heart can take
        return max(more - (ROOM - FAILING_ROOM * math.sqrt(failing(i, s, a))), 0.0)
    # ``blocked`` while fluid that was given is still in the vessels: it fills what has pooled.
    gone = float(s[r.TISSUE, i]) / (max(float(s[r.GIVEN, i]), 1.0) * (1.0 - circulation.CRYSTALLOID))
    return blocked(i, a) * bounds.held(1.0 - gone, 0.0, 1.0)


@kernel
def of_heart(i: int, weight: int, s: Floats, a: Floats) -> float:
    """Return what the heart makes of a treatment."""
    if weight == _BOUND:  # how much output hangs on the filling of a right heart that does not pump
        return float(a[f.BOUND, i])
    if weight == _FAILING:
        return failing(i, s, a)
    if weight == _FAST:  # how much something beside the body's own reflexes drives the heart
        return bounds.held(float(a[f.CHRONOTROPY_BPM, i]) / FAST_BPM, 0.0, 1.4)
    if weight == _PACED:  # whether it is paced from outside
        return float(s[r.ALL_PACED, i])
    if weight == _PULSELESS:  # whether no beat arrives
        return 1.0 if float(s[r.PULSE, i]) <= 0.0 else 0.0
    return bounds.held(1.0 - 4.0 * (1.0 - float(a[f.PRELOAD, i])), 0.0, 1.0)  # how little keeps blood out


@kernel
def of_rest(i: int, weight: int, s: Floats, a: Floats) -> float:
    """Return what breath, mind and warmth make of a treatment."""
    if weight == _AIRWAYS:  # how much of each breath they hold back
        return max(float(a[f.OBSTRUCTION, i]), float(s[r.OBSTRUCTION, i]))
    if weight == _AWAKE:  # who may feel pain
        return bounds.held(1.0 - float(s[r.DEPTH, i]) / UNFELT, 0.0, 1.0)
    if weight == _COOL:  # how much of a warmth is kept: all by the cool; who is warm sweats most of it off
        return 1.0 - SWEATED * bounds.held(float(s[r.TEMP, i]) - float(s[r.REST_TEMP, i]), 0.0, 1.0)
    if weight == _DRUGGED:  # how much an opioid would take of the drive to breathe, were there no antidote
        effect = opioid.effect_of(i, s)
        return effect / (effect + opioid.C50_NG_ML)
    return bounds.held(float(a[f.SET_POINT_C, i]), 0.0, 1.0)  # whether the body wants to be warmer


@kernel
def weigh(i: int, weight: int, s: Floats, a: Floats) -> float:
    """Return by how much a treatment that has a ``weight``, a place in ``WEIGHTS``, acts on patient ``i``."""
    if weight == _NONE:
        return 1.0
    if weight in (_EMPTY, _FULL, _POOLED):
        return of_blood(i, weight, s, a)
    if weight in (_AIRWAYS, _AWAKE, _COOL, _DRUGGED, _FEVER):
        return of_rest(i, weight, s, a)
    return of_heart(i, weight, s, a)
