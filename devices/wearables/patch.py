"""The ECG patch: heart rate from QRS complexes, breathing rate from thoracic impedance."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from broker import messages as m
from devices.arrays import Bools, Floats, Ints
from devices.kernels import kernel
from devices.randomness import Luck
from devices.signals.rhythms import CONFIRMED_S, RHYTHMS
from devices.wearables import detector
from devices.wearables.detector import Detector, Eye, Sight
from devices.wearables.measured import INVALID, QUESTIONABLE, VALID, Worth
from devices.wearables.wearable import NOBODY, Noticed, Report, Scene, Wearable, keep

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
NOISY: Final = ("electrosurgery", "motion", "shivering", "mains-hum", "baseline-wander")
"""What makes traces not valid; of several the first is said."""
DOUBTFUL: Final = {
    "lead-off": INVALID, "electrosurgery": INVALID, "motion": QUESTIONABLE, "shivering": QUESTIONABLE
}  # fmt: skip
"""What makes rates not valid, and how; of several the first is said."""
HEART, BREATH = range(2)
"""Rows of what is shown."""
TOUCHES, BEATS_HZ, BREATHS_HZ, MOVED_AWAY, SHIVERED_AWAY, WANDERED_AWAY = range(6)
"""What a patch keeps of each bed: whether its electrodes hear anything; how often a second something looks
like a beat, and like a breath; whether beats of this second are lost in movement or shivering, and breaths
in a wandering baseline."""


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
        self._beats = Detector(self.n, Eye(HR_WINDOW_S))
        self._breaths = Detector(self.n, Eye(RR_WINDOW_S, apnoea_s=APNOEA_S))
        self._state = np.zeros((self.n, WANDERED_AWAY + 1))
        self._state[:, TOUCHES] = 1.0
        self._spoiled = False
        """Whether anybody may lose events."""
        self._luck = Luck(seed, beds, "patch")
        self._noise = Luck(seed, beds, "patch noise")
        self._off = np.zeros(self.n, bool)
        self._heeded: set[int] = set()
        """Of whose faults it has said nothing yet."""
        self._moved: list[int] = []
        self._shivers: list[int] = []
        self._wanders: list[int] = []
        self._trouble: dict[int, str] = {}
        """Why traces are not valid, by bed."""
        self._hr, self._rr = Worth(self.n, HR_WINDOW_S), Worth(self.n, RR_WINDOW_S)
        self.worth = {"hr": self._hr, "rr": self._rr}
        self._named = ["sinus"] * self.n
        self._rhythms = self._named.copy()
        self._odd: list[int] = []
        """The rhythms as they were last looked at, and which beds have another than was named."""
        self._doubts: dict[int, tuple[str, int]] = {}

    def heed(self, bed: int) -> None:
        """Note what a bed's faults leave of signals, what looks like beats and breaths, and what to doubt."""
        self._heeded.add(bed)
        here, own, cadence_bpm = self.here(bed), self._state[bed], self.parameters["cadence_bpm"][bed]
        if NOBODY in here:
            here.add("lead-off")
        on = here.isdisjoint(("lead-off", "electrosurgery"))
        own[:] = 0.0
        own[TOUCHES] = on
        own[BEATS_HZ] = SHIVERS_BPM / 60.0 if on and "shivering" in here else 0.0
        own[BREATHS_HZ] = cadence_bpm / STEPS_A_BREATH / 60.0 if on and "motion" in here else 0.0
        keep(self._moved, bed, there="motion" in here)
        keep(self._shivers, bed, there="shivering" in here)
        keep(self._wanders, bed, there="baseline-wander" in here)
        self._spoiled = bool(self._moved or self._shivers or self._wanders)
        self._trouble.pop(bed, None)
        if why := next((kind for kind in ("lead-off", *NOISY) if kind in here), None):
            self._trouble[bed] = why
        doubted = next((kind for kind in DOUBTFUL if kind in here), None)
        doubt = (VALID, None) if doubted is None else (DOUBTFUL[doubted], doubted)
        self._hr.doubt(bed, *doubt)
        wanders = doubt[0] < QUESTIONABLE and "baseline-wander" in here
        self._rr.doubt(bed, *((QUESTIONABLE, "baseline-wander") if wanders else doubt))

    def measure(self, scene: Scene) -> Report:
        """Report both rates of every bed, each second."""
        now, trains = scene.now_s, scene.trains
        if self._spoiled:
            self._lose()
        shown = np.zeros((2, self.n))
        beats, breaths = self._beats.of(trains.beats), self._breaths.of(trains.breaths)
        rates(now, self._everyone, self.on_whom(scene), self._state, beats, breaths, shown)
        readings = {"hr": self._hr.now.of(shown[HEART]), "rr": self._rr.now.of(shown[BREATH])}
        events, rhythms = self._changes() if self._heeded else [], scene.rhythms
        if self._odd or rhythms != self._rhythms:
            events += self._name(rhythms, now)
        return Report(self._everyone, readings, events)

    def off(self) -> Bools:
        """Return where no electrode touches a patient, as the device itself notices."""
        return np.asarray(self.faults["lead-off"] | self.faults[NOBODY])

    def _lose(self) -> None:
        """Draw which beds lose the events of this second."""
        state, luck, noise = self._state, self._luck, self._noise
        for bed in self._moved:
            state[bed, MOVED_AWAY] = luck.one(bed) < LOST_IN_MOTION
        for bed in self._shivers:
            state[bed, SHIVERED_AWAY] = noise.one(bed) < LOST_IN_SHIVERING
        for bed in self._wanders:
            state[bed, WANDERED_AWAY] = noise.one(bed) < LOST_IN_WANDER

    def _changes(self) -> list[Noticed]:
        """Return which beds have lost an electrode, or have it back."""
        events = []
        for bed in sorted(self._heeded):
            off = bool(self.faults["lead-off"][bed] or self.faults[NOBODY][bed])
            if off != self._off[bed] and self.worn[bed]:
                events.append(
                    Noticed(bed, "lead-off", on=off, text="Electrode off" if off else "Electrode on again")
                )
            self._off[bed] = off
        self._heeded.clear()
        return events

    def _name(self, rhythms: list[str], now_s: int) -> list[Noticed]:
        """Name each bed's rhythm once it has lasted ``CONFIRMED_S``."""
        if rhythms != self._rhythms:
            self._look(rhythms)
        named = []
        for bed in self._odd:
            if self._off[bed]:
                self._doubts.pop(bed, None)
                continue
            rhythm = rhythms[bed]
            doubted, since = self._doubts.get(bed, ("", 0))
            if doubted != rhythm:
                self._doubts[bed] = (rhythm, now_s)
            elif now_s - since >= CONFIRMED_S:
                self._named[bed] = rhythm
                named.append(Noticed(bed, "rhythm", on=rhythm != "sinus", text=RHYTHMS[rhythm].label))
        if named:
            self._look(rhythms)
        return named

    def _look(self, rhythms: list[str]) -> None:
        """Note which beds have another rhythm than was named."""
        self._rhythms = rhythms.copy()
        self._odd = [bed for bed in self._everyone.tolist() if rhythms[bed] != self._named[bed]]
        self._doubts = {bed: self._doubts[bed] for bed in self._odd if bed in self._doubts}

    def wave_trouble(self, bed: int) -> str | None:
        """Say why the traces are not valid."""
        return self._trouble.get(bed)


@kernel
def rates(
    now_s: int, beds: Ints, whom: Ints, state: Floats, beats: Sight, breaths: Sight, shown: Floats
) -> None:
    """Write heart and breathing rates of ``beds`` in the second to ``now_s`` into ``shown`` ``[2, N]``.

    ``whom`` ``[N]`` is on whom each patch sits, ``state`` ``[N, 6]`` what it keeps.
    """
    for k in range(beds.size):
        i = int(beds[k])
        own, w = state[i], int(whom[i])
        touches = float(own[TOUCHES])
        heard = touches if float(own[MOVED_AWAY]) + float(own[SHIVERED_AWAY]) <= 0.0 else 0.0
        breathed = touches if float(own[WANDERED_AWAY]) <= 0.0 else 0.0
        shown[HEART, i] = detector.see(now_s, beats, w, heard, float(own[BEATS_HZ]), i)
        shown[BREATH, i] = detector.see(now_s, breaths, w, breathed, float(own[BREATHS_HZ]), i)
