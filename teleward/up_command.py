"""The command `teleward up`."""

import asyncio
import contextlib
import signal
import sys
from typing import Annotated, Any

import typer

from teleward.given import fail, places, playable, say
from teleward.options import Beds, Broker, Data, Host, Port, Scenario, Seed, Site, Speed, StoreUrl
from teleward.settings import PAGE_PORT


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
    address, embedded = ward.choose_ports(broker)
    where = places(site, address, store, data)
    playable(scenario)
    if (other := ward.taken(metrics_port)) is not None:
        raise fail(f"--metrics-port {metrics_port}: somebody listens on {other} already")
    chosen = ward.free_port(port, host)
    if chosen != port:
        say(f"  port {port} is taken; the page is on {chosen}")
    look = sys.stdout.isatty() if open_page is None else open_page
    wish = ward.Wish(scenario, beds, speed, seed, host, chosen, duration, look, metrics_port)
    raise typer.Exit(_interruptible(ward.up(where, wish, embedded, say)))


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
