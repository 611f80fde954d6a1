"""What a detector makes of a train: the true events, less those lost, plus those artefact adds.

Each bed's detector keeps a row of numbers: which event of the train comes next and when, which of those it
saw are in its average, and since when; so a second in which nothing happens touches neither train nor ring.
"""

from dataclasses import dataclass
from math import floor, inf
from typing import Final, TypeAlias

import numpy as np

from devices.arrays import Floats, Ints
from devices.kernels import kernel
from devices.signals import events
from devices.signals.events import NEVER, Events

MOST_FALSE: Final = 4
"""At most so many false events a second (240 /min)."""
FALSE_HEIGHT: Final = 0.5
"""How high a false event looks, where a full pulse is 1 (*heuristic*)."""
ROOM: Final = 4
"""So many events a second are remembered, rounded up to a power of two, which makes 8 over 8 s: beats at
300 /min with the false ones of shivering, or the false ones of movement."""
WHEN, HIGH = range(2)
"""What is kept of an event that was seen."""
How: TypeAlias = tuple[float, float, float, float]
"""An ``Eye``'s window, apnoea, share (0: without heights) and least height."""
Sight: TypeAlias = tuple[How, tuple[int, int], Floats, Ints, Floats, Floats, Floats]
"""All that a kernel needs of a detector: how it sees; which rows of the train's values are delay and height;
the train's times ``[size, N]``, counts ``[N]`` and values ``[names, size*N]``, size being a power of two; and
of the detector itself ``own`` ``[N, 8]``, what it keeps of each bed, and ``seen`` ``[2, N, room]``, when the
last events were and how high they looked, room being a power of two."""
WHOM, NEXT, NEXT_S, FIRST, END, FIRST_S, LAST_S, HEIGHT = range(8)
"""What a detector keeps of a bed: whose train it watches; the number of the train's first event that is still
to come, and how early that may be (s); the numbers of the first of its own events in the average, and of its
next; when the first and the last were (s); and their mean height."""
NOBODYS: Final = -1.0
"""Whose train it is before any is watched."""
NONE: Final = -1
"""The row of a value that is not looked at."""


@dataclass(frozen=True, slots=True)
class Eye:
    """How a detector sees a train.

    ``late`` names what of an event is its delay, ``height`` its height; without, it is seen at once, and
    is as high as all. ``share`` of the height reaches the sensor, and no more than ``least`` is not seen.
    After a silence of ``apnoea_s`` the rate is 0.
    """

    window_s: float
    late: str = ""
    height: str = ""
    share: float = 1.0
    least: float = 0.0
    apnoea_s: float = inf


class Detector:
    """The events a device saw on ``n`` beds, averaged over the last ``window_s`` whole seconds."""

    def __init__(self, n: int, eye: Eye) -> None:
        self._eye = eye
        self._seen: Floats = np.zeros((2, n, 1 << int(ROOM * eye.window_s).bit_length()))
        self._seen[WHEN] = NEVER
        self._own: Floats = np.zeros((n, HEIGHT + 1))
        self._own[:, FIRST_S], self._own[:, LAST_S] = inf, NEVER
        self._train: Events | None = None
        self._sight: Sight

    def of(self, train: Events) -> Sight:
        """Return the detector for kernels, watching this train from now on."""
        if train is not self._train:
            eye, names = self._eye, train.names
            how = eye.window_s, eye.apnoea_s, eye.share if eye.height else 0.0, eye.least
            rows = names.get(eye.late, NONE), names.get(eye.height, NONE)
            self._train = train
            self._sight = how, rows, train.times, train.count, train.values, self._own, self._seen
            self._own[:, WHOM] = NOBODYS
        return self._sight


@kernel
def first_after(times: Floats, bed: int, end: int, oldest_s: float) -> int:
    """Return the number of the first event after ``oldest_s`` in a bed's ring, ``end`` if there is none.

    ``end`` is the number of its next event.
    """
    mask = times.shape[0] - 1
    number, least = end, end - mask
    while number > least and float(times[(number - 1) & mask, bed]) > oldest_s:
        number -= 1
    return number


@kernel
def fool(times: Floats, heights: Floats, begun: int, end: int, now_s: int, hz: float) -> int:
    """Write false events where the rhythm's phase, 0 at the start, is whole: as ``render`` swings.

    ``times`` and ``heights`` ``[size]`` are a bed's, whose events from number ``begun`` to ``end`` are this
    second's; with the false ones, which are counted, they are put in the order of time.
    """
    mask = times.size - 1
    whole = floor(hz * (now_s - 1.0))
    for k in range(1, MOST_FALSE + 1):
        time, height = (whole + k) / hz, FALSE_HEIGHT
        if time <= now_s:
            j = end
            while j > begun and float(times[(j - 1) & mask]) > time:
                times[j & mask] = times[(j - 1) & mask]
                heights[j & mask] = heights[(j - 1) & mask]
                j -= 1
            times[j & mask] = time
            heights[j & mask] = height
            end += 1
    return end


@kernel
def mean_height(heights: Floats, first: int, end: int) -> float:
    """Return the mean height of a bed's events from number ``first`` to ``end``."""
    mask, total = heights.size - 1, 0.0
    for k in range(first, end):
        total += float(heights[k & mask])
    return total / max(end - first, 1)


@kernel
def look(now_s: int, sight: Sight, w: int, gain: float, own: Floats, end: int, when: Floats, i: int) -> int:
    """Add to bed ``i`` from number ``end`` on what is new in the train of ``w``; return its next number.

    That is what is seen in the second to ``now_s``, ``when`` ``[room]`` and, if that is looked at, how high.
    """
    (_, _, share, least), (late, height), times, count, values, _, seen = sight
    ring, n, mask, began_s = times.shape[0] - 1, times.shape[1], when.size - 1, now_s - 1.0
    newest, coming, coming_s = int(count[w]), NONE, NEVER
    for event in range(max(int(own[NEXT]), newest - ring), newest):
        begins_s = time_s = float(times[event & ring, w])
        if begins_s > now_s:
            if coming < 0:
                coming, coming_s = event, begins_s
            break
        place = (event & ring) * n + w
        if late >= 0:
            time_s += float(values[late, place])
            if time_s > now_s:
                if coming < 0:
                    coming, coming_s = event, begins_s
                continue
        if time_s > began_s:
            tall = float(values[height, place]) * share * gain if share > 0.0 else gain
            if tall > least:
                when[end & mask] = time_s
                if share > 0.0:
                    seen[HIGH, i, end & mask] = tall
                end += 1
    own[NEXT], own[NEXT_S] = newest if coming < 0 else coming, coming_s
    return end


@kernel
def see(now_s: int, sight: Sight, whom: int, gain: float, false_hz: float, i: int) -> float:
    """Let the detector of bed ``i`` see the second to ``now_s`` of a patient; return the rate per minute.

    ``gain`` is what of heights reaches the sensor, 0 is no event at all; ``false_hz`` how often artefact is
    taken for an event. Height and silence are in what the detector keeps.
    """
    (window_s, apnoea_s, share, _), own = sight[0], sight[5][i]
    if float(own[WHOM]) != whom:
        own[WHOM], own[NEXT], own[NEXT_S] = whom, 0.0, NEVER
    first, first_s, last_s = int(own[FIRST]), float(own[FIRST_S]), float(own[LAST_S])
    begun = end = int(own[END])
    comes = gain > 0.0 and float(own[NEXT_S]) <= now_s
    if comes or first_s <= now_s - window_s or false_hz > 0.0:
        seen = sight[6]
        when = seen[WHEN, i]
        if comes:
            end = look(now_s, sight, whom, gain, own, end, when, i)
        if false_hz > 0.0:
            end = fool(when, seen[HIGH, i], begun, end, now_s, false_hz)
        if end > begun or first_s <= now_s - window_s:
            mask = when.size - 1
            first, first_s = max(first, end - mask), inf
            while first < end:
                first_s = float(when[first & mask])
                if first_s > now_s - window_s:
                    break
                first_s = inf
                first += 1
            last_s = float(when[(end - 1) & mask])
            own[FIRST], own[END], own[FIRST_S], own[LAST_S] = first, end, first_s, last_s
            if share > 0.0:
                own[HEIGHT] = mean_height(seen[HIGH, i], first, end)
    if now_s - last_s > apnoea_s:
        return 0.0
    return events.mean_rate(first_s, last_s, end - first, now_s)
