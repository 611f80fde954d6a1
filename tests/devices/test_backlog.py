"""A device that was out of range, on a real broker: what it kept arrives, in order, with its own times."""

from broker import topics
from broker.client import Link
from broker.codec import Accepted, decode, encode
from broker.messages import Num, Status
from broker.packets import Outgoing
from devices.fleet import Fleet
from devices.person import Person
from tests.devices.test_fleet import Listener
from tests.devices.ward_of import START_MS, played, ward_of
from tests.patience import PATIENCE_S
from tests.real_broker import RealBroker


async def test_what_was_kept_out_of_range_arrives_in_order(broker: RealBroker) -> None:
    """The broker tells the will; then every number of the time away comes, none twice, none missing."""
    one = ward_of([Person()], devices=("oximeter",))
    place = ("home", "s-000001", "bed01", "oximeter")
    mine = [(topics.device(*place, kind), 1) for kind in ("num", "status")]
    async with (
        Link(broker.address, "listener", subscriptions=mine) as link,
        Fleet(broker.address, "home", "s-000001", one) as fleet,
    ):
        station = topics.part("home", "station")
        link.send(Outgoing(station, encode(Status(v=1, state="online")), 1, retain=True))
        await fleet.wait_connected(PATIENCE_S)
        await link.wait_connected(PATIENCE_S)
        listener = Listener(link)
        said = [*one.hello(), *played(one, 5)]
        one.fault(0, "oximeter", "out-of-range", True)
        for e in (*said, *played(one, 12)):
            fleet.publish(e.sender, e.out)
        gone = topics.device(*place, "status")
        await listener.until(lambda: b"offline" in listener.newest.get(gone, b""))
        one.fault(0, "oximeter", "out-of-range", False)
        for e in played(one, 3):
            fleet.publish(e.sender, e.out)
        await listener.until(lambda: len(numbers(listener)) == 20)
    assert [n.seq for n in numbers(listener)] == list(range(20))
    assert [n.t for n in numbers(listener)] == [START_MS + 1000 * k for k in range(1, 21)]


def numbers(listener: Listener) -> list[Num]:
    """Return the numerics heard, in their order."""
    heard = (decode(x.topic, x.payload) for x in listener.all)
    return [x.message for x in heard if isinstance(x, Accepted) and isinstance(x.message, Num)]
