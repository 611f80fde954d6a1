"""What Dash lays out for the instructor: the console's places, and the form that starts a session."""

from typing import Any

from dash import dcc, html


def frame(session: str) -> html.Div:
    """Return the console; the browser fills it from the stream."""
    attributes: dict[str, Any] = {"data-session": session}
    return html.Div(
        [
            html.Header(className="top"),
            html.Div(id="inotices"),
            html.Section(className="transport"),
            html.Main(
                [
                    html.Div(id="board", className="card board"),
                    html.Aside(id="aside", className="aside"),
                ],
                className="imain",
            ),
            html.Section([html.H2("This session"), html.Div(id="line")], className="card line"),
            start_panel(),
        ],
        id="instructor",
        **attributes,
    )


def start_panel() -> html.Div:
    """Return the form that starts another session, hidden until it is asked for."""
    labelled: dict[str, Any] = {"aria-label": "Start another session", "aria-modal": "true"}
    return html.Div(
        [
            html.Button(id="open-start", n_clicks=0, hidden=True),
            html.Div(
                [
                    html.H2("Start another session"),
                    html.Div("Asking for the scenarios …", id="offered", role="status", className="findings"),
                    html.Div(dcc.RadioItems(id="scenario", options=[], className="choices")),
                    html.Details(
                        [
                            html.Summary("A scenario of your own"),
                            dcc.Textarea(
                                id="own",
                                value="",
                                placeholder="Its YAML",
                                maxLength=500_000,
                                spellCheck=False,
                            ),
                        ]
                    ),
                    html.Div(
                        [
                            _number("beds", "Beds", "as written", least=1, most=64),
                            _number("seed", "Seed", "by chance", least=0, most=2**53 - 1),
                            _number("pace", "Speed", "1", least=0.1, most=1000, step="any"),
                        ],
                        className="fields",
                    ),
                    html.Div(id="started", role="status", className="findings"),
                    html.Div(
                        [
                            html.Button("Start", id="start", className="btn pri", type="button"),
                            html.Button("Check only", id="check", className="btn", type="button"),
                            html.Span(className="sp"),
                            html.Button("Close", id="close-start", className="btn", type="button"),
                        ],
                        className="row",
                    ),
                ],
                id="start-panel",
                hidden=True,
                role="dialog",
                tabIndex="-1",
                **labelled,
            ),
        ]
    )


def _number(
    ident: str, label: str, hint: str, *, least: float, most: float, step: float | str = 1
) -> html.Label:
    field = dcc.Input(id=ident, type="number", min=least, max=most, step=step, placeholder=hint)
    return html.Label([label, field])


def choices(scenarios: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the scenarios that the conductor knows, as the form offers them."""
    return [
        {
            "label": html.Span(
                [
                    html.B(str(scenario.get("name", ""))),
                    html.Small(str(scenario.get("title", ""))),
                ]
            ),
            "value": str(scenario.get("name", "")),
        }
        for scenario in scenarios
    ]
