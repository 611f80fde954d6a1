"""The two trains that drive every trace and every number: beats and breaths.

Integral pulse frequency modulation: a phase grows with the rate, and where it passes a whole number
there is a beat, or a breath begins. Trains run ``LEAD_S`` ahead of what is drawn, since a P wave and
the end of a pulse depend on the next beat; so a heart answers the body that much later.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from devices.arrays import Floats, Ints
from devices.randomness import Draws
from devices.signals.beating import Beating
from devices.signals.beats import FULL_PULSE_PERCENT, LATEST_S
from devices.signals.breathing import Breathing
from devices.signals.under import Under

__all__ = ["FULL_PULSE_PERCENT", "LATEST_S", "LEAD_S", "Trains"]

LEAD_S: Final = 2


class Trains:
    """Beats (``Beating``) and breaths (``Breathing``) of the ward."""

    def __init__(
        self, seed: int, beds: Sequence[str], sdnn_ms: Floats, resting_bpm: Floats, start_s: int
    ) -> None:
        self.until_s = start_s + LEAD_S
        """The trains are known up to here."""
        begin = Draws(seed, beds, "phase", 2).rows(2)
        beat_phase, breath_phase = np.abs(begin) % 1.0
        self.breathing = Breathing(seed, beds, breath_phase)
        self.breaths = self.breathing.breaths
        self.beating = Beating(seed, beds, (sdnn_ms, resting_bpm), beat_phase, self.until_s)
        self.beats = self.beating.beats

    @property
    def rhythms(self) -> list[str]:
        """Each bed's rhythm, a key of ``RHYTHMS``."""
        return self.beating.rhythms

    @property
    def track(self) -> Ints:
        """What is drawn under a bed's beats: a place in ``TRACKS``."""
        return self.beating.track

    def beat_in(self, bed: int, rhythm: str, *, pulse: bool = True) -> None:
        """Give a bed a rhythm of ``RHYTHMS``, or its electrical half; raise ``ValueError`` naming them."""
        self.beating.beat_in(bed, rhythm, pulse=pulse)

    def under(self, start_s: float, length_s: float) -> Under:
        """Return what there is to draw beside whole beats, from ``start_s`` on."""
        return self.beating.under(start_s, length_s)

    def second(self, body: Floats, acts: Floats) -> None:
        """Extend both trains by one second, rates going straight from what was last given to this.

        ``body`` and ``acts`` have what ``drive`` names.
        """
        self.beating.second(body, acts, self.breathing.second(body, acts, float(self.until_s)))
        self.until_s += 1
