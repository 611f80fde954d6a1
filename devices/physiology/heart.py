"""The heart's rhythm as truth, what strain does to it, and how it stops.

A heart without pressure or oxygen gathers strain; strained it slows, and at 1 it stops moving blood.
Compressions that perfuse it take strain away again, and a heart that stopped from strain alone beats
once little is left. Without flow fibrillation grows fine, and everything ends in asystole. All times
here are *heuristic*, set by the last rows of the clinical reference's trajectories (7.3 to 7.12).
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from devices.arrays import Bools, Floats
from devices.kernels import kernel
from devices.physiology import bounds, coupling
from devices.physiology import rows as r
from devices.physiology.bounds import within
from devices.physiology.influence import RHYTHMS, Influence

PULSELESS: Final = frozenset(
    {"vf", "vf-fine", "vf-coarse", "asystole", "standstill", "agonal", "pulseless-vt", "pea"}
)
STOPPED: Final = frozenset({"vf", "vf-fine", "vf-coarse", "asystole", "standstill"})
"""Without beats: the rate is 0."""
CAUSED: Final = frozenset({"pea", "asystole"})
"""What strain makes, and what may end when strain does."""
UNCAPTURED, FIBRILLATING_UNCAPTURED = "failure-to-capture", "af-uncaptured"
"""While a heart beats so, its pacemaker holds nothing; the second where the atria fibrillate."""
LOST_CAPTURE: Final = frozenset({UNCAPTURED, FIBRILLATING_UNCAPTURED})
PACED_OVER: Final = frozenset(
    {"third-degree", "third-degree-wide", "mobitz-ii", "two-to-one", "wenckebach", "standstill", "sinus",
     "sinus-bradycardia", "sinus-arrest", "junctional", "idioventricular", "af-block"}
)  # fmt: skip
"""What a pacemaker that captures does not let come about: it paces instead."""
SLOW: Final = PACED_OVER | {"asystole", "agonal"}
"""Where a pacemaker fires: it senses no beat for too long."""
FIBRILLATING: Final = frozenset({"af", "af-controlled"})
WATCHED: Final = "af-paced"
"""How a heart fibrillates in its atria whose pacemaker captures: paced where it is slow."""
BLOCKS: Final = frozenset({"wenckebach", "two-to-one", "mobitz-ii", "third-degree", "third-degree-wide"})
BLOCKED: Final = "af-block"
"""What a block makes of a heart that lives in fibrillation: it has no P waves to let through or not."""
SKIN_PACED, FIBRILLATING_PACED = "paced-ventricular", "paced-fibrillating"
"""How a heart beats whose every beat is paced, and so one whose atria fibrillate."""
ALL_PACED: Final = frozenset({SKIN_PACED, FIBRILLATING_PACED})
FREE: Final = (0.0, 300.0)
"""The rates of a heart whose rhythm holds it to none."""
APART: Final = frozenset({"third-degree", "third-degree-wide", BLOCKED, *LOST_CAPTURE})
UNFILLED: Final = 0.7
"""What a stroke is without atria that fill the ventricles before it (*heuristic*, set to the systolic
pressure of 70 to 90 mmHg in complete block, clinical reference 7.21)."""

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
LEAST_STILL: Final = 0.1
"""To no less than this share of its pace."""
MOST_STRAIN: Final = 1.2
CALM, STRAINED, FAILING = range(3)
"""What ``strain`` finds: nobody strained, somebody, and somebody whose heart stops or stands still."""


@kernel
def slowed(strain: float) -> float:
    """Return what strain leaves of the heart rate, 0.25 to 1; of breathing its square."""
    return 1.0 - (1.0 - SLOWEST) * bounds.held((strain - SLOWING) / (1.0 - SLOWING), 0.0, 1.0)


@kernel
def straining(map_mmhg: float, spo2: float, temp_c: float) -> float:
    """Return the strain that a second brings."""
    empty = bounds.held((PRESSURE_MMHG - map_mmhg) / PRESSURE_SPAN_MMHG, 0.0, 1.0) / PRESSURE_S
    starved = bounds.held((OXYGEN_PERCENT - spo2) / OXYGEN_SPAN_PERCENT, 0.0, 1.0) / OXYGEN_S
    cold = bounds.held((COLD_C - temp_c) / COLD_SPAN_C, 0.0, 1.0) / COLD_S
    return empty + starved + cold + bounds.held((temp_c - HOT_C) / HOT_SPAN_C, 0.0, 1.0) / HOT_S


@kernel
def strain(s: Floats, led: Bools, dt_s: float) -> int:
    """Let hearts gather and lose strain for ``dt_s``, none while ``led``; say what was found."""
    found = CALM
    for i in range(s.shape[1]):
        pressure = coupling.mean_pressure(float(s[r.SBP, i]), float(s[r.DBP, i]))
        spo2, temp = float(s[r.SPO2, i]), float(s[r.TEMP, i])
        now, still = float(s[r.STRAIN, i]), float(s[r.PULSE, i]) <= 0.0
        more = 0.0
        if pressure < PRESSURE_MMHG or spo2 < OXYGEN_PERCENT or temp < COLD_C or temp > HOT_C:
            more = 0.0 if led[i] else straining(pressure, spo2, temp)
        if more <= 0.0 and now <= 0.0 and not still:
            continue
        resting = more <= 0.0
        if still:
            resting = pressure > PERFUSED_MMHG and spo2 > OXYGENATED_PERCENT
        now = bounds.held(now + dt_s * (-1.0 / REST_S if resting else more), 0.0, MOST_STRAIN)
        s[r.STRAIN, i] = now
        if still or (now >= 1.0 and not led[i]):
            found = FAILING
        elif now > 0.0:
            found = max(found, STRAINED)
    return found


class Heart:
    """Hearts of N patients; the arrays are rows of ``state``."""

    def __init__(self, state: Floats, own: Sequence[str]) -> None:
        n = state.shape[1]
        self._state = state
        self.own = tuple(own)
        """The rhythm that each heart has by itself."""
        self._pacemaker = state[r.PACED].copy()
        self.rhythm: list[str] = ["sinus"] * n
        self.pulse = state[r.PULSE]
        """1 while beats move blood, else 0."""
        self.beats = state[r.BEATS]
        """1, or 0 in a rhythm without beats."""
        self.pulse[:] = self.beats[:] = 1.0
        self._bears = state[r.SLOWEST : r.STROKE + 1]
        self._bears[:] = np.array([*FREE, 1.0])[:, None]
        self.strain = state[r.STRAIN]
        self.still_s = state[r.STILL]
        """Seconds without flow, those with compressions counted less."""
        self.dead = np.zeros(n, bool)
        self.changed: list[tuple[int, str]] = []
        """Rhythms that the body gave itself since somebody last took note: (patient, rhythm)."""
        self.troubled = False
        self._asked = np.zeros(n, np.int64)
        self._obeying = False
        self._through_skin: dict[int, tuple[str, float]] = {}
        """Who is paced from outside, and in which rhythm and at which rate (/min) their heart was before."""
        for i, rhythm in enumerate(self.own):
            if rhythm != "sinus":
                self.become(i, rhythm)

    def comes_of(self, patient: int, rhythm: str) -> str:
        """Return in which rhythm a heart beats that would be in ``rhythm``: its own, or paced if it can be.

        ``sinus`` stands for whatever is a heart's own.
        """
        mine = self.own[patient]
        if patient in self._through_skin and rhythm in PACED_OVER - {"sinus"}:
            return self._all_paced(patient)
        if self._pacemaker[patient] > 0.0 and rhythm in PACED_OVER:
            if self._state[r.PACED, patient] > 0.0:
                return FIBRILLATING_PACED if mine == WATCHED and rhythm in BLOCKS else mine
            rhythm = UNCAPTURED if rhythm == "sinus" else rhythm
        elif self._state[r.PACED, patient] > 0.0 and rhythm in FIBRILLATING:
            return WATCHED
        if rhythm in BLOCKS and self._fibrillates(patient):
            return BLOCKED
        if rhythm == UNCAPTURED and (self._fibrillates(patient) or self._now_fibrillates(patient)):
            return FIBRILLATING_UNCAPTURED
        return mine if rhythm == "sinus" else rhythm

    def _fibrillates(self, patient: int) -> bool:
        """Say whether somebody lives with atria that fibrillate."""
        return self.own[patient] in {*FIBRILLATING, WATCHED}

    def _now_fibrillates(self, patient: int) -> bool:
        """Say whether somebody's atria fibrillate now."""
        return self.rhythm[patient] in {*FIBRILLATING, WATCHED, FIBRILLATING_PACED, FIBRILLATING_UNCAPTURED}

    def _all_paced(self, patient: int) -> str:
        return FIBRILLATING_PACED if self._fibrillates(patient) else SKIN_PACED

    def fires_in_vain(self, patient: int) -> bool:
        """Say whether a pacemaker fires that does not capture, beside what the heart does."""
        holds = self._pacemaker[patient] <= 0.0 or self._state[r.PACED, patient] > 0.0
        return not holds and self.rhythm[patient] in SLOW

    def capture(self, patient: int) -> None:
        """Let a pacemaker capture again."""
        self._state[r.PACED, patient] = self._pacemaker[patient]

    def pace(self, patient: int, bpm: float) -> None:
        """Pace a heart through the skin at ``bpm``, which takes over a slower sinus or slow rhythm."""
        before, now_bpm = self.rhythm[patient], float(self._state[r.HR, patient])
        slow, own_bpm = self._through_skin.setdefault(patient, (before, now_bpm))
        if before in PACED_OVER | FIBRILLATING and now_bpm < bpm:
            self._turn(patient, FIBRILLATING_PACED if before in FIBRILLATING else self._all_paced(patient))
        elif before in ALL_PACED and bpm <= own_bpm:
            self._turn(patient, slow)

    def unpace(self, patient: int) -> None:
        """Pace through the skin no longer."""
        slow, _ = self._through_skin.pop(patient, ("sinus", 0.0))
        if self.rhythm[patient] in ALL_PACED:
            self._turn(patient, self.comes_of(patient, RHYTHMS[self._asked[patient]] or slow))

    def _turn(self, patient: int, rhythm: str) -> None:
        """Let a living heart go into a rhythm, if it is not in it."""
        if rhythm != self.rhythm[patient] and not self.dead[patient]:
            self.become(patient, rhythm)

    def beat_in(self, patient: int, rhythm: str) -> None:
        """Beat in ``rhythm`` from now: a script's, a shock's, or the heart's own."""
        if rhythm in LOST_CAPTURE:
            self._state[r.PACED, patient] = 0.0
        elif rhythm == self.own[patient]:
            self.capture(patient)
        self.rhythm[patient] = rhythm
        self.pulse[patient] = 0.0 if rhythm in PULSELESS else 1.0
        self.beats[patient] = 0.0 if rhythm in STOPPED else 1.0
        self._state[r.ALL_PACED, patient] = 1.0 if rhythm in ALL_PACED else 0.0
        self._bears[:, patient] = *FREE, UNFILLED if rhythm in APART else 1.0
        if rhythm not in PULSELESS:
            self.dead[patient] = False  # by no illness or treatment, but whoever leads the session may
            self.still_s[patient] = 0.0
            self.strain[patient] = min(self.strain[patient], RETURN)
        self.troubled = True

    def bear(self, patient: int, bounds: tuple[float, float], stroke: float, *, led: bool = False) -> None:
        """Let the circulation feel a rhythm that no illness brought, unless a heart lives with it.

        Its ventricles beat within ``bounds``, /min, and throw ``stroke``, a share of what they usually do. An
        illness says for itself what its rhythm costs.
        """
        if self.rhythm[patient] != self.own[patient]:
            self._bears[:2, patient] = bounds
            if not led:  # it begins within a beat
                self._state[r.HR, patient] = min(max(float(self._state[r.HR, patient]), bounds[0]), bounds[1])
            self._bears[2, patient] *= stroke

    def become(self, patient: int, rhythm: str) -> None:
        """Change the rhythm and let those who draw it know."""
        self.beat_in(patient, rhythm)
        self.changed.append((patient, rhythm))

    def advance(self, dt_s: float, led: Bools, acting: Influence) -> None:
        """Let ``dt_s`` pass; scripts have the hearts ``led``."""
        if acting.demanding or self._obeying:
            self._obey(acting)
        found = strain(self._state, led, dt_s)
        if found == FAILING:
            self._stop(led)
            if (self.pulse <= 0.0).any():
                self._still(dt_s, acting)
            found = int(self.strain.any() or (self.pulse <= 0.0).any())
        self.troubled = found != CALM

    def _stop(self, led: Bools) -> None:
        """Let hearts stop that are strained to the full."""
        stopping = (self.strain >= 1.0) & (self.pulse > 0.0) & ~led
        for i in np.nonzero(stopping)[0].tolist():
            sbp, dbp, temp = (float(x) for x in self._state[[r.SBP, r.DBP, r.TEMP], i])
            starved = coupling.mean_pressure(sbp, dbp) > PRESSURE_MMHG
            self.become(i, "vf" if temp < COLD_C else "asystole" if starved else "pea")

    def _still(self, dt_s: float, acting: Influence) -> None:
        """Let time pass for hearts that move no blood."""
        still = self.pulse <= 0.0
        self.still_s += dt_s * np.where(
            still, within(1.0 - COMPRESSED * acting.circulation, LEAST_STILL, 1.0), 0.0
        )
        for i in np.nonzero(still)[0].tolist():
            rhythm, passed = self.rhythm[i], self.still_s[i]
            if self.dead[i]:
                continue
            if rhythm in CAUSED and self.strain[i] < RETURN:
                self.become(i, self.comes_of(i, "sinus"))
            elif rhythm in {"vf", "vf-coarse"} and passed > FINE_S:
                self.become(i, "vf-fine")
            elif rhythm not in STOPPED - {"vf-fine"} and passed > STANDING_S:
                self.become(i, "asystole")
            self.dead[i] = passed > DEAD_S

    def _obey(self, acting: Influence) -> None:
        """Take on what illnesses newly demand, and leave it when they no longer do."""
        if acting.rhythm.tobytes() == self._asked.tobytes():  # a tenth of what numpy takes to compare them
            return
        for i in np.nonzero(acting.rhythm != self._asked)[0].tolist():
            asked = RHYTHMS[acting.rhythm[i]]
            if self.dead[i]:
                continue
            if asked or self.rhythm[i] == self.comes_of(i, RHYTHMS[self._asked[i]]):
                becoming = self.comes_of(i, asked or "sinus")
                if becoming != self.rhythm[i]:
                    self.become(i, becoming)
        self._asked[:] = acting.rhythm
        self._obeying = bool(self._asked.any())
