"""``teleward up``: the whole ward with one command."""

import asyncio
import contextlib
import os
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from broker import codec, messages, topics
from broker.address import FOLDER
from broker.client import Address, Link
from teleward import ward_file
from teleward.addresses import ANY, LOOPBACK, is_free, reachable
from teleward.own_broker import OwnBroker
from teleward.settings import Places
from teleward.supervisor import Part, PartFailedError, Supervisor
from teleward.ward_file import Ward

READY_S: Final = 30.0
BROKER_S: Final = 15.0
"""So long a broker is asked that somebody else runs; our own has all the time there is, since on a busy
computer it may still be starting, or about to say why it cannot."""
ASKED: Final = 3
"""So many parts answer how they are, on ports in a row."""
TAKEN: Final = 75
"""The status of ``up`` when another program took a port between our look and our listening: choose again."""
BANNER: Final = "SIMULATION: training only, not for patient care"


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user asked of ``up``."""

    scenario: str
    beds: int | None
    speed: float
    seed: int | None
    host: str
    port: int
    duration_s: float | None
    open_page: bool
    metrics_port: int | None = None


def taken(first: int | None) -> int | None:
    """Return which of the ports for the parts' numbers somebody has already."""
    ports = range(first, first + ASKED) if first is not None else ()
    return next((port for port in ports if not is_free(LOOPBACK, port)), None)


def parts(places: Places, wish: Wish, own: OwnBroker | None) -> list[Part]:
    """Return the parts in the order of their start."""
    common = places.arguments()
    scene = ["--scenario", wish.scenario, "--speed", f"{wish.speed:g}"]
    scene += ["--beds", str(wish.beds)] if wish.beds is not None else []
    scene += ["--seed", str(wish.seed)] if wish.seed is not None else []
    asked = [_asked(wish, k) for k in range(ASKED)]
    page = ["--host", wish.host, "--port", str(wish.port)]
    simulate = ["simulate", *common, *asked[1]]
    found = [
        Part("station", ["station", *common, *asked[0]]),
        Part("simulate", [*simulate, *scene, "--fresh"], [*simulate, "--resume"]),
        Part("dashboard", ["dashboard", *common, *asked[2], *page]),
    ]
    return found if own is None else [Part("broker", own.arguments), *found]


def _asked(wish: Wish, number: int) -> list[str]:
    """Return where the part of that number is asked how it goes."""
    return [] if wish.metrics_port is None else ["--metrics-port", str(wish.metrics_port + number)]


class Progress:
    """What the terminal shows while parts come up, learnt from the broker itself."""

    def __init__(self, supervisor: Supervisor, tell: Callable[[str], None], page: tuple[str, int]) -> None:
        self._supervisor = supervisor
        self._tell = tell
        self._page = page
        self._plays = asyncio.Event()
        self._all_there = asyncio.Event()

    async def until_ready(self, link: Link, broker_s: float) -> None:
        """Return when every part is there and a session plays; raise ``TimeoutError`` otherwise.

        The broker is waited for ``broker_s``.
        """
        async with asyncio.timeout(READY_S):
            listener = asyncio.create_task(self._listen(link))
            try:
                await self._broker(link, broker_s)
                self._mark("broker", "messages flow")
                await self._page_opens()
                self._mark("dashboard", "the page opens")
                await self._all_there.wait()
                await self._plays.wait()
            finally:
                listener.cancel()

    async def _broker(self, link: Link, broker_s: float) -> None:
        try:
            await link.wait_connected(broker_s)
        except TimeoutError as error:
            raise PartFailedError(f"{error}. Is it running, and are user and password right?") from None

    def missing(self) -> list[str]:
        """Return the parts that are not there yet."""
        return [part.name for part in self._supervisor.parts if not part.ready]

    def _mark(self, name: str, what: str) -> None:
        for part in self._supervisor.parts:
            if part.name == name and not part.ready:
                part.ready = True
                self._tell(f"  ✓ {name:10} {what}")
        if all(part.ready for part in self._supervisor.parts):
            self._all_there.set()

    async def _page_opens(self) -> None:
        while True:
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection(*self._page)
                writer.close()
                return
            await asyncio.sleep(0.05)

    async def _listen(self, link: Link) -> None:
        async for message in link.messages():
            got = codec.decode(message.topic, message.payload)
            match got:
                case codec.Accepted(
                    topics.Topic(device=topics.PARTS, name=name), messages.Status(state="online")
                ):
                    self._mark(
                        name, {"station": "keeps and watches", "simulate": "patients are in"}.get(name, "")
                    )
                case codec.Accepted(topics.Topic(device=topics.CLOCK), messages.Clock()):
                    self._plays.set()


async def up(places: Places, wish: Wish, own: OwnBroker | None, tell: Callable[[str], None]) -> int:
    """Start the ward, keep it running, stop it cleanly; return the exit status, or ``TAKEN``."""
    environment = own.environment() if own else {}
    supervisor = Supervisor(parts(places, wish, own), places.data, tell, environment=environment)
    ward_file.leave(places.data, _ward(places, wish, own))
    try:
        await supervisor.start()
        return await _run(supervisor, places, wish, own, tell)
    except PartFailedError as failure:
        if _outrun(supervisor, wish, own):
            return TAKEN
        tell(f"  ✗ {failure}")
        return 1
    finally:
        ward_file.clear(places.data, os.getpid())
        await supervisor.stop()


def _outrun(supervisor: Supervisor, wish: Wish, own: OwnBroker | None) -> bool:
    """Say whether a part could not start since another program listens in its place.

    Whoever took the page's port answers there, and was perhaps taken for the page.
    """
    ended = [part for part in supervisor.parts if part.process and part.process.returncode]
    lost = own is not None and any(p.name == "broker" and not p.ready for p in ended) and not own.is_free()
    return lost or (any(p.name == "dashboard" for p in ended) and not is_free(wish.host, wish.port))


async def _run(
    supervisor: Supervisor,
    places: Places,
    wish: Wish,
    own: OwnBroker | None,
    tell: Callable[[str], None],
) -> int:
    failing = asyncio.create_task(supervisor.failure())
    try:
        ready = asyncio.create_task(_ready(supervisor, places, wish, own, tell))
        await asyncio.wait({failing, ready}, return_when=asyncio.FIRST_COMPLETED)
        if failing.done():
            ready.cancel()
            failing.result()
        if not ready.result():
            return 1
        _addresses(places, wish, own, tell)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(failing), wish.duration_s)
        return 0
    finally:
        failing.cancel()


async def _ready(
    supervisor: Supervisor, places: Places, wish: Wish, own: OwnBroker | None, tell: Callable[[str], None]
) -> bool:
    page = (LOOPBACK if wish.host in ANY else wish.host, wish.port)
    progress = Progress(supervisor, tell, page)
    filters = [(topics.part(places.site, "+"), 1), (topics.clock(places.site, "+"), 1)]
    environ = {**os.environ, **(own.environment() if own else {})}
    address = Address.parse(places.broker, environ, "dashboard")
    async with Link(address, f"up-{wish.port}", subscriptions=filters) as link:
        try:
            await progress.until_ready(link, BROKER_S if own is None else READY_S)
        except TimeoutError:
            for name in progress.missing() or ["the session's clock"]:
                tell(f"  ✗ {name} is not there after {READY_S:g} s; its log ends:")
                tell(supervisor.last_words(name))
            return False
    return True


def _addresses(places: Places, wish: Wish, own: OwnBroker | None, tell: Callable[[str], None]) -> None:
    from dashboard.links import make_link  # noqa: PLC0415 -- the page's code only when its links are made

    base = f"http://{reachable(wish.host)}:{wish.port}"
    trainee, instructor = (make_link(places.data, role, base) for role in ("trainee", "instructor"))
    tell("")
    tell(f"  Trainees    {trainee}")
    tell(f"  Instructor  {instructor}   (works once; another: teleward link)")
    for line, words in enumerate(own.told if own else ()):
        tell(f"  {'' if line else 'Sensors':11} {words}")
    tell(f"  Data        {places.data}")
    tell("  Stop with Ctrl-C\n")
    if wish.open_page:
        webbrowser.open(trainee)


def _ward(places: Places, wish: Wish, own: OwnBroker | None) -> Ward:
    """Return where the ward is, for commands beside it on this computer."""
    host = LOOPBACK if wish.host in ANY else reachable(wish.host)
    return Ward(
        pid=os.getpid(),
        site=places.site,
        broker=places.broker,
        store=places.store,
        page=f"http://{host}:{wish.port}",
        sensors=own.sensors if own else None,
        credentials=str(folder.absolute()) if (folder := _credentials(own)) else None,
        metrics_port=wish.metrics_port,
        page_host=wish.host,
    )


def _credentials(own: OwnBroker | None) -> Path | None:
    """Return the folder with everybody's user and password, where there is one."""
    if own is not None:
        return own.folder
    named = os.environ.get(FOLDER)
    return Path(named) if named else None
