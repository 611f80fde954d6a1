"""The command line. Heavy parts are imported only by the command that needs them."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from teleward import doctor_command, part_commands, scenario_commands, up_command, ward_file
from teleward.addresses import LOOPBACK, reachable
from teleward.broker import app as broker_app
from teleward.given import address, fail, say
from teleward.influx import app as influx_app
from teleward.options import Broker, Data, Site
from teleward.session_commands import app as session_app
from teleward.settings import PAGE_PORT, data_directory, data_path

app = typer.Typer(
    name="teleward",
    help="A virtual ward for training. Never for the care of a patient.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

app.add_typer(broker_app, name="broker")
app.add_typer(influx_app, name="influx")
app.add_typer(session_app, name="session")
for command in (
    up_command.up,
    part_commands.station,
    part_commands.simulate,
    part_commands.dashboard,
    part_commands.replay,
    scenario_commands.play,
    scenario_commands.check,
    doctor_command.doctor,
):
    app.command()(command)


@app.command()
def link(
    role: Annotated[str, typer.Option(help="instructor or trainee")] = "instructor",
    url: Annotated[
        str | None, typer.Option(help="Where the page is; that of the ward which runs here if none.")
    ] = None,
    data: Data = None,
) -> None:
    """Print a fresh address for the instructor (works once) or the trainees."""
    from dashboard.links import make_link

    if role not in {"instructor", "trainee"}:
        raise fail(f"--role {role!r}: use instructor or trainee")
    say(make_link(data_directory(data), role, (url or _page(data_path(data))).rstrip("/")))


def _page(data: Path) -> str:
    """Return where others find the page of the ward that runs on ``data``."""
    ward = ward_file.find(data)
    if ward is None:
        return f"http://{LOOPBACK}:{PAGE_PORT}"
    return f"http://{reachable(ward.page_host)}:{urlsplit(ward.page).port}"


@app.command()
def alive(
    part: Annotated[str | None, typer.Argument(help="station or simulate; only the broker if none.")] = None,
    broker: Broker = None,
    site: Site = "home",
) -> None:
    """Say whether a part is there, as it tells the broker; exit status 1 if not (a health check)."""
    from teleward.alive import PARTS, trouble

    if part is not None and part not in PARTS:
        raise fail(f"{part!r}: use {' or '.join(PARTS)}")
    if wrong := asyncio.run(trouble(address(broker, "dashboard", data_path()), site, part)):
        sys.stderr.write(f"teleward: {wrong}\n")
        raise typer.Exit(1)
    say("there")


def main() -> None:
    """Run the command line."""
    app()
