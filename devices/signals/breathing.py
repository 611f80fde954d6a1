"""The train of breaths: when each begins, how long air flows in and out, how deep it is, what it carries.

Its rate is the body's, shaped by a pattern of ``patterns``; what the heart feels of it, what the chest
moves and what a capnometer sees all follow from the same breaths.
"""

from collections.abc import Sequence
from math import exp
from typing import Final

import numpy as np

from devices.arrays import Bools, Floats, Ints
from devices.physiology.bounds import within
from devices.randomness import Draws, Luck
from devices.signals.drive import Drive
from devices.signals.events import Events
from devices.signals.patterns import PATTERNS, SIGH_DEPTH, SIGH_LENGTH, SIGH_PAUSE_S, Pattern
from devices.signals.phase import NODES, RAMP, crossings

BREATH_MEMORY_S: Final = 6.0
"""Heuristic: how long breaths stay faster or slower than the body wants."""
BREATH_KEEP: Final = exp(-1.0 / BREATH_MEMORY_S)
BREATH_KICK: Final = (1.0 - BREATH_KEEP**2) ** 0.5
LEAST_DEPTH, MOST_DEPTH = 0.1, 3.0
ARRHYTHMIA_PHASE: Final = 0.12
"""Heuristic: the heart is fastest late in inspiration."""
TURN: Final = 2.0 * np.pi
MOST_PULL: Final = 1.5
"""Bound of what deep breaths do to the heart, 1 is that of a normal breath (*heuristic*)."""
ON_PULSE: Final = 0.05
"""Share by which breathing changes the pulse's height, at most MOST_ON_PULSE (reference 8.8: 5 to 15 %)."""
ON_PULSE_LOST: Final = 0.40
"""What each lost fraction of blood volume adds to it: an empty heart follows every breath (*heuristic*)."""
ON_PULSE_OBSTRUCTED: Final = 0.12
"""What an obstructed airway adds: the paradoxical pulse of severe asthma (*heuristic*)."""
MOST_ON_PULSE: Final = 0.22
DEAD_SPACE: Final = 0.3
"""Share of a normal breath that meets no alveolus (*heuristic*)."""
SHALLOW: Final = 0.12
"""How fast end-tidal CO2 approaches alveolar with depth beyond the dead space (*heuristic*)."""
CLOSED: Final = 0.97
"""An airway obstructed by more than this lets no air pass (*heuristic*)."""
COUNT_S: Final = 60.0
LONGER_OUT: Final = 0.32
"""Share of a breath by which an obstructed airway prolongs expiration (*heuristic*)."""


class _Turn:
    """Where a bed is in its pattern: the cycle that began at ``began_s`` lasts ``length_s``."""

    def __init__(self, pattern: Pattern, began_s: float) -> None:
        self.pattern, self.began_s, self.length_s = pattern, began_s, pattern.cycle_s
        self.rests_until_s = began_s


class Breathing:
    """The breaths of the ward.

    A breath has ``inspiration`` and ``expiration`` (s), ``depth``, the ``co2`` it ends with and the
    ``inspired`` CO2 (mmHg; both 0 when no air passes), and ``slant``, how obstructed the airway is (0 to 1).
    """

    def __init__(self, seed: int, beds: Sequence[str], phase: Floats) -> None:
        n = len(beds)
        self.breaths = Events(n, 32, ("inspiration", "expiration", "depth", "co2", "inspired", "slant"))
        for name in ("inspiration", "expiration"):
            self.breaths.stored(name)[:] = 1.0  # of breaths before the first
        self.patterns: list[str] = ["regular"] * n
        """Each bed's pattern, a key of ``PATTERNS``."""
        self.rebreathed: Floats = np.zeros(n)
        """CO2 in what a patient breathes in, mmHg."""
        self.ventilating: Floats = np.ones(n)
        """Alveolar ventilation that the patterns leave, 1 is all that the body's rate means."""
        self._draws = Draws(seed, beds, "breath")
        self._luck = Luck(seed, beds, "breathing pattern")
        self._turns: dict[int, _Turn] = {}
        self._rate, self._depth, self._flow = np.ones(n), np.ones(n), np.ones(n)
        regular = PATTERNS["regular"]
        self._spread, self._depth_spread = np.full(n, regular.spread), np.full(n, regular.depth_spread)
        self._own_bpm, self._least_bpm = np.full(n, np.nan), np.zeros(n)
        self._in, self._out = np.full(n, regular.inspiration), np.full(n, regular.expiration)
        self._longest_in, self._longest_out = (np.full(n, s) for s in regular.longest_s)
        self._phase = phase
        self._walk = np.zeros(n)
        self._last_hz = np.zeros(n)
        self._last_pull = np.ones(n)

    def breathe_in(self, bed: int, pattern: str, now_s: float) -> None:
        """Give a bed a pattern of ``PATTERNS`` from ``now_s`` on; raise ``ValueError`` naming them."""
        if pattern not in PATTERNS:
            raise ValueError(f"the breathing patterns are {', '.join(PATTERNS)}, not {pattern!r}")
        p = PATTERNS[pattern]
        self.patterns[bed] = pattern
        self._spread[bed], self._depth_spread[bed] = p.spread, p.depth_spread
        self._in[bed], self._out[bed] = p.inspiration, p.expiration
        self._longest_in[bed], self._longest_out[bed] = p.longest_s
        self._own_bpm[bed] = np.nan if p.own_bpm is None else p.own_bpm
        self._least_bpm[bed] = p.least_bpm
        self._turns.pop(bed, None)
        self._rate[bed] = self._depth[bed] = self._flow[bed] = self.ventilating[bed] = 1.0
        if pattern != "regular":
            self._turns[bed] = _Turn(p, now_s)

    def counted(self, bed: int, now_s: float) -> float:
        """Return the breaths of a bed in the minute before ``now_s``, as somebody counts them."""
        times = self.breaths.times[:, bed]
        recent = times[(times > now_s - COUNT_S) & (times <= now_s)]
        span = min(COUNT_S, now_s - float(times.min()))  # a fast breather's ring is shorter
        return float(60.0 * recent.size / max(span, 1.0))

    def second(self, drive: Drive, until_s: float) -> Floats:
        """Add the breaths of the second after ``until_s``; return breathing's pull on the heart.

        The pull ``[6, N]`` is at the second's nodes: a sine of about 1, highest late in inspiration.
        """
        walk, chance = self._draws.rows(2)
        self._walk = BREATH_KEEP * self._walk + BREATH_KICK * walk
        wanted = drive.rr
        if self._turns:
            self._turn(until_s + 1.0, drive.rr)
            wanted = np.where(np.isnan(self._own_bpm), np.maximum(drive.rr, self._least_bpm), self._own_bpm)
        hz = np.maximum(wanted / 60.0 * (1.0 + self._spread * self._walk), 0.0)
        pace = hz  # of a breath that goes
        if self._turns:
            pace, hz = hz * np.maximum(self._rate, 1.0), hz * self._rate
        first = self._last_hz
        phase: Floats = self._phase + NODES * first + RAMP * (hz - first)
        rows, _, when = crossings(phase)
        if rows.size:
            self._add(drive, until_s + when, rows, 1.0 / np.maximum(pace[rows], 0.02), chance)
        self._phase = phase[-1] % 1.0
        self._last_hz = hz
        pull = np.sin(TURN * (phase - ARRHYTHMIA_PHASE))
        return self._weighed(pull) if self._turns else pull

    def _weighed(self, pull: Floats) -> Floats:
        """Return the pull of breaths as deep as the patterns make them."""
        deep = np.minimum(self._depth, MOST_PULL) * np.minimum(self._rate, 1.0)
        weight = self._last_pull + NODES * (deep - self._last_pull)
        self._last_pull = deep
        return pull * weight

    def _turn(self, now_s: float, rr: Floats) -> None:
        """Find where each bed that has a pattern is in it."""
        for bed, turn in self._turns.items():
            p = turn.pattern
            if now_s - turn.began_s >= turn.length_s:
                turn.began_s += turn.length_s
                uneven = 1.0 + p.uneven * float(self._luck.draw(bed, 1)[0])
                turn.length_s = p.cycle_s * min(max(uneven, 0.5), 2.0)
            rate, depth, flow = p.at(min((now_s - turn.began_s) / turn.length_s, 1.0))
            if now_s < turn.rests_until_s:
                rate *= 0.25
            self._rate[bed], self._depth[bed], self._flow[bed] = rate, depth, flow
            body = max(float(rr[bed]), 1.0)
            own = (max(body, p.least_bpm) if p.own_bpm is None else p.own_bpm) / body
            beyond = max(depth - DEAD_SPACE, 0.0) / (1.0 - DEAD_SPACE)
            self.ventilating[bed] = own * rate * beyond * flow

    def _add(self, drive: Drive, times_s: Floats, rows: Ints, cycle: Floats, chance: Floats) -> None:
        depth = self._depth[rows] * (1.0 + self._depth_spread[rows] * within(chance[rows], -3.0, 3.0))
        depth = within(depth, LEAST_DEPTH, MOST_DEPTH)
        held = drive.obstruction[rows]
        breath_in = np.minimum(self._in[rows] * cycle, self._longest_in[rows])
        longest_out = self._longest_out[rows] * (1.0 + held)
        breath_out = np.minimum((self._out[rows] + LONGER_OUT * held) * cycle, longest_out)
        if self._turns:
            sighs = self._sighs(rows, times_s)
            depth = np.where(sighs, SIGH_DEPTH * depth, depth)
            breath_in = np.where(sighs, SIGH_LENGTH * breath_in, breath_in)
            breath_out = np.where(sighs, SIGH_LENGTH * breath_out, breath_out)
        moved = self._flow[rows] * (held < CLOSED)
        passing = moved > 0.0
        inspired = self.rebreathed[rows] * passing
        reached = 1.0 - np.exp(-np.maximum(depth * moved - DEAD_SPACE, 0.0) / SHALLOW)
        end_tidal = np.maximum(drive.etco2[rows] * reached, inspired)
        self.breaths.add(
            rows, times_s, (breath_in, breath_out, depth, end_tidal * passing, inspired, held * passing)
        )

    def _sighs(self, rows: Ints, times_s: Floats) -> Bools:
        """Return which of the new breaths are sighs, and let their patients rest afterwards."""
        sighs = np.zeros(rows.size, bool)
        for i, bed in enumerate(rows.tolist()):
            turn = self._turns.get(bed)
            every = turn.pattern.sigh_every if turn else 0
            if turn and every and self.breaths.count[bed] % every == 0:
                sighs[i] = True
                turn.rests_until_s = float(times_s[i]) + SIGH_PAUSE_S
        return sighs


def on_pulse(drive: Drive) -> Floats:
    """Return by what share a normal breath changes the pulse's height, ``[N]``.

    It grows as blood volume falls and as the airway closes.
    """
    emptier = ON_PULSE_LOST * np.maximum(drive.lost, 0.0)
    return np.asarray(np.minimum(ON_PULSE + emptier + ON_PULSE_OBSTRUCTED * drive.obstruction, MOST_ON_PULSE))
