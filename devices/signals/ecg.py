"""ECG lead II from beats: P to Q paced by the rate, QRS at its own width, ST and T for QT = 0.39 √RR."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from devices.arrays import Floats, Raw, Singles
from devices.signals import shapes
from devices.signals.events import Window
from devices.signals.segments import beside, shown
from vitals.catalogue import WAVEFORMS

KEY: Final = "ecg_ii"
HZ: Final = WAVEFORMS[KEY].hz
MV: Final = WAVEFORMS[KEY].scale
_ENTRY: Final = shapes.ECG_HZ / HZ
_R: Final = shapes.BEFORE_S * shapes.ECG_HZ + 0.5  # look-ups truncate: the half rounds them
_Q, _J = shapes.Q_S * HZ, shapes.J_S * HZ
_P_LENGTH, _T_LENGTH = (shapes.BEFORE_S - shapes.Q_S) * HZ, (shapes.AFTER_S - shapes.J_S) * HZ
_ORIGINS: Final = np.array([0.5, _R - _Q * _ENTRY, _R + _J * _ENTRY, shapes.ECG_SIZE - 1])


class Bank:
    """Every bed's own beat, in raw steps, ``[N, entries]``."""

    def __init__(self, rngs: Sequence[np.random.Generator]) -> None:
        beats = [np.rint(shapes.ecg(shapes.draw(g).bumps()) / MV) for g in rngs]
        self._entries = np.stack(beats).astype(np.int16)
        self._rows = (np.arange(len(beats)) * shapes.ECG_SIZE).astype(np.int32)[:, None]

    def draw(self, window: Window, start_s: float, length_s: int) -> Raw:
        """Return clean raw samples ``[N, HZ × length_s]`` from ``start_s`` on, of its beats."""
        r = np.ascontiguousarray(window.times.T)
        place = _places((r - start_s) * HZ, beside(window, "root"), HZ * length_s)
        index = place.astype(np.int32)
        index += self._rows
        return np.asarray(self._entries.reshape(-1).take(index))


def _places(r: Floats, root: Floats, samples: int) -> Singles:
    """Return places in the beat's table for beats at sample ``r`` ``[N, w]``."""
    begins = r - _Q - _P_LENGTH * np.minimum(root, 1.0)
    # A beat begins at the earliest when the QRS before it ends, and cuts off its T wave.
    np.maximum(begins[:, 1:], r[:, :-1] + _J, out=begins[:, 1:])
    show = shown(begins, samples)
    r, root = show.take(r), show.take(root)
    stretch, fast = shapes.t_stretch(root), np.minimum(root, 1.0)
    anchors, slopes = np.empty((r.size, 4)), np.zeros((r.size, 4))
    anchors[:, 0] = r - _Q - _P_LENGTH * fast
    anchors[:, 1] = r - _Q
    anchors[:, 2] = r + _J
    anchors[:, 3] = anchors[:, 2] + _T_LENGTH * stretch
    slopes[:, 0] = _ENTRY / fast
    slopes[:, 1] = _ENTRY
    slopes[:, 2] = _ENTRY / stretch
    tiling = show.tile(anchors[:, 1], anchors[:, 2], anchors[:, 3])
    return tiling.places(anchors, _ORIGINS, slopes)
