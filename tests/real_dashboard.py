"""A real dashboard on a free port, with a real broker and a real store, and a ward that a test plays."""

import asyncio
import json
import socket
import threading
import zlib
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx
from msgspec import Struct
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from broker import codec, topics
from broker import messages as m
from broker.client import Address, Link, Outgoing
from broker.clock import SystemClock
from broker.store import open_store
from dashboard.context import Identity, Role
from dashboard.live import filters
from dashboard.seal import Seal
from dashboard.service import Dashboard, assemble, serve
from tests.patience import PATIENCE_S

SITE = "home"
SECRET = "xyzzy-urosepsis"  # noqa: S105 -- stands in everything that is true, for tests to look for
DEADLINE_S = PATIENCE_S

T = TypeVar("T")


@dataclass
class Running:
    """A dashboard that runs in a thread, and the means to talk to it."""

    port: int
    dashboard: Dashboard
    loop: asyncio.AbstractEventLoop
    link: Link
    data: Path
    stop: asyncio.Event
    connections: list[ClientConnection] = field(default_factory=list)

    @property
    def base(self) -> str:
        """The page's address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def origin(self) -> str:
        """What our own pages say in ``Origin``."""
        return self.base

    def cookie(self, role: Role, session: str, name: str = "Aino K") -> dict[str, str]:
        """Return the cookie of a person, the same one for the same role, session and name."""
        seal = Seal(self.data)
        person = f"p-{role}-{zlib.crc32((session + name).encode()):x}"
        return {seal.cookie_name(role): seal.cookie(Identity(role, person, name, session))}

    def client(self, cookies: dict[str, str] | None = None) -> httpx.Client:
        """Return a browser-like client with ``cookies``; it follows no redirect."""
        return httpx.Client(
            base_url=self.base,
            cookies=cookies or {},
            headers={"origin": self.origin},
            timeout=DEADLINE_S,
            verify=False,  # noqa: S501 -- plain HTTP: no certificates to load
        )

    def stream(
        self, path: str, cookies: dict[str, str] | None = None, origin: str | None = ""
    ) -> ClientConnection:
        """Open a WebSocket as a browser does; ``origin`` is ours unless another, or none, is given."""
        jar = "; ".join(f"{key}={value}" for key, value in (cookies or {}).items())
        opening = connect(
            f"ws://127.0.0.1:{self.port}{path}",
            origin=Origin(self.origin if origin == "" else origin) if origin is not None else None,
            additional_headers={"cookie": jar} if jar else {},
            max_size=None,
            legacy=True,
        )
        self.connections.append(opening)
        return opening

    def call(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the dashboard's loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(DEADLINE_S)

    def publish(self, topic: str, message: Struct, *, retain: bool = False) -> None:
        """Publish as a device, a runner or a station does."""
        out = Outgoing(topic, codec.encode(message), qos=1, retain=retain)
        self.loop.call_soon_threadsafe(self.link.send, out)


@contextmanager
def running(broker_url: str, data: Path, store_path: Path, host: str = "127.0.0.1") -> Iterator[Running]:
    """Run a dashboard in a thread until the block ends."""
    ready: list[Running] = []
    began = threading.Event()
    thread = threading.Thread(
        target=lambda: asyncio.run(_run(broker_url, data, store_path, host, ready, began))
    )
    thread.start()
    assert began.wait(DEADLINE_S), "the dashboard did not start"
    page = ready[0]
    try:
        yield page
    finally:
        for connection in page.connections:
            connection.close()
        page.loop.call_soon_threadsafe(page.stop.set)
        thread.join(DEADLINE_S)


async def _run(
    broker_url: str, data: Path, store_path: Path, host: str, ready: list[Running], began: threading.Event
) -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    address, stop = Address.parse(broker_url), asyncio.Event()
    store = open_store(str(store_path), readonly=True)
    async with (
        Link(address, "dashboard-test", subscriptions=filters(SITE)) as link,
        Link(address, "ward-test") as ward,
    ):
        await link.wait_connected(DEADLINE_S)
        await ward.wait_connected(DEADLINE_S)
        dashboard = assemble(link, store, SITE, data, host=host, clock=SystemClock(), environ={})
        serving = asyncio.create_task(serve(dashboard.app, listening))
        port = listening.getsockname()[1]
        ready.append(Running(port, dashboard, asyncio.get_running_loop(), ward, data, stop))
        began.set()
        await stop.wait()
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
    store.close()


def heard(socket: ClientConnection, wanted: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    """Return the first text message for which ``wanted`` holds; fail after the deadline."""
    clock = SystemClock()
    until = clock.monotonic() + DEADLINE_S
    while (left := until - clock.monotonic()) > 0:
        data = socket.recv(timeout=left)
        if isinstance(data, str):
            message: dict[str, Any] = json.loads(data)
            if wanted(message):
                return message
    raise TimeoutError("it was not heard in time")


def heard_all(socket: ClientConnection) -> list[dict[str, Any]]:
    """Return every text message up to the answer to a ping."""
    socket.send(json.dumps({"k": "ping", "c": 0}))
    frames: list[dict[str, Any]] = []

    def pong(said: dict[str, Any]) -> bool:
        frames.append(said)
        return bool(said["k"] == "pong")

    heard(socket, pong)
    return frames


def play(page: Running, session: str = "s-abc123", *, beds: int = 2, patient: str = "Okafor A") -> None:
    """Let a session run: a record, a clock, devices' values, scores, and the truth with its secret."""
    now = SystemClock().now_ms()
    names = [f"bed{i + 1:02}" for i in range(beds)]
    record = m.SessionRecord(
        v=1, session=session, scenario=SECRET, title=SECRET, text=SECRET, hash="ab", seed=41, beds=names,
        state="running", start=now, created=now, place="Ward B",
    )  # fmt: skip
    page.publish(topics.truth(SITE, session, topics.SESSION, "record"), record, retain=True)
    line = m.Clock(v=1, start=now, wall=now, speed=1, running=True)
    page.publish(topics.clock(SITE, session), line, retain=True)
    for bed in names:
        _bed(page, session, bed, now, patient)


def _bed(page: Running, session: str, bed: str, now: int, patient: str) -> None:
    person = m.PersonInfo(v=1, name=patient, age=64, sex="M")
    page.publish(topics.chart(SITE, session, bed, "person"), person, retain=True)
    readings = {"hr": m.Reading(v=78, u="/min"), "rr": m.Reading(v=15, u="/min")}
    num = m.Num(v=1, m=readings, t=now, boot="ab", seq=1)
    page.publish(topics.device(SITE, session, bed, "patch", "num"), num)
    state = m.TrueState(v=1, t=now, m={"hr": 113.0, "rr": 25.0}, news2=9)
    page.publish(topics.truth(SITE, session, bed, "state"), state)
    item = m.PlanItem(name=SECRET, start=now, text=SECRET)
    plan = m.Plan(v=1, t=now, condition=SECRET, items=[item])
    page.publish(topics.truth(SITE, session, bed, "phase"), plan, retain=True)
    event = m.TruthEvent(v=1, t=now, kind="phase-began", text=SECRET)
    page.publish(topics.truth(SITE, session, bed, "event"), event)
