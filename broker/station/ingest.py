"""Ingest: everything that is said goes into the store, and only then is it acknowledged.

The broker keeps our subscriptions and unacknowledged QoS 1 messages while we are away, so a killed
station finds them again. Waves are QoS 0: theirs may be lost. A person's act is answered when it is
committed, never before.
"""

import asyncio
import logging
from dataclasses import dataclass, field
from typing import Final

from broker import messages as m
from broker import topics
from broker.client import Address, Link
from broker.clock import Clock
from broker.codec import Accepted, Rejected, decode, encode
from broker.packets import Incoming, Outgoing
from broker.station.admission import Admission
from broker.station.counts import Counts, Grumbler, Sequences, reason_class
from broker.station.intake import RETAINED, Intake
from broker.station.kept import Act, Kept
from broker.station.sink import Sink
from broker.store.protocol import Batch, StoreUnavailableError
from broker.topics import Topic

_LOG: Final = logging.getLogger(__name__)
COMMIT_S: Final = 0.25
"""So long a message waits for company before its commit; an act does not wait."""
FULL: Final = 50
"""So many promised messages make a commit at once: the embedded broker sends no more than 100 that are
not acknowledged. While a commit runs more come, so commits grow with the load."""
MANY: Final = 1_000
"""So many messages of any kind do not wait for more either."""
MOST_WAVES: Final = 20_000
"""So many wave blocks wait for a store that is away; older ones are given up, counted."""
SESSION_S: Final = 3_600
"""For so long the broker keeps what comes while no station is there."""
GROUP: Final = "teleward-ingest"
"""What members of a shared subscription are called at the broker."""
_FIRST_PAUSE_S: Final = 0.1
_LONGEST_PAUSE_S: Final = 2.0
ANSWERED: Final = (m.Flag, m.Escalation, m.Note, m.Intervention)


@dataclass(slots=True)
class Load:
    """What one commit carries: records, and what is owed once they are kept."""

    batch: Batch = field(default_factory=Batch)
    promised: list[Incoming] = field(default_factory=list)
    replies: list[Outgoing] = field(default_factory=list)
    acknowledgements: list[Act] = field(default_factory=list)
    since_s: float = 0.0
    received: int = 0
    valid: int = 0


class Ingest:
    """The consumer of a site's messages that keeps them, or with a ``member`` name one of several.

    Members share what is promised and the waves; what is retained each gets, and the store keeps it
    once. A member's name is its own and stays: the broker keeps its share while it is away.

    The watch answers acknowledgements; ``kept`` tells it which of them are in the store.

    ``farewell`` is said when it goes, or is gone. What says that it is there goes through ``link``,
    which says it again at each connection and only after its subscriptions: publishers wait for it.
    """

    def __init__(
        self,
        address: Address,
        site: str,
        sink: Sink,
        clock: Clock,
        *,
        counts: Counts | None = None,
        farewell: Outgoing | None = None,
        member: str | None = None,
        kept: Kept | None = None,
    ) -> None:
        self.counts = counts or Counts()
        self.sequences = Sequences()
        self._sink, self._clock = sink, clock
        self._intake = Intake()
        self._live = Admission()
        self._grumbler = Grumbler(_LOG)
        self._load = self._committing = Load()
        self._wake = asyncio.Event()
        self._stopping = False
        self._farewell = farewell
        self._kept = kept
        self._alone = member is None
        self.link = Link(
            address,
            "-".join(filter(None, ("teleward-ingest", site, member))),
            will=farewell,
            subscriptions=subscriptions(site, shared=member is not None),
            session_s=SESSION_S,
            manual_ack=True,
            clock=clock,
        )

    @property
    def lag_s(self) -> float:
        """For how long the oldest message waits for its commit, in seconds."""
        first = self._committing if self._committing.received else self._load
        return self._clock.monotonic() - first.since_s if first.received else 0.0

    async def run(self) -> None:
        """Work until cancelled; what was received is committed before the end if the store allows."""
        async with self.link:
            commits = asyncio.create_task(self._commits())
            try:
                async for message in self.link.messages():
                    self.take(message)
            finally:
                self._stopping = True
                self._wake.set()
                await commits
                if self._farewell is not None:
                    self.link.send(self._farewell)

    def take(self, message: Incoming) -> None:
        """Judge one message and put it with the next commit."""
        load = self._load
        if not load.received:
            load.since_s = self._clock.monotonic()
        load.received += 1
        if message.qos:
            load.promised.append(message)
        self.counts.received += 1
        if not message.payload and self._clears(message.topic):
            self.counts.cleared += 1
        else:
            got = decode(message.topic, message.payload)
            if isinstance(got, Accepted) and not self._admits(got.topic, got.message):
                got = Rejected(message.topic, "too many unknown beds in live")
            if isinstance(got, Rejected):
                self._reject(got)
            else:
                self._accept(got, message, load)
        if load.replies or load.acknowledgements or len(load.promised) >= FULL or load.received >= MANY:
            self._wake.set()

    def _accept(self, got: Accepted, message: Incoming, load: Load) -> None:
        self.counts.taken += 1
        load.valid += 1
        if self._alone and isinstance(got.message, m.Num | m.Wave):  # a member sees gaps by nature
            self.sequences.take(message.topic, got.message.boot, got.message.seq)
        self._intake.take(got, self._clock.now_ms(), load.batch)
        if isinstance(got.message, m.Acknowledge):
            load.acknowledgements.append((got.topic.session, got.message.id))
        elif isinstance(got.message, ANSWERED) and (reply := reply_to(message, got)):
            load.replies.append(reply)

    def _reject(self, rejected: Rejected) -> None:
        kind = reason_class(rejected.reason)
        self.counts.rejected[kind] += 1
        self._grumbler.rejected(kind, rejected.topic, rejected.reason, self._clock.monotonic())

    def _admits(self, topic: Topic, message: object) -> bool:
        if topic.session != topics.LIVE or topic.root != topics.OBSERVED or topic.subject == topics.SESSION:
            return True
        if isinstance(message, m.PersonInfo):
            self._live.announce((topic.subject,))
        return self._live.admits(topic.subject, self._clock.now_ms())

    @staticmethod
    def _clears(topic: str) -> bool:
        place = topics.parse(topic)
        return place is not None and place.kind in RETAINED

    # --- commits -------------------------------------------------------------------------------

    async def _commits(self) -> None:
        while not self._stopping:
            await self._pause(COMMIT_S)
            self._live.leaving(self._clock.now_ms())
            await self._commit()
        await self._commit()

    async def _commit(self) -> None:
        """Commit what there is, trying until it is done or the station stops."""
        load = self._committing = self._load
        self._load = Load()
        pause_s = _FIRST_PAUSE_S
        while load.received:
            try:
                if len(load.batch):
                    await asyncio.to_thread(self._sink.append, load.batch)
            except StoreUnavailableError as error:
                if pause_s == _FIRST_PAUSE_S:
                    _LOG.warning("the store takes nothing now: %s", error)
            else:
                self._settle(load)
                return
            self._bound(self._load)
            if self._stopping:
                _LOG.warning("%d messages stay with the broker", len(load.promised))
                return
            await self._clock.sleep(pause_s)
            pause_s = min(_LONGEST_PAUSE_S, 2 * pause_s)

    def _settle(self, load: Load) -> None:
        """Acknowledge and answer what is committed."""
        self._committing = self._load
        self.counts.stored += load.valid
        for message in load.promised:
            self.link.acknowledge(message)
        for reply in load.replies:
            self.link.send(reply)
        if self._kept is not None:
            self._kept.note(load.acknowledgements)

    def _bound(self, load: Load) -> None:
        """Give the oldest waves up while the store is away: they alone have no bound at the broker."""
        too_many = len(load.batch.waves) - MOST_WAVES
        if too_many > 0:
            del load.batch.waves[:too_many]
            load.valid -= too_many
            self.counts.waves_dropped += too_many

    async def _pause(self, seconds: float) -> None:
        """Wait for company, or to be woken."""
        sleep = asyncio.ensure_future(self._clock.sleep(seconds))
        woken = asyncio.ensure_future(self._wake.wait())
        _, waiting = await asyncio.wait({sleep, woken}, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()
        self._wake.clear()


def subscriptions(site: str, *, shared: bool) -> list[tuple[str, int]]:
    """Return what ingest subscribes to, each filter with its QoS."""
    waves = topics.waves_filter(site)
    if not shared:
        return [*((f, 1) for f in topics.numerics_filters(site)), (waves, 0)]
    promised = (*topics.shared_filters(site, GROUP), *topics.retained_filters(site))
    return [*((f, 1) for f in promised), (topics.share(waves, GROUP), 0)]


def reply_to(message: Incoming, got: Accepted) -> Outgoing | None:
    """Return the answer to a person's act, ``None`` where none is asked for, or not to be given.

    Only a reply topic of the act's own session is answered, so that nobody has us publish elsewhere.
    """
    place = reply_place(message, got.topic)
    if place is None:
        return None
    reply = m.Reply(v=1, ok=True, ref=str(getattr(got.message, "id", "")))
    return Outgoing(place, encode(reply), 1, correlation=message.correlation, expiry_s=60)


def reply_place(message: Incoming, topic: Topic) -> str | None:
    """Return the response topic if it is a reply topic of the message's own site and session."""
    wanted = message.response_topic
    place = topics.parse(wanted) if wanted else None
    if place is None or place.kind != "reply" or place.root != topics.OBSERVED:
        return None
    return wanted if (place.site, place.session) == (topic.site, topic.session) else None
