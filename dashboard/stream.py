"""The live stream: one WebSocket a browser, for trainees at ``/stream`` and for instructors beside it.

Whether the truth is sent depends on the path and on the cookie's role, never on what a browser says.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect

from broker import messages as m
from broker import topics
from broker.clock import Clock
from dashboard.acts import KNOWN, Acts
from dashboard.broadcast import Broadcast, text_of
from dashboard.context import EVERY, Identity
from dashboard.instructor.notes import Notes
from dashboard.live import LiveWards
from dashboard.people import People
from dashboard.requests import Requests
from dashboard.seal import Seal
from dashboard.viewer import Viewer

MESSAGE_LIMIT: Final = 64 * 1024
MOST_AT_ONCE: Final = 20
"""Acts and requests of one browser that may wait for their answer."""
NOT_YOURS: Final = 4403


@dataclass(frozen=True)
class Stream:
    """Serves both stream routes."""

    seal: Seal
    live: LiveWards
    broadcast: Broadcast
    acts: Acts
    requests: Requests
    people: People
    notes: Notes
    clock: Clock

    async def trainee(self, socket: WebSocket) -> None:
        """Serve ``/stream``: what is observed and done, and nothing of the truth, to whoever looks."""
        identity = self.seal.identity(socket.cookies)
        if identity is not None and identity.role == "instructor":
            identity = Identity("observer", identity.person_id, identity.name, identity.session)
        await self._serve(socket, identity)

    async def instructor(self, socket: WebSocket) -> None:
        """Serve ``/instructor/stream``."""
        identity = self.seal.identity(socket.cookies, "/instructor/stream")
        await self._serve(socket, identity if identity and identity.role == "instructor" else None)

    async def _serve(self, socket: WebSocket, identity: Identity | None) -> None:
        session = socket.query_params.get("session", "")
        if identity is not None and not session:
            session = self._default(identity)
        await socket.accept()
        if identity is None or not identity.may_see(session) or not topics.is_name(session or "-"):
            await socket.close(NOT_YOURS, "This is another session.")
            return
        asked = socket.query_params
        viewer = self.broadcast.join(
            identity, session, waves=asked.get("waves") != "0", past=asked.get("past") == "1"
        )
        self.people.arrive(identity, session)
        try:
            await Conversation(self, socket, viewer).run()
        finally:
            self.broadcast.leave(viewer)
            self.people.leave(identity, session)

    def _default(self, identity: Identity) -> str:
        if identity.session != EVERY:
            return identity.session
        return next(iter(self.live.sessions()), "")


class Conversation:
    """One browser: what it asks is answered, while its viewer's queue is sent."""

    def __init__(self, stream: Stream, socket: WebSocket, viewer: Viewer) -> None:
        self._stream = stream
        self._socket = socket
        self._viewer = viewer
        self._waiting: set[asyncio.Task[None]] = set()
        self._asked: set[str] = set()

    async def run(self) -> None:
        """Talk until either side ends it."""
        hearing = asyncio.create_task(self._hear())
        sending = asyncio.create_task(self._viewer.pump(self._socket))
        try:
            await asyncio.wait({hearing, sending}, return_when=asyncio.FIRST_COMPLETED)
            with suppress(RuntimeError, WebSocketDisconnect):  # the browser was first
                await self._socket.close()
        finally:
            for task in (hearing, sending, *self._waiting):
                task.cancel()
            await asyncio.gather(hearing, sending, return_exceptions=True)

    async def _hear(self) -> None:
        while True:
            try:
                text = await self._socket.receive_text()
            except (WebSocketDisconnect, KeyError, RuntimeError):  # gone, or bytes where text is spoken
                return
            if len(text) > MESSAGE_LIMIT:
                return
            try:
                message = msgspec.json.decode(text, type=dict[str, Any])
            except (msgspec.MsgspecError, RecursionError, UnicodeError):
                return
            self._take(message)

    def _take(self, message: dict[str, Any]) -> None:
        match message:
            case {"k": "ping", "c": int() | float() as echo}:
                now = self._stream.clock.now_ms()
                self._viewer.answer(text_of({"k": "pong", "c": echo, "s": now}))
            case {"k": "act", "do": "look"}:
                self._look(message)
            case {"k": "act", "do": do} if do in KNOWN:
                self._later(self._act(message))
            case {"k": "req"} if self._viewer.instructs:
                self._later(self._request(message))
            case {"k": "act" | "req", "id": str(ident)}:
                self._done(ident, ok=False, error="nobody here can do that")

    def _later(self, work: Any) -> None:  # noqa: ANN401 -- a coroutine
        if len(self._waiting) >= MOST_AT_ONCE:
            work.close()
            return
        task = asyncio.create_task(work)
        self._waiting.add(task)
        task.add_done_callback(self._waiting.discard)

    def _done(self, ident: str, *, ok: bool, error: str | None = None) -> None:
        self._viewer.answer(text_of({"k": "done", "id": ident[:64], "ok": ok, "error": error}))

    def _look(self, message: dict[str, Any]) -> None:
        viewer = self._viewer
        bed, page, ident = message.get("bed"), message.get("page"), message.get("id")
        looking = bed if isinstance(bed, str) and topics.is_name(bed) else None
        self._stream.people.look(
            viewer.identity, viewer.session, page if isinstance(page, str) else "", looking
        )
        if isinstance(ident, str):
            self._done(ident, ok=True)

    async def _act(self, message: dict[str, Any]) -> None:
        viewer, ident = self._viewer, str(message.get("id", ""))
        if ident in self._asked:  # repeated while it waits: one answer will do
            return
        self._asked.add(ident)
        try:
            await self._answer_act(viewer, ident, message)
        finally:
            self._asked.discard(ident)

    async def _answer_act(self, viewer: Viewer, ident: str, message: dict[str, Any]) -> None:
        if viewer.instructs and message.get("do") == "note":
            done = self._stream.notes.take(viewer.identity, viewer.session, message)
        else:
            done = await self._stream.acts.do(viewer.identity, viewer.session, message)
        self._done(ident, ok=done.ok, error=done.error)

    async def _request(self, message: dict[str, Any]) -> None:
        what = message.get("what")
        reply = await self._stream.requests.ask(
            self._viewer.identity,
            str(message.get("verb", "")),
            str(message.get("session") or topics.ALL),
            **(what if isinstance(what, dict) else {}),
        )
        self._viewer.answer(text_of(answer(str(message.get("id", "")), reply)))


def answer(ident: str, reply: m.Reply) -> dict[str, Any]:
    """Return a conductor's reply as the stream shows it."""
    return {"k": "done", "id": ident[:64], "ok": reply.ok, "error": reply.error, "body": reply.body}
