"""The door for 3.1.1 clients: translations, and what real clients see through it."""

import asyncio
import os
import socket

import aiomqtt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker import door
from broker.client import Link, Outgoing
from broker.packets import packet, publish, split
from tests.patience import PATIENCE_S
from tests.real_broker import RealBroker


def one(data: bytes) -> tuple[int, bytes]:
    """Give the only packet in ``data``."""
    ((first, body),) = split(bytearray(data))
    return first, body


@given(
    st.builds(
        Outgoing,
        st.text("abc/", min_size=1),
        st.binary(max_size=200),
        st.sampled_from([0, 1]),
        st.booleans(),
        st.none() | st.integers(0, 2**32 - 1),
        st.none() | st.text("abc"),
        st.none() | st.binary(max_size=200),
    )
)
def test_a_message_loses_its_properties_and_nothing_else(out: Outgoing) -> None:
    """Down through the door and up again comes the message without properties."""
    down = one(door.down(*one(publish(out, 7))))
    plain = Outgoing(out.topic, out.payload, out.qos, out.retain)
    assert door.up(*down) == publish(plain, 7)


@given(st.integers(0, 255), st.binary(max_size=60))
def test_no_packet_raises_anything_unexpected(first: int, body: bytes) -> None:
    """What cannot be translated ends its own connection only."""
    for translate in (door.up, door.down):
        try:
            translate(first, body)
        except (ValueError, IndexError):
            continue


def test_a_connect_keeps_its_session_its_will_and_its_name() -> None:
    """Name, will, user and password stay; a session that is to be kept is kept for a day."""
    v311 = b"\0\4MQTT\4\xc4\0\x3c" + b"\0\2me" + b"\0\1w\0\3bye" + b"\0\1u\0\1p"
    v5 = b"\0\4MQTT\5\xc4\0\x3c" + b"\5\x11\0\1\x51\x80" + b"\0\2me" + b"\0" + b"\0\1w\0\3bye" + b"\0\1u\0\1p"
    assert door.up(0x10, v311) == packet(0x10, v5)


def test_answers_are_said_in_the_old_words() -> None:
    """Return codes, refused subscriptions and acknowledgements as 3.1.1 has them."""
    assert one(door.down(0x20, b"\0\x86\0")) == (0x20, b"\0\4")
    assert one(door.down(0x90, b"\0\1\0\1\x87")) == (0x90, b"\0\1\1\x80")
    assert one(door.down(0x40, b"\0\1\x10\0")) == (0x40, b"\0\1")
    assert one(door.down(0xB0, b"\0\1\0\x11")) == (0xB0, b"\0\1")
    assert not door.down(0xE0, b"\x8e")


async def test_messages_with_properties_reach_old_clients_and_harm_nobody(broker: RealBroker) -> None:
    """An expiry does not end the sensors' port, which it does in the broker itself."""
    async with Link(broker.address, "five") as five:
        await five.wait_connected(PATIENCE_S)
        for name in ("a", "b"):
            async with aiomqtt.Client("127.0.0.1", broker.ports.mqtt, identifier=name) as three:
                await three.subscribe("t", 1)
                five.send(Outgoing("t", b"x", 1, expiry_s=60, response_topic="r", correlation=b"c"))
                async with asyncio.timeout(PATIENCE_S):
                    assert (await anext(three.messages)).payload == b"x"


async def test_an_old_clients_session_and_will_work(broker: RealBroker) -> None:
    """A kept session gets what it missed, and a client that dies is told so."""
    port = broker.ports.mqtt
    async with Link(broker.address, "five", subscriptions=[("will", 1)]) as five:
        await five.wait_connected(PATIENCE_S)
        will = aiomqtt.Will("will", b"gone", 1)
        async with aiomqtt.Client(
            "127.0.0.1", port, identifier="kept", clean_session=False, will=will
        ) as old:
            await old.subscribe("t", 1)
            sock = old._client.socket()
            assert isinstance(sock, socket.socket)
            sock.shutdown(socket.SHUT_RDWR)
        async with asyncio.timeout(PATIENCE_S):
            assert (await anext(five.messages())).payload == b"gone"
        five.send(Outgoing("t", b"missed", 1, expiry_s=60))
        async with asyncio.timeout(PATIENCE_S):
            while five.unacknowledged:
                await asyncio.sleep(0.005)
            async with aiomqtt.Client("127.0.0.1", port, identifier="kept", clean_session=False) as old:
                assert (await anext(old.messages)).payload == b"missed"


async def test_new_clients_pass_the_old_door(broker: RealBroker) -> None:
    """A client of MQTT 5 need not know which port is which."""
    async with aiomqtt.Client(
        "127.0.0.1", broker.ports.mqtt, identifier="x", protocol=aiomqtt.ProtocolVersion.V5
    ) as five:
        await five.subscribe("t", 1)
        await five.publish("t", bytes(500_000), 1)
        async with asyncio.timeout(PATIENCE_S):
            assert (await anext(five.messages)).payload == bytes(500_000)


@pytest.mark.parametrize("port", ["mqtt", "mqtt5"])
async def test_junk_at_the_door_ends_nobody_elses_connection(broker: RealBroker, port: str) -> None:
    """Noise, HTTP, false lengths and half packets end their own connection and no other."""
    junk = [
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x10\xff\xff\xff\xff\xff",
        b"\x10\xff\xff\xff\x7f" + bytes(100_000),
        b"\x10\x0c\0\4MQTT\4\x02\0\x3c\0\0\xc0",
        b"\x10\x04\0\4MQ",
        *(os.urandom(200) for _ in range(30)),
        *(b"\x10\x0c\0\4MQTT\4\x02\0\x3c\0\0" + os.urandom(50) for _ in range(30)),
    ]
    async with Link(broker.address, "five", subscriptions=[("t", 1)]) as five:
        await five.wait_connected(PATIENCE_S)
        for data in junk:
            _, writer = await asyncio.open_connection("127.0.0.1", getattr(broker.ports, port))
            writer.write(data)
            await writer.drain()
            writer.close()
        async with aiomqtt.Client("127.0.0.1", broker.ports.mqtt, identifier="sensor") as three:
            await three.publish("t", b"still here", 1)
        async with asyncio.timeout(PATIENCE_S):
            assert (await anext(five.messages())).payload == b"still here"
