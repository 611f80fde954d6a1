"""What Dash lays out for one bed: places that the browser fills, and what comes from the store."""

from typing import Any, Final

from dash import dcc, html

from dashboard import figures
from dashboard.chart import Cell, NewsChart
from dashboard.episodes import Line
from dashboard.view import clock

REFRESH_MS: Final = 10_000
_GRAPH: Final[Any] = {
    "displayModeBar": False,
    "responsive": True,
    "doubleClick": "reset",
    "scrollZoom": False,
    "showTips": False,
}


def page(key: str) -> html.Div:
    """Return the places of a bed's page: the browser fills what lives, callbacks what was."""
    which: dict[str, Any] = {"data-bed": key}
    calls: dict[str, Any] = {"data-calls": "true"}
    return html.Div(
        [
            html.Section(id="pstrip", className="pstrip"),
            html.Section(
                [html.Div(id="balarm", className="balarm"), html.Div(className="calls", **calls)],
                className="alarmrow",
            ),
            html.Div(
                [
                    html.Div(
                        [
                            html.Section(id="mon", className="mon card"),
                            html.Section(id="spots", className="spots"),
                            html.Div(id="seg", className="seg"),
                            html.Div([_trends(), _news()], className="blow"),
                        ],
                        className="bleft",
                    ),
                    html.Aside(
                        [html.Div(id="acts"), _chart(), html.Div(id="devices", className="card")],
                        className="side",
                    ),
                ],
                className="bmain",
            ),
            html.Nav(id="bedbar"),
            dcc.Interval(id="refresh", interval=REFRESH_MS),
            dcc.Store(id="bed-key", data=key),
            dcc.Store(id="window", data=figures.DEFAULT_WINDOW),
            dcc.Store(id="zoom"),
            dcc.Store(id="changed", data=0),
        ],
        id="bed",
        className="bedp",
        **which,
    )


def _trends() -> html.Section:
    return html.Section(
        [
            html.H2(
                [
                    "Trends",
                    html.Span("dotted: alarm limits", className="faint"),
                    html.Span(className="sp"),
                    html.Span(id="windows", className="seg"),
                ]
            ),
            dcc.Graph(id="trends", config=_GRAPH, className="graph", responsive=True, figure=_blank()),
        ],
        className="card trends part",
        id="part-trend",
    )


def _blank() -> dict[str, Any]:
    return figures.trends(figures.Trends({}, 0, 1, {}))


def _news() -> html.Section:
    return html.Section(
        [
            html.H2(
                [
                    "NEWS2",
                    html.Span("Royal College of Physicians, 2017", className="faint"),
                    html.Span(className="sp"),
                    html.Span("points as +n", className="faint"),
                ]
            ),
            html.Div(id="news-chart", className="newschart"),
        ],
        className="card news-card part",
        id="part-news",
    )


def _chart() -> html.Section:
    return html.Section(
        [
            html.Div(id="chart-now"),
            html.H3("This bed, this shift"),
            html.Div(id="record", className="log record", tabIndex="0"),
        ],
        className="card chart part",
        id="part-chart",
    )


def table(chart: NewsChart) -> html.Table:
    """Return the NEWS2 chart as a table; its last column says when the newest values were measured."""
    times = [html.Th(time, scope="col") for time in chart.times]
    head = html.Thead(
        html.Tr(
            [
                html.Th(html.Span("Parameter", className="sr")),
                *times,
                html.Th("measured", scope="col", className="when"),
            ]
        )
    )
    rows = [
        html.Tr([html.Th(name, scope="row"), *map(_cell, cells), html.Th(when, className="when")])
        for (name, cells), when in zip(chart.rows, chart.measured, strict=True)
    ]
    total = html.Tr([html.Th("NEWS2 total", scope="row"), *map(_cell, chart.totals)], className="tot")
    return html.Table([head, html.Tbody([*rows, total])], className="nc")


def _cell(cell: Cell) -> html.Td:
    mark = [html.Sup(f"+{cell.points}")] if cell.points and cell.plus else []
    return html.Td([cell.text, *mark], className=f"s{cell.points}" if cell.points else "", title=cell.title)


def record_line(line: Line) -> html.Div:
    """Return a line of the record."""
    return html.Div([html.B(clock(line.t, seconds=True)), f" {line.text}"], className=f"l-{line.kind}")


def facts(pairs: list[tuple[str, str]]) -> html.Dl:
    """Return what the chart says of the person."""
    return html.Dl([part for name, text in pairs for part in (html.Dt(name), html.Dd(text))], className="kv")


def trouble(part: str) -> html.P:
    """Return what a part says when it cannot be made."""
    return html.P(f"{part} cannot be read now: the store does not answer. Trying again.", className="trouble")
