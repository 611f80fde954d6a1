"""A second of all hearts that do not simply beat.

A program is woken when it has slept, or when the sinus node discharges if it waits for that; those of one
heart in the order of time.
"""

from typing import Final

from devices.arrays import Floats, Ints
from devices.kernels import kernel
from devices.signals import beats, marks
from devices.signals.events import NEVER
from devices.signals.phase import CELLS
from devices.signals.rhythms import conduction, ectopy, fibrillation, pacing, programs
from devices.signals.rhythms import heart as h
from devices.signals.rhythms.programs import ASLEEP, SLEEPS_S, WHICH

LEAST_S: Final = 0.01
"""Nobody sleeps less."""


@kernel
def wake(heart: Floats, own: Floats, now_s: float) -> float:
    """Wake a program; return until when it sleeps."""
    which = int(own[WHICH])
    if which < programs.FIBRILLATING:
        return conduction.wake(which, heart, own, now_s)
    if which < programs.ESCAPE:
        return fibrillation.wake(which, heart, own, now_s)
    if which < programs.PACING_ATRIA:
        return ectopy.wake(which, heart, own, now_s)
    return pacing.wake(which, heart, own, now_s)


@kernel
def live(heart: Floats, one: Floats, other: Floats, until_s: float) -> None:
    """Let a heart's two programs live until then, that included."""
    while True:
        own = one if one[SLEEPS_S] <= other[SLEEPS_S] else other
        now_s = own[SLEEPS_S]
        if now_s > until_s:
            return
        own[SLEEPS_S] = max(wake(heart, own, now_s), now_s + LEAST_S)


@kernel
def discharge(heart: Floats, one: Floats, other: Floats, alone_s: float) -> float:
    """Let the sinus node, which would by itself at ``alone_s``, wake whoever waits for it; return when."""
    now_s = h.discharged(heart, alone_s)
    if now_s > NEVER:
        if one[SLEEPS_S] == ASLEEP:
            one[SLEEPS_S] = now_s
        if other[SLEEPS_S] == ASLEEP:
            other[SLEEPS_S] = now_s
    return now_s


@kernel
def mark(
    heart: Floats, bed: int, waves: Floats, waves_known: Ints, spikes: Floats, spikes_known: Ints
) -> None:
    """Mark waves and spikes that a heart has told."""
    for i in range(int(heart[h.WAVES])):
        place = h.WAVE + 2 * i
        marks.note(waves, waves_known, heart[place], bed, heart[place + 1])
    for i in range(int(heart[h.SPIKES])):
        marks.note(spikes, spikes_known, heart[h.SPIKE + i], bed, 0.0)
    heart[h.WAVES] = heart[h.SPIKES] = 0.0


@kernel
def forget(heart: Floats, came: int) -> None:
    """Let a heart forget the first of the beats to come."""
    left = int(heart[h.COMING]) - came
    for i in range(h.BEAT, h.BEAT + 3 * left):
        heart[i] = heart[i + 3 * came]
    heart[h.COMING] = left


@kernel
def second(  # noqa: PLR0913, PLR0917 -- trains' arrays, and what drives them
    until_s: float,
    going: Ints,
    hearts: Floats,
    owns: Floats,
    fired: Floats,
    state: Floats,
    pull: Floats,
    body: Floats,
    acts: Floats,
    waves: Floats,
    waves_known: Ints,
    spikes: Floats,
    spikes_known: Ints,
    times: Floats,
    values: Floats,
    count: Ints,
    last: Floats,
) -> bool:
    """Let the second after ``until_s`` pass for hearts ``going``; say whether one is short of chances.

    ``hearts`` are rows as ``heart`` says, ``owns`` two rows of each as ``programs`` says. Nodes discharge at
    ``fired`` ``[N, CELLS]``; the rest is what ``beats.second`` takes, and what ``Marks`` know.
    """
    end_s, short = until_s + 1.0, False
    for i in range(len(going)):
        row = int(going[i])
        heart, one, other = hearts[row], owns[2 * row], owns[2 * row + 1]
        bed = int(heart[h.BED])
        cells = fired[bed]
        h.want(heart, float(state[bed, beats.HELD_BPM]), float(state[bed, beats.NODE_BPM]))
        heeds = one[SLEEPS_S] == ASLEEP or other[SLEEPS_S] == ASLEEP
        for cell in range(0 if heeds else CELLS, CELLS + 1):
            now_s = float(cells[cell]) if cell < CELLS else end_s
            if cell < CELLS and now_s != NEVER:
                now_s = discharge(heart, one, other, now_s)
            if now_s != NEVER:
                live(heart, one, other, now_s)
        while heart[h.FIRES_S] < end_s:
            h.spike(heart, heart[h.FIRES_S])
            heart[h.FIRES_S] += pacing.UNCAPTURED_S
        came = 0
        while came < heart[h.COMING] and heart[h.BEAT + 3 * came] < end_s:
            at = h.BEAT + 3 * came
            time_s, kind, whole = heart[at], heart[at + 1], heart[at + 2]
            beats.come(until_s, bed, time_s, kind, whole, body, acts, state, pull, times, values, count, last)
            came += 1
        if came > 0:
            forget(heart, came)
        mark(heart, bed, waves, waves_known, spikes, spikes_known)
        short = short or max(heart[h.NORMALS_USED], heart[h.EVENS_USED]) > h.AHEAD - h.SPARE
    return short
