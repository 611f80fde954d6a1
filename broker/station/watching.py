"""The watch at work: its connection and its ticks."""

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from typing import Final

from broker import messages as m
from broker import topics
from broker.client import Address, Link
from broker.clock import Clock
from broker.codec import Accepted, decode, encode
from broker.packets import Incoming, Outgoing
from broker.station.counts import Counts
from broker.station.ingest import reply_place
from broker.station.kept import Kept
from broker.station.recall import recall, samples
from broker.station.watch import Watch
from broker.store.protocol import Store, StoreUnavailableError

_LOG: Final = logging.getLogger(__name__)
TICK_S: Final = 0.25
OUTBOX: Final = 20_000
REPLY_EXPIRY_S: Final = 60


class Watching:
    """The watch of a site; exactly one runs.

    With ``kept``, told by ingest, an acknowledgement is answered with "recorded" once the store has
    it; without, ingest is elsewhere and the answer says that it took effect.
    """

    def __init__(
        self, address: Address, site: str, clock: Clock, counts: Counts, kept: Kept | None = None
    ) -> None:
        self.watch = Watch(site)
        self.counts = counts
        self._kept = kept
        self._site, self._clock = site, clock
        self._opener: Callable[[], Store] | None = None
        subscriptions = [(f, 1) for f in topics.watch_filters(site)]
        self.link = Link(
            address,
            f"teleward-watch-{site}",
            subscriptions=subscriptions,
            outbox=OUTBOX,
            clock=clock,
        )

    def recall(self, opener: Callable[[], Store]) -> None:
        """Recall what a former run left in the store; a store that is away recalls nothing."""
        self._opener = opener
        try:
            store = opener()
            try:
                recall(self.watch, store, self._site, self._clock.now_ms())
            finally:
                store.close()
        except StoreUnavailableError as error:
            _LOG.info("nothing recalled: %s", error)

    async def _look_back(self) -> None:
        """Read what arrows need, metric by metric, while the watch is at work already."""
        places = self.watch.moving(self._clock.now_ms())
        if self._opener is None or not places:
            return
        try:
            store = await asyncio.to_thread(self._opener)
            try:
                for place in places:
                    self.watch.recall_samples(place, await asyncio.to_thread(samples, store, place))
            finally:
                await asyncio.to_thread(store.close)
        except StoreUnavailableError as error:
            _LOG.info("arrows have to wait: %s", error)

    async def run(self) -> None:
        """Work until cancelled."""
        async with self.link:
            ticks, looking = asyncio.create_task(self._ticks()), asyncio.create_task(self._look_back())
            try:
                async for message in self.link.messages():
                    self.take(message)
                    if ticks.done():
                        ticks.result()
            finally:
                ticks.cancel()
                looking.cancel()

    async def _ticks(self) -> None:
        while True:
            self._say(self.watch.tick(self._clock.now_ms()))
            await self._clock.sleep(TICK_S)

    def take(self, message: Incoming) -> None:
        """Take one message; foreign ones are ingest's to count."""
        place = topics.parse(message.topic)
        if place is not None and not message.payload:
            self.watch.cleared(place)
            return
        got = decode(message.topic, message.payload)
        if not isinstance(got, Accepted):
            return
        if isinstance(got.message, m.Acknowledge):
            self._acknowledge(message, got, got.message)
            return
        wall_ms = self._clock.now_ms()
        self._say(self.watch.feed(got.topic, got.message, wall_ms, retain=message.retain))

    def _say(self, published: list[Outgoing]) -> None:
        for out in published:
            self.link.send(out)
            if out.payload:
                self.counts.said += 1
            else:
                self.counts.taken_back += 1

    def _acknowledge(self, message: Incoming, got: Accepted, ack: m.Acknowledge) -> None:
        reply, changed = self.watch.acknowledge(got.topic, ack, self._clock.now_ms())
        self._say(changed)
        if place := reply_place(message, got.topic):
            answer = Outgoing(
                place, encode(reply), 1, correlation=message.correlation, expiry_s=REPLY_EXPIRY_S
            )
            if reply.ok and self._kept is not None:
                self._kept.when((got.topic.session, ack.id), partial(self.link.send, answer))
            else:
                self.link.send(answer)
