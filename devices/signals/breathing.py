"""The train of breaths: when each begins, how long air flows in and out, how deep it is, what it carries.

Its rate is the body's, shaped by a pattern of ``patterns``; what the heart feels of it, what the chest
moves and what a capnometer sees all follow from the same breaths.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from devices.arrays import Floats
from devices.randomness import Draws, Luck
from devices.signals import breaths
from devices.signals.breaths import ARRHYTHMIA_PHASE, DEAD_SPACE
from devices.signals.drive import RR
from devices.signals.events import Events
from devices.signals.patterns import PATTERNS, Pattern
from devices.signals.phase import CELLS, sine

COUNT_S: Final = 60.0


class _Turn:
    """Where a bed is in its pattern: the cycle that began at ``began_s`` lasts ``length_s``."""

    def __init__(self, pattern: Pattern, began_s: float) -> None:
        self.pattern, self.began_s, self.length_s = pattern, began_s, pattern.cycle_s


class Breathing:
    """The breaths of the ward.

    A breath has ``inspiration`` and ``expiration`` (s), ``depth``, the ``co2`` it ends with and the
    ``inspired`` CO2 (mmHg; both 0 when no air passes), and ``slant``, how obstructed the airway is (0 to 1).
    """

    def __init__(self, seed: int, beds: Sequence[str], phase: Floats) -> None:
        n = len(beds)
        self.breaths = Events(n, 32, breaths.NAMES)
        for name in ("inspiration", "expiration"):
            self.breaths.stored(name)[:] = 1.0  # of breaths before the first
        self.patterns: list[str] = ["regular"] * n
        """Each bed's pattern, a key of ``PATTERNS``."""
        self.ventilating: Floats = np.ones(n)
        """Alveolar ventilation that the patterns leave, 1 is all that the body's rate means."""
        self._draws = Draws(seed, beds, "breath")
        self._luck = Luck(seed, beds, "breathing pattern")
        self._turns: dict[int, _Turn] = {}
        self._state = np.zeros((n, breaths.STATE))
        self._state[:, breaths.PHASE], self._state[:, breaths.WEIGHT] = phase, 1.0
        self.rebreathed: Floats = self._state[:, breaths.REBREATHED]
        """CO2 in what a patient breathes in, mmHg."""
        self.pull = np.zeros((n, CELLS + 1))
        """Breathing's on the heart at the last second's nodes."""
        self.pull[:, CELLS] = [sine(p - ARRHYTHMIA_PHASE) for p in phase.tolist()]
        for bed in range(n):
            self._ask(bed, PATTERNS["regular"])

    def _ask(self, bed: int, p: Pattern) -> None:
        """Ask a bed to breathe in a pattern, which begins at its fullest."""
        own = self._state[bed]
        own[[breaths.RATE, breaths.DEPTH, breaths.FLOW]] = self.ventilating[bed] = 1.0
        own[breaths.SPREAD], own[breaths.DEPTH_SPREAD] = p.spread, p.depth_spread
        own[breaths.OWN_BPM] = -1.0 if p.own_bpm is None else p.own_bpm
        own[breaths.LEAST_BPM] = p.least_bpm
        own[breaths.SHARE_IN], own[breaths.SHARE_OUT] = p.inspiration, p.expiration
        own[breaths.LONGEST_IN], own[breaths.LONGEST_OUT] = p.longest_s
        own[breaths.SIGH_EVERY], own[breaths.RESTS_UNTIL_S] = p.sigh_every, -np.inf

    def breathe_in(self, bed: int, pattern: str, now_s: float) -> None:
        """Give a bed a pattern of ``PATTERNS`` from ``now_s`` on; raise ``ValueError`` naming them."""
        if pattern not in PATTERNS:
            raise ValueError(f"the breathing patterns are {', '.join(PATTERNS)}, not {pattern!r}")
        self.patterns[bed] = pattern
        self._turns.pop(bed, None)
        self._ask(bed, PATTERNS[pattern])
        if pattern != "regular":
            self._turns[bed] = _Turn(PATTERNS[pattern], now_s)

    def counted(self, bed: int, now_s: float) -> float:
        """Return the breaths of a bed in the minute before ``now_s``, as somebody counts them."""
        times = self.breaths.times[:, bed]
        recent = times[(times > now_s - COUNT_S) & (times <= now_s)]
        span = min(COUNT_S, now_s - float(times.min()))  # a fast breather's ring is shorter
        return float(60.0 * recent.size / max(span, 1.0))

    def second(self, body: Floats, acts: Floats, until_s: float) -> Floats:
        """Add the breaths of the second after ``until_s``: ``body`` and ``acts`` have what ``drive`` names.

        Return breathing's pull on the heart, ``[N, 6]``.
        """
        if self._turns:
            self._turn(until_s + 1.0, body[RR])
        (chance, at), train, state, pull = self._draws.take(2), self.breaths, self._state, self.pull
        values, last = train.values, train.latest()
        breaths.second(until_s, body, acts, chance, at, state, pull, train.times, values, train.count, last)
        return pull

    def _turn(self, now_s: float, rr: Floats) -> None:
        """Find where each bed that has a pattern is in it."""
        for bed, turn in self._turns.items():
            p = turn.pattern
            if now_s - turn.began_s >= turn.length_s:
                turn.began_s += turn.length_s
                uneven = 1.0 + p.uneven * float(self._luck.draw(bed, 1)[0])
                turn.length_s = p.cycle_s * min(max(uneven, 0.5), 2.0)
            rate, depth, flow = p.at(min((now_s - turn.began_s) / turn.length_s, 1.0))
            own = self._state[bed]
            if now_s < own[breaths.RESTS_UNTIL_S]:
                rate *= 0.25
            own[breaths.RATE], own[breaths.DEPTH], own[breaths.FLOW] = rate, depth, flow
            body = max(float(rr[bed]), 1.0)
            faster = (max(body, p.least_bpm) if p.own_bpm is None else p.own_bpm) / body
            beyond = max(depth - DEAD_SPACE, 0.0) / (1.0 - DEAD_SPACE)
            self.ventilating[bed] = faster * rate * beyond * flow
