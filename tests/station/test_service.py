"""The station as a service: retention, and stores that will never do."""

import asyncio
from pathlib import Path

import pytest

from broker.client import Link
from broker.clock import VirtualClock
from broker.station import service
from broker.station.service import run, status
from broker.station.sink import StoreSink
from broker.store import open_store
from broker.store.protocol import Batch, Observation, Retention, StoreFormatError
from tests.real_broker import RealBroker
from tests.station.conftest import Station, eventually, listening


async def test_the_station_drops_what_is_too_old(tmp_path: Path) -> None:
    """Retention runs by itself, by the station's clock."""
    sink = StoreSink(lambda: open_store(str(tmp_path / "s.sqlite")))
    store = sink.open()
    store.append(Batch([Observation("s", "b", "d", "hr", 1000, "aa", 0, 80.0, "/min", received=1000)]))
    task = asyncio.create_task(service._retain(sink, Retention(age_s=3600), VirtualClock(1000)))
    await eventually(lambda: store.usage().observations == 0)
    task.cancel()
    await asyncio.wait([task])  # it may be at work in a thread
    sink.close()


async def test_a_file_that_is_no_store_ends_the_station_with_a_reason(
    broker: RealBroker, tmp_path: Path
) -> None:
    """What no waiting can mend is told at once."""
    path = tmp_path / "s.sqlite"
    path.write_bytes(b"this is a letter to my aunt, not a database" * 100)
    with pytest.raises(StoreFormatError, match=r"s\.sqlite"):
        await run(broker.address, str(path), "t")
    with pytest.raises(ValueError, match="carrier-pigeon"):
        await run(broker.address, "carrier-pigeon://loft", "t")


async def test_a_last_will_that_comes_after_its_return_does_not_keep_devices_waiting(
    each_station: Station,
) -> None:
    """A stale offline is followed by the station's own word, and devices send on."""
    address, part = each_station.broker.address, status("t", "offline").topic
    each_station.start()
    async with listening(each_station.broker) as ear, Link(address, "device", until_heard=part) as device:
        await ear.ready()
        ear.forget()
        ear.link.send(status("t", "offline"))
        await ear.until(lambda x: (x.topic, x.payload) == (part, status("t", "offline").payload))
        await ear.until(lambda x: (x.topic, x.payload) == (part, status("t", "online").payload))
        await eventually(lambda: not device.receiver_missing)


async def test_the_station_says_when_it_goes_and_when_it_is_gone(station: Station) -> None:
    """Its retained word is online, then offline: by itself, or by its last will."""
    async with listening(station.broker) as ear:
        for end in (station.stop, station.kill):
            ear.forget()
            station.start()
            await ear.ready()
            await asyncio.to_thread(end)
            gone = status("t", "offline")
            await ear.until(lambda x, gone=gone: (x.topic, x.payload) == (gone.topic, gone.payload))  # type: ignore[misc]
    assert "Traceback" not in station.log
