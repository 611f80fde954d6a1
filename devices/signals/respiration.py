"""Thoracic impedance from breaths: air in, air out, pause."""

from typing import Final

import numpy as np

from devices.arrays import Raw
from devices.signals import shapes
from devices.signals.events import Window
from devices.signals.segments import shown
from vitals.catalogue import WAVEFORMS

KEY: Final = "resp"
HZ: Final = WAVEFORMS[KEY].hz
STEP: Final = WAVEFORMS[KEY].scale
MIDDLE: Final = 0.4
"""What is taken off, so that a breath swings about zero."""
SHORTEST_S: Final = 0.05
_HALF: Final = shapes.BREATH_SIZE / 2
_ORIGINS: Final = np.array([0.0, _HALF, shapes.BREATH_SIZE - 1])
_TABLE: Final = (shapes.breath() / STEP).astype(np.float32)


def draw(window: Window, start_s: float, length_s: int) -> Raw:
    """Return clean raw samples ``[N, HZ × length_s]`` of breaths since ``start_s``."""
    show = shown(np.ascontiguousarray((window.times.T - start_s) * HZ), HZ * length_s)
    breaths = window.place.T.ravel().take(show.at)
    names = ("inspiration", "expiration", "depth")
    breath_in, breath_out, depth = (window.of.stored(name).take(breaths) for name in names)
    begin, inspiration = show.begins, breath_in * HZ
    # A breath in cuts short the breath out before it.
    end = np.minimum(begin + (breath_in + breath_out) * HZ, show.ends)
    expiration = np.maximum(end - begin - inspiration, SHORTEST_S * HZ)
    anchors, slopes = np.empty((begin.size, 3)), np.zeros((begin.size, 3))
    anchors[:, 0] = begin
    anchors[:, 1] = begin + inspiration
    anchors[:, 2] = anchors[:, 1] + expiration
    slopes[:, 0] = _HALF / inspiration
    slopes[:, 1] = (_HALF - 1.0) / expiration
    tiling = show.tile(anchors[:, 1], anchors[:, 2])
    place = tiling.places(anchors, _ORIGINS, slopes)
    wave = _TABLE.take(place.astype(np.intp), mode="clip")
    wave *= tiling.spread(depth)
    wave -= MIDDLE / STEP
    return wave.astype(np.int16)
