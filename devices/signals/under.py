"""What is drawn beside whole beats: fibrillation under them, single atrial waves, pacemakers' spikes."""

from dataclasses import dataclass

import numpy as np

from devices.arrays import Floats, Ints
from devices.signals.marks import NONE


@dataclass(frozen=True, slots=True)
class Under:
    """``tracked`` beds have a ``track`` ``[N]``, a place in ``TRACKS``, ``since`` (s) when, ``[N]``.

    In ``fades`` seconds ``[N]`` it loses what it loses at all.
    """

    tracked: Ints
    track: Ints
    since: Floats
    fades: Floats
    atria: Floats
    spikes: Floats
    """Single marks, ``[m, 3]`` (time, bed, kind)."""

    @staticmethod
    def nothing(n: int) -> "Under":
        """Return that nothing lies under the beats of ``n`` beds."""
        none: Ints = np.zeros(n, np.int64)
        return Under(none[:0], none, np.zeros(n), np.full(n, np.inf), atria=NONE, spikes=NONE)
