"""The capnogram: CO2 at the mouth over time, from breaths.

Inspiration washes it away, expiration brings dead-space gas (phase I), a steep rise (II) and the
plateau (III) that ends at the end-tidal value: the forms of the clinical reference 8.7. An obstructed
airway empties unevenly, so the rise slants into a shark's fin; what is breathed in again lifts the
baseline. After expiration the plateau stays at the sensor for a moment, and without a breath it fades.
"""

from typing import Final

import numpy as np

from devices.arrays import Anything, Floats, Raw, Singles
from devices.signals.events import Window
from devices.signals.segments import beside, shown
from vitals.catalogue import WAVEFORMS

KEY: Final = "capno"
HZ: Final = WAVEFORMS[KEY].hz
STEP: Final = WAVEFORMS[KEY].scale
BEFORE_S: Final = 1.0
"""So much earlier than the block the breaths given begin: what a new one washes away must be known."""
WASH_S: Final = 0.05
RISE_AT_S, RISE_AT_OBSTRUCTED_S = 0.20, 0.35
RISE_S, RISE_OBSTRUCTED_S = 0.04, 0.15
SLOPE_MMHG_S, SLOPE_OBSTRUCTED_MMHG_S = 1.5, 6.0
"""Of a healthy and of an obstructed airway (reference 8.7)."""
FULLY: Final = 0.5
"""An airway obstructed by this share shows the obstructed form whole (*heuristic*)."""
HOLD_S: Final = 1.5
FADE_S: Final = 0.6
"""How long the plateau stays after the breath out, and how it fades then (*heuristic*)."""
MASK_L_MIN: Final = 5.0
"""A mask with less than this flow is not washed out (usual least flow of a face mask)."""
REBREATHED_MMHG: Final = 9.0
"""What is breathed in again from a mask without flow (*heuristic*)."""
_NAMES: Final = ("inspiration", "expiration", "co2", "inspired", "slant")


def draw(breaths: Window, start_s: float, length_s: int) -> Raw:
    """Return raw samples ``[N, HZ × length_s]`` of breaths since ``start_s - BEFORE_S``."""
    samples = HZ * length_s
    onset = np.ascontiguousarray((breaths.times.T - start_s) * HZ)
    values = {name: beside(breaths, name) for name in _NAMES}
    left = np.zeros_like(onset)  # what the breath before left at the sensor
    left[:, 1:] = _expired({k: v[:, :-1] for k, v in values.items()}, np.diff(onset, axis=1) / HZ)
    show = shown(onset, samples)
    tiling = show.tile()
    seconds = (np.arange(samples, dtype=np.float32) - tiling.spread(show.begins)) / np.float32(HZ)
    of = {name: tiling.spread(show.take(v)) for name, v in values.items()}
    drawn = _expired(of, seconds)
    washed = of["inspired"] + (tiling.spread(show.take(left)) - of["inspired"]) * np.exp(-seconds / WASH_S)
    drawn = np.where(seconds < of["inspiration"], washed, np.maximum(drawn, washed))
    return np.asarray(np.maximum(drawn, 0.0) / STEP).astype(np.int16)


def _expired(of: dict[str, Floats] | dict[str, Singles], seconds: Floats | Singles) -> Anything:
    """Return CO2 (mmHg) so many ``seconds`` after inspiration began, of breaths with the values ``of``."""
    out = seconds - of["inspiration"]
    full = np.sqrt(np.minimum(of["slant"] / FULLY, 1.0))  # seen long before much is held back
    rise_at = RISE_AT_S + full * (RISE_AT_OBSTRUCTED_S - RISE_AT_S)
    rise = RISE_S + full * (RISE_OBSTRUCTED_S - RISE_S)
    slope = SLOPE_MMHG_S + full * (SLOPE_OBSTRUCTED_MMHG_S - SLOPE_MMHG_S)
    before_end = np.maximum(of["expiration"] - out, 0.0)
    plateau = np.maximum(of["co2"] - slope * before_end, 0.6 * of["co2"])
    open_ = 1.0 / (1.0 + np.exp(np.minimum((rise_at - out) / rise, 50.0)))
    found = of["inspired"] + (plateau - of["inspired"]) * open_
    late = out - of["expiration"] - HOLD_S
    if late.max(initial=0.0) > 0.0:
        found *= np.exp(-np.maximum(late, 0.0) / FADE_S)
    return np.asarray(found)


def rebreathed(device: str, flow_l_min: float) -> float:
    """Return the CO2 (mmHg) in what a patient breathes in through an oxygen device.

    A mask must be washed out by its flow; any other device leaves nothing in it.
    """
    if device != "face mask":
        return 0.0
    return REBREATHED_MMHG * max(MASK_L_MIN - flow_l_min, 0.0) / MASK_L_MIN
