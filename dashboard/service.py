"""The dashboard as a process: one server with the gate, the stream, the join page and both Dash apps.

It computes nothing clinical. It starts without broker, station or store, says what is missing, and
heals by itself when they come.
"""

import asyncio
import contextlib
import os
import secrets
import socket
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.types import ASGIApp

from broker import topics
from broker.client import Address, Link
from broker.clock import Clock, SystemClock
from broker.health import Health
from broker.store import open_store
from broker.store.protocol import Store
from dashboard.acts import Acts
from dashboard.broadcast import Broadcast
from dashboard.context import Context
from dashboard.gate import Gate, Policy
from dashboard.instructor.feed import Feed
from dashboard.instructor.notes import Notes
from dashboard.join import Join
from dashboard.links import is_loopback
from dashboard.live import LiveWards, filters
from dashboard.metering import watch_pages
from dashboard.pages import Pages
from dashboard.people import People
from dashboard.requests import Requests
from dashboard.seal import Seal
from dashboard.stream import Stream

DEFAULT_PORT: Final = 8050
ICON: Final = (Path(__file__).parent / "favicon.svg").read_bytes()
"""The picture in the browser's tab, drawn for this project."""
WARM_UP_S: Final = 10.0
"""For how long the Dash apps wait for the first numbers before they are loaded all the same; whoever opens
a page does not wait so long, since that loads them at once."""


@dataclass(frozen=True)
class Dashboard:
    """A dashboard's parts, joined: ``app`` is what a server serves; the rest is there for tests."""

    app: ASGIApp
    routes: Starlette
    pages: Pages
    live: LiveWards
    broadcast: Broadcast
    acts: Acts
    link: Link
    policy: Policy
    seal: Seal


def assemble(
    link: Link,
    store: Store,
    site: str,
    data_dir: Path,
    *,
    host: str = "127.0.0.1",
    clock: Clock | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Dashboard:
    """Join the parts around ``link``; nothing runs before the application's lifespan begins."""
    time: Clock = clock or SystemClock()
    seal, live = Seal(data_dir), LiveWards(site, time)
    feed = Feed(live, time)
    broadcast = Broadcast(live, time, lambda: live.missing(link), feed.secrets)
    people, requests = People(site, link, live, time), Requests(site, link)
    notes, acts = Notes(site, link, live), Acts(site, link, live, time)
    stream = Stream(seal, live, broadcast, acts, requests, people, notes, time)
    policy = Policy(loopback=is_loopback(host), hosts=_public_hosts(environ))
    context = Context(site, store, live, seal.identity, requests.ask)
    pages = Pages(context, policy.scripts.update)
    join = Join(seal, live, time, guarded=not policy.loopback)
    tasks = (broadcast.run, people.run, live.tidy, lambda: live.listen(link), lambda: live.remember(store))
    routes = Starlette(
        routes=[
            Route("/healthz", _health, methods=["GET"]),
            Route("/favicon.svg", _icon, methods=["GET"]),
            Route("/favicon.ico", _icon, methods=["GET"]),
            Route("/join", join.page, methods=["GET"]),
            Route("/join", join.join, methods=["POST"]),
            Route("/enter", join.enter, methods=["GET"]),
            WebSocketRoute("/stream", stream.trainee),
            WebSocketRoute("/instructor/stream", stream.instructor),
            Mount("", app=pages),
        ],
        lifespan=lambda _: _living(tasks, link, live, pages, time),
    )
    return Dashboard(Gate(routes, seal, policy), routes, pages, live, broadcast, acts, link, policy, seal)


async def _health(_: Request) -> Response:
    return PlainTextResponse("ok")


async def _icon(_: Request) -> Response:
    return Response(ICON, media_type="image/svg+xml", headers={"cache-control": "max-age=86400"})


def _public_hosts(environ: Mapping[str, str]) -> frozenset[str]:
    """Return the names under which a proxy serves us: TELEWARD_PUBLIC_URL, one or more addresses."""
    urls = environ.get("TELEWARD_PUBLIC_URL", "").replace(",", " ").split()
    return frozenset(urlsplit(url).netloc.lower() for url in urls)


@asynccontextmanager
async def _living(tasks: Any, link: Link, live: LiveWards, pages: Pages, clock: Clock) -> AsyncIterator[None]:  # noqa: ANN401
    link.on_connected.append(live.refresh)
    running = [asyncio.create_task(start()) for start in tasks]
    running.append(asyncio.create_task(_warm_up(live, pages, clock)))
    try:
        yield
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def _warm_up(live: LiveWards, pages: Pages, clock: Clock) -> None:
    """Load the Dash apps once the first numbers are through, so that those need not wait."""
    until = clock.monotonic() + WARM_UP_S
    while clock.monotonic() < until and not any(
        bed.state["num"] for ward in live.wards.values() for bed in ward.beds.values()
    ):
        await clock.sleep(0.05)
    with contextlib.suppress(Exception):  # the first page request meets the same failure and reports it
        await pages.load()


async def run(
    address: Address,
    store_url: str,
    site: str = topics.DEFAULT_SITE,
    host: str = "127.0.0.1",
    port: int = DEFAULT_PORT,
    *,
    data_dir: Path,
    clock: Clock | None = None,
    health: Health | None = None,
) -> None:
    """Serve until cancelled; raise ``OSError`` where the port is taken."""
    listening = _listen(host, port)
    client = f"dashboard-{secrets.token_hex(4)}"
    link = Link(address, client, subscriptions=filters(site))
    try:
        async with link:
            store = await asyncio.to_thread(open_store, store_url, readonly=True)
            try:
                dashboard = assemble(link, store, site, data_dir, host=host, clock=clock)
                if health is not None:
                    health.watch_link("dashboard", link)
                    watch_pages(health, dashboard.live, dashboard.broadcast, dashboard.acts)
                await serve(dashboard.app, listening)
            finally:
                store.close()
    finally:
        listening.close()


async def serve(app: ASGIApp, listening: socket.socket) -> None:
    """Serve ``app`` on a listening socket until cancelled."""
    config = uvicorn.Config(
        app,
        log_config=None,  # the process's own form and place hold (``broker.logs``)
        log_level="warning",
        access_log=False,
        server_header=False,
        ws_max_size=256 * 1024,
        ws_per_message_deflate=False,  # compressing waves for each browser costs more than it saves
        timeout_graceful_shutdown=2,
        lifespan="on",
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        await asyncio.shield(serving)
    except asyncio.CancelledError:
        server.should_exit = True
        await serving
        raise


class _Server(uvicorn.Server):
    """A server that leaves signals to the command line."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        why = os.strerror(error.errno) if error.errno else str(error)
        raise SystemExit(
            f"teleward: the page cannot open at {host}:{port} ({why}): give another --port or --host"
        ) from None
    listening.listen(512)
    return listening
