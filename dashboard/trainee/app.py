"""The trainee's Dash app, at ``/``: it serves the frame and the pages; the browser draws what lives."""

import json
from pathlib import Path
from typing import Any, Final

import dash
from dash import Input, Output, html
from fastapi import FastAPI

from dashboard import figures, view
from dashboard.context import Context
from dashboard.trainee import bed, callbacks, layout

ASSETS: Final = Path(__file__).parent.parent / "assets"

INDEX: Final = """<!DOCTYPE html>
<html lang="en">
<head>
{%metas%}
<title>{%title%}</title>
<link rel="icon" type="image/svg+xml" href="/favicon.svg">
{%css%}
<script type="application/json" id="teleward-rules">RULES</script>
</head>
<body>
{%app_entry%}
{%config%}
{%scripts%}
{%renderer%}
</body>
</html>"""


def build(server: FastAPI, context: Context) -> dash.Dash:
    """Return the app on ``server``; its callbacks ask ``context`` who is asking and what is known."""
    app = dash.Dash(
        "dashboard.trainee",
        server=server,  # type: ignore[arg-type]  # Dash annotates Flask only
        assets_folder=str(ASSETS),
        assets_path_ignore=["instructor"],
        title="Teleward",
        update_title="",
        suppress_callback_exceptions=True,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
        index_string=INDEX.replace("RULES", json.dumps(rules())),
    )

    def serve() -> html.Div:
        return layout.frame(callbacks.session_of(context), context.me().role)

    app.layout = serve
    register(app, context)
    callbacks.register(app, context)
    return app


def rules() -> dict[str, Any]:
    """Return the tables the browser works by: what to show, and the windows of the trends."""
    windows = {"names": figures.WINDOW_NAMES, "first": figures.DEFAULT_WINDOW}
    return {**view.rules(), "windows": windows}


def register(app: dash.Dash, context: Context) -> None:
    """Add the callbacks: the page that belongs to the address."""

    @app.callback(Output("page", "children"), Input("where", "pathname"))
    async def page(pathname: str | None) -> html.Div:
        context.me()
        match (pathname or "/").strip("/").split("/"):
            case [""]:
                return layout.ward()
            case ["bed", key]:
                return bed.page(key[:64])
        return layout.nothing("There is no such page.")
