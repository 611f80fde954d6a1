"""Illnesses and episodes as knots in time: what the body does when nobody treats it.

An illness gives absolute values and the consciousness and oxygen that go with them; an episode
(pain, sleep, exercise) gives offsets from the person's own values and ends where it began. Between
knots values run monotone (PCHIP); consciousness and oxygen change at their row.
"""

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal, get_args

import numpy as np

from devices.physiology.gas import OXYGEN_DEVICES, device_for
from scenarios.curves import Cubic, Curve, Floats, Piece, moved, pchip
from scenarios.tables import EPISODES, ILLNESSES

Acvpu = Literal["A", "C", "V", "P", "U"]
SIGNS: Final = ("hr", "rr", "spo2", "sbp", "dbp", "temp", "etco2", "pi", "glucose")
"""What a script may aim at, in the units of ``UNITS``."""
UNITS: Final = {
    "hr": "/min", "rr": "/min", "spo2": "%", "sbp": "mmHg", "dbp": "mmHg",
    "temp": "°C", "etco2": "mmHg", "pi": "%", "glucose": "mmol/L",
}  # fmt: skip

_SECONDS: Final = {"s": 1.0, "min": 60.0, "h": 3600.0}
_Maker = Callable[[str, str, str, list[list[str]]], "Trajectory"]
_GLUCOSE: Final = re.compile(r"glucose ([\d.]+)")
"""How a row's note says the glucose (mmol/L), which has no column of its own."""
_TITLE: Final = re.compile(r"\[(\w+)\] ([\d.]+): (.+)")


@dataclass(frozen=True, slots=True)
class Oxygen:
    """What a patient breathes: ``air``, or a device with its flow in L/min (0 if it has none)."""

    device: str = "air"
    flow_l_min: float = 0.0


AIR: Final = Oxygen()


@dataclass(frozen=True, slots=True)
class Knots:
    """The knots of one quantity: times in seconds since onset, values in its unit."""

    times_s: Floats
    values: Floats

    def cut(self, start_s: float, end_s: float) -> list[Piece]:
        """Return the pieces between two times, held beyond the outer knots; times stay as they are."""
        pieces: list[Piece] = [(-np.inf, _flat(self.values[0]))]
        if len(self.times_s) > 1:
            rows = pchip(self.times_s, self.values)
            pieces += [(float(t), _cubic(c)) for t, c in zip(self.times_s[:-1], rows, strict=True)]
        pieces.append((float(self.times_s[-1]), _flat(self.values[-1])))
        first = max(i for i, (t, _) in enumerate(pieces) if t <= start_s)
        t0, cubic = pieces[first]
        opening = (start_s, moved(cubic, start_s - t0) if np.isfinite(t0) else cubic)
        return [opening, *(p for p in pieces[first + 1 :] if p[0] < end_s)]

    def at(self, t_s: float) -> float:
        """Return the value at ``t_s``."""
        curve = Curve()
        curve.draw(self.cut(t_s, t_s))
        return curve.at(t_s)


def _flat(value: float) -> Cubic:
    return (float(value), 0.0, 0.0, 0.0)


def _cubic(row: Floats) -> Cubic:
    c0, c1, c2, c3 = (float(c) for c in row)
    return c0, c1, c2, c3


@dataclass(frozen=True, slots=True)
class Row:
    """What stands beside the numbers of one row of an illness."""

    t_s: float
    acvpu: Acvpu
    oxygen: Oxygen
    news2: int
    map_mmhg: float
    note: str


@dataclass(frozen=True, slots=True)
class Trajectory:
    """An illness or an episode (``offset``), with the section of the clinical reference it is from.

    ``scale`` is the NEWS2 saturation scale its column is computed with.
    """

    key: str
    section: str
    condition: str
    offset: bool
    knots: dict[str, Knots]
    rows: tuple[Row, ...]
    length_s: float
    scale: int = 1


def parse_oxygen(text: str) -> Oxygen:
    """Read ``air``, ``2 L nasal cannula``, ``ventilator``; raise ``ValueError`` otherwise."""
    words = " ".join(text.split())
    if words in {"air", "ventilator"}:
        return Oxygen(words)
    found = re.fullmatch(r"(\d{1,2}(?:\.\d+)?) ?L(?:/min)?(?: (.{1,40}))?", words)
    if found is None:
        raise ValueError("not oxygen: write `air`, or a flow and a device such as `2 L nasal cannula`")
    device = found[2] or device_for(float(found[1]))
    if device not in OXYGEN_DEVICES or device == "air":
        close = difflib.get_close_matches(device, OXYGEN_DEVICES, 1)
        known = close[0] if close else ", ".join(OXYGEN_DEVICES)
        raise ValueError(f"no such oxygen device: write `{known}`")
    return Oxygen(device, float(found[1]))


@cache
def trajectories() -> dict[str, Trajectory]:
    """Return every trajectory by its key."""
    tables = [*_tables(ILLNESSES, _illness), *_tables(EPISODES, _episode)]
    return {t.key: t for t in tables}


def _tables(text: str, make: _Maker) -> list[Trajectory]:
    return [_table(block, make) for block in text.strip().split("\n\n")]


def _table(block: str, make: _Maker) -> Trajectory:
    title, *lines = block.splitlines()
    found = _TITLE.fullmatch(title)
    if found is None:
        raise ValueError(f"not the title of a table: {title!r}")
    return make(found[1], found[2], found[3], [[c.strip() for c in line.split("|")] for line in lines])


def _illness(key: str, section: str, condition: str, cells: list[list[str]]) -> Trajectory:
    times = [_seconds(c[0]) for c in cells]
    columns = {"hr": 1, "rr": 4, "spo2": 5, "temp": 7, "etco2": 10, "pi": 11}
    knots = {sign: _knots(times, [c[i] for c in cells]) for sign, i in columns.items()}
    for sign, half in (("sbp", 0), ("dbp", 1)):
        knots[sign] = _knots(times, [c[2].split("/")[half] for c in cells])
    knots["glucose"] = _knots(times, [_glucose(c[12]) for c in cells])
    rows = tuple(
        Row(t, _acvpu(c[8]), parse_oxygen(c[6]), int(c[9]), float(c[3]), c[12])
        for t, c in zip(times, cells, strict=True)
    )
    given = {sign: k for sign, k in knots.items() if len(k.times_s)}
    return Trajectory(
        key, section, condition, offset=False, knots=given, rows=rows, length_s=times[-1], scale=_scale(key)
    )


def _acvpu(letter: str) -> Acvpu:
    return next(a for a in get_args(Acvpu) if a == letter)


def _glucose(note: str) -> str:
    found = _GLUCOSE.search(note)
    return found[1] if found else ""


def _scale(key: str) -> int:
    return 2 if key == "copd" else 1


def _episode(key: str, section: str, condition: str, cells: list[list[str]]) -> Trajectory:
    times = [_seconds(c[0]) for c in cells]
    columns = {"hr": 1, "rr": 3, "spo2": 4, "temp": 5, "etco2": 6}
    knots = {sign: _knots(times, [c[i] for c in cells]) for sign, i in columns.items()}
    for sign, half in (("sbp", 0), ("dbp", 1)):
        knots[sign] = _knots(times, [c[2].split("/")[half] for c in cells])
    moving = {sign: k for sign, k in knots.items() if k.values.any()}
    return Trajectory(key, section, condition, offset=True, knots=moving, rows=(), length_s=times[-1])


def _knots(times_s: list[float], column: list[str]) -> Knots:
    given = [(t, float(v)) for t, v in zip(times_s, column, strict=True) if v]
    return Knots(np.array([t for t, _ in given]), np.array([v for _, v in given]))


def _seconds(text: str) -> float:
    number, unit = text.split()
    return float(number) * _SECONDS[unit]
