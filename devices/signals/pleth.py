"""The pulse at the finger from beats: each arrives, rises to its peak, and runs off until the next."""

from typing import Final

import numpy as np

from devices.arrays import Floats, Raw
from devices.physiology.bounds import within
from devices.signals import shapes
from devices.signals.events import Window
from devices.signals.segments import shown
from devices.signals.trains import FULL_PULSE_PERCENT
from vitals.catalogue import WAVEFORMS

KEY: Final = "pleth"
HZ: Final = WAVEFORMS[KEY].hz
STEP: Final = WAVEFORMS[KEY].scale
LONGEST_S: Final = 1.5
"""After so long a pulse has run off, whether or not the next one comes (*heuristic*)."""
SYSTOLE_S: Final = 0.30
"""From foot to notch at 60 /min; times √RR else (*heuristic*)."""
_FULL: Final = shapes.PULSE_SIZE - 1.0
_ORIGINS: Final = np.array([0.0, shapes.NOTCH * _FULL, _FULL])
HUMPS: Final = (0.60, 0.50, 0.41, 0.33, 0.25)
"""The second wave's share of the first, from tight vessels to wide ones (reference 8.8)."""
TIGHT_PERCENT, WIDE_PERCENT = 0.6, 5.0
"""The perfusion index of tight vessels, a fifth of the usual (reference 8.8), and of wide (*heuristic*)."""
_TABLE: Final = (np.concatenate([shapes.pulse(hump) for hump in HUMPS]) / STEP).astype(np.float32)
FAINTEST: Final = 0.05
"""A beat weaker than this opens no valve (*heuristic*)."""
REACH_S: Final = 3.0
"""So far back are pulses looked for that still run off behind beats without output."""
LONG_AGO_S: Final = -60.0
_LEVELS: Final = (len(HUMPS) - 1) / np.log(WIDE_PERCENT / TIGHT_PERCENT)


def draw(window: Window, start_s: float, length_s: int, gain: Floats) -> Raw:
    """Return clean raw samples ``[N, HZ × length_s]`` of beats since ``start_s - LATEST_S``.

    ``gain`` ``[N]`` multiplies every pulse.
    """
    faint = bool((window.value("strength") < FAINTEST).any())
    if faint:
        window = window.of.since(start_s - REACH_S)
    foot = window.times + window.value("arrival") - start_s
    feet = (opened(window, foot) if faint else np.ascontiguousarray(foot.T)) * HZ
    show = shown(feet, HZ * length_s)
    beats = window.place.T.ravel().take(show.at)
    root, pulse, strength = (window.of.stored(name).take(beats) for name in ("root", "pulse", "strength"))
    length = np.maximum(np.minimum((show.ends - show.begins) / HZ, LONGEST_S), 0.01)
    systole = np.minimum(SYSTOLE_S * root, 0.6 * length)
    anchors, slopes = np.empty((length.size, 3)), np.zeros((length.size, 3))
    anchors[:, 0] = show.begins
    anchors[:, 1] = show.begins + systole * HZ
    anchors[:, 2] = show.begins + length * HZ
    slopes[:, 0] = (shapes.NOTCH * _FULL / HZ) / systole
    slopes[:, 1] = ((1.0 - shapes.NOTCH) * _FULL / HZ) / (length - systole)
    tiling = show.tile(anchors[:, 1], anchors[:, 2])
    height = pulse * gain.take(show.at // feet.shape[1])
    level = _level(height / np.maximum(strength, FAINTEST))
    place = tiling.places(anchors, _ORIGINS + level[:, None] * shapes.PULSE_SIZE, slopes)
    wave = _TABLE.take(place.astype(np.intp), mode="clip")
    wave *= tiling.spread(height)
    return wave.astype(np.int16)


def _level(height: Floats) -> Floats:
    """Return the table for pulses that a full beat would draw so high: vessels are as tight as it is low."""
    percent = np.maximum(height, 1e-6) * FULL_PULSE_PERCENT
    return np.asarray(np.rint(within(np.log(percent / TIGHT_PERCENT) * _LEVELS, 0.0, len(HUMPS) - 1.0)))


def opened(window: Window, foot: Floats) -> Floats:
    """Return when pulses begin, ``[N, w]``, of their feet ``[w, N]`` (s since the block's start).

    A beat that opens no valve takes no time: the pulse before it runs off.
    """
    strong = window.value("strength") >= FAINTEST
    if strong.all():
        return np.ascontiguousarray(foot.T)
    foot = np.where(strong, foot, np.inf).T
    foot[:, 0] = np.where(strong[0], foot[:, 0], LONG_AGO_S)
    return np.ascontiguousarray(np.minimum.accumulate(foot[:, ::-1], axis=1)[:, ::-1])
