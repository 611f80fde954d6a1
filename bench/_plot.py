"""Small line plots as SVG, for the pictures of the explanations."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10
from typing import Final

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 340, 56, 190, 34, 46
COLOURS: Final = ("#0b6bcb", "#b8480b", "#2a7f3b", "#7a3fa0")
TICKS: Final = 6


@dataclass(frozen=True, slots=True)
class Line:
    """A course of (x, y): a line, or ``dots`` for what was published."""

    label: str
    points: Sequence[tuple[float, float]]
    dots: bool = False


def _step(span: float) -> float:
    rough = span / TICKS
    ten = 10.0 ** floor(log10(rough))
    return next(ten * k for k in (1, 2, 5, 10) if ten * k >= rough)


def _axis(values: list[float]) -> tuple[float, float, list[float]]:
    low, high = min(values), max(values)
    step = _step(max(high - low, 1e-9))
    first, last = floor(low / step), ceil(high / step)
    return first * step, last * step, [k * step for k in range(first, last + 1)]


def draw(title: str, across: str, up: str, lines: Sequence[Line]) -> str:
    """Return an SVG of ``lines``; lines and the dots that belong to them share a colour by order."""
    x0, x1, xs = _axis([x for line in lines for x, _ in line.points])
    y0, y1, ys = _axis([y for line in lines for _, y in line.points])

    def place(x: float, y: float) -> tuple[float, float]:
        px = LEFT + (x - x0) / (x1 - x0) * (WIDTH - LEFT - RIGHT)
        return round(px, 1), round(HEIGHT - BOTTOM - (y - y0) / (y1 - y0) * (HEIGHT - TOP - BOTTOM), 1)

    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-family="sans-serif" font-size="12"'
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}><title>{escape(title)}</title>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="20" font-size="14" font-weight="bold">{escape(title)}</text>',
    ]
    for x in xs:
        px, _ = place(x, y0)
        out.append(f'<path d="M{px} {TOP}V{HEIGHT - BOTTOM}" stroke="#ddd"/>')
        out.append(f'<text x="{px}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{x:g}</text>')
    for y in ys:
        _, py = place(x0, y)
        out.append(f'<path d="M{LEFT} {py}H{WIDTH - RIGHT}" stroke="#ddd"/>')
        out.append(f'<text x="{LEFT - 6}" y="{py + 4}" text-anchor="end">{y:g}</text>')
    middle = (LEFT + WIDTH - RIGHT) / 2
    out.append(f'<text x="{middle}" y="{HEIGHT - 10}" text-anchor="middle">{escape(across)}</text>')
    out.append(f'<text x="{LEFT}" y="{TOP - 4}" fill="#555">{escape(up)}</text>')
    counts = {True: 0, False: 0}
    for i, line in enumerate(lines):
        colour = COLOURS[counts[line.dots] % len(COLOURS)]
        counts[line.dots] += 1
        placed = [place(x, y) for x, y in line.points]
        if line.dots:
            out += [f'<circle cx="{x}" cy="{y}" r="4" fill="none" stroke="{colour}"/>' for x, y in placed]
        else:
            path = " ".join(f"{x},{y}" for x, y in placed)
            out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.8"/>')
        mark = "○" if line.dots else "—"
        out.append(
            f'<text x="{WIDTH - RIGHT + 12}" y="{TOP + 14 + 18 * i}" fill="{colour}">'
            f"{mark} {escape(line.label)}</text>"
        )
    return "\n".join([*out, "</svg>", ""])
