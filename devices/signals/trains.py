"""The two trains that drive every trace and every number: beats and breaths.

Integral pulse frequency modulation: a phase grows with the rate, and where it passes a whole number
there is a beat, or a breath begins. Trains run ``LEAD_S`` ahead of what is drawn, since a P wave and
the end of a pulse depend on the next beat; so a heart answers the body that much later.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from devices.arrays import Floats, Ints
from devices.physiology.bounds import within
from devices.randomness import Draws, Luck
from devices.signals import variability
from devices.signals.breathing import Breathing, on_pulse
from devices.signals.drive import Drive
from devices.signals.events import Events
from devices.signals.phase import CELLS, NODES, crossings
from devices.signals.rhythms import (
    EARLY,
    EARLY_PULSE,
    MOST_SPREAD,
    RHYTHMS,
    SINUS,
    TRACKS,
    WIDE,
    Rhythm,
)  # fmt: skip

__all__ = ["LATEST_S", "LEAD_S", "Drive", "Trains"]

LEAD_S: Final = 2
PEAK_TO_SD: Final = 2.0**0.5

ARRIVAL_S: Final = 0.24
ARRIVAL_S_MMHG: Final = -0.001
"""Pulse arrival at the finger after R, and its change per mmHg of systolic pressure (reference 8.8)."""
EARLIEST_S, LATEST_S = 0.12, 0.35
"""Bounds of the arrival (*heuristic*)."""
FULL_PULSE_PERCENT: Final = 3.0
"""The perfusion index at which a pulse is drawn with height 1."""


class Trains:
    """Beats and breaths of the ward.

    A beat has the ``root`` of the mean RR interval (√s), the height of its ``pulse`` and its
    ``arrival`` (s) at the finger, its ``strength`` (about 1) and its ``kind``. Breaths: ``Breathing``.
    """

    def __init__(
        self, seed: int, beds: Sequence[str], sdnn_ms: Floats, resting_bpm: Floats, start_s: int
    ) -> None:
        n = len(beds)
        self.beats = Events(n, 64, ("root", "pulse", "arrival", "strength", "kind"))
        self.beats.stored("root")[:] = 1.0  # of beats before the first
        self.until_s = start_s + LEAD_S
        """The trains are known up to here."""
        self._slow = variability.Variability(Draws(seed, beds, "heart", 510), n)
        begin = Draws(seed, beds, "phase", 2).rows(2)
        self._beat_phase, breath_phase = np.abs(begin) % 1.0
        self.breathing = Breathing(seed, beds, breath_phase)
        self.breaths = self.breathing.breaths
        self._sdnn_ms, self._resting_bpm = sdnn_ms, resting_bpm
        self._luck = Luck(seed, beds, "rhythm")
        self.rhythms: list[str] = ["sinus"] * n
        """Each bed's rhythm, a key of ``RHYTHMS``."""
        self.track: Ints = np.zeros(n, np.int64)
        """What is drawn under a bed's beats: a place in ``TRACKS``."""
        self._kind = np.full(n, float(SINUS))
        self._spread, self._breathing, self._pulse = np.zeros(n), np.ones(n), np.ones(n)
        self._going = np.ones(n)
        self._every, self._chance = np.zeros(n, np.int64), np.zeros(n)
        self._disordered = np.zeros(n, bool)
        self._last_slow = np.zeros(n)
        self._last: Drive | None = None
        self._last_beat = np.full(n, start_s, float)

    def beat_in(self, bed: int, rhythm: str) -> None:
        """Give a bed a rhythm of ``RHYTHMS``; raise ``ValueError`` naming them."""
        if rhythm not in RHYTHMS:
            raise ValueError(f"the rhythms are {', '.join(RHYTHMS)}, not {rhythm!r}")
        r: Rhythm = RHYTHMS[rhythm]
        self.rhythms[bed] = rhythm
        self.track[bed] = TRACKS.index(r.track)
        self._kind[bed], self._spread[bed], self._breathing[bed] = r.kind, r.spread, r.breathing
        self._pulse[bed], self._going[bed] = r.pulse, not r.stopped
        self._every[bed], self._chance[bed] = r.early_every, r.early_chance
        self._disordered[bed] = r.spread > 0 or r.early_every > 0 or r.early_chance > 0

    def second(self, drive: Drive) -> None:
        """Extend both trains by one second, rates going straight from the last drive's to this one's."""
        before = self._last or drive
        self._beat(before, drive, self.breathing.second(drive, self.until_s))
        self._last = drive
        self.until_s += 1

    def _beat(self, before: Drive, drive: Drive, breathing: Floats) -> None:
        slow = self._slow.step()
        hz = self._modulated(before, drive, slow, breathing)
        phase = np.empty_like(hz)
        phase[0] = self._beat_phase
        np.cumsum((hz[1:] + hz[:-1]) * (0.5 / CELLS), axis=0, out=phase[1:])
        phase[1:] += self._beat_phase
        rows, cells, when = crossings(phase)
        times = self.until_s + when
        typical = 60.0 / np.maximum(drive.hr[rows], 20.0)
        times, kind, arriving = self._disorder(rows, times, typical)
        strength = filling(self._intervals(rows, times)) / filling(typical) * arriving
        strength *= 1.0 - on_pulse(drive)[rows] * breathing[cells, rows]
        self.beats.add(
            rows,
            times,
            (
                within(np.sqrt(typical), 0.45, 1.4),
                np.minimum(drive.pi[rows] / FULL_PULSE_PERCENT, 2.0) * strength,
                within(ARRIVAL_S + ARRIVAL_S_MMHG * (drive.sbp[rows] - 120.0), EARLIEST_S, LATEST_S),
                strength,
                kind,
            ),
        )
        self._beat_phase = phase[-1] % 1.0
        self._last_slow = slow

    def _disorder(self, rows: Ints, times_s: Floats, typical_s: Floats) -> tuple[Floats, Floats, Floats]:
        """Return (times, kinds, what arrives) of beats as their rhythms make them.

        An early beat leaves the sinus its pace, so the pause after it makes up for it.
        """
        kind, arriving = self._kind[rows], self._pulse[rows]
        if not self._disordered[rows].any():
            return times_s, kind, arriving
        luck, chance = np.zeros(rows.size), np.zeros(rows.size)
        for i in np.nonzero(self._disordered[rows])[0].tolist():
            luck[i], chance[i] = self._luck.draw(rows[i], 2)
        moved = within(self._spread[rows] * luck / PEAK_TO_SD, -MOST_SPREAD, MOST_SPREAD)
        every = self._every[rows]
        number = self.beats.count[rows] + np.arange(rows.size) - np.searchsorted(rows, rows)
        early = (every > 0) & (number % np.maximum(every, 1) == 0)
        early |= chance > _threshold(self._chance[rows])
        moved = np.where(early, -EARLY, moved)
        arriving = np.where(early, EARLY_PULSE * arriving, arriving)
        return times_s + moved * typical_s, np.where(early, float(WIDE), kind), arriving

    def _modulated(self, before: Drive, drive: Drive, slow: Floats, breathing: Floats) -> Floats:
        """Return the heart's rate at the nodes, Hz, ``[6, N]``: the body's, with its variability."""
        hr = before.hr + NODES * (drive.hr - before.hr)
        walk = self._last_slow + NODES * (slow - self._last_slow)
        spread = variability.depth(self._sdnn_ms, self._resting_bpm, drive.hr) * self._breathing
        hr = hr * self._going
        swing = walk + (PEAK_TO_SD * variability.HIGH) * breathing
        return np.asarray(hr / 60.0 * np.maximum(1.0 + spread * swing, 0.5))

    def _intervals(self, rows: Ints, times_s: Floats) -> Floats:
        """Return the time since the beat before, of new beats sorted by bed and time."""
        before = self._last_beat[rows]
        if rows.size > 1:
            before[1:] = np.where(rows[1:] == rows[:-1], times_s[:-1], before[1:])
        self._last_beat[rows] = times_s  # the last of a bed's beats stays
        return within(times_s - before, 0.2, 3.0)


def _threshold(chance: Floats) -> Floats:
    """Return above which normal number ``chance`` lies, roughly (logistic, within 0.02 of it)."""
    odds = np.maximum(chance, 1e-12)
    return np.where(chance > 0, np.log((1.0 - odds) / odds) / 1.702, np.inf)


def filling(interval_s: Floats) -> Floats:
    """Return how well a ventricle fills in ``interval_s``, 0 to 1 (*heuristic*): early beats are weak."""
    return np.asarray(1.0 - np.exp(np.minimum(0.12 - interval_s, 0.0) / 0.22))
