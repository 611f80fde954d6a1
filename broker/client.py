"""One MQTT 5 connection that comes back by itself.

aiomqtt (once called asyncio-mqtt) does not reconnect and keeps nothing; a ``Link`` does both.
"""

import asyncio
import logging
import os
import uuid
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from typing import Final, Self
from urllib.parse import urlsplit

import aiomqtt
from paho.mqtt.client import MQTT_CLEAN_START_FIRST_ONLY

from broker.clock import Clock, SystemClock
from broker.connection import MAX_BEHIND, Connection, connect_properties, nodelay, will_of
from broker.outbox import Outbox
from broker.packets import Incoming, Outgoing, fault

__all__ = ["Address", "Incoming", "Link", "Outgoing"]

_LOG: Final = logging.getLogger(__name__)
_FIRST_PAUSE_S: Final = 0.1
_LONGEST_PAUSE_S: Final = 2.0
_PATIENCE_S: Final = 5.0
"""For how long a broker may leave CONNECT or SUBSCRIBE unanswered."""
_FAREWELL_S: Final = 2.0
"""For how long a closing link waits for acknowledgements."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a broker is, and who we are to it."""

    host: str
    port: int
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: aiomqtt.TLSParameters | None = None

    @classmethod
    def parse(cls, url: str, environ: Mapping[str, str] = os.environ) -> Self:
        """Read ``mqtt://host:port`` or ``mqtts://…``; user and password come from ``environ``.

        Raises ``ValueError`` saying what is wrong; a password in the URL is.
        """
        parts = urlsplit(url if "://" in url else f"mqtt://{url}")
        if parts.scheme not in {"mqtt", "mqtts"} or not parts.hostname:
            raise ValueError(f"a broker's address looks like mqtt://host:port, not {url!r}")
        if parts.username or parts.password:
            raise ValueError("put user and password into TELEWARD_MQTT_USER and TELEWARD_MQTT_PASSWORD")
        secure = parts.scheme == "mqtts"
        ca = environ.get("TELEWARD_MQTT_CA") or None
        return cls(
            parts.hostname,
            parts.port or (8883 if secure else 1883),
            environ.get("TELEWARD_MQTT_USER") or None,
            _password(environ),
            aiomqtt.TLSParameters(ca_certs=ca) if secure else None,
        )


def _password(environ: Mapping[str, str]) -> str | None:
    if path := environ.get("TELEWARD_MQTT_PASSWORD_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").rstrip("\r\n")
        except OSError as error:
            raise ValueError(f"TELEWARD_MQTT_PASSWORD_FILE cannot be read: {error}") from error
    return environ.get("TELEWARD_MQTT_PASSWORD") or None


class Link:
    """A connection to a broker, from ``async with`` to its end, across the broker's absences.

    ``send`` never blocks and never raises. QoS 0 while disconnected is dropped and counted in
    ``dropped``; QoS 1 waits in an outbox of at most ``outbox`` messages until acknowledged, and is
    sent again in order after a reconnection, with what is left of its expiry. Retained messages
    are remembered per topic and published again at each connection, since the embedded broker
    forgets. ``on_connected`` holds callables that run at each connection.

    With ``session_s`` the broker keeps subscriptions and QoS 1 messages for so many seconds of
    absence; with ``manual_ack`` it sends them again until ``acknowledge``. ``inbox`` bounds the
    received QoS 0 messages that nobody took yet; further ones are counted in ``overrun``.
    ``error`` says why there is no connection.
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
        clock: Clock | None = None,
    ) -> None:
        self.client_id = client_id
        self.on_connected: list[Callable[[], None]] = []
        self.overrun = 0
        self.error: str | None = None
        self._address = address
        self._will = will
        self._filters = dict(subscriptions)
        self._outbox = Outbox(outbox)
        self._inbox: deque[Incoming] = deque()
        self._inbox_bound = inbox
        self._session_s = session_s
        self._manual_ack = manual_ack
        self._clock: Clock = clock or SystemClock()
        self._retained: dict[str, Outgoing] = {}
        self._replies: dict[bytes, asyncio.Future[bytes]] = {}
        self._connection: Connection | None = None
        self._number = self._dropped = 0
        self._up = asyncio.Event()
        self._arrived = asyncio.Event()
        self._emptied = asyncio.Event()
        self._closed = False
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
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        self._closed = True
        self._arrived.set()

    @property
    def connected(self) -> bool:
        """Whether messages go out now."""
        return self._connection is not None

    @property
    def dropped(self) -> int:
        """How many messages were given up."""
        return self._dropped + self._outbox.dropped

    @property
    def unacknowledged(self) -> int:
        """How many QoS 1 messages the broker has not acknowledged."""
        return len(self._outbox)

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

    async def messages(self) -> AsyncIterator[Incoming]:
        """Yield what comes, in order, until the link is closed; one reader at a time."""
        while True:
            while self._inbox:
                yield self._inbox.popleft()
            if self._closed:
                return
            self._arrived.clear()
            await self._arrived.wait()

    def acknowledge(self, message: Incoming) -> None:
        """Acknowledge a QoS 1 message; of a former connection it does nothing, it comes again."""
        if self._connection is not None and message.qos and message.connection == self._number:
            self._connection.acknowledge(message.mid)

    async def request(self, topic: str, payload: bytes, reply_topic: str, timeout_s: float) -> bytes:
        """Publish a request and return its reply's payload; raise ``TimeoutError`` without one."""
        correlation = uuid.uuid4().bytes
        reply: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._replies[correlation] = reply
        try:
            async with asyncio.timeout(timeout_s):
                if reply_topic not in self._filters:
                    await self.subscribe(reply_topic, 1)
                self.send(Outgoing(topic, payload, 1, False, ceil(timeout_s), reply_topic, correlation))  # noqa: FBT003
                return await reply
        finally:
            del self._replies[correlation]

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
        while (out := self._outbox.next(now_s)) is not None:
            mid = connection.next_mid()
            self._outbox.sent(mid)
            connection.write(out, mid)

    def _acknowledged(self, mid: int) -> None:
        self._outbox.acknowledged(mid)
        self._pump()
        if not len(self._outbox):
            self._emptied.set()

    def _received(self, message: Incoming) -> None:
        if message.correlation is not None and (reply := self._replies.get(message.correlation)):
            if not reply.done():
                reply.set_result(message.payload)
            if self._manual_ack:
                self.acknowledge(message)
        elif len(self._inbox) < self._inbox_bound or message.qos:
            self._inbox.append(message)
            self._arrived.set()
        else:
            self.overrun += 1

    async def _run(self) -> None:
        pause_s = _FIRST_PAUSE_S
        while True:
            try:
                await self._live()
            except aiomqtt.MqttError as error:
                self._trouble(str(error))
            except (OSError, ValueError) as error:  # certificates that cannot be read, names not found
                self._trouble(f"{type(error).__name__}: {error}")
            if self._up.is_set():
                self._up.clear()
                pause_s = _FIRST_PAUSE_S
            await self._clock.sleep(pause_s)
            pause_s = min(_LONGEST_PAUSE_S, 2 * pause_s)

    def _trouble(self, error: str) -> None:
        if error != self.error:
            _LOG.info("%s: %s", self.client_id, error)
        self.error = error

    async def _live(self) -> None:
        """Live through one connection; its end is an ``aiomqtt.MqttError``."""
        number = self._number + 1
        connection = Connection(
            self._client(), number, self._received, self._acknowledged, manual_ack=self._manual_ack
        )
        async with connection:
            ended = asyncio.create_task(connection.ended())
            try:
                self._number = number
                await self._first_steps(connection, ended)
                await ended
            finally:
                self._connection = None
                self._outbox.disconnected()
                ended.cancel()
                with suppress(aiomqtt.MqttError, asyncio.CancelledError):
                    await ended

    def _client(self) -> aiomqtt.Client:
        return aiomqtt.Client(
            self._address.host,
            self._address.port,
            username=self._address.user,
            password=self._address.password,
            identifier=self.client_id,
            protocol=aiomqtt.ProtocolVersion.V5,
            will=will_of(self._will),
            timeout=_PATIENCE_S,
            keepalive=15,
            clean_start=False if self._session_s else MQTT_CLEAN_START_FIRST_ONLY,
            properties=connect_properties(self._session_s),
            tls_params=self._address.tls,
            socket_options=nodelay(),
        )

    async def _first_steps(self, connection: Connection, ended: asyncio.Task[None]) -> None:
        if self._filters:
            subscribing = asyncio.create_task(self._subscribe(connection, list(self._filters.items())))
            await asyncio.wait((subscribing, ended), return_when=asyncio.FIRST_COMPLETED)
            if not subscribing.done():
                subscribing.cancel()
                return
            subscribing.result()
        self._connection = connection
        self.error = None
        self._outbox.limit(connection.receive_maximum)
        self._restate(connection)
        self._pump()
        for call in self.on_connected:
            call()
        self._up.set()

    async def _subscribe(self, connection: Connection, filters: list[tuple[str, int]]) -> None:
        for refused in await connection.subscribe(filters):
            _LOG.warning("%s: the broker refuses the subscription to %s", self.client_id, refused)

    def _restate(self, connection: Connection) -> None:
        pending = self._outbox.topics()
        again = [out for topic, out in self._retained.items() if topic not in pending]
        self._outbox.put_before([out for out in again if out.qos], self._clock.monotonic())
        for out in again:
            if not out.qos:
                connection.write(out)
