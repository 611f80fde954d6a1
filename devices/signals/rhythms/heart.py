"""One heart that does not simply beat: the sinus node's discharges in, P waves, beats and spikes out.

What such a heart does is a program (``conduction``, ``ectopy``, ``pacing``): a generator that is given
the time it is woken at, tells the heart what happens, and yields until when it sleeps, or ``None`` to
sleep until the sinus node discharges. A rhythm has one program or two that know of each other only what
the heart knows, as atria and ventricles do that have come apart.
"""

import heapq
from collections.abc import Callable, Generator, Sequence
from typing import Final

import numpy as np

from devices.signals.kinds import NARROW, P_SINUS

Program = Generator[float | None, float, None]
Programming = Callable[["Heart"], Program]

REFRACTORY_S: Final = 0.28
"""So long after a beat the ventricles answer no other (*heuristic*)."""
SOONEST_S: Final = 0.2
"""No two beats are closer: detectors and trains take 300 /min at most."""
SPIKE_BEFORE_S: Final = 0.078
"""A spike lies so far before the R peak of the beat it paces: before QRS."""


class Heart:
    """The heart of one bed in a rhythm with ``programs``; ``rate`` is what the body wants, per minute."""

    def __init__(
        self, programs: Sequence[Programming], rng: np.random.Generator, start_s: float, last_s: float
    ) -> None:
        self.rng, self.rate, self.now_s = rng, 60.0, start_s
        self.atria: list[tuple[float, int]] = []
        self.spikes: list[float] = []
        self.last_s = last_s
        """When the ventricles beat last, or will."""
        self._beats: list[tuple[float, int, float]] = []
        self._late_s = 0.0
        self._programs = [program(self) for program in programs]
        self._sleeps: list[float | None] = [next(p) for p in self._programs]

    # --- what programs tell ------------------------------------------------------------------------

    def p(self, time_s: float, kind: int = P_SINUS) -> None:
        """Let the atria be excited: a wave whose middle is at ``time_s``."""
        self.atria.append((time_s, kind))

    def beat(self, time_s: float, kind: int = NARROW, arriving: float = 1.0) -> bool:
        """Let the ventricles beat, R at ``time_s``, unless they are refractory; return whether they do."""
        if time_s - self.last_s < REFRACTORY_S:
            return False
        self.force(time_s, kind, arriving)
        return True

    def force(self, time_s: float, kind: int = NARROW, arriving: float = 1.0) -> None:
        """Let the ventricles beat whether or not they could: a fast focus, or a compression."""
        time_s = max(time_s, self.last_s + SOONEST_S)
        heapq.heappush(self._beats, (time_s, kind, arriving))
        self.last_s = time_s

    def spike(self, time_s: float) -> None:
        """Let a pacemaker fire."""
        self.spikes.append(time_s)

    def delay(self, seconds: float) -> None:
        """Let the sinus node's next discharge come so much later, and all after it."""
        self._late_s += seconds

    @property
    def interval_s(self) -> float:
        """What the body's rate means from beat to beat."""
        return 60.0 / max(self.rate, 5.0)

    def chance(self, of_one: float) -> bool:
        """Say yes in ``of_one`` of cases."""
        return float(self.rng.random()) < of_one

    def about(self, value: float, spread: float) -> float:
        """Return a normal number, at most three deviations away."""
        return value + spread * min(max(float(self.rng.standard_normal()), -3.0), 3.0)

    def any_of(self, low: int, high: int) -> int:
        """Return a whole number from ``low`` to ``high``."""
        return int(self.rng.integers(low, high + 1))

    def take_atria(self) -> list[tuple[float, int]]:
        """Return the atrial waves since the last call."""
        made, self.atria = self.atria, []
        return made

    def take_spikes(self) -> list[float]:
        """Return the spikes since the last call."""
        made, self.spikes = self.spikes, []
        return made

    # --- what makes time pass ----------------------------------------------------------------------

    def second(
        self, discharges: Sequence[float], end_s: float, rate: float, sinus_s: float
    ) -> list[tuple[float, int, float]]:
        """Let time pass to ``end_s``; return beats (R time, kind, how much of it arrives) until then.

        ``discharges`` are the sinus node's in this second, ``sinus_s`` its mean interval.
        """
        self.rate = rate
        queue = [t + self._late_s for t in discharges]
        for i, time_s in enumerate(queue):
            if self._late_s >= sinus_s:
                self._late_s -= sinus_s
                queue[i + 1 :] = [t - sinus_s for t in queue[i + 1 :]]
                continue
            self._wake_until(time_s)
            self.now_s = time_s
            before = self._late_s
            self._discharge(time_s)
            for j in range(i + 1, len(queue)):
                queue[j] += self._late_s - before
        self._wake_until(end_s)
        self.now_s = end_s
        out = []
        while self._beats and self._beats[0][0] < end_s:
            out.append(heapq.heappop(self._beats))
        return out

    def _discharge(self, time_s: float) -> None:
        for i, sleeps in enumerate(self._sleeps):
            if sleeps is None:
                self._sleeps[i] = self._programs[i].send(time_s)

    def _wake_until(self, end_s: float) -> None:
        while due := [(t, i) for i, t in enumerate(self._sleeps) if t is not None and t < end_s]:
            time_s, i = min(due)
            again = self._programs[i].send(time_s)
            self._sleeps[i] = again if again is None else max(again, time_s + 0.01)
