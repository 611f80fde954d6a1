"""The heart's rhythm as truth, what strain does to it, and how it stops.

A heart without pressure or oxygen gathers strain; strained it slows, and at 1 it stops moving blood.
Compressions that perfuse it take strain away again, and a heart that stopped from strain alone beats
once little is left. Without flow fibrillation grows fine, and everything ends in asystole. All times
here are *heuristic*, set by the last rows of the clinical reference's trajectories (7.3 to 7.12).
"""

from typing import Final

import numpy as np

from devices.arrays import Bools, Floats
from devices.physiology.bounds import within
from devices.physiology.influence import RHYTHMS, Influence

PULSELESS: Final = frozenset(
    {"vf", "vf-fine", "vf-coarse", "asystole", "standstill", "agonal", "pulseless-vt", "pea"}
)
STOPPED: Final = frozenset({"vf", "vf-fine", "vf-coarse", "asystole", "standstill"})
"""Without beats: the rate is 0."""
CAUSED: Final = frozenset({"pea", "asystole"})
"""What strain makes, and what may end when strain does."""

PRESSURE_MMHG, PRESSURE_SPAN_MMHG, PRESSURE_S = 38.0, 20.0, 130.0
"""Below this MAP strain grows; by the span lower it is full after so many seconds."""
OXYGEN_PERCENT, OXYGEN_SPAN_PERCENT, OXYGEN_S = 66.0, 30.0, 240.0
COLD_C, COLD_SPAN_C, COLD_S = 27.0, 4.0, 900.0
HOT_C, HOT_SPAN_C, HOT_S = 41.8, 1.5, 1800.0
REST_S: Final = 240.0
"""So long a full strain takes to go where pressure and oxygen are back."""
SLOWING: Final = 0.4
"""From this strain on the heart and the breath slow."""
SLOWEST: Final = 0.25
RETURN: Final = 0.5
"""Below this strain a stopped heart beats again by itself, if only strain had stopped it."""
PERFUSED_MMHG, OXYGENATED_PERCENT = 20.0, 60.0
"""What compressions must reach for the heart to recover."""
FINE_S, STANDING_S, DEAD_S = 420.0, 900.0, 1200.0
"""Without flow: until fibrillation is fine, until nothing moves, until nothing can bring life back."""
COMPRESSED: Final = 2.0
"""By how much compressions slow that clock, per share of normal flow that they give."""


class Heart:
    """Hearts of N patients."""

    def __init__(self, n: int) -> None:
        self.rhythm: list[str] = ["sinus"] * n
        self.pulse = np.ones(n)
        """1 while beats move blood, else 0."""
        self.beats = np.ones(n)
        """1, or 0 in a rhythm without beats."""
        self.strain = np.zeros(n)
        self.still_s = np.zeros(n)
        """Seconds without flow, those with compressions counted less."""
        self.dead = np.zeros(n, bool)
        self.changed: list[tuple[int, str]] = []
        """Rhythms that the body gave itself since somebody last took note: (patient, rhythm)."""
        self.troubled = False
        self._asked = np.zeros(n, np.int64)
        self._obeying = False

    def beat_in(self, patient: int, rhythm: str) -> None:
        """Beat in ``rhythm`` from now: a script's, a shock's, or the heart's own."""
        self.rhythm[patient] = rhythm
        self.pulse[patient] = 0.0 if rhythm in PULSELESS else 1.0
        self.beats[patient] = 0.0 if rhythm in STOPPED else 1.0
        if rhythm not in PULSELESS:
            self.still_s[patient] = 0.0
            self.strain[patient] = min(self.strain[patient], RETURN)
        self.troubled = True

    def become(self, patient: int, rhythm: str) -> None:
        """Change the rhythm and let those who draw it know."""
        self.beat_in(patient, rhythm)
        self.changed.append((patient, rhythm))

    @property
    def slowed(self) -> Floats:
        """What strain leaves of the heart rate, 0.25 to 1; of breathing its square."""
        over = within((self.strain - SLOWING) / (1.0 - SLOWING), 0.0, 1.0)
        return np.asarray(1.0 - (1.0 - SLOWEST) * over)

    def advance(
        self, dt_s: float, pressure: Floats, oxygen: Floats, temp: Floats, led: Bools, acting: Influence
    ) -> None:
        """Let ``dt_s`` pass at a MAP, a saturation (%) and a temperature; scripts have the hearts ``led``."""
        if acting.demanding or self._obeying:
            self._obey(acting)
        if not (
            self.troubled
            or pressure.min() < PRESSURE_MMHG
            or oxygen.min() < OXYGEN_PERCENT
            or temp.min() < COLD_C
            or temp.max() > HOT_C
        ):
            return
        self._strain(dt_s, pressure, oxygen, temp, led)
        stopping = (self.strain >= 1.0) & (self.pulse > 0.0) & ~led
        for i in np.nonzero(stopping)[0].tolist():
            cold, starved = temp[i] < COLD_C, pressure[i] > PRESSURE_MMHG
            self.become(i, "vf" if cold else "asystole" if starved else "pea")
        if (self.pulse <= 0.0).any():
            self._still(dt_s, acting)
        self.troubled = bool(self.strain.any() or (self.pulse <= 0.0).any())

    def _strain(self, dt_s: float, pressure: Floats, oxygen: Floats, temp: Floats, led: Bools) -> None:
        empty = within((PRESSURE_MMHG - pressure) / PRESSURE_SPAN_MMHG, 0.0, 1.0) / PRESSURE_S
        starved = within((OXYGEN_PERCENT - oxygen) / OXYGEN_SPAN_PERCENT, 0.0, 1.0) / OXYGEN_S
        cold = within((COLD_C - temp) / COLD_SPAN_C, 0.0, 1.0) / COLD_S
        hot = within((temp - HOT_C) / HOT_SPAN_C, 0.0, 1.0) / HOT_S
        more = np.where(led, 0.0, empty + starved + cold + hot)
        still = self.pulse <= 0.0
        fed = (pressure > PERFUSED_MMHG) & (oxygen > OXYGENATED_PERCENT)
        resting = np.where(still, fed, more <= 0.0)
        self.strain += dt_s * np.where(resting, -1.0 / REST_S, more)
        self.strain = within(self.strain, 0.0, 1.2)

    def _still(self, dt_s: float, acting: Influence) -> None:
        """Let time pass for hearts that move no blood."""
        still = self.pulse <= 0.0
        self.still_s += dt_s * np.where(still, within(1.0 - COMPRESSED * acting.circulation, 0.1, 1.0), 0.0)
        for i in np.nonzero(still)[0].tolist():
            rhythm, passed = self.rhythm[i], self.still_s[i]
            if self.dead[i]:
                continue
            if rhythm in CAUSED and self.strain[i] < RETURN:
                self.become(i, "sinus")
            elif rhythm in {"vf", "vf-coarse"} and passed > FINE_S:
                self.become(i, "vf-fine")
            elif rhythm not in STOPPED - {"vf-fine"} and passed > STANDING_S:
                self.become(i, "asystole")
            self.dead[i] = passed > DEAD_S

    def _obey(self, acting: Influence) -> None:
        """Take on what illnesses newly demand, and leave it when they no longer do."""
        for i in np.nonzero(acting.rhythm != self._asked)[0].tolist():
            asked = RHYTHMS[acting.rhythm[i]]
            if asked:
                self.become(i, asked)
            elif self.rhythm[i] == RHYTHMS[self._asked[i]]:
                self.become(i, "sinus")
        self._asked[:] = acting.rhythm
        self._obeying = bool(self._asked.any())
