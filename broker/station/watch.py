"""The watch: decoded messages and ticks in, retained scores and alarms and replies out. Pure.

Several sessions are watched beside each other, each by its own clock; ``live`` by wall time. There
is exactly one watch for a session, since it decides.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from msgspec import Struct

from broker import messages as m
from broker import topics
from broker.codec import encode
from broker.packets import Outgoing
from broker.station.admission import LIVE_MOST, Admission
from broker.station.bed import BedWatch
from broker.station.clocks import SessionClock
from broker.station.waiting import Held, Waiting
from broker.store.protocol import Observation
from broker.topics import Topic
from vitals.catalogue import VITAL_SIGNS
from vitals.time import ClockLine

ALARM_EXPIRY_S: Final = 86_400
SCORE_EXPIRY_S: Final = 86_400
KNOWN_REPLIES: Final = 1_000
"""So many acknowledgements are remembered per session, so that a repeated one gets the same answer."""
MOST_UNKNOWN: Final = 1_000
"""So many beds are watched in a session that neither its record nor a charted person names."""
MOST_SESSIONS: Final = 128
"""So many sessions are watched; beyond, the one that has been silent longest is left."""
WARD: Final = 200
"""A session of more beds is looked at in turns, so that no tick keeps other work waiting for long."""
TURNS: Final = 4
MOST_DEVICES: Final = 64
"""So many devices are watched at one bed."""


@dataclass(frozen=True, slots=True)
class Place:
    """One metric of one bed, at session time ``now``."""

    session: str
    now: int
    subject: str
    metric: str


class SessionWatch:
    """One session: its clock, its beds, its gateways."""

    def __init__(self, site: str, session: str) -> None:
        self.clock = SessionClock()
        self.beds: dict[str, BedWatch] = {}
        self.admission = Admission(LIVE_MOST if session == topics.LIVE else MOST_UNKNOWN)
        self.replies: OrderedDict[str, m.Reply] = OrderedDict()
        self._waiting = Waiting(needed=session != topics.LIVE)
        self._site, self._session = site, session
        self._turn = 0

    def bed(self, subject: str, wall_ms: int) -> BedWatch | None:
        """Return the bed, new if need be; ``None`` for one unknown bed too many."""
        if not self.admission.admits(subject, wall_ms):
            return None
        bed = self.beds.get(subject)
        if bed is None:
            bed = self.beds[subject] = BedWatch()
        return bed

    def set_clock(self, clock: m.Clock) -> None:
        """Go by a clock line, and take what had to wait for it."""
        self.clock.line = ClockLine(clock.start, clock.wall, clock.speed, clock.running)
        self._take_kept()

    def take(self, held: Held) -> None:
        """Take what was said of a bed, or keep it until the clock is known."""
        if self._waiting.keeps(held):
            return
        bed = self.bed(held.topic.subject, held.wall_ms)
        if bed is not None:
            _take(bed, held.topic, held.message, held.wall_ms, self.clock, retain=held.retain)

    def _take_kept(self) -> None:
        for held in self._waiting.over():
            self.take(held)

    def tick(self, wall_ms: int) -> Iterator[Outgoing]:
        """Yield what is new at ``wall_ms``; of a fleet of beds only every fourth is looked at."""
        if self._waiting.lasts(wall_ms):
            return
        self._take_kept()
        now = self.clock.now(wall_ms)
        gone = self._lost_gateways(now, wall_ms)
        self._turn += 1
        turns = TURNS if len(self.beds) > WARD else 1
        for subject, bed in islice(self.beds.items(), self._turn % turns, None, turns):
            if bed.occupied and (score := bed.new_score(now, wall_ms, self.clock)):
                topic = topics.score(self._site, self._session, subject)
                yield Outgoing(topic, encode(score), 1, retain=True, expiry_s=SCORE_EXPIRY_S)
            yield from self.say(subject, bed.new_alarms(now, wall_ms, self.clock, gone))
        yield from self._forget(wall_ms, now)

    def say(self, subject: str, alarms: Iterable[m.Alarm]) -> Iterator[Outgoing]:
        """Yield the messages of ``alarms``: retained, and cleared after ``Off`` was said."""
        for alarm in alarms:
            topic = topics.alarm(self._site, self._session, subject, alarm.id)
            yield Outgoing(topic, encode(alarm), 1, retain=True, expiry_s=ALARM_EXPIRY_S)
            if alarm.presence == "Off":
                yield Outgoing(topic, b"", 1, retain=True)

    def close(self, subject: str, now: int) -> Iterator[Outgoing]:
        """Yield the end of all that is said of a bed, and forget the bed."""
        bed = self.beds.pop(subject)
        yield from self.say(subject, bed.alarms.close(now))
        if bed.score is not None:
            yield Outgoing(topics.score(self._site, self._session, subject), b"", 1, retain=True)

    def _lost_gateways(self, now: int, wall_ms: int) -> set[str]:
        """Return the names of devices that others speak through and that are gone."""
        devices = [device for bed in self.beds.values() for device in bed.devices.values()]
        via = {device.via for device in devices} - {None}
        return {d.name for d in devices if d.name in via and d.lost_since(now, wall_ms, self.clock)}

    def _forget(self, wall_ms: int, now: int) -> Iterator[Outgoing]:
        for subject in self.admission.leaving(wall_ms):
            if subject in self.beds:
                yield from self.close(subject, now)


class Watch:
    """All sessions of a site."""

    def __init__(self, site: str) -> None:
        self._site = site
        self._sessions: OrderedDict[str, SessionWatch] = OrderedDict()
        self._ended: OrderedDict[str, None] = OrderedDict()

    def feed(self, topic: Topic, message: Struct, wall_ms: int, *, retain: bool = False) -> list[Outgoing]:
        """Take a message received at ``wall_ms``; return what is to be published at once."""
        if isinstance(message, m.SessionRecord):
            return self._record(message, wall_ms)
        if topic.session in self._ended and retain and isinstance(message, m.Alarm):
            return [
                Outgoing(
                    topics.alarm(self._site, topic.session, topic.subject, topic.name), b"", 1, retain=True
                )
            ]
        if topic.root != topics.OBSERVED or topic.session in self._ended:
            return []
        session = self.session(topic.session)
        self._sessions.move_to_end(topic.session)
        if isinstance(message, m.PersonInfo):
            session.admission.announce((topic.subject,))
        if isinstance(message, m.Clock):
            session.set_clock(message)
        elif topic.subject != topics.SESSION:
            session.take(Held(topic, message, wall_ms, retain))
        return []

    def cleared(self, topic: Topic) -> None:
        """Take that a retained message was cleared: a device that is no more."""
        session = self._sessions.get(topic.session)
        bed = session.beds.get(topic.subject) if session is not None else None
        if bed is not None and topic.kind == "status":
            bed.devices.pop(topic.device, None)

    def acknowledge(self, topic: Topic, ack: m.Acknowledge, wall_ms: int) -> tuple[m.Reply, list[Outgoing]]:
        """Acknowledge an alarm of the topic's bed; return the reply and what is to be published."""
        session = self._sessions.get(topic.session)
        bed = session.beds.get(topic.subject) if session is not None else None
        if session is None or bed is None:
            return m.Reply(v=1, ok=False, error="no-such-alarm", ref=ack.id), []
        known = session.replies.get(ack.id)
        if known is not None:
            return known, []
        got = bed.alarms.acknowledge(ack.alarm, ack.seq, ack.by, session.clock.now(wall_ms))
        presence = bed.alarms.presence(ack.alarm)
        if isinstance(got, str):
            return m.Reply(v=1, ok=False, error=got, ref=ack.id, presence=presence), []
        reply = session.replies[ack.id] = m.Reply(v=1, ok=True, ref=ack.id, presence=presence)
        while len(session.replies) > KNOWN_REPLIES:
            session.replies.popitem(last=False)
        return reply, list(session.say(topic.subject, [got]))

    def recall_value(self, observation: Observation) -> None:
        """Take the newest value of a metric, as the store kept it."""
        bed = self.session(observation.session).bed(observation.subject, observation.received)
        if bed is not None and observation.metric in VITAL_SIGNS:
            bed.recall_value(observation)

    def recall_score(self, topic: Topic, message: Struct) -> None:
        """Take a score of the last hour, as the store kept it."""
        session = self._sessions.get(topic.session)
        bed = session.beds.get(topic.subject) if session is not None else None
        if bed is not None and isinstance(message, m.Score):
            bed.recall_score(message)

    def moving(self, wall_ms: int) -> list[Place]:
        """Return the place of every metric here that may have an arrow, by session time."""
        return [
            Place(name, session.clock.now(wall_ms), subject, metric)
            for name, session in self._sessions.items()
            for subject, bed in session.beds.items()
            for metric in bed.values.moving()
        ]

    def recall_samples(self, place: Place, samples: Iterable[tuple[int, float]]) -> None:
        """Take what was measured of a metric before this watch began."""
        session = self._sessions.get(place.session)
        bed = session.beds.get(place.subject) if session is not None else None
        if bed is not None:
            bed.values[place.metric].before(samples)

    def sizes(self) -> dict[str, int]:
        """Return the sessions that are watched, each with how many beds it has."""
        return {name: len(session.beds) for name, session in self._sessions.items()}

    def tick(self, wall_ms: int) -> list[Outgoing]:
        """Return what is to be published at ``wall_ms``."""
        return [out for session in self._sessions.values() for out in session.tick(wall_ms)]

    def session(self, name: str) -> SessionWatch:
        """Return the session ``name``, new if need be."""
        found = self._sessions.get(name)
        if found is None:
            found = self._sessions[name] = SessionWatch(self._site, name)
            self._bound()
        return found

    def _bound(self) -> None:
        if len(self._sessions) > MOST_SESSIONS:
            del self._sessions[next(name for name in self._sessions if name != topics.LIVE)]

    def _record(self, record: m.SessionRecord, wall_ms: int) -> list[Outgoing]:
        name = record.session
        if record.state != "ended":
            self._ended.pop(name, None)
            self.session(name).admission.announce(record.beds)
            return []
        self._ended[name] = None
        while len(self._ended) > KNOWN_REPLIES:
            self._ended.popitem(last=False)
        session = self._sessions.pop(name, None) or SessionWatch(self._site, name)
        now = session.clock.now(wall_ms)
        said = [out for subject in list(session.beds) for out in session.close(subject, now)]
        cleared = {out.topic for out in said}
        scores = [topics.score(self._site, name, bed) for bed in record.beds]
        return said + [Outgoing(topic, b"", 1, retain=True) for topic in scores if topic not in cleared]


def _take(
    bed: BedWatch, topic: Topic, message: Struct, wall_ms: int, clock: SessionClock, *, retain: bool
) -> None:
    now, name = clock.now(wall_ms), topic.device
    if isinstance(message, m.Num | m.Evt | m.Status | m.DeviceMeta):
        if name not in bed.devices and len(bed.devices) >= MOST_DEVICES:
            return
        _take_device(bed, name, message, wall_ms, clock)
    elif isinstance(message, m.ChartObs):
        bed.charted(message)
    elif isinstance(message, m.PersonInfo):
        bed.person(message)
    elif isinstance(message, m.Alarm) and retain:
        bed.recall_alarm(message, now, wall_ms)


def _take_device(
    bed: BedWatch,
    name: str,
    message: m.Num | m.Evt | m.Status | m.DeviceMeta,
    wall_ms: int,
    clock: SessionClock,
) -> None:
    now = clock.now(wall_ms)
    match message:
        case m.Num():
            bed.numerics(name, message, now, clock)
        case m.Evt():
            bed.event(name, message, now, clock)
        case m.Status():
            bed.device(name).status(message, now, wall_ms)
        case m.DeviceMeta():
            bed.device(name).meta(message)
