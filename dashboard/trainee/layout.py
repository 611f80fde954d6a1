"""What Dash lays out for the trainee: the frame of every page, the ward's place, the bed's places."""

from typing import Any, Final

from dash import dcc, html

_ASSERTIVE: Final[dict[str, Any]] = {"aria-live": "assertive"}
_POLITE: Final[dict[str, Any]] = {"aria-live": "polite"}


def frame(session: str, role: str) -> html.Div:
    """Return the frame: header with the banner, notices, the page, the key line, live regions."""
    said: dict[str, Any] = {"data-session": session, "data-role": role, "data-stream": "/stream"}
    return html.Div(
        [
            dcc.Location(id="where", refresh=False),
            dcc.Store(id="isbar-ask"),
            dcc.Store(id="isbar"),
            dcc.Store(id="isbar-seen"),
            dcc.Store(id="narrow", data=0),
            header(),
            html.Div(id="notices"),
            html.Main(id="page"),
            html.Footer(id="keys", className="keys"),
            html.Div(id="say-assertive", className="sr", **_ASSERTIVE),
            html.Div(id="say-polite", className="sr", **_POLITE),
        ],
        id="teleward",
        **said,
    )


def header() -> html.Header:
    """Return the header; its changing parts are filled by the browser."""
    return html.Header(
        [
            html.H1(["Teleward", html.I(id="place")], className="brand"),
            banner(),
            html.Div(id="mid", className="sp"),
            html.Span(id="link", className="stat"),
            html.Button(id="sound", className="stat", type="button"),
            html.Span(id="me", className="stat"),
            html.Span(id="speed", className="stat"),
            html.Span(id="clock", className="clock"),
        ],
        className="top",
    )


def banner() -> html.Strong:
    """Return the words that stand on every page and print."""
    return html.Strong(["SIMULATION", html.Span("training only, not for patient care")], className="sim")


def ward() -> html.Div:
    """Return the ward's place; the browser fills it."""
    return html.Div(id="ward", className="wmain")


def nothing(message: str) -> html.Div:
    """Return a page with one line."""
    return html.Div(html.P(message), className="nothing")
