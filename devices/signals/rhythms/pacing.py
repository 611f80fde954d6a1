"""Programs of paced hearts, and of pacemakers that do not capture or do not sense. *Heuristic* times."""

from statistics import NormalDist
from typing import Final

import numpy as np

from devices.signals import kinds as k
from devices.signals.rhythms.conduction import PR_S, at_random, scattered
from devices.signals.rhythms.heart import REFRACTORY_S, SPIKE_BEFORE_S, Heart, Program

AV_DELAY_S: Final = 0.15
TO_P_S: Final = 0.055
"""From an atrial spike to the middle of the P wave it makes."""
ANSWERS_S: Final = 0.36
"""So long after a beat the ventricles answer a spike again."""
LOWEST_BPM: Final = 60.0
"""Slower than this the device does not let the atria go (``conditions`` of a person say the same)."""
ESCAPE_S: Final = 1.9
"""After so long without a beat a focus in the ventricles steps in."""
SPREAD: Final = 0.24
"""How much intervals of fibrillation vary (clinical reference 7.21: 20 to 25 %)."""
_MEANS: Final = np.linspace(0.3, 4.0, 149)
_CHANCES: Final = np.array([NormalDist().inv_cdf((i + 0.5) / 200) for i in range(200)])
_CUT: Final = np.minimum(scattered(_MEANS[:, None], SPREAD, _CHANCES), 60.0 / LOWEST_BPM).mean(axis=1)
"""The mean interval that is left of each of ``_MEANS`` where a pacemaker ends the long ones."""


def _pace(heart: Heart, spike_s: float) -> None:
    heart.spike(spike_s)
    heart.force(spike_s + SPIKE_BEFORE_S, k.PACED)


def atrial(heart: Heart) -> Program:
    """Pace the atria, whose beat the node conducts."""
    now = heart.now_s
    while True:
        now = yield now + heart.interval_s
        heart.spike(now)
        heart.p(now + TO_P_S, k.P_PACED)
        heart.beat(now + TO_P_S + PR_S + 0.03)


def ventricular(heart: Heart) -> Program:
    """Pace the ventricles whatever the atria do."""
    now = heart.now_s
    while True:
        now = yield now + heart.interval_s
        _pace(heart, now)


def dual(heart: Heart) -> Program:
    """Pace both, one after the other."""
    now = heart.now_s
    while True:
        now = yield now + heart.interval_s
        heart.spike(now)
        heart.p(now + TO_P_S, k.P_PACED)
        _pace(heart, now + AV_DELAY_S)


def tracking(heart: Heart) -> Program:
    """Let every P wave, after a delay, be followed by a paced beat; at the lowest rate pace the atria too.

    So does a device for heart block: the rate is the sinus node's, every QRS is the pacemaker's.
    """
    while True:
        p = yield None
        if heart.rate <= LOWEST_BPM + 0.5:
            heart.spike(p)
            heart.p(p + TO_P_S, k.P_PACED)
        else:
            heart.p(p)
        spike = p + AV_DELAY_S
        if spike + SPIKE_BEFORE_S - heart.last_s > ANSWERS_S:
            _pace(heart, spike)


def watching(heart: Heart) -> Program:
    """Let fibrillating atria be answered at random, and pace the ventricles where they wait too long (VVI).

    The device counts from what it saw last, a beat or its own spike. Intervals are so much longer than the
    body's that with those cut short the mean is the body's; at the lowest rate every beat is paced.
    """
    waits_s, seen_s = 60.0 / LOWEST_BPM, heart.now_s
    while True:
        slow = heart.rate <= LOWEST_BPM + 0.5
        own_s = float(np.interp(heart.interval_s, _CUT, _MEANS))
        beat = max(heart.last_s + at_random(heart, SPREAD, own_s), seen_s)
        spike = max(seen_s + waits_s, heart.last_s + ANSWERS_S)
        if slow or beat > spike:
            seen_s = yield spike
            _pace(heart, seen_s)
        else:
            seen_s = yield beat
            heart.force(seen_s)


def uncaptured(heart: Heart) -> Program:
    """Fire evenly, but capture only about half; a slow focus steps in when the pause is long."""
    now = heart.now_s
    while True:
        now = yield now + 60.0 / 70.0
        if now - heart.last_s > ESCAPE_S:
            heart.force(now - 0.12, k.SLOW)
        if heart.chance(0.5) and now - heart.last_s > ANSWERS_S:
            _pace(heart, now)
        else:
            heart.spike(now)


def unsensing(heart: Heart) -> Program:
    """Fire evenly though the heart beats by itself; where it is not refractory, a spike captures."""
    now = heart.now_s
    while True:
        now = yield now + 60.0 / 67.0
        if now + SPIKE_BEFORE_S - heart.last_s > ANSWERS_S:
            _pace(heart, now)
        else:
            heart.spike(now)


def own_beats(heart: Heart) -> Program:
    """Conduct every P wave that finds the ventricles ready."""
    while True:
        p = yield None
        heart.p(p)
        if p + PR_S - heart.last_s > REFRACTORY_S + 0.06:
            heart.beat(p + PR_S)
