"""One MQTT 5 connection: aiomqtt connects and subscribes, and we publish and read past its queues.

aiomqtt 2.5 spends about 80 µs of asyncio on each published message and 20 on each received one
(measured), and paho 30 on the properties of each; a ward has 320 connections. So both keep what
they are good at (CONNECT, SUBSCRIBE, keep-alive, TLS, DISCONNECT), and messages and their
acknowledgements pass them by, many in one write and one read. This is the only module that knows
the insides of either, hence its exemption from the rule on private names in pyproject.toml.
"""

import asyncio
import contextlib
import logging
import socket
import ssl
from collections.abc import Callable
from typing import Any, Final, Self

import aiomqtt
from paho.mqtt import client as paho
from paho.mqtt.enums import MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from broker.address import Address
from broker.packets import (
    PUBACK,
    PUBLISH,
    Incoming,
    Outgoing,
    parse_puback,
    parse_publish,
    puback,
    publish,
    split,
)
from broker.receipts import Receipts

MAX_BEHIND: Final = 4 << 20
"""Bytes that may wait for a slow broker before QoS 0 messages are dropped."""

_BLOCK: Final = 1 << 16
"""Bytes read before the other connections of the process have their turn."""

_SILENT: Final = logging.getLogger(f"{__name__}.paho")
_SILENT.setLevel(logging.CRITICAL)  # it tells each broken socket of each connection; we tell it once
_NODELAY: Final = (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
_RECEIVE_MAXIMUM: Final = 65535


class Connection:
    """One connection from CONNECT to its end; not used again after that.

    ``received`` gets each message, ``acknowledged`` the packet id and reason code of each PUBACK.
    """

    def __init__(
        self,
        client: aiomqtt.Client,
        number: int,
        received: Callable[[Incoming], None],
        acknowledged: Callable[[int, int], None],
        *,
        manual_ack: bool = False,
    ) -> None:
        self.receive_maximum = _RECEIVE_MAXIMUM
        self._client = client
        self._paho: paho.Client = client._client
        self._loop = asyncio.get_running_loop()
        self.number = number
        self._received = received
        self._acknowledged = acknowledged
        self._manual_ack = manual_ack
        self._receipts = Receipts()
        self._in, self._out = bytearray(), bytearray()
        self._flushing = self._writer = False
        self._writing = 0
        self._paho.on_connect = self._on_connect
        self._paho.on_socket_open = self._on_socket_open
        self._paho.on_socket_register_write = self._want_to_write_from_thread
        self._paho.on_socket_unregister_write = self._stop_writing

    async def __aenter__(self) -> Self:
        """Connect; raise ``aiomqtt.MqttError`` when that fails."""
        try:
            await self._client.__aenter__()
        except BaseException:
            self._paho._sock_close()  # aiomqtt leaves it open when the broker does not answer
            raise
        self._paho.on_socket_register_write = self._want_to_write  # no other thread from here on
        return self

    async def __aexit__(self, *exception: object) -> None:
        """Disconnect politely where that is still possible."""
        self._flush()
        with contextlib.suppress(aiomqtt.MqttError):
            await self._client.__aexit__(None, None, None)

    def cut(self) -> None:
        """Close the socket without DISCONNECT, so that the broker publishes the last will."""
        self._paho._loop_rc_handle(MQTTErrorCode.MQTT_ERR_CONN_LOST)

    async def ended(self) -> None:
        """Wait for the end of the connection, then raise ``aiomqtt.MqttError`` with its cause."""
        async for _ in self._client.messages:  # nothing comes this way: _read takes it
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
        return len(self._out) + (self._writing if self._paho.want_write() else 0)

    def next_mid(self) -> int:
        """Return the next packet id; paho's SUBSCRIBE packets take from the same."""
        return self._paho._mid_generate()

    def write(self, out: Outgoing, mid: int = 0) -> None:
        """Send ``out`` with the next batch; at QoS 1 ``mid`` comes back through ``acknowledged``."""
        self._put(publish(out, mid))

    def acknowledge(self, mid: int) -> None:
        """Acknowledge a received message, as soon as those before it are."""
        for ready in self._receipts.done(mid):
            self._put(puback(ready))

    def _put(self, packet: bytes) -> None:
        self._out += packet
        if not self._flushing:
            self._flushing = True
            self._loop.call_soon(self._flush)

    def _flush(self) -> None:
        self._flushing = False
        if self._out and not self._paho.want_write():
            packet, self._out = self._out, bytearray()
            self._writing = len(packet)
            self._paho._out_packet.append({
                "command": 0, "mid": 0, "qos": 1, "pos": 0,
                "to_process": len(packet), "packet": packet, "info": None,
            })  # fmt: skip
        self._write()

    def _want_to_write_from_thread(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._write)

    def _want_to_write(self, *_: object) -> None:
        self._loop.call_soon(self._write)

    def _write(self) -> None:
        self._paho.loop_write()
        sock = self._paho.socket()
        if sock is None:  # there is none, or the write has found the connection lost
            return
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
        """Take what is there, many packets at once; what is not a message is paho's."""
        sock = self._paho.socket()
        if sock is None:
            return
        try:
            while data := sock.recv(_BLOCK):
                self._in += data
                self._paho._last_bytes_received = self._loop.time()  # or it would ping at each keepalive
                for first, body in split(self._in):
                    self._handle(first, body)
                # What TLS has decrypted already does not wake the loop again.
                if not isinstance(sock, ssl.SSLSocket) or not sock.pending():
                    return
            self._paho._loop_rc_handle(MQTTErrorCode.MQTT_ERR_CONN_LOST)
        except (BlockingIOError, ssl.SSLWantReadError):
            return
        except OSError:
            self._paho._loop_rc_handle(MQTTErrorCode.MQTT_ERR_CONN_LOST)
        except ValueError:
            self._paho._loop_rc_handle(MQTTErrorCode.MQTT_ERR_PROTOCOL)

    def _handle(self, first: int, body: bytes) -> None:
        kind = first & 0xF0
        if kind == PUBLISH:
            message = parse_publish(first, body, self.number)
            if message.qos and self._manual_ack:
                self._receipts.received(message.mid)
            elif message.qos:
                self._put(puback(message.mid))
            self._received(message)
        elif kind == PUBACK:
            self._acknowledged(*parse_puback(body))
        else:
            self._paho._in_packet = {
                "command": first, "have_remaining": 1, "remaining_count": [], "remaining_mult": 1,
                "remaining_length": len(body), "packet": bytearray(body), "to_process": 0, "pos": 0,
            }  # fmt: skip
            self._paho._packet_handle()

    def _on_socket_open(self, _client: paho.Client, _data: object, sock: Any) -> None:  # noqa: ANN401
        """Read in aiomqtt's place, and before CONNACK: a session's messages follow it at once."""
        self._loop.call_soon_threadsafe(self._begin, sock)

    def _begin(self, sock: Any) -> None:  # noqa: ANN401
        if sock.fileno() < 0:  # closed meanwhile, since the broker has gone; its number may be another's now
            return
        self._loop.add_reader(sock.fileno(), self._read)
        self._client._misc_task = self._loop.create_task(self._client._misc_loop())

    def _on_connect(self, *arguments: Any) -> None:  # noqa: ANN401
        properties = arguments[-1]
        self.receive_maximum = getattr(properties, "ReceiveMaximum", _RECEIVE_MAXIMUM)
        self._client._on_connect(*arguments)


def client_of(
    address: Address, client_id: str, will: Outgoing | None, session_s: int, patience_s: float
) -> aiomqtt.Client:
    """Return a client that is not connected yet; its session lives on for ``session_s`` after its end."""
    return aiomqtt.Client(
        address.host,
        address.port,
        username=address.user,
        password=address.password,
        identifier=client_id,
        protocol=aiomqtt.ProtocolVersion.V5,
        will=_will_of(will),
        timeout=patience_s,
        keepalive=15,
        clean_start=False if session_s else paho.MQTT_CLEAN_START_FIRST_ONLY,
        properties=_connect_properties(session_s),
        tls_params=address.tls,
        socket_options=[_NODELAY],
        logger=_SILENT,
    )


def _connect_properties(session_s: int) -> Properties:
    """Return the properties of CONNECT: how much we take, and for how long a session lives on."""
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call] # paho is half typed
    properties.ReceiveMaximum = _RECEIVE_MAXIMUM
    if session_s:
        properties.SessionExpiryInterval = session_s
    return properties


def _will_of(out: Outgoing | None) -> aiomqtt.Will | None:
    """Return the last will of ``out``."""
    if out is None:
        return None
    properties = Properties(PacketTypes.WILLMESSAGE)  # type: ignore[no-untyped-call] # paho is half typed
    if out.expiry_s is not None:
        properties.MessageExpiryInterval = out.expiry_s
    return aiomqtt.Will(out.topic, out.payload, out.qos, out.retain, properties)


def _value(code: Any) -> int:  # noqa: ANN401
    return int(getattr(code, "value", code))
