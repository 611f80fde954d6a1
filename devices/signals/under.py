"""What is drawn beside whole beats: fibrillation under them, single atrial waves, pacemakers' spikes."""

from dataclasses import dataclass

import numpy as np

from devices.arrays import Floats, Ints
from devices.signals.marks import NONE


@dataclass(frozen=True, slots=True)
class Under:
    """``track`` ``[N]`` is a place in ``TRACKS``, ``gain`` ``[N]`` how high that is drawn, 1 in full."""

    track: Ints
    gain: Floats
    tracked: bool
    """Whether there is a track at all."""
    atria: Floats
    spikes: Floats
    """Single marks, ``[m, 3]`` (time, bed, kind)."""

    @staticmethod
    def nothing(n: int) -> "Under":
        """Return that nothing lies under the beats of ``n`` beds."""
        return Under(np.zeros(n, np.int64), np.ones(n), tracked=False, atria=NONE, spikes=NONE)
