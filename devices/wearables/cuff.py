"""The blood-pressure cuff: now and then, it takes its time, and it may fail."""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from broker import messages as m
from devices.arrays import Bools, Floats, Ints
from devices.kernels import kernel
from devices.randomness import Luck, generator
from devices.signals.pleth import FAINTEST
from devices.wearables.measured import INVALID, Measured
from devices.wearables.wearable import NOBODY, NOBODY_DUE, Report, Scene, Wearable

PERIOD_S: Final = 900.0
TAKES_S: Final = (25, 40)
"""How long a measurement takes (reference 8.8)."""
EVEN, UNEVEN = 0.08, 0.20
"""The variation of intervals between pulses, as a share of their mean, from which on a pulse is somewhat
irregular, and from which it is wholly (fibrillation has 0.20 to 0.25: reference 7.21)."""
LONGER_S: Final = 15.0
SCATTERS: Final = 1.0
FAILS_MORE: Final = 1.0
"""What a wholly irregular pulse adds to the time, to the spread (as a share), and to ``FAILS_BELOW``, so
that 15 % fail. *Heuristic*: readings scatter more in fibrillation, and their mean stays (Pagonas 2013,
Hypertension 62:579), it fails (reference 8.8), and takes longer."""
SPREAD_MMHG: Final = 4.0
BIAS_MMHG: Final = 2.0
"""Together about the 5 mmHg (sd) of reference 8.8."""
LEAST_PULSE_MMHG: Final = 15.0
"""Below this pulse pressure a cuff hears nothing (reference 8.8)."""
LEAST_MMHG: Final = 35.0
"""Nor below this systolic pressure (*heuristic*)."""
PULSE_S: Final = 12.0
"""So long a pulse is counted (*heuristic*)."""
ENOUGH: Final = 2
"""So many pulses make a rate."""
AGAIN_S: Final = 60.0
"""After a failure it tries again so soon, once (*heuristic*)."""
SMALL_MMHG: Final = 10.0
"""A cuff too small reads so much high (reference 3.4)."""
FAILS_BELOW: Final = -2.05
"""Heuristic: 2 % of measurements fail by chance."""
LEAST_READ_MMHG: Final = 8.0
"""No cuff shows less between diastolic and systolic (*heuristic*)."""
BEFORE_S: Final = 35.0
"""A measurement begins so long before a period is over, so that they end about a period apart."""
SHORTEST_S: Final = 0.1
"""No interval between pulses is shorter."""
RATE, NUMBER, IRREGULAR = range(3)
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
        self._squeezed: Bools | None = None
        self._known = -1, -np.inf
        """Whose arms are shut, at which of the ``changes`` that was found, and until when it holds."""
        self._tries = np.zeros(self.n, int)
        self.idle_until_s = float(self.begins_s.min(initial=np.inf))
        self.parameters["period_s"] = np.full(self.n, PERIOD_S)
        self._in_the_way = False

    def heed(self, bed: int) -> None:
        """Note whether any cuff sits where an oximeter does."""
        del bed
        self._in_the_way = bool(self.faults[SAME_ARM].any())

    def squeezed(self, now_s: float) -> Bools | None:
        """Return whose arm with the oximeter lets no pulse pass just now, ``[N]``; ``None``: nobody's.

        It is the same array as long as nothing changes.
        """
        if not self._in_the_way:
            return None
        if self._known[0] != self.changes or now_s >= self._known[1]:
            here = self.faults[SAME_ARM] & ~self.faults[NOBODY]
            shut = here & (self._shut_s <= now_s)
            self._known = self.changes, float(self._shut_s[here & ~shut].min(initial=np.inf))
            self._squeezed = np.asarray(self.on_bodies(shut)) if shut.any() else None
        return self._squeezed

    def begin(self, bed: int, now_s: float) -> None:
        """Start a measurement soon, whatever the period says, unless one is under way."""
        if self.worn[bed] and np.isinf(self._ends_s[bed]):
            self.begins_s[bed] = now_s
            self.idle_until_s = min(self.idle_until_s, now_s)

    def measure(self, scene: Scene) -> Report:
        """Start and finish measurements; report those that finish now."""
        now = scene.now_s
        beginning = (self.begins_s <= now).nonzero()[0]
        if beginning.size:
            self._start(scene, beginning)
        due = (self._ends_s <= now).nonzero()[0]
        report = self._finish(scene, due) if due.size else Report(NOBODY_DUE)
        self.idle_until_s = float(min(self.begins_s.min(), self._ends_s.min()))
        return report

    def _start(self, scene: Scene, beds: Ints) -> None:
        irregular = self._heard(scene, beds)[IRREGULAR]
        for bed in beds.tolist():
            takes = 32.0 + 4.0 * float(self._luck.draw(bed, 1)[0])
            takes = min(max(takes, TAKES_S[0]), TAKES_S[1]) + LONGER_S * float(irregular[bed])
            self.begins_s[bed], self._ends_s[bed] = np.inf, math.floor(scene.now_s + takes)
            self._shut(bed, scene.now_s + INFLATES_S)

    def _finish(self, scene: Scene, due: Ints) -> Report:
        """Return what the measurements of the beds ``due`` show: few of many, so one by one."""
        heard, sbp, dbp = self._heard(scene, due), scene.truth("sbp"), scene.truth("dbp")
        readings = {key: Measured.valid(np.zeros(self.n)) for key in self.metrics}
        failed: dict[str, list[int]] = {"motion": [], "no-reading": []}
        for bed in due.tolist():
            b, c, luck = self._luck.draw(bed, 3).tolist()
            rate, number, irregular = heard[:, bed].tolist()
            pressure = float(sbp[bed]), float(dbp[bed])
            shown = (*self._read(bed, pressure, (b, c), irregular), min(max(rate, 20.0), 300.0))
            for metric, value in zip(readings.values(), shown, strict=True):
                metric.values[bed] = value
            if number < ENOUGH:
                readings["pr_nibp"].mark([bed], INVALID, "no-reading")
            fails = self._fails(bed, pressure, luck - FAILS_MORE * irregular)
            if fails:
                failed["motion" if self.faults["motion"][bed] else "no-reading"].append(bed)
            self._rest(bed, scene.now_s, failed=fails)
        for why, beds in failed.items():
            for metric in readings.values():
                metric.mark(beds, INVALID, why)
        return Report(due, readings)

    def _heard(self, scene: Scene, beds: Ints) -> Floats:
        """Return rate per minute, number and irregularity of the last pulses of ``beds``, ``[3, N]``."""
        heard, beats = np.zeros((3, self.n)), scene.trains.beats
        listen(
            scene.now_s, beds, self.on_whom(scene), beats.times, beats.count, beats.stored("strength"), heard
        )
        return heard

    def _read(
        self, bed: int, pressure: tuple[float, float], luck: tuple[float, float], irregular: float
    ) -> tuple[float, float, float]:
        """Return systolic, diastolic and mean pressure as a bed's cuff reads them."""
        b, c = luck
        spread = SPREAD_MMHG * (1.0 + SCATTERS * irregular)
        off = float(self._bias[bed]) + (SMALL_MMHG if self.faults["too-small"][bed] else 0.0)
        systolic = min(max(pressure[0] + off + spread * b, 30.0), 300.0)
        diastolic = min(max(pressure[1] + off + spread * (0.6 * b + 0.5 * c), 10.0), 220.0)
        diastolic = min(diastolic, systolic - LEAST_READ_MMHG)
        return systolic, diastolic, diastolic + (systolic - diastolic) / 3.0

    def _fails(self, bed: int, pressure: tuple[float, float], luck: float) -> bool:
        sbp, dbp = pressure
        weak = sbp - dbp < LEAST_PULSE_MMHG or sbp < LEAST_MMHG
        hindered = self.faults["motion"][bed] or self.faults[NOBODY][bed]
        return bool(weak or hindered or luck < FAILS_BELOW)

    def _rest(self, bed: int, now_s: float, *, failed: bool) -> None:
        """Wait for the next measurement: soon after the first failure, as long as asked after any other."""
        again = failed and self._tries[bed] == 0
        self._tries[bed] = int(again)
        pause = AGAIN_S if again else float(self.parameters["period_s"][bed]) - BEFORE_S
        self.begins_s[bed], self._ends_s[bed] = now_s + pause, np.inf
        self._shut(bed, np.inf)

    def _shut(self, bed: int, from_s: float) -> None:
        """Let a cuff shut its arm ``from_s`` on; ``inf``: no longer."""
        self._shut_s[bed] = from_s
        if self.faults[SAME_ARM][bed]:
            self._known = self._known[0], -np.inf


@kernel
def listen(
    now_s: float, beds: Ints, whom: Ints, times: Floats, count: Ints, strength: Floats, heard: Floats
) -> None:
    """Write what a cuff hears of the pulses of the last ``PULSE_S`` into ``heard`` ``[3, N]``.

    That is rate per minute, number, and how irregular they are, 0 to 1. Beats that open no valve are not
    heard. ``times`` ``[size, N]``, ``count`` ``[N]`` and ``strength`` (flat) are the beats' of ``whom``.
    """
    size, n = times.shape
    for k in range(beds.size):
        bed = int(beds[k])
        w = int(whom[bed])
        at, number, last_s, first_s, squares = int(count[w]) & (size - 1), 0, 0.0, 0.0, 0.0
        for _ in range(size):
            at = at - 1 if at > 0 else size - 1
            time = float(times[at, w])
            if time <= now_s - PULSE_S:
                break
            if time <= now_s and float(strength[at * n + w]) > FAINTEST:
                if number > 0:
                    squares += (first_s - time) * (first_s - time)
                else:
                    last_s = time
                first_s = time
                number += 1
        mean_s = max((last_s - first_s) / max(number - 1, 1), SHORTEST_S)
        spread = math.sqrt(max(squares / max(number - 1, 1) - mean_s * mean_s, 0.0)) / mean_s
        heard[RATE, bed] = 60.0 / mean_s if number > 1 else 0.0
        heard[NUMBER, bed] = number
        heard[IRREGULAR, bed] = min(max((spread - EVEN) / (UNEVEN - EVEN), 0.0), 1.0)
