"""The ECG patch: heart rate from QRS complexes, breathing rate from thoracic impedance."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from broker import messages as m
from devices.arrays import Bools
from devices.randomness import Luck
from devices.signals.events import last_second
from devices.signals.rhythms import CONFIRMED_S, RHYTHMS
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

HR_WINDOW_S: Final = 8.0
RR_WINDOW_S: Final = 30.0
"""Averaging: a bedside monitor's 8 s, and the half minute a nurse counts breaths (reference 3.1)."""
APNOEA_S: Final = 20.0
"""After so long without a breath the rate is 0 (reference 2.4)."""
LOST_IN_MOTION: Final = -2.05
"""In 2 % of the seconds of movement QRS complexes are lost, those of a normal number below this: as a
detector on the streamed trace has it (tests)."""
LOST_IN_SHIVERING: Final = -2.05
"""Likewise in shivering."""
SHIVERS_BPM: Final = 5.0
"""So many bursts of shivering a minute are counted for QRS complexes, likewise."""
LOST_IN_WANDER: Final = -0.52
"""Heuristic: 30 % of breaths are lost while the baseline wanders, those of a normal number below this."""
STEPS_A_BREATH: Final = 3.0
"""Heuristic: impedance follows steps about every third time."""


class Patch(Wearable):
    """One lead and impedance on the chest."""

    name = "patch"
    label = "ECG patch"
    model = "sim-patch"
    metrics = {  # noqa: RUF012 -- a table, never changed
        "hr": m.MetricInfo(u="/min", period_ms=1000, avg_s=HR_WINDOW_S, accuracy="±2 /min"),
        "rr": m.MetricInfo(u="/min", period_ms=1000, avg_s=RR_WINDOW_S, accuracy="±1 /min"),
    }
    waves = ("ecg_ii", "resp")
    kinds = ("motion", "lead-off", "shivering", "mains-hum", "baseline-wander", "electrosurgery")
    warm_up_s = RR_WINDOW_S

    def prepare(self, seed: int, beds: Sequence[str]) -> None:
        """Begin with nothing seen."""
        self.beats = Detector(self.n, HR_WINDOW_S)
        self.breaths = Detector(self.n, RR_WINDOW_S)
        self._luck = Luck(seed, beds, "patch")
        self._noise = Luck(seed, beds, "patch noise")
        self._off = np.zeros(self.n, bool)
        self._named = ["sinus"] * self.n
        self._doubts: dict[int, tuple[str, int]] = {}

    def measure(self, scene: Scene) -> Report:
        """Report both rates of every bed, each second."""
        now = scene.now_s
        self._watch(scene)
        hr = Measured.valid(self.beats.rate(now), HR_WINDOW_S)
        breathing = self.breaths.rate(now)
        breathing[self.breaths.silence_s(now) > APNOEA_S] = 0.0
        rr = Measured.valid(breathing, RR_WINDOW_S)
        if self.troubled:
            self._doubt(hr, rr)
        return Report(self.everyone(), {"hr": hr, "rr": rr}, self._changes() + self._name(scene))

    def _doubt(self, hr: Measured, rr: Measured) -> None:
        """Mark what is not to be trusted."""
        for metric in (hr, rr):
            metric.spoil(self.faults["motion"], QUESTIONABLE, "motion")
            metric.spoil(self.faults["shivering"], QUESTIONABLE, "shivering")
            metric.spoil(self.off(), INVALID, "lead-off")
            metric.spoil(self.faults["electrosurgery"], INVALID, "electrosurgery")
        rr.spoil(self.faults["baseline-wander"], QUESTIONABLE, "baseline-wander")

    def off(self) -> Bools:
        """Return where no electrode touches a patient, as the device itself notices."""
        return np.asarray(self.faults["lead-off"] | self.faults[NOBODY])

    def _watch(self, scene: Scene) -> None:
        now = scene.now_s
        rows, _, times = last_second(scene.beats, scene.beats.times, now)
        breathing, place, begun = last_second(scene.breaths, scene.breaths.times, now)
        depth = scene.trains.breaths.stored("depth")[place]
        if not self.troubled:
            self.beats.watch(rows, times, np.ones(rows.size), now)
            self.breaths.watch(breathing, begun, depth, now)
            return
        motion, shivers = self.faults["motion"], self.faults["shivering"]
        on = ~(self.off() | self.faults["electrosurgery"])
        lost = self._unlucky(self._luck, motion, LOST_IN_MOTION)
        lost |= self._unlucky(self._noise, shivers, LOST_IN_SHIVERING)
        kept = (on & ~lost)[rows]
        shaken = np.full(self.n, SHIVERS_BPM)
        heights = np.ones(kept.sum())
        self.beats.watch_fooled(rows[kept], times[kept], heights, now, shivers & on, shaken)
        lost = self._unlucky(self._noise, self.faults["baseline-wander"], LOST_IN_WANDER)
        kept = (on & ~lost)[breathing]
        cadence = self.parameters["cadence_bpm"] / STEPS_A_BREATH
        self.breaths.watch_fooled(breathing[kept], begun[kept], depth[kept], now, motion & on, cadence)

    def _unlucky(self, luck: Luck, where: Bools, below: float) -> Bools:
        """Return whose events of this second are lost, of those ``where``."""
        lost = np.zeros(self.n, bool)
        for bed in np.nonzero(where)[0].tolist():
            lost[bed] = luck.draw(bed, 1)[0] < below
        return lost

    def _changes(self) -> list[Noticed]:
        if not self.troubled and not self._off.any():
            return []
        off = self.off()
        changed = np.nonzero((off != self._off) & self.worn)[0]
        self._off = off.copy()
        return [
            Noticed(
                int(i), "lead-off", on=bool(off[i]), text="Electrode off" if off[i] else "Electrode on again"
            )
            for i in changed
        ]

    def _name(self, scene: Scene) -> list[Noticed]:
        """Name each bed's rhythm once it has lasted ``CONFIRMED_S``."""
        rhythms = scene.rhythms
        if rhythms == self._named:
            self._doubts.clear()
            return []
        named = []
        for bed, rhythm in enumerate(rhythms):
            if rhythm == self._named[bed] or self._off[bed] or not self.worn[bed]:
                self._doubts.pop(bed, None)
                continue
            doubted, since = self._doubts.get(bed, ("", 0))
            if doubted != rhythm:
                self._doubts[bed] = (rhythm, scene.now_s)
            elif scene.now_s - since >= CONFIRMED_S:
                self._named[bed] = rhythm
                named.append(Noticed(bed, "rhythm", on=rhythm != "sinus", text=RHYTHMS[rhythm].label))
        return named

    def wave_trouble(self, bed: int) -> str | None:
        """Say why the traces are not valid."""
        if not self.troubled:
            return None
        if self.off()[bed]:
            return "lead-off"
        noisy = ("electrosurgery", "motion", "shivering", "mains-hum", "baseline-wander")
        return next((kind for kind in noisy if self.faults[kind][bed]), None)
