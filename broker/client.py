"""One MQTT 5 connection that comes back by itself.

aiomqtt (once called asyncio-mqtt) does not reconnect and keeps nothing; a ``Link`` does both.
"""

import asyncio
import itertools
import logging
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from math import ceil
from typing import Final, Self

import aiomqtt

from broker.address import Address
from broker.clock import Clock, SystemClock
from broker.connection import MAX_BEHIND, Connection, client_of
from broker.inbox import Inbox
from broker.outbox import Outbox
from broker.packets import REFUSED, Incoming, Outgoing, fault
from broker.standing import GONE, Standing
from broker.troubles import Troubles

__all__ = ["Address", "Incoming", "Link", "Outgoing"]

_LOG: Final = logging.getLogger(__name__)
_FIRST_PAUSE_S: Final = 0.1
_LONGEST_PAUSE_S: Final = 1.0
"""A page should move again within three seconds of a broker's return, and waits for devices and station."""
_PATIENCE_S: Final = 5.0
"""For how long a broker may leave CONNECT or SUBSCRIBE unanswered."""
_FAREWELL_S: Final = 2.0
"""For how long a closing link waits for acknowledgements."""
_LONGEST_HOLD_S: Final = 5.0
"""For how long promised messages wait for somebody to be there before they go all the same."""
_numbers: Final = itertools.count(1)
_troubles: Final = Troubles()
"""Numbers every connection of this process."""


class Link:
    """A connection to a broker, from ``async with`` to its end, across the broker's absences.

    ``send`` never blocks and never raises. QoS 0 while disconnected is dropped and counted in
    ``dropped``; QoS 1 waits in an outbox of at most ``outbox`` messages until acknowledged, and is
    sent again in order after a reconnection, with what is left of its expiry. Retained messages
    are remembered per topic and published again at each connection, since the embedded broker
    forgets. ``on_connected`` holds callables that run at each connection. What is retained where a
    retained ``will`` speaks is said again also when an ``"offline"`` is heard there meanwhile, see
    ``broker.standing``.

    With ``session_s`` the broker keeps subscriptions and QoS 1 messages for so many seconds of
    absence; with ``manual_ack`` it sends them again until ``acknowledge``. ``inbox`` bounds the
    received QoS 0 messages that nobody took yet; further ones are counted in ``overrun``.

    A broker acknowledges for itself, not for who listens. With ``again_s``, QoS 1 messages that it
    acknowledged in the last so many seconds before a disconnection are sent again. ``until_heard`` is
    the topic where the receiver says, retained, that it is there, and its will that it is
    ``"offline"``. Messages that are not retained wait for a word there at each connection (at most 5 s,
    since there may be nobody), and what went out in the receiver's absence is sent again when it comes.

    ``refused`` counts QoS 1 messages that the broker does not let us publish. ``error`` says why
    there is no connection.
    """

    def __init__(  # noqa: PLR0913 -- a connection has this many properties, each with its default
        self,
        address: Address,
        client_id: str,
        *,
        will: Outgoing | None = None,
        subscriptions: Sequence[tuple[str, int]] = (),
        outbox: int = 1000,
        inbox: int = 50_000,
        session_s: int = 0,
        manual_ack: bool = False,
        until_heard: str | None = None,
        again_s: float = 0.0,
        clock: Clock | None = None,
    ) -> None:
        self.client_id = client_id
        self.on_connected: list[Callable[[], None]] = []
        self.refused = 0
        self.error: str | None = None
        self._address = address
        self._will = will
        self._standing = Standing(will, [f for f, _ in subscriptions])
        own = () if self._standing.hears else (self._standing.topic,)
        # At QoS 0, so that a session does not keep our own good-bye for our return.
        heard = {t: 1 for t in (until_heard,) if t} | {t: 0 for t in own if t}
        self._filters = dict(subscriptions) | heard
        self._until_heard = until_heard
        self._outbox = Outbox(outbox, again_s)
        self._inbox = Inbox(inbox)
        self._session_s = session_s
        self._manual_ack = manual_ack
        self._clock: Clock = clock or SystemClock()
        self._retained: dict[str, Outgoing] = {}
        self._replies: dict[tuple[str, bytes], asyncio.Future[bytes]] = {}
        self._connection: Connection | None = None
        # Messages of a kept session come before SUBACK, which the embedded broker holds back until
        # they are acknowledged.
        self._receiving: Connection | None = None
        self._number = self._dropped = 0
        self._up = asyncio.Event()
        self._emptied = asyncio.Event()
        self._closing = False
        self._present = asyncio.Event()
        self._present.set()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Start; a broker that is not there is tried again until it is."""
        self._task = asyncio.create_task(self._run(), name=f"link {self.client_id}")
        return self

    async def __aexit__(self, *exception: object) -> None:
        """Wait shortly for what is promised, then disconnect."""
        if self.connected and len(self._outbox):
            self._emptied.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._emptied.wait(), _FAREWELL_S)
        self._closing = True
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        self._inbox.close()

    @property
    def connected(self) -> bool:
        """Whether messages go out now."""
        return self._connection is not None

    @property
    def dropped(self) -> int:
        """How many messages were given up."""
        return self._dropped + self._outbox.dropped

    @property
    def behind(self) -> int:
        """How many bytes the broker has not taken yet; a sender in bulk waits while that is much."""
        return self._connection.behind if self._connection is not None else 0

    @property
    def received(self) -> int:
        """How many messages came."""
        return self._inbox.received

    @property
    def waiting(self) -> int:
        """How many of them nobody took yet: by so many this program lags."""
        return len(self._inbox)

    @property
    def overrun(self) -> int:
        """How many received QoS 0 messages were given up, since nobody read."""
        return self._inbox.overrun

    @property
    def unacknowledged(self) -> int:
        """How many QoS 1 messages the broker has not acknowledged."""
        return len(self._outbox)

    @property
    def receiver_missing(self) -> bool:
        """Whether, as far as we heard, nobody is there to receive what is promised."""
        return self._outbox.kept

    async def wait_connected(self, timeout_s: float) -> None:
        """Wait for a connection; raise ``TimeoutError`` with the reason of its absence."""
        try:
            await asyncio.wait_for(self._up.wait(), timeout_s)
        except TimeoutError:
            place = f"{self._address.host}:{self._address.port}"
            raise TimeoutError(f"no broker at {place}: {self.error or 'no answer'}") from None

    def send(self, out: Outgoing) -> None:
        """Publish ``out``, now or when there is a connection again."""
        if reason := fault(out):
            self._dropped += 1
            _LOG.warning("%s: message on %.100r not sent: %s", self.client_id, out.topic, reason)
            return
        if out.retain:
            self._remember(out)
        if out.qos:
            self._outbox.add(out, self._clock.monotonic())
            self._pump()
        elif self._connection is not None and self._connection.behind < MAX_BEHIND:
            self._connection.write(out)
        elif not out.retain:
            self._dropped += 1

    def vanish(self) -> None:
        """Lose the connection without good-bye, as a device out of reach does: the broker tells its will."""
        self._present.clear()
        if self._connection is not None:
            self._connection.cut()

    def come_back(self) -> None:
        """Connect again after ``vanish``; what is promised was kept."""
        self._present.set()

    def messages(self) -> AsyncIterator[Incoming]:
        """Return what comes, in order, until the link is closed; for one reader at a time."""
        return self._inbox.read()

    def acknowledge(self, message: Incoming) -> None:
        """Acknowledge a QoS 1 message; of a former connection it does nothing, it comes again."""
        if self._receiving is not None and message.qos and message.connection == self._number:
            self._receiving.acknowledge(message.mid)

    async def request(self, topic: str, payload: bytes, reply_topic: str, timeout_s: float) -> bytes:
        """Publish a request and return its reply's payload; raise ``TimeoutError`` without one."""
        correlation = uuid.uuid4().bytes
        reply: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._replies[reply_topic, correlation] = reply
        try:
            async with asyncio.timeout(timeout_s):
                if reply_topic not in self._filters:
                    await self.subscribe(reply_topic, 1)
                self.send(Outgoing(topic, payload, 1, False, ceil(timeout_s), reply_topic, correlation))  # noqa: FBT003
                return await reply
        finally:
            del self._replies[reply_topic, correlation]

    async def subscribe(self, filter_: str, qos: int) -> None:
        """Subscribe now and at each connection."""
        self._filters[filter_] = qos
        if self._connection is not None:
            with suppress(aiomqtt.MqttError):
                await self._subscribe(self._connection, [(filter_, qos)])

    async def unsubscribe(self, filter_: str) -> None:
        """Unsubscribe."""
        self._filters.pop(filter_, None)
        if self._connection is not None:
            with suppress(aiomqtt.MqttError):
                await self._connection.unsubscribe(filter_)

    def _remember(self, out: Outgoing) -> None:
        if out.payload:
            self._retained[out.topic] = out
        else:
            self._retained.pop(out.topic, None)

    def _pump(self) -> None:
        connection = self._connection
        if connection is None:
            return
        now_s = self._clock.monotonic()
        mid = self._free_mid(connection)
        while (out := self._outbox.next(now_s, mid)) is not None:
            connection.write(out, mid)
            mid = self._free_mid(connection)

    def _free_mid(self, connection: Connection) -> int:
        while (mid := connection.next_mid()) in self._outbox:
            pass
        return mid

    def _acknowledged(self, mid: int, reason: int) -> None:
        if reason >= REFUSED and (out := self._outbox.flying(mid)):
            self.refused += 1
            _LOG.warning("%s: the broker refuses a message on %s (0x%x)", self.client_id, out.topic, reason)
        self._outbox.acknowledged(mid, self._clock.monotonic())
        self._pump()
        if not len(self._outbox):
            self._emptied.set()

    def _received(self, message: Incoming) -> None:
        if message.topic == self._until_heard:
            self._acknowledge_own(message)
            self._heard(message)
            return
        if message.topic == self._standing.topic:
            said = self._retained.get(message.topic)
            if said is not None and self._standing.denied(message, said):
                self.send(said)
            if not self._standing.hears:
                self._acknowledge_own(message)
                return
        # The topic is part of the key: who listens widely hears its own request, correlation and all.
        if message.correlation and (reply := self._replies.get((message.topic, message.correlation))):
            if not reply.done():
                reply.set_result(message.payload)
            self._acknowledge_own(message)
        else:
            self._inbox.put(message)

    def _acknowledge_own(self, message: Incoming) -> None:
        if self._manual_ack:
            self.acknowledge(message)

    def _heard(self, message: Incoming) -> None:
        """Learn that the receiver is there, or went."""
        there = GONE not in message.payload
        if there and self._outbox.kept:
            self._outbox.repeat(self._clock.monotonic())
        self._outbox.held, self._outbox.kept = False, not there
        self._pump()

    def _wait_no_longer(self, number: int) -> None:
        """Send what is held, and keep it too, for there may be no receiver."""
        if self._outbox.held and number == self._number:
            self._outbox.held, self._outbox.kept = False, True
            self._pump()

    async def _run(self) -> None:
        pause_s = _FIRST_PAUSE_S
        while not self._closing:  # asyncio.wait_for of Python 3.11 can swallow a cancellation
            await self._present.wait()
            since_s = self._clock.monotonic()
            try:
                await self._live()
            except aiomqtt.MqttError as error:
                self._trouble(str(error))
            except (OSError, ValueError) as error:  # certificates that cannot be read, names not found
                self._trouble(f"{type(error).__name__}: {error}")
            self._up.clear()
            if self._clock.monotonic() - since_s > _LONGEST_PAUSE_S:
                pause_s = _FIRST_PAUSE_S  # else two clients of one name would throw each other out all day
            await self._clock.sleep(pause_s)
            pause_s = min(_LONGEST_PAUSE_S, 2 * pause_s)

    def _trouble(self, error: str) -> None:
        if error != self.error:
            place = self._address.host, self._address.port
            news = _troubles.is_news(*place, error, self._clock.monotonic())
            _LOG.log(logging.INFO if news else logging.DEBUG, "%s: %s", self.client_id, error)
        self.error = error

    async def _live(self) -> None:
        """Live through one connection; its end is an ``aiomqtt.MqttError``."""
        number = next(_numbers)
        connection = Connection(
            self._client(), number, self._received, self._acknowledged, manual_ack=self._manual_ack
        )
        self._number, self._receiving = number, connection
        self._outbox.held = self._until_heard is not None
        async with connection:
            ended = asyncio.create_task(connection.ended())
            try:
                if not self._closing:
                    await self._first_steps(connection, ended)
                    await ended
            finally:
                self._connection = None
                self._outbox.disconnected(self._clock.monotonic())
                ended.cancel()
                with suppress(aiomqtt.MqttError, asyncio.CancelledError):
                    await ended

    def _client(self) -> aiomqtt.Client:
        return client_of(self._address, self.client_id, self._will, self._session_s, _PATIENCE_S)

    async def _first_steps(self, connection: Connection, ended: asyncio.Task[None]) -> None:
        if self._filters:
            subscribing = asyncio.create_task(self._subscribe(connection, list(self._filters.items())))
            try:
                await asyncio.wait((subscribing, ended), return_when=asyncio.FIRST_COMPLETED)
            finally:
                subscribing.cancel()
            if ended.done():
                return
            subscribing.result()
        self._connection = connection
        self.error = None
        _troubles.over(self._address.host, self._address.port)
        self._outbox.limit(connection.receive_maximum)
        self._restate(connection)
        self._pump()
        asyncio.get_running_loop().call_later(_LONGEST_HOLD_S, self._wait_no_longer, connection.number)
        for call in self.on_connected:
            call()
        self._up.set()

    async def _subscribe(self, connection: Connection, filters: list[tuple[str, int]]) -> None:
        for refused in await connection.subscribe(filters):
            if refused == self._standing.topic:
                continue  # a device may have no right to read; then nobody corrects its will
            _LOG.warning("%s: the broker refuses the subscription to %s", self.client_id, refused)

    def _restate(self, connection: Connection) -> None:
        pending = self._outbox.retained_topics()
        again = [out for topic, out in self._retained.items() if topic not in pending]
        self._outbox.put_before([out for out in again if out.qos], self._clock.monotonic())
        for out in again:
            if not out.qos:
                connection.write(out)
