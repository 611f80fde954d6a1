"""Gasps after the heart has stopped: a brain stem that dies, seen at the chest, easily taken for breathing.

They begin some seconds after the circulation has stopped and last a minute or two (clinical reference
7.21); four of ten gasp (J. J. Clark, Ann Emerg Med 1992;21:1464, from memory). A pattern of breathing
that a script has set stays.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from devices.physiology.heart import Heart
from devices.randomness import Luck
from devices.signals.breathing import Breathing

BEGIN_S, END_S = 12.0, 95.0
"""Without flow, gasping begins and has ended after so long (*heuristic* within the source)."""
UNLIKE: Final = 0.253
"""Four of ten standard normal numbers lie above this."""


class Gasping:
    """Who gasps. One draw for each bed, at the first standstill."""

    def __init__(self, seed: int, beds: Sequence[str]) -> None:
        luck = Luck(seed, beds, "gasping")
        self._able = np.array([luck.draw(i, 1)[0] > UNLIKE for i in range(len(beds))])
        self._now: set[int] = set()

    def heed(self, heart: Heart, breathing: Breathing, now_s: float) -> None:
        """Let those gasp whose heart has moved no blood for a while, and no longer than they can."""
        if not (heart.troubled or self._now):
            return
        still = (heart.pulse <= 0.0) & (heart.still_s >= BEGIN_S) & (heart.still_s < END_S)
        for bed in np.nonzero(still & self._able)[0].tolist():
            if bed not in self._now and breathing.patterns[bed] == "regular":
                self._now.add(bed)
                breathing.breathe_in(bed, "agonal", now_s)
        for bed in [b for b in self._now if not still[b]]:
            self._now.discard(bed)
            if breathing.patterns[bed] == "agonal":
                breathing.breathe_in(bed, "regular", now_s)
