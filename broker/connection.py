"""One MQTT 5 connection: aiomqtt connects and subscribes, and we publish and read past its queues.

aiomqtt 2.5 spends about 80 µs of asyncio on each published message and 20 on each received one
(measured); a ward has 320 connections. So this module hands ready packets to the paho client
underneath, many in one write, and takes messages from paho's callbacks. It is the only module that
knows the insides of either, hence its exemption from the rule on private names in pyproject.toml.
"""

import asyncio
import contextlib
import socket
from collections.abc import Callable
from typing import Any, Final, Self

import aiomqtt
from paho.mqtt import client as paho
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from broker.packets import Incoming, Outgoing, publish

MAX_BEHIND: Final = 4 << 20
"""Bytes that may wait for a slow broker before QoS 0 messages are dropped."""

_PACKETS_A_TURN: Final = 200
"""How many packets are read before the other connections of the process have their turn."""

_NODELAY: Final = (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
_RECEIVE_MAXIMUM: Final = 65535

_AWAITED: Final = paho.MQTTMessage()
"""Stands in paho's table for each message we wait to be acknowledged; paho tells us, and forgets it."""


class Connection:
    """One connection from CONNECT to its end; not used again after that."""

    def __init__(
        self,
        client: aiomqtt.Client,
        number: int,
        received: Callable[[Incoming], None],
        acknowledged: Callable[[int], None],
        *,
        manual_ack: bool = False,
    ) -> None:
        self.receive_maximum = _RECEIVE_MAXIMUM
        self._client = client
        self._paho: paho.Client = client._client
        self._loop = asyncio.get_running_loop()
        self._number = number
        self._received = received
        self._acknowledged = acknowledged
        self._out = bytearray()
        self._flushing = self._writer = False
        self._turns = 0
        self._paho.on_connect = self._on_connect
        self._paho.on_message = self._on_message
        self._paho.on_publish = self._on_publish
        self._paho.manual_ack_set(manual_ack)
        self._paho.max_inflight_messages_set(0)  # the outbox keeps the window

    async def __aenter__(self) -> Self:
        """Connect; raise ``aiomqtt.MqttError`` when that fails."""
        await self._client.__aenter__()
        sock = self._paho.socket()
        if sock is not None:
            self._paho.on_socket_register_write = lambda *_: self._schedule()
            self._paho.on_socket_unregister_write = self._stop_writing
            self._loop.add_reader(sock.fileno(), self._read)
        return self

    async def __aexit__(self, *exception: object) -> None:
        """Disconnect politely where that is still possible."""
        self._flush()
        with contextlib.suppress(aiomqtt.MqttError):
            await self._client.__aexit__(None, None, None)

    async def ended(self) -> None:
        """Wait for the end of the connection, then raise ``aiomqtt.MqttError`` with its cause."""
        async for _ in self._client.messages:  # nothing comes this way: _on_message takes it
            pass

    async def subscribe(self, filters: list[tuple[str, int]]) -> list[str]:
        """Subscribe; return the filters that were refused. Raises ``aiomqtt.MqttError``."""
        codes = await self._client.subscribe([(f, SubscribeOptions(qos=qos)) for f, qos in filters])
        return [f for (f, _), code in zip(filters, codes, strict=False) if int(_value(code)) >= 0x80]  # noqa: PLR2004

    async def unsubscribe(self, filter_: str) -> None:
        """Unsubscribe. Raises ``aiomqtt.MqttError``."""
        await self._client.unsubscribe(filter_)

    @property
    def behind(self) -> int:
        """How many bytes wait to be written."""
        return len(self._out)

    def next_mid(self) -> int:
        """Return a free packet id, shared with paho's SUBSCRIBE packets."""
        while (mid := self._paho._mid_generate()) in self._paho._out_messages:
            pass
        return mid

    def write(self, out: Outgoing, mid: int = 0) -> None:
        """Send ``out`` with the next batch; at QoS 1 ``mid`` comes back through ``acknowledged``."""
        if mid:
            self._paho._out_messages[mid] = _AWAITED
        self._out += publish(out, mid)
        if not self._flushing:
            self._flushing = True
            self._loop.call_soon(self._flush)

    def acknowledge(self, mid: int) -> None:
        """Acknowledge a received message."""
        self._paho.ack(mid, 1)

    def _flush(self) -> None:
        self._flushing = False
        if self._out and not self._paho.want_write():
            packet, self._out = self._out, bytearray()
            self._paho._out_packet.append({
                "command": 0, "mid": 0, "qos": 1, "pos": 0,
                "to_process": len(packet), "packet": packet, "info": None,
            })  # fmt: skip
        self._write()

    def _schedule(self) -> None:
        self._loop.call_soon(self._write)

    def _write(self) -> None:
        sock = self._paho.socket()
        if sock is None:
            return
        self._paho.loop_write()
        if self._paho.want_write():
            if not self._writer:
                self._writer = True
                self._loop.add_writer(sock.fileno(), self._write)
        elif self._out:
            self._flush()

    def _stop_writing(self, _client: paho.Client, _data: object, sock: Any) -> None:  # noqa: ANN401
        if self._writer:
            self._writer = False
            self._loop.remove_writer(sock.fileno())

    def _read(self) -> None:
        """Read what is there, since a wake-up of the loop costs more than a packet."""
        try:
            for _ in range(_PACKETS_A_TURN):
                before, sock = self._turns, self._paho.socket()
                if sock is None:
                    return
                self._paho.loop_read()
                pending = getattr(sock, "pending", None)
                if self._turns == before and not (pending and pending()):
                    return
        except Exception as error:  # noqa: BLE001 -- what paho cannot parse ends the connection, as in aiomqtt
            if not self._client._disconnected.done():
                self._client._disconnected.set_exception(error)

    def _on_connect(self, *arguments: Any) -> None:  # noqa: ANN401
        properties = arguments[-1]
        self.receive_maximum = getattr(properties, "ReceiveMaximum", _RECEIVE_MAXIMUM)
        self._client._on_connect(*arguments)

    def _on_publish(self, _client: paho.Client, _data: object, mid: int, *_rest: object) -> None:
        self._turns += 1
        self._acknowledged(mid)

    def _on_message(self, _client: paho.Client, _data: object, message: paho.MQTTMessage) -> None:
        self._turns += 1
        properties = message.properties
        try:
            topic = message.topic
        except UnicodeDecodeError:
            return
        self._received(
            Incoming(
                topic,
                bytes(message.payload),
                message.retain,
                getattr(properties, "ResponseTopic", None),
                getattr(properties, "CorrelationData", None),
                message.qos,
                message.mid,
                self._number,
            )
        )


def connect_properties(session_s: int) -> Properties:
    """Return the properties of CONNECT: how much we take, and for how long a session lives on."""
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call] # paho is half typed
    properties.ReceiveMaximum = _RECEIVE_MAXIMUM
    if session_s:
        properties.SessionExpiryInterval = session_s
    return properties


def will_of(out: Outgoing | None) -> aiomqtt.Will | None:
    """Return the last will of ``out``."""
    if out is None:
        return None
    properties = Properties(PacketTypes.WILLMESSAGE)  # type: ignore[no-untyped-call] # paho is half typed
    if out.expiry_s is not None:
        properties.MessageExpiryInterval = out.expiry_s
    return aiomqtt.Will(out.topic, out.payload, out.qos, out.retain, properties)


def nodelay() -> list[tuple[int, int, int]]:
    """Return the socket options of every connection: small packets go at once."""
    return [_NODELAY]


def _value(code: Any) -> int:  # noqa: ANN401
    return int(getattr(code, "value", code))
