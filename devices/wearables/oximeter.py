"""The pulse oximeter: saturation, pulse rate and perfusion index at the finger."""

from collections.abc import Sequence
from math import exp
from typing import ClassVar, Final

import numpy as np

from broker import messages as m
from devices.arrays import Bools, Floats, Ints
from devices.kernels import kernel
from devices.randomness import Draws, Luck, generator
from devices.signals.trains import FULL_PULSE_PERCENT
from devices.wearables.detector import HEIGHT, RATE, SILENCE, Detector, Eye
from devices.wearables.wearable import (
    INVALID,
    NOBODY,
    NOBODY_DUE,
    QUESTIONABLE,
    VALID,
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
SURE, SPREADS, DEEPEST = 80.0, 4.2, 50.0
"""Below 80 % the error is once more as large with each 4.2 points, down to 50 % (*heuristic*): accuracy is
stated for 70 to 100 % (reference 3.4), and from 60 to 70 % oximeters deviated by 3.2 (Bickler 2005,
Anesthesiology 102:715), four and a half times as much as ours above."""
WELL, OVER, OVER_GROWS = 97.0, 1.0, 2.2 / 32.0
"""In dark skin 1 to 3 points are read too many (reference 3.4), growing with desaturation to 3.2 at 65 %
(Bickler 2005); of a well saturation one (*heuristic*)."""
WEAK, WEAKEST = 0.3, 0.1
"""Perfusion index (%) below which a value is questionable, and invalid (reference 3.4)."""
MOTION_SPO2: Final = 83.0
MOTION_KEEP: Final = exp(-1.0 / 7.0)
"""Movement pulls saturation towards where red and infrared swing alike (reference 3.4: about 85)."""
STILL_PULLED: Final = 0.2
NO_PULL: Final = 1e-6
"""What is left of the pull below this is nothing."""
MOST_PERCENT: Final = 20.0
"""No larger index is shown (reference 3.1)."""
FAINTEST: Final = 0.01
"""A pulse lower than this is not seen (*heuristic*)."""
LOST_IN_MOTION: Final = 1.645
"""Heuristic: 95 % of pulses are lost in movement, those of a normal number below this."""
NO_PULSE_S: Final = 10.0
"""After so long without a pulse there is no value, until as many seconds with one as it averages are over:
so long it looks for it (both *heuristic*; a cuff on its arm costs 30 to 45 s in all, reference 3.4)."""
REMEMBERED_S: Final = 96
"""For so long saturation is remembered: the longest lag and average."""
COLD: Final = 0.08
"""How much of the pulse a cold hand without blood leaves (*heuristic*)."""
COLD_FINGER: Final = 0.2
COLD_LAG_S: Final = 20
"""What a cold finger leaves of the pulse (*heuristic*), and how much later it shows what is true
(reference 3.4: the finger's 20 to 30 s are longer when cold; how much is *heuristic*)."""
POLISHED: Final = 0.6
POLISH_SPO2: Final = -4.0
"""What dark nail polish leaves of the pulse, and how far it pulls saturation down (*heuristic*)."""
OFF, PULSELESS, TOO_FAINT, MOVING, FAINT = range(1, 6)
DOUBTS: Final = (
    (VALID, None), (INVALID, "probe-off"), (INVALID, "no-pulse"), (INVALID, "low-perfusion"),
    (QUESTIONABLE, "motion"), (QUESTIONABLE, "low-perfusion"),
)  # fmt: skip
"""Why a value is not to be trusted; of several reasons the first holds."""
WALK, PULL, SEARCH = range(3)
BIAS, SHIFT, MOVED, AWAY = range(4)


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
        bias = np.clip([g.normal(0, self.bias_sd) for g in rngs], -2 * self.bias_sd, 2 * self.bias_sd)
        self._lag = np.array([g.integers(*self.lag_s) for g in rngs], np.int64)
        self._draws = Draws(seed, beds, self.name)
        self._luck = Luck(seed, beds, f"{self.name} motion")
        eye = Eye(self.window_s, late="arrival", height="pulse", share=self.pulse_share, least=FAINTEST)
        self.pulses = Detector(self.n, eye)
        self._state = np.zeros((3, self.n))
        """How far the error has walked, how much movement pulls, how long it still looks for a pulse (s)."""
        self._how = np.zeros((4, self.n))
        """By bed: the device's own error, how far nail polish pulls, whether there is movement, no finger."""
        self._how[BIAS] = bias
        self._past: Floats | None = None
        self._off = np.zeros(self.n, bool)
        self.heed()

    def heed(self) -> None:
        """Note what the faults leave of the pulse, what looks like one, and what they make of saturation."""
        super().heed()
        self._how[SHIFT] = np.where(self.suffers("nail-polish"), POLISH_SPO2, 0.0)
        self._how[MOVED], self._how[AWAY] = self.faults["motion"], self.off()
        self._gain = self.gain()
        self._behind = self._lag + np.where(self.faults["cold-finger"], COLD_LAG_S, 0)
        motion = self.faults["motion"] & ~self.off()
        self._moved = motion.nonzero()[0].tolist()
        self._false_hz = np.where(motion, self.parameters["cadence_bpm"] / 60.0, 0.0)

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
        """Report every bed, as often as it does."""
        now, whom = scene.now_s, self.on_whom(scene)
        pulses = self.pulses.watch(scene.trains.beats, now, whom, self._reaching(scene, whom), self._false_hz)
        truth, window_s = scene.body.now["spo2"], self.window_s
        if self._past is None:
            self._past = np.repeat(scene.seen(truth)[None, :], REMEMBERED_S, axis=0)
        shown, doubts = np.empty((2, self.n)), np.empty((2, self.n), np.int64)
        doubtful = saturate(
            now,
            int(window_s),
            NOISE_KICK * self.noise_sd,
            truth,
            scene.body.pigment,
            whom,
            self._past,
            self._behind,
            self._draws.row(),
            self._how,
            self._state,
            pulses,
            shown,
            doubts,
        )
        events = self._changes()
        if now % self.period_s:
            return Report(NOBODY_DUE, {}, events)
        values = {"spo2": (shown[0], 0), "pr": (pulses[RATE], 0), "pi": (shown[1], 1)}
        readings = {
            k: Measured.judged(v, doubts[row], DOUBTS, window_s) if doubtful else Measured.valid(v, window_s)
            for k, (v, row) in values.items()
        }
        return Report(self._everyone, readings, events)

    def _reaching(self, scene: Scene, whom: Ints) -> Floats:
        """Return what of each bed's pulses of this second reaches the sensor, ``[N]``."""
        gain = self._gain
        if scene.squeezed is not None:
            gain = np.where(scene.squeezed[whom], 0.0, gain)
        lost = [bed for bed in self._moved if self._luck.draw(bed, 1)[0] < LOST_IN_MOTION]
        if not lost:
            return gain
        gain = gain.copy()
        gain[lost] = 0.0
        return gain

    def _changes(self) -> list[Noticed]:
        if not self._heeds:
            return []
        self._heeds = False
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


@kernel
def saturate(  # noqa: PLR0913, PLR0917 -- arrays
    now_s: int,
    window: int,
    kick: float,
    truth: Floats,
    pigment: Floats,
    whom: Ints,
    past: Floats,
    behind: Ints,
    noise: Floats,
    how: Floats,
    state: Floats,
    pulses: Floats,
    shown: Floats,
    doubts: Ints,
) -> int:
    """Write saturation and perfusion index into ``shown`` ``[2, N]``; return how many beds are doubtful.

    Saturation is the ``truth`` of ``whom`` a while ago (``behind``, s), averaged over ``window`` seconds of
    the ``past``, with error, read high through ``pigment``, pulled by polish and movement. ``doubts``
    ``[2, N]`` says which of ``DOUBTS`` holds of saturation and rate, and of the index.
    """
    doubtful, at, n = 0, now_s % REMEMBERED_S, whom.size
    for i in range(n):
        past[at, i] = truth[int(whom[i])]
        place, total = (now_s - int(behind[i])) % REMEMBERED_S, 0.0
        for _ in range(window):
            total += float(past[place, i])
            place = place - 1 if place > 0 else REMEMBERED_S - 1
        walk = NOISE_KEEP * float(state[WALK, i]) + kick * float(noise[i])
        pull, moved = float(state[PULL, i]), float(how[MOVED, i])
        if pull > 0.0 or moved > 0.0:
            pull = moved + (pull - moved) * MOTION_KEEP
            if pull < NO_PULL:
                pull = 0.0
        state[WALK, i], state[PULL, i] = walk, pull
        unseen = float(how[AWAY, i]) > 0.0 or float(pulses[SILENCE, i]) > NO_PULSE_S
        search = float(window) if unseen else max(float(state[SEARCH, i]) - 1.0, 0.0)
        state[SEARCH, i] = search
        right = total / window
        spread = 1.0 + (SURE - max(right, DEEPEST)) / SPREADS if right < SURE else 1.0
        over = float(pigment[int(whom[i])]) * (OVER + OVER_GROWS * max(WELL - right, 0.0))
        right += spread * (float(how[BIAS, i]) + walk) + over + float(how[SHIFT, i])
        right += pull * min(MOTION_SPO2 - right, 0.0)
        index = min(float(pulses[HEIGHT, i]) * FULL_PULSE_PERCENT, MOST_PERCENT)
        shown[0, i], shown[1, i] = min(max(right, 0.0), 100.0), index
        if float(how[AWAY, i]) > 0.0:
            doubt = OFF
        elif search > 0.0:
            doubt = PULSELESS
        elif moved > 0.0 or pull > STILL_PULLED:
            doubt = MOVING
        else:
            doubt = FAINT if index < WEAK else 0
        doubts[0, i] = doubts[1, i] = doubt
        if index < WEAKEST and moved <= 0.0 and (doubt == 0 or doubt > PULSELESS):
            doubts[0, i] = TOO_FAINT
        if doubt > 0:  # as is whoever's index is too faint
            doubtful += 1
    return doubtful
