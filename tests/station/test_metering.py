"""What the station says of itself is so: counted, named, and a trouble as long as it lasts."""

import asyncio
import contextlib
from functools import partial
from pathlib import Path

import pytest

from broker import messages as m
from broker import topics
from broker.client import Link
from broker.clock import SystemClock
from broker.codec import encode
from broker.health import Health
from broker.packets import Outgoing
from broker.station.metering import late, watch_sink
from broker.station.service import run
from broker.station.sink import StoreSink
from broker.store import open_store
from broker.store.protocol import Batch, WaveBlock
from broker.store.spool import Spool
from broker.store.spooled import SpooledStore
from tests.exposition import read
from tests.real_broker import RealBroker
from tests.station.conftest import SITE, eventually
from tests.station.test_station import num
from tests.store.test_archive import FULL


def numbers(health: Health, name: str) -> dict[str, float]:
    """Return a number by its labels' values."""
    found = read(health.metrics())
    family = found.get(f"teleward_{name}_total") or found[f"teleward_{name}"]
    return {" ".join(value for _, value in labels): n for labels, n in family.values.items()}


def counted(health: Health, name: str) -> dict[str, float]:
    """Return by its label what was counted at all."""
    return {label: n for label, n in numbers(health, name).items() if n}


def number(health: Health, name: str) -> float:
    """Return a number without labels."""
    return numbers(health, name)[""]


@pytest.mark.slow
async def test_every_message_is_counted_once(broker: RealBroker, tmp_path: Path) -> None:
    """Received is stored, rejected by reason, or on its way; nothing lags when all is done."""
    health = Health("station", SITE)
    store = str(tmp_path / "store.sqlite")
    work = asyncio.create_task(run(broker.address, store, SITE, data_dir=tmp_path, health=health))
    try:
        async with Link(broker.address, "sender") as link:
            await eventually(lambda: "connected" in health.metrics())
            await eventually(lambda: set(numbers(health, "broker_connected").values()) == {1})
            assert health.troubles() == []
            wrong = num(0)
            running = m.Clock(v=1, start=1_000_000, wall=SystemClock().now_ms(), speed=1, running=True)
            line = Outgoing(topics.clock(SITE, "s-1"), encode(running), 1)
            for out in (
                line,
                *(num(seq) for seq in (0, 1, 2, 2, 5)),
                Outgoing(wrong.topic, b"{", 1),
                Outgoing(wrong.topic, wrong.payload.replace(b"/min", b"%"), 1),
                Outgoing(wrong.topic, wrong.payload.replace(b"80", b"9000"), 1),
            ):
                link.send(out)
            refused = {"not JSON": 1, "wrong unit": 1, "outside its range": 1}
            await eventually(lambda: counted(health, "messages_rejected") == refused)
        # What the watch says of the bed comes in, too, whenever it likes, and waits for a commit.
        await eventually(
            lambda: number(health, "messages_received") - number(health, "messages_stored") == len(refused)
        )
        assert number(health, "messages_stored") >= 6  # the line and five numerics
        await eventually(lambda: number(health, "ingest_lag_seconds") == 0)
        assert number(health, "messages_repeated") == 1
        assert number(health, "messages_missing") == 2
        await eventually(lambda: number(health, "beds_watched") == number(health, "sessions_watched") == 1)
        assert numbers(health, "broker_connected") == {"watch": 1, "ingest": 1}
        assert number(health, "store_open") == 1
        broker.kill()
        await eventually(lambda: len(health.troubles()) == 2)
        assert {t.split(" has no connection to the broker: ")[0] for t in health.troubles()} == {
            "ingest", "watch"
        }  # fmt: skip
    finally:
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work


@pytest.mark.slow
async def test_the_age_of_what_waits_is_told(broker: RealBroker, tmp_path: Path) -> None:
    """While a store takes nothing, the lag grows; without a spool nothing hides it."""
    health = Health("station", SITE)
    disk = tmp_path / "disk"
    disk.write_text("no disk here")
    store = str(disk / "store.sqlite")
    work = asyncio.create_task(run(broker.address, store, SITE, health=health))
    try:
        await eventually(lambda: "connected" in health.metrics())
        # Before ingest listens, this broker would give what is said to nobody.
        await eventually(lambda: set(numbers(health, "broker_connected").values()) == {1})
        async with Link(broker.address, "sender") as link:
            link.send(num(0))
            await eventually(lambda: number(health, "ingest_lag_seconds") > 0.5)
            assert number(health, "messages_stored") == 0
            disk.unlink()
            await eventually(lambda: number(health, "ingest_lag_seconds") == 0)
            assert number(health, "messages_stored") > 0
    finally:
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work


async def test_what_waits_on_disk_and_what_it_cost_is_told(tmp_path: Path) -> None:
    """Records and bytes of the spool while the store is away, losses by kind, and all well again."""
    disk = tmp_path / "disk"
    disk.write_text("no disk here")
    opener = partial(open_store, str(disk / "store.sqlite"))
    spool = Spool(tmp_path / "spool", limit_bytes=4000)
    sink = SpooledStore(opener, spool, retry_s=0.05)
    health = Health("station", SITE)
    watch_sink(health, sink)
    await asyncio.to_thread(sink.append, FULL)
    assert number(health, "spool_records") == len(FULL)
    assert 0 < number(health, "spool_bytes") <= number(health, "spool_limit_bytes") == 4000
    wave: WaveBlock = FULL.waves[0]
    for _ in range(100):
        await asyncio.to_thread(sink.append, Batch(waves=[wave]))
    lost = numbers(health, "spool_dropped")
    assert lost["promised"] == 0 < lost["waves"]
    assert any("wait in the spool" in t or "could not be opened" in t for t in health.troubles())
    disk.unlink()
    await eventually(lambda: number(health, "spool_records") == 0 and health.troubles() == [])
    assert numbers(health, "spool_dropped") == lost
    await asyncio.to_thread(sink.close)


def test_a_commit_that_does_not_come_is_a_trouble() -> None:
    """Not at once: a store may be busy for a moment."""
    assert list(late(1.0)) == []
    assert "nothing is committed since 12 s" in next(late(12.3))


def test_a_sink_without_a_spool_has_none_to_tell_of(tmp_path: Path) -> None:
    """Its numbers are left out instead of zero."""
    health = Health("station", SITE)
    watch_sink(health, StoreSink(partial(open_store, str(tmp_path / "store.sqlite"))))
    assert "teleward_spool_records" not in read(health.metrics())
