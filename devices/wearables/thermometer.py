"""The thermometer patch: slow, once a minute."""

from collections.abc import Sequence
from math import exp
from typing import Final

import numpy as np

from broker import messages as m
from devices.arrays import Bools, Floats, Ints
from devices.kernels import kernel
from devices.randomness import Draws, generator
from devices.wearables.measured import Measured
from devices.wearables.wearable import NOBODY, NOBODY_DUE, Report, Scene, Wearable

PERIOD_S: Final = 60
WITHIN_S: Final = 10
"""All report within so many seconds of a minute."""
LAG_KEEP: Final = exp(-1.0 / 120.0)
"""What a second leaves of a difference: a lag of 120 s (*heuristic*: an adhesive sensor under the arm)."""
BIAS_C: Final = 0.08  # heuristic
NOISE_C: Final = 0.04  # heuristic
ROOM_C: Final = 22.0
"""What it falls to on nobody (*heuristic*)."""


class Thermometer(Wearable):
    """An adhesive sensor in the axilla, corrected to core temperature."""

    name = "thermometer"
    label = "Thermometer"
    model = "sim-thermometer"
    metrics = {  # noqa: RUF012 -- a table, never changed
        "temp": m.MetricInfo(u="Cel", period_ms=PERIOD_S * 1000, accuracy="±0.2 °C")
    }
    battery_h = 336.0

    def prepare(self, seed: int, beds: Sequence[str]) -> None:
        """Draw each device's error and its second in the minute."""
        rngs = [generator(seed, bed, "thermometer error") for bed in beds]
        self._bias = np.array([np.clip(g.normal(0, BIAS_C), -0.15, 0.15) for g in rngs])
        self._second = np.array([int(g.integers(1, WITHIN_S)) for g in rngs])
        self._draws = Draws(seed, beds, "thermometer")
        self._skin: Floats | None = None
        self._due = {k: np.nonzero(self.worn & (self._second == k))[0] for k in set(self._second.tolist())}
        """Who reports in which second of a minute."""

    def measure(self, scene: Scene) -> Report:
        """Follow the body; report once a minute."""
        if self._skin is None:
            self._skin = np.where(self.faults[NOBODY], ROOM_C, scene.truth("temp"))
        follow(self._skin, scene.body.now["temp"], self.on_whom(scene), self.faults[NOBODY], ROOM_C, LAG_KEEP)
        second = scene.now_s % PERIOD_S
        if second >= WITHIN_S:
            return Report(NOBODY_DUE)
        noise = self._draws.row()  # drawn whoever is due, so that no bed's depends on another
        due = self._due.get(second, NOBODY_DUE)
        if not due.size:
            return Report(NOBODY_DUE)
        shown = self._skin + self._bias + NOISE_C * noise
        return Report(due, {"temp": Measured.valid(np.minimum(np.maximum(shown, 20.0), 45.0))})


@kernel
def follow(sensor: Floats, truth: Floats, whom: Ints, nobody: Bools, room: float, keep: float) -> None:
    """Let each bed's ``sensor`` settle for a second towards ``truth`` of ``whom``, or the room on nobody.

    ``keep`` is what a second leaves of the difference, as in ``settle``.
    """
    for i in range(whom.size):
        there = room if nobody[i] else float(truth[int(whom[i])])
        sensor[i] = there + (float(sensor[i]) - there) * keep
