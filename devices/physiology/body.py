"""The bodies of a ward: truth, as arrays over patients.

What a script aims at is approached with the lags below; what it leaves alone the body regulates by
``coupling`` and ``gas``. Truth has no noise: variability belongs to beats and breaths, and error to
the wearables.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from devices.arrays import Bools, Floats
from devices.conditions import RHYTHMS
from devices.person import Person
from devices.physiology import coupling, day, gas
from devices.physiology.bounds import within
from devices.physiology.circulation import Circulation
from devices.physiology.consciousness import LETTERS, Causes, Consciousness
from devices.physiology.heart import Heart
from devices.physiology.influence import Influence
from devices.physiology.insults import Insults
from devices.physiology.opioid import Opioid
from devices.physiology.settle import settle
from devices.physiology.stores import Stores, lung_of
from devices.physiology.treatments import Treatments

AIMED_LAG_S: Final[dict[str, float]] = {
    "hr": 4.0, "rr": 5.0, "spo2": 6.0, "sbp": 6.0, "dbp": 6.0, "temp": 30.0,
    "etco2": 8.0, "pi": 4.0, "o2_flow": 1.0, "glucose": 60.0, "activity": 3.0, "shunt": 20.0,
}  # fmt: skip
"""Heuristic: how soon a body is where a script wants it, so that a step becomes a slope."""
OWN_LAG_S: Final[dict[str, float]] = {
    "hr": 3.0, "rr": 10.0, "spo2": 3.0, "sbp": 3.0, "dbp": 3.0, "temp": 3600.0,
    "etco2": 5.0, "pi": 20.0, "o2_flow": 1.0, "glucose": 2000.0, "activity": 10.0, "shunt": 10.0,
}  # fmt: skip
"""Heuristic but for fever (reference 8.9: 60 min) and glucose (8.10: p1 0.03 /min); circulation and gases
have lags of their own beside."""
KEYS: Final = tuple(AIMED_LAG_S)
LIMITS: Final[dict[str, tuple[float, float]]] = {
    "hr": (0, 300), "rr": (0, 70), "spo2": (0, 100), "sbp": (0, 300), "dbp": (0, 220), "temp": (20, 44),
    "etco2": (0, 150), "pi": (0, 20), "o2_flow": (0, 70), "glucose": (0.6, 60), "activity": (0, 1),
    "shunt": (0, 0.6),
}  # fmt: skip
EFFECTS: Final[dict[str, tuple[float, float, str]]] = {
    "bleeding": (0, 2000, "mL/min"), "crystalloid": (0, 2000, "mL/min"), "blood": (0, 2000, "mL/min"),
    "tone": (0.2, 3, "× resistance"), "obstruction": (0, 1, "share of every breath held back"),
    "fentanyl": (0, 10_000, "µg"), "naloxone": (0, 10, "mg"),
}  # fmt: skip
"""What may act on a body: least, most, unit. Flows and states last until changed; drugs are doses."""
_LEADING: Final = [KEYS.index(k) for k in ("hr", "sbp", "spo2")]
_AIMED_S: Final = np.array(list(AIMED_LAG_S.values()))[:, None]
_OWN_S: Final = np.array([OWN_LAG_S[k] for k in AIMED_LAG_S])[:, None]
OUTPUT_OF_CO2: Final = 1.25
"""End-tidal CO2 falls once cardiac output, 5 L/min at rest, is below 4 (reference 8.4)."""
HEAT_J_KG_C: Final = 3470.0
"""Reference 8.9."""
MOST_SHUNT: Final = 0.75
PULSE_MMHG: Final = 4.0
"""Least difference of systolic and diastolic pressure while there is a pulse."""
LACTATE_MMOL_L, LACTATE_MIN, LACTATE_HALF_MIN = 1.0, 30.0, 60.0
"""At rest; rises by 1 in so many minutes of shock, and halves in so many after it (reference 8.5)."""
SHOCK_MMHG, SHOCK_LOST = 60.0, 0.3
MOST_LACTATE_PACE: Final = 6.0
LOOKED_AFTER_S: Final = 2.0
"""So often lactate and consciousness are looked at, which nobody does more often."""
NOTHING: Final = 1e-6
"""What falls below is 0: numbers that only come nearer to it are slow to reckon with."""
BRAIN_MMHG: Final = 25.0
"""Without this MAP the breath fails (*heuristic*)."""


class Body:
    """State of N patients. ``now[key]`` is the truth ``[N]``."""

    def __init__(self, people: Sequence[Person]) -> None:
        def of(name: str) -> Floats:
            return np.array([getattr(p.baseline, name) for p in people], float)

        n = len(people)
        self.rest = {k: of(k) for k in ("hr", "rr", "spo2", "sbp", "dbp", "temp", "etco2", "pi", "glucose")}
        self._most_hr = np.array([208.0 - 0.7 * p.age for p in people])
        self._pulse_rest = self.rest["sbp"] - self.rest["dbp"]
        self._paco2_rest = self.rest["etco2"] + coupling.ALVEOLAR_GRADIENT_MMHG
        self._ventilation_rest = gas.CO2_CONSTANT * gas.CO2_PRODUCED_ML_MIN / self._paco2_rest
        self._minute_rest = 1.4 * self._ventilation_rest  # alveolar and dead space, heuristic
        air = np.full(n, gas.AIR)
        self.rest["shunt"] = gas.shunt_for(self.rest["spo2"] / 100.0, air, self._paco2_rest)
        self.circulation = Circulation(people, self.rest)
        lungs = np.array([lung_of(p.weight_kg, p.height_cm) for p in people])
        self.stores = Stores(self._paco2_rest, self.rest["shunt"], lungs)
        self.opioid = Opioid(n)
        self.influence = Influence(n)
        """What illnesses and treatments do in this step."""
        self._answer = np.array([p.heart_response for p in people])
        self.insults = Insults()
        self.treatments = Treatments()
        self.day = day.Day(people)
        self.heart = Heart(n)
        for i, person in enumerate(people):
            for name in set(person.conditions) & RHYTHMS.keys():
                self.heart.become(i, RHYTHMS[name])
        self._paced = np.array([p.pacemaker_bpm for p in people])
        self._fever = np.array([p.fever_response for p in people])
        self._begun = False
        self._unlooked_s = 0.0
        self.consciousness = Consciousness(np.array([float(LETTERS.index(p.baseline.acvpu)) for p in people]))
        self.lactate = np.full(n, LACTATE_MMOL_L)
        """mmol/L."""
        self._flow = np.ones(n)
        """Blood flow relative to rest."""
        self._warmed_c_w = OWN_LAG_S["temp"] / (HEAT_J_KG_C * np.array([p.weight_kg for p in people]))
        self.obstruction = np.zeros(n)
        """What the airway holds back of every breath, 0 to 1."""
        self.breathed = np.ones(n)
        """What a pattern of breathing leaves of the ventilation that the rate stands for."""
        self._felt_co2 = np.ones(n)
        self.fio2 = air
        self.oxygen = ["air"] * n
        self._state = np.stack([self.rest.get(k, np.zeros(n)) for k in KEYS])
        self.now = dict(zip(KEYS, self._state, strict=True))
        self._own = self._state.copy()
        self._to = dict(zip(KEYS, self._own, strict=True))
        self._aims = np.full_like(self._state, np.nan)
        self._aimed = False
        self._led: dict[float, tuple[Bools, Floats]] = {}
        self._led_hearts = np.zeros(n, bool)
        """Whose rate, pressure or saturation a script leads: their hearts neither strain nor stop."""

    def aim(self, key: str, values: Floats) -> None:
        """Want ``values`` ``[N]`` of ``key``; NaN leaves a patient's own body to it."""
        if key not in self.now:
            raise ValueError(f"a body has no {key!r}; it has {', '.join(KEYS)}")
        self._aims[KEYS.index(key)] = within(np.asarray(values, float), *LIMITS[key])
        self._aimed = not np.isnan(self._aims).all()
        self._led.clear()
        self._led_hearts = np.asarray(~np.isnan(self._aims[_LEADING]).all(axis=0))

    def breathe(self, patient: int, device: str, flow_l_min: float) -> None:
        """Give a patient oxygen by ``device``."""
        self.oxygen[patient] = device
        self.now["o2_flow"][patient] = flow_l_min
        self.fio2[patient] = gas.fio2_of(device, flow_l_min)
        if not self._begun:
            self._live_on(patient)

    def _live_on(self, patient: int) -> None:
        """Let the saturation of somebody who has oxygen from the start be their own with that oxygen."""
        fio2, own = self.fio2[[patient]], self.rest["spo2"][[patient]] / 100.0
        self.rest["shunt"][patient] = gas.shunt_for(own, fio2, self._paco2_rest[[patient]])[0]
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
        now, self._begun = self.now, True
        self._act(dt_s, hour)
        pressure = coupling.mean_pressure(now["sbp"], now["dbp"])
        self.circulation.advance(dt_s, pressure, self.influence)
        self.opioid.advance(dt_s)
        self.heart.advance(dt_s, pressure, now["spo2"], now["temp"], self._led_hearts, self.influence)
        self.circulation.pulse = self.heart.pulse
        self._ventilate(dt_s)
        free, keep = self._leads(dt_s)
        target = self._own_targets(hour, pressure)
        if self._aimed:
            target = np.where(free, target, self._aims)
        state = self._state
        state -= target
        state *= keep
        state += target
        highest = np.where(now["sbp"] > PULSE_MMHG, now["sbp"] - PULSE_MMHG, now["sbp"])
        np.minimum(now["dbp"], highest, out=now["dbp"])
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
        self.day.advance(dt_s, self.rest["hr"], acting)
        self.insults.advance(dt_s, self, acting)
        self.treatments.advance(dt_s, self, acting, self.insults)
        acting.settle()

    def _suffer(self, dt_s: float) -> None:
        """Let lactate and consciousness follow what the body has come to."""
        self._unlooked_s += dt_s
        if self._unlooked_s < LOOKED_AFTER_S - 1e-9:
            return
        dt_s, self._unlooked_s = self._unlooked_s, 0.0
        now, acting = self.now, self.influence
        self._state[self._state < NOTHING] = 0.0
        pressure = coupling.mean_pressure(now["sbp"], now["dbp"])
        shock = within((SHOCK_MMHG + 5.0 - pressure) / 5.0, 0.0, MOST_LACTATE_PACE)
        shock += within((self.circulation.lost - SHOCK_LOST + 0.05) / 0.05, 0.0, MOST_LACTATE_PACE)
        made = np.minimum(shock, MOST_LACTATE_PACE) / LACTATE_MIN
        gone = (self.lactate - LACTATE_MMOL_L) * (np.log(2.0) / LACTATE_HALF_MIN)
        self.lactate += (made - gone) * (dt_s / 60.0)
        well = np.minimum(95.0, self.rest["spo2"] - 1.0)
        self.consciousness.advance(dt_s, Causes(
            map_ratio=pressure / self.circulation.rest_map, lack=well - now["spo2"], paco2=self.paco2,
            glucose=now["glucose"], temp=now["temp"], drive=self.opioid.drive, lost=self.circulation.lost,
            more=acting.consciousness,
        ))  # fmt: skip

    def _leads(self, dt_s: float) -> tuple[Bools, Floats]:
        """Return (free, keep) ``[keys, N]``: who leads, and what a step keeps of the distance."""
        known = self._led.get(dt_s)
        if known is None:
            free = np.isnan(self._aims)
            keep = np.where(free, np.exp(-dt_s / _OWN_S), np.exp(-dt_s / _AIMED_S))
            known = self._led[dt_s] = (free, keep)
        return known

    def _ventilate(self, dt_s: float) -> None:
        """Turn breathing into gases."""
        rest, now = self.rest, self.now
        ratio = now["rr"] / rest["rr"]
        ventilation = self._ventilation_rest * ratio * coupling.tidal_ratio(ratio) * (1.0 - self.obstruction)
        ventilation *= self.breathed
        fever = np.maximum(now["temp"] - rest["temp"], -11.0)
        metabolism = 1.0 + coupling.FEVER_METABOLISM_PER_C * fever
        acting = self.influence
        if acting.acting:
            ventilation *= acting.depth * (1.0 - acting.obstruction) * (1.0 - acting.dead_space)
            metabolism *= acting.metabolism
        haemoglobin = self.circulation.haemoglobin_g_l / self.circulation.rest_haemoglobin
        flow = self._flow
        self.stores.advance(dt_s, ventilation, self.fio2, now["shunt"], metabolism, flow, haemoglobin)
        felt = self.stores.paco2 / self._paco2_rest
        self._felt_co2 = settle(self._felt_co2, felt, dt_s, coupling.CO2_DRIVE_LAG_S)

    def led(self, patient: int, *keys: str) -> bool:
        """Say whether a script leads any of ``keys`` of a patient."""
        return any(not np.isnan(self._aims[KEYS.index(key), patient]) for key in keys)

    @property
    def paco2(self) -> Floats:
        """Arterial CO2 tension, mmHg."""
        return self.stores.paco2

    def _own_targets(self, hour: float, map_now: Floats) -> Floats:
        """Return where the body itself would go, ``[keys, N]``."""
        rest, now, acting = self.rest, self.now, self.influence
        warmer = coupling.circadian(hour)
        fever = now["temp"] - rest["temp"] - warmer
        lack = coupling.lack_of_oxygen(now["spo2"], rest["spo2"])
        drive = self.opioid.drive * acting.drive
        felt = self._felt_co2 / acting.co2_set if acting.acting else self._felt_co2
        wanted = coupling.ventilation(felt, lack, self._minute_rest, drive)
        own, to = self._own, self._to
        to["o2_flow"][:] = now["o2_flow"]
        stroke = self.circulation.stroke(acting, now["hr"])
        to["sbp"][:], to["dbp"][:], output = self.circulation.pressures(stroke, acting)
        driven = coupling.mean_pressure(to["sbp"], to["dbp"])
        # Where a script holds the pressure lower than the body would, less flows as well.
        self._flow = output * within(map_now / np.maximum(driven, 1.0), 0.0, 1.5)
        answer = self._answer
        to["hr"][:] = coupling.heart_rate(self.circulation.hr, answer * fever, answer * lack, self._most_hr)
        to["rr"][:] = coupling.breathing_rate(
            rest["rr"], wanted, fever, coupling.distress(map_now, stroke, self.circulation.lost), drive
        )
        to["spo2"][:] = 100.0 * self.stores.saturation
        to["temp"][:] = rest["temp"] + warmer
        flowing = np.minimum(OUTPUT_OF_CO2 * output, 1.0)
        to["etco2"][:] = np.maximum(self.paco2 - coupling.ALVEOLAR_GRADIENT_MMHG, 0.0) * flowing
        to["pi"][:] = coupling.perfusion(rest["pi"], now["sbp"] - now["dbp"], self._pulse_rest, map_now)
        to["glucose"][:], to["shunt"][:], to["activity"][:] = rest["glucose"], rest["shunt"], self.day.busy
        if acting.acting:
            self._led_astray(to, drive)
        if self.heart.troubled:
            self._fail(to, map_now)
        return own

    def _fail(self, to: dict[str, Floats], map_now: Floats) -> None:
        """Slow heart and breath as strain does, and let both stop without a pulse."""
        heart = self.heart
        slowed = heart.slowed
        to["hr"][:] = np.maximum(to["hr"] * slowed, self._paced) * heart.beats
        fed = within((map_now - 0.4 * BRAIN_MMHG) / (0.6 * BRAIN_MMHG), 0.0, 1.0)
        to["rr"][:] = np.maximum(to["rr"] * slowed**2 * fed, self.influence.assist_bpm)

    def _led_astray(self, to: dict[str, Floats], drive: Floats) -> None:
        """Change targets by what acts beside the circulation and the gases."""
        rest, acting = self.rest, self.influence
        ruled = acting.pace_bpm > 0.0
        to["hr"][:] = np.minimum(np.where(ruled, acting.pace_bpm, to["hr"]), acting.hr_cap)
        breathing = to["rr"] > 0.0
        own = np.where(
            breathing, within(to["rr"] + np.minimum(drive, 1.0) * acting.drive_rr_bpm, 2.0, 60.0), 0.0
        )
        to["rr"][:] = np.maximum(own, acting.assist_bpm)
        to["etco2"] *= 1.0 - acting.dead_space
        to["pi"] *= acting.perfusion
        to["temp"] += self._fever * acting.set_point_c + acting.heat_w * self._warmed_c_w
        to["glucose"] += acting.glucose_mmol_min * (OWN_LAG_S["glucose"] / 60.0)
        np.maximum(to["glucose"], LIMITS["glucose"][0], out=to["glucose"])
        to["shunt"][:] = np.minimum(1.0 - (1.0 - rest["shunt"]) * (1.0 - acting.shunt), MOST_SHUNT)
