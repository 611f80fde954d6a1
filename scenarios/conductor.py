"""The conductor: owns the registry of sessions and answers instructors. It never computes itself.

Every session is played by a runner process of its own; scenarios are read by workers. Sessions rest
as records in the store, so that a conductor started anew takes them up again.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from secrets import randbelow, token_hex
from typing import Any, Final

import msgspec

from broker import codec, topics
from broker import messages as m
from broker.client import Address, Incoming, Link, Outgoing
from broker.clock import Clock, SystemClock
from broker.health import Health
from scenarios import children, library
from scenarios.metering import watch_sessions
from scenarios.orders import Orders
from scenarios.past import Past, remains
from scenarios.session import RefusedError, Session

_LOG: Final = logging.getLogger("teleward.conductor")

OUTBOX: Final = 100_000
REPLY_KEPT_S: Final = 60
ENDED_KEPT_S: Final = 86_400
"""The record of an ended session stays retained for a day, for a station that was away."""
FASTEST: Final = 3600.0
SEEDS: Final = 2**31
START_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class StartRequest:
    """Which scenario to play: by its name in the library, or its text; the rest is optional."""

    scenario: str | None = None
    text: str | None = None
    beds: int | None = None
    seed: int | None = None
    speed: float | None = None


class Conductor:
    """Answers requests and keeps sessions; ``say`` publishes."""

    def __init__(
        self,
        address: Address,
        store_url: str,
        site: str,
        data_dir: Path,
        say: Callable[[Outgoing], None],
        clock: Clock,
    ) -> None:
        self.sessions: dict[str, Session] = {}
        self._address, self._store_url, self._site, self._data_dir = address, store_url, site, data_dir
        self._say, self._clock = say, clock
        self._past = Past(store_url, clock)
        self._checking = asyncio.Semaphore(1)
        self._choices: dict[str, Any] | None = None
        self._own: list[tuple[str, int]] = []
        self._verbs: dict[str, Callable[[str, m.Request], Awaitable[Any]]] = {
            "list": self._list,
            "check": self._check,
            "start": self._start,
            "stop": self._stop,
            "pause": self._pause,
            "resume": self._resume,
            "speed": self._speed,
            "steer": self._steer,
        }

    # --- sessions --------------------------------------------------------------------------------

    async def take_over(self, *, fresh: bool) -> int:
        """Take up what was running when we last ended, or end it if ``fresh``; return how many run.

        Unless ``fresh``, a store that is away is waited for: it alone knows what was running.
        """
        for record, line in await self._past.unfinished(patient=not fresh):
            if fresh:
                self._bury(record)
                continue
            orders = self._orders(record.session, record.text, record.seed, len(record.beds), 1.0)
            orders.line, orders.steered = line, list(record.steered)
            self.sessions[record.session] = self._session(orders, record)
            _LOG.info("session %s is taken up again", record.session)
        return len(self.sessions)

    async def all_play(self) -> None:
        """Wait until every session plays, or will not: before that its ward stands still."""
        waiting = (session.playing() for session in self.sessions.values())
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), START_S)

    async def start(self, wish: StartRequest) -> Session:
        """Start a session and return when it plays; raise ``RefusedError`` if it cannot."""
        text = wish.text if wish.text is not None else self._text(wish.scenario or "")
        if wish.speed is not None:
            _speed_or_refuse(wish.speed)
        seed = randbelow(SEEDS) if wish.seed is None else wish.seed
        orders = self._orders(f"s-{token_hex(3)}", text, seed, wish.beds, wish.speed or 1.0)
        session = self.sessions[orders.session] = self._session(orders, None)
        try:
            await asyncio.wait_for(session.playing(), START_S)
        except (RefusedError, TimeoutError) as error:
            del self.sessions[orders.session]
            await session.stop("stopped")
            raise RefusedError(str(error) or "the session did not start in time") from None
        return session

    async def leave(self) -> None:
        """Let every runner go, sessions left to be taken up again."""
        await asyncio.gather(*(s.stop("left") for s in self.sessions.values() if s.alive))

    def _orders(self, session: str, text: str, seed: int, beds: int | None, speed: float) -> Orders:
        return Orders(
            broker=children.broker_url(self._address),
            store=self._store_url,
            site=self._site,
            session=session,
            text=text,
            seed=seed,
            beds=beds,
            speed=speed,
        )

    def _session(self, orders: Orders, record: m.SessionRecord | None) -> Session:
        return Session(orders, self._address, self._clock, self._announce, self._clear, record)

    def _announce(self, record: m.SessionRecord) -> None:
        topic = topics.truth(self._site, record.session, topics.SESSION, "record")
        kept = ENDED_KEPT_S if record.state == "ended" else None
        self._say(Outgoing(topic, codec.encode(record), qos=1, retain=True, expiry_s=kept))

    def _bury(self, record: m.SessionRecord) -> None:
        """End a session that nobody plays, and clear what it left retained."""
        record.state, record.ended = "ended", self._clock.now_ms()
        self._announce(record)
        self._clear(record)
        _LOG.info("session %s of an earlier run is ended", record.session)

    def _clear(self, record: m.SessionRecord) -> None:
        for topic in remains(self._site, record):
            self._say(Outgoing(topic, b"", qos=1, retain=True))

    def _text(self, name: str) -> str:
        own = self._data_dir / "scenarios" / f"{name}.yaml"
        if topics.is_name(name) and own.is_file():
            return own.read_text("utf-8", "replace")
        try:
            return library.text(name)
        except KeyError as error:
            raise RefusedError(str(error.args[0])) from None

    # --- requests --------------------------------------------------------------------------------

    async def answer(self, message: Incoming) -> None:
        """Fulfil one request and reply."""
        reply = await self._reply(message)
        to = message.response_topic
        place = topics.parse(to) if to else None
        if to is None or place is None or (place.root, place.device) != (topics.CONTROL, topics.REPLY):
            return
        out = Outgoing(to, codec.encode(reply), 1, expiry_s=REPLY_KEPT_S, correlation=message.correlation)
        self._say(out)

    async def _reply(self, message: Incoming) -> m.Reply:
        got = codec.decode(message.topic, message.payload)
        if isinstance(got, codec.Rejected) or not isinstance(got.message, m.Request):
            reason = got.reason if isinstance(got, codec.Rejected) else "not a request"
            return m.Reply(v=1, ok=False, error=f"not understood: {reason}")
        try:
            body = await self._verbs[got.topic.kind](got.topic.session, got.message)
        except RefusedError as error:
            return m.Reply(v=1, ok=False, error=str(error)[:2000])
        except children.WorkerError as error:
            return m.Reply(v=1, ok=False, error=f"the scenario could not be read: {error}")
        if isinstance(body, m.Reply):
            return body
        return m.Reply(v=1, ok=True, body=body)

    async def _list(self, _: str, __: m.Request) -> dict[str, Any]:
        own = self._data_dir / "scenarios"
        there = sorted((f.name, f.stat().st_mtime_ns) for f in own.glob("*.yaml"))
        if self._choices is None or there != self._own:
            printed = await children.ask("scenarios.check", "--list", *([str(own)] if there else []))
            self._choices, self._own = msgspec.json.decode(printed), there
        return {**self._choices, "sessions": [_told(s) for s in self._alive()]}

    async def _check(self, _: str, request: m.Request) -> m.Reply:
        text = request.text if request.text is not None else self._text(request.scenario or "")
        async with self._checking:
            printed = await children.ask("scenarios.check", said=text.encode("utf-8", "replace"))
        body = msgspec.json.decode(printed)
        errors = [f for f in body["findings"] if f["level"] == "error"]
        words = "; ".join(f"line {f['line']}: {f['what']}" for f in errors)[:2000]
        return m.Reply(v=1, ok=not errors, error=words or None, body=body)

    async def _start(self, _: str, request: m.Request) -> dict[str, Any]:
        if (request.text is None) == (request.scenario is None):
            raise RefusedError("say which scenario: its name in `scenario`, or its YAML in `text`")
        wish = StartRequest(request.scenario, request.text, request.beds, request.seed, request.speed)
        return _told(await self.start(wish))

    async def _stop(self, session: str, _: m.Request) -> dict[str, Any]:
        found = self._find(session)
        await found.stop("stopped")
        return _told(found)

    async def _pause(self, session: str, _: m.Request) -> dict[str, Any]:
        return await self._changed(session, running=False)

    async def _resume(self, session: str, _: m.Request) -> dict[str, Any]:
        return await self._changed(session, running=True)

    async def _speed(self, session: str, request: m.Request) -> dict[str, Any]:
        if request.speed is None:
            raise RefusedError("say how fast: `speed` is simulated seconds per second")
        _speed_or_refuse(request.speed)
        return await self._changed(session, speed=request.speed)

    async def _steer(self, session: str, request: m.Request) -> dict[str, Any]:
        if request.steer is None:
            raise RefusedError("say what to do to which bed, in `steer`")
        found = self._find(session)
        done = await found.steer(request.steer, request.by)
        at = found.record.start + done.at if found.record else done.at
        return {**_told(found), "at": at, "note": done.note}

    async def _changed(
        self, session: str, *, speed: float | None = None, running: bool | None = None
    ) -> dict[str, Any]:
        found = self._find(session)
        await found.change(speed=speed, running=running)
        return _told(found)

    def _alive(self) -> list[Session]:
        return [s for s in self.sessions.values() if s.alive and s.record is not None]

    def _find(self, session: str) -> Session:
        found = self.sessions.get(session)
        if found is None or not found.alive:
            running = ", ".join(s.orders.session for s in self._alive()) or "none"
            raise RefusedError(f"no session {session!r} runs; running: {running}")
        return found


def _speed_or_refuse(speed: float) -> None:
    if speed > FASTEST:
        raise RefusedError(f"at most {FASTEST:g} simulated seconds per second")


def _told(session: Session) -> dict[str, Any]:
    record, line = session.record, session.orders.line
    if record is None or line is None:
        return {"session": session.orders.session}
    return {
        "session": record.session,
        "scenario": record.scenario,
        "title": record.title,
        "place": record.place,
        "state": record.state,
        "speed": line.speed,
        "running": line.running,
        "beds": record.beds,
        "seed": record.seed,
        "start": record.start,
        "created": record.created,
    }


async def run(
    address: Address,
    store_url: str,
    site: str,
    *,
    start: StartRequest | None = None,
    fresh: bool = True,
    data_dir: Path = Path(".teleward"),
    clock: Clock | None = None,
    health: Health | None = None,
) -> None:
    """Conduct until cancelled: take up or end what was running, start what is wished, answer.

    Raise ``RefusedError`` when the wished session cannot start. A broker, a store or a station that
    is not there yet is waited for.
    """
    filters = [(topics.request(site, "+", verb), 1) for verb in topics.VERBS]
    gone = _presence(site, "offline")
    async with Link(
        address, f"{site}-conductor", will=gone, subscriptions=filters, outbox=OUTBOX, clock=clock
    ) as link:
        conductor = Conductor(address, store_url, site, data_dir, link.send, clock or SystemClock())
        if health is not None:
            health.watch_link("conductor", link)
            watch_sessions(health, conductor.sessions)
        serving = asyncio.create_task(_serve(link, conductor))
        try:
            taken_up = await conductor.take_over(fresh=fresh)
            if start is not None and not taken_up:
                await conductor.start(start)
            await conductor.all_play()
            link.send(_presence(site, "online"))
            await serving
        finally:
            await _cancelled([serving])
            await conductor.leave()
            link.send(gone)


async def _serve(link: Link, conductor: Conductor) -> None:
    answering: set[asyncio.Task[None]] = set()
    try:
        async for message in link.messages():
            task = asyncio.create_task(conductor.answer(message))
            answering.add(task)
            task.add_done_callback(answering.discard)
    finally:
        await _cancelled(answering)


async def _cancelled(tasks: Iterable[asyncio.Task[None]]) -> None:
    stopping = list(tasks)
    for task in stopping:
        task.cancel()
    await asyncio.gather(*stopping, return_exceptions=True)


def _presence(site: str, state: str) -> Outgoing:
    status = m.Status(v=1, state="online" if state == "online" else "offline")
    return Outgoing(topics.part(site, "simulate"), codec.encode(status), qos=1, retain=True)
