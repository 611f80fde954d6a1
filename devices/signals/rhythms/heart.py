"""One heart that does not simply beat: the sinus node's discharges in, P waves, beats and spikes out.

What such a heart does is a program (``conduction``, ``ectopy``, ``pacing``): a generator that is given
the time it is woken at, tells the heart what happens, and yields until when it sleeps, or ``None`` to
sleep until the sinus node discharges; it does always the one or always the other. A rhythm has one program
or two that know of each other only what the heart knows, as atria and ventricles do that have come apart.
"""

from collections import deque
from collections.abc import Callable, Generator, Sequence
from math import inf
from typing import Final

import numpy as np

from devices.signals.kinds import NARROW, P_SINUS
from devices.signals.marks import Mark

Program = Generator[float | None, float, None]
Programming = Callable[["Heart"], Program]

Beat = tuple[int, float, int, float]
"""Whose it is, R (s since the session's start), of which kind, and how much of it arrives."""
ASLEEP: Final = inf
"""Until when sleeps who waits for the sinus node."""
LEAST_S: Final = 0.01
"""Nobody sleeps less."""
AHEAD: Final = 64
"""So many numbers are drawn at once."""
REFRACTORY_S: Final = 0.28
"""So long after a beat the ventricles answer no other (*heuristic*)."""
SOONEST_S: Final = 0.2
"""No two beats are closer: detectors and trains take 300 /min at most."""
SPIKE_BEFORE_S: Final = 0.078
"""A spike lies so far before the R peak of the beat it paces: before QRS."""


class Heart:
    """The heart of a ``bed`` in a rhythm with ``programs``; ``rate`` is what the body wants, per minute.

    What its programs tell goes into ``told``, beside what other hearts tell; its chances are ``dice``.
    """

    def __init__(
        self,
        bed: int,
        programs: Sequence[Programming],
        dice: "Dice",
        told: "Told",
        start_s: float,
        last_s: float,
    ) -> None:
        self.bed, self._dice, self._told = bed, dice, told
        self._tell_p = told.atria.append
        self.normal = dice.normal
        self.rate, self.now_s = 60.0, start_s
        self.interval_s = 1.0
        """What the body's rate means from beat to beat."""
        self.last_s = last_s
        """When the ventricles beat last, or will."""
        self._beats: deque[Beat] = deque()
        """Those yet to come, in the order of time: each is later than all before it."""
        self._late_s = 0.0
        started = [program(self) for program in programs]
        self._sleeps = [_until(next(p)) for p in started]
        self._wake = [p.send for p in started]
        self._heeds = ASLEEP in self._sleeps
        """Whether a program waits for the sinus node: it always does, or never."""

    # --- what programs tell ------------------------------------------------------------------------

    def p(self, time_s: float, kind: int = P_SINUS) -> None:
        """Let the atria be excited: a wave whose middle is at ``time_s``."""
        self._tell_p((time_s, self.bed, kind))

    def beat(self, time_s: float, kind: int = NARROW, arriving: float = 1.0) -> bool:
        """Let the ventricles beat, R at ``time_s``, unless they are refractory; return whether they do."""
        if time_s - self.last_s < REFRACTORY_S:
            return False
        self.force(time_s, kind, arriving)
        return True

    def force(self, time_s: float, kind: int = NARROW, arriving: float = 1.0) -> None:
        """Let the ventricles beat whether or not they could: a fast focus, or a compression."""
        self.last_s = time_s = max(time_s, self.last_s + SOONEST_S)
        self._beats.append((self.bed, time_s, kind, arriving))

    def spike(self, time_s: float) -> None:
        """Let a pacemaker fire."""
        self._told.spikes.append((time_s, self.bed, 0))

    def delay(self, seconds: float) -> None:
        """Let the sinus node's next discharge come so much later, and all after it."""
        self._late_s += seconds

    def chance(self, of_one: float) -> bool:
        """Say yes in ``of_one`` of cases."""
        return self._dice.rng.random() < of_one

    def about(self, value: float, spread: float) -> float:
        """Return a normal number, at most three deviations away."""
        return value + spread * min(max(self._dice.rng.standard_normal(), -3.0), 3.0)

    def varied(self, value: float, spread: float) -> float:
        """Return the like of ``about``, for less: for rhythms that ask at each beat, and nothing else."""
        return value + spread * self.normal()

    def any_of(self, low: int, high: int) -> int:
        """Return a whole number from ``low`` to ``high``."""
        return int(self._dice.rng.integers(low, high + 1))

    # --- what makes time pass ----------------------------------------------------------------------

    def second(self, discharges: Sequence[float], end_s: float, rate: float, sinus_s: float) -> None:
        """Let time pass to ``end_s``, and tell the beats until then.

        ``discharges`` are the sinus node's in this second, ``sinus_s`` its mean interval.
        """
        self.rate, self.interval_s = rate, 60.0 / max(rate, 5.0)
        if discharges and self._heeds:
            self._heed_node(discharges, sinus_s)
        self._wake_until(end_s)
        self.now_s = end_s
        beats = self._beats
        while beats and beats[0][1] < end_s:
            self._told.beats.append(beats.popleft())

    def _heed_node(self, discharges: Sequence[float], sinus_s: float) -> None:
        """Let the sinus node discharge, which may be late."""
        queue = [t + self._late_s for t in discharges]
        for i, time_s in enumerate(queue):
            if self._late_s >= sinus_s:
                self._late_s -= sinus_s
                queue[i + 1 :] = [t - sinus_s for t in queue[i + 1 :]]
                continue
            self._wake_until(time_s)
            self.now_s, before = time_s, self._late_s
            for k, sleeps in enumerate(self._sleeps):
                if sleeps == ASLEEP:
                    self._sleeps[k] = _until(self._wake[k](time_s))
            if self._late_s != before:
                queue[i + 1 :] = [t + self._late_s - before for t in queue[i + 1 :]]

    def _wake_until(self, end_s: float) -> None:
        sleeps = self._sleeps
        if len(sleeps) == 1:  # most have one program
            time_s, wake = sleeps[0], self._wake[0]
            while time_s < end_s:
                again = wake(time_s)
                time_s = ASLEEP if again is None else max(again, time_s + LEAST_S)
            sleeps[0] = time_s
            return
        while (time_s := min(sleeps)) < end_s:
            i = sleeps.index(time_s)
            sleeps[i] = max(_until(self._wake[i](time_s)), time_s + LEAST_S)


def _until(said: float | None) -> float:
    """Return until when a program sleeps."""
    return ASLEEP if said is None else said


class Told:
    """What hearts tell of a second."""

    def __init__(self) -> None:
        self.beats: list[Beat] = []
        self.atria: list[Mark] = []
        self.spikes: list[Mark] = []


class Dice:
    """The chances of one heart: those of ``rng``, and normal numbers of it drawn ahead."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self._ahead: list[float] = []

    def normal(self) -> float:
        """Return a standard normal number, between -3 and 3."""
        if not self._ahead:
            self._ahead = self.rng.standard_normal(AHEAD)[::-1].clip(-3.0, 3.0).tolist()
        return self._ahead.pop()
