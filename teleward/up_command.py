"""The command `teleward up`."""

import asyncio
import contextlib
import os
import signal
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from teleward import ward_file
from teleward.addresses import free_port
from teleward.given import address, fail, places, playable, say
from teleward.options import Beds, Broker, Data, Host, Port, Scenario, Seed, Site, Speed, StoreUrl
from teleward.settings import PAGE_PORT, Places

if TYPE_CHECKING:
    from broker.mosquitto import Tls
    from teleward.own_broker import OwnBroker

TRIES: Final = 3


def up(
    scenario: Scenario = "first-look",
    beds: Beds = None,
    speed: Speed = 1.0,
    seed: Seed = None,
    host: Host = "127.0.0.1",
    port: Port = PAGE_PORT,
    broker: Broker = None,
    store: StoreUrl = None,
    site: Site = "home",
    data: Data = None,
    duration: Annotated[float | None, typer.Option(min=1, help="Stop after so many seconds.")] = None,
    listen: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Let sensors in over the network, each with its own password; 0.0.0.0 for all of this"
            " computer's addresses. Needs Mosquitto.",
        ),
    ] = None,
    listen_port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Port for them; default 1883, with TLS 8883.")
    ] = None,
    cert: Annotated[Path | None, typer.Option(help="The broker's certificate (PEM): TLS.")] = None,
    key: Annotated[Path | None, typer.Option(help="Its key (PEM).")] = None,
    open_page: Annotated[bool | None, typer.Option("--open/--no-open", help="Open the page.")] = None,
    metrics_port: Annotated[
        int | None,
        typer.Option(
            envvar="TELEWARD_METRICS_PORT",
            min=1,
            max=65533,
            help="Answer /metrics and /healthz: station here, simulate on the next port, dashboard after it.",
        ),
    ] = None,
) -> None:
    """Start broker, simulation, station and page; print where to look; stop with Ctrl-C."""
    from teleward import up as ward

    say(f"\n  Teleward    {ward.BANNER}\n")
    where = places(site, broker, store, data)
    playable(scenario)
    if (other := ward_file.find(where.data)) is not None:
        raise fail(
            f"a ward runs on {where.data} already (process {other.pid}): stop it, or give another --data"
        )
    door = None if listen is None else _Door(listen, listen_port, _tls(cert, key))
    if broker is not None:
        address(where.broker, "dashboard")
    if (held := ward.taken(metrics_port)) is not None:
        raise fail(f"--metrics-port {metrics_port}: somebody listens on {held} already")
    look = sys.stdout.isatty() if open_page is None else open_page
    for _ in range(TRIES):
        own = _own_broker(where, broker, door)
        here = where if own is None else replace(where, broker=own.url)
        wish = ward.Wish(scenario, beds, speed, seed, host, _page(host, port), duration, look, metrics_port)
        if (status := _interruptible(ward.up(here, wish, own, say))) != ward.TAKEN:
            break
        say("  another program took a port meanwhile; once more, on others")
    raise typer.Exit(status)


def _page(host: str, port: int) -> int:
    """Return the port of the page: the one wished, or the next free one."""
    try:
        chosen = free_port(port, host)
    except OSError as error:
        raise fail(f"--host: {error}") from None
    if chosen != port:
        say(f"  port {port} is taken; the page is on {chosen}")
    return chosen


@dataclass(frozen=True, slots=True)
class _Door:
    host: str
    port: int | None
    tls: "Tls | None"


def _tls(cert: Path | None, key: Path | None) -> "Tls | None":
    from broker.mosquitto import Tls

    if cert is None and key is None:
        return None
    if cert is None or key is None:
        raise fail("TLS needs both --cert and --key")
    return Tls(cert, key)


def _own_broker(where: Places, broker: str | None, door: _Door | None) -> "OwnBroker | None":
    """Return the broker to start, ``None`` where one was named."""
    from broker.embedded import BrokerUnavailableError
    from teleward import own_broker

    if broker is not None:
        if door is not None:
            raise fail("--listen starts a broker: leave out --broker, or let that broker listen")
        return None
    if door is None:
        return own_broker.on_free_ports()
    run_as = "root" if hasattr(os, "geteuid") and os.geteuid() == 0 else None
    try:
        return own_broker.listening(where.data, where.site, door.host, door.port, door.tls, run_as=run_as)
    except (BrokerUnavailableError, OSError) as error:
        raise fail(f"--listen: {error}") from None


def _interruptible(work: Any) -> int:  # noqa: ANN401 -- any coroutine
    async def run() -> int:
        task = asyncio.ensure_future(work)
        loop = asyncio.get_running_loop()
        if sys.platform != "win32":
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                loop.add_signal_handler(number, task.cancel)
        try:
            return int(await task)
        except asyncio.CancelledError:
            return 0

    with contextlib.suppress(KeyboardInterrupt):
        return asyncio.run(run())
    return 0
