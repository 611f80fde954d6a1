"""An illness over time as one picture: vital signs above each other, NEWS2 below."""

from html import escape
from itertools import pairwise
from typing import Final

import numpy as np

from devices.arrays import Floats
from scenarios.trajectories import AIR, Row, Trajectory
from teleward.gallery.paper import outline, picture
from vitals import news2

WIDTH_MM: Final = 230.0
LEFT_MM, RIGHT_MM = 20.0, 14.0
PANEL_MM: Final = 17.0
ROOM_MM: Final = 2.5
"""Above and below a panel's curve."""
WORD_MM: Final = 2.9
"""How high a number at a curve's end is."""
SCORE_MM, AXIS_MM = 11.0, 6.0
POINTS: Final = 231
Panel = tuple[str, str, tuple[str, ...], float]
PANELS: Final[tuple[Panel, ...]] = (
    ("HR", "/min", ("hr",), 50), ("BP", "mmHg", ("sbp", "dbp"), 90), ("RR", "/min", ("rr",), 18),
    ("SpO₂", "%", ("spo2",), 12), ("Temp", "°C", ("temp",), 2), ("EtCO₂", "mmHg", ("etco2",), 24),
)  # fmt: skip
"""Label, unit, signs and the least range a panel spans: so much is worth seeing."""
USUAL: Final = {"hr": 72.0, "rr": 15.0, "spo2": 97.0, "sbp": 122.0, "dbp": 76.0, "temp": 36.7, "etco2": 38.0}
"""To which an episode's offsets are added: a typical adult (clinical reference 3.5)."""
CALM: Final = Row(0.0, "A", AIR, 0, 0.0, "")


def chart(t: Trajectory) -> str:
    """Return the picture of a trajectory."""
    times = np.linspace(0.0, t.length_s, POINTS)
    values = {sign: course for sign in USUAL if (course := _values(t, sign, times)) is not None}
    panels = [p for p in PANELS if any(s in t.knots for s in p[2])]
    parts, top = [], 0.0
    for panel in panels:
        parts.append(_panel(panel, [values[s] for s in panel[2]], top))
        top += PANEL_MM
    parts += [_scores(t, times, values, top), _axis(t, top)]
    height = top + SCORE_MM + AXIS_MM
    return picture(LEFT_MM + WIDTH_MM + RIGHT_MM, height, f"Course of {t.condition}", "".join(parts))


def totals(t: Trajectory, times: Floats, values: dict[str, Floats]) -> list[int]:
    """Return NEWS2 at each of ``times``, from truth with oxygen and consciousness."""
    rows = t.rows or (CALM,)
    found = []
    for i, now in enumerate(times.tolist()):
        row = [r for r in rows if r.t_s <= now + 1e-6][-1]
        of = {s: float(v[i]) for s, v in values.items()}
        score = news2.score(
            rr=of["rr"], spo2=of["spo2"], oxygen=row.oxygen.device != "air", sbp=of["sbp"], pulse=of["hr"],
            acvpu=row.acvpu, temp=of["temp"], scale=2 if t.scale == 2 else 1,  # noqa: PLR2004 -- the scale's name
        )  # fmt: skip
        found.append(score.total or 0)
    return found


def _values(t: Trajectory, sign: str, times: Floats) -> Floats | None:
    knots = t.knots.get(sign)
    if knots is None:
        return None if sign == "etco2" else np.full(times.size, USUAL[sign])
    drawn = np.array([knots.at(s) for s in times.tolist()])
    return drawn + USUAL[sign] if t.offset else drawn


def _panel(panel: Panel, courses: list[Floats], top: float) -> str:
    label, unit, signs, least = panel
    low, high = (float(edge([edge(c) for c in courses])) for edge in (np.min, np.max))
    mm = (PANEL_MM - 2 * ROOM_MM) / max(high - low, least)
    low -= max(least - (high - low), 0.0) / 2
    base = top + PANEL_MM - ROOM_MM
    parts = [
        f'<rect class="panel" x="{LEFT_MM}" y="{top:g}" width="{WIDTH_MM}" height="{PANEL_MM - 0.8:g}"/>',
        f'<text class="lead" x="1" y="{top + 6:g}">{label}</text>',
        f'<text class="unit" x="1" y="{top + 10:g}">{unit}</text>',
    ]
    lower = [_apart([base - (edge - low) * mm + 1 for edge in ends]) for ends in _ends(courses)]
    for i, (sign, course) in enumerate(zip(signs, courses, strict=True)):
        at = f"translate({LEFT_MM} {base:g}) scale({WIDTH_MM / (POINTS - 1):.4g} -0.05)"
        parts.append(f'<path class="trace {sign}" transform="{at}" d="{outline(course, mm, low)}"/>')
        for value, x, anchor, places in (
            (course[0], LEFT_MM - 1, "end", lower[0]),
            (course[-1], LEFT_MM + WIDTH_MM + 1, "start", lower[1]),
        ):
            y = places[i]
            text = f"{value:.1f}" if sign == "temp" else f"{value:.0f}"
            parts.append(f'<text class="end {sign}" x="{x:g}" y="{y:g}" text-anchor="{anchor}">{text}</text>')
    return "".join(parts)


def _ends(courses: list[Floats]) -> tuple[list[float], list[float]]:
    """Return what courses begin with, and what they end with."""
    return [float(c[0]) for c in courses], [float(c[-1]) for c in courses]


def _apart(places: list[float]) -> list[float]:
    """Return heights of words, from above to below, so far apart that none covers another."""
    for i in range(1, len(places)):
        lacking = max(WORD_MM - (places[i] - places[i - 1]), 0.0)
        places[i - 1] -= lacking / 2
        places[i] += lacking / 2
    return places


def _scores(t: Trajectory, times: Floats, values: dict[str, Floats], top: float) -> str:
    scores = totals(t, times, values)
    turns = [0, *(i for i in range(1, POINTS) if scores[i] != scores[i - 1]), POINTS - 1]
    parts = [f'<text class="lead" x="1" y="{top + 7:g}">NEWS2</text>']
    for begin, end in pairwise(turns):
        x = LEFT_MM + begin / (POINTS - 1) * WIDTH_MM
        width = (end - begin) / (POINTS - 1) * WIDTH_MM
        total = scores[begin]
        parts.append(
            f'<rect class="score {risk(total)}" x="{x:.2f}" y="{top + 1:g}" width="{width:.2f}" '
            f'height="{SCORE_MM - 2:g}"><title>NEWS2 {total}</title></rect>'
        )
        if width > 5:  # noqa: PLR2004 -- room for two digits
            parts.append(
                f'<text class="total {risk(total)}" x="{x + width / 2:.2f}" y="{top + 7:g}">{total}</text>'
            )
    return "".join(parts)


def risk(total: int) -> str:
    """Return the class of a total: from 5 urgent, from 7 an emergency."""
    if total >= news2.EMERGENCY:
        return "high"
    return "medium" if total >= news2.URGENT else "low"


def _axis(t: Trajectory, top: float) -> str:
    """Return the time axis, with consciousness and oxygen where they change."""
    parts, y, left = [], top + SCORE_MM + 3.5, -1e9
    for row in t.rows or (CALM,):
        x = LEFT_MM + row.t_s / t.length_s * WIDTH_MM
        parts.append(f'<path class="knot" d="M{x:.2f} 0V{top + SCORE_MM - 1:g}"/>')
        if x - left < 9:  # noqa: PLR2004 -- room for a time
            continue
        left = x
        breathed = "" if row.oxygen.device == "air" else " O₂"
        said = f"{clock(row.t_s)} {row.acvpu}{breathed}"
        parts.append(f'<text class="time" x="{x:.2f}" y="{y:g}">{escape(said)}</text>')
    if not t.rows:
        x = LEFT_MM + WIDTH_MM
        parts.append(f'<text class="time" x="{x:.2f}" y="{y:g}">{clock(t.length_s)}</text>')
    return "".join(parts)


def clock(seconds: float) -> str:
    """Return a time since onset as people write it: ``40 min``, ``2 h``, ``1:30 h``."""
    if seconds < 3600:  # noqa: PLR2004 -- an hour
        return f"{seconds / 60:g} min" if seconds >= 60 or not seconds else f"{seconds:g} s"  # noqa: PLR2004 -- a minute
    hours, rest = divmod(round(seconds / 60), 60)
    return f"{hours}:{rest:02d} h" if rest else f"{hours} h"
