"""A link on real brokers: what arrives, and what comes back."""

import asyncio
import threading

import aiomqtt
import pytest

from broker.client import Address, Link, Outgoing
from broker.embedded import free_port
from tests.broker.linked import linked, take, until
from tests.patience import PATIENCE_S
from tests.real_broker import RealBroker


@pytest.mark.parametrize("qos", [0, 1])
async def test_messages_arrive_in_order(each_broker: RealBroker, qos: int) -> None:
    """A burst arrives whole and in the order it was sent."""
    sent = [str(i).encode() for i in range(500)]
    async with linked(each_broker, "in", "t/#") as receiver, linked(each_broker, "out") as sender:
        for payload in sent:
            sender.send(Outgoing("t/x", payload, qos))
        got = await take(receiver, lambda taken: len(taken) == len(sent))
    assert [m.payload for m in got] == sent


@pytest.mark.slow
async def test_nothing_promised_is_lost_while_the_broker_is_killed_again_and_again(
    each_broker: RealBroker, caplog: pytest.LogCaptureFixture
) -> None:
    """Every QoS 1 message reaches who said to be there, over three kills in the middle of the traffic."""
    presence = Outgoing("there", b"yes", 1, retain=True)
    receiver = Link(each_broker.address, "in", subscriptions=[("t/#", 1)])
    sender = Link(each_broker.address, "out", until_heard="there", again_s=3.0)
    seen: set[int] = set()

    async def receive() -> None:
        async for message in receiver.messages():
            seen.add(int(message.payload))

    async with receiver, sender:
        receiver.send(presence)
        task = asyncio.create_task(receive())
        for number in range(400):
            sender.send(Outgoing("t/x", str(number).encode(), 1))
            if number % 7 == 0:
                await asyncio.sleep(0)
            if number in {100, 200, 300}:
                await until(lambda: receiver.connected and sender.connected)
                each_broker.kill()
                await until(lambda: not sender.connected and not receiver.connected)
            if number in {120, 220, 320}:
                each_broker.restart()
        await until(lambda: len(seen) == 400)
        task.cancel()
    assert seen == set(range(400))
    assert sender.dropped == 0
    assert "never retrieved" not in caplog.text


async def test_what_the_broker_had_not_handed_on_when_it_died_comes_all_the_same(broker: RealBroker) -> None:
    """A receiver that waits for its store takes no more; what dies with the broker is said again."""
    sent = {str(i).encode() for i in range(400)}
    receiver = Link(broker.address, "in", subscriptions=[("t", 1)], session_s=60, manual_ack=True)
    async with receiver, Link(broker.address, "out", until_heard="there", again_s=30.0) as sender:
        receiver.send(Outgoing("there", b"yes", 1, retain=True))
        for payload in sent:
            sender.send(Outgoing("t", payload, 1))
        await until(lambda: receiver.connected and sender.connected and not sender.unacknowledged)
        broker.kill()
        await until(lambda: not sender.connected and not receiver.connected)
        broker.restart()
        got: set[bytes] = set()
        async with asyncio.timeout(PATIENCE_S):
            async for message in receiver.messages():
                receiver.acknowledge(message)
                got.add(message.payload)
                if got == sent:
                    break


async def test_what_is_sent_in_the_receivers_absence_survives_the_brokers_death(
    each_broker: RealBroker,
) -> None:
    """Receiver killed, messages acknowledged by the broker, broker killed: all of them arrive later."""
    gone = Outgoing("there", b'{"state":"offline"}', 1, retain=True)
    here = Outgoing("there", b'{"state":"online"}', 1, retain=True)
    ear = {"will": gone, "subscriptions": [("t", 1)], "session_s": 60, "manual_ack": True}
    hardly_s = 1e-6  # so that only what is kept for the absent receiver is said again
    async with Link(each_broker.address, "out", until_heard="there", again_s=hardly_s) as sender:
        receiver = Link(each_broker.address, "in", **ear)  # type: ignore[arg-type]
        async with receiver:
            receiver.send(here)
            sender.send(Outgoing("t", b"0", 1))
            receiver.acknowledge((await take(receiver, bool))[0])
            receiver.vanish()
            await until(lambda: sender.receiver_missing)
            for i in range(1, 50):
                sender.send(Outgoing("t", str(i).encode(), 1))
            await until(lambda: not sender.unacknowledged)
            each_broker.kill()
            await until(lambda: not sender.connected)
            each_broker.restart()
        async with Link(each_broker.address, "in", **ear) as receiver:  # type: ignore[arg-type]
            receiver.send(here)
            got = await take(receiver, lambda taken: taken[-1].payload == b"49")
    assert {int(m.payload) for m in got} >= set(range(1, 50))


@pytest.mark.slow
async def test_who_is_not_there_is_not_waited_for_long(broker: RealBroker) -> None:
    """Without a station the promised messages go after some seconds, for others to see."""
    async with (
        linked(broker, "in", "t") as receiver,
        Link(broker.address, "out", until_heard="there") as sender,
    ):
        sender.send(Outgoing("t", b"x", 1))
        await take(receiver, bool)


async def test_what_waits_in_the_outbox_comes_in_order_after_a_restart(each_broker: RealBroker) -> None:
    """QoS 1 messages sent into the void arrive when the broker is back."""
    async with linked(each_broker, "out") as sender:
        each_broker.kill()
        await until(lambda: not sender.connected)
        for i in range(50):
            sender.send(Outgoing("t/x", str(i).encode(), 1, retain=i == 49))
        each_broker.restart()
        async with linked(each_broker, "in", "t/#") as receiver:
            got = await take(receiver, lambda taken: taken[-1].payload == b"49")
    numbers = [int(m.payload) for m in got]
    assert numbers == sorted(numbers)
    assert numbers[-1] == 49


async def test_qos_0_is_dropped_and_counted_while_there_is_no_broker(broker: RealBroker) -> None:
    """A wave without a connection is given up at once, and the count says so."""
    async with linked(broker, "out") as sender:
        broker.kill()
        await until(lambda: not sender.connected)
        for _ in range(5):
            sender.send(Outgoing("t/x", b""))
        assert sender.dropped == 5
        broker.restart()


async def test_the_outbox_drops_the_oldest_and_counts(broker: RealBroker) -> None:
    """More than the outbox holds: the newest stay."""
    broker.kill()
    async with Link(broker.address, "out", outbox=10) as sender:
        for i in range(15):
            sender.send(Outgoing("t/x", str(i).encode(), 1))
        assert (sender.dropped, sender.unacknowledged) == (5, 10)
        broker.restart()
        await until(lambda: sender.unacknowledged == 0)
        assert sender.dropped == 5


async def test_retained_messages_are_said_again_to_a_broker_that_forgot(each_broker: RealBroker) -> None:
    """A late subscriber finds the newest retained message after a restart, but none that was cleared."""
    async with linked(each_broker, "out") as sender:
        for topic, payload in (
            ("t/a", b"old"),
            ("t/a", b"new"),
            ("t/b", b"gone"),
            ("t/b", b""),
            ("t/c", b"0"),
        ):
            sender.send(Outgoing(topic, payload, 0 if topic == "t/c" else 1, retain=True))
        each_broker.kill()
        await until(lambda: not sender.connected)
        each_broker.restart()
        await sender.wait_connected(PATIENCE_S)
        await until(lambda: sender.unacknowledged == 0)
        async with linked(each_broker, "late", "t/#") as late:
            got = await take(late, lambda taken: len(taken) == 2)
    assert {m.topic: m.payload for m in got} == {"t/a": b"new", "t/c": b"0"}
    assert all(m.retain for m in got)


async def test_a_request_gets_its_own_reply(each_broker: RealBroker) -> None:
    """Many requests at a time are answered each by its own answer, in whatever order."""
    async with linked(each_broker, "server", "ask/#") as server, linked(each_broker, "client") as client:

        async def serve() -> None:
            waiting = await take(server, lambda taken: len(taken) == 10)
            for m in reversed(waiting):
                assert m.response_topic
                server.send(Outgoing(m.response_topic, m.payload * 2, 1, correlation=m.correlation))

        task = asyncio.create_task(serve())
        questions = [str(i).encode() for i in range(10)]
        answers = await asyncio.gather(
            *(client.request("ask/x", q, "answer/me", PATIENCE_S) for q in questions)
        )
        await task
    assert answers == [q * 2 for q in questions]


async def test_a_request_that_nobody_answers_times_out(broker: RealBroker) -> None:
    """Without an answer there is a ``TimeoutError``, with and without a broker."""
    async with linked(broker, "client") as client:
        with pytest.raises(TimeoutError):
            await client.request("ask/x", b"", "answer/me", 0.1)
        broker.kill()
        await until(lambda: not client.connected)
        with pytest.raises(TimeoutError):
            await client.request("ask/x", b"", "answer/me", 0.1)


@pytest.mark.slow
async def test_a_message_past_its_expiry_is_not_delivered(each_broker: RealBroker) -> None:
    """A session that was away gets what has not expired meanwhile."""
    async with Link(each_broker.address, "away", subscriptions=[("t/#", 1)], session_s=60) as away:
        await away.wait_connected(PATIENCE_S)
    async with linked(each_broker, "out") as sender:
        sender.send(Outgoing("t/x", b"short", 1, expiry_s=1))
        sender.send(Outgoing("t/x", b"long", 1, expiry_s=600))
        await until(lambda: sender.unacknowledged == 0)
    await asyncio.to_thread(threading.Event().wait, 2.1)  # the broker's clock, which we cannot turn
    async with Link(each_broker.address, "away", subscriptions=[("t/#", 1)], session_s=60) as away:
        got = await take(away, lambda taken: taken[-1].payload == b"long")
    assert [m.payload for m in got] == [b"long"]


@pytest.mark.parametrize("qos", [0, 1])
async def test_the_sensors_port_and_ours_exchange_messages(each_broker: RealBroker, qos: int) -> None:
    """What an MQTT 3.1.1 sensor publishes reaches an MQTT 5 subscriber, and the other way."""
    async with (
        linked(each_broker, "five", "up") as five,
        aiomqtt.Client("127.0.0.1", each_broker.ports.mqtt, identifier="three") as three,
    ):
        await three.subscribe("down", qos)
        await three.publish("up", b"from a sensor", qos)
        got = await take(five, bool)
        five.send(Outgoing("down", b"to a sensor", qos, expiry_s=60, correlation=b"c"))
        async with asyncio.timeout(PATIENCE_S):
            back = await anext(three.messages)
    assert got[0].payload == b"from a sensor"
    assert back.payload == b"to a sensor"


async def test_hooks_run_at_each_connection(broker: RealBroker) -> None:
    """What a part says at each connection is said after a restart too."""
    async with linked(broker, "in", "t/#") as receiver:
        link = Link(broker.address, "out")
        link.on_connected.append(lambda: link.send(Outgoing("t/hello", b"hello", 1, retain=True)))
        async with link:
            await take(receiver, bool)
            broker.kill()
            await until(lambda: not link.connected and not receiver.connected)
            broker.restart()
            await take(receiver, bool)


async def test_a_broker_that_is_not_there_is_named() -> None:
    """The error tells where we looked and what happened."""
    async with Link(Address("127.0.0.1", free_port(0)), "x") as link:
        with pytest.raises(TimeoutError, match=r"no broker at 127\.0\.0\.1:\d+: .*refused"):
            await link.wait_connected(0.3)


async def test_what_cannot_be_published_is_counted_and_does_no_harm(broker: RealBroker) -> None:
    """A message that no broker would take is dropped, and the next one goes through."""
    async with linked(broker, "in", "t") as receiver, linked(broker, "out") as sender:
        sender.send(Outgoing("t/#", b"", 1))
        sender.send(Outgoing("t", bytes(2_000_000), 1))
        sender.send(Outgoing("t", b"good", 1))
        got = await take(receiver, bool)
    assert (got[0].payload, sender.dropped) == (b"good", 2)


async def test_a_large_message_passes(each_broker: RealBroker) -> None:
    """A megabyte goes through both brokers, at either QoS."""
    payload = bytes(range(250)) * 4000
    async with linked(each_broker, "in", "t") as receiver, linked(each_broker, "out") as sender:
        for qos in (0, 1):
            sender.send(Outgoing("t", payload, qos))
        got = await take(receiver, lambda taken: len(taken) == 2)
    assert [m.payload for m in got] == [payload, payload]


async def test_a_full_inbox_drops_qos_0_only(broker: RealBroker) -> None:
    """A reader that does not read loses waves, counted, and nothing that was promised."""
    async with (
        Link(broker.address, "in", subscriptions=[("w", 0), ("n", 1)], inbox=10) as receiver,
        linked(broker, "out") as sender,
    ):
        await receiver.wait_connected(PATIENCE_S)
        for i in range(30):
            sender.send(Outgoing("w", str(i).encode()))
            sender.send(Outgoing("n", str(i).encode(), 1))
        sender.send(Outgoing("n", b"last", 1))
        got = await take(receiver, lambda taken: taken[-1].payload == b"last")
    assert len([m for m in got if m.topic == "n"]) == 31
    assert receiver.overrun + len(got) == 61


async def test_subscriptions_made_later_live_on(broker: RealBroker) -> None:
    """A subscription holds over a restart until it is given up."""
    async with linked(broker, "in") as receiver, linked(broker, "out") as sender:
        await receiver.subscribe("t/#", 1)
        await receiver.subscribe("u", 1)
        await receiver.unsubscribe("t/#")
        broker.kill()
        await until(lambda: not receiver.connected and not sender.connected)
        broker.restart()
        await receiver.wait_connected(PATIENCE_S)
        for topic in ("t/x", "u"):
            sender.send(Outgoing(topic, b"", 1))
        got = await take(receiver, bool)
    assert [m.topic for m in got] == ["u"]


@pytest.mark.slow
async def test_hundreds_of_links_share_one_loop(broker: RealBroker) -> None:
    """A ward of 320 connections publishes and is heard whole."""
    async with linked(broker, "in", "t/#") as receiver:
        links = [Link(broker.address, f"d{i}") for i in range(320)]
        for link in links:
            await link.__aenter__()
        await asyncio.gather(*(link.wait_connected(PATIENCE_S) for link in links))
        for i, link in enumerate(links):
            link.send(Outgoing(f"t/{i}", b"", 1))
        got = await take(receiver, lambda taken: len(taken) == 320)
        await asyncio.gather(*(link.__aexit__() for link in links))
    assert {m.topic for m in got} == {f"t/{i}" for i in range(320)}
