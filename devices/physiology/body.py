"""The bodies of a ward: truth, as arrays over patients.

What a script aims at is approached with the lags below; what it leaves alone the body regulates by
``coupling`` and ``gas``. Truth has no noise: variability belongs to beats and breaths, and error to
the wearables.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from devices.arrays import Floats
from devices.conditions import rhythm_of
from devices.person import SKINS, Person
from devices.physiology import coupling, day, gas, lactate, lags, own, shivering, suffering
from devices.physiology import rows as r
from devices.physiology.bounds import within
from devices.physiology.circulation import Circulation
from devices.physiology.consciousness import LETTERS, POINTS, Consciousness
from devices.physiology.heart import Heart
from devices.physiology.influence import Influence
from devices.physiology.insults import Insults
from devices.physiology.keys import AIMED_LAG_S, KEYS, LIMITS, OWN_LAG_S
from devices.physiology.opioid import Opioid
from devices.physiology.stores import Stores, lung_of
from devices.physiology.treatments import Treatments

__all__ = ["EFFECTS", "KEYS", "LIMITS", "Body"]

EFFECTS: Final[dict[str, tuple[float, float, str]]] = {
    "bleeding": (0, 2000, "mL/min"), "crystalloid": (0, 2000, "mL/min"), "blood": (0, 2000, "mL/min"),
    "tone": (0.2, 3, "× resistance"), "obstruction": (0, 1, "share of every breath held back"),
    "fentanyl": (0, 10_000, "µg"), "naloxone": (0, 10, "mg"),
}  # fmt: skip
"""What may act on a body: least, most, unit. Flows and states last until changed; drugs are doses."""
_LEADING: Final = [KEYS.index(k) for k in ("hr", "sbp", "spo2")]
_TEMP: Final = KEYS.index("temp")
_LAGS_S: Final = np.array([list(OWN_LAG_S.values()), list(AIMED_LAG_S.values())])
"""In the order of ``approach``."""
_CURVES: Final = (gas.CONTENTS, gas.SATURATIONS)
RETAINS: Final = "copd"
"""The condition of those whose drive too much oxygen takes."""
HEAT_J_KG_C: Final = 3470.0
"""Reference 8.9."""
LOOKED_AFTER_S: Final = 2.0
"""So often lactate and consciousness are looked at, which nobody does more often."""


class Body:
    """State of N patients. ``now[key]`` is the truth ``[N]``."""

    def __init__(self, people: Sequence[Person]) -> None:
        n = len(people)
        self.state = state = r.matrix(n)
        """All that they are, ``[ROWS, N]``."""
        self.now = dict(zip(KEYS, state, strict=False))
        own_rest = {k: state[r.REST_HR + i] for i, k in enumerate(KEYS)}
        self.rest = {k: v for k, v in own_rest.items() if k not in {"o2_flow", "activity"}}
        for key, row in self.rest.items():
            row[:] = [getattr(p.baseline, key, 0.0) for p in people]
        self._set_up(people)
        self.circulation = Circulation(people, state)
        self.stores = Stores(state, np.array([lung_of(p.weight_kg, p.height_cm) for p in people]))
        self.opioid = Opioid(state)
        self.influence = Influence(n)
        """What illnesses and treatments do in this step."""
        self.insults = Insults(n, [i for i, p in enumerate(people) if RETAINS in p.conditions])
        self.treatments = Treatments()
        self.day = day.Day(people, state)
        self.pigment: Floats = np.array([SKINS[p.skin] for p in people])
        """How dark the skin is that light goes through, from 0 to 1."""
        self.heart = Heart(state, [rhythm_of(p.conditions) for p in people])
        self._begun = False
        self._unlooked_s = 0.0
        least = np.array([float(LETTERS.index(p.baseline.acvpu)) for p in people])
        self.consciousness = Consciousness(least, state)
        self.lactate = state[r.LACTATE]
        """mmol/L."""
        self.obstruction = state[r.OBSTRUCTION]
        """What the airway holds back of every breath, 0 to 1."""
        self.shivering = state[r.SHIVERING]
        """How much each shivers, 0 to 1."""
        self._shiverers = self._followed = 0
        self.breathed = np.ones(n)
        """What a pattern of breathing leaves of the ventilation that the rate stands for."""
        self.fio2 = state[r.FIO2]
        self.oxygen = ["air"] * n
        self.own_oxygen = [("air", 0.0)] * n
        """Device and flow (L/min) that each has beside what treatments lend."""
        self._truth, self._own = state[: r.TRUTHS], state[r.TO_HR : r.TO_HR + r.TRUTHS]
        self._truth[:] = self._own[:] = state[r.REST_HR : r.REST_HR + r.TRUTHS]
        self._aims = np.full_like(self._truth, np.nan)
        self._aimed = False
        self._keeps: dict[float, Floats] = {}
        self._led_hearts = np.zeros(n, bool)
        """Whose rate, pressure or saturation a script leads: their hearts neither strain nor stop."""

    def _set_up(self, people: Sequence[Person]) -> None:
        """Fill the rows of ``Body`` and what others begin with."""
        state = self.state
        paco2 = state[r.PACO2]
        paco2[:] = self.rest["etco2"] + coupling.ALVEOLAR_GRADIENT_MMHG
        air = np.full(len(people), gas.AIR)
        self.rest["shunt"][:] = gas.shunt_for(self.rest["spo2"] / 100.0, air, paco2)
        state[r.SHUNT] = self.rest["shunt"]
        state[r.MOST_HR] = [coupling.most_bpm(p.age) for p in people]
        state[r.VENTILATION_REST] = gas.CO2_CONSTANT * gas.CO2_PRODUCED_ML_MIN / paco2
        state[r.ANSWER] = [p.heart_response for p in people]
        state[r.PACED] = [p.pacemaker_bpm for p in people]
        state[r.WEAKNESS] = [p.heart_weakness for p in people]
        state[r.FEVER] = [p.fever_response for p in people]
        state[r.WARMED] = [OWN_LAG_S["temp"] / (HEAT_J_KG_C * p.weight_kg) for p in people]
        state[r.FIO2] = air
        state[r.HOME_TEMP] = state[r.REST_TEMP]
        state[[r.FLOW, r.FELT_CO2]] = 1.0
        state[r.LACTATE] = lactate.RESTING_MMOL_L

    def aim(self, key: str, values: Floats) -> None:
        """Want ``values`` ``[N]`` of ``key``; NaN leaves a patient's own body to it."""
        if key not in self.now:
            raise ValueError(f"a body has no {key!r}; it has {', '.join(KEYS)}")
        self._aims[KEYS.index(key)] = within(np.asarray(values, float), *LIMITS[key])
        self._aimed = not np.isnan(self._aims).all()
        self._led_hearts = np.asarray(~np.isnan(self._aims[_LEADING]).all(axis=0))

    def breathe(self, patient: int, device: str, flow_l_min: float, *, lent: bool = False) -> None:
        """Give a patient oxygen by ``device``: their own from now, or ``lent`` until a treatment ends."""
        if not lent:
            self.own_oxygen[patient] = (device, flow_l_min)
        self.oxygen[patient] = device
        self.now["o2_flow"][patient] = flow_l_min
        self.fio2[patient] = gas.fio2_of(device, flow_l_min)
        if not self._begun:
            self._live_on(patient)

    def _live_on(self, patient: int) -> None:
        """Let the saturation of somebody who has oxygen from the start be their own with that oxygen."""
        fio2, spo2 = self.fio2[[patient]], self.rest["spo2"][[patient]] / 100.0
        paco2 = self.rest["etco2"][[patient]] + coupling.ALVEOLAR_GRADIENT_MMHG
        self.rest["shunt"][patient] = gas.shunt_for(spo2, fio2, paco2)[0]
        self.now["shunt"][patient] = self.rest["shunt"][patient]
        self.stores.begin(patient, float(fio2[0]), float(self.rest["shunt"][patient]))

    def affect(self, patient: int, what: str, amount: float) -> None:
        """Let something act on a patient: a flow, a state or a dose of ``EFFECTS``, in its unit."""
        if what not in EFFECTS:
            raise ValueError(f"what acts on a body is one of {', '.join(EFFECTS)}, not {what!r}")
        low, high, _ = EFFECTS[what]
        amount = min(max(float(amount), low), high)
        match what:
            case "fentanyl":
                self.opioid.fentanyl(patient, amount)
            case "naloxone":
                self.opioid.naloxone(patient, amount)
            case "obstruction":
                self.obstruction[patient] = amount
            case _:
                flow: Floats = getattr(self.circulation, what)
                flow[patient] = amount

    def advance(self, dt_s: float, hour: float) -> None:
        """Let ``dt_s`` (at most a second) pass at ``hour`` of the day."""
        self._begun = True
        acting = self.influence
        self._act(dt_s, hour)
        self.heart.advance(dt_s, self._led_hearts, acting)
        self.opioid.advance(dt_s)
        warmer_c = coupling.circadian(hour)
        own.second(
            self.state, acting.matrix, lags.kept(dt_s), _CURVES, self.breathed, warmer_c, acting.acted,
            self.heart.troubled, self._aims, self._kept(dt_s), self._aimed,
        )  # fmt: skip
        self._suffer(dt_s)

    def _look_after(self, hour: float) -> None:
        """See who is well enough to sleep at night and to walk by day."""
        now, rest = self.now, self.rest
        pressure = coupling.mean_pressure(now["sbp"], now["dbp"])
        well = np.abs(now["temp"] - rest["temp"]) < day.FEVERISH_C
        well &= pressure > day.LOW_PRESSURE * self.circulation.rest_map
        well &= now["spo2"] > rest["spo2"] - day.LOW_PERCENT
        well &= self.consciousness.depth < day.WIDE_AWAKE
        self.day.look(hour, well)

    def _act(self, dt_s: float, hour: float) -> None:
        """Let whatever acts on the bodies write what it does in this step."""
        acting = self.influence
        acting.reset()
        if self.day.due(hour):
            self._look_after(hour)
        self.day.advance(dt_s, acting)
        self.insults.advance(dt_s, self, acting)
        self.treatments.advance(dt_s, self, acting, self.insults)
        self.insults.relax(self, acting)
        if self._shiverers:
            shivering.act(self.state, acting.matrix)
            acting.acting = True
        acting.settle()

    def _suffer(self, dt_s: float) -> None:
        """Let lactate, consciousness and shivering follow what the body has come to."""
        self._unlooked_s += dt_s
        if self._unlooked_s < LOOKED_AFTER_S - 1e-9:
            return
        dt_s, self._unlooked_s = self._unlooked_s, 0.0
        self._truth[self._truth < suffering.NOTHING] = 0.0
        keep = suffering.kept(dt_s)
        if suffering.suffer(self.state, self.influence.matrix, POINTS, dt_s, keep):
            self.consciousness.heed()
        if self._aimed or self._followed:
            self._followed = shivering.follow(self.state, self._aims[_TEMP], dt_s)
        self._shiverers = shivering.degrees(self.state, self.influence.matrix)

    def _kept(self, dt_s: float) -> Floats:
        """Return what a step keeps of the way of each key, ``[2, keys]``."""
        known = self._keeps.get(dt_s)
        if known is None:
            known = self._keeps[dt_s] = np.exp(-dt_s / _LAGS_S)
        return known

    def led(self, patient: int, *keys: str) -> bool:
        """Say whether a script leads any of ``keys`` of a patient."""
        return any(not np.isnan(self._aims[KEYS.index(key), patient]) for key in keys)

    @property
    def paco2(self) -> Floats:
        """Arterial CO2 tension, mmHg."""
        tension: Floats = self.stores.paco2
        return tension
