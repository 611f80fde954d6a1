"""What is drawn beside whole beats: fibrillation under them, single atrial waves, pacemakers' spikes."""

from dataclasses import dataclass, field

import numpy as np

from devices.arrays import Floats, Ints
from devices.signals.events import Events


@dataclass(frozen=True, slots=True)
class Marks:
    """Single events of few beds, flat: whose they are, when, and of which kind."""

    beds: list[int] = field(default_factory=list)
    times_s: list[float] = field(default_factory=list)
    kinds: list[int] = field(default_factory=list)

    @staticmethod
    def of(events: Events, since_s: float, until_s: float) -> "Marks":
        """Return the events from ``since_s`` to ``until_s``."""
        slots, beds = np.nonzero((events.times > since_s) & (events.times < until_s))
        times = events.times[slots, beds]
        kinds = events.stored("kind").reshape(events.times.shape)[slots, beds]
        return Marks(beds.tolist(), times.tolist(), kinds.astype(np.int64).tolist())


@dataclass(frozen=True, slots=True)
class Under:
    """``track`` ``[N]`` is a place in ``TRACKS``, ``gain`` ``[N]`` how high that is drawn, 1 in full."""

    track: Ints
    gain: Floats
    atria: Marks
    spikes: Marks
    plain: bool = False
    """Whether there is nothing at all."""

    @staticmethod
    def nothing(n: int) -> "Under":
        """Return that nothing lies under the beats of ``n`` beds."""
        return Under(np.zeros(n, np.int64), np.ones(n), Marks(), Marks(), plain=True)
