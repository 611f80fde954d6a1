"""The pulse oximeter: saturation, pulse rate and perfusion index at the finger."""

from collections.abc import Sequence
from math import exp
from typing import ClassVar, Final

import numpy as np

from broker import messages as m
from devices.arrays import Bools, Floats
from devices.physiology.bounds import within
from devices.physiology.settle import settle
from devices.randomness import Draws, Luck, generator
from devices.signals.events import last_second
from devices.signals.trains import FULL_PULSE_PERCENT
from devices.wearables.detector import Detector
from devices.wearables.wearable import (
    INVALID,
    NOBODY,
    QUESTIONABLE,
    Measured,
    Noticed,
    Report,
    Scene,
    Wearable,
)

WINDOW_S: Final = 8.0
LAG_S: Final = (12, 20)
"""From lung to finger (reference 3.4: 20 to 30 s at the finger, of which averaging is 4 to 8)."""
BIAS_SD: Final = 0.6
NOISE_SD: Final = 0.35
NOISE_MEMORY_S: Final = 40.0
NOISE_KEEP: Final = exp(-1.0 / NOISE_MEMORY_S)
NOISE_KICK: Final = (1.0 - NOISE_KEEP**2) ** 0.5
"""Within A_rms ≤ 2 to 3 % (reference 3.4); drawn low, so that a class sees what was scripted."""
WEAK, WEAKEST = 0.3, 0.1
"""Perfusion index (%) below which a value is questionable, and invalid (reference 3.4)."""
MOTION_SPO2: Final = 83.0
MOTION_LAG_S: Final = 7.0
"""Movement pulls saturation towards where red and infrared swing alike (reference 3.4: about 85)."""
STILL_PULLED: Final = 0.2
NO_PULL: Final = 1e-6
"""What is left of the pull below this is nothing."""
FAINTEST: Final = 0.01
"""A pulse lower than this is not seen (*heuristic*)."""
LOST_IN_MOTION: Final = 1.645
"""Heuristic: 95 % of pulses are lost in movement, those of a normal number below this."""
NO_PULSE_S: Final = 10.0
REMEMBERED_S: Final = 96
"""For so long saturation is remembered: the longest lag and average."""
NOBODY_DUE: Final = np.zeros(0, np.int64)
COLD: Final = 0.08
"""How much of the pulse a cold hand without blood leaves (*heuristic*)."""
COLD_FINGER: Final = 0.2
COLD_LAG_S: Final = 20
"""What a cold finger leaves of the pulse (*heuristic*), and how much later it shows what is true
(reference 3.4: the finger's 20 to 30 s are longer when cold; how much is *heuristic*)."""
POLISHED: Final = 0.6
POLISH_SPO2: Final = -4.0
"""What dark nail polish leaves of the pulse, and how far it pulls saturation down (*heuristic*)."""


class Oximeter(Wearable):
    """A clip on the finger; what a sensor elsewhere does otherwise stands in class variables."""

    name = "oximeter"
    label = "Pulse oximeter"
    model = "sim-oximeter"
    metrics = {  # noqa: RUF012 -- a table, never changed
        "spo2": m.MetricInfo(u="%", period_ms=1000, avg_s=WINDOW_S, accuracy="±2 %"),
        "pr": m.MetricInfo(u="/min", period_ms=1000, avg_s=WINDOW_S, accuracy="±2 /min"),
        "pi": m.MetricInfo(u="%", period_ms=1000, avg_s=WINDOW_S),
    }
    waves: ClassVar[tuple[str, ...]] = ("pleth",)
    kinds: ClassVar[tuple[str, ...]] = ("motion", "probe-off", "low-perfusion", "cold-finger", "nail-polish")
    warm_up_s = 10.0  # heuristic: a window full of pulses, and two
    battery_h = 48.0

    window_s: ClassVar[float] = WINDOW_S
    lag_s: ClassVar[tuple[int, int]] = LAG_S
    bias_sd: ClassVar[float] = BIAS_SD
    noise_sd: ClassVar[float] = NOISE_SD
    pulse_share: ClassVar[float] = 1.0
    """What of the finger's pulse reaches the sensor."""
    period_s: ClassVar[int] = 1

    def prepare(self, seed: int, beds: Sequence[str]) -> None:
        """Draw each device's own error."""
        rngs = [generator(seed, bed, f"{self.name} error") for bed in beds]
        self._bias = np.clip([g.normal(0, self.bias_sd) for g in rngs], -2 * self.bias_sd, 2 * self.bias_sd)
        self._lag = np.array([g.integers(*self.lag_s) for g in rngs])
        self._draws = Draws(seed, beds, self.name)
        self._luck = Luck(seed, beds, f"{self.name} motion")
        self._walk = np.zeros(self.n)
        self._pull = np.zeros(self.n)
        self._past: Floats | None = None
        self.pulses = Detector(self.n, self.window_s)
        self._off = np.zeros(self.n, bool)
        self._pulled = False
        """Whether movement pulls anybody's saturation, or did of late."""
        self._behind = self._lag + np.arange(int(self.window_s))[:, None]
        self._beds = np.arange(self.n)

    def gain(self) -> Floats:
        """Return how much of the pulse reaches the sensor."""
        gain = np.where(self.faults["low-perfusion"], COLD, 1.0)
        gain *= np.where(self.faults["cold-finger"], COLD_FINGER, 1.0)
        gain *= np.where(self.suffers("nail-polish"), POLISHED, 1.0)
        return np.where(self.off(), 0.0, gain)

    def off(self) -> Bools:
        """Return where the sensor sees no finger, as the device itself notices."""
        return np.asarray(self.faults["probe-off"] | self.faults[NOBODY])

    def measure(self, scene: Scene) -> Report:
        """Report every bed, each second."""
        now = scene.now_s
        self._watch(scene)
        saturation = self._saturate(scene.truth("spo2"), now)
        window_s = self.window_s
        index = np.minimum(self.pulses.mean_height() * FULL_PULSE_PERCENT, 20.0)
        readings = {
            "spo2": Measured.valid(saturation, window_s),
            "pr": Measured.valid(self.pulses.rate(now), window_s),
            "pi": Measured.valid(index, window_s),
        }
        if self.troubled or self._pulled or index.min() < WEAK:
            self._doubt(readings, index, now)
        events = self._changes()
        if now % self.period_s:
            return Report(NOBODY_DUE, {}, events)
        return Report(self.everyone(), readings, events)

    def _doubt(self, readings: dict[str, Measured], index: Floats, now_s: int) -> None:
        """Mark what is not to be trusted, the worst reason first."""
        off, motion = self.off(), self.faults["motion"]
        lost = self.pulses.silence_s(now_s) > NO_PULSE_S  # without a pulse the index is 0
        for key, metric in readings.items():
            metric.spoil(off, INVALID, "probe-off")
            metric.spoil(lost, INVALID, "no-pulse")
            if key != "pi":
                metric.spoil((index < WEAKEST) & ~motion, INVALID, "low-perfusion")
            metric.spoil(motion | (self._pull > STILL_PULLED), QUESTIONABLE, "motion")
            metric.spoil(index < WEAK, QUESTIONABLE, "low-perfusion")

    def _watch(self, scene: Scene) -> None:
        now, beats = scene.now_s, scene.trains.beats
        rows, place, feet = last_second(scene.beats, scene.beats.times + scene.beats.value("arrival"), now)
        heights = beats.stored("pulse")[place] * self.pulse_share
        if not self.troubled:
            kept = heights > FAINTEST
            if not kept.all():
                rows, feet, heights = rows[kept], feet[kept], heights[kept]
            self.pulses.watch(rows, feet, heights, now)
            return
        motion = self.faults["motion"] & ~self.off()
        lost = np.zeros(self.n, bool)
        for bed in np.nonzero(motion)[0].tolist():
            lost[bed] = self._luck.draw(bed, 1)[0] < LOST_IN_MOTION
        heights = heights * self.gain()[rows]
        kept = (heights > FAINTEST) & ~lost[rows]
        cadence = self.parameters["cadence_bpm"]
        self.pulses.watch_fooled(rows[kept], feet[kept], heights[kept], now, motion, cadence)

    def _saturate(self, truth: Floats, now_s: int) -> Floats:
        """Return what is shown: the truth of a while ago, averaged, with error, pulled by movement."""
        if self._past is None:
            self._past = np.repeat(truth[None, :], REMEMBERED_S, axis=0)
        self._past[now_s % REMEMBERED_S] = truth
        behind = self._behind
        if self.troubled:
            behind = behind + np.where(self.faults["cold-finger"], COLD_LAG_S, 0)
        place = (now_s - behind) % REMEMBERED_S * self.n + self._beds
        seen = np.add.reduce(self._past.take(place), axis=0) / len(place)
        self._walk = NOISE_KEEP * self._walk + NOISE_KICK * self.noise_sd * self._draws.row()
        right = seen + self._bias + self._walk
        if self.troubled or self._pulled:
            right = self._pulled_down(right)
        return within(right, 0.0, 100.0)

    def _pulled_down(self, right: Floats) -> Floats:
        """Return what nail polish and movement leave of what would be shown."""
        self._pull = settle(self._pull, self.faults["motion"].astype(float), 1.0, MOTION_LAG_S)
        self._pull[self._pull < NO_PULL] = 0.0
        self._pulled = bool(self._pull.any())
        right = right + np.where(self.suffers("nail-polish"), POLISH_SPO2, 0.0)
        return np.asarray(right + self._pull * np.minimum(MOTION_SPO2 - right, 0.0))

    def _changes(self) -> list[Noticed]:
        if not self.troubled and not self._off.any():
            return []
        off = self.off()
        changed = np.nonzero((off != self._off) & self.worn)[0]
        self._off = off.copy()
        return [
            Noticed(
                int(i),
                "probe-off",
                on=bool(off[i]),
                text="Sensor off finger" if off[i] else "Sensor on again",
            )
            for i in changed
        ]

    def wave_trouble(self, bed: int) -> str | None:
        """Say why the trace is not valid."""
        if not self.troubled:
            return None
        if self.off()[bed]:
            return "probe-off"
        return "motion" if self.faults["motion"][bed] else None
