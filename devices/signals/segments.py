"""Samples from events: each stretch of time reads its own piece of a table at its own pace.

A row of samples is tiled by segments (P to Q, QRS, ST-T, pause …). Within one, the place in the
table is a straight line of the sample's number, so the whole ward is two ``repeat`` calls and one
table look-up, however many events there are.
"""

import numpy as np

from devices.arrays import Anything, Floats, Ints, Singles


def lengths(starts: Floats, samples: int) -> Ints:
    """Return how many of ``samples`` fall into each segment ``[N * S]``.

    ``starts`` ``[N, S]`` is in samples from the block's begin and does not fall along a row; the
    first segment takes what is before it too.
    """
    n, s = starts.shape
    cuts = np.empty((n, s + 1), np.int64)
    np.copyto(cuts[:, :s], np.ceil(np.clip(starts, 0, samples)), casting="unsafe")
    cuts[:, 0] = 0
    cuts[:, s] = samples
    return np.diff(cuts, axis=1).ravel()


def places(origins: Floats, slopes: Floats, anchors: Floats, counts: Ints, samples: int) -> Singles:
    """Return each sample's place in the table, ``[N, samples]``.

    In segment s it is ``origins + slopes × (sample − anchors)``; all are ``[N, S]``.
    """
    used = counts > 0
    counts = counts[used]
    slope = slopes.ravel()[used]
    base = (origins.ravel()[used] - slope * anchors.ravel()[used]).astype(np.float32)
    place = np.repeat(slope.astype(np.float32), counts).reshape(-1, samples)
    place *= np.arange(samples, dtype=np.float32)
    place += np.repeat(base, counts).reshape(-1, samples)
    return place


def spread(values: Floats, counts: Ints, samples: int) -> Singles:
    """Return a value per segment ``[N, S]`` as a value per sample ``[N, samples]``."""
    used = counts > 0
    return np.repeat(values.ravel()[used].astype(np.float32), counts[used]).reshape(-1, samples)


def look_up(table: Anything, place: Singles) -> Anything:
    """Return the nearest entries of ``table`` at ``place``; outside, its ends."""
    return table.take(place.astype(np.int32), mode="clip")
