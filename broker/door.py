"""The door for MQTT 3.1.1 clients to a broker that speaks MQTT 5 only.

rumqttd 0.20, the embedded broker's engine, has a port for 3.1.1. But the first message with an
MQTT 5 property (an expiry, a response topic) that it has to deliver there ends it for everybody:
"unreachable code … packets with Properties", and no sensor can connect any more. So sensors come in
here, where each packet is translated; an MQTT 5 client passes as it is. Layouts: OASIS, MQTT 3.1.1
and MQTT 5.0, section 3 of both.
"""

import asyncio
import contextlib
import socket
from collections.abc import Callable
from functools import partial
from typing import Final, cast

from broker.packets import packet, split, string_at

MQTT5: Final = 5
LARGEST: Final = 1 << 21
"""Bytes of a packet; twice what the broker takes."""

CONNECT, CONNACK, PUBLISH, DISCONNECT, AUTH = 0x10, 0x20, 0x30, 0xE0, 0xF0
PUBACK, PUBREC, PUBREL, PUBCOMP = 0x40, 0x50, 0x60, 0x70
SUBSCRIBE, SUBACK, UNSUBSCRIBE, UNSUBACK = 0x80, 0x90, 0xA0, 0xB0

_CLEAN, _WILL = 0x02, 0x04
_DAY: Final = b"\x05\x11" + (86_400).to_bytes(4)
"""The property that keeps a session for a day, instead of 3.1.1's for ever."""
_RETURN_CODES: Final = {0: 0, 0x84: 1, 0x85: 2, 0x88: 3, 0x86: 4, 0x87: 5}
"""MQTT 5 reason codes of CONNACK to return codes of 3.1.1; anything else is 3, unavailable."""

Translation = Callable[[int, bytes], bytes]


def spoken_level(said: bytes | bytearray) -> int | None:
    """Return the protocol level that a client's first bytes name, ``None`` while they are too few.

    Raises ``ValueError`` when they are no CONNECT.
    """
    head = next(split(bytearray(said)), None)
    if (said and said[0] != CONNECT) or len(said) > LARGEST:
        raise ValueError("not MQTT")
    if head is None:
        return None
    name, at = string_at(head[1], 0)
    if name not in {b"MQTT", b"MQIsdp"} or at >= len(head[1]):
        raise ValueError("not MQTT")
    return head[1][at]


def up(first: int, body: bytes) -> bytes:
    """Turn a packet of a 3.1.1 client into one of MQTT 5. Raises ``ValueError``."""
    kind = first & 0xF0
    if kind == CONNECT:
        return packet(first, _connect(body))
    if kind == PUBLISH:
        at = _behind_head(first, body)
        return packet(first, body[:at] + b"\0" + body[at:])
    if kind in {SUBSCRIBE, UNSUBSCRIBE}:
        return packet(first, body[:2] + b"\0" + body[2:])
    return packet(first, body)


def _connect(body: bytes) -> bytes:
    at = string_at(body, 0)[1]  # behind it: level, flags, keep-alive (2)
    flags = body[at + 1]
    properties = b"\0" if flags & _CLEAN else _DAY
    behind = string_at(body, at + 4)[1]
    will = b"\0" if flags & _WILL else b""
    return b"".join((
        b"\0\4MQTT\5", body[at + 1 : at + 4], properties, body[at + 4 : behind], will, body[behind:],
    ))  # fmt: skip


def down(first: int, body: bytes) -> bytes:
    """Turn a packet of an MQTT 5 broker into one for a 3.1.1 client, nothing if there is none."""
    kind = first & 0xF0
    if kind == CONNACK:
        return packet(first, bytes((body[0], _RETURN_CODES.get(body[1], 3))))
    if kind == PUBLISH:
        at = _behind_head(first, body)
        return packet(first, body[:at] + body[_behind_properties(body, at) :])
    if kind == SUBACK:
        codes = bytes(min(code, 0x80) for code in body[_behind_properties(body, 2) :])
        return packet(first, body[:2] + codes)
    if kind in {PUBACK, PUBREC, PUBREL, PUBCOMP, UNSUBACK}:
        return packet(first, body[:2])
    return b"" if kind in {DISCONNECT, AUTH} else packet(first, body)


def _behind_head(first: int, body: bytes) -> int:
    """Return the place behind topic and packet id of a PUBLISH."""
    return string_at(body, 0)[1] + (2 if first & 0x06 else 0)


def _behind_properties(body: bytes, at: int) -> int:
    size = shift = 0
    while at < len(body):
        byte, at = body[at], at + 1
        size |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:  # noqa: PLR2004 -- seven bits a byte, the eighth says that more follow
            return at + size
    raise ValueError("malformed packet")


class _End(asyncio.Protocol):
    """One end of a passage; what comes in goes out at the ``other``, translated."""

    def __init__(self, translate: Translation | None) -> None:
        self.translate = translate
        self.other: _End | None = None
        self.transport: asyncio.Transport | None = None
        self._buffer = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        sock = transport.get_extra_info("socket")
        if sock is not None:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def join(self, other: "_End") -> None:
        """Become one passage with ``other``."""
        self.other, other.other = other, self

    def data_received(self, data: bytes) -> None:
        if self.other is None or self.other.transport is None:
            self._buffer += data
        elif self.translate is None:
            self.other.transport.write(data)
        else:
            self._buffer += data
            self._forward(self.other.transport, self.translate)

    def _forward(self, out: asyncio.Transport, translate: Translation) -> None:
        try:
            for first, body in split(self._buffer):
                out.write(translate(first, body))
                if first & 0xF0 == DISCONNECT:
                    out.close()
        except (ValueError, IndexError):
            self.close()
        if len(self._buffer) > LARGEST:
            self.close()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 -- asyncio's signature
        if self.other is not None and self.other.transport is not None:
            self.other.transport.close()

    def close(self) -> None:
        """End the passage."""
        for end in (self, self.other):
            if end is not None and end.transport is not None:
                end.transport.close()

    def pause_writing(self) -> None:
        if self.other is not None and self.other.transport is not None:
            self.other.transport.pause_reading()

    def resume_writing(self) -> None:
        if self.other is not None and self.other.transport is not None:
            self.other.transport.resume_reading()


class _Visitor(_End):
    """A client at the door; its first packet says which language it speaks."""

    def __init__(self, open_inner: Callable[["_Visitor", Translation | None], None]) -> None:
        super().__init__(up)
        self._open_inner = open_inner
        self._known = False

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._known:
            return
        try:
            spoken = spoken_level(self._buffer)
        except ValueError:
            self.close()
            return
        if spoken is None:
            return
        old = spoken < MQTT5
        self._known = True
        self.translate = up if old else None
        if self.transport is not None:
            self.transport.pause_reading()
        self._open_inner(self, down if old else None)

    def enter(self, inner: _End) -> None:
        """Go in: hand over what was said at the door."""
        self.join(inner)
        if self.transport is None or self.transport.is_closing() or inner.transport is None:
            self.close()
            return
        said, self._buffer = bytes(self._buffer), bytearray()
        self.data_received(said)
        self.transport.resume_reading()


async def serve(host: str, port: int, inner_port: int) -> asyncio.Server:
    """Open the door on ``port``; behind it the broker listens on ``inner_port`` of the same host."""
    loop = asyncio.get_running_loop()
    entering: set[asyncio.Task[None]] = set()

    async def enter(visitor: _Visitor, translate: Translation | None) -> None:
        try:
            _, inner = await loop.create_connection(partial(_End, translate), host, inner_port)
        except OSError:
            visitor.close()
        else:
            visitor.enter(inner)

    def open_inner(visitor: _Visitor, translate: Translation | None) -> None:
        task = loop.create_task(enter(visitor, translate))
        entering.add(task)
        task.add_done_callback(entering.discard)

    return await loop.create_server(partial(_Visitor, open_inner), host, port, backlog=1024)


async def wait_for(host: str, port: int) -> None:
    """Wait until something listens on ``port``."""
    while True:
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection(host, port)
            writer.close()
            return
        await asyncio.sleep(0.005)
