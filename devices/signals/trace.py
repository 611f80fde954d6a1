"""A lead of the ECG: what breathing, noise and the tables of its beats add up to, bed by bed."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from devices import kernels
from devices.arrays import Floats, Ints, Raw
from devices.kernels import kernel
from devices.signals import kinds, lines, noise
from devices.signals.leads import LEADS

PHASES: Final = 8
SLOWEST, FASTEST = 1.4, 0.45
STEP: Final = 0.03
"""√RR (√s) is told apart in steps of this share, from ``FASTEST`` on: QT within 1.5 %."""
PACES: Final = round(float(np.log(SLOWEST / FASTEST)) / STEP) + 1
WANDER: Final = 6
"""2 to this power are the raw steps of impedance that shift the ECG by one: 0.08 mV (*heuristic*)."""
APART: Final = {lead: 4_099 * i for i, lead in enumerate(LEADS)}
"""Leads read their noise so far apart."""
BACK_S: Final = 0.35
"""A block shows no beat but those from so long before it on, and the one before: none has a QRS so long."""
_USUAL: Final = 5
"""Samples of the ECG to one of impedance at 250 Hz."""
_PER_ROOT, _PER_STEP = 1.0 / FASTEST, 1.0 / STEP
_KINDS: Final = kinds.KINDS


@dataclass(frozen=True, slots=True)
class Ground:
    """What beats stand on: impedance ``[N, m]`` and ``quiet`` noise, read by each bed from its place on."""

    breathing: Raw
    quiet: Raw
    places: Ints


@kernel
def add_beat(row: Raw, table: Raw, number: int, r: float, begin: float, end: float, before: int) -> None:
    """Add to ``row`` what it shows from ``begin`` to ``end`` of a beat whose peak lies at ``r`` (samples)."""
    exact = r + 0.5 / PHASES
    middle = math.floor(exact)
    phase = int((exact - middle) * PHASES)
    first = middle - before  # where its table begins
    a, b = lines.whole(begin, row.size), min(lines.whole(end, row.size), first + table.shape[1])
    a = max(a, first)
    if a < b:
        lines.add(row[a:b], table[number * PHASES + phase, a - first : b - first])


def _ground_loop(row: Raw, breathing: Raw, quiet: Raw) -> None:
    """Do what ``ground`` does, sample by sample; written out for 250 Hz, which is three times as fast."""
    each = row.size // breathing.size
    if each == _USUAL:
        for i in range(breathing.size):
            moved, at = breathing[i] >> WANDER, _USUAL * i
            row[at] = quiet[at] + moved
            row[at + 1] = quiet[at + 1] + moved
            row[at + 2] = quiet[at + 2] + moved
            row[at + 3] = quiet[at + 3] + moved
            row[at + 4] = quiet[at + 4] + moved
        return
    for i in range(breathing.size):
        moved = breathing[i] >> WANDER
        for at in range(each * i, each * (i + 1)):
            row[at] = quiet[at] + moved


@kernels.twin(_ground_loop)
def ground(row: Raw, breathing: Raw, quiet: Raw) -> None:
    """Let a bed's ECG ``[m × k]`` be what there is before the heart beats.

    That is ``quiet`` noise, as long, and what the bed's impedance ``[m]`` makes of it.
    """
    parts = breathing.size, -1
    np.add(quiet.reshape(parts), (breathing >> WANDER)[:, None], out=row.reshape(parts))


@kernel
def draw_lead(  # noqa: PLR0913, PLR0917 -- arrays
    out: Raw,
    beds: Ints,
    lacking: Ints,
    table: Raw,
    numbers: Ints,
    reach: Floats,
    breathing: Raw,
    quiet: Raw,
    places: Ints,
    times: Floats,
    count: Ints,
    kind: Floats,
    root: Floats,
    later: int,
    start_s: float,
    hz: float,
    before: int,
) -> int:
    """Draw the ring of beats ``times`` ``[size, N]`` of ``beds``, with their values, flat, into ``out``.

    Return how many beats are not yet in the tables; their keys are in ``lacking`` then, and what is drawn
    is not whole.
    """
    ring, n = times.shape[0] - 1, times.shape[1]
    samples, lacks = out.shape[1], 0
    for k in range(beds.size):
        bed = int(beds[k])
        row = out[bed]
        first = (int(places[bed]) + later) % noise.SIZE
        ground(row, breathing[bed], quiet[first : first + samples])
        begin, end_at, number, r = 0.0, -math.inf, -1, 0.0
        for i in range(lines.last(times, count, bed, start_s - BACK_S), int(count[bed])):
            place = (i & ring) * n + bed
            pace = round(math.log(float(root[place]) * _PER_ROOT) * _PER_STEP)
            key = (bed * _KINDS + int(kind[place])) * PACES + pace
            found = int(numbers[key])
            if found < 0:
                if found == -1 and lacks < lacking.size:
                    lacking[lacks] = key
                    numbers[key] = -2
                    lacks += 1
                continue
            next_r = (float(times[i & ring, bed]) - start_s) * hz
            # A beat begins at the earliest when the QRS before it ends, and cuts off its T wave.
            next_begin = max(next_r - float(reach[0, found]), end_at)
            if number >= 0:
                add_beat(row, table, number, r, begin, next_begin, before)
            number, r, begin, end_at = found, next_r, next_begin, next_r + float(reach[1, found])
            if begin >= samples:
                break
        if number >= 0:
            add_beat(row, table, number, r, begin, float(samples), before)
    return lacks
