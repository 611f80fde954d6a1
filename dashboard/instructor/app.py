"""The instructor's Dash app, at ``/instructor/``: it alone knows callbacks that tell the truth.

The live part of the page comes over the instructor's stream; Dash serves the frame and the form that
checks and starts scenarios, whose texts are truth too.
"""

from pathlib import Path
from typing import Any, Final

import dash
from dash import Input, Output, State, ctx, html
from dash.exceptions import PreventUpdate

from broker.messages import Reply
from dashboard.context import Context, Identity, NobodyError
from dashboard.instructor import layout

ASSETS: Final = Path(__file__).parent.parent / "assets" / "instructor"
SHARED: Final = ("dom", "time", "words", "state", "stream")
"""Modules of the trainee's page that this page uses too."""
SHEETS: Final = ("tokens.css", "trainee/frame.css", "trainee/frame_over.css")

Number = float | str | None
"""What a field holds: nothing, a number, or what a forger put there."""

INDEX: Final = """<!DOCTYPE html>
<html lang="en">
<head>
{%metas%}
<title>{%title%}</title>
<link rel="icon" type="image/svg+xml" href="/favicon.svg">
SHEETS
{%css%}
</head>
<body>
{%app_entry%}
{%config%}
SHARED
{%scripts%}
{%renderer%}
</body>
</html>"""


def build(server: Any, context: Context) -> dash.Dash:  # noqa: ANN401 -- FastAPI, imported by the caller
    """Return the app on ``server``; every callback asks again whether an instructor is asking."""
    app = dash.Dash(
        "dashboard.instructor",
        server=server,
        routes_pathname_prefix="/instructor/",
        requests_pathname_prefix="/instructor/",
        assets_folder=str(ASSETS),
        title="Teleward: instructor",
        update_title="",
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
        index_string=INDEX.replace("SHEETS", _sheets()).replace("SHARED", _shared()),
    )
    app.layout = lambda: layout.frame(next(iter(context.live.sessions()), ""))
    _register(app, context)
    return app


def _sheets() -> str:
    return "\n".join(f'<link rel="stylesheet" href="/assets/{name}">' for name in SHEETS)


def _shared() -> str:
    return "\n".join(f'<script src="/assets/trainee/{name}.js"></script>' for name in SHARED)


def _instructor(context: Context) -> Identity:
    me = context.me()
    if me.role != "instructor":
        raise NobodyError
    return me


def _register(app: dash.Dash, context: Context) -> None:
    @app.callback(
        Output("start-panel", "hidden"),
        Input("open-start", "n_clicks"),
        Input("close-start", "n_clicks"),
        prevent_initial_call=True,
    )
    async def opened(_open: int, _close: int) -> bool:
        _instructor(context)
        return bool(ctx.triggered_id != "open-start")

    @app.callback(
        Output("scenario", "options"),
        Output("scenario", "value"),
        Output("offered", "children"),
        Input("open-start", "n_clicks"),
        State("scenario", "value"),
        prevent_initial_call=True,
    )
    async def offered(_open: int, chosen: str | None) -> tuple[Any, ...]:
        reply = await context.ask(_instructor(context), "list")
        if not reply.ok:
            return [], None, reply.error
        options = layout.choices(_body(reply).get("scenarios", []))
        names = [option["value"] for option in options]
        return options, chosen if chosen in names else next(iter(names), None), ""

    @app.callback(
        Output("started", "children"),
        Output("started", "className"),
        Input("start", "n_clicks"),
        Input("check", "n_clicks"),
        State("scenario", "value"),
        State("own", "value"),
        State("beds", "value"),
        State("seed", "value"),
        State("pace", "value"),
        prevent_initial_call=True,
    )
    async def asked(
        _start: int, _check: int, scenario: str | None, own: str, beds: Number, seed: Number, pace: Number
    ) -> tuple[Any, str]:
        me = _instructor(context)
        if ctx.triggered_id not in {"start", "check"}:
            raise PreventUpdate
        what = wish(scenario, own, beds, seed, pace)
        if not what:
            return "Choose a scenario, or write one.", "findings bad"
        reply = await context.ask(me, ctx.triggered_id, **what)
        return told(ctx.triggered_id, reply)


def wish(scenario: str | None, own: str, beds: Number, seed: Number, pace: Number) -> dict[str, Any]:
    """Return the fields of a request: the instructor's own text before the library's name."""
    what = {"text": own} if own and own.strip() else {"scenario": scenario}
    fields = {**what, "beds": beds, "seed": seed, "speed": pace}
    given = {name: value for name, value in fields.items() if value is not None and value != ""}
    return given if given.keys() & {"text", "scenario"} else {}


def told(verb: str, reply: Reply) -> tuple[Any, str]:
    """Return what the form says of the conductor's answer, and how it looks."""
    body = _body(reply)
    findings = [finding(found) for found in body.get("findings", [])]
    if not reply.ok:
        return "\n".join(findings or [reply.error or "It was refused."]), "findings bad"
    if verb == "check":
        return "\n".join(["It can be played.", *findings]), "findings"
    session = str(body.get("session", ""))
    opens = html.A("Open it", href=f"?session={session}")
    return (["Started. ", opens] if session else "Started."), "findings"


def finding(found: Any) -> str:  # noqa: ANN401 -- as the conductor's JSON has it
    """Return one finding of a check as a line: where, what, and what was perhaps meant."""
    if not isinstance(found, dict):
        return str(found)
    place = f"line {found.get('line')}, column {found.get('column')}: " if found.get("line") else ""
    meant = f" ({found['suggestion']})" if found.get("suggestion") else ""
    return f"{place}{found.get('what', '')}{meant}"


def _body(reply: Reply) -> dict[str, Any]:
    return reply.body if isinstance(reply.body, dict) else {}
