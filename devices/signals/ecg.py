"""ECG lead II from beats: P to Q paced by the rate, QRS at its own width, ST and T for QT = 0.39 √RR.

A beat without a P wave, or from a ventricle, has a table and a QRS width of its own.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from devices.arrays import Anything, Floats, Ints, Raw, Singles
from devices.signals import shapes
from devices.signals.events import Window
from devices.signals.segments import beside, shown
from vitals.catalogue import WAVEFORMS

KEY: Final = "ecg_ii"
HZ: Final = WAVEFORMS[KEY].hz
MV: Final = WAVEFORMS[KEY].scale
_ENTRY: Final = shapes.ECG_HZ / HZ
_R: Final = shapes.BEFORE_S * shapes.ECG_HZ + 0.5  # look-ups truncate: the half rounds them
_Q: Final = np.array([shapes.Q_S, shapes.Q_S, shapes.WIDE_Q_S]) * HZ
_J: Final = np.array([shapes.J_S, shapes.J_S, shapes.WIDE_J_S]) * HZ
_P: Final = np.array([shapes.BEFORE_S - shapes.Q_S, 0.0, 0.0]) * HZ
_T: Final = shapes.AFTER_S * HZ - _J
"""Samples, by kind of beat: from Q to R, from R to J, from P to Q and from J to the end of T."""
LEAST_P: Final = 0.25
"""To this share a P wave is squeezed when it would begin on the T wave before it (*heuristic*)."""
SEEN_T: Final = 0.8
"""Share of ST and T after which the T wave has gone."""
_KINDS: Final = 3


class Bank:
    """Every bed's own beats of each kind, in raw steps, ``[N, kinds, entries]``."""

    def __init__(self, rngs: Sequence[np.random.Generator]) -> None:
        people = [shapes.draw(g) for g in rngs]
        beats = [[shapes.ecg(bumps) for bumps in (e.bumps(), e.bumps()[2:], e.wide())] for e in people]
        self._entries = np.rint(np.array(beats) / MV).astype(np.int16).reshape(-1)

    def draw(self, window: Window, start_s: float, length_s: int) -> Raw:
        """Return clean raw samples ``[N, HZ × length_s]`` from ``start_s`` on, of its beats."""
        r = (np.ascontiguousarray(window.times.T) - start_s) * HZ
        kind = beside(window, "kind").astype(np.int64)
        place, base = _places(r, beside(window, "root"), kind, HZ * length_s)
        index = place.astype(np.int32)
        index += base
        return np.asarray(self._entries.take(index))


def _places(r: Floats, root: Floats, kind: Ints, samples: int) -> tuple[Singles, Anything]:
    """Return (places in a beat's table, where that table begins) for beats at sample ``r`` ``[N, w]``."""
    width = r.shape[1]
    q, j = _Q[kind], _J[kind]
    measured = j + _T[kind] * shapes.t_stretch(root)
    p = _P[kind] * np.minimum(root, 1.0)
    seen_t = r + j + SEEN_T * (measured - j)
    room = np.maximum((r - q)[:, 1:] - seen_t[:, :-1], LEAST_P * p[:, 1:])
    np.minimum(p[:, 1:], room, out=p[:, 1:])
    begins = r - q - p
    # A beat begins at the earliest when the QRS before it ends, and cuts off its T wave.
    np.maximum(begins[:, 1:], (r + j)[:, :-1], out=begins[:, 1:])
    show = shown(begins, samples)
    r, p, measured = show.take(r), show.take(p), show.take(measured)
    q, j, kind = show.take(q), show.take(j), kind.reshape(-1).take(show.at)
    anchors, slopes, origins = np.empty((r.size, 4)), np.zeros((r.size, 4)), np.empty((r.size, 4))
    anchors[:, 0] = r - q - p
    anchors[:, 1] = r - q
    anchors[:, 2] = r + j
    anchors[:, 3] = r + measured
    slopes[:, 0] = _P[kind] * _ENTRY / np.maximum(p, 1e-9)
    slopes[:, 1] = _ENTRY
    slopes[:, 2] = _T[kind] * _ENTRY / (measured - j)
    origins[:, 0] = 0.5
    origins[:, 1] = _R - q * _ENTRY
    origins[:, 2] = _R + j * _ENTRY
    origins[:, 3] = shapes.ECG_SIZE - 1
    tiling = show.tile(anchors[:, 1], anchors[:, 2], anchors[:, 3])
    table = (show.at // width * _KINDS + kind) * shapes.ECG_SIZE
    base = np.repeat(table.astype(np.int32), tiling.events).reshape(-1, samples)
    return tiling.places(anchors, origins, slopes), base
