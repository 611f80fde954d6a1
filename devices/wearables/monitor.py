"""The bedside monitor: ECG, breathing, saturation, an arterial line and core temperature by cable.

Chest and finger measure as patch and oximeter do, with averages of a bedside monitor. The line's
pressures are those of each beat, averaged over 8 s; its transducer is good to ±2 mmHg (bias
*heuristic*), and a damped line shows what is left of the pulse around the right mean.
"""

from collections.abc import Sequence
from math import inf
from typing import Final

import numpy as np

from broker import messages as m
from devices.arrays import Floats
from devices.physiology.settle import settle
from devices.randomness import Draws, generator
from devices.signals import pressure
from devices.signals.events import NEVER
from devices.signals.pleth import FAINTEST
from devices.wearables.oximeter import Oximeter
from devices.wearables.patch import Patch
from devices.wearables.wearable import INVALID, NOBODY, Measured, Report, Scene, Wearable

LINE_WINDOW_S: Final = 8.0
PULSELESS_S: Final = 4.0
"""Longer without a pulse there is no systolic pressure (asystole: reference 2.4)."""
LINE_BIAS_MMHG: Final = 0.7
ZERO_MMHG: Final = 0.0
"""What a line shows that is open to the air."""
CORE_PERIOD_S: Final = 60
CORE_LAG_S: Final = 30.0
CORE_BIAS_C: Final = 0.04
CORE_NOISE_C: Final = 0.02
"""Heuristic: a probe in the bladder or the gullet, ±0.1 °C."""
ROOM_C: Final = 22.0


class Chest(Patch):
    """The monitor's electrodes."""

    name = "monitor chest"


class Finger(Oximeter):
    """The monitor's finger clip."""

    name = "monitor finger"


class Monitor(Wearable):
    """A monitor at the bedside."""

    name = "monitor"
    label = "Bedside monitor"
    model = "sim-monitor"
    metrics = {  # noqa: RUF012 -- a table, never changed
        **Patch.metrics,
        **Oximeter.metrics,
        "abp_sys": m.MetricInfo(u="mm[Hg]", period_ms=1000, avg_s=LINE_WINDOW_S, accuracy="±2 mmHg"),
        "abp_dia": m.MetricInfo(u="mm[Hg]", period_ms=1000, avg_s=LINE_WINDOW_S, accuracy="±2 mmHg"),
        "abp_map": m.MetricInfo(u="mm[Hg]", period_ms=1000, avg_s=LINE_WINDOW_S, accuracy="±2 mmHg"),
        "temp_core": m.MetricInfo(u="Cel", period_ms=CORE_PERIOD_S * 1000, accuracy="±0.1 °C"),
    }
    waves = ("ecg_i", "ecg_ii", "ecg_iii", "ecg_v1", "ecg_v5", "resp", "pleth", "abp")
    kinds = (*Patch.kinds, *(k for k in Oximeter.kinds if k not in Patch.kinds), "damped-line")
    flat_on_nobody = ("abp",)
    battery_h = inf  # on the mains
    warm_up_s = Patch.warm_up_s

    def prepare(self, seed: int, beds: Sequence[str]) -> None:
        """Connect chest and finger, whose faults are the monitor's own, and draw the others' errors."""
        self.chest, self.finger = Chest(seed, beds, self.worn), Finger(seed, beds, self.worn)
        for part in (self.chest, self.finger):
            part.faults = {k: self.faults[k] for k in part.faults}
            part.parameters = self.parameters
        self.heed()
        rngs = [generator(seed, bed, "monitor error") for bed in beds]
        self._line_bias = np.clip([g.normal(0, LINE_BIAS_MMHG) for g in rngs], -1.5, 1.5)
        self._core_bias = np.clip([g.normal(0, CORE_BIAS_C) for g in rngs], -0.08, 0.08)
        self._draws = Draws(seed, beds, "monitor core")
        self._core: Floats | None = None

    def heed(self) -> None:
        """Let chest and finger note their faults."""
        self.chest.troubled = self.finger.troubled = self.troubled
        self.chest.heed()
        self.finger.heed()

    def measure(self, scene: Scene) -> Report:
        """Report all but core temperature each second, that each minute."""
        heart, finger = self.chest.measure(scene), self.finger.measure(scene)
        readings = {**heart.readings, **finger.readings, **self._line(scene)}
        core = self._temperature(scene)
        if scene.now_s % CORE_PERIOD_S == 0:
            readings["temp_core"] = core
        return Report(self.everyone(), readings, [*heart.events, *finger.events])

    def exchange(self, bed: int, other: int) -> None:
        """Let two monitors exchange whom they are connected to."""
        super().exchange(bed, other)
        self.chest.exchange(bed, other)
        self.finger.exchange(bed, other)

    def _line(self, scene: Scene) -> dict[str, Measured]:
        now, window = scene.now_s, scene.beats_since(scene.now_s - LINE_WINDOW_S - 1.0)
        strength = window.value("strength")
        feet = window.times + pressure.RADIAL * window.value("arrival")
        opened = (feet <= now) & (strength > FAINTEST)
        seen = opened & (feet > now - LINE_WINDOW_S)
        number = seen.sum(axis=0)
        strong = (strength * seen).sum(axis=0) / np.maximum(number, 1)
        still_s = now - np.where(opened, feet, NEVER).max(axis=0)
        sbp, dbp = scene.truth("sbp"), scene.truth("dbp")
        level = self._line_bias + pressure.level_after(dbp, still_s)
        top, bottom, mean = pressure.seen_of_pulse(self.faults["damped-line"])
        pulse = np.where(number > 0, strong * (sbp - dbp), 0.0)
        nobody, pulseless = self.faults[NOBODY], still_s > PULSELESS_S
        values = {"abp_sys": top, "abp_dia": bottom, "abp_map": mean}
        readings = {
            key: Measured.valid(np.where(nobody, ZERO_MMHG, level + share * pulse), LINE_WINDOW_S)
            for key, share in values.items()
        }
        for key in ("abp_sys", "abp_dia"):
            readings[key].spoil(pulseless | nobody, INVALID, "no-pulse")
        return readings

    def _temperature(self, scene: Scene) -> Measured:
        core = np.where(self.faults[NOBODY], ROOM_C, scene.truth("temp"))
        self._core = core if self._core is None else settle(self._core, core, 1.0, CORE_LAG_S)
        return Measured.valid(self._core + self._core_bias + CORE_NOISE_C * self._draws.row())

    def wave_trouble(self, bed: int) -> str | None:
        """Say why ECG and breathing are not valid."""
        return self.chest.wave_trouble(bed)
