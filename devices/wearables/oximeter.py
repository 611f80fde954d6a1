"""The pulse oximeter: saturation, pulse rate and perfusion index at the finger."""

from collections.abc import Sequence
from math import prod
from typing import ClassVar, Final

import numpy as np

from broker import messages as m
from devices.arrays import Bools, Floats, Ints
from devices.randomness import Draws, Luck, generator
from devices.signals.artefacts import LIGHT, SHIVERING
from devices.wearables import saturation
from devices.wearables.detector import Detector, Eye
from devices.wearables.measured import Worth
from devices.wearables.saturation import (
    AWAY,
    BEHIND,
    BIAS,
    DOUBT,
    DOUBTS,
    FALSE_HZ,
    INDEX,
    LEFT,
    LIT_UP,
    MISSED,
    MOVED,
    NOISE_KICK,
    OF_INDEX,
    PULSES,
    REMEMBERED_S,
    SATURATION,
    SHAKEN,
    SHIFT,
    STATE,
)
from devices.wearables.wearable import NOBODY, NOBODY_DUE, Noticed, Report, Scene, Wearable, keep

WINDOW_S: Final = 8.0
LAG_S: Final = (12, 20)
"""From lung to finger (reference 3.4: 20 to 30 s at the finger, of which averaging is 4 to 8)."""
BIAS_SD: Final = 0.6
NOISE_SD: Final = 0.35
"""Within A_rms ≤ 2 to 3 % (reference 3.4); drawn low, so that a class sees what was scripted."""
FAINTEST: Final = 0.01
"""A pulse lower than this is not seen (*heuristic*)."""
LOST_IN_MOTION: Final = 1.645
"""Heuristic: 95 % of pulses are lost in movement, those of a normal number below this."""
COLD: Final = 0.08
"""How much of the pulse a cold hand without blood leaves (*heuristic*)."""
COLD_FINGER: Final = 0.2
COLD_LAG_S: Final = 20
"""What a cold finger leaves of the pulse (*heuristic*), and how much later it shows what is true
(reference 3.4: the finger's 20 to 30 s are longer when cold; how much is *heuristic*)."""
POLISHED: Final = 0.6
POLISH_SPO2: Final = -4.0
"""What dark nail polish leaves of the pulse, and how far it pulls saturation down (*heuristic*)."""
LIT: Final = 0.4
"""What strong light leaves of the pulse beside itself (*heuristic*)."""
LEFT_BY: Final = {"low-perfusion": COLD, "cold-finger": COLD_FINGER, "nail-polish": POLISHED, LIGHT: LIT}


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
    kinds: ClassVar[tuple[str, ...]] = (
        "motion", "probe-off", "low-perfusion", "cold-finger", "nail-polish", LIGHT,
    )  # fmt: skip
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
        self._draws = Draws(seed, beds, self.name, who=self.worn)
        self._luck = Luck(seed, beds, f"{self.name} motion")
        eye = Eye(self.window_s, late="arrival", height="pulse", share=self.pulse_share, least=FAINTEST)
        self._pulses = Detector(self.n, eye)
        self._state = np.zeros((self.n, STATE))
        self._shaken: list[int] = []
        self._shivering: Floats | None = None
        self._elsewhere = False
        """Whose hands shivered when that was last looked at, and whether any device sat on another's."""
        self._state[:, BIAS], self._state[:, BEHIND], self._state[:, LEFT] = bias, self._lag, 1.0
        self._right, self._rate, self._faintness = (Worth(self.n, self.window_s) for _ in range(3))
        self.worth = {"spo2": self._right, "pr": self._rate, "pi": self._faintness}
        self._news = np.zeros(self.n, np.int64)
        """Of which beds other doubts hold than before."""
        self._past: Floats | None = None
        self._off, self._open = np.zeros(self.n, bool), np.zeros(self.n, bool)
        self._heeded: set[int] = set()
        """Of whose faults it has said nothing yet."""
        self._moved: list[int] = []
        self._trouble: dict[int, str] = {}
        """Why the trace is not valid, by bed."""

    def heed(self, bed: int) -> None:
        """Note what a bed's faults leave of the pulse, what looks like one, and to saturation."""
        self._heeded.add(bed)
        here, own = self.here(bed), self._state[bed]
        if NOBODY in here:
            here.add("probe-off")
        off, moved = "probe-off" in here, "motion" in here
        own[SHIFT] = POLISH_SPO2 if "nail-polish" in here else 0.0
        own[MOVED], own[AWAY], own[LIT_UP], own[MISSED] = moved, off, LIGHT in here, 0.0
        own[BEHIND] = self._lag[bed] + (COLD_LAG_S if "cold-finger" in here else 0)
        own[LEFT] = 0.0 if off else prod(left for kind, left in LEFT_BY.items() if kind in here)
        own[FALSE_HZ] = self.parameters["cadence_bpm"][bed] / 60.0 if moved and not off else 0.0
        keep(self._moved, bed, there=moved and not off)
        self._trouble.pop(bed, None)
        if why := next((kind for kind in ("probe-off", "motion", LIGHT) if kind in here), None):
            self._trouble[bed] = why

    def gain(self) -> Floats:
        """Return how much of the pulse reaches the sensor, to be read only."""
        left: Floats = self._state[:, LEFT]
        return left

    def off(self) -> Bools:
        """Return where the sensor sees no finger, as the device itself notices."""
        return np.asarray(self.faults["probe-off"] | self.faults[NOBODY])

    def measure(self, scene: Scene) -> Report:
        """Report every bed, as often as it does."""
        now, whom, body = scene.now_s, self.on_whom(scene), scene.body
        if scene.shivering is not self._shivering or scene.whom is not None or self._elsewhere:
            self._shake(scene, whom)
        for bed in self._moved:  # few of many
            self._state[bed, MISSED] = self._luck.one(bed) < LOST_IN_MOTION
        truth, shown = body.now["spo2"], np.zeros((3, self.n))
        noise, turn = self._draws.take(1)
        if self._past is None:
            self._past = np.repeat(scene.seen(truth)[:, None], REMEMBERED_S, axis=1)
        changed = saturation.saturate(
            now,
            self._everyone,
            int(self.window_s),
            NOISE_KICK * self.noise_sd,
            truth,
            body.now["pi"],
            body.pigment,
            whom,
            self._open if scene.squeezed is None else scene.squeezed,
            self._past,
            noise,
            turn,
            self._state,
            self._pulses.of(scene.trains.beats),
            self._news,
            shown,
        )
        if changed:
            self._doubt(self._news[:changed].tolist())
        events = self._changes() if self._heeded else []
        if now % self.period_s:
            return Report(NOBODY_DUE, {}, events)
        readings = {
            "spo2": self._right.now.of(shown[SATURATION]),
            "pr": self._rate.now.of(shown[PULSES]),
            "pi": self._faintness.now.of(shown[INDEX]),
        }
        return Report(self._everyone, readings, events)

    def _doubt(self, beds: list[int]) -> None:
        """Doubt what the state of ``beds`` says."""
        for bed in beds:
            right, index = (DOUBTS[int(self._state[bed, column])] for column in (DOUBT, OF_INDEX))
            self._right.doubt(bed, *right)
            self._rate.doubt(bed, *right)
            self._faintness.doubt(bed, *index)

    def _shake(self, scene: Scene, whom: Ints) -> None:
        """Note whose hand shivers."""
        self._shivering, self._elsewhere = scene.shivering, scene.whom is not None
        shaken = self._state[:, SHAKEN]
        shaken[:] = 0.0 if scene.shivering is None else scene.shivering[whom]
        self._shaken = shaken.nonzero()[0].tolist()

    def _changes(self) -> list[Noticed]:
        """Return which beds have lost their sensor, or have it back."""
        events = []
        for bed in sorted(self._heeded):
            off = bool(self.faults["probe-off"][bed] or self.faults[NOBODY][bed])
            if off != self._off[bed] and self.worn[bed]:
                events.append(
                    Noticed(bed, "probe-off", on=off, text="Sensor off finger" if off else "Sensor on again")
                )
            self._off[bed] = off
        self._heeded.clear()
        return events

    def wave_trouble(self, bed: int) -> str | None:
        """Say why the trace is not valid."""
        why = self._trouble.get(bed)
        return SHIVERING if bed in self._shaken and why in {None, LIGHT} else why
