"""The glucose monitor: a sensor under the skin of the arm, each five minutes.

Tissue follows blood with a lag of 8 min, and a reading strays by 8 % (clinical reference 8.10); how
that is shared between a sensor's bias and its slow noise is *heuristic*. Outside 2.2 to 22.2 mmol/L
(reference 3.1) it says low or high and gives no number.
"""

from collections.abc import Sequence
from math import exp
from typing import Final

import numpy as np

from broker import messages as m
from devices.arrays import Floats
from devices.randomness import Draws, generator
from devices.wearables.measured import INVALID, TOO_HIGH, TOO_LOW, Measured
from devices.wearables.thermometer import follow
from devices.wearables.wearable import NOBODY, NOBODY_DUE, Report, Scene, Wearable
from vitals.catalogue import VITAL_SIGNS

PERIOD_S: Final = 300
LAG_KEEP: Final = exp(-1.0 / 480.0)
"""What a second leaves of a difference: a lag of 480 s."""
BIAS_SHARE, NOISE_SHARE = 0.045, 0.066
"""Together 8 %."""
NOISE_MEMORY_S: Final = 900.0
FIRST_S: Final = (5, 60)
SIGN: Final = VITAL_SIGNS["cgm"]


class GlucoseMonitor(Wearable):
    """A sensor for glucose between the cells."""

    name = "cgm"
    label = "Glucose monitor"
    model = "sim-cgm"
    metrics = {  # noqa: RUF012 -- a table, never changed
        "cgm": m.MetricInfo(u="mmol/L", period_ms=PERIOD_S * 1000, accuracy="±8 %")
    }
    battery_h = 240.0
    warm_up_s = 1800.0  # heuristic: half an hour to two, by product

    def prepare(self, seed: int, beds: Sequence[str]) -> None:
        """Draw each sensor's error and its second in the five minutes."""
        rngs = [generator(seed, bed, "cgm error") for bed in beds]
        self._bias = np.clip([g.normal(0, BIAS_SHARE) for g in rngs], -0.1, 0.1)
        self._second = np.array([int(g.integers(*FIRST_S)) for g in rngs])
        self._draws = Draws(seed, beds, "cgm", who=self.worn)
        self._walk = np.zeros(self.n)
        self._seconds = frozenset(self._second[self.worn].tolist())
        self._none = np.zeros(self.n, bool)
        self._tissue: Floats | None = None

    def measure(self, scene: Scene) -> Report:
        """Follow the blood; report each five minutes."""
        if self._tissue is None:
            self._tissue = scene.truth("glucose").copy()
        follow(self._tissue, scene.body.now["glucose"], self.on_whom(scene), self._none, 0.0, LAG_KEEP)
        if scene.now_s % PERIOD_S == 0:
            keep = float(np.exp(-PERIOD_S / NOISE_MEMORY_S))
            self._walk = keep * self._walk + (1 - keep**2) ** 0.5 * NOISE_SHARE * self._draws.row()
        second = scene.now_s % PERIOD_S
        if second not in self._seconds:
            return Report(NOBODY_DUE)
        due = self.worn & (second == self._second)
        shown = self._tissue * (1.0 + self._bias + self._walk)
        reading = Measured.valid(shown)
        reading.spoil(self.faults[NOBODY], INVALID, "no-signal")
        reading.spoil((shown < SIGN.lowest) & ~self.faults[NOBODY], TOO_LOW, "low")
        reading.spoil((shown > SIGN.highest) & ~self.faults[NOBODY], TOO_HIGH, "high")
        return Report(np.nonzero(due)[0], {"cgm": reading})
