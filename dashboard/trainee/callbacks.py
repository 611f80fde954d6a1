"""The callbacks of a bed's page: they translate between Dash and the pure functions, nothing more."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import dash
import msgspec
from dash import ClientsideFunction, Input, Output, State, html
from dash.exceptions import PreventUpdate

from broker.store.protocol import Entry, Series, Store, StoreUnavailableError
from dashboard import chart, figures, trendrows
from dashboard.context import EVERY, Context
from dashboard.episodes import Line
from dashboard.isbar import isbar
from dashboard.signs import LIMITS
from dashboard.trainee import bed

RECORDED: Final = ("flag", "escalation", "ack", "note", "intervention", "obs", "evt")
RECORD_LINES: Final = 80
RECORD_ALARMS: Final = 600
"""So many messages of alarms are read: each change of a value is one, and they tell one line an alarm."""

Shape = dict[str, Any]


def session_of(context: Context) -> str:
    """Return the session on show: the person's own; for an instructor the newest that runs."""
    session = context.me().session
    return next(iter(context.live.sessions()), "") if session == EVERY else session


def register(app: dash.Dash, context: Context) -> None:
    """Add the callbacks."""
    _register_past(app, context)

    @app.callback(
        Output("zoom", "data"),
        Input("trends", "relayoutData"),
        State("window", "data"),
        prevent_initial_call=True,
    )
    async def zoomed(moved: Shape | None, window: str) -> Shape | None:
        context.me()
        return zoom(moved or {}, window)

    @app.callback(Output("isbar", "data"), Input("isbar-ask", "data"), prevent_initial_call=True)
    async def fill(asked: Shape | None) -> Shape:
        return draft(context, asked or {})

    app.clientside_callback(  # type: ignore[no-untyped-call]  # Dash leaves it unannotated
        ClientsideFunction("teleward", "isbar"), Output("isbar-seen", "data"), Input("isbar", "data")
    )


def _register_past(app: dash.Dash, context: Context) -> None:
    @app.callback(
        Output("trends", "figure"),
        Input("bed-key", "data"),
        Input("window", "data"),
        Input("refresh", "n_intervals"),
        Input("zoom", "data"),
        Input("narrow", "data"),
    )
    async def trends(key: str, window: str, _: int | None, zoomed: Shape | None, narrow: int | None) -> Shape:
        try:
            return await figure(context, key, window, zoomed, narrow=bool(narrow))
        except StoreUnavailableError:
            raise PreventUpdate from None

    @app.callback(
        Output("news-chart", "children"),
        Input("bed-key", "data"),
        Input("window", "data"),
        Input("refresh", "n_intervals"),
    )
    async def news(key: str, window: str, _: int | None) -> html.Table | html.P:
        try:
            return bed.table(chart.news_chart(await scores(context, key, window)))
        except StoreUnavailableError:
            return bed.trouble("The NEWS2 chart")

    @app.callback(
        Output("record", "children"),
        Output("chart-now", "children"),
        Input("bed-key", "data"),
        Input("refresh", "n_intervals"),
        Input("changed", "data"),
    )
    async def record(key: str, _: int | None, __: int) -> tuple[list[html.Div] | html.P, html.Dl]:
        person = _bed(context, key).get("person") or {}
        try:
            lines = await happened(context, key)
        except StoreUnavailableError:
            return bed.trouble("The record"), bed.facts(chart.facts(person, []))
        shown = [bed.record_line(line) for line in lines if line.kind != "event"]
        return shown or [html.Div("Nothing yet.", className="faint")], bed.facts(chart.facts(person, lines))


def _bed(context: Context, key: str) -> Shape:
    return context.live.snapshot(session_of(context)).get(key, {})


def _place(context: Context, key: str) -> tuple[str, str, int]:
    """Return (session, subject, now) of a bed on show."""
    session, subject = context.live.locate(session_of(context), key)
    return session, subject, context.live.now(session)


async def figure(context: Context, key: str, window: str, zoomed: Shape | None, *, narrow: bool) -> Shape:
    """Return the trends of a bed, over the window or what a person zoomed to."""
    session, subject, now = _place(context, key)
    start, end = now - figures.WINDOWS[window], now
    if zoomed and zoomed.get("window") == window:
        start, end = zoomed["start"], zoomed["end"]

    def read(metric: str) -> asyncio.Future[Series]:
        return asyncio.ensure_future(
            context.read(lambda s: s.series(session, subject, metric, start, end, figures.POINTS))
        )

    metrics = trendrows.asked(_bed(context, key).get("num", {}))
    series = dict(zip(metrics, await asyncio.gather(*map(read, metrics)), strict=True))
    if not zoomed:
        start = figures.since(series.values(), start, end)
    return figures.trends(
        figures.Trends(series, start, end, LIMITS, narrow=narrow, revision=f"{key} {window}")
    )


def zoom(moved: Mapping[str, Any], window: str) -> Shape | None:
    """Return what a person zoomed to; ``None`` where the whole window is to be seen."""
    low, high = moved.get("xaxis.range[0]"), moved.get("xaxis.range[1]")
    if low is None or high is None:
        return None
    start, end = _millis(low), _millis(high)
    if end - start < figures.GAP_LEAST_MS or end - start > 0.98 * figures.WINDOWS[window]:
        return None
    return {"window": window, "start": start, "end": end}


def _millis(text: str | float) -> int:
    """Return Plotly's date (``2026-11-23 23:42:00.5``, UTC) in milliseconds."""
    if isinstance(text, (int, float)):
        return round(text)
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


async def scores(context: Context, key: str, window: str) -> list[Shape | None]:
    """Return the last score of each column of the NEWS2 chart; a young session has narrower columns."""
    session, subject, now = _place(context, key)

    def read(store: Store) -> list[Shape | None]:
        found: list[Shape | None] = []
        for step in chart.STEPS_MS[window]:
            found = [_score(store, session, subject, slot) for slot in chart.slots(now, step)]
            if sum(score is not None for score in found) >= chart.COLUMNS // 2:
                break
        return chart.flush_right(found)

    return await context.read(read)


def _score(store: Store, session: str, subject: str, slot: tuple[int, int]) -> Shape | None:
    start, end = slot
    entries = store.entries(session, kinds=["score"], subject=subject, start=start, end=end, newest=1)
    return msgspec.json.decode(entries[-1].body) if entries else None


async def happened(context: Context, key: str) -> list[Line]:
    """Return what happened to a bed, newest first."""
    session, subject, _ = _place(context, key)

    def read(store: Store) -> list[Entry]:
        acts = store.entries(session, kinds=RECORDED, subject=subject, newest=RECORD_LINES)
        return acts + store.entries(session, kinds=["alarm"], subject=subject, newest=RECORD_ALARMS)

    entries = await context.read(read)
    return chart.record([(e.kind, msgspec.json.decode(e.body)) for e in entries], context.me().person_id)


def draft(context: Context, asked: Shape) -> Shape:
    """Return the draft of a call for the bed that is asked for; ``n`` says which form asked."""
    key = str(asked.get("bed", ""))
    found = _bed(context, key)
    if not found:
        return {"bed": key, "n": asked.get("n")}
    session, _, now = _place(context, key)
    texts = isbar(
        key,
        found,
        caller=context.me().name,
        place=context.place(session),
        now=now,
        suspects=str(asked.get("condition") or "")[:200],
    )
    return {"bed": key, "n": asked.get("n"), **texts}
