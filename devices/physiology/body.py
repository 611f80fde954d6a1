"""The bodies of a ward: truth, as arrays over patients.

What a script aims at is approached with the lags below; what it leaves alone the body regulates by
``coupling`` and ``gas``. Truth has no noise: variability belongs to beats and breaths, and error to
the wearables.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from devices.arrays import Bools, Floats
from devices.person import Person
from devices.physiology import coupling, gas
from devices.physiology.bounds import within

AIMED_LAG_S: Final[dict[str, float]] = {
    "hr": 4.0, "rr": 5.0, "spo2": 6.0, "sbp": 6.0, "dbp": 6.0, "temp": 30.0,
    "etco2": 8.0, "pi": 4.0, "o2_flow": 1.0, "glucose": 60.0, "activity": 3.0, "shunt": 20.0,
}  # fmt: skip
"""Heuristic: how soon a body is where a script wants it, so that a step becomes a slope."""
OWN_LAG_S: Final[dict[str, float]] = {
    "hr": 10.0, "rr": 20.0, "spo2": 25.0, "sbp": 15.0, "dbp": 15.0, "temp": 3600.0,
    "etco2": 20.0, "pi": 20.0, "o2_flow": 1.0, "glucose": 600.0, "activity": 10.0, "shunt": 60.0,
}  # fmt: skip
"""Clinical reference 8.3 iii (sympathetic 10 s, resistance 15 s) and 8.9 (fever 60 min); others heuristic."""
KEYS: Final = tuple(AIMED_LAG_S)
LIMITS: Final[dict[str, tuple[float, float]]] = {
    "hr": (0, 300), "rr": (0, 70), "spo2": (0, 100), "sbp": (0, 300), "dbp": (0, 220), "temp": (20, 44),
    "etco2": (0, 150), "pi": (0, 20), "o2_flow": (0, 70), "glucose": (0.6, 60), "activity": (0, 1),
    "shunt": (0, 0.6),
}  # fmt: skip
_AIMED_S: Final = np.array(list(AIMED_LAG_S.values()))[:, None]
_OWN_S: Final = np.array([OWN_LAG_S[k] for k in AIMED_LAG_S])[:, None]
PULSE_MMHG: Final = 4.0
"""Least difference of systolic and diastolic pressure while there is a pulse."""


class Body:
    """State of N patients. ``now[key]`` is the truth ``[N]``."""

    def __init__(self, people: Sequence[Person]) -> None:
        def of(name: str) -> Floats:
            return np.array([getattr(p.baseline, name) for p in people], float)

        n = len(people)
        self.rest = {k: of(k) for k in ("hr", "rr", "spo2", "sbp", "dbp", "temp", "etco2", "pi", "glucose")}
        self.age = np.array([p.age for p in people], float)
        self.gain = np.array([p.baroreflex_bpm_mmhg for p in people], float)
        self.paco2_rest = self.rest["etco2"] + coupling.ALVEOLAR_GRADIENT_MMHG
        self._map_rest = coupling.mean_pressure(self.rest["sbp"], self.rest["dbp"])
        self._pulse_rest = self.rest["sbp"] - self.rest["dbp"]
        self.ventilation_rest = gas.CO2_CONSTANT * gas.CO2_PRODUCED_ML_MIN / self.paco2_rest
        self._minute_rest = 1.4 * self.ventilation_rest  # alveolar and dead space, heuristic
        self.rest["shunt"] = gas.shunt_for(self.rest["spo2"] / 100.0, np.full(n, gas.AIR), self.paco2_rest)
        self.paco2 = self.paco2_rest.copy()
        self.fio2 = np.full(n, gas.AIR)
        self.oxygen = ["air"] * n
        self._state = np.stack([self.rest.get(k, np.zeros(n)) for k in KEYS])
        self.now = dict(zip(KEYS, self._state, strict=True))
        self._aims = np.full_like(self._state, np.nan)
        self._led: dict[float, tuple[Bools, Floats]] = {}

    def aim(self, key: str, values: Floats) -> None:
        """Want ``values`` ``[N]`` of ``key``; NaN leaves a patient's own body to it."""
        if key not in self.now:
            raise ValueError(f"a body has no {key!r}; it has {', '.join(KEYS)}")
        self._aims[KEYS.index(key)] = within(np.asarray(values, float), *LIMITS[key])
        self._led.clear()

    def breathe(self, patient: int, device: str, flow_l_min: float) -> None:
        """Give a patient oxygen by ``device``."""
        self.oxygen[patient] = device
        self.now["o2_flow"][patient] = flow_l_min
        self.fio2[patient] = gas.fio2_of(device, flow_l_min)

    def advance(self, dt_s: float, hour: float) -> None:
        """Let ``dt_s`` (at most a second) pass at ``hour`` of the day."""
        self._ventilate(dt_s)
        free, keep = self._leads(dt_s)
        target = np.where(free, self._own_targets(hour), self._aims)
        state = self._state
        state -= target
        state *= keep
        state += target
        now = self.now
        highest = np.where(now["sbp"] > PULSE_MMHG, now["sbp"] - PULSE_MMHG, now["sbp"])
        np.minimum(now["dbp"], highest, out=now["dbp"])

    def _leads(self, dt_s: float) -> tuple[Bools, Floats]:
        """Return (free, keep) ``[keys, N]``: who leads, and what a step keeps of the distance."""
        known = self._led.get(dt_s)
        if known is None:
            free = np.isnan(self._aims)
            keep = np.where(free, np.exp(-dt_s / _OWN_S), np.exp(-dt_s / _AIMED_S))
            known = self._led[dt_s] = (free, keep)
        return known

    def _ventilate(self, dt_s: float) -> None:
        """Turn breathing into carbon dioxide."""
        rest, now = self.rest, self.now
        ratio = now["rr"] / rest["rr"]
        ventilation = self.ventilation_rest * ratio * coupling.tidal_ratio(ratio)
        fever = np.maximum(now["temp"] - rest["temp"], -5.0)
        made = gas.CO2_PRODUCED_ML_MIN * (1.0 + coupling.FEVER_METABOLISM_PER_C * fever)
        self.paco2 = gas.carbon_dioxide(self.paco2, ventilation, made, dt_s)

    def _own_targets(self, hour: float) -> Floats:
        """Return where the body itself would go, ``[keys, N]``."""
        rest, now = self.rest, self.now
        map_now = coupling.mean_pressure(now["sbp"], now["dbp"])
        day = coupling.circadian(hour)
        fever = now["temp"] - rest["temp"] - day
        lack = coupling.lack_of_oxygen(now["spo2"], rest["spo2"])
        rise = self.paco2 - self.paco2_rest
        own = self._state.copy()
        to = dict(zip(KEYS, own, strict=True))
        to["hr"][:] = coupling.heart_rate(
            rest["hr"], self.gain, self._map_rest - map_now, fever, lack, self.age
        )
        to["rr"][:] = coupling.breathing_rate(rest["rr"], self._minute_rest, rise, lack, fever, map_now)
        to["spo2"][:] = 100.0 * gas.arterial_saturation(self.fio2, self.paco2, now["shunt"])
        to["temp"][:] = rest["temp"] + day
        to["etco2"][:] = np.maximum(self.paco2 - coupling.ALVEOLAR_GRADIENT_MMHG, 0.0)
        to["pi"][:] = coupling.perfusion(rest["pi"], now["sbp"] - now["dbp"], self._pulse_rest, map_now)
        for key in ("sbp", "dbp", "glucose", "shunt"):
            to[key][:] = rest[key]
        to["activity"][:] = 0.0
        return own
