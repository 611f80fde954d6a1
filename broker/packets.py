"""Messages as the client gives and gets them, and the bytes of MQTT 5 packets that carry them.

Layout: OASIS, MQTT Version 5.0, sections 2.1 (fixed header), 2.2.2 (properties), 3.3 (PUBLISH) and
3.4 (PUBACK). Only what the hot path needs; the rest is paho's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from struct import Struct
from typing import Final

MAX_PAYLOAD: Final = 1_000_000
"""Greatest payload in bytes; the embedded broker takes packets up to 1 MiB."""

PUBLISH: Final = 0x30
PUBACK: Final = 0x40
REFUSED: Final = 0x80
"""Reason codes from here on say that the broker did not do what was asked."""

_EXPIRY_ID, _RESPONSE_ID, _CORRELATION_ID = 2, 8, 9
_BYTES_OF: Final = {1: 1, 2: 4, 35: 2}
"""Properties of PUBLISH with a fixed length: payload format, expiry, topic alias."""
_SUBSCRIPTION_ID: Final = 11
_USER_PROPERTY: Final = 38
_CONTENT_TYPE: Final = 3
_LONGEST: Final = 4
"""A length is written in at most so many bytes of seven bits each."""

_U16: Final = Struct("!H").pack
_EXPIRY: Final = Struct("!BI").pack  # property 2, seconds
_TAGGED: Final = Struct("!BH").pack  # a property with a length


@dataclass(slots=True, unsafe_hash=True)  # frozen, each would take 1 µs longer to make
class Outgoing:
    """A message to publish, and not to change; the broker may deliver it for ``expiry_s``."""

    topic: str
    payload: bytes
    qos: int = 0
    retain: bool = False
    expiry_s: int | None = None
    response_topic: str | None = None
    correlation: bytes | None = None


@dataclass(slots=True, unsafe_hash=True)  # likewise
class Incoming:
    """A message that came; ``mid`` and ``connection`` say what an acknowledgement must name."""

    topic: str
    payload: bytes
    retain: bool
    response_topic: str | None
    correlation: bytes | None
    qos: int = 0
    mid: int = 0
    connection: int = 0


def fault(out: Outgoing) -> str | None:
    """Say why ``out`` cannot be published, ``None`` if it can."""
    if not out.topic or "+" in out.topic or "#" in out.topic or len(out.topic) > 1000:  # noqa: PLR2004
        return "not a topic to publish on"
    if out.qos not in {0, 1}:
        return "QoS must be 0 or 1"
    if len(out.payload) > MAX_PAYLOAD:
        return f"payload of {len(out.payload)} bytes is above {MAX_PAYLOAD}"
    return None


def publish(out: Outgoing, mid: int = 0) -> bytes:
    """Return ``out`` as a PUBLISH packet; ``mid`` is its packet id at QoS 1."""
    topic = out.topic.encode()
    properties = _properties(out)
    head = b"".join(
        (
            _U16(len(topic)),
            topic,
            _U16(mid) if out.qos else b"",
            _length(len(properties)),
            properties,
        )
    )
    return packet(PUBLISH | out.qos << 1 | out.retain, head + out.payload)


def packet(first: int, body: bytes) -> bytes:
    """Return a packet of any kind: its first byte, its length and its rest."""
    return b"".join((bytes((first,)), _length(len(body)), body))


def _properties(out: Outgoing) -> bytes:
    parts = b"" if out.expiry_s is None else _EXPIRY(_EXPIRY_ID, out.expiry_s)
    if out.response_topic is not None:
        topic = out.response_topic.encode()
        parts += _TAGGED(_RESPONSE_ID, len(topic)) + topic
    if out.correlation is not None:
        parts += _TAGGED(_CORRELATION_ID, len(out.correlation)) + out.correlation
    return parts


def _length(n: int) -> bytes:
    out = bytearray()
    while n > 0x7F:  # noqa: PLR2004 -- seven bits a byte, the eighth says that more follow
        out.append(n & 0x7F | 0x80)
        n >>= 7
    out.append(n)
    return bytes(out)


def puback(mid: int) -> bytes:
    """Return the acknowledgement of packet ``mid``."""
    return b"\x40\x02" + _U16(mid)


def split(buffer: bytearray) -> Iterator[tuple[int, bytes]]:
    """Yield the whole packets in ``buffer`` as (first byte, rest), and leave what is not whole.

    Raises ``ValueError`` for what cannot be MQTT.
    """
    start, end = 0, len(buffer)
    try:
        while start + 2 <= end:
            size, body = _read_length(buffer, start + 1)
            if body < 0 or body + size > end:
                return
            first, packet, start = buffer[start], bytes(buffer[body : body + size]), body + size
            yield first, packet
    finally:
        del buffer[:start]


def _read_length(data: bytes | bytearray, at: int) -> tuple[int, int]:
    """Return a length and the place behind it, which is -1 when ``data`` ends too early."""
    size = 0
    for i in range(_LONGEST):
        if at + i >= len(data):
            return 0, -1
        byte = data[at + i]
        size |= (byte & 0x7F) << 7 * i
        if byte < 0x80:  # noqa: PLR2004 -- seven bits a byte, the eighth says that more follow
            return size, at + i + 1
    raise ValueError("not MQTT: a length of more than four bytes")


def parse_publish(first: int, body: bytes, connection: int = 0) -> Incoming:
    """Read a PUBLISH packet; raise ``ValueError`` when it is malformed."""
    qos = first >> 1 & 3
    topic, at = string_at(body, 0)
    mid = 0
    if qos:
        mid, at = int.from_bytes(body[at : at + 2]), at + 2
    size, at = _read_length(body, at)
    if at < 0 or at + size > len(body):
        raise ValueError("malformed PUBLISH")
    response, correlation = _read_properties(body[at : at + size]) if size else (None, None)
    retain = bool(first & 1)
    return Incoming(topic.decode(), body[at + size :], retain, response, correlation, qos, mid, connection)


def _read_properties(data: bytes) -> tuple[str | None, bytes | None]:
    """Return response topic and correlation data, whatever else there is."""
    response, correlation, at = None, None, 0
    while at < len(data):
        tag, at = data[at], at + 1
        if tag in _BYTES_OF:
            at += _BYTES_OF[tag]
        elif tag == _RESPONSE_ID:
            text, at = string_at(data, at)
            response = text.decode()
        elif tag == _CORRELATION_ID:
            correlation, at = string_at(data, at)
        elif tag == _SUBSCRIPTION_ID:
            _, at = _read_length(data, at)
        elif tag == _USER_PROPERTY:
            _, at = string_at(data, string_at(data, at)[1])
        elif tag == _CONTENT_TYPE:
            _, at = string_at(data, at)
        else:
            raise ValueError(f"malformed PUBLISH: property {tag}")
        if at < 0:
            raise ValueError("malformed PUBLISH")
    return response, correlation


def string_at(data: bytes, at: int) -> tuple[bytes, int]:
    """Return the string or binary at ``at`` and the place behind it; raise ``ValueError``."""
    end = at + 2 + int.from_bytes(data[at : at + 2])
    if end > len(data) or at + 2 > len(data):
        raise ValueError("malformed PUBLISH")
    return data[at + 2 : end], end


def parse_puback(body: bytes) -> tuple[int, int]:
    """Return the packet id of a PUBACK and its reason code."""
    return int.from_bytes(body[:2]), body[2] if len(body) > 2 else 0  # noqa: PLR2004 -- 3.4.2.1
