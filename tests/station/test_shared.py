"""Several ingests share one site's messages; a health check tells whether a part is there."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from broker import messages as m
from broker import topics
from broker.clock import SystemClock
from broker.codec import encode
from broker.packets import Outgoing
from broker.station.ingest import Ingest
from broker.store.protocol import Batch, Observation
from teleward.alive import trouble
from tests.patience import PATIENCE_S
from tests.real_broker import RealBroker
from tests.station.conftest import SITE, Station, eventually, listening

COUNT = 400


class Kept:
    """A sink that keeps everything in memory."""

    def __init__(self) -> None:
        self.observations: list[Observation] = []
        self.statuses: list[str] = []

    def append(self, batch: Batch) -> None:
        """Keep a batch."""
        self.observations += batch.observations
        self.statuses += [entry.subject for entry in batch.entries if entry.kind == "status"]

    def close(self) -> None:
        """Finish."""


@contextlib.asynccontextmanager
async def ingesting(broker: RealBroker, member: str, sink: Kept) -> AsyncIterator[Ingest]:
    """Run a member, at least until its subscriptions stand."""
    ingest = Ingest(broker.address, SITE, sink, SystemClock(), member=member)
    task = asyncio.create_task(ingest.run())
    try:
        while not ingest.link.connected:
            await ingest.link.wait_connected(PATIENCE_S)
        yield ingest
    finally:
        task.cancel()
        await asyncio.wait([task])


def num(seq: int) -> Outgoing:
    """Return a numeric that a device promises."""
    body = m.Num(v=1, m={"hr": m.Reading(v=70, u="/min")}, t=1_000_000 + seq, boot="ab", seq=seq)
    return Outgoing(topics.device(SITE, "s-1", "bed01", "patch", "num"), encode(body), qos=1)


@pytest.mark.slow
async def test_two_ingests_share_what_is_promised(each_broker: RealBroker) -> None:
    """Each message goes to one of them, both have work, and what is retained comes to both."""
    one, two = Kept(), Kept()
    status = Outgoing(
        topics.device(SITE, "s-1", "bed01", "patch", "status"),
        encode(m.Status(v=1, state="online")), qos=1, retain=True,
    )  # fmt: skip
    async with listening(each_broker) as ear:
        ear.link.send(status)
        async with ingesting(each_broker, "a", one), ingesting(each_broker, "b", two):
            await eventually(lambda: bool(one.statuses and two.statuses))
            for seq in range(COUNT):
                ear.link.send(num(seq))
            await eventually(lambda: len(one.observations) + len(two.observations) >= COUNT)
    assert sorted(o.seq for o in (*one.observations, *two.observations)) == list(range(COUNT))
    assert one.observations
    assert two.observations


async def test_a_member_that_was_away_finds_its_share(mosquitto: RealBroker) -> None:
    """What came for it meanwhile waits at the broker, or went to the other."""
    one, two = Kept(), Kept()
    async with listening(mosquitto) as ear, ingesting(mosquitto, "a", one):
        async with ingesting(mosquitto, "b", two):
            pass
        for seq in range(COUNT):
            ear.link.send(num(seq))
        await eventually(lambda: ear.link.unacknowledged == 0)
        async with ingesting(mosquitto, "b", two):
            await eventually(lambda: len(one.observations) + len(two.observations) >= COUNT)
    assert sorted(o.seq for o in (*one.observations, *two.observations)) == list(range(COUNT))


@pytest.mark.slow
async def test_the_health_check_tells_who_is_there(station: Station) -> None:
    """A part that runs is there, one that was killed is not, and without a broker nobody is."""
    address = station.broker.address
    station.start()
    async with listening(station.broker) as ear:
        await ear.ready()
        assert await trouble(address, SITE, "station") is None
        assert await trouble(address, SITE, None) is None
        wait_s, said = 0.1, ""
        while "not been seen" not in said:  # or "no broker", where it had no time to connect
            assert wait_s < PATIENCE_S, said
            wait_s *= 2
            said = await trouble(address, SITE, "simulate", wait_s) or ""
        station.kill()
        await ear.until(lambda x: x.topic == topics.part(SITE, "station") and b"offline" in x.payload)
        assert await trouble(address, SITE, "station") == "station is offline"
    station.broker.stop()
    assert "no broker" in (await trouble(address, SITE, "station", 0.2) or "")
