"""The trends of one bed as a Plotly figure: five rows or more, one time axis. Pure, and free of Dash.

A figure is plain data (Plotly's JSON), so that making one costs no more than writing it down.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any, Final

from broker.store.protocol import Series
from dashboard.trendrows import CUFF, Row, rows
from dashboard.view import number

HOUR_MS: Final = 3_600_000
MINUTE_MS: Final = 60_000
WINDOWS: Final[Mapping[str, int]] = {
    "30m": 30 * MINUTE_MS,
    "2h": 2 * HOUR_MS,
    "6h": 6 * HOUR_MS,
    "24h": 24 * HOUR_MS,
    "5d": 120 * HOUR_MS,
}
"""How far back the trends may look, by the name on the button."""
WINDOW_NAMES: Final[Mapping[str, str]] = {
    "30m": "30 min", "2h": "2 h", "6h": "6 h", "24h": "24 h", "5d": "5 d",
}  # fmt: skip
DEFAULT_WINDOW: Final = "30m"
YOUNG_MS: Final = 5 * MINUTE_MS
"""A session that is younger than its window is shown whole, over no less than this."""
POINTS: Final = 360
"""Buckets asked of the store: about one for two pixels."""
CHANGE_MS: Final = 2 * HOUR_MS
"""The change beside a trend is over so long, or over the window where that is shorter."""
GAP_BUCKETS: Final = 3
"""A line is broken where so many buckets are empty (a gap is never joined up)."""
GAP_LEAST_MS: Final = 5_000

_NONE: Final = Series([], [], [], [], [])
_TEXT2, _LINE, _LIMIT = "#b3bfcc", "#27313d", "#ffd21f"
_FONT: Final = 'Inter, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Liberation Sans", sans-serif'


@dataclass(frozen=True, slots=True)
class Trends:
    """What the figure shows: series by metric, the window, the limits and the place for the words."""

    series: Mapping[str, Series]
    start: int
    end: int
    limits: Mapping[str, Mapping[str, float]]
    narrow: bool = False
    revision: str = ""
    """While this stays the same, a person's zoom stays."""


def since(series: Iterable[Series], start: int, end: int) -> int:
    """Return where the axis begins: at ``start``, or in a young session a little before its first value."""
    first = min((s.t[0] for s in series if s.t), default=start)
    return max(start, min(first - (end - first) // 8, end - YOUNG_MS))


def trends(shown: Trends) -> dict[str, Any]:
    """Return the figure."""
    data: list[dict[str, Any]] = []
    axes: dict[str, Any] = {}
    shapes: list[dict[str, Any]] = []
    words: list[dict[str, Any]] = []
    chosen = rows(shown.series)
    for i, row in enumerate(chosen):
        series = shown.series.get(row.metric, _NONE)
        bounds = shown.limits.get(row.metric, {})
        domain = (1 - (i + 1) / len(chosen) + 0.012, 1 - i / len(chosen) - 0.012)
        axes[f"yaxis{_nth(i)}"] = _axis(row, series, domain)
        data += _traces(row, series, shown, i)
        span = axes[f"yaxis{_nth(i)}"]["range"]
        shapes += [_limit(level, i) for level in bounds.values() if span[0] < level < span[1]]
        shapes += [_rule(domain[1] + 0.012)] if i else []
        words += _words(row, series, shown, domain)
    return {"data": data, "layout": _layout(shown, axes, shapes, words)}


def _nth(i: int) -> str:
    return "" if i == 0 else str(i + 1)


def _axis(row: Row, series: Series, domain: tuple[float, float]) -> dict[str, Any]:
    first = series.mean[0] if row.metric == "weight" and series.mean else None
    low = min([row.low if first is None else first - 2, *series.low])
    high = max([row.high if first is None else first + 2, *series.high])
    margin = (high - low) * 0.08
    return {
        "domain": list(domain), "range": [low - margin, high + margin], "fixedrange": True,
        "showticklabels": False, "showgrid": False, "zeroline": False, "showline": False,
    }  # fmt: skip


def _traces(row: Row, series: Series, shown: Trends, i: int) -> list[dict[str, Any]]:
    base = {"type": "scatter", "xaxis": "x", "yaxis": f"y{_nth(i)}", "name": row.name, "showlegend": False}
    hover = f"%{{x|%H:%M:%S}} · {row.name} %{{y:.{row.decimals}f}} {row.unit}<extra></extra>"
    if row.spot:
        marks = {
            **base, "x": series.t, "y": series.mean, "mode": "markers", "hovertemplate": hover,
            "marker": {"color": row.colour, "size": 8},
        }  # fmt: skip
        return [*_stems(row, shown, base), marks]
    t, columns = broken(series, shown.end - shown.start)
    low, mean, high = columns
    x, y = _outline(t, low, high)
    band = {
        **base, "x": x, "y": y, "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "fill": "toself",
        "fillcolor": _faint(row.colour),
    }  # fmt: skip
    line = {
        **base, "x": t, "y": mean, "mode": "lines", "connectgaps": False, "hovertemplate": hover,
        "line": {"color": row.colour, "width": 2},
    }  # fmt: skip
    if row.beside and (cuff := shown.series.get(row.beside)) is not None:
        return [band, line, *_traces(CUFF, cuff, shown, i)]
    return [band, line]


def _outline(
    t: list[int], low: list[float | None], high: list[float | None]
) -> tuple[list[int | None], list[float | None]]:
    """Return one closed shape for each stretch without a gap: along its greatest, back along its least."""
    x: list[int | None] = []
    y: list[float | None] = []
    for gap, points in groupby(zip(t, low, high, strict=True), key=lambda point: point[1] is None):
        stretch = list(points)
        if gap or len(stretch) == 1:
            continue
        x += [*(p[0] for p in stretch), *(p[0] for p in reversed(stretch)), None]
        y += [*(p[2] for p in stretch), *(p[1] for p in reversed(stretch)), None]
    return x, y


def _stems(row: Row, shown: Trends, base: dict[str, Any]) -> list[dict[str, Any]]:
    """Return lines from diastolic up to systolic pressure."""
    dia = shown.series.get("nibp_dia")
    if row is not CUFF or dia is None:
        return []
    sys = shown.series.get(row.metric, dia)
    lower = dict(zip(dia.t, dia.mean, strict=True))
    x: list[int | None] = []
    y: list[float | None] = []
    for t, top in zip(sys.t, sys.mean, strict=True):
        if t in lower:
            x += [t, t, None]
            y += [lower[t], top, None]
    line = {"color": row.colour, "width": 2}
    return [{**base, "x": x, "y": y, "mode": "lines", "opacity": 0.55, "line": line, "hoverinfo": "skip"}]


def broken(
    series: Series, span_ms: int
) -> tuple[list[int], tuple[list[float | None], list[float | None], list[float | None]]]:
    """Return times and (low, mean, high) with an empty point wherever a line must not join."""
    longest = max(GAP_LEAST_MS, GAP_BUCKETS * span_ms / POINTS)
    gaps = {i + 1 for i, (a, b) in enumerate(pairwise(series.t)) if b - a > longest}
    t: list[int] = []
    columns: tuple[list[float | None], list[float | None], list[float | None]] = ([], [], [])
    for i, at in enumerate(series.t):
        if i in gaps:
            t.append(series.t[i - 1] + 1)
            for column in columns:
                column.append(None)
        t.append(at)
        for column, values in zip(columns, (series.low, series.mean, series.high), strict=True):
            column.append(values[i])
    return t, columns


def change(series: Series, end: int, over_ms: int) -> float | None:
    """Return how the mean moved over the last ``over_ms``, ``None`` where it does not reach so far."""
    if not series.t or series.t[-1] < end - over_ms / 2:
        return None
    before = [v for t, v in zip(series.t, series.mean, strict=True) if t <= series.t[-1] - over_ms * 0.9]
    return series.mean[-1] - before[-1] if before else None


def _words(row: Row, series: Series, shown: Trends, domain: tuple[float, float]) -> list[dict[str, Any]]:
    middle = sum(domain) / 2
    left = {
        "xref": "paper", "x": 0, "xanchor": "left", "xshift": -54 if shown.narrow else -62,
        "text": _two_lines(row.name, "" if shown.narrow else row.unit, row.colour, 15, 12), "align": "left",
    }  # fmt: skip
    newest = number(series.mean[-1] if series.t else None, row.decimals)
    right = {
        "xref": "paper", "x": 1, "xanchor": "left", "xshift": 8,
        "text": _two_lines(newest, _moved(row, series, shown), row.colour, 20, 12), "align": "left",
    }  # fmt: skip
    common = {"yref": "paper", "y": middle, "yanchor": "middle", "showarrow": False}
    return [{**left, **common}, {**right, **common}]


def _moved(row: Row, series: Series, shown: Trends) -> str:
    over = min(CHANGE_MS, shown.end - shown.start)
    delta = change(series, shown.end, over)
    if delta is None or shown.narrow:
        return ""
    text = number(abs(delta), row.decimals)
    sign = "±" if float(text) == 0 else "+" if delta > 0 else "−"
    hours = over / HOUR_MS
    return f"{sign}{text} / {hours:g} h" if hours >= 1 else f"{sign}{text} / {over // MINUTE_MS} min"


def _two_lines(first: str, second: str, colour: str, size: int, small: int) -> str:
    top = f'<span style="color:{colour};font-size:{size}px"><b>{first}</b></span>'
    return f'{top}<br><span style="color:{_TEXT2};font-size:{small}px">{second}</span>' if second else top


def _limit(level: float, i: int) -> dict[str, Any]:
    return {
        "type": "line", "xref": "paper", "x0": 0, "x1": 1, "yref": f"y{_nth(i)}", "y0": level, "y1": level,
        "opacity": 0.75, "line": {"color": _LIMIT, "width": 1, "dash": "2px,5px"}, "layer": "below",
    }  # fmt: skip


def _rule(y: float) -> dict[str, Any]:
    return {
        "type": "line", "xref": "paper", "x0": -0.12, "x1": 1.12, "yref": "paper", "y0": y, "y1": y,
        "line": {"color": _LINE, "width": 1},
    }  # fmt: skip


def _faint(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.22)"


def _layout(
    shown: Trends, axes: dict[str, Any], shapes: list[dict[str, Any]], words: list[dict[str, Any]]
) -> dict[str, Any]:
    long = shown.end - shown.start > 24 * HOUR_MS
    return {
        "uirevision": shown.revision,
        "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": _FONT, "size": 13, "color": _TEXT2},
        "margin": {"l": 58 if shown.narrow else 66, "r": 56 if shown.narrow else 76, "t": 2, "b": 22},
        "hovermode": "closest", "dragmode": "zoom",
        "hoverlabel": {"bgcolor": "#1a212b", "bordercolor": "#3b4857", "font": {"color": "#eef2f6"}},
        "xaxis": {
            "type": "date", "range": [shown.start, shown.end], "gridcolor": _LINE, "zeroline": False,
            "tickformat": "%a %H:%M" if long else "%H:%M", "nticks": 5 if shown.narrow else 8,
            "anchor": "free", "position": 0, "showline": False, "ticks": "",
        },
        **axes, "shapes": shapes, "annotations": words,
    }  # fmt: skip
