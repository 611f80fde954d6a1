"""What a recording calls its signals, and what we call them.

The names are those of PhysioNet's databases: MIT-BIH (MLII, V5), MIMIC (II, V, ABP, PLETH, RESP; HR,
ABPSys, NBPMean …), European ST-T and QT (MLIII, D3, CM5), PTB (i, avr, v1). A single chest lead
without number, and MCL1, stand for V1: where monitors put it to see rhythms (*heuristic*).
"""

import re
from dataclasses import dataclass
from typing import Final

from vitals.catalogue import VITAL_SIGNS, WAVEFORMS

_LIMB: Final = {"I": "ecg_i", "II": "ecg_ii", "III": "ecg_iii", "1": "ecg_i", "2": "ecg_ii", "3": "ecg_iii"}
_ECG: Final = re.compile(
    r"(?:ECG|EKG|LEAD)?(?:"
    r"(?:ML|D)?(?P<limb>III|II|I)|D(?P<derivation>[123])|(?P<augmented>AV[RLF])|"
    r"(?:MOD\.?)?(?:MCL|CM|CC|ML|MV|V)(?P<chest>[1-6])(?:-V?[1-6])?)"
)
_GENERIC: Final = re.compile(r"(?:ECG|EKG)[0-9]*")
_FREE_LEADS: Final = ("ecg_ii", "ecg_v1", "ecg_v5", "ecg_i", "ecg_iii")

_WAVES: Final = {
    "V": "ecg_v1", "MCL": "ecg_v1",
    "ABP": "abp", "ART": "abp", "BP": "abp", "UAP": "abp", "AO": "abp",
    "PLETH": "pleth", "PLETHL": "pleth", "PLETHR": "pleth", "PPG": "pleth",
    "RESP": "resp", "RSP": "resp", "RESPIRATION": "resp", "RESPIMP": "resp",
    "CO2": "capno", "CAPNO": "capno",
}  # fmt: skip
_NUMERICS: Final = {
    "HR": "hr", "PULSE": "pr", "PR": "pr", "SPO2": "spo2", "RESP": "rr", "RR": "rr",
    "ABPSYS": "abp_sys", "ABPDIAS": "abp_dia", "ABPDIA": "abp_dia", "ABPMEAN": "abp_map",
    "ARTSYS": "abp_sys", "ARTDIAS": "abp_dia", "ARTMEAN": "abp_map",
    "NBPSYS": "nibp_sys", "NBPDIAS": "nibp_dia", "NBPDIA": "nibp_dia", "NBPMEAN": "nibp_map",
    "NIBPSYS": "nibp_sys", "NIBPDIA": "nibp_dia", "NIBPMEAN": "nibp_map",
    "ETCO2": "etco2", "TEMP": "temp", "PERF": "pi",
}  # fmt: skip

_FACTORS: Final[dict[tuple[str, str], float]] = {
    ("mv", "mV"): 1.0, ("uv", "mV"): 1e-3, ("µv", "mV"): 1e-3, ("v", "mV"): 1e3,
    ("mmhg", "mm[Hg]"): 1.0, ("kpa", "mm[Hg]"): 7.50062,
    ("bpm", "/min"): 1.0, ("pm", "/min"): 1.0, ("/min", "/min"): 1.0, ("1/min", "/min"): 1.0,
    ("%", "%"): 1.0, ("degc", "Cel"): 1.0, ("c", "Cel"): 1.0, ("deg c", "Cel"): 1.0,
}  # fmt: skip
"""(unit there, unit of the catalogue) to the factor between them."""

SLOW_HZ: Final = 4.0
"""A signal with so few samples a second holds numerics, not a wave."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a signal belongs: its catalogue key, and the factor to the catalogue's unit."""

    metric: str
    factor: float


def place(name: str, unit: str, hz: float, taken: set[str], wish: str | None = None) -> Place | str:
    """Return where signal ``name`` in ``unit`` belongs, or in words why it has no place.

    ``taken`` holds the keys that are given away; ``wish`` is the key the user asked for.
    """
    slow = hz <= SLOW_HZ
    metric = wish or _metric(name, slow=slow, taken=taken)
    table = VITAL_SIGNS if slow else WAVEFORMS
    if metric is None or metric not in table:
        kind = "numeric" if slow else "wave"
        return f"no {kind} of the catalogue is called {metric or name!r}"
    if metric in taken:
        return f"{metric} is taken by another signal"
    wanted = table[metric].unit
    factor = 1.0 if wanted == "1" else _FACTORS.get((unit.strip().lower(), wanted))
    if factor is None:
        return f"is in {unit!r}, and {metric} is in {wanted!r}"
    return Place(metric, factor)


def _metric(name: str, *, slow: bool, taken: set[str]) -> str | None:
    plain = re.sub(r"[\s_]+", "", name).upper()
    if slow:
        return _NUMERICS.get(plain)
    if found := _WAVES.get(plain):
        return found
    if match := _ECG.fullmatch(plain):
        return _lead(match)
    if _GENERIC.fullmatch(plain):
        return next((lead for lead in _FREE_LEADS if lead not in taken), None)
    return None


def _lead(match: re.Match[str]) -> str:
    if match["chest"]:
        return f"ecg_v{match['chest']}"
    if match["augmented"]:
        return f"ecg_{match['augmented'].lower()}"
    return _LIMB[match["limb"] or match["derivation"]]
