"""The activity band: how much the person moves, steps, posture and falls.

A fall is a blow and then stillness: the band waits for both before it says so. That it notices nine of
ten falls is *heuristic*; published bands reach 80 to 100 % of falls acted in a laboratory and fewer at
home.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from broker import messages as m
from devices.arrays import Bools, Floats, Ints
from devices.kernels import kernel
from devices.randomness import Draws, Luck
from devices.wearables.measured import Measured
from devices.wearables.wearable import NOBODY, NOBODY_DUE, Noticed, Report, Scene, Wearable

PERIOD_S: Final = 10
WALKING: Final = 0.35
"""Activity above which steps are counted (*heuristic*)."""
FALL_KNOWN_S: Final = 15
"""So long a person must lie still after a blow."""
UNNOTICED_BELOW: Final = -1.28
"""One fall in ten is not noticed, one whose normal number is below this."""
BLOW_S: Final = 2
SHAKEN: Final = 0.5
"""How much a band moves at least in a blow, or in whoever moves it (*heuristic*)."""
POSTURES: Final = ("lying", "walking")
UNKNOWN: Final = -1


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
        self._posture = np.full(self.n, UNKNOWN, np.int64)
        self._said = self._posture.copy()
        """Each one's posture as it was said last."""
        self._fell_s = np.full(self.n, np.inf)
        """When each patient fell who still lies there."""
        self._said_fall = np.zeros(self.n, bool)
        self._stuck: Bools | None = None
        """Which bands are on nobody, or on who lies where they fell: they count no steps."""
        self._least: Floats | None = None
        """How much each band moves at least, because it is in a blow or is moved. ``None``: none is."""
        self._lying = False
        """Whether anybody who fell still lies there, or was said to."""

    def heed(self, bed: int) -> None:
        """Note which bands are on nobody, and which are moved."""
        del bed
        self._hold(np.zeros(self.n, bool), np.zeros(self.n, bool))

    def _hold(self, down: Bools, blow: Bools) -> None:
        """Note which bands lie still, and which are moved, with who is ``down`` and in a ``blow``."""
        stuck, moved = self.faults[NOBODY] | down, self.faults["motion"] | blow
        self._stuck = stuck if stuck.any() else None
        self._least = np.where(moved, SHAKEN, 0.0) if moved.any() else None

    def fall(self, patient: int, *, on: bool) -> None:
        """Let a patient fall now, or be up again."""
        self._fell_s[patient] = np.nan if on else np.inf
        self._lying = True

    def measure(self, scene: Scene) -> Report:
        """Count steps each second; report every ten."""
        fallen = self._fallen(scene) if self._lying else []
        activity = scene.truth("activity")
        if self._stuck is not None:
            activity = np.where(self._stuck, 0.0, activity)
        turned = walk(activity, self.parameters["cadence_bpm"], self._steps, self._posture)
        events = self._turns() + fallen if turned else fallen
        if scene.now_s % PERIOD_S:
            return Report(NOBODY_DUE, {}, events)
        moving = activity if self._least is None else np.maximum(activity, self._least)
        shown = np.minimum(moving + 0.02 + 0.02 * np.abs(self._draws.row()), 1.0)
        readings = {
            "activity": Measured.valid(shown),
            "steps": Measured.valid(np.floor(self._steps) % 1e5),
        }
        return Report(self._everyone, readings, events)

    def _fallen(self, scene: Scene) -> list[Noticed]:
        """Note who lies where they fell; return falls noticed now, and those that are over."""
        self._fell_s[np.isnan(self._fell_s)] = scene.now_s - 1
        lying_s = scene.now_s - scene.seen(self._fell_s)
        down = np.isfinite(lying_s) & ~self.faults[NOBODY]
        self._hold(down, down & (lying_s <= BLOW_S))
        fallen = self._notice(np.where(down, lying_s, -1.0))
        self._lying = bool(np.isfinite(self._fell_s).any() or self._said_fall.any())
        return fallen

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

    def _turns(self) -> list[Noticed]:
        """Return who got up or lay down, by the difference from what was said last."""
        turned = (self._posture != self._said).nonzero()[0].tolist()
        self._said = self._posture.copy()
        return [Noticed(i, "posture", text=POSTURES[self._said[i]]) for i in turned if self.worn[i]]


@kernel
def walk(activity: Floats, cadence_bpm: Floats, steps: Floats, posture: Ints) -> int:
    """Count a second's ``steps`` of who walks, and note each ``posture``; return how many changed theirs."""
    turned = 0
    for i in range(steps.size):
        walking = 1 if float(activity[i]) > WALKING else 0
        if walking:
            steps[i] += float(cadence_bpm[i]) / 60.0
        if int(posture[i]) != walking:
            posture[i] = walking
            turned += 1
    return turned
