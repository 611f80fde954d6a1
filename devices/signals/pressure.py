"""Arterial pressure from beats: a steep rise, the notch where the valve closes, and the run-off.

The shape is one table; each beat is scaled to the body's systolic and diastolic pressure (clinical
reference 8.8: a windkessel gives the shape, an affine map the numbers). For arterial lines.
"""

from typing import Final

import numpy as np

from devices.arrays import Floats, Raw
from devices.signals import shapes
from devices.signals.events import Window
from devices.signals.pleth import following
from devices.signals.segments import beside, shown
from vitals.catalogue import WAVEFORMS

KEY: Final = "abp"
HZ: Final = WAVEFORMS[KEY].hz
STEP: Final = WAVEFORMS[KEY].scale
RADIAL: Final = 0.65
"""The wrist's share of the pulse's way to the finger, in time (*heuristic*)."""
LONGEST_S: Final = 1.6
EJECTION_S: Final = 0.32
"""From foot to notch at 60 /min; times √RR else (*heuristic*)."""
_FULL: Final = shapes.PULSE_SIZE - 1.0
_ORIGINS: Final = np.array([0.0, shapes.VALVE * _FULL, _FULL])
_TABLE: Final = shapes.pressure().astype(np.float32)


def draw(window: Window, start_s: float, length_s: int, sbp_mmhg: Floats, dbp_mmhg: Floats) -> Raw:
    """Return raw samples ``[N, HZ × length_s]`` of beats since ``start_s - LATEST_S``.

    Pressures ``[N]`` are the body's; a weak beat reaches less far above diastolic.
    """
    foot = window.times + RADIAL * window.value("arrival")
    show = shown(np.ascontiguousarray((foot.T - start_s) * HZ), HZ * length_s)
    length = np.maximum(np.minimum(following(foot, show.at) - show.begins / HZ - start_s, LONGEST_S), 0.01)
    ejection = np.minimum(EJECTION_S * show.take(beside(window, "root")), 0.6 * length)
    anchors, slopes = np.empty((length.size, 3)), np.zeros((length.size, 3))
    anchors[:, 0] = show.begins
    anchors[:, 1] = show.begins + ejection * HZ
    anchors[:, 2] = show.begins + length * HZ
    slopes[:, 0] = (shapes.VALVE * _FULL / HZ) / ejection
    slopes[:, 1] = ((1.0 - shapes.VALVE) * _FULL / HZ) / (length - ejection)
    tiling = show.tile(anchors[:, 1], anchors[:, 2])
    wave = _TABLE.take(tiling.places(anchors, _ORIGINS, slopes).astype(np.int32), mode="clip")
    height = window.value("strength") * (sbp_mmhg - dbp_mmhg)
    wave *= tiling.spread(show.take(np.ascontiguousarray(height.T)))
    wave += dbp_mmhg[:, None].astype(np.float32)
    return np.asarray(wave / STEP).astype(np.int16)
