"""A ward's devices on a real broker."""

import asyncio
from collections.abc import Callable

import pytest

from broker import topics
from broker.client import Incoming, Link
from broker.codec import encode
from broker.messages import Clock as ClockMessage
from broker.messages import Status
from broker.packets import Outgoing
from devices.fleet import Fleet
from devices.person import Person
from devices.ward import BedSetup, Ward
from tests.patience import PATIENCE_S
from tests.real_broker import RealBroker

OFFLINE = b'{"v":1,"state":"offline","why":"connection lost"}'


def ward(count: int, devices: tuple[str, ...] = ("patch", "oximeter")) -> Ward:
    """Return a ward of ``count`` beds."""
    beds = [BedSetup(f"bed{i:02d}", Person(), devices=devices) for i in range(1, count + 1)]
    return Ward("home", "s-1", beds, seed=1, start_ms=1_768_469_400_000)


class Listener:
    """Keeps the newest message of each topic, and all messages."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self.all: list[Incoming] = []
        self.newest: dict[str, bytes] = {}

    async def until(self, condition: Callable[[], bool]) -> None:
        """Listen until ``condition`` holds."""
        async with asyncio.timeout(PATIENCE_S):
            async for message in self._link.messages():
                self.all.append(message)
                self.newest[message.topic] = message.payload
                if condition():
                    return


def say_station_is_there(link: Link) -> None:
    """Say what devices wait for before they send their numbers."""
    link.send(Outgoing(topics.part("home", "station"), encode(Status(v=1, state="online")), 1, retain=True))


def status(bed: str, device: str) -> str:
    """Return a device's status topic."""
    return topics.device("home", "s-1", bed, device, "status")


async def test_every_wearable_has_a_connection_and_a_last_will_of_its_own(each_broker: RealBroker) -> None:
    """What devices say arrives; one that goes silent is told offline by the broker, and comes back."""
    one = ward(2)
    everything = [(topics.everything("rpm", "home"), 1)]
    async with (
        Link(each_broker.address, "listener", subscriptions=everything) as link,
        Fleet(each_broker.address, "home", "s-1", one) as fleet,
    ):
        say_station_is_there(link)
        await asyncio.gather(fleet.wait_connected(PATIENCE_S), link.wait_connected(PATIENCE_S))
        assert fleet.connected == fleet.connections == 5
        listener = Listener(link)
        for e in (*one.hello(), *(e for _ in range(5) for e in one.tick(waves=True))):
            fleet.publish(e.sender, e.out)
        waves = 2 * 3 * 5
        await listener.until(lambda: sum("/wave/" in x.topic for x in listener.all) == waves)
        num = topics.device("home", "s-1", "bed02", "oximeter", "num")
        if num not in listener.newest:
            await listener.until(lambda: num in listener.newest)
        assert b"online" in listener.newest[status("bed01", "patch")]
        one.fault(0, "patch", "silent", True)
        for e in one.tick(waves=True):
            fleet.publish(e.sender, e.out)
        await listener.until(lambda: listener.newest[status("bed01", "patch")] == OFFLINE)
        assert b"online" in listener.newest[status("bed02", "patch")]
        one.fault(0, "patch", "silent", False)
        for e in one.tick(waves=True):
            fleet.publish(e.sender, e.out)
        await listener.until(lambda: b"online" in listener.newest[status("bed01", "patch")])


async def test_what_is_not_a_device_speaks_through_the_session_itself(broker: RealBroker) -> None:
    """The clock's line arrives though no wearable sent it."""
    topic = topics.clock("home", "s-1")
    line = ClockMessage(v=1, start=0, wall=0, speed=1.0, running=True)
    async with (
        Link(broker.address, "listener", subscriptions=[(topic, 1)]) as link,
        Fleet(broker.address, "home", "s-1", ward(1)) as fleet,
    ):
        await link.wait_connected(PATIENCE_S)
        fleet.publish("_session", Outgoing(topic, encode(line), qos=1, retain=True))
        await Listener(link).until(lambda: True)


@pytest.mark.slow
async def test_a_fleet_beyond_a_ward_speaks_through_gateways(broker: RealBroker) -> None:
    """Seventy beds share two gateways, which introduce themselves and whom their devices name."""
    one = ward(70, devices=("oximeter",))
    async with (
        Link(broker.address, "listener", subscriptions=[(topics.everything("rpm", "home"), 1)]) as link,
        Fleet(broker.address, "home", "s-1", one) as fleet,
    ):
        say_station_is_there(link)
        await asyncio.gather(fleet.wait_connected(PATIENCE_S), link.wait_connected(PATIENCE_S))
        assert fleet.connections == 3
        for e in (*one.hello(), *(e for _ in range(5) for e in one.tick(waves=False))):
            fleet.publish(e.sender, e.out)
        listener = Listener(link)
        await listener.until(lambda: sum(x.topic.endswith("/num") for x in listener.all) == 70)
        assert b"online" in listener.newest[status("gateway-002", "gateway-002")]
        meta = topics.device("home", "s-1", "bed70", "oximeter", "meta")
        assert b'"via":"gateway-002"' in listener.newest[meta]
