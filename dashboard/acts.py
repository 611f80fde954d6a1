"""What people do on a page, turned into messages of the wire and answered when they are recorded.

An act has the identity its browser gave it: repeating it does nothing twice, and its answer is the
station's, however often either was asked. Who acted, in which role and when is ours to say, never
the browser's.
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, get_args

import msgspec
from msgspec import Meta, Struct

from broker import codec, topics
from broker import messages as m
from broker.client import Link, Outgoing
from broker.clock import Clock
from dashboard.context import Identity
from dashboard.live import LiveWards

Do = Literal["flag", "describe", "undo", "ack", "call", "take", "off", "note"]

REPLY_S: Final = 2.0
"""After so long without an answer the same bytes are offered again."""
PATIENCE_S: Final = 300.0
"""For how long an act is offered to a station that does not answer, before the browser must repeat it."""
MOST_PENDING: Final = 1000
MOST_DONE: Final = 5000
SHOWN_BYTES: Final = 8192

_Name = Annotated[str, Meta(pattern="^[a-z0-9-]{1,32}$")]


class Wish(Struct):
    """An act as a browser asks for it."""

    id: Annotated[str, Meta(pattern="^[a-z0-9-]{8,64}$")]
    do: Do
    bed: m.Identifier
    ref: m.Identifier | None = None
    condition: m.Line | None = None
    why: m.Text | None = None
    certainty: Literal["hunch", "likely", "sure"] | None = None
    judgement: Literal["deteriorating", "artefact", "unsure"] | None = None
    to: m.Line = ""
    identify: m.Text = ""
    situation: m.Text = ""
    background: m.Text = ""
    assessment: m.Text = ""
    recommendation: m.Text = ""
    alarm: m.Identifier | None = None
    seq: m.Count = 0
    reason: m.Line | None = None
    text: m.Text = ""
    shown: dict[str, Any] = {}


class RefusedError(Exception):
    """An act that will never be recorded; the message says why, in words for the person."""


@dataclass(frozen=True, slots=True)
class Done:
    """The answer to an act."""

    ok: bool
    error: str | None = None


def wish_of(message: object) -> Wish:
    """Return what a browser asks for; raise ``RefusedError`` where it makes no sense."""
    try:
        wish = msgspec.convert(message, Wish)
    except msgspec.ValidationError as error:
        raise RefusedError(str(error)) from error
    if len(msgspec.json.encode(wish.shown)) > SHOWN_BYTES:
        raise RefusedError("too much was on the screen to be recorded")
    return wish


def message_of(wish: Wish, identity: Identity, t: int) -> tuple[str, m.Act]:
    """Return the topic's kind and the message of an act done at session time ``t``."""
    who: dict[str, Any] = {
        "v": 1, "id": wish.id, "t": t, "by": identity.name, "by_id": identity.person_id,
        "role": identity.role, "shown": wish.shown,
    }  # fmt: skip
    if wish.do in {"flag", "describe", "undo"}:
        return "flag", _flag(wish, who)
    if wish.do in {"call", "take", "off"}:
        return "escalation", _call(wish, who)
    if wish.do == "note":
        if not wish.text.strip():
            raise RefusedError("the note is empty")
        return "note", m.Note(**who, text=wish.text)
    if wish.alarm is None:
        raise RefusedError("no alarm was named")
    return "ack", m.Acknowledge(**who, alarm=wish.alarm, seq=wish.seq, reason=wish.reason)


def _flag(wish: Wish, who: dict[str, Any]) -> m.Flag:
    step: Final = {"flag": "raised", "describe": "described", "undo": "undone"}[wish.do]
    if step != "raised" and wish.ref is None:
        raise RefusedError("no flag was named")
    return m.Flag(
        **who,
        step=step,  # type: ignore[arg-type]
        ref=wish.ref if step != "raised" else None,
        judgement=wish.judgement,
        condition=wish.condition,
        why=wish.why,
        certainty=wish.certainty,
    )


def _call(wish: Wish, who: dict[str, Any]) -> m.Escalation:
    step = {"call": "raised", "take": "taken", "off": "off"}[wish.do]
    if step != "raised" and wish.ref is None:
        raise RefusedError("no call was named")
    return m.Escalation(
        **who,
        step=step,  # type: ignore[arg-type]
        ref=wish.ref if step != "raised" else None,
        to=wish.to,
        identify=wish.identify,
        situation=wish.situation,
        background=wish.background,
        assessment=wish.assessment,
        recommendation=wish.recommendation,
    )


class Acts:
    """Publishes acts and waits for the station's word that they are recorded."""

    def __init__(self, site: str, link: Link, live: LiveWards, clock: Clock) -> None:
        self._site = site
        self._link = link
        self._live = live
        self._clock = clock
        self._pending: dict[tuple[str, str], asyncio.Task[Done]] = {}
        self._done: OrderedDict[tuple[str, str], Done] = OrderedDict()

    @property
    def waiting(self) -> int:
        """How many acts the station has not recorded yet."""
        return len(self._pending)

    async def do(self, identity: Identity, session: str, message: object) -> Done:
        """Record what ``identity`` did in ``session``; wait until it is recorded or refused."""
        try:
            wish = wish_of(message)
            if identity.role == "observer":
                raise RefusedError("observers look on")  # noqa: TRY301 -- one place answers refusals
            return await self._once(identity, session, wish)
        except RefusedError as error:
            return Done(ok=False, error=str(error))

    async def _once(self, identity: Identity, session: str, wish: Wish) -> Done:
        key = (identity.person_id, wish.id)
        if (done := self._done.get(key)) is not None:
            return done
        task = self._pending.get(key)
        if task is None:
            if len(self._pending) >= MOST_PENDING:
                raise RefusedError("too much waits to be recorded")
            out = self._outgoing(identity, session, wish)
            task = self._pending[key] = asyncio.create_task(self._record(key, out), name=f"act {wish.id}")
        return await asyncio.shield(task)

    def _outgoing(self, identity: Identity, session: str, wish: Wish) -> Outgoing:
        where, subject = self._live.locate(session, wish.bed)
        if subject not in self._live.subjects(where):
            raise RefusedError("there is no such bed")
        self._own(identity, session, wish)
        kind, act = message_of(wish, identity, self._live.now(where))
        topic = (
            topics.acknowledge(self._site, where, subject)
            if kind == "ack"
            else topics.chart(self._site, where, subject, kind)
        )
        reply = topics.reply(self._site, where, self._link.client_id)
        return Outgoing(topic, codec.encode(act), response_topic=reply)

    def _own(self, identity: Identity, session: str, wish: Wish) -> None:
        """Refuse to change what somebody else did: a flag is its raiser's."""
        if wish.do not in {"describe", "undo"}:
            return
        bed = self._live.snapshot(session).get(wish.bed, {"acts": []})
        raised = next((act for act in bed["acts"] if act["id"] == wish.ref), None)
        if raised is not None and raised.get("by_id") != identity.person_id:
            raise RefusedError("this flag is somebody else's")

    async def _record(self, key: tuple[str, str], out: Outgoing) -> Done:
        try:
            return self._finished(key, await self._answer(out))
        finally:
            del self._pending[key]

    def _finished(self, key: tuple[str, str], done: Done) -> Done:
        self._done[key] = done
        if len(self._done) > MOST_DONE:
            self._done.popitem(last=False)
        return done

    async def _answer(self, out: Outgoing) -> Done:
        """Offer the same bytes again and again until the station says that they are recorded."""
        until = self._clock.monotonic() + PATIENCE_S
        while True:
            try:
                raw = await self._link.request(out.topic, out.payload, out.response_topic or "", REPLY_S)
            except TimeoutError:
                if self._clock.monotonic() > until:
                    raise RefusedError("the station does not answer") from None
                continue
            try:
                reply = msgspec.json.decode(raw, type=m.Reply)
            except msgspec.MsgspecError:
                continue
            return Done(reply.ok, reply.error)


KNOWN: Final = frozenset(get_args(Do))
"""What can be asked for."""
