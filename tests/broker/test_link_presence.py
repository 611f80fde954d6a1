"""What a link says and hears of itself on real brokers: wills, own words, and what its reader acks."""

import asyncio
import sys
from dataclasses import astuple

import pytest

from broker.client import Link, Outgoing
from tests.broker.linked import linked, take, until
from tests.patience import PATIENCE_S
from tests.real_broker import RealBroker


async def test_the_last_will_is_delivered_when_a_client_dies(each_broker: RealBroker) -> None:
    """A process that is gone without goodbye is told offline, retained."""
    will = Outgoing("t/status", b"offline", 1, retain=True)
    async with linked(each_broker, "in", "t/#") as watcher:
        await die_connected(each_broker, will)
        await take(watcher, lambda taken: taken[-1].payload == b"offline")
    async with linked(each_broker, "late", "t/#") as late:
        got = await take(late, bool)
    assert got[0].payload == b"offline"
    assert got[0].retain


async def die_connected(broker: RealBroker, will: Outgoing) -> None:
    """Connect in a process of its own and kill it."""
    program = (
        "import asyncio, os\n"
        "from broker.client import Address, Link, Outgoing\n"
        "async def main():\n"
        f"    will, address = Outgoing{astuple(will)!r}, Address.parse({broker.url!r}, {{}})\n"
        "    async with Link(address, 'mortal', will=will) as link:\n"
        "        await link.wait_connected(10)\n"
        "        os.kill(os.getpid(), 9)\n"
        "asyncio.run(main())\n"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program)
    assert await process.wait() == -9


GONE = Outgoing("t/status", b'{"state":"offline"}', 1, retain=True)
HERE = Outgoing("t/status", b'{"state":"online"}', 1, retain=True)


@pytest.mark.parametrize("filters", [(), ("t/#",)])
async def test_a_will_that_comes_late_is_corrected_by_who_is_there(
    each_broker: RealBroker, filters: tuple[str, ...]
) -> None:
    """What is retained is that it is there, however often another says the opposite, until it goes."""
    subscriptions = [(f, 1) for f in filters]
    async with (
        linked(each_broker, "in", "t/status") as watcher,
        linked(each_broker, "broker's word") as late,
        Link(each_broker.address, "here", will=GONE, subscriptions=subscriptions) as link,
    ):
        link.send(HERE)
        await take(watcher, bool)
        for _ in range(3):
            late.send(GONE)
            heard = await take(watcher, lambda taken: taken[-1].payload == HERE.payload)
            assert [m.payload for m in heard] == [GONE.payload, HERE.payload]
        async with linked(each_broker, "new", "t/status") as new:
            assert (await take(new, bool))[0].payload == HERE.payload
        link.send(GONE)
        await take(watcher, bool)
        link.send(Outgoing("t/status", b"end", 1))
        assert [m.payload for m in await take(watcher, bool)] == [b"end"]


async def test_who_hears_its_own_word_by_a_filter_of_its_own_takes_it_once(each_broker: RealBroker) -> None:
    """What a link subscribes to comes to its reader; what it hears for itself does not."""
    async with (
        Link(each_broker.address, "wide", will=GONE, subscriptions=[("t/#", 1)]) as wide,
        Link(each_broker.address, "deaf", will=GONE, subscriptions=[("u/#", 1)]) as deaf,
    ):
        await asyncio.gather(wide.wait_connected(PATIENCE_S), deaf.wait_connected(PATIENCE_S))
        wide.send(HERE)
        assert [m.payload for m in await take(wide, bool)] == [HERE.payload]
        for topic in ("t/x", "u/x"):
            wide.send(Outgoing(topic, b"x", 1))
        assert [m.topic for m in await take(wide, bool)] == ["t/x"]
        assert [m.topic for m in await take(deaf, bool)] == ["u/x"]


async def test_a_goodbye_sends_no_will(each_broker: RealBroker) -> None:
    """A link that is closed leaves no will behind."""
    async with linked(each_broker, "in", "t/#") as watcher:
        async with Link(each_broker.address, "polite", will=Outgoing("t/status", b"offline", 1)) as link:
            await link.wait_connected(PATIENCE_S)
            link.send(Outgoing("t/status", b"bye", 1))
        async with linked(each_broker, "after") as after:
            after.send(Outgoing("t/end", b"", 1))
            got = await take(watcher, lambda taken: taken[-1].topic == "t/end")
    assert [m.payload for m in got] == [b"bye", b""]


async def heard_of(link: Link) -> None:
    """Wait until the broker has read all that ``link`` said, acknowledgements too.

    Else the next connection of its name may end the former one before: Mosquitto reads a packet of each
    in turn.
    """
    link.send(Outgoing("elsewhere", b"", 1))
    await until(lambda: not link.unacknowledged)


async def test_what_is_not_acknowledged_by_hand_comes_again(each_broker: RealBroker) -> None:
    """A session with manual acknowledgement loses nothing to a reader that dies before its commit."""

    def reader() -> Link:
        return Link(each_broker.address, "r", subscriptions=[("t/#", 1)], session_s=60, manual_ack=True)

    async with linked(each_broker, "out") as sender:
        async with reader() as first:
            await first.wait_connected(PATIENCE_S)
            for i in range(6):
                sender.send(Outgoing("t/x", str(i).encode(), 1))
            got = await take(first, lambda taken: len(taken) == 6)
            for message in got[:3]:
                first.acknowledge(message)
            await heard_of(first)
        async with reader() as second:
            again = await take(second, lambda taken: len(taken) == 3)
            for message in got:
                second.acknowledge(message)  # of the former connection: no effect, no harm
    assert [m.payload for m in again] == [b"3", b"4", b"5"]


async def test_a_reader_may_acknowledge_in_any_order(each_broker: RealBroker) -> None:
    """The broker hears of them in the order of their messages, and keeps the connection and the rest."""

    def reader() -> Link:
        return Link(each_broker.address, "r", subscriptions=[("t/#", 1)], session_s=60, manual_ack=True)

    async with linked(each_broker, "out") as sender:
        async with reader() as first:
            await first.wait_connected(PATIENCE_S)
            for i in range(6):
                sender.send(Outgoing("t/x", str(i).encode(), 1))
            got = await take(first, lambda taken: len(taken) == 6)
            for place in (5, 2, 1, 0, 4):
                first.acknowledge(got[place])
            sender.send(Outgoing("t/x", b"6", 1))
            (last,) = await take(first, bool)
            assert last.connection == got[0].connection
            await heard_of(first)
        async with reader() as second:
            again = await take(second, lambda taken: len(taken) == 4)
    assert [m.payload for m in again] == [b"3", b"4", b"5", b"6"]


async def test_what_a_link_hears_for_itself_costs_its_reader_nothing(each_broker: RealBroker) -> None:
    """Own words and replies are done with at once, while the reader has acknowledged nothing yet."""
    ear = Link(each_broker.address, "r", will=GONE, subscriptions=[("t/x", 1)], session_s=60, manual_ack=True)

    async def answer(link: Link) -> None:
        async for asked in link.messages():
            assert asked.response_topic
            link.send(Outgoing(asked.response_topic, b"yes", 1, correlation=asked.correlation))

    async with linked(each_broker, "out", "ask") as other, ear:
        answering = asyncio.create_task(answer(other))
        ear.send(HERE)
        await ear.wait_connected(PATIENCE_S)
        connections = set()
        for _ in range(3):
            other.send(GONE)
            other.send(Outgoing("t/x", b"x", 1))
            connections.add((await take(ear, bool))[0].connection)
            assert await ear.request("ask", b"?", "reply", PATIENCE_S) == b"yes"
        answering.cancel()
    assert len(connections) == 1
