"""Packets as bytes: what is written can be read, however the bytes are cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.packets import MAX_PAYLOAD, Outgoing, fault, parse_puback, parse_publish, puback, publish, split

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="+#\x00"), min_size=1, max_size=40)
MESSAGES = st.builds(
    Outgoing,
    TEXT,
    st.binary(max_size=300),
    st.sampled_from([0, 1]),
    st.booleans(),
    st.none() | st.integers(0, 2**32 - 1),
    st.none() | TEXT,
    st.none() | st.binary(max_size=40),
)


@given(MESSAGES, st.integers(1, 65535))
def test_a_message_survives_its_packet(out: Outgoing, mid: int) -> None:
    """Topic, payload, flags and properties come back as they went."""
    ((first, body),) = split(bytearray(publish(out, mid)))
    got = parse_publish(first, body)
    assert (got.topic, got.payload, got.retain) == (out.topic, out.payload, out.retain)
    assert (got.response_topic, got.correlation) == (out.response_topic, out.correlation)
    assert (got.qos, got.mid) == (out.qos, mid if out.qos else 0)


@given(st.lists(MESSAGES, max_size=6), st.lists(st.integers(1, 200), min_size=1, max_size=50))
def test_how_the_bytes_are_cut_does_not_matter(messages: list[Outgoing], cuts: list[int]) -> None:
    """The same packets come out of any pieces of the stream."""
    packets = [publish(out, 7) for out in messages]
    stream, buffer = b"".join(packets), bytearray()
    got: list[tuple[int, bytes]] = []
    while stream:
        size = cuts[len(got) % len(cuts)]
        buffer, stream = buffer + stream[:size], stream[size:]
        got += list(split(buffer))
    assert got == [next(split(bytearray(packet))) for packet in packets]
    assert not buffer


@given(st.binary(max_size=60), st.integers(0x30, 0x3F))
def test_no_bytes_raise_anything_but_value_errors(body: bytes, first: int) -> None:
    """A malformed message has one kind of exception, whatever is wrong with it."""
    try:
        parse_publish(first, body)
    except ValueError:
        return


@given(st.binary(max_size=60))
def test_a_stream_that_is_not_mqtt_raises_nothing_but_value_errors(data: bytes) -> None:
    """Cutting has one kind of exception."""
    try:
        list(split(bytearray(data)))
    except ValueError:
        return


@given(st.integers(1, 65535))
def test_an_acknowledgement_names_its_packet(mid: int) -> None:
    """A PUBACK without a reason code means success."""
    ((_, body),) = split(bytearray(puback(mid)))
    assert parse_puback(body) == (mid, 0)


def test_every_property_of_a_publish_packet_is_skipped_or_read() -> None:
    """Payload format, alias, content type, subscription id and user properties do no harm."""
    properties = bytes.fromhex("0101 230005 03000174 0b8101 2600016b000176 08000172")
    got = parse_publish(0x30, b"\x00\x01a" + bytes((len(properties),)) + properties + b"x")
    assert (got.topic, got.payload, got.response_topic) == ("a", b"x", "r")


@pytest.mark.parametrize(
    "out",
    [
        Outgoing("", b""),
        Outgoing("a/+", b""),
        Outgoing("a/#", b""),
        Outgoing("a" * 2000, b""),
        Outgoing("a", b"", 2),
        Outgoing("a", bytes(MAX_PAYLOAD + 1)),
    ],
)
def test_what_no_broker_takes_is_named(out: Outgoing) -> None:
    """A message that would end the connection is refused before it is sent."""
    assert fault(out)
