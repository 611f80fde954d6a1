"""Draws what lies under whole beats, or between them, into every lead: one dipole here too."""

from typing import Final

import numpy as np

from devices.arrays import Floats, Ints, Raw
from devices.signals.ecg import MV, Bank
from devices.signals.leads import VECTORS
from devices.signals.noise import Pool, pool
from devices.signals.rhythms import TRACKS, Track
from devices.signals.under import Mark, Under

Bands = tuple[tuple[float, float, float], ...]
Vector = tuple[float, float, float]
_ATRIA: Final[tuple[Vector, ...]] = ((-0.70, 0.15, -0.70), (0.0, 0.55, 0.0), (0.10, 0.0, 0.20))
_VENTRICLES: Final[tuple[Vector, ...]] = ((0.8, 0.0, 0.0), (0.0, 0.9, 0.0), (0.0, 0.0, 0.8))
SOURCES: Final[dict[Track, tuple[Bands, tuple[Vector, ...]]]] = {
    "": (((1, 2, 1e-6),), ()),
    "fibrillation": (((4, 9, 0.050),), _ATRIA),
    "fibrillation-fine": (((5, 9, 0.026),), _ATRIA),
    "vf": (((4, 7, 0.30), (7, 12, 0.05)), _VENTRICLES),
    "vf-coarse": (((3, 6, 0.42), (6, 10, 0.06)), _VENTRICLES),
    "vf-fine": (((4, 9, 0.065),), _VENTRICLES),
}
"""Bands (low Hz, high Hz, mV), and along what vectors lie the sources that move by themselves. Fibrillating
atria: 4 to 9 Hz, 0.05 to 0.1 mV, strongest in V1, under which the right atrium lies; ventricles 4 to 7 Hz
(clinical reference 7.21 and 8.1), else *heuristic*."""
APART: Final = 20_011
"""Sources read their pool so far apart: chaos has no direction of its own."""
SPIKE: Final = (0.35, 0.55, 0.30)
"""A pacemaker's spike along x, y and z, mV (*heuristic*): one sample, as 2 ms look at 250 Hz."""
SPIKES: Final = {lead: round(float(along @ np.array(SPIKE)) / MV) for lead, along in VECTORS.items()}
"""The spike in each independent lead, raw."""


class Underlay:
    """Adds tracks, atrial waves and spikes to the leads of ``bank``; ``places`` ``[N]`` are in the pools."""

    def __init__(self, bank: Bank, places: Ints, longest_s: int) -> None:
        self._bank, self._places, self._longest_s = bank, places, longest_s
        self._pools: dict[Track, Pool] = {}

    def add(self, leads: dict[str, Raw], start_s: float, under: Under) -> None:
        """Draw ``under`` into the independent ``leads`` ``[N, n]``, which begin at ``start_s``."""
        if under.tracked:
            for number in set(under.track[under.track > 0].tolist()):
                rows = np.nonzero(under.track == number)[0]
                self._track(leads, start_s, TRACKS[number], rows, under.gain[rows, None])
        for lead, samples in leads.items():
            self._atria(lead, samples, start_s, under.atria)
            self._spikes(lead, samples, start_s, under.spikes)

    def _track(self, leads: dict[str, Raw], start_s: float, track: Track, rows: Ints, gain: Floats) -> None:
        pooled, sources = self._pool(track), SOURCES[track][1]
        at = self._places[rows] + round(start_s * self._bank.hz)
        length = next(iter(leads.values())).shape[1]
        moves = [pooled.read(at + APART * i, length) * gain for i in range(len(sources))]
        for lead, samples in leads.items():
            seen = [float(VECTORS[lead] @ np.array(along)) for along in sources]
            drawn = sum(share * move for share, move in zip(seen, moves, strict=True))
            samples[rows] += np.rint(drawn).astype(np.int16)

    def _pool(self, track: Track) -> Pool:
        if track not in self._pools:
            noise = pool(np.random.default_rng([4, TRACKS.index(track)]), self._bank.hz, SOURCES[track][0])
            self._pools[track] = Pool(noise, MV, self._bank.hz * self._longest_s)
        return self._pools[track]

    def _atria(self, lead: str, samples: Raw, start_s: float, waves: list[Mark]) -> None:
        length = samples.shape[1]
        for time_s, bed, kind in waves:
            drawn = self._bank.wave(bed, kind, lead)
            phases, size = drawn.shape
            whole, phase = divmod(round((time_s - start_s) * self._bank.hz * phases), phases)
            first = whole - size // 2
            begin, end = max(first, 0), min(first + size, length)
            if begin < end:
                row = samples[bed, begin:end]
                np.add(row, drawn[phase, begin - first : end - first], out=row)

    def _spikes(self, lead: str, samples: Raw, start_s: float, spikes: list[Mark]) -> None:
        for time_s, bed, _ in spikes:
            at = int((time_s - start_s) * self._bank.hz)
            if 0 <= at < samples.shape[1]:
                samples[bed, at] += SPIKES[lead]
