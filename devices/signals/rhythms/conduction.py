"""Programs of hearts whose atria and ventricles do not go one to one. Times *heuristic* but where said."""

from math import exp
from typing import Final

import numpy as np

from devices.arrays import Floats
from devices.signals import kinds as k
from devices.signals.rhythms.heart import REFRACTORY_S, Heart, Program, Programming

PR_S: Final = 0.145
"""From the middle of P to R in a healthy heart: the P wave begins 50 ms earlier."""
MEET_S: Final = 0.07
"""So long before its R peak a focus in the ventricles fires."""
SHORTEST_S: Final = 0.3
"""No interval of fibrillation is shorter."""
BRAKED_S, JUNCTION_WAITS = 0.50, 1.5
"""A braked node passes nothing sooner; after so many mean intervals the junction steps in."""


def slow_node(pr_s: float) -> Programming:
    """First-degree block: every P is conducted, late."""

    def program(heart: Heart) -> Program:
        while True:
            p = yield None
            heart.p(p)
            heart.beat(p + pr_s)

    return program


def wenckebach(heart: Heart) -> Program:
    """Let PR grow, by less each time, until a beat is dropped; of 3 to 5 P waves one is lost."""
    while True:
        waves = heart.any_of(3, 5)
        late = 0.17
        for i in range(waves):
            p = yield None
            heart.p(p)
            if i < waves - 1:
                heart.beat(p + late)
                late += 0.085 / (i + 1)


def mobitz(heart: Heart) -> Program:
    """Drop beats of a constant PR without warning; the bundle's right branch is ill too."""
    while True:
        waves = heart.any_of(3, 5)
        for i in range(waves):
            p = yield None
            heart.p(p)
            if i < waves - 1:
                heart.beat(p + 0.16, k.NARROW_RBBB)


def every(number: int) -> Programming:
    """Conduct one P wave of ``number``."""

    def program(heart: Heart) -> Program:
        while True:
            for i in range(number):
                p = yield None
                heart.p(p)
                if i == 0:
                    heart.beat(p + 0.17)

    return program


def atria_alone(heart: Heart) -> Program:
    """Conduct nothing."""
    while True:
        p = yield None
        heart.p(p)


def escape(kind: int, spread: float = 0.02) -> Programming:
    """Let a focus in the ventricles, or the junction, beat on its own."""

    def program(heart: Heart) -> Program:
        now = heart.now_s
        while True:
            now = yield now + heart.interval_s * heart.varied(1.0, spread)
            heart.force(now, kind)

    return program


def yielding(kind: int, spread: float = 0.02) -> Programming:
    """Likewise, but begin anew after each beat that is not its own."""

    def program(heart: Heart) -> Program:
        now = heart.now_s
        while True:
            now = yield now + heart.interval_s * heart.varied(1.0, spread)
            while now - heart.last_s < 0.7 * heart.interval_s:
                now = yield heart.last_s + heart.interval_s
            heart.force(now, kind)

    return program


def capturing(heart: Heart) -> Program:
    """Conduct a P wave only where the focus leaves a gap: captures and fusions show dissociation.

    What is conducted so late that the focus has fired already meets it half way.
    """
    while True:
        p = yield None
        heart.p(p)
        waited_s = p + PR_S - heart.last_s
        if waited_s > max(0.82 * heart.interval_s, REFRACTORY_S + 0.1):
            heart.beat(p + PR_S, k.FUSION if waited_s > heart.interval_s - MEET_S else k.NARROW)


def meeting(kind: int) -> Programming:
    """Let atria go by themselves, and few of the P waves that could meet a tachycardia half way do so.

    A fusion beat, as ``kind``, proves that a wide tachycardia comes from the ventricles; it is seldom, since
    beats that run back keep the node closed (*heuristic* share).
    """

    def program(heart: Heart) -> Program:
        while True:
            p = yield None
            heart.p(p)
            early_s = heart.last_s + heart.interval_s - (p + PR_S)
            if 0.0 < early_s < MEET_S and heart.chance(0.12):
                heart.beat(p + PR_S, kind)

    return program


def fibrillating(heart: Heart) -> Program:
    """Let beats come at random."""
    now = heart.now_s
    while True:
        now = yield now + at_random(heart, 0.22)
        heart.force(now)


def racing(heart: Heart) -> Program:
    """Let fibrillation race: a beat that comes early after a long interval is aberrant (Ashman's).

    The right bundle rests as long as the interval before asks: so after a long one it is not ready.
    """
    now, before = heart.now_s, heart.interval_s
    while True:
        interval = at_random(heart, 0.24)
        now = yield now + interval
        long, short = before > 1.15 * heart.interval_s, interval < 0.80 * heart.interval_s
        heart.force(now, k.NARROW_RBBB if long and short else k.RAPID)
        before = interval


def braked(heart: Heart) -> Program:
    """Let a node on digitalis hold fibrillation back: no short intervals, and the junction ends long ones."""
    now = heart.now_s
    while True:
        interval = at_random(heart, 0.25)
        now = yield now + min(max(interval, BRAKED_S), JUNCTION_WAITS * heart.interval_s)
        heart.force(now, k.SAGGING)


def at_random(heart: Heart, cv: float, mean_s: float | None = None) -> float:
    """Return a log-normal interval (reference 8.2 b), about the body's by default; none is too short."""
    mean_s = heart.interval_s if mean_s is None else mean_s
    return max(mean_s * exp(cv * heart.normal() - 0.5 * cv * cv), SHORTEST_S)


def scattered(mean_s: Floats, cv: float, chance: Floats) -> Floats:
    """Return log-normal intervals for normal numbers ``chance``."""
    return np.maximum(mean_s * np.exp(cv * chance - 0.5 * cv * cv), SHORTEST_S)


def fluttering(ratio: int) -> Programming:
    """Let atria circle ``ratio`` times as fast as ventricles answer; 0 is an answer to 2, 3 or 4 waves.

    Atrial rate: 250 to 340 /min, from the body's rate (clinical reference 7.21: 300).
    """

    def program(heart: Heart) -> Program:
        now, wait = heart.now_s, ratio
        while True:
            circles = ratio or 3
            now = yield now + 60.0 / min(max(heart.rate * circles, 250.0), 340.0)
            heart.p(now, k.F_WAVE)
            wait -= 1
            if wait <= 0:
                heart.force(now + 0.13)
                wait = ratio or heart.any_of(2, 4)

    return program


def arresting(heart: Heart) -> Program:
    """Let the sinus node fall silent for 2 to 4 s now and then; the junction may step in once."""
    while True:
        for _ in range(heart.any_of(6, 12)):
            p = yield None
            heart.p(p)
            heart.beat(p + PR_S)
        silent = heart.about(3.0, 0.35)
        heart.delay(silent)
        if heart.chance(0.4):
            heart.beat(p + PR_S + heart.interval_s + 0.75 * silent)


def atrial_ectopy(heart: Heart) -> Program:
    """Let an atrial beat come early about every sixth time; it resets the sinus node."""
    while True:
        p = yield None
        heart.p(p)
        heart.beat(p + PR_S)
        if heart.chance(1 / 6):
            early = p + 0.62 * heart.interval_s
            heart.p(early, k.P_ECTOPIC)
            heart.beat(early + PR_S + 0.02)
            heart.delay(0.72 * heart.interval_s)
