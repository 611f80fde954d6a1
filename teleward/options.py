"""Options that several commands share. No heavy import here."""

from pathlib import Path
from typing import Annotated

import typer

Site = Annotated[str, typer.Option(help="Name of this ward's site, in every topic.")]
Broker = Annotated[
    str | None,
    typer.Option(
        envvar="TELEWARD_BROKER",
        help="MQTT 5 broker, mqtt://host:port or mqtts://…; user and password from TELEWARD_MQTT_USER,"
        " TELEWARD_MQTT_PASSWORD or TELEWARD_MQTT_PASSWORD_FILE, or each part's own from the folder"
        " TELEWARD_MQTT_FOLDER.",
    ),
]
StoreUrl = Annotated[
    str | None,
    typer.Option(
        "--store", envvar="TELEWARD_STORE", help="sqlite:///path or influx://host:port/bucket?org=…"
    ),
]
Data = Annotated[Path | None, typer.Option(help="Data directory; default $TELEWARD_DATA or .teleward")]
Scenario = Annotated[str, typer.Option(help="A scenario of the library, or a YAML file.")]
Beds = Annotated[int | None, typer.Option(min=1, help="How many beds; more than the script has are well.")]
Speed = Annotated[float, typer.Option(min=0.1, max=3600, help="Simulated seconds per second.")]
Seed = Annotated[int | None, typer.Option(min=0, help="Same seed, same patients; random if not given.")]
Host = Annotated[str, typer.Option(help="Address the page listens on; 0.0.0.0 opens it to the classroom.")]
Port = Annotated[int, typer.Option(help="The page's port; the next free one if taken.")]
MetricsPort = Annotated[
    int | None,
    typer.Option(
        envvar="TELEWARD_METRICS_PORT",
        min=0,
        max=65535,
        help="Answer /metrics (Prometheus) and /healthz on this port; 0 for any.",
    ),
]
MetricsHost = Annotated[
    str,
    typer.Option(
        envvar="TELEWARD_METRICS_HOST",
        help="Address for that port; it asks for no password, so keep it from the classroom.",
    ),
]
