"""The blood-pressure cuff: now and then, it takes its time, and it may fail."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from broker import messages as m
from devices.arrays import Bools, Floats, Ints
from devices.randomness import Luck, generator
from devices.signals.events import NEVER
from devices.wearables.wearable import INVALID, NOBODY, NOBODY_DUE, Measured, Report, Scene, Wearable

PERIOD_S: Final = 900.0
TAKES_S: Final = (25, 40)
"""How long a measurement takes (reference 8.8)."""
SPREAD_MMHG: Final = 4.0
BIAS_MMHG: Final = 2.0
"""Together about the 5 mmHg (sd) of reference 8.8."""
LEAST_PULSE_MMHG: Final = 15.0
"""Below this pulse pressure a cuff hears nothing (reference 8.8)."""
LEAST_MMHG: Final = 35.0
"""Nor below this systolic pressure (*heuristic*)."""
PULSE_S: Final = 12.0
ENOUGH: Final = 2
"""So many beats make a pulse rate."""
AGAIN_S: Final = 60.0
"""After a failure it tries again so soon, once (*heuristic*)."""
SMALL_MMHG: Final = 10.0
"""A cuff too small reads so much high (reference 3.4)."""
FAILS_BELOW: Final = -2.05
"""Heuristic: 2 % of measurements fail by chance."""
SAME_ARM: Final = "same-arm"
"""The cuff sits on the arm that carries the oximeter."""
INFLATES_S: Final = 3.0
"""So long after a measurement begins no pulse passes any more (*heuristic*), until it is over."""


class Cuff(Wearable):
    """A cuff on the upper arm."""

    name = "cuff"
    label = "BP cuff"
    model = "sim-cuff"
    metrics = {  # noqa: RUF012 -- a table, never changed
        "nibp_sys": m.MetricInfo(u="mm[Hg]", avail="Intr", accuracy="±5 mmHg"),
        "nibp_dia": m.MetricInfo(u="mm[Hg]", avail="Intr", accuracy="±5 mmHg"),
        "nibp_map": m.MetricInfo(u="mm[Hg]", avail="Intr", accuracy="±5 mmHg"),
        "pr_nibp": m.MetricInfo(u="/min", avail="Intr"),
    }
    kinds = ("motion", "too-small", SAME_ARM)
    battery_h = 240.0

    def prepare(self, seed: int, beds: Sequence[str]) -> None:
        """Begin with a measurement within the first seconds, a little apart on each bed."""
        rngs = [generator(seed, bed, "cuff error") for bed in beds]
        self._bias = np.array([np.clip(g.normal(0, BIAS_MMHG), -4, 4) for g in rngs])
        self.begins_s = np.array([float(g.integers(2, 15)) for g in rngs])
        self.begins_s[~self.worn] = np.inf
        self._luck = Luck(seed, beds, "cuff")
        self._ends_s = np.full(self.n, np.inf)
        self._shut_s = np.full(self.n, np.inf)
        """From when on the cuff lets no pulse pass."""
        self._tries = np.zeros(self.n, int)
        self._next_s = float(self.begins_s.min(initial=np.inf))
        """When the next measurement begins or ends on any bed."""
        self.parameters["period_s"] = np.full(self.n, PERIOD_S)
        self.heed()

    def heed(self) -> None:
        """Note whether any cuff sits where an oximeter does."""
        super().heed()
        self._in_the_way = bool(self.faults[SAME_ARM].any())

    def squeezed(self, now_s: float) -> Bools | None:
        """Return whose arm with the oximeter lets no pulse pass just now, ``[N]``; ``None``: nobody's."""
        if not self._in_the_way:
            return None
        shut = self.faults[SAME_ARM] & ~self.faults[NOBODY] & (self._shut_s <= now_s)
        return np.asarray(self.on_bodies(shut)) if shut.any() else None

    def begin(self, bed: int, now_s: float) -> None:
        """Start a measurement soon, whatever the period says, unless one is under way."""
        if self.worn[bed] and np.isinf(self._ends_s[bed]):
            self.begins_s[bed] = now_s
            self._next_s = min(self._next_s, now_s)

    def measure(self, scene: Scene) -> Report:
        """Start and finish measurements; report those that finish now."""
        now = scene.now_s
        if now < self._next_s:
            return Report(NOBODY_DUE)
        for bed in (self.begins_s <= now).nonzero()[0].tolist():
            takes = np.clip(32.0 + 4.0 * self._luck.draw(bed, 1)[0], *TAKES_S)
            self.begins_s[bed], self._ends_s[bed] = np.inf, np.floor(now + takes)
            self._shut_s[bed] = now + INFLATES_S
        due = self._ends_s <= now
        report = self._finish(scene, due) if due.any() else Report(NOBODY_DUE)
        self._next_s = float(min(self.begins_s.min(), self._ends_s.min()))
        return report

    def _finish(self, scene: Scene, due: Bools) -> Report:
        """Return what the measurements show that are ``due`` ``[N]``."""
        luck = np.zeros((3, self.n))
        for bed in np.nonzero(due)[0].tolist():
            luck[:, bed] = self._luck.draw(bed, 3)
        readings = self._read(scene, luck[0], luck[1])
        failed, moved = self._failed(scene, luck[2]), self.faults["motion"]
        for metric in readings.values():
            metric.spoil(failed & moved, INVALID, "motion")
            metric.spoil(failed, INVALID, "no-reading")
        self._rest(due, failed, scene.now_s)
        return Report(np.nonzero(due)[0], readings)

    def _read(self, scene: Scene, b: Floats, c: Floats) -> dict[str, Measured]:
        sbp, dbp = scene.truth("sbp"), scene.truth("dbp")
        small = np.where(self.faults["too-small"], SMALL_MMHG, 0.0)
        systolic = np.clip(sbp + self._bias + small + SPREAD_MMHG * b, 30, 300)
        diastolic = np.clip(dbp + self._bias + small + SPREAD_MMHG * (0.6 * b + 0.5 * c), 10, 220)
        diastolic = np.minimum(diastolic, systolic - 8.0)
        pulse, number = self._pulse(scene)
        readings = {
            "nibp_sys": Measured.valid(systolic),
            "nibp_dia": Measured.valid(diastolic),
            "nibp_map": Measured.valid(diastolic + (systolic - diastolic) / 3.0),
            "pr_nibp": Measured.valid(np.clip(pulse, 20, 300)),
        }
        readings["pr_nibp"].spoil(number < ENOUGH, INVALID, "no-reading")
        return readings

    def _pulse(self, scene: Scene) -> tuple[Floats, Ints]:
        """Return (rate per minute, beats) over the last seconds of deflation."""
        times = scene.trains.beats.times
        times = times if scene.whom is None else times[:, scene.whom]
        inside = (times > scene.now_s - PULSE_S) & (times <= scene.now_s)
        number = inside.sum(axis=0)
        first, last = np.where(inside, times, np.inf).min(axis=0), np.where(inside, times, NEVER).max(axis=0)
        return 60.0 * (number - 1) / np.maximum(last - first, 0.2), number

    def _failed(self, scene: Scene, luck: Floats) -> Bools:
        sbp = scene.truth("sbp")
        weak = (sbp - scene.truth("dbp") < LEAST_PULSE_MMHG) | (sbp < LEAST_MMHG)
        hindered = self.faults["motion"] | self.faults[NOBODY]
        return np.asarray(weak | hindered | (luck < FAILS_BELOW))

    def _rest(self, due: Bools, failed: Bools, now_s: float) -> None:
        again = due & failed & (self._tries == 0)
        self._tries = np.where(again, 1, np.where(due, 0, self._tries))
        pause = np.where(again, AGAIN_S, self.parameters["period_s"])
        self.begins_s = np.where(due, now_s + pause - np.where(again, 0.0, 35.0), self.begins_s)
        self._ends_s[due] = self._shut_s[due] = np.inf
