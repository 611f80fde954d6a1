"""The bedside monitor: ECG, breathing, saturation, an arterial line and core temperature by cable.

Chest and finger measure as patch and oximeter do, with averages of a bedside monitor. The line's
pressures are those of each beat, averaged over 8 s; its transducer is good to ±2 mmHg (bias
*heuristic*), and a damped line shows what is left of the pulse around the right mean.
"""

from collections.abc import Sequence
from math import exp, inf
from typing import Final, TypeAlias

import numpy as np

from broker import messages as m
from devices.arrays import Bools, Floats, Ints
from devices.kernels import kernel
from devices.randomness import Draws, generator
from devices.signals import pressure
from devices.signals.events import NEVER, Events
from devices.signals.pleth import FAINTEST
from devices.wearables.measured import INVALID, VALID, Measured
from devices.wearables.oximeter import Oximeter
from devices.wearables.patch import Patch
from devices.wearables.wearable import NOBODY, Report, Scene, Wearable

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
SYSTOLIC, DIASTOLIC, MEAN = range(3)
"""Rows of what is shown."""
DOUBTS: Final = ((VALID, None), (INVALID, "no-pulse"))
Beats: TypeAlias = tuple[Floats, Ints, Floats, Floats]
"""Of the train of beats: times ``[size, N]``, counts ``[N]``, and flat arrivals and strengths."""
Bodies: TypeAlias = tuple[Floats, Floats, Floats]
"""Systolic and diastolic pressure and temperature of the patients ``[N]``."""


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
            part.parameters, part.present = self.parameters, self.present
        self._pulse = np.stack(pressure.seen_of_pulse(self.faults["damped-line"]))
        rngs = [generator(seed, bed, "monitor error") for bed in beds]
        self._line_bias = np.clip([g.normal(0, LINE_BIAS_MMHG) for g in rngs], -1.5, 1.5)
        self._core_bias = np.clip([g.normal(0, CORE_BIAS_C) for g in rngs], -0.08, 0.08)
        self._draws = Draws(seed, beds, "monitor core", who=self.worn)
        self._core: Floats | None = None
        self._doubts = np.zeros(self.n, np.int64)
        self._mean = self._swing = Measured.valid(self._line_bias, LINE_WINDOW_S)
        """Which of ``DOUBTS`` holds of the line's pulse, and how valid its pressures are."""
        self._train: Events | None = None
        self._stored: Beats
        """What is looked at of the train of beats."""

    def heed(self, bed: int) -> None:
        """Let chest and finger note a bed's faults."""
        for part in (self.chest, self.finger):
            part.troubled = self.troubled
            part.heed(bed)
        self._pulse[:, [bed]] = pressure.seen_of_pulse(self.faults["damped-line"][[bed]])

    def measure(self, scene: Scene) -> Report:
        """Report all but core temperature each second, that each minute."""
        heart, finger = self.chest.measure(scene), self.finger.measure(scene)
        shown = self._look(scene)
        readings = {
            **heart.readings,
            **finger.readings,
            "abp_sys": self._swing.of(shown[SYSTOLIC]),
            "abp_dia": self._swing.of(shown[DIASTOLIC]),
            "abp_map": self._mean.of(shown[MEAN]),
        }
        noise, turn = self._draws.take(1)
        if scene.now_s % CORE_PERIOD_S == 0:
            core = self._core + self._core_bias + CORE_NOISE_C * noise[:, turn]
            readings["temp_core"] = Measured.valid(core)
        return Report(self._everyone, readings, heart.events + finger.events)

    def exchange(self, bed: int, other: int) -> None:
        """Let two monitors exchange whom they are connected to."""
        super().exchange(bed, other)
        self.chest.exchange(bed, other)
        self.finger.exchange(bed, other)

    def _look(self, scene: Scene) -> Floats:
        """Let line and probe pass a second; return the line's pressures, ``[3, N]``."""
        beats, now, nobody = scene.trains.beats, scene.body.now, self.faults[NOBODY]
        if beats is not self._train:
            self._train = beats
            self._stored = beats.times, beats.count, beats.stored("arrival"), beats.stored("strength")
        if self._core is None:
            self._core = np.where(nobody, ROOM_C, scene.truth("temp"))
        shown = np.zeros((3, self.n))
        changed = line(
            scene.now_s,
            self._everyone,
            self._stored,
            self.on_whom(scene),
            nobody,
            (now["sbp"], now["dbp"], now["temp"]),
            self._pulse,
            self._line_bias,
            self._doubts,
            self._core,
            shown,
        )
        if changed:
            self._swing = Measured.judged(self._line_bias, self._doubts, DOUBTS, LINE_WINDOW_S)
        return shown

    def wave_trouble(self, bed: int) -> str | None:
        """Say why ECG and breathing are not valid."""
        return self.chest.wave_trouble(bed)


@kernel
def line(  # noqa: PLR0913, PLR0917 -- arrays
    now_s: int,
    beds: Ints,
    beats: Beats,
    whom: Ints,
    nobody: Bools,
    bodies: Bodies,
    pulse: Floats,
    bias: Floats,
    doubts: Ints,
    core: Floats,
    shown: Floats,
) -> int:
    """Write systolic, diastolic and mean pressure of ``beds`` into ``shown`` ``[3, N]``; warm their probes.

    Return on how many other ``doubts`` hold than before: there is no pulse after ``PULSELESS_S`` without, and
    in ``nobody``. ``pulse`` ``[3, N]`` is what the line makes of a pulse, ``core`` what the probes say.
    """
    times, count, arrival, strength = beats
    sbp, dbp, temp = bodies
    size, n = times.shape
    changed = 0
    for k in range(beds.size):
        i = int(beds[k])
        w, empty = int(whom[i]), bool(nobody[i])
        there = ROOM_C if empty else float(temp[w])
        core[i] = there + (float(core[i]) - there) * CORE_KEEP
        at, last_s, strong, number = int(count[w]) & (size - 1), NEVER, 0.0, 0
        for _ in range(size):
            at = at - 1 if at > 0 else size - 1
            time, high = float(times[at, w]), float(strength[at * n + w])
            if time <= now_s - LINE_WINDOW_S - 1.0 and last_s > NEVER:
                break
            foot = time + pressure.RADIAL * float(arrival[at * n + w])
            if foot <= now_s and high > FAINTEST:
                last_s = max(last_s, foot)
                if foot > now_s - LINE_WINDOW_S:
                    strong += high
                    number += 1
        still_s, low = now_s - last_s, float(dbp[w])
        level = float(bias[i]) + pressure.level_after(low, still_s)
        height = strong / number * (float(sbp[w]) - low) if number > 0 else 0.0
        for row in range(3):
            shown[row, i] = ZERO_MMHG if empty else level + float(pulse[row, i]) * height
        doubt = 1 if empty or still_s > PULSELESS_S else 0
        if doubt != int(doubts[i]):
            doubts[i] = doubt
            changed += 1
    return changed
