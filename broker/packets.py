"""Messages as the client gives and gets them, and the bytes of an MQTT 5 PUBLISH packet.

Layout: OASIS, MQTT Version 5.0, section 3.3 (PUBLISH) and 2.2.2 (properties).
"""

from dataclasses import dataclass
from struct import Struct
from typing import Final

MAX_PAYLOAD: Final = 1_000_000
"""Greatest payload in bytes; the embedded broker takes packets up to 1 MiB."""

_U16: Final = Struct("!H").pack
_EXPIRY: Final = Struct("!BI").pack  # property 2, seconds
_TAGGED: Final = Struct("!BH").pack  # a property with a length


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to publish; ``expiry_s`` is for how long the broker may still deliver it."""

    topic: str
    payload: bytes
    qos: int = 0
    retain: bool = False
    expiry_s: int | None = None
    response_topic: str | None = None
    correlation: bytes | None = None


@dataclass(frozen=True, slots=True)
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
    first = 0x30 | out.qos << 1 | out.retain
    return b"".join((bytes((first,)), _length(len(head) + len(out.payload)), head, out.payload))


def _properties(out: Outgoing) -> bytes:
    parts = b"" if out.expiry_s is None else _EXPIRY(2, out.expiry_s)
    if out.response_topic is not None:
        topic = out.response_topic.encode()
        parts += _TAGGED(8, len(topic)) + topic
    if out.correlation is not None:
        parts += _TAGGED(9, len(out.correlation)) + out.correlation
    return parts


def _length(n: int) -> bytes:
    if n < 0x80:  # noqa: PLR2004 -- seven bits a byte, MQTT 5 section 1.5.5
        return bytes((n,))
    out = bytearray()
    while n > 0x7F:  # noqa: PLR2004
        out.append(n & 0x7F | 0x80)
        n >>= 7
    out.append(n)
    return bytes(out)
