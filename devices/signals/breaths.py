"""A second of every bed's breaths: the phase grows, and each breath that begins goes into the train."""

import math
from typing import Final

import numpy as np

from devices.arrays import Floats, Ints
from devices.kernels import kernel
from devices.signals import events, phase
from devices.signals.drive import ETCO2, HELD, LOST, OBSTRUCTION, PRELOAD, RR
from devices.signals.patterns import SIGH_DEPTH, SIGH_LENGTH, SIGH_PAUSE_S
from devices.signals.phase import CELLS, NODES, NOWHERE

BREATH_MEMORY_S: Final = 6.0
"""Heuristic: how long breaths stay faster or slower than the body wants."""
BREATH_KEEP: Final = math.exp(-1.0 / BREATH_MEMORY_S)
BREATH_KICK: Final = (1.0 - BREATH_KEEP**2) ** 0.5
LEAST_DEPTH: Final = 0.1
MOST_DEPTH: Final = 3.0
MOST_CHANCE: Final = 3.0
"""No breath is by more deviations deeper or shallower than the others."""
SLOWEST_HZ: Final = 0.02
"""A breath is as long as if the next one came at least at this rate."""
ARRHYTHMIA_PHASE: Final = 0.12
"""Heuristic: the heart is fastest late in inspiration."""
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
LONGER_OUT: Final = 0.32
"""Share of a breath by which an obstructed airway prolongs expiration (*heuristic*)."""

NAMES: Final = ("inspiration", "expiration", "depth", "co2", "inspired", "slant")
"""What the train holds of a breath, in this order."""

# A bed's own state and what its pattern asks, one bed a row:
PHASE: Final = 0
LAST_HZ: Final = 1
WALK: Final = 2
"""How much faster than the body wants, in deviations."""
WEIGHT: Final = 3
"""How deep breaths were for the heart at the end of the last second."""
RATE: Final = 4
DEPTH: Final = 5
FLOW: Final = 6
"""Where the pattern is: × rate, × depth, × air moved."""
SPREAD: Final = 7
DEPTH_SPREAD: Final = 8
OWN_BPM: Final = 9
LEAST_BPM: Final = 10
"""A pattern's own rate (below 0: none), and the least it lets the body have."""
SHARE_IN: Final = 11
SHARE_OUT: Final = 12
LONGEST_IN: Final = 13
LONGEST_OUT: Final = 14
SIGH_EVERY: Final = 15
RESTS_UNTIL_S: Final = 16
REBREATHED: Final = 17
STATE: Final = 18


@kernel
def obstruction(body: Floats, acts: Floats, bed: int) -> float:
    """Return what the airway of a bed holds back, 0 to 1."""
    return 1.0 - (1.0 - float(body[OBSTRUCTION, bed])) * (1.0 - float(acts[HELD, bed]))


@kernel
def on_pulse(body: Floats, acts: Floats, bed: int) -> float:
    """Return by what share a normal breath changes the pulse's height.

    It grows as the heart fills less and as the airway closes.
    """
    lost = 1.0 - (1.0 - float(body[LOST, bed])) * float(acts[PRELOAD, bed])
    more = ON_PULSE_LOST * max(lost, 0.0) + ON_PULSE_OBSTRUCTED * obstruction(body, acts, bed)
    return min(ON_PULSE + more, MOST_ON_PULSE)


@kernel
def second(  # noqa: PLR0913, PLR0917 -- a train's arrays, and what drives it
    until_s: float,
    body: Floats,
    acts: Floats,
    chance: Floats,
    at: int,
    state: Floats,
    pull: Floats,
    times: Floats,
    values: Floats,
    count: Ints,
    last: Floats,
) -> None:
    """Add each bed's breaths of the second after ``until_s``, and fill ``pull``.

    ``body`` and ``acts`` have what ``drive`` names, ``chance`` ``[N, ahead]`` is standard normal from ``at``
    on, ``state`` is ``[N, STATE]``. ``pull`` ``[N, 6]`` is breathing's on the heart at the second's nodes: a
    sine of about 1, highest late in inspiration, as weighty as breaths are deep.
    """
    phases = np.empty(CELLS + 1)
    for bed in range(len(state)):
        own, pulls = state[bed], pull[bed]
        walk = BREATH_KEEP * float(own[WALK]) + BREATH_KICK * float(chance[bed, at])
        wanted, rate = float(own[OWN_BPM]), float(own[RATE])
        if wanted < 0.0:
            wanted = max(float(body[RR, bed]), float(own[LEAST_BPM]))
        hz = max(wanted / 60.0 * (1.0 + float(own[SPREAD]) * walk), 0.0)
        pace_hz = max(hz * max(rate, 1.0), SLOWEST_HZ)  # of a breath that goes
        hz *= rate
        first_hz, start = float(own[LAST_HZ]), float(own[PHASE])
        weight = float(own[WEIGHT])
        deep = min(float(own[DEPTH]), MOST_PULL) * min(rate, 1.0)
        gain = deep - weight
        phases[0], pulls[0] = start, pulls[CELLS]
        for k in range(1, CELLS + 1):
            node = NODES[k]
            phases[k] = there = start + phase.grown(node, first_hz, hz)
            pulls[k] = phase.sine(there - ARRHYTHMIA_PHASE) * (weight + node * gain)
        end = float(phases[CELLS])
        wholes = math.floor(end)
        for whole in range(1, wholes + 1):
            within_s = phase.passed(phase.cell_of(whole, phases), whole, phases)
            if within_s > NOWHERE:
                time_s = until_s + within_s
                place = int(count[bed])
                sighs = int(own[SIGH_EVERY]) > 0 and place % int(own[SIGH_EVERY]) == 0
                if sighs:
                    own[RESTS_UNTIL_S] = time_s + SIGH_PAUSE_S
                place = events.write(times, count, last, bed, time_s)
                _breath(values, place, own, 1.0 / pace_hz, float(chance[bed, at + 1]), sighs, body, acts, bed)
        own[WALK], own[WEIGHT], own[LAST_HZ], own[PHASE] = walk, deep, hz, end - wholes


@kernel
def _breath(  # noqa: PLR0913, PLR0917
    values: Floats,
    place: int,
    own: Floats,
    cycle_s: float,
    chance: float,
    sighs: bool,  # noqa: FBT001
    body: Floats,
    acts: Floats,
    bed: int,
) -> None:
    """Write what a bed's new breath is, ``NAMES``."""
    held = obstruction(body, acts, bed)
    deeper = float(own[DEPTH_SPREAD]) * min(max(chance, -MOST_CHANCE), MOST_CHANCE)
    depth = min(max(float(own[DEPTH]) * (1.0 + deeper), LEAST_DEPTH), MOST_DEPTH)
    breath_in = min(float(own[SHARE_IN]) * cycle_s, float(own[LONGEST_IN]))
    share_out = float(own[SHARE_OUT]) + LONGER_OUT * held
    breath_out = min(share_out * cycle_s, float(own[LONGEST_OUT]) * (1.0 + held))
    if sighs:
        depth *= SIGH_DEPTH
        breath_in *= SIGH_LENGTH
        breath_out *= SIGH_LENGTH
    moved = float(own[FLOW]) if held < CLOSED else 0.0
    end_tidal = inspired = slant = 0.0
    if moved > 0.0:
        inspired, slant = float(own[REBREATHED]), held
        reached = 1.0 - math.exp(-max(depth * moved - DEAD_SPACE, 0.0) / SHALLOW)
        end_tidal = max(float(body[ETCO2, bed]) * reached, inspired)
    values[0, place], values[1, place], values[2, place] = breath_in, breath_out, depth
    values[3, place], values[4, place], values[5, place] = end_tidal, inspired, slant
