"""The two trains that drive every trace and every number: beats and breaths.

Integral pulse frequency modulation: a phase grows with the rate, and where it passes a whole number
there is a beat, or a breath begins. Trains run ``LEAD_S`` ahead of what is drawn, since a P wave and
the end of a pulse depend on the next beat; so a heart answers the body that much later.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from devices.arrays import Bools, Floats
from devices.randomness import Draws
from devices.signals import variability
from devices.signals.events import Events

LEAD_S: Final = 2
CELLS: Final = 5
"""Steps in a second; at most one event in each, so up to 300 /min."""
NODES: Final = np.linspace(0.0, 1.0, CELLS + 1)

INSPIRATION: Final = 0.36
EXPIRATION: Final = 0.46
"""Shares of a breath that air flows; the rest is pause (heuristic, I:E about 1:1.8)."""
LONGEST_INSPIRATION_S: Final = 1.8
LONGEST_EXPIRATION_S: Final = 2.4
BREATH_MEMORY_S: Final = 6.0
BREATH_SPREAD: Final = 0.05
DEPTH_SPREAD: Final = 0.10
"""Heuristic: how much breaths differ in rate and in depth."""
ARRHYTHMIA_PHASE: Final = 0.12
"""Heuristic: the heart is fastest late in inspiration."""
PEAK_TO_SD: Final = 2.0**0.5

ARRIVAL_S: Final = 0.24
ARRIVAL_S_MMHG: Final = -0.001
"""Pulse arrival at the finger after R, and its change per mmHg of systolic pressure (reference 8.8)."""
FULL_PULSE_PERCENT: Final = 3.0
"""The perfusion index at which a pulse is drawn with height 1."""


@dataclass(frozen=True, slots=True)
class Drive:
    """What the trains follow, arrays ``[N]`` of the body's truth."""

    hr: Floats
    rr: Floats
    sbp: Floats
    pi: Floats


class Trains:
    """Beats and breaths of the ward."""

    def __init__(
        self, seed: int, beds: Sequence[str], sdnn_ms: Floats, resting_bpm: Floats, start_s: int
    ) -> None:
        n = len(beds)
        self.beats = Events(n, 64, ("interval", "root", "pulse", "arrival"))
        self.breaths = Events(n, 32, ("inspiration", "expiration", "depth"))
        self.until_s = start_s + LEAD_S
        """The trains are known up to here."""
        self._slow = variability.Variability(Draws(seed, beds, "heart", 510), n)
        self._breath_draws = Draws(seed, beds, "breath")
        begin = Draws(seed, beds, "phase", 2).rows(2)
        self._beat_phase, self._breath_phase = np.abs(begin) % 1.0
        self._sdnn_ms, self._resting_bpm = sdnn_ms, resting_bpm
        self._breath_walk = np.zeros(n)
        self._last_slow = np.zeros(n)
        self._last: Drive | None = None
        self._last_beat = np.full(n, start_s, float)
        self._last_breath_hz = np.zeros(n)

    def second(self, drive: Drive) -> None:
        """Extend both trains by one second, rates going straight from the last drive's to this one's."""
        before = self._last or drive
        wave = self._breathe(drive)
        self._beat(before, drive, wave)
        self._last = drive
        self.until_s += 1

    def _breathe(self, drive: Drive) -> Floats:
        """Add the second's breaths; return the breathing phase at its nodes, ``[N, 6]``."""
        walk, depth = self._breath_draws.rows(2)
        keep = float(np.exp(-1.0 / BREATH_MEMORY_S))
        self._breath_walk = keep * self._breath_walk + (1.0 - keep**2) ** 0.5 * walk
        hz = np.maximum(drive.rr / 60.0 * (1.0 + BREATH_SPREAD * self._breath_walk), 0.0)
        first = self._last_breath_hz
        u = NODES
        phase: Floats = self._breath_phase[:, None] + first[:, None] * u + 0.5 * (hz - first)[:, None] * u * u
        hit, when = crossings(phase)
        cycle = 1.0 / np.maximum(hz, 0.02)
        ones = np.ones(CELLS)
        self.breaths.add(
            hit,
            self.until_s + when,
            inspiration=np.minimum(INSPIRATION * cycle, LONGEST_INSPIRATION_S)[:, None] * ones,
            expiration=np.minimum(EXPIRATION * cycle, LONGEST_EXPIRATION_S)[:, None] * ones,
            depth=np.clip(1.0 + DEPTH_SPREAD * depth, 0.5, 1.6)[:, None] * ones,
        )
        self._breath_phase = phase[:, -1] % 1.0
        self._last_breath_hz = hz
        return phase

    def _beat(self, before: Drive, drive: Drive, breath_phase: Floats) -> None:
        slow = self._slow.step()
        hr = before.hr[:, None] + (drive.hr - before.hr)[:, None] * NODES
        walk = self._last_slow[:, None] + (slow - self._last_slow)[:, None] * NODES
        breathing = np.sin(2 * np.pi * (breath_phase - ARRHYTHMIA_PHASE))
        spread = variability.depth(self._sdnn_ms, self._resting_bpm, drive.hr)[:, None]
        hz = hr / 60.0 * np.maximum(1.0 + spread * (walk + PEAK_TO_SD * variability.HIGH * breathing), 0.5)
        phase = np.empty_like(hz)
        phase[:, 0] = self._beat_phase
        np.cumsum((hz[:, 1:] + hz[:, :-1]) * (0.5 / CELLS), axis=1, out=phase[:, 1:])
        phase[:, 1:] += self._beat_phase[:, None]
        hit, when = crossings(phase)
        times = self.until_s + when
        interval = self._intervals(hit, times)
        typical = 60.0 / np.maximum(drive.hr, 20.0)
        strength = filling(interval) / filling(typical)[:, None]
        strength *= 1.0 - 0.05 * breathing[:, :-1]
        arrival = np.clip(ARRIVAL_S + ARRIVAL_S_MMHG * (drive.sbp - 120.0), 0.12, 0.35)
        ones = np.ones(CELLS)
        self.beats.add(
            hit,
            times,
            interval=interval,
            root=np.clip(typical**0.5, 0.45, 1.4)[:, None] * ones,
            pulse=np.minimum(drive.pi / FULL_PULSE_PERCENT, 2.0)[:, None] * strength,
            arrival=arrival[:, None] * ones,
        )
        self._beat_phase = phase[:, -1] % 1.0
        self._last_slow = slow

    def _intervals(self, hit: Bools, times_s: Floats) -> Floats:
        """Return for each cell the time since the last beat before it."""
        shown = np.where(hit, times_s, -np.inf)
        before = np.empty_like(shown)
        before[:, 0] = self._last_beat
        np.maximum.accumulate(shown[:, :-1], axis=1, out=before[:, 1:])
        np.maximum(before, self._last_beat[:, None], out=before)
        self._last_beat = np.maximum(self._last_beat, shown.max(axis=1))
        return np.clip(times_s - before, 0.2, 3.0)


def crossings(phase: Floats) -> tuple[Bools, Floats]:
    """Return (hit, when) for each cell of ``phase`` ``[N, cells + 1]`` at ``NODES``.

    ``hit`` says that a whole number was passed, ``when`` at which time in the second.
    """
    whole = np.floor(phase)
    hit: Bools = whole[:, 1:] > whole[:, :-1]
    step = np.maximum(phase[:, 1:] - phase[:, :-1], 1e-9)
    when = NODES[:-1] + (whole[:, 1:] - phase[:, :-1]) / step / CELLS
    return hit, np.where(hit, when, NODES[1:])


def filling(interval_s: Floats) -> Floats:
    """Return how well a ventricle fills in ``interval_s``, 0 to 1 (*heuristic*): early beats are weak."""
    return 1.0 - np.exp(-np.maximum(interval_s - 0.12, 0.0) / 0.22)
