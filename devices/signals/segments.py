"""Samples from events: each stretch of time reads its own piece of a table at its own pace.

A row of samples is tiled by events, and each event by its parts (P to Q, QRS, ST-T, pause …). Within
a part, the place in the table is a straight line of the sample's number, so the whole ward is two
``repeat`` calls and one table look-up, however many events there are.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from devices.arrays import Floats, Ints, Singles
from devices.signals.events import Window


@dataclass(frozen=True, slots=True)
class Shown:
    """The events that a block of ``samples`` a row shows, flat, bed by bed in time's order.

    ``at`` is their place in ``[N, w]``; an event fills the samples from ``begins`` to ``ends``, where the
    next one begins, which a row's last event does not see (infinity).
    """

    at: Ints
    begins: Floats
    ends: Floats
    samples: int

    def take(self, values: Floats) -> Floats:
        """Return ``values`` ``[N, w]`` of these events."""
        return values.reshape(-1).take(self.at)

    def tile(self, *later: Floats) -> "Tiling":
        """Part the events: the first part begins with the event, the others at ``later``, which rise."""
        cuts = np.empty((self.at.size, len(later) + 2))
        cuts[:, 0], cuts[:, -1] = self.begins, self.ends
        for i, begin in enumerate(later, 1):
            np.minimum(begin, self.ends, out=cuts[:, i])
        np.minimum(np.maximum(cuts, 0.0, out=cuts), self.samples, out=cuts)
        whole = np.ceil(cuts, out=cuts).astype(np.int64)
        return Tiling(whole[:, 1:] - whole[:, :-1], whole[:, -1] - whole[:, 0], self.samples)


def shown(begins: Floats, samples: int) -> Shown:
    """Return which events show, of those that begin at ``begins`` ``[N, w]`` (samples, rising).

    In each row one event must begin at or before the first sample.
    """
    ends = np.empty_like(begins)
    ends[:, :-1] = begins[:, 1:]
    ends[:, -1] = np.inf
    at = ((ends > 0.0) & (begins < samples)).ravel().nonzero()[0]
    return Shown(at, begins.reshape(-1).take(at), ends.reshape(-1).take(at), samples)


@dataclass(frozen=True, slots=True)
class Tiling:
    """How many samples each part ``[events, parts]``, and each event, has."""

    parts: Ints
    events: Ints
    samples: int

    def places(self, anchors: Floats, origins: Floats, slopes: Floats) -> Singles:
        """Return each sample's place in the table, ``[N, samples]``.

        In a part it is ``origins + slopes × (sample − anchors)``, all ``[events, parts]``.
        """
        line = np.empty(slopes.shape, np.complex64)  # slope and base side by side, to be repeated at once
        line.real = slopes
        line.imag = origins - slopes * anchors
        lines = line.reshape(-1).repeat(self.parts.reshape(-1)).reshape(-1, self.samples)
        place: Singles = lines.real * _numbers(self.samples)
        place += lines.imag
        return place

    def spread(self, values: Floats) -> Singles:
        """Return a value per event as a value per sample, ``[N, samples]``."""
        return values.astype(np.float32).repeat(self.events).reshape(-1, self.samples)


@lru_cache(maxsize=16)
def _numbers(samples: int) -> Singles:
    """Return the numbers of a row's samples, to be read only."""
    return np.arange(samples, dtype=np.float32)


def beside(window: Window, name: str) -> Floats:
    """Return a value of the window's events, ``[N, w]``: each bed's side by side."""
    return np.ascontiguousarray(window.value(name).T)
