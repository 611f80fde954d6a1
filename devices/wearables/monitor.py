"""The bedside monitor: ECG, breathing, saturation, an arterial line and core temperature by cable.

Chest and finger measure as patch and oximeter do, with averages of a bedside monitor. The line's
pressures are those of each beat, averaged over 8 s; its transducer is good to ±2 mmHg (bias
*heuristic*), and a damped line shows what is left of the pulse around the right mean.
"""

from collections.abc import Sequence
from math import exp, inf
from typing import Final

import numpy as np

from broker import messages as m
from devices.arrays import Bools, Floats, Ints
from devices.kernels import kernel, lean
from devices.randomness import Draws, generator
from devices.signals import pressure
from devices.signals.events import NEVER, Events
from devices.signals.pleth import FAINTEST
from devices.wearables.oximeter import Oximeter
from devices.wearables.patch import Patch
from devices.wearables.thermometer import follow
from devices.wearables.wearable import INVALID, NOBODY, Measured, Report, Scene, Wearable

LINE_WINDOW_S: Final = 8.0
PULSELESS_S: Final = 4.0
"""Longer without a pulse there is no systolic pressure (asystole: reference 2.4)."""
LINE_BIAS_MMHG: Final = 0.7
ZERO_MMHG: Final = 0.0
"""What a line shows that is open to the air."""
CORE_PERIOD_S: Final = 60
CORE_KEEP: Final = exp(-1.0 / 30.0)
"""What a second leaves of a difference."""
CORE_BIAS_C: Final = 0.04
CORE_NOISE_C: Final = 0.02
"""Heuristic: a probe in the bladder or the gullet, ±0.1 °C."""
ROOM_C: Final = 22.0
PRESSURES: Final = ("abp_sys", "abp_dia", "abp_map")


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
        self._draws = Draws(seed, beds, "monitor core", who=self.worn)
        self._core: Floats | None = None
        self._train: Events | None = None
        self._stored: tuple[Floats, Floats]
        """What is looked at of the train of beats."""

    def heed(self) -> None:
        """Let chest and finger note their faults."""
        self.chest.troubled = self.finger.troubled = self.troubled
        self.chest.present = self.finger.present = self.present
        self.chest.heed()
        self.finger.heed()
        self._pulse = np.stack(pressure.seen_of_pulse(self.faults["damped-line"]))
        self._open = bool(self.faults[NOBODY].any())
        """Whether any line is in nobody."""

    def measure(self, scene: Scene) -> Report:
        """Report all but core temperature each second, that each minute."""
        heart, finger = self.chest.measure(scene), self.finger.measure(scene)
        readings = {**heart.readings, **finger.readings, **self._line(scene)}
        core = self._temperature(scene)
        if core is not None:
            readings["temp_core"] = core
        return Report(self._everyone, readings, [*heart.events, *finger.events])

    def exchange(self, bed: int, other: int) -> None:
        """Let two monitors exchange whom they are connected to."""
        super().exchange(bed, other)
        self.chest.exchange(bed, other)
        self.finger.exchange(bed, other)

    def _line(self, scene: Scene) -> dict[str, Measured]:
        beats, now = scene.trains.beats, scene.body.now
        if beats is not self._train:
            self._train, self._stored = beats, (beats.stored("arrival"), beats.stored("strength"))
        shown = np.zeros((4, self.n))
        still = line(
            scene.now_s,
            self.worn,
            beats.times,
            beats.count,
            *self._stored,
            self.on_whom(scene),
            now["sbp"],
            now["dbp"],
            self._pulse,
            self._line_bias,
            shown,
        )
        readings = {k: Measured.valid(shown[i], LINE_WINDOW_S) for i, k in enumerate(PRESSURES)}
        if not (still or self._open):
            return readings
        nobody = self.faults[NOBODY]
        shown[:3, nobody] = ZERO_MMHG
        for key in ("abp_sys", "abp_dia"):
            readings[key].spoil((shown[3] > PULSELESS_S) | nobody, INVALID, "no-pulse")
        return readings

    def _temperature(self, scene: Scene) -> Measured | None:
        """Let the probe follow the core; return what it says, if it does now."""
        nobody = self.faults[NOBODY]
        if self._core is None:
            self._core = np.where(nobody, ROOM_C, scene.truth("temp"))
        follow(self._core, scene.body.now["temp"], self.on_whom(scene), nobody, ROOM_C, CORE_KEEP)
        noise = self._draws.row()
        if scene.now_s % CORE_PERIOD_S:
            return None
        return Measured.valid(self._core + self._core_bias + CORE_NOISE_C * noise)

    def wave_trouble(self, bed: int) -> str | None:
        """Say why ECG and breathing are not valid."""
        return self.chest.wave_trouble(bed)


@lean
@kernel
def line(  # noqa: PLR0913, PLR0917 -- arrays
    now_s: int,
    on: Bools,
    times: Floats,
    count: Ints,
    arrival: Floats,
    strength: Floats,
    whom: Ints,
    sbp: Floats,
    dbp: Floats,
    pulse: Floats,
    bias: Floats,
    shown: Floats,
) -> int:
    """Write into ``shown`` ``[4, N]``: systolic, diastolic, mean pressure, how long there was no pulse (s).

    Of lines ``on`` beds; return of how many that is longer than ``PULSELESS_S``.
    ``times``, ``count``, ``arrival`` and ``strength`` are the train's of beats; ``pulse`` ``[3, N]`` is what
    the line makes of a pulse.
    """
    size, beds = times.shape
    pulseless = 0
    for i in range(whom.size):
        if not on[i]:
            continue
        w = int(whom[i])
        at, last_s, strong, number = int(count[w]) & (size - 1), NEVER, 0.0, 0
        for _ in range(size):
            at = at - 1 if at > 0 else size - 1
            time, high = float(times[at, w]), float(strength[at * beds + w])
            if time <= now_s - LINE_WINDOW_S - 1.0 and last_s > NEVER:
                break
            foot = time + pressure.RADIAL * float(arrival[at * beds + w])
            if foot <= now_s and high > FAINTEST:
                last_s = max(last_s, foot)
                if foot > now_s - LINE_WINDOW_S:
                    strong += high
                    number += 1
        still_s, low = now_s - last_s, float(dbp[w])
        level = float(bias[i]) + pressure.level_after(low, still_s)
        height = strong / number * (float(sbp[w]) - low) if number > 0 else 0.0
        for k in range(3):
            shown[k, i] = level + float(pulse[k, i]) * height
        shown[3, i] = still_s
        if still_s > PULSELESS_S:
            pulseless += 1
    return pulseless
