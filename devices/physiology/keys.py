"""What a body's truth consists of: names, lags and limits, in the order of the rows of truth."""

from math import expm1
from typing import Final

AIMED_LAG_S: Final[dict[str, float]] = {
    "hr": 4.0, "rr": 5.0, "spo2": 6.0, "sbp": 6.0, "dbp": 6.0, "temp": 30.0,
    "etco2": 8.0, "pi": 4.0, "o2_flow": 1.0, "glucose": 60.0, "activity": 3.0, "shunt": 20.0,
}  # fmt: skip
"""Heuristic: how soon a body is where a script wants it, so that a step becomes a slope."""
AHEAD_S: Final = {key: 1.0 / expm1(1.0 / lag_s) for key, lag_s in AIMED_LAG_S.items()}
"""By so much further a script must aim along a slope, second by second, for the body to be on it."""
OWN_LAG_S: Final[dict[str, float]] = {
    "hr": 3.0, "rr": 10.0, "spo2": 3.0, "sbp": 3.0, "dbp": 3.0, "temp": 3600.0,
    "etco2": 5.0, "pi": 20.0, "o2_flow": 1.0, "glucose": 2000.0, "activity": 10.0, "shunt": 10.0,
}  # fmt: skip
"""Heuristic but for fever (reference 8.9: 60 min) and glucose (8.10: p1 0.03 /min); circulation and gases
have lags of their own beside."""
KEYS: Final = tuple(AIMED_LAG_S)
LIMITS: Final[dict[str, tuple[float, float]]] = {
    "hr": (0, 300), "rr": (0, 80), "spo2": (0, 100), "sbp": (0, 300), "dbp": (0, 220), "temp": (20, 45),
    "etco2": (0, 150), "pi": (0, 20), "o2_flow": (0, 70), "glucose": (0.6, 60), "activity": (0, 1),
    "shunt": (0, 0.6),
}  # fmt: skip
"""What truth may be aimed at, by scripts and by hand: bounds of the living, not of the healthy."""
