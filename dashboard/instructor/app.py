"""The instructor's Dash app, at ``/instructor/``."""

from pathlib import Path
from typing import Any

import dash
from dash import html

from dashboard.context import Context

ASSETS = Path(__file__).parent.parent / "assets" / "instructor"


def build(server: Any, context: Context) -> dash.Dash:  # noqa: ANN401 -- FastAPI, imported by the caller
    """Return the app on ``server``."""
    app = dash.Dash(
        __name__,
        server=server,
        routes_pathname_prefix="/instructor/",
        requests_pathname_prefix="/instructor/",
        assets_folder=str(ASSETS),
        title="Teleward: instructor",
        update_title=None,
    )
    app.layout = html.Div(f"{context.site}")
    return app
