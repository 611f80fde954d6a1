"""What insults do in a step, one of one patient after the other."""

from typing import Final

from devices.arrays import Floats, Ints
from devices.kernels import kernel
from devices.physiology import combining, lactate
from devices.physiology import fields as f
from devices.physiology import rows as r
from devices.physiology.insults import flat, special
from devices.physiology.insults.entries import (
    DEEP,
    FELT,
    GOAL,
    HELD,
    KIND,
    MOVED,
    OWN_LACTATE,
    PACE,
    PATIENT,
    RELIEF,
    STAGE,
    STOOD,
    STOOD_C,
    STOOD_GLUCOSE,
    TEMPO,
)
from devices.physiology.insults.flat import Flat

LEAST_STAGE: Final = 1e-9
LEAST_MOVE: Final = 1e-12
"""Less is no way: a stage reached is so near to its goal."""
AGAIN: Final = 2.0
"""What ``STOOD`` says from the second step on in which an insult stands."""
MELTS, OUTRUNS = 1, 2
"""Places of ``kinds.RELIEVED``."""
HYPEROXIA: Final = 1
"""A place of ``kinds.SPECIAL``."""
FENTANYL, LACTATE = -1, -2
"""Rows of ``flat.ways`` that are of ``kinds.BESIDE``."""
DEMANDED, DRUGGED, RECOVERED = 1, 2, 4
"""What ``do`` found: a rhythm is demanded, there is fentanyl in somebody, an insult has gone."""


@kernel
def go_on(e: int, each: Floats, relieved: int, dt_s: float, course_s: float, recovers_s: float) -> None:
    """Let the insult ``e`` go on, or go."""
    stage, tempo = float(each[STAGE, e]), float(each[TEMPO, e])
    left = 1.0 - float(each[RELIEF, e])
    # What is relieved also goes on more slowly: an illness's slope falls with its cause (reference 7.23).
    pace = tempo * (1.0 - float(each[HELD, e]))
    if relieved != OUTRUNS:
        pace *= left
    grow, fade = pace * (dt_s / course_s), dt_s / recovers_s
    moved = min(max(float(each[GOAL, e]) - stage, -fade), grow)
    stage += moved
    each[STAGE, e], each[RELIEF, e], each[HELD, e], each[FELT, e] = stage, 0.0, 0.0, stage * left
    each[MOVED, e] = max(moved, 0.0) * left * (60.0 / dt_s)
    # At the worst it runs on, and while it goes it does what it did: only short of it somebody is held.
    stands = abs(moved) < LEAST_MOVE and stage < 1.0
    each[PACE, e] = 0.0 if stands else tempo if moved > 0.0 else 1.0
    each[STOOD, e] = min(float(each[STOOD, e]) + 1.0, AGAIN) if stands else 0.0


@kernel
def hold(e: int, i: int, row: int, s: Floats, a: Floats, each: Floats) -> None:
    """Keep warmth, or sugar, from going home by as much as the insult ``e`` goes on more slowly than usual.

    What flows into slow stores was set by rows that pass at tempo 1. At a slower one as much flows from row
    to row, so in a minute less, and the body's own way home would take the more. What stands keeps its
    patient where they were; treatments come on top.
    """
    heat = row == f.HEAT_W
    now, home, kept, to = (s[r.TEMP, i], s[r.HOME_TEMP, i], STOOD_C, f.HOME_C) if heat else (
        s[r.GLUCOSE, i], s[r.REST_GLUCOSE, i], STOOD_GLUCOSE, f.HOME_GLUCOSE
    )  # fmt: skip
    if float(each[STOOD, e]) < AGAIN:
        each[kept, e] = now
    left = 1.0 if float(each[STAGE, e]) <= 0.0 else float(each[FELT, e]) / float(each[STAGE, e])
    a[to, i] += (1.0 - float(each[PACE, e])) * left * (float(each[kept, e]) - float(home))


@kernel
def made(e: int, usual: float, dt_s: float, each: Floats) -> float:
    """Return the lactate (mmol/L a minute) that the insult ``e`` makes, ``usual`` at tempo 1.

    What there is of its making goes on as it does: while it stands as much is made as the body clears.
    """
    pace, own, stage = float(each[PACE, e]), float(each[OWN_LACTATE, e]), float(each[STAGE, e])
    left = 1.0 if stage <= 0.0 else float(each[FELT, e]) / stage
    cleared = lactate.CLEARED_MIN * own
    each[OWN_LACTATE, e] = own + pace * (usual - cleared) * (dt_s / 60.0)
    return pace * usual + max(1.0 - pace, 0.0) * cleared * left


@kernel
def let_in(e: int, i: int, amount: float, dt_s: float, s: Floats, each: Floats) -> None:
    """Let the insult ``e`` bring fentanyl (µg/min) into patient ``i``, and no more once it goes."""
    goal = float(each[GOAL, e])
    going = goal <= 0.0 or goal < float(each[STAGE, e])
    if not going:
        s[r.LET, i] += amount * (dt_s / 60.0)
    s[r.LET_PACE, i] = 1.0 if going else float(each[PACE, e])


@kernel
def act(e: int, kind: int, i: int, dt_s: float, s: Floats, a: Floats, each: Floats, known: Flat) -> int:
    """Let the insult ``e`` do to patient ``i`` what its stage does; say whether it brings fentanyl."""
    begins, _, modes, stages, amounts, ways, _, _, _, _ = known
    felt, melts = float(each[FELT, e]), modes[flat.HOW_RELIEVED, kind] == MELTS
    at_stage, left = felt, 1.0
    if melts:
        at_stage = float(each[STAGE, e])
        left = felt / max(at_stage, LEAST_STAGE)
        if modes[flat.TIMED, kind]:
            left *= float(each[DEEP, e])
    first, last = int(begins[flat.STAGES, kind]), int(begins[flat.STAGES, kind + 1])
    k = first
    while k < last - 2 and at_stage >= float(stages[k + 1]):
        k += 1
    low = float(stages[k])
    share = (at_stage - low) / (float(stages[k + 1]) - low)
    place, drugged = int(begins[flat.AMOUNTS, kind]), 0
    for w in range(int(begins[flat.WAYS, kind]), int(begins[flat.WAYS, kind + 1])):
        at = float(amounts[place + k - first])
        amount = at + (float(amounts[place + k - first + 1]) - at) * share
        if melts:
            well = float(amounts[place])
            amount = well + (amount - well) * left
        place += last - first
        row, pace = int(ways[flat.ROW, w]), float(each[PACE, e])
        if ways[flat.HURRIED, w]:
            amount = made(e, amount, dt_s, each) if row == LACTATE else amount * pace
            if row >= 0 and pace < 1.0:
                hold(e, i, row, s, a, each)
        if row >= 0:
            a[row, i] = combining.combined(int(ways[flat.HOW, w]), float(a[row, i]), amount)
        elif row == FENTANYL:
            let_in(e, i, amount, dt_s, s, each)
            drugged = DRUGGED
        else:
            s[r.LACTATE, i] += amount * (dt_s / 60.0)
    return drugged


@kernel
def demand(e: int, kind: int, i: int, rhythm: Ints, each: Floats, known: Flat) -> int:
    """Demand of a heart what the insult ``e`` does of it at its stage; say whether it does."""
    begins, _, _, _, _, _, _, _, demanded, least = known
    found = 0
    for d in range(int(begins[flat.DEMANDS, kind]), int(begins[flat.DEMANDS, kind + 1])):
        if float(each[FELT, e]) >= float(least[d]):
            found, code, now = DEMANDED, int(demanded[d]), int(rhythm[i])
            if now == 0 or now > code:
                rhythm[i] = code
    return found


@kernel
def do(
    dt_s: float, s: Floats, a: Floats, rhythm: Ints, whose: Ints, each: Floats, known: Flat
) -> int:  # fmt: skip
    """Let all insults ``each`` ``[KEPT, entries]`` go on and act; return what was found.

    ``s`` ``[ROWS, N]`` is the bodies, ``a`` ``[FIELDS, N]`` and ``rhythm`` ``[N]`` are what acts on them.
    """
    begins, times, modes, _, _, _, flows, shares, _, _ = known
    found = 0
    for e in range(whose.shape[1]):
        kind, i = int(whose[KIND, e]), int(whose[PATIENT, e])
        course_s, recovers_s = float(times[flat.COURSE_S, kind]), float(times[flat.RECOVERS_S, kind])
        go_on(e, each, int(modes[flat.HOW_RELIEVED, kind]), dt_s, course_s, recovers_s)
        found |= act(e, kind, i, dt_s, s, a, each, known)
        a[f.HASTE, i] = max(float(a[f.HASTE, i]), float(each[PACE, e]))
        for w in range(int(begins[flat.FLOWS, kind]), int(begins[flat.FLOWS, kind + 1])):
            a[int(flows[w]), i] += float(shares[w]) * float(each[MOVED, e]) * float(s[r.VOLUME, i])
        found |= demand(e, kind, i, rhythm, each, known)
        if modes[flat.HOW_SPECIAL, kind] == HYPEROXIA:
            special.hyperoxia(e, i, dt_s, s, a, each)
        if each[STAGE, e] <= 0.0 and each[GOAL, e] <= 0.0:
            found |= RECOVERED
    return found
