"""A second of every bed's beats: the sinus node's discharges, and what each beat is.

The node is an integrator of the body's rate with its variability. Where a rhythm has no program each
discharge is a beat and goes straight into the train; the others' discharges are left for their hearts.
"""

import math
from typing import Final

import numpy as np

from devices.arrays import Floats, Ints
from devices.kernels import kernel
from devices.signals import breaths, events, phase, variability
from devices.signals.drive import HR, PI, SBP
from devices.signals.events import NEVER
from devices.signals.phase import CELLS, NODES, NOWHERE

ARRIVAL_S: Final = 0.24
ARRIVAL_S_MMHG: Final = -0.001
"""Pulse arrival at the finger after R, and its change per mmHg of systolic pressure (reference 8.8)."""
EARLIEST_S: Final = 0.12
LATEST_S: Final = 0.35
"""Bounds of the arrival (*heuristic*)."""
FULL_PULSE_PERCENT: Final = 3.0
"""The perfusion index at which a pulse is drawn with height 1."""
PEAK_TO_SD: Final = 2.0**0.5
DEAD_S: Final = 0.24
FILLS_S: Final = 0.16
"""A ventricle begins to fill so long after a beat, and with this time constant (*heuristic*)."""
OPENS: Final = 0.55
"""A stroke of less than this share of a typical one opens no valve: no pulse (*heuristic*, set to the
deficit of 10 to 30 /min of fast fibrillation, clinical reference 7.21)."""
SHORTEST_S: Final = 0.2
LONGEST_S: Final = 3.0
MOST_SWING: Final = 0.4
"""No rate swings by more than this share of itself, by breathing or by the slower rhythms."""
MOST_BREATH: Final = 0.18
"""Nor by more than this by breathing: an interval of the young, who swing most, is some 1.5 times another
(*heuristic*)."""
SLOWEST_BPM: Final = 20.0
"""A typical beat is of this rate at least."""

NAMES: Final = ("root", "pulse", "arrival", "strength", "kind")
"""What the train holds of a beat, in this order."""

# A bed's own state and what its rhythm asks, one bed a row; the slow rhythms' state comes first:
PHASE: Final = variability.STATE
LAST_HZ: Final = PHASE + 1
"""The rate at the end of the last second, below 0 before the first."""
LAST_BEAT_S: Final = PHASE + 2
REST_BPM: Final = PHASE + 3
SPREAD_AT_REST: Final = PHASE + 4
LOW_BPM: Final = PHASE + 5
HIGH_BPM: Final = PHASE + 6
"""The rates that the rhythm allows."""
RATIO: Final = PHASE + 7
ATRIAL_BPM: Final = PHASE + 8
"""Discharges of the node to a beat, or how many it makes whatever the body wants (0: as many as that)."""
GOING: Final = PHASE + 9
BREATHING: Final = PHASE + 10
"""× the node's rate, 0 if it stands still; × its variability."""
PULSE: Final = PHASE + 11
KIND: Final = PHASE + 12
PROGRAM: Final = PHASE + 13
"""Whether the heart has a program, 0 or 1; and then what it is to know:"""
HELD_BPM: Final = PHASE + 14
NODE_BPM: Final = PHASE + 15
MOVES: Final = PHASE + 16
"""Whether there are ventricles that beat, 0 or 1."""
RATIO_RISES: Final = PHASE + 17
"""By how much ``RATIO`` is more for each /min above the least rate."""
STATE: Final = PHASE + 18


@kernel
def filling(interval_s: float) -> float:
    """Return how well a ventricle fills in ``interval_s``, 0 to 1 (*heuristic*): early beats are weak."""
    return 1.0 - math.exp(min((DEAD_S - interval_s) / FILLS_S, -0.02))


@kernel
def _beat(  # noqa: PLR0913, PLR0917
    values: Floats,
    place: int,
    own: Floats,
    body: Floats,
    acts: Floats,
    bed: int,
    interval_s: float,
    hr_bpm: float,
    kind: float,
    whole: float,
    pull: float,
) -> None:
    """Write what a bed's new beat is, ``NAMES``: how it filled, and how much of it goes how far."""
    typical_s = 60.0 / max(hr_bpm, SLOWEST_BPM)
    strength = whole * filling(min(max(interval_s, SHORTEST_S), LONGEST_S)) / filling(typical_s)
    moved = float(own[PULSE])
    if strength < OPENS or moved <= 0.0:
        strength = 0.0
    strength *= 1.0 - breaths.on_pulse(body, acts, bed) * pull
    arrival_s = ARRIVAL_S + ARRIVAL_S_MMHG * (float(body[SBP, bed]) - 120.0)
    values[0, place] = min(max(math.sqrt(typical_s), 0.45), 1.4)
    # What a rhythm costs the body's pressure knows already; a finger is told besides.
    values[1, place] = min(float(body[PI, bed]) / FULL_PULSE_PERCENT, 2.0) * strength * moved
    values[2, place] = min(max(arrival_s, EARLIEST_S), LATEST_S)
    values[3, place] = strength
    values[4, place] = kind


@kernel
def hold(hr: Floats, state: Floats) -> None:
    """Hold the bodies' rates ``[N]``, in place, within what the rhythms of ``state`` allow."""
    for bed in range(hr.size):
        own = state[bed]
        held = min(max(float(hr[bed]), float(own[LOW_BPM])), float(own[HIGH_BPM]))
        hr[bed] = held * float(own[MOVES])


@kernel
def second(  # noqa: PLR0913, PLR0917 -- a train's arrays, and what drives it
    until_s: float,
    body: Floats,
    acts: Floats,
    chance: Floats,
    at: int,
    state: Floats,
    pull: Floats,
    fired: Floats,
    times: Floats,
    values: Floats,
    count: Ints,
    last: Floats,
) -> None:
    """Add each bed's beats of the second after ``until_s``, but of hearts that have a program.

    ``body`` and ``acts`` have what ``drive`` names, ``chance`` ``[N, ahead]`` is standard normal from ``at``
    on, ``state`` is ``[N, STATE]``, ``pull`` ``[N, 6]`` breathing's at the second's nodes. When programmed
    hearts' nodes discharge is left in ``fired`` ``[N, CELLS]``, ``NEVER`` where they do not.
    """
    phases = np.empty(CELLS + 1)
    for bed in range(len(state)):
        own, pulls = state[bed], pull[bed]
        hr = min(max(float(body[HR, bed]), float(own[LOW_BPM])), float(own[HIGH_BPM]))
        node_bpm = float(own[ATRIAL_BPM])
        if node_bpm <= 0.0:
            node_bpm = hr * (float(own[RATIO]) + float(own[RATIO_RISES]) * (hr - float(own[LOW_BPM])))
        node_bpm *= float(own[GOING])
        slow = variability.step(
            own, float(chance[bed, at]), float(chance[bed, at + 1]), float(chance[bed, at + 2])
        )
        spread = variability.spread(float(own[SPREAD_AT_REST]), float(own[REST_BPM]), node_bpm)
        slow *= spread * min(float(own[BREATHING]), 1.0)  # what is more than usual follows the breath
        spread *= float(own[BREATHING])
        hz, programmed = node_bpm / 60.0, float(own[PROGRAM]) > 0.0
        last_hz = hz * (1.0 + min(max(slow, -MOST_SWING), MOST_SWING))
        first_hz, start = float(own[LAST_HZ]), float(own[PHASE])
        if first_hz < 0.0:
            first_hz = last_hz
        swing = min(PEAK_TO_SD * variability.HIGH * spread, MOST_BREATH) * hz * (0.5 / CELLS)
        phases[0], pulled, before = start, 0.0, float(pulls[0])
        for k in range(1, CELLS + 1):
            after = float(pulls[k])
            pulled += before + after
            phases[k] = start + phase.grown(NODES[k], first_hz, last_hz) + swing * pulled
            before = after
        if programmed:
            fired[bed] = NEVER
        end = float(phases[CELLS])
        wholes = math.floor(end)
        for whole in range(1, wholes + 1):
            cell = phase.cell_of(whole, phases)
            within_s = phase.passed(cell, whole, phases)
            if within_s == NOWHERE:
                continue
            time_s = until_s + within_s
            if programmed:
                fired[bed, cell] = time_s
                continue
            place = events.write(times, count, last, bed, time_s)
            interval_s = time_s - float(own[LAST_BEAT_S])
            own[LAST_BEAT_S] = time_s
            pulling = float(pulls[cell])
            _beat(values, place, own, body, acts, bed, interval_s, hr, float(own[KIND]), 1.0, pulling)
        own[LAST_HZ], own[PHASE] = last_hz, end - wholes
        own[HELD_BPM], own[NODE_BPM] = hr, node_bpm


@kernel
def come(  # noqa: PLR0913, PLR0917
    until_s: float,
    bed: int,
    time_s: float,
    kind: float,
    whole: float,
    body: Floats,
    acts: Floats,
    state: Floats,
    pull: Floats,
    times: Floats,
    values: Floats,
    count: Ints,
    last: Floats,
) -> None:
    """Add a beat of a programmed heart in the second after ``until_s``: its kind, and how whole it is.

    Those of a bed come in the order of time.
    """
    own = state[bed]
    place = events.write(times, count, last, bed, time_s)
    interval_s = time_s - float(own[LAST_BEAT_S])
    own[LAST_BEAT_S] = time_s
    cell = min(max(int((time_s - until_s) * CELLS), 0), CELLS)
    pulled = float(pull[bed, cell])
    _beat(values, place, own, body, acts, bed, interval_s, float(own[HELD_BPM]), kind, whole, pulled)
