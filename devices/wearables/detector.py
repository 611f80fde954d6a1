"""What a detector makes of a train: the true events, less those lost, plus those artefact adds."""

from dataclasses import dataclass
from math import floor, inf
from typing import Final

import numpy as np

from devices.arrays import Bools, Floats, Ints
from devices.kernels import kernel
from devices.signals import events
from devices.signals.events import NEVER, Events
from devices.signals.trains import LATEST_S

MOST_FALSE: Final = 4
"""At most so many false events a second (240 /min)."""
FALSE_HEIGHT: Final = 0.5
"""How high a false event looks, where a full pulse is 1 (*heuristic*)."""
ROOM: Final = 4
"""So many events a second are remembered, rounded up to a power of two, which makes 8 over 8 s: beats at
300 /min with the false ones of shivering, or the false ones of movement."""
WHEN, HIGH = range(2)
"""What is kept of an event that was seen."""
RATE, HEIGHT, SILENCE = range(3)
"""Rows of what a detector says: rate per minute, mean height, how long nothing was seen (s)."""
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

    def __init__(self, n: int, eye: Eye, on: Bools | None = None) -> None:
        self._eye = eye
        self._on = np.ones(n, bool) if on is None else on
        """Which beds there is a detector on; of the others it says 0."""
        self._how = (eye.window_s, eye.apnoea_s, eye.share if eye.height else 0.0, eye.least)
        size = 1 << int(ROOM * eye.window_s).bit_length()
        self._seen: Floats = np.zeros((2, n, size))
        self._seen[WHEN] = NEVER
        self._number: Ints = np.zeros((2, n), np.int64)
        """How many events have left the average, and how many there were."""
        self._all, self._none = np.ones(n), np.zeros(n)
        self._train: Events | None = None
        self._rows = NONE, NONE
        """Where the train that is watched has delays and heights."""

    def watch(
        self,
        train: Events,
        now_s: int,
        whom: Ints,
        kept: Floats | None = None,
        false_hz: Floats | None = None,
    ) -> Floats:
        """See the second to ``now_s`` of the patients ``whom`` ``[N]``; return what is seen, ``[3, N]``.

        ``kept`` ``[N]`` is what of each bed's heights reaches the sensor, ``None``: all; 0 is no event at
        all. ``false_hz`` ``[N]`` is how often artefact looks like an event.
        """
        if train is not self._train:
            self._train, names = train, train.names
            self._rows = names.get(self._eye.late, NONE), names.get(self._eye.height, NONE)
        late, height = self._rows
        out = np.zeros((3, whom.size))
        watch(
            now_s,
            self._on,
            self._how,
            late,
            height,
            train.times,
            train.count,
            train.values,
            whom,
            self._all if kept is None else kept,
            self._none if false_hz is None else false_hz,
            self._seen,
            self._number,
            out,
        )
        return out


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
def watch(  # noqa: PLR0913, PLR0917 -- arrays
    now_s: int,
    on: Bools,
    how: tuple[float, float, float, float],
    late: int,
    height: int,
    train_s: Floats,
    count: Ints,
    values: Floats,
    whom: Ints,
    kept: Floats,
    false_hz: Floats,
    seen: Floats,
    number: Ints,
    out: Floats,
) -> None:
    """Let the detectors ``on`` beds see the second to ``now_s``; write what they say into ``out`` ``[3, N]``.

    ``how`` is an ``Eye``'s window, apnoea, share (0: without heights) and least height. ``train_s``
    ``[size, N]``, a power of two, ``count`` ``[N]`` and ``values`` ``[names, size*N]``, of which ``late``
    and ``height`` are rows, are a train's. ``seen`` ``[2, N, size]``, a power of two, and ``number``
    ``[2, N]`` are the detectors' own.
    """
    window_s, apnoea_s, share, least = how
    ring, beds, mask = train_s.shape[0] - 1, train_s.shape[1], seen.shape[2] - 1
    began_s = now_s - 1.0
    oldest_s = began_s - LATEST_S if late >= 0 else began_s
    for i in range(whom.size):
        if not on[i]:
            continue
        times, heights = seen[WHEN, i], seen[HIGH, i]
        w = int(whom[i])
        gain, begun, newest = float(kept[i]), int(number[1, i]), int(count[w])
        end = begun
        for event in range(first_after(train_s, w, newest, oldest_s) if gain > 0.0 else newest, newest):
            time = float(train_s[event & ring, w])
            if time > now_s:
                break
            at = (event & ring) * beds + w
            if late >= 0:
                time += float(values[late, at])
            if began_s < time <= now_s:
                high = float(values[height, at]) * share * gain if share > 0.0 else gain
                if high > least:
                    times[end & mask] = time
                    heights[end & mask] = high
                    end += 1
        if float(false_hz[i]) > 0.0:
            end = fool(times, heights, begun, end, now_s, float(false_hz[i]))
        first = max(int(number[0, i]), end - mask)
        while first < end and float(times[first & mask]) <= now_s - window_s:
            first += 1
        number[0, i], number[1, i] = first, end
        last_s = float(times[(end - 1) & mask])
        rate = events.mean_rate(float(times[first & mask]), last_s, end - first, now_s)
        out[RATE, i] = rate if now_s - last_s <= apnoea_s else 0.0
        out[HEIGHT, i] = mean_height(heights, first, end) if share > 0.0 else 0.0
        out[SILENCE, i] = now_s - last_s
