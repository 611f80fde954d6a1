"""Programs of paced hearts, and of pacemakers that do not capture or do not sense. *Heuristic* times."""

from statistics import NormalDist
from typing import Final

import numpy as np

from devices.arrays import Floats
from devices.kernels import kernel
from devices.signals import kinds as k
from devices.signals.rhythms import fibrillation, programs
from devices.signals.rhythms import heart as h
from devices.signals.rhythms.conduction import PR_S
from devices.signals.rhythms.programs import ASLEEP

AV_DELAY_S: Final = 0.15
TO_P_S: Final = 0.055
"""From an atrial spike to the middle of the P wave it makes."""
ANSWERS_S: Final = 0.36
"""So long after a beat the ventricles answer a spike again."""
LOWEST_BPM: Final = 60.0
"""Slower than this the device does not let the atria go (``conditions`` of a person say the same)."""
SLOW_BPM: Final = LOWEST_BPM + 0.5
WAITS_S: Final = 60.0 / LOWEST_BPM
ESCAPE_S: Final = 1.9
"""After so long without a beat a focus in the ventricles steps in."""
UNCAPTURED_S: Final = 60.0 / 70.0
UNSENSING_S: Final = 60.0 / 67.0
"""From spike to spike of devices that fire whatever happens."""
SPREAD: Final = 0.24
"""How much intervals of fibrillation vary (clinical reference 7.21: 20 to 25 %)."""
STEP_S: Final = 0.01
PACES: Final = programs.MEMORY
"""What the watching device expects: 0 nothing yet, 1 the heart's own beat, 2 that it has to pace."""
SEEN_S: Final = programs.MEMORY + 1
"""When it saw a beat last, or fired."""


def _own_means() -> Floats:
    """Return what mean interval has a given one left where a pacemaker ends the long ones.

    The given are 0, ``STEP_S``, … up to the longest that the device allows.
    """
    means = np.linspace(0.3, 4.0, 149)
    chance = np.array([NormalDist().inv_cdf((i + 0.5) / 200) for i in range(200)])
    own = np.maximum(means[:, None] * np.exp(SPREAD * chance - 0.5 * SPREAD**2), fibrillation.SHORTEST_S)
    left = np.minimum(own, WAITS_S).mean(axis=1)
    asked = np.arange(round(WAITS_S / STEP_S) + 1) * STEP_S
    return np.asarray(np.interp(asked, left, means))


_OWN_S: Final = _own_means()
_LONGEST: Final = _OWN_S.size - 2


@kernel
def _pace(heart: Floats, spike_s: float) -> None:
    h.spike(heart, spike_s)
    h.force(heart, spike_s + h.SPIKE_BEFORE_S, k.PACED)


@kernel
def _pace_atria(heart: Floats, spike_s: float) -> None:
    h.spike(heart, spike_s)
    h.p(heart, spike_s + TO_P_S, k.P_PACED)


@kernel
def atria(heart: Floats, now_s: float) -> float:
    """Pace the atria, whose beat the node conducts."""
    _pace_atria(heart, now_s)
    h.beat(heart, now_s + TO_P_S + PR_S + 0.03, k.NARROW)
    return h.after(heart, now_s, 1.0)


@kernel
def ventricles(heart: Floats, now_s: float) -> float:
    """Pace the ventricles whatever the atria do."""
    _pace(heart, now_s)
    return h.after(heart, now_s, 1.0)


@kernel
def dual(heart: Floats, now_s: float) -> float:
    """Pace both, one after the other."""
    _pace_atria(heart, now_s)
    _pace(heart, now_s + AV_DELAY_S)
    return h.after(heart, now_s, 1.0)


@kernel
def tracking(heart: Floats, p: float) -> None:
    """Let every P wave, after a delay, be followed by a paced beat; at the lowest rate pace the atria too.

    So does a device for heart block: the rate is the sinus node's, every QRS is the pacemaker's.
    """
    if heart[h.BPM] <= SLOW_BPM:
        _pace_atria(heart, p)
    else:
        h.p(heart, p, k.P_SINUS)
    spike_s = p + AV_DELAY_S
    if spike_s + h.SPIKE_BEFORE_S - heart[h.LAST_S] > ANSWERS_S:
        _pace(heart, spike_s)


@kernel
def own_mean(interval_s: float) -> float:
    """Return the mean interval of fibrillation that a watching device leaves ``interval_s`` of."""
    place = min(interval_s / STEP_S, float(_LONGEST))
    left = int(place)
    first, after = float(_OWN_S[left]), float(_OWN_S[left + 1])
    return first + (place - left) * (after - first)


@kernel
def watching(heart: Floats, own: Floats, now_s: float) -> float:
    """Let fibrillating atria be answered at random, and pace the ventricles where they wait too long (VVI).

    The device counts from what it saw last, a beat or its own spike. Intervals are so much longer than the
    body's that with those cut short the mean is the body's; at the lowest rate every beat is paced.
    """
    if own[PACES] > 1.0:
        _pace(heart, now_s)
    elif own[PACES] > 0.0:
        h.force(heart, now_s, k.NARROW)
    own[SEEN_S] = now_s
    beat_s = heart[h.LAST_S] + fibrillation.at_random(heart, SPREAD, own_mean(heart[h.INTERVAL_S]))
    spike_s = max(now_s + WAITS_S, heart[h.LAST_S] + ANSWERS_S)
    paces = heart[h.BPM] <= SLOW_BPM or max(beat_s, now_s) > spike_s
    own[PACES] = 2.0 if paces else 1.0
    expected_s: float = spike_s if paces else max(beat_s, now_s)
    return expected_s


@kernel
def uncaptured(heart: Floats, now_s: float) -> float:
    """Fire evenly, but capture only about half; a slow focus steps in when the pause is long."""
    if now_s - heart[h.LAST_S] > ESCAPE_S:
        h.force(heart, now_s - 0.12, k.SLOW)
    if h.chance(heart, 0.5) and now_s - heart[h.LAST_S] > ANSWERS_S:
        _pace(heart, now_s)
    else:
        h.spike(heart, now_s)
    return now_s + UNCAPTURED_S


@kernel
def unsensing(heart: Floats, now_s: float) -> float:
    """Fire evenly though the heart beats by itself; where it is not refractory, a spike captures."""
    if now_s + h.SPIKE_BEFORE_S - heart[h.LAST_S] > ANSWERS_S:
        _pace(heart, now_s)
    else:
        h.spike(heart, now_s)
    return now_s + UNSENSING_S


@kernel
def own_beats(heart: Floats, p: float) -> None:
    """Conduct every P wave that finds the ventricles ready."""
    h.p(heart, p, k.P_SINUS)
    if p + PR_S - heart[h.LAST_S] > h.REFRACTORY_S + 0.06:
        h.beat(heart, p + PR_S, k.NARROW)


@kernel
def wake(which: int, heart: Floats, own: Floats, now_s: float) -> float:  # noqa: PLR0911 -- one per program
    """Wake a program of these; return until when it sleeps."""
    if which == programs.TRACKING:
        tracking(heart, now_s)
        return ASLEEP
    if which == programs.OWN_BEATS:
        own_beats(heart, now_s)
        return ASLEEP
    if which == programs.PACING_ATRIA:
        return atria(heart, now_s)
    if which == programs.PACING_VENTRICLES:
        return ventricles(heart, now_s)
    if which == programs.PACING_BOTH:
        return dual(heart, now_s)
    if which == programs.WATCHING:
        return watching(heart, own, now_s)
    return uncaptured(heart, now_s) if which == programs.UNCAPTURED else unsensing(heart, now_s)
