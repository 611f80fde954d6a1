"""What devices suffer of patients who shiver by themselves: bouts of the artefact, on patch and monitor.

Nobody shivers without a pause: longer bouts, and shorter pauses, the more they shiver. Times *heuristic*.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from devices.arrays import Floats
from devices.randomness import generator
from devices.signals.artefacts import SHIVERING
from devices.wearables.chance import Befallen
from devices.wearables.wearable import Wearable

BOUT_S, PAUSE_S, FULL_PAUSE_S = 25.0, 150.0, 45.0
"""A bout and a pause between two on average; the last of who shivers most."""
SHORTEST, LONGEST = 0.4, 2.5
"""No stretch is shorter or longer than so many times the average."""


class Shaking:
    """The bouts of all patients of a ward."""

    def __init__(self, seed: int, beds: Sequence[str], wearables: Mapping[str, Wearable]) -> None:
        self._worn = [w for w in wearables.values() if SHIVERING in w.kinds]
        self._seed, self._beds = seed, tuple(beds)
        self._rngs: dict[int, np.random.Generator] = {}
        self._next_s: dict[int, float] = {}
        """By patient who shivers: when a bout begins, or ends."""
        self._shaken: dict[int, list[tuple[str, int]]] = {}
        """By patient in a bout: the devices (and the bed they belong to) that suffer it."""

    def second(self, now_s: float, degree: Floats) -> Iterator[Befallen]:
        """Yield the artefacts that begin or end at ``now_s``; ``degree`` ``[N]`` is who shivers how much."""
        shivering = degree.nonzero()[0].tolist()
        if not (shivering or self._next_s):
            return
        for patient in {*self._next_s} - {*shivering}:
            del self._next_s[patient]
            yield from self._end(patient)
        for patient in shivering:
            if self._next_s.setdefault(patient, now_s) > now_s:
                continue
            if patient in self._shaken:
                pause_s = PAUSE_S + (FULL_PAUSE_S - PAUSE_S) * float(degree[patient])
                self._next_s[patient] = now_s + self._about(patient, pause_s)
                yield from self._end(patient)
            else:
                lasts_s = self._about(patient, BOUT_S)
                self._next_s[patient] = now_s + lasts_s
                yield from self._begin(patient, lasts_s)

    def _begin(self, patient: int, lasts_s: float) -> Iterator[Befallen]:
        """Let what sits on a patient be shaken."""
        on = [(w.name, bed) for w in self._worn for bed in w.everyone().tolist() if w.whom[bed] == patient]
        self._shaken[patient] = on
        for device, bed in on:
            yield Befallen(bed, device, SHIVERING, on=True, lasts_s=lasts_s, cause="body")

    def _end(self, patient: int) -> Iterator[Befallen]:
        for device, bed in self._shaken.pop(patient, []):
            yield Befallen(bed, device, SHIVERING, on=False, cause="body")

    def _about(self, patient: int, mean_s: float) -> float:
        rng = self._rngs.setdefault(patient, generator(self._seed, self._beds[patient], "shivering bouts"))
        return float(round(mean_s * min(max(float(rng.exponential()), SHORTEST), LONGEST)))
