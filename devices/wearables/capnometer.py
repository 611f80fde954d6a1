"""The capnometer: end-tidal and inspired CO2, and breaths counted by them, from a cannula at the nose.

A sidestream device draws gas through a tube, so its numbers come some seconds late. Accuracy: ±2 mmHg
up to 38 mmHg, beyond it 5 % of the reading (usual statement of makers; bias and noise within it, delay
and averaging are *heuristic*).
"""

from collections.abc import Sequence
from typing import Final, TypeAlias

import numpy as np

from broker import messages as m
from devices.arrays import Bools, Floats, Ints
from devices.kernels import kernel
from devices.randomness import Draws, generator
from devices.signals import events
from devices.signals.events import NEVER, Events
from devices.wearables import detector
from devices.wearables.measured import INVALID, VALID, Measured
from devices.wearables.wearable import NOBODY, Report, Scene, Wearable

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
ROOM: Final = 64
"""So many breaths are remembered: more than in ``RR_WINDOW_S``."""
WHEN, ENDED, BEGAN = range(3)
STORED: Final = ("inspiration", "expiration", "co2", "inspired")
"""What is looked at of the train of breaths."""
Breaths: TypeAlias = tuple[Floats, Ints, Floats, Floats, Floats, Floats]
"""Times ``[size, N]`` and counts ``[N]`` of the train, and flat what is ``STORED``."""
ETCO2, FICO2, RR = range(3)
"""Rows of what is shown."""
DOUBTS: Final = ((VALID, None), (INVALID, "no-breath"))


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
        self._draws = Draws(seed, beds, "capnometer", who=self.worn)
        self._seen: Floats = np.zeros((3, self.n, ROOM))
        """The breaths seen: when, end-tidal and inspired CO2."""
        self._seen[WHEN] = NEVER
        self._number: Ints = np.zeros(self.n, np.int64)
        """How many there were."""
        self._doubts: Ints = np.zeros(self.n, np.int64)
        """Which of ``DOUBTS`` holds of the gas, and how valid gas and rate are."""
        self._gas = Measured.valid(self._factor, WINDOW_S)
        self._rate = Measured.valid(self._factor, RR_WINDOW_S)
        self._train: Events | None = None
        self._stored: Breaths

    def measure(self, scene: Scene) -> Report:
        """Report every bed, each second."""
        breaths, shown = scene.trains.breaths, np.zeros((3, self.n))
        if breaths is not self._train:
            self._train = breaths
            inspiration, expiration, co2, inspired = (breaths.stored(name) for name in STORED)
            self._stored = breaths.times, breaths.count, inspiration, expiration, co2, inspired
        noise, turn = self._draws.take(1)
        changed = watch(
            scene.now_s,
            self._everyone,
            self._stored,
            self.on_whom(scene),
            self.off(),
            (self._seen, self._number),
            self._factor,
            noise,
            turn,
            self._doubts,
            shown,
        )
        if changed:
            self._gas = Measured.judged(self._factor, self._doubts, DOUBTS, WINDOW_S)
        readings = {
            "etco2": self._gas.of(shown[ETCO2]),
            "fico2": self._gas.of(shown[FICO2]),
            "rr_co2": self._rate.of(shown[RR]),
        }
        return Report(self._everyone, readings)

    def off(self) -> Bools:
        """Return where the tube is at nobody's nose."""
        return self.faults[NOBODY]


@kernel
def watch(  # noqa: PLR0913, PLR0917 -- arrays
    now_s: int,
    beds: Ints,
    breaths: Breaths,
    whom: Ints,
    off: Bools,
    known: tuple[Floats, Ints],
    factor: Floats,
    noise: Floats,
    turn: int,
    doubts: Ints,
    shown: Floats,
) -> int:
    """See the breaths whose end reaches the sensors on ``beds`` in the second to ``now_s``, and average.

    Return on how many other ``doubts`` hold than before: there is no gas after ``APNOEA_S`` without a breath.
    ``known`` are ``[3, N, ROOM]`` and ``[N]``, the breaths seen and how many there were, to which is added;
    ``noise`` is ``[N, turns]``; ``shown`` ``[3, N]`` becomes end-tidal and inspired CO2 and rate.
    """
    begins, count, inspiration, expiration, co2, inspired = breaths
    seen, number = known
    ring, n = begins.shape[0] - 1, begins.shape[1]
    oldest_s = now_s - DELAY_S - LONGEST_BREATH_S
    changed = 0
    for k in range(beds.size):
        i = int(beds[k])
        w = int(whom[i])
        end, newest = int(number[i]), int(count[w])
        for event in range(newest if off[i] else detector.first_after(begins, w, newest, oldest_s), newest):
            place = (event & ring) * n + w
            when = (
                float(begins[event & ring, w])
                + float(inspiration[place])
                + float(expiration[place])
                + DELAY_S
            )
            ended, began = float(co2[place]), float(inspired[place])
            if now_s - 1.0 < when <= now_s and ended - began > LEAST_MMHG:
                seen[WHEN, i, end % ROOM] = when
                seen[ENDED, i, end % ROOM] = ended
                seen[BEGAN, i, end % ROOM] = began
                end += 1
        number[i] = end
        last, near, far = (end - 1) % ROOM, 0, 0
        sum_ended, sum_began = 0.0, 0.0
        while far < ROOM and float(seen[WHEN, i, last - far]) > now_s - RR_WINDOW_S:
            if float(seen[WHEN, i, last - far]) > now_s - WINDOW_S:
                sum_ended += float(seen[ENDED, i, last - far])
                sum_began += float(seen[BEGAN, i, last - far])
                near += 1
            far += 1
        if near == 0:
            sum_ended, sum_began, near = float(seen[ENDED, i, last]), float(seen[BEGAN, i, last]), 1
        ended, latest = sum_ended / near, float(seen[WHEN, i, last])
        shown[ETCO2, i] = (
            ended * float(factor[i]) + NOISE_MMHG * float(noise[i, turn]) if ended > 0.0 else 0.0
        )
        shown[FICO2, i] = sum_began / near * float(factor[i])
        rate = events.mean_rate(float(seen[WHEN, i, (last - far + 1) % ROOM]), latest, far, now_s)
        silent = now_s - latest > APNOEA_S
        shown[RR, i] = 0.0 if silent else rate
        doubt = 1 if silent else 0
        if doubt != int(doubts[i]):
            doubts[i] = doubt
            changed += 1
    return changed
