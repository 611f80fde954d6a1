"""What the trainee's pages show, decided without Dash: tables, states, orders and words.

A browser must judge the age of a value by itself, many times a second; the tables it judges by are
made here (``rules``) and travel with the page, so that no number stands in two places.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import log
from typing import Any, Final, Literal

from vitals.catalogue import LOST_AFTER_S, STALE_INTERVALS
from vitals.trends import RULES as TREND_RULES

State = Literal["fresh", "stale", "lost"]

LEAST_STALE_S: Final = 3.0
"""No value is called stale sooner than this, whatever its period (*heuristic*)."""
SPOT_FROM_S: Final = 300.0
"""A value that comes more seldom than this is a spot check: shown with its time, never grey."""
SPOT_LOST_PERIODS: Final = 2
"""A spot check is lost after so many of its periods (screens, section 5)."""
CONTINUOUS_TO_S: Final = 20.0
"""A metric that comes at least this often is continuous: a bed silent in all of these has no data."""
SILENT_S: Final = 10.0
"""A bed without any continuous value for so long shows *No data* (clinical reference 2.4: 10 s)."""
WAVES_TO_SPEED: Final = 4
"""Waves are published up to this speed of the session's clock; above it the page says so."""
BATTERY_LOW_PERCENT: Final = 20.0
"""Below this a device's battery is shown (*heuristic*)."""


@dataclass(frozen=True, slots=True)
class Density:
    """How large things are for so many beds (screens, sections 3 and 4)."""

    name: str
    beds: int
    columns: int
    traces: tuple[str, ...]
    pace_px_s: int
    line_px: float
    least_width: int
    least_height: int
    aspect: float
    rail: bool


# fmt: off
_EVERY_TRACE: Final = ("ecg", "pleth", "resp")
DENSITIES: Final = (
    #       name   beds cols  traces          px/s line  least tile  width to height; rail beside the grid
    Density("n4",   4,  2,  _EVERY_TRACE,      120, 1.6,  520, 330,  1.6, rail=True),
    Density("n8",   8,  4,  _EVERY_TRACE,       62, 1.6,  300, 330,  0.8, rail=True),
    Density("n16", 16,  4,  ("ecg", "pleth"),   62, 1.6,  296, 200,  1.6, rail=True),
    Density("n36", 36,  6,  ("ecg",),           50, 1.35, 210, 132,  1.95, rail=False),
    Density("n64", 64,  8,  ("ecg",),           50, 1.35, 158,  98,  1.95, rail=False),
)
# fmt: on
RAIL_PX: Final = 304
HEAD_PX: Final = 56
KEYS_PX: Final = 30
GAP_PX: Final = 8
PHONE_PX: Final = 600
"""At most this wide, a window is a phone's."""

PRIORITY_RANK: Final[Mapping[str, Mapping[str, int]]] = {
    "Hi": {"On": 0, "Latch": 0, "Ack": 2},
    "Me": {"On": 1, "Latch": 1, "Ack": 3},
    "Lo": {"On": 4, "Latch": 4, "Ack": 5},
    "None": {"On": 6, "Latch": 6, "Ack": 6},
}
"""Which alarm stands first: new high and medium, then acknowledged ones, then low."""

FREQUENCY: Final = (
    {"least": 7, "red": False, "hours": 0, "why": "NEWS2 ≥ 7", "words": "continuous"},
    {"least": 5, "red": False, "hours": 1, "why": "NEWS2 5–6", "words": "every hour"},
    {"least": 0, "red": True, "hours": 1, "why": "3 in one parameter", "words": "every hour"},
    {"least": 1, "red": False, "hours": 4, "why": "NEWS2 1–4", "words": "every 4 to 6 h"},
    {"least": 0, "red": False, "hours": 12, "why": "NEWS2 0", "words": "every 12 h"},
)
"""How often the next set is due: Royal College of Physicians, NEWS2 chart 4 (the shorter of a range)."""

TRACES: Final[Mapping[str, Mapping[str, Any]]] = {
    "ecg": {
        "keys": ["ecg_ii", "ecg_v5", "ecg_v1", "ecg_v2", "ecg_v3", "ecg_v4", "ecg_v6", "ecg_i", "ecg_avf",
                 "ecg_iii", "ecg_avl", "ecg_avr"],
        "colour": "ecg", "range": [-0.6, 1.5], "pace": 1.0, "name": "ECG", "off": "lead-off",
    },
    "pleth": {
        "keys": ["pleth"], "colour": "spo2", "range": [-0.2, 1.3], "pace": 1.0, "name": "pleth",
        "off": "probe-off",
    },
    "resp": {
        "keys": ["resp", "capno"], "colour": "resp", "range": [-1.2, 1.2], "pace": 0.25, "name": "Resp",
        "off": "lead-off",
    },
    "capno": {
        "keys": ["capno"], "colour": "co2", "range": [0, 50], "pace": 0.25, "name": "CO₂", "off": "line-off",
    },
    "abp": {
        "keys": ["abp"], "colour": "abp", "range": [20, 180], "pace": 1.0, "name": "ABP", "off": "line-off",
    },
}  # fmt: skip
"""A slot for a trace: what may stand there, in which colour, on which least scale, at which pace."""


def value_state(age_s: float, period_s: float, validity_s: float, speed: float = 1.0) -> State:
    """Say how a value is shown ``age_s`` simulated seconds after it was last heard of.

    Stale from three missed intervals, lost after 60 s; a spot check is lost after twice its period;
    a value that comes only on change, after its validity. A fast clock cannot be judged finer than
    the wall's seconds, so ``speed`` widens the least age.
    """
    if period_s <= 0:
        return "lost" if age_s > validity_s else "fresh"
    if period_s >= SPOT_FROM_S:
        return "lost" if age_s > SPOT_LOST_PERIODS * period_s else "fresh"
    stale_s = max(STALE_INTERVALS * period_s, LEAST_STALE_S * max(1.0, speed))
    if age_s <= stale_s:
        return "fresh"
    return "stale" if age_s <= max(float(LOST_AFTER_S), 2 * stale_s) else "lost"


@dataclass(frozen=True, slots=True)
class Plan:
    """A ward laid out: the density, and how many columns and rows fit on one page of it."""

    density: Density
    columns: int
    rows: int

    @property
    def capacity(self) -> int:
        """How many beds one page holds."""
        return self.columns * self.rows


def plan(beds: int, width: int, height: int) -> Plan:
    """Return the largest density that holds ``beds`` in a window without going below its sizes.

    Where none does, the smallest one's pages hold as many as fit.
    """
    count = max(1, beds)
    for choice in DENSITIES:
        found = _columns(choice, count, width, height) if count <= choice.beds else None
        if found is not None:
            return Plan(choice, found, -(-count // found))
    return _paged(DENSITIES[-1], width, height)


def _room(choice: Density, width: int, height: int) -> tuple[int, int]:
    across = width - (RAIL_PX + GAP_PX if choice.rail else 0) - GAP_PX
    return across, height - HEAD_PX - KEYS_PX - GAP_PX


def _columns(choice: Density, beds: int, width: int, height: int) -> int | None:
    """Return the number of columns whose tiles come nearest to the wanted shape, if any fit."""
    across, down = _room(choice, width, height)
    best: tuple[float, int] | None = None
    for columns in range(min(choice.columns, beds), 0, -1):
        wide, high = across / columns - GAP_PX, down / -(-beds // columns) - GAP_PX
        if wide < choice.least_width or high < choice.least_height:
            continue
        far = abs(log(wide / high / choice.aspect))
        if best is None or far < best[0]:
            best = far, columns
    return None if best is None else best[1]


def _paged(choice: Density, width: int, height: int) -> Plan:
    across, down = _room(choice, width, height)
    columns = max(1, min(choice.columns, int(across // (choice.least_width + GAP_PX))))
    return Plan(choice, columns, max(1, int(down // (choice.least_height + GAP_PX))))


def rank(priority: str, presence: str) -> int:
    """Return where an alarm stands among others: 0 first."""
    return PRIORITY_RANK.get(priority, {}).get(presence, 9)


def bed_label(bed: str) -> str:
    """Return a bed as people say it: ``bed01`` is ``B01``."""
    digits = bed.removeprefix("bed")
    return f"B{digits}" if digits.isdecimal() and digits != bed else bed


def since(ms: float) -> str:
    """Return a time since: ``0:31``, ``9:02``, ``1 h 12``, ``3 d 4 h``."""
    seconds = max(0, int(ms // 1000))
    minutes, hours = seconds // 60, seconds // 3600
    if hours >= 48:  # noqa: PLR2004 -- two days
        return f"{hours // 24} d {hours % 24} h"
    return f"{hours} h {minutes % 60:02d}" if hours else f"{minutes}:{seconds % 60:02d}"


def clock(ms: float, *, seconds: bool = False) -> str:
    """Return the time of day of simulated UTC ``ms``: ``23:42`` or ``23:42:32``."""
    second = int(ms // 1000) % 86400
    text = f"{second // 3600:02d}:{second // 60 % 60:02d}"
    return f"{text}:{second % 60:02d}" if seconds else text


def number(value: float | None, decimals: int) -> str:
    """Return a value as the screens write it; two dashes where there is none."""
    if value is None:
        return "– –"
    text = f"{value:.{decimals}f}"
    return text.replace("-", "−")


def rules() -> dict[str, Any]:
    """Return the tables that the browser judges by."""
    return {
        "value": {
            "intervals": STALE_INTERVALS,
            "least": LEAST_STALE_S,
            "lost": LOST_AFTER_S,
            "spot": SPOT_FROM_S,
            "spotPeriods": SPOT_LOST_PERIODS,
            "continuous": CONTINUOUS_TO_S,
            "silent": SILENT_S,
            "battery": BATTERY_LOW_PERCENT,
        },
        "densities": [asdict(choice) for choice in DENSITIES],
        "frame": {"rail": RAIL_PX, "head": HEAD_PX, "keys": KEYS_PX, "gap": GAP_PX, "phone": PHONE_PX},
        "rank": PRIORITY_RANK,
        "frequency": FREQUENCY,
        "traces": TRACES,
        "trends": {key: {"threshold": rule.threshold} for key, rule in TREND_RULES.items()},
        "wavesToSpeed": WAVES_TO_SPEED,
    }
