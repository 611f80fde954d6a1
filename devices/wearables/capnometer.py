"""The capnometer: end-tidal and inspired CO2, and breaths counted by them, from a cannula at the nose.

A sidestream device draws gas through a tube, so its numbers come some seconds late. Accuracy: ±2 mmHg
up to 38 mmHg, beyond it 5 % of the reading (usual statement of makers; bias and noise within it, delay
and averaging are *heuristic*).
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from broker import messages as m
from devices.arrays import Bools, Floats
from devices.randomness import Draws, generator
from devices.signals.events import Events, last_second, rate_per_min
from devices.wearables.wearable import INVALID, NOBODY, Measured, Report, Scene, Wearable

WINDOW_S: Final = 15.0
RR_WINDOW_S: Final = 30.0
DELAY_S: Final = 2.5
"""How long gas is in the tube."""
LONGEST_BREATH_S: Final = 12.0
LEAST_MMHG: Final = 4.0
"""Less CO2 is no breath."""
APNOEA_S: Final = 20.0
"""After so long without a breath the rate is 0 (reference 2.4)."""
BIAS_SHARE, NOISE_MMHG = 0.02, 0.5


class Capnometer(Wearable):
    """A sidestream monitor of breath."""

    name = "capnometer"
    label = "Capnometer"
    model = "sim-capno"
    metrics = {  # noqa: RUF012 -- a table, never changed
        "etco2": m.MetricInfo(u="mm[Hg]", period_ms=1000, avg_s=WINDOW_S, accuracy="±2 mmHg"),
        "fico2": m.MetricInfo(u="mm[Hg]", period_ms=1000, avg_s=WINDOW_S, accuracy="±2 mmHg"),
        "rr_co2": m.MetricInfo(u="/min", period_ms=1000, avg_s=RR_WINDOW_S, accuracy="±1 /min"),
    }
    waves = ("capno",)
    flat_on_nobody = ("capno",)
    battery_h = 24.0
    warm_up_s = RR_WINDOW_S

    def prepare(self, seed: int, beds: Sequence[str]) -> None:
        """Draw each device's error; no breath is seen yet."""
        drawn = [generator(seed, bed, "capnometer error").normal(0, BIAS_SHARE) for bed in beds]
        self._factor = 1.0 + np.clip(drawn, -0.04, 0.04)
        self._draws = Draws(seed, beds, "capnometer")
        self._seen = Events(self.n, 32, ("co2", "inspired"))

    def measure(self, scene: Scene) -> Report:
        """Report every bed, each second."""
        now = scene.now_s
        self._watch(scene)
        rate, number = rate_per_min(self._seen, now, RR_WINDOW_S)
        silent = now - self._seen.latest() > APNOEA_S
        noise = NOISE_MMHG * self._draws.row()
        ended = self._mean("co2", now)
        readings = {
            "etco2": Measured.valid(np.where(ended > 0, ended * self._factor + noise, 0.0), WINDOW_S),
            "fico2": Measured.valid(self._mean("inspired", now) * self._factor, WINDOW_S),
            "rr_co2": Measured.valid(np.where(silent | (number < 1), 0.0, rate), RR_WINDOW_S),
        }
        for key in ("etco2", "fico2"):
            readings[key].spoil(silent, INVALID, "no-breath")
        return Report(self.everyone(), readings)

    def _watch(self, scene: Scene) -> None:
        """See the breaths whose end reaches the sensor in this second."""
        window = scene.breaths_since(scene.now_s - DELAY_S - LONGEST_BREATH_S)
        ends = window.times + window.value("inspiration") + window.value("expiration") + DELAY_S
        rows, place, when = last_second(window, ends, scene.now_s)
        breaths = scene.trains.breaths
        co2, inspired = breaths.stored("co2")[place], breaths.stored("inspired")[place]
        kept = (co2 - inspired > LEAST_MMHG) & ~self.off()[rows]
        self._seen.add(rows[kept], when[kept], (co2[kept], inspired[kept]))

    def _mean(self, name: str, now_s: float) -> Floats:
        """Return the mean over the breaths of the last seconds, else the last breath's value."""
        values = self._seen.stored(name).reshape(self._seen.times.shape)
        inside = self._seen.times > now_s - WINDOW_S
        number = inside.sum(axis=0)
        last = values[(self._seen.count - 1) % self._seen.size, np.arange(self.n)]
        return np.where(number > 0, (values * inside).sum(axis=0) / np.maximum(number, 1), last)

    def off(self) -> Bools:
        """Return where the tube is at nobody's nose."""
        return self.faults[NOBODY]
