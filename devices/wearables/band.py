"""The activity band: how much the person moves, steps, posture and falls.

A fall is a blow and then stillness: the band waits for both before it says so. That it notices nine of
ten falls is *heuristic*; published bands reach 80 to 100 % of falls acted in a laboratory and fewer at
home.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from broker import messages as m
from devices.arrays import Bools, Floats
from devices.randomness import Draws, Luck
from devices.wearables.wearable import NOBODY, Measured, Noticed, Report, Scene, Wearable

PERIOD_S: Final = 10
WALKING: Final = 0.35
"""Activity above which steps are counted (*heuristic*)."""
FALL_KNOWN_S: Final = 15
"""So long a person must lie still after a blow."""
UNNOTICED_BELOW: Final = -1.28
"""One fall in ten is not noticed, one whose normal number is below this."""
BLOW_S: Final = 2


class Band(Wearable):
    """A band on the wrist."""

    name = "band"
    label = "Activity band"
    model = "sim-band"
    metrics = {  # noqa: RUF012 -- a table, never changed
        "activity": m.MetricInfo(u="1", period_ms=PERIOD_S * 1000),
        "steps": m.MetricInfo(u="{steps}", period_ms=PERIOD_S * 1000),
    }
    kinds = ("motion",)
    battery_h = 168.0

    def prepare(self, seed: int, beds: Sequence[str]) -> None:
        """Begin lying, with no steps."""
        self._draws = Draws(seed, beds, "band")
        self._luck = Luck(seed, beds, "band fall")
        self._steps = np.zeros(self.n)
        self._posture = np.full(self.n, -1, np.int8)
        """1 walking, 0 lying, and nothing known yet."""
        self._fell_s = np.full(self.n, np.inf)
        """When each patient fell who still lies there."""
        self._said_fall = np.zeros(self.n, bool)
        self._lying = False
        """Whether anybody who fell still lies there, or was said to."""

    def fall(self, patient: int, *, on: bool) -> None:
        """Let a patient fall now, or be up again."""
        self._fell_s[patient] = np.nan if on else np.inf
        self._lying = True

    def measure(self, scene: Scene) -> Report:
        """Count steps each second; report every ten."""
        truth = moving = scene.truth("activity")
        fallen: list[Noticed] = []
        if self.troubled or self._lying:
            truth, moving, fallen = self._disturbed(scene, truth)
        walking = truth > WALKING
        np.add(self._steps, self.parameters["cadence_bpm"] / 60.0, out=self._steps, where=walking)
        events = self._turn(walking) + fallen
        if scene.now_s % PERIOD_S:
            return Report(np.zeros(0, np.int64), {}, events)
        shown = np.clip(moving + 0.02 + 0.02 * np.abs(self._draws.row()), 0.0, 1.0)
        readings = {
            "activity": Measured.valid(shown),
            "steps": Measured.valid(np.floor(self._steps) % 1e5),
        }
        return Report(self.everyone(), readings, events)

    def _disturbed(self, scene: Scene, truth: Floats) -> tuple[Floats, Floats, list[Noticed]]:
        """Return (how much each walks, how much the band moves, falls) with what befalls band and wearer."""
        self._fell_s[np.isnan(self._fell_s)] = scene.now_s - 1
        lying_s = scene.now_s - scene.seen(self._fell_s)
        down = np.isfinite(lying_s) & ~self.faults[NOBODY]
        truth = np.where(self.faults[NOBODY] | down, 0.0, truth)
        blow = down & (lying_s <= BLOW_S)
        moving = np.maximum(truth, np.where(self.faults["motion"] | blow, 0.5, 0.0))
        fallen = self._notice(np.where(down, lying_s, -1.0))
        self._lying = bool(np.isfinite(self._fell_s).any() or self._said_fall.any())
        return truth, moving, fallen

    def _notice(self, lying_s: Floats) -> list[Noticed]:
        """Return falls noticed now, ``lying_s`` after the blow, and those that are over."""
        events = []
        for bed in np.nonzero((lying_s == FALL_KNOWN_S) & self.worn)[0].tolist():
            if self._luck.draw(bed, 1)[0] > UNNOTICED_BELOW and not self.faults["motion"][bed]:
                self._said_fall[bed] = True
                events.append(Noticed(bed, "fall", text="Fall, lying still"))
        for bed in np.nonzero(self._said_fall & (lying_s < 0.0))[0].tolist():
            self._said_fall[bed] = False
            events.append(Noticed(bed, "fall", on=False, text="Moving again"))
        return events

    def _turn(self, walking: Bools) -> list[Noticed]:
        posture = walking.view(np.int8)
        turned = np.nonzero(posture != self._posture)[0].tolist()
        self._posture = posture
        texts = ("lying", "walking")
        return [Noticed(i, "posture", text=texts[posture[i]]) for i in turned if self.worn[i]]
