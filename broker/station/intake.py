"""Messages to records of the store. Pure but for its counter of messages without identity.

A record's identity makes a redelivered message harmless. A real sensor may leave out ``boot``,
``seq`` and ``t``: without ``seq`` a message with ``t`` is known by its bytes; without ``t`` there is
nothing to know it by, and a repetition is a new observation.
"""

import zlib
from array import array
from collections import OrderedDict
from typing import Final

from broker import messages as m
from broker import topics
from broker.codec import Accepted
from broker.station.clocks import SessionClock
from broker.store.protocol import Batch, Entry, Observation, WaveBlock
from broker.topics import Topic
from vitals.time import ClockLine

ACTS: Final = (m.Flag, m.Escalation, m.Note, m.Intervention, m.Acknowledge)
RETAINED: Final = frozenset({"status", "meta", "person", "obs", "alarm", "score", "line", "phase", "record"})
"""Kinds whose empty message clears a retained one."""
MOST_CLOCKS: Final = 500
_SPAN: Final = 2**32


class Intake:
    """Turns accepted messages into records; knows each session's clock, for messages without ``t``."""

    def __init__(self) -> None:
        self._clocks: OrderedDict[str, SessionClock] = OrderedDict()
        self._count = 0

    def take(self, got: Accepted, received: int, batch: Batch) -> None:
        """Add ``got``, received at wall time ``received`` (ms), to ``batch``."""
        topic, message = got.topic, got.message
        match message:
            case m.Num():
                batch.observations += self._observations(topic, message, got.raw, received)
            case m.Wave():
                batch.waves.append(self._wave(topic, message, got.raw, received))
            case m.SessionRecord():
                batch.sessions.append(message)
            case _:
                batch.entries.append(self._entry(topic, message, got.raw, received))

    def _observations(self, topic: Topic, num: m.Num, raw: bytes, received: int) -> list[Observation]:
        t = num.t if num.t is not None else self._now(topic.session, received)
        boot, seq = self._identity(num.boot, num.seq, num.t, raw)
        return [
            Observation(
                topic.session, topic.subject, topic.device, metric, t, boot, seq, reading.v, reading.u,
                reading.q, reading.why or "", num.mode or "", received,
            )
            for metric, reading in num.m.items()
        ]  # fmt: skip

    def _wave(self, topic: Topic, wave: m.Wave, raw: bytes, received: int) -> WaveBlock:
        t = wave.t if wave.t is not None else self._now(topic.session, received)
        boot, seq = self._identity(wave.boot, wave.seq, wave.t, raw)
        return WaveBlock(
            topic.session, topic.subject, topic.device, topic.name, t, boot, seq, wave.i0 or 0, wave.hz,
            wave.u, wave.scale, wave.off, wave.q, array("i", wave.d).tobytes(), received,
        )  # fmt: skip

    def _entry(self, topic: Topic, message: object, raw: bytes, received: int) -> Entry:
        if isinstance(message, m.Clock):
            clock = self._clock(topic.session)
            clock.line = ClockLine(message.start, message.wall, message.speed, message.running)
        return Entry(
            topic.session,
            topic.subject,
            topic.kind,
            name_of(topic, message),
            self._time(topic, message, received),
            ident_of(message, raw),
            raw,
            topic.root == topics.TRUTH,
            received,
        )

    def _time(self, topic: Topic, message: object, received: int) -> int:
        t = message.start if isinstance(message, m.Clock) else getattr(message, "t", None)
        return int(t) if t is not None else self._now(topic.session, received)

    def _identity(self, boot: str | None, seq: int | None, t: int | None, raw: bytes) -> tuple[str, int]:
        if seq is not None:
            return boot or "", seq
        if t is not None:
            return boot or "", zlib.crc32(raw)
        self._count = (self._count + 1) % _SPAN
        return boot or "", self._count

    def _now(self, session: str, received: int) -> int:
        if session == topics.LIVE:
            return received
        known = self._clocks.get(session)
        return received if known is None else known.now(received)

    def _clock(self, session: str) -> SessionClock:
        found = self._clocks.get(session)
        if found is None:
            found = self._clocks[session] = SessionClock()
            if len(self._clocks) > MOST_CLOCKS:
                self._clocks.popitem(last=False)
        return found


def name_of(topic: Topic, message: object) -> str:
    """Return what an entry is about: an alarm, a device, a person."""
    if isinstance(message, m.Acknowledge):
        return message.alarm
    if topic.kind in topics.DEVICE_KINDS:
        return topic.device
    return topic.name


def ident_of(message: object, raw: bytes) -> str:
    """Return what makes a repeated entry the same one."""
    if isinstance(message, ACTS):
        return message.id
    boot, seq = getattr(message, "boot", None), getattr(message, "seq", None)
    if boot is not None and seq is not None:
        return f"{boot}-{seq}"
    return f"{zlib.crc32(raw):08x}{len(raw):x}"
