"""Commands for brokers: the embedded one, and a Mosquitto that is configured by us."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from teleward.settings import MQTT5_PORT, MQTT_PORT, MQTTS_PORT

if TYPE_CHECKING:
    from broker.security import Grant

app = typer.Typer(help="Run the embedded broker, or configure a Mosquitto.", invoke_without_command=True)


@app.callback()
def broker(
    context: typer.Context,
    *,
    port: Annotated[int, typer.Option(help="Port for MQTT 3.1.1 (sensors).")] = MQTT_PORT,
    port5: Annotated[int, typer.Option(help="Port for MQTT 5 (Teleward).")] = MQTT5_PORT,
    exact: Annotated[bool, typer.Option(help="Fail where a port is taken.")] = False,
) -> None:
    """Run the embedded broker, on this computer only; or configure a Mosquitto."""
    if context.invoked_subcommand is None:
        from teleward.child import run_part  # noqa: PLC0415 -- heavy: only this command needs it

        run_part("broker", _serve(port, port5, exact=exact))


async def _serve(port: int, port5: int, *, exact: bool) -> None:
    from broker.embedded import Ports, serve  # noqa: PLC0415 -- likewise

    def announce(ports: Ports) -> None:
        typer.echo(f"mqtt://127.0.0.1:{ports.mqtt} (MQTT 3.1.1), mqtt://127.0.0.1:{ports.mqtt5} (MQTT 5)")
        if exact and (ports.mqtt, ports.mqtt5) != (port, port5):
            raise SystemExit(f"port {port} or {port5} is taken")

    status = await serve(port, port5, announce=announce)
    if status:
        raise SystemExit(status)


@app.command()
def configure(
    folder: Annotated[Path, typer.Argument(help="Where configuration, passwords and access rules go.")],
    site: Annotated[str, typer.Option(help="Name of this ward's site, in every topic.")] = "home",
    host: Annotated[str, typer.Option(help="Address to listen on; all of this computer's if none.")] = "",
    port: Annotated[int, typer.Option(help="Port to listen on, MQTT 3.1.1 and 5.")] = MQTTS_PORT,
    cert: Annotated[Path | None, typer.Option(help="The broker's certificate (PEM): TLS.")] = None,
    key: Annotated[Path | None, typer.Option(help="Its key (PEM).")] = None,
    run_as: Annotated[
        str | None, typer.Option(help="System user that Mosquitto becomes where root starts it.")
    ] = None,
) -> None:
    """Make a folder that `mosquitto -c FOLDER/mosquitto.conf` serves; who is in it stays in it.

    Everybody needs a password and may what the roles allow. The passwords of Teleward's own parts
    stand in FOLDER/secrets, one a file, for TELEWARD_MQTT_PASSWORD_FILE.
    """
    from broker import mosquitto  # noqa: PLC0415 -- likewise
    from broker.topics import is_name  # noqa: PLC0415 -- likewise

    if not is_name(site):
        raise _wrong(f"--site {site!r}: use up to 32 of a-z, 0-9 and -")
    if (cert is None) != (key is None):
        raise _wrong("TLS needs both --cert and --key")
    tls = None if cert is None or key is None else mosquitto.Tls(cert, key)
    try:
        for file in (tls.certificate, tls.key) if tls else ():
            file.read_bytes()
        path = mosquitto.configure(folder, site, port, host=host, tls=tls, run_as=run_as)
    except (OSError, LookupError) as error:
        raise _wrong(str(error)) from error
    typer.echo(f"mosquitto -c {path}")
    for service in mosquitto.SERVICES:
        typer.echo(
            f"{service:10} TELEWARD_MQTT_USER={service}"
            f" TELEWARD_MQTT_PASSWORD_FILE={folder / 'secrets' / service}"
        )


@app.command("serve")
def serve_folder(
    folder: Annotated[Path, typer.Argument(help="The folder that `configure` made.")],
) -> None:
    """Run Mosquitto on a folder that `configure` made; devices added meanwhile are let in at once."""
    from broker import mosquitto_server  # noqa: PLC0415 -- likewise
    from broker.embedded import BrokerUnavailableError  # noqa: PLC0415 -- likewise
    from teleward.child import run_part  # noqa: PLC0415 -- likewise

    if not (folder / "mosquitto.conf").exists():
        raise _wrong(f"{folder} is no folder that `teleward broker configure` made")
    try:
        run_part("broker", mosquitto_server.serve(folder))
    except BrokerUnavailableError as error:
        raise _wrong(str(error)) from None


def _wrong(text: str) -> typer.Exit:
    typer.echo(f"teleward: {text}", err=True)
    return typer.Exit(2)


@app.command()
def add_device(
    folder: Annotated[Path, typer.Argument(help="The folder that `configure` made.")],
    bed: Annotated[str, typer.Argument(help="The bed it is at, such as bed09.")],
    device: Annotated[str, typer.Argument(help="Its name, such as my-oximeter.")],
    site: Annotated[str, typer.Option(help="Name of this ward's site, in every topic.")] = "home",
) -> None:
    """Give a sensor a password of its own, and print what it needs to know; done again, a new password.

    It may write under its own bed and name in the session of real sensors, and read nothing.
    Mosquitto takes it over on SIGHUP; `serve` and `teleward up` see to that by themselves.
    """
    from broker import topics  # noqa: PLC0415 -- likewise
    from broker.security import Grant  # noqa: PLC0415 -- likewise

    def grant() -> Grant:
        return Grant("device", session=topics.LIVE, device=(bed, device))

    user = f"{bed}-{device}"
    password = _add(folder, site, user, grant)
    topic = topics.device(site, topics.LIVE, bed, device, "num")
    typer.echo(f"topic     {topic}")
    port = _say_port(folder)
    body = '{"v":1,"m":{"spo2":{"v":97,"u":"%"}}}'
    typer.echo("\nTo try it, with this computer's name in the place of HOST:")
    typer.echo(f"mosquitto_pub -h HOST {port} -u {user} -P {password} -t {topic} -m '{body}'")


@app.command()
def add_reader(
    folder: Annotated[Path, typer.Argument(help="The folder that `configure` made.")],
    name: Annotated[str, typer.Argument(help="Its user name, such as home-assistant.")],
    site: Annotated[str, typer.Option(help="Name of this ward's site, in every topic.")] = "home",
) -> None:
    """Give a program a password with which it reads what an observer sees; done again, a new password.

    It reads every session's values, alarms, scores, charts and acts, and no truth; it writes nothing.
    """
    from broker import mosquitto  # noqa: PLC0415 -- likewise
    from broker.security import Grant  # noqa: PLC0415 -- likewise

    if name in mosquitto.SERVICES:
        raise _wrong(f"{name!r} is a part of Teleward: give another name")
    _add(folder, site, name, lambda: Grant("observer"))
    _say_port(folder)


def _say_port(folder: Path) -> str:
    """Say where the broker listens; return that as options of Mosquitto's own clients."""
    from broker import mosquitto  # noqa: PLC0415 -- likewise

    port, tls = mosquitto.outside(folder)
    typer.echo(f"port      {port}{' (TLS)' if tls else ''}")
    return f"-p {port}{' --cafile ca.crt' if tls else ''}"


def _add(folder: Path, site: str, user: str, grant: "Callable[[], Grant]") -> str:
    """Let ``user`` in, say the password and return it."""
    from broker import mosquitto  # noqa: PLC0415 -- likewise

    if not (folder / mosquitto.USERS).exists():
        raise _wrong(f"{folder} is no folder that `teleward broker configure` made")
    try:
        password = mosquitto.add_user(folder, site, user, grant())
    except (ValueError, OSError) as error:
        raise _wrong(str(error)) from error
    typer.echo(f"user      {user}")
    typer.echo(f"password  {password}")
    return password
