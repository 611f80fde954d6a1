"""Strips of paper as SVG: 25 mm/s and 10 mm/mV, one millimetre a unit of the picture."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

import numpy as np

from devices.arrays import Anything

UNIT_MM: Final = 0.05
"""Traces are drawn in whole steps of so much: a raw step of the ECG."""
ECG_MM_S: Final = 25.0
ECG_MM_MV: Final = 10.0
LEFT_MM: Final = 14.0
"""Room for a row's label and its calibration mark."""
DEFINITIONS: Final = """<svg class="definitions" width="0" height="0" aria-hidden="true"><defs>
<pattern id="mm" width="1" height="1" patternUnits="userSpaceOnUse">
<path class="fine" d="M1 0H0V1"/></pattern>
<pattern id="paper" width="5" height="5" patternUnits="userSpaceOnUse">
<rect width="5" height="5" fill="url(#mm)"/>\
<path class="coarse" d="M5 0H0V5"/></pattern></defs></svg>"""


@dataclass(frozen=True, slots=True)
class Row:
    """One trace: ``values`` at ``hz``, drawn ``mm_per_unit`` high on a row of ``height_mm``.

    ``base`` is the value that lies ``base_mm`` above the row's lower edge. ``mark`` is the height of the
    calibration mark in the values' unit, 0 none.
    """

    label: str
    values: Anything
    hz: float
    mm_per_unit: float
    height_mm: float
    base: float = 0.0
    base_mm: float = 5.0
    mark: float = 0.0
    kind: str = "ecg"
    clip: bool = False
    """Whether what leaves the row is cut off."""
    lines: tuple[float, ...] = ()


def outline(values: Anything, mm_per_unit: float, base: float = 0.0) -> str:
    """Return the ``d`` of a path through ``values``: steps of 1 to the right, and of ``UNIT_MM`` upwards."""
    heights = np.rint((np.asarray(values, float) - base) * (mm_per_unit / UNIT_MM)).astype(int)
    steps = np.diff(heights)
    if not steps.size:
        return ""
    ends = np.append(np.nonzero(np.diff(steps))[0] + 1, steps.size)
    runs = np.diff(np.append(0, ends))
    pieces = [f"M0 {heights[0]}l"]
    for end, run in zip(ends.tolist(), runs.tolist(), strict=True):
        rise = int(run * steps[end - 1])
        pieces.append(f"{run}{rise}" if rise < 0 else f"{run} {rise}")
        pieces.append(" ")
    return "".join(pieces).rstrip()


def trace(row: Row, x_mm: float, y_mm: float, mm_s: float) -> str:
    """Return a row's trace, its base line at ``y_mm``, from ``x_mm`` on."""
    step = f"{mm_s / row.hz:.4g}"
    return (
        f'<path class="trace {row.kind}" transform="translate({x_mm:g} {y_mm:g}) scale({step} -{UNIT_MM})" '
        f'd="{outline(row.values, row.mm_per_unit, row.base)}"/>'
    )


def beyond(rows: Sequence[Row]) -> tuple[float, float]:
    """Return how many millimetres traces stand out above their row and below it, in whole squares of 5."""
    drawn = [r for r in rows if not r.clip and np.size(r.values)]
    above = [(np.max(r.values) - r.base) * r.mm_per_unit - (r.height_mm - r.base_mm) for r in drawn]
    below = [(r.base - np.min(r.values)) * r.mm_per_unit - r.base_mm for r in drawn]
    most = (max([0.0, *(float(mm) for mm in side)]) for side in (above, below))
    head, foot = (5.0 * math.ceil(mm / 5.0) for mm in most)
    return head, foot


def strip(rows: Sequence[Row], seconds: float, mm_s: float, label: str, *, tick_s: float = 1.0) -> str:
    """Return rows of traces below each other, of ``seconds`` at ``mm_s``, as one picture."""
    width = seconds * mm_s
    head, foot = beyond(rows[:1])[0], beyond(rows[-1:])[1]
    height = head + sum(r.height_mm for r in rows) + foot
    parts = [_sheet(width, height)]
    parts += [
        f'<path class="tick" d="M{LEFT_MM + t * mm_s:g} {height - 1.5:g}v1.5"/>'
        for t in np.arange(tick_s, seconds, tick_s)
    ]
    top = head
    for row in rows:
        top += row.height_mm
        base = top - row.base_mm
        for value in row.lines:
            y = base - (value - row.base) * row.mm_per_unit
            parts.append(f'<path class="level" d="M{LEFT_MM:g} {y:g}h{width:g}"/>')
            parts.append(f'<text class="scale" x="{LEFT_MM - 1:g}" y="{y + 0.9:g}">{value:g}</text>')
        parts += [_name(row.label, 1.0, top - row.height_mm + 4.0), _mark(row, base)]
        drawn = trace(row, LEFT_MM, base, mm_s)
        box = f"0 {top - row.height_mm:g} {LEFT_MM + width:g} {row.height_mm:g}"
        parts.append(_window(box, drawn) if row.clip else drawn)
    return picture(LEFT_MM + width, height, label, "".join(parts))


def twelve(leads: Sequence[Sequence[Row]], rhythm: Row, seconds: float, label: str) -> str:
    """Return a twelve-lead ECG: rows of leads that follow each other in time, and a rhythm strip below."""
    width = seconds * ECG_MM_S
    head, foot = beyond(leads[0])[0], beyond([rhythm])[1]
    height = head + sum(r[0].height_mm for r in leads) + rhythm.height_mm + foot
    parts, top = [_sheet(width, height)], head
    for row in leads:
        top += row[0].height_mm
        each = width / len(row)
        for i, lead in enumerate(row):
            x = LEFT_MM + i * each
            from_, to = (round(k * seconds / len(row) * lead.hz) for k in (i, i + 1))
            cut = Row(
                lead.label,
                lead.values[from_:to],
                lead.hz,
                lead.mm_per_unit,
                lead.height_mm,
                lead.base,
                lead.base_mm,
            )
            parts += [
                trace(cut, x, top - lead.base_mm, ECG_MM_S),
                _name(lead.label, x + 1, top - lead.height_mm + 4),
            ]
            if i:
                parts.append(f'<path class="cut" d="M{x:g} {top - lead.base_mm - 3:g}v6"/>')
        parts.append(_mark(row[0], top - row[0].base_mm))
    top += rhythm.height_mm
    base = top - rhythm.base_mm
    parts += [_name(rhythm.label, 1.0, top - rhythm.height_mm + 4), _mark(rhythm, base)]
    parts.append(trace(rhythm, LEFT_MM, base, ECG_MM_S))
    return picture(LEFT_MM + width, height, label, "".join(parts))


def picture(width: float, height: float, label: str, inner: str) -> str:
    """Return an SVG of so many millimetres, in a box that scrolls where it is too wide."""
    box, name = f"0 0 {width:g} {height:g}", escape(label)
    drawn = f'<svg class="strip" viewBox="{box}" role="img" aria-label="{name}">{inner}</svg>'
    return f'<div class="scroll">{drawn}</div>'


def _window(box: str, inner: str) -> str:
    """Return ``inner`` cut off at a box ``x y width height``."""
    x, y, width, height = box.split()
    return f'<svg x="{x}" y="{y}" width="{width}" height="{height}" viewBox="{box}">{inner}</svg>'


def _sheet(width: float, height: float) -> str:
    return f'<rect class="sheet" width="{LEFT_MM + width:g}" height="{height:g}" fill="url(#paper)"/>'


def _name(label: str, x: float, y: float) -> str:
    return f'<text class="lead" x="{x:g}" y="{y:g}">{escape(label)}</text>'


def _mark(row: Row, base_mm: float) -> str:
    """Return the calibration mark of a row: a step of 0.2 s as high as ``row.mark``."""
    if not row.mark:
        return ""
    mm = row.mark * row.mm_per_unit
    return f'<path class="mark" d="M6 {base_mm:g}h1v{-mm:g}h5v{mm:g}h1"/>'
