"""Every live ward of a site, from the broker's messages and, for what was before, from the store."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from broker import codec, topics
from broker import messages as m
from broker.client import Incoming, Link
from broker.clock import Clock
from broker.codec import Accepted
from broker.store.protocol import Store, StoreUnavailableError
from dashboard import history
from dashboard.bedside import Shape
from dashboard.session import LiveSession
from dashboard.truth import TruthBoard
from vitals.time import ClockLine

_LOG: Final = logging.getLogger(__name__)
_PLAYED: Final = (m.Num, m.Wave, m.Clock, m.SessionRecord)
"""What only those say who play a session; people, the station and last wills speak without them."""
MOST_SESSIONS: Final = 256
_TIDY_S: Final = 1.0
_STORE_RETRY_S: Final = 2.0
_YIELD_EVERY: Final = 50
"""Messages taken in one go before the streams get their turn."""
PARTS: Final = ("station", "simulate")
SENSORS: Final = "Real sensors"
"""The place of the live session, whose sensors stand in no ward."""


def filters(site: str) -> list[tuple[str, int]]:
    """Return what a dashboard subscribes to: all that is observed, and all that is true."""
    return [(topics.everything("rpm", site), 1), (topics.everything("rpm-truth", site), 1)]


@dataclass
class LiveWards:
    """The sessions that run, each with its live state; the truth stands apart in ``truth``."""

    site: str
    time: Clock
    on_change: Callable[[], None] = lambda: None
    wards: dict[str, LiveSession] = field(default_factory=dict)
    truth: dict[str, TruthBoard] = field(default_factory=dict)
    records: dict[str, m.SessionRecord] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)
    rejected: int = 0
    played: set[str] = field(default_factory=set)
    """Sessions of which somebody was heard who plays them, now."""
    _wanted: asyncio.Queue[str] = field(default_factory=asyncio.Queue)

    # --- what pages ask ---

    def sessions(self) -> list[str]:
        """Return the sessions that run or are paused, newest first.

        A record alone proves nothing: who played it may have died without a word. The conductor, which
        takes up or ends what it finds before it is there, or the session's own messages vouch for it.
        """
        running = [r for r in self.records.values() if r.state != "ended" and self._plays(r.session)]
        return [r.session for r in sorted(running, key=lambda r: -r.created)]

    def _plays(self, session: str) -> bool:
        return session in self.played or self.parts.get("simulate") == "online"

    def sensors(self) -> int:
        """Return how many beds real sensors have."""
        live = self.wards.get(topics.LIVE)
        return len(live.beds) if live else 0

    def ended(self, session: str) -> bool:
        """Say whether ``session`` is known to be over."""
        record = self.records.get(session)
        return record is not None and record.state == "ended"

    def place(self, session: str) -> str:
        """Return the name of the ward as trainees see it."""
        live = self.wards.get(session)
        return SENSORS if session == topics.LIVE else live.place if live else ""

    def clock(self, session: str) -> ClockLine | None:
        """Return the session's clock, if it is known."""
        live = self.wards.get(session)
        return live.clock if live else None

    def now(self, session: str) -> int:
        """Return the session's simulated time (ms); wall time where there is no clock."""
        wall, live = self.time.now_ms(), self.wards.get(session)
        return live.now(wall) if live else wall

    def joined(self, session: str) -> bool:
        """Say whether real sensors' beds stand beside this session's: while it runs at speed 1."""
        clock = self.clock(session)
        return session != topics.LIVE and clock is not None and clock.running and clock.speed == 1

    def beds(self, session: str) -> list[str]:
        """Return the keys of the beds on show, in order; real sensors' beds after the simulated."""
        return list(self.snapshot(session))

    def subjects(self, session: str) -> set[str]:
        """Return the beds of ``session`` itself, as topics name them."""
        ward = self.wards.get(session)
        return set(ward.beds) if ward else set()

    def locate(self, session: str, bed: str) -> tuple[str, str]:
        """Return (session, subject) of a bed on show, as topics and store name it."""
        own = self.wards.get(session)
        if own is not None and bed in own.beds:
            return session, bed
        live = self.wards.get(topics.LIVE)
        subject = bed.removeprefix(f"{topics.LIVE}-")
        if live is not None and subject in live.beds and self.joined(session):
            return topics.LIVE, subject
        return session, bed

    def live_key(self, session: str, subject: str) -> str:
        """Return the key under which a real sensor's bed stands in ``session``, unlike any other."""
        own = self.wards.get(session)
        return f"{topics.LIVE}-{subject}" if own is not None and subject in own.beds else subject

    def snapshot(self, session: str) -> dict[str, Shape]:
        """Return every bed as the stream's ``state`` message has it."""
        own, live = self.wards.get(session), self.wards.get(topics.LIVE)
        beds = own.snapshot() if own else {}
        if live is not None and self.joined(session):
            beds |= {self.live_key(session, bed): state for bed, state in live.snapshot().items()}
        return beds

    # --- what comes ---

    async def listen(self, link: Link) -> None:
        """Take what comes over ``link`` until it is closed."""
        taken = 0
        async for message in link.messages():
            self.take(message)
            taken += 1
            if taken % _YIELD_EVERY == 0:
                await asyncio.sleep(0)

    def take(self, message: Incoming) -> None:
        """Take one message."""
        if not message.payload:
            self._cleared(message.topic)
            return
        result = codec.decode(message.topic, message.payload)
        if isinstance(result, Accepted):
            self.apply(result)
            if (
                not message.retain
                and isinstance(result.message, _PLAYED)
                and result.topic.session in self.wards
            ):
                self.played.add(result.topic.session)
        else:
            self.rejected += 1

    def apply(self, accepted: Accepted) -> None:
        """Take one valid message."""
        topic, message = accepted.topic, accepted.message
        if isinstance(message, m.SessionRecord):
            self._record(message)
        elif topic.device == topics.PARTS:
            if isinstance(message, m.Status):
                self.parts[topic.name] = message.state
        elif topic.root == topics.TRUTH:
            if not self.ended(topic.session):
                self.truth.setdefault(topic.session, TruthBoard()).apply(topic.subject, message)
        elif topic.kind != "reply" and (live := self._session(topic.session)) is not None:
            live.apply(accepted, self.time.now_ms())
        self.on_change()

    def _cleared(self, text: str) -> None:
        topic = topics.parse(text)
        if topic is not None and topic.kind == "alarm" and topic.session in self.wards:
            self.wards[topic.session].clear_alarm(topic.subject, topic.name)
            self.on_change()

    def _session(self, name: str) -> LiveSession | None:
        live = self.wards.get(name)
        if live is None and len(self.wards) < MOST_SESSIONS and not self.ended(name):
            live = self.wards[name] = LiveSession(name)
            self._wanted.put_nowait(name)
        return live

    def _record(self, record: m.SessionRecord) -> None:
        self.records[record.session] = record
        if record.state == "ended":
            self.played.discard(record.session)
            self.wards.pop(record.session, None)
            self.truth.pop(record.session, None)
            return
        live = self._session(record.session)
        if live is not None:
            live.name_beds(record.beds, record.place)
            self.truth.setdefault(record.session, TruthBoard()).record = record

    # --- what was ---

    async def remember(self, store: Store) -> None:
        """Read from the store what was before, for every session that appears; runs for ever."""
        await self._known(store)
        while True:
            name = await self._wanted.get()
            try:
                past = await asyncio.to_thread(history.read, store, name)
            except StoreUnavailableError as error:
                _LOG.info("the store does not answer: %s", error)
                self._wanted.put_nowait(name)
                await self.time.sleep(_STORE_RETRY_S)
            else:
                self._restore(past)

    async def _known(self, store: Store) -> None:
        try:
            records = await asyncio.to_thread(store.sessions)
        except StoreUnavailableError:
            return
        for record in records:
            if record.session not in self.records:
                self._record(record)

    def refresh(self) -> None:
        """Read every session's past again: something may have been missed (a new connection)."""
        for name in self.wards:
            self._wanted.put_nowait(name)

    def _restore(self, past: history.Past) -> None:
        live = self.wards.get(past.session)
        if live is None:
            return
        wall = self.time.now_ms()
        live.restore(history.numerics(past.observations), wall)
        for entry in past.entries:
            if (known := history.accepted(self.site, entry)) is not None:
                live.restore_entry(known, entry.received or entry.t, wall)
        board = self.truth.setdefault(past.session, TruthBoard())
        for entry in past.truth:
            if (known := history.accepted(self.site, entry)) is not None:
                board.apply(entry.subject, known.message)
        self.on_change()

    async def tidy(self) -> None:
        """Let go, each second, of what is silent for long; runs for ever."""
        while True:
            await self.time.sleep(_TIDY_S)
            for live in self.wards.values():
                live.tidy(self.time.now_ms())
            self.on_change()

    def missing(self, link: Link) -> list[str]:
        """Return the parts without which the page cannot live, as far as is known."""
        if not link.connected:
            return ["broker"]
        return [part for part in PARTS if self.parts.get(part) == "offline"]
