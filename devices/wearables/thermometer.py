"""The thermometer patch: slow, once a minute."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from broker import messages as m
from devices.arrays import Floats
from devices.physiology.settle import settle
from devices.randomness import Draws, generator
from devices.wearables.wearable import NOBODY, Measured, Report, Scene, Wearable

PERIOD_S: Final = 60
LAG_S: Final = 120.0  # heuristic: an adhesive sensor under the arm, corrected to core
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
        self._second = np.array([int(g.integers(1, 10)) for g in rngs])
        self._draws = Draws(seed, beds, "thermometer")
        self._skin: Floats | None = None
        self._seconds = frozenset(self._second[self.worn].tolist())

    def measure(self, scene: Scene) -> Report:
        """Follow the body; report once a minute."""
        core = scene.truth("temp")
        if self.troubled:
            core = np.where(self.faults[NOBODY], ROOM_C, core)
        self._skin = core.copy() if self._skin is None else settle(self._skin, core, 1.0, LAG_S)
        noise = NOISE_C * self._draws.row()  # drawn whoever is due, so that no bed's depends on another
        second = scene.now_s % PERIOD_S
        if second not in self._seconds:
            return Report(np.zeros(0, np.int64))
        due = self.worn & (second == self._second)
        shown = np.clip(self._skin + self._bias + noise, 20.0, 45.0)
        return Report(np.nonzero(due)[0], {"temp": Measured.valid(shown)})
