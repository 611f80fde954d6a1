"""Draws what lies under whole beats, or between them, into every lead: one dipole here too."""

from typing import Final

import numpy as np

from devices import kernels
from devices.arrays import Bools, Floats, Ints, Raw
from devices.kernels import kernel
from devices.signals import lines
from devices.signals.ecg import MV, Bank
from devices.signals.leads import VECTORS
from devices.signals.noise import SIZE, pool
from devices.signals.rhythms import TRACKS, Track
from devices.signals.trace import PHASES
from devices.signals.under import Under

Bands = tuple[tuple[float, float, float], ...]
Vector = tuple[float, float, float]
_ATRIA: Final[tuple[Vector, ...]] = ((-0.70, 0.15, -0.70), (0.0, 0.55, 0.0), (0.10, 0.0, 0.20))
_VENTRICLES: Final[tuple[Vector, ...]] = ((0.8, 0.0, 0.0), (0.0, 0.9, 0.0), (0.0, 0.0, 0.8))
_NOWHERE: Final[tuple[Vector, ...]] = ((0.0, 0.0, 0.0),) * 3
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


SEEN: Final = {
    lead: np.array(
        [[float(seen @ np.array(along)) for along in SOURCES[track][1] or _NOWHERE] for track in TRACKS]
    )
    for lead, seen in VECTORS.items()
}
"""What a lead sees of the sources of each track, ``[tracks, 3]``."""
FADED: Final = 0.2
"""What is left of fibrillation that has gone fine."""


def _track_loop(row: Raw, pool_of: Raw, at: int, gain: float, seen: Floats) -> None:
    """Do what ``add_track`` does, sample by sample."""
    x, y, z = seen[0], seen[1], seen[2]
    one, two = pool_of[at % SIZE :], pool_of[(at + APART) % SIZE :]
    three = pool_of[(at + 2 * APART) % SIZE :]
    for i in range(row.size):
        row[i] += round(x * (one[i] * gain) + y * (two[i] * gain) + z * (three[i] * gain))


@kernels.twin(_track_loop)
def add_track(row: Raw, pool_of: Raw, at: int, gain: float, seen: Floats) -> None:
    """Add to a bed's lead what it sees of three sources that read their pool from ``at`` on."""
    moved = np.zeros(row.size)
    for source in range(len(seen)):
        first = (at + APART * source) % SIZE
        moved += seen[source] * (pool_of[first : first + row.size] * gain)
    row += np.rint(moved).astype(np.int16)


@kernel
def add_tracks(  # noqa: PLR0913, PLR0917 -- arrays
    out: Raw,
    drawn: Bools,
    beds: Ints,
    track: Ints,
    since: Floats,
    fades: Floats,
    start_s: float,
    pools: Raw,
    places: Ints,
    later: int,
    seen: Floats,
) -> None:
    """Add their tracks to a lead ``[N, n]`` of those ``beds`` that are ``drawn``.

    Each is read from the bed's own of ``places`` ``[N]``, and ``later``, on in its row of ``pools``; the lead
    sees ``seen`` ``[tracks, 3]`` of its sources. ``track``, ``since`` and ``fades`` are as in ``Under``.
    """
    for k in range(beds.size):
        bed = int(beds[k])
        if drawn[bed]:
            aged = max(start_s - float(since[bed]), 0.0) / float(fades[bed])
            gain = max(1.0 - (1.0 - FADED) * aged, FADED)
            which = int(track[bed])
            add_track(out[bed], pools[which], int(places[bed]) + later, gain, seen[which])


@kernel
def add_waves(
    out: Raw, drawn: Bools, waves: Floats, table: Raw, numbers: Ints, start_s: float, hz: float
) -> None:
    """Add atrial ``waves`` ``[m, 3]`` (time, bed, kind) to a lead ``[N, n]`` of the beds that are ``drawn``.

    ``numbers`` ``[N × kinds]`` says which of the ``table`` a bed's wave of a kind is.
    """
    size, samples, kinds = table.shape[1], out.shape[1], numbers.size // len(out)
    for k in range(len(waves)):
        bed = int(waves[k, 1])
        if not drawn[bed]:
            continue
        at = round((float(waves[k, 0]) - start_s) * hz * PHASES)
        first = at // PHASES - size // 2
        begin, end = max(first, 0), min(first + size, samples)
        if begin < end:
            number = int(numbers[bed * kinds + int(waves[k, 2])]) * PHASES + at % PHASES
            lines.add(out[bed, begin:end], table[number, begin - first : end - first])


@kernel
def add_spikes(out: Raw, drawn: Bools, spikes: Floats, height: int, start_s: float, hz: float) -> None:
    """Add pacemakers' ``spikes`` ``[m, 3]``, of this ``height``, to a lead of the beds that are ``drawn``."""
    for k in range(len(spikes)):
        bed, at = int(spikes[k, 1]), int((float(spikes[k, 0]) - start_s) * hz)
        if drawn[bed] and 0 <= at < out.shape[1]:
            out[bed, at] += height


class Underlay:
    """Adds tracks, atrial waves and spikes to the leads of ``bank``; ``places`` ``[N]`` are in the pools."""

    def __init__(self, bank: Bank, places: Ints, longest_s: int) -> None:
        self._bank, self._places = bank, places
        self._pools: Raw = np.zeros((len(TRACKS), SIZE + bank.hz * longest_s - 1), np.int16)
        self._filled: set[int] = set()
        self._tracked: Ints | None = None
        """Of whom the pools are filled."""
        self._whose: dict[str, Ints] | None = None
        self._drawn: dict[str, Bools] = {}
        """The same as ``[N]``."""

    def add(self, leads: dict[str, Raw], whose: dict[str, Ints], start_s: float, under: Under) -> None:
        """Draw ``under`` into the independent ``leads`` ``[N, n]``, which begin at ``start_s``.

        ``whose`` says of which beds each lead is drawn.
        """
        tracked, atria, spikes = under.tracked, under.atria, under.spikes
        if not (len(tracked) or len(atria) or len(spikes)):
            return
        self._prepare(leads, whose, under)
        hz, start_s = float(self._bank.hz), float(start_s)
        later = round(start_s * hz)
        for lead, samples in leads.items():
            drawn = self._drawn[lead]
            if len(tracked):
                add_tracks(
                    samples, drawn, tracked, under.track, under.since, under.fades, start_s,
                    self._pools, self._places, later, SEEN[lead],
                )  # fmt: skip
            if len(atria):
                add_waves(samples, drawn, atria, *self._bank.atria.table(lead), start_s, hz)
            if len(spikes):
                add_spikes(samples, drawn, spikes, SPIKES[lead], start_s, hz)

    def _prepare(self, leads: dict[str, Raw], whose: dict[str, Ints], under: Under) -> None:
        """Have all waves, all tracks, and of whom each lead is drawn."""
        if len(under.atria):
            self._bank.atria.make(under.atria)
        if under.tracked is not self._tracked:
            self._tracked = under.tracked
            for number in sorted(set(under.track[under.tracked].tolist()) - self._filled):
                self._fill(number)
        if whose is not self._whose:
            self._whose, self._drawn = whose, {}
            for lead, samples in leads.items():
                drawn = self._drawn[lead] = np.zeros(len(samples), bool)
                drawn[whose[lead]] = True

    def _fill(self, number: int) -> None:
        """Fill the pool of a track: noise that begins anew at its end."""
        bands = SOURCES[TRACKS[number]][0]
        raw = np.rint(pool(np.random.default_rng([4, number]), self._bank.hz, bands) / MV).astype(np.int16)
        row = self._pools[number]
        row[:SIZE], row[SIZE:] = raw, raw[: row.size - SIZE]
        self._filled.add(number)
