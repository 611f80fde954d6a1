"""Commands for an InfluxDB 2 server."""

from pathlib import Path
from typing import Annotated

import typer

from teleward.settings import data_directory

app = typer.Typer(help="Use an InfluxDB 2 server as the store.", no_args_is_help=True)


@app.callback()
def influx() -> None:
    """Use an InfluxDB 2 server as the store."""


@app.command()
def setup(
    store: Annotated[str, typer.Argument(help="influx://host:8086/bucket?org=name, or influxs:// for TLS.")],
    live_days: Annotated[
        float, typer.Option(min=0, help="How long real sensors' data stay, at least 1 hour; 0 for ever.")
    ] = 30,
    tokens: Annotated[
        Path | None, typer.Option(help="Where token files go, readable by their owner alone; default: data.")
    ] = None,
    keep: Annotated[  # noqa: FBT002 -- an option that is a switch
        bool, typer.Option("--keep", help="Leave the token files that are there and still work as they are.")
    ] = False,
    data: Annotated[
        Path | None, typer.Option(help="Data directory; default $TELEWARD_DATA or .teleward")
    ] = None,
) -> None:
    """Make the buckets, and a token with least rights for station, simulate and dashboard.

    A server that is set up already needs its operator's token in TELEWARD_INFLUX_ADMIN_TOKEN; a new one
    its first user in TELEWARD_INFLUX_ADMIN_USER and TELEWARD_INFLUX_ADMIN_PASSWORD. Each may name a
    file instead, with _FILE. Done again, it replaces the tokens and sets the age of live data anew.
    """
    from broker.store import influx_setup  # noqa: PLC0415 -- heavy: only this command needs it
    from broker.store.protocol import StoreUnavailableError  # noqa: PLC0415 -- likewise

    folder = tokens or data_directory(data)
    try:
        had = influx_setup.kept(folder) if keep else {}
        made = influx_setup.setup(store, influx_setup.Admin.of(), live_age_s=live_days * 86_400, keep=had)
    except (ValueError, OSError, StoreUnavailableError) as error:
        typer.echo(f"teleward: {error}", err=True)
        raise typer.Exit(2) from error
    for part, path in influx_setup.keep(made, folder).items():
        typer.echo(f"{part:10} TELEWARD_INFLUX_TOKEN_FILE={path}")
