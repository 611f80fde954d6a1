"""The activity band: how much the person moves, steps and posture."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from broker import messages as m
from devices.randomness import Draws
from devices.wearables.wearable import NOBODY, Measured, Noticed, Report, Scene, Wearable

PERIOD_S: Final = 10
WALKING: Final = 0.35
"""Activity above which steps are counted (*heuristic*)."""


class Band(Wearable):
    """A band on the wrist."""

    name = "band"
    label = "Activity band"
    model = "sim-band"
    metrics = {  # noqa: RUF012 -- a table, never changed
        "activity": m.MetricInfo(u="1", period_ms=PERIOD_S * 1000),
        "steps": m.MetricInfo(u="{steps}", period_ms=PERIOD_S * 1000),
    }
    kinds = ("motion",)
    battery_h = 168.0

    def prepare(self, seed: int, beds: Sequence[str]) -> None:
        """Begin lying, with no steps."""
        self._draws = Draws(seed, beds, "band")
        self._steps = np.zeros(self.n)
        self._posture = [""] * self.n

    def measure(self, scene: Scene) -> Report:
        """Count steps each second; report every ten."""
        truth = np.where(self.faults[NOBODY], 0.0, scene.truth("activity"))
        moving = np.maximum(truth, np.where(self.faults["motion"], 0.5, 0.0))
        walking = truth > WALKING
        self._steps += np.where(walking, self.parameters["cadence_bpm"] / 60.0, 0.0)
        events = self._turn(["walking" if w else "lying" for w in walking])
        if scene.now_s % PERIOD_S:
            return Report(np.zeros(0, np.int64), {}, events)
        shown = np.clip(moving + 0.02 + 0.02 * np.abs(self._draws.row()), 0.0, 1.0)
        readings = {
            "activity": Measured.valid(shown),
            "steps": Measured.valid(np.floor(self._steps) % 1e5),
        }
        return Report(self.everyone(), readings, events)

    def _turn(self, posture: list[str]) -> list[Noticed]:
        turned = [
            Noticed(i, "posture", text=new)
            for i, (old, new) in enumerate(zip(self._posture, posture, strict=True))
            if old != new and self.worn[i]
        ]
        self._posture = posture
        return turned
