"""What a detector makes of a train: the true events, less those lost, plus those artefact adds."""

from dataclasses import dataclass
from math import floor, inf
from typing import Final

import numpy as np

from devices.arrays import Floats, Ints
from devices.kernels import kernel
from devices.signals import events
from devices.signals.events import NEVER, Events
from devices.signals.trains import LATEST_S

MOST_FALSE: Final = 4
"""At most so many false events a second (240 /min)."""
FALSE_HEIGHT: Final = 0.5
"""How high a false event looks, where a full pulse is 1 (*heuristic*)."""
ROOM: Final = 12
"""At least so many events a second are remembered: beats at 300 /min, false ones, and some."""
RATE, HEIGHT, SILENCE = range(3)
"""Rows of what a detector says: rate per minute, mean height, how long nothing was seen (s)."""


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
        self._how = (eye.window_s, float(bool(eye.late)), eye.share if eye.height else 0.0, eye.least)
        size = 1 << int(ROOM * eye.window_s).bit_length()
        self._times: Floats = np.full((n, size), NEVER)
        self._heights: Floats = np.zeros((n, size))
        self._number: Ints = np.zeros((2, n), np.int64)
        """How many events have left the average, and how many there were."""
        self._all, self._none = np.ones(n), np.zeros(n)

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
        out = np.empty((3, whom.size))
        any_value = next(iter(train.names))
        watch(
            now_s,
            self._how,
            self._eye.apnoea_s,
            train.times,
            train.count,
            train.stored(self._eye.late or any_value),
            train.stored(self._eye.height or any_value),
            whom,
            self._all if kept is None else kept,
            self._none if false_hz is None else false_hz,
            self._times,
            self._heights,
            self._number,
            out,
        )
        return out


@kernel
def newer(times: Floats, bed: int, at: int, oldest_s: float) -> int:
    """Return how many events of a bed's ring, whose next goes to place ``at``, lie after ``oldest_s``."""
    size, number = times.shape[0], 0
    while number < size and float(times[at - 1, bed]) > oldest_s:
        at = at - 1 if at > 0 else size - 1
        number += 1
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
def watch(  # noqa: PLR0913, PLR0917 -- arrays
    now_s: int,
    how: tuple[float, float, float, float],
    apnoea_s: float,
    train_s: Floats,
    count: Ints,
    late_s: Floats,
    height: Floats,
    whom: Ints,
    kept: Floats,
    false_hz: Floats,
    times: Floats,
    heights: Floats,
    number: Ints,
    out: Floats,
) -> None:
    """Let every bed's detector see the second to ``now_s``; write what it says into ``out`` ``[3, N]``.

    ``how`` is an ``Eye``'s window, whether it sees late, share (0: without heights) and least height.
    ``train_s`` ``[size, N]``, ``count`` ``[N]``, ``late_s`` and ``height`` (flat) are a train's. ``times``
    and ``heights`` ``[N, size]``, a power of two, and ``number`` ``[2, N]`` are the detectors' own.
    """
    window_s, late, share, least = how
    size, beds, mask = train_s.shape[0], train_s.shape[1], times.shape[1] - 1
    oldest_s, began_s = now_s - 1.0 - LATEST_S, now_s - 1.0
    for i in range(whom.size):
        w = int(whom[i])
        at = int(count[w]) % size
        new = newer(train_s, w, at, oldest_s)
        at = at - new if at >= new else at - new + size
        gain, begun = float(kept[i]), int(number[1, i])
        end = begun
        for _ in range(new if gain > 0.0 else 0):
            time = float(train_s[at, w])
            if late > 0.0:
                time += float(late_s[at * beds + w])
            if began_s < time <= now_s:
                high = float(height[at * beds + w]) * share * gain if share > 0.0 else gain
                if high > least:
                    times[i, end & mask] = time
                    heights[i, end & mask] = high
                    end += 1
            at = at + 1 if at + 1 < size else 0
        if float(false_hz[i]) > 0.0:
            end = fool(times[i], heights[i], begun, end, now_s, float(false_hz[i]))
        first = max(int(number[0, i]), end - mask)
        while first < end and float(times[i, first & mask]) <= now_s - window_s:
            first += 1
        number[0, i], number[1, i] = first, end
        last_s, total = float(times[i, (end - 1) & mask]), 0.0
        if share > 0.0:
            for k in range(first, end):
                total += float(heights[i, k & mask])
        rate = events.mean_rate(float(times[i, first & mask]), last_s, end - first, now_s)
        out[RATE, i] = rate if now_s - last_s <= apnoea_s else 0.0
        out[HEIGHT, i] = total / max(end - first, 1)
        out[SILENCE, i] = now_s - last_s
