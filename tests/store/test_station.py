"""A real station on a real broker, its store taken away: what was promised is there afterwards."""

from pathlib import Path
from typing import Protocol

import pytest

from broker import messages as m
from broker import topics
from broker.client import Link
from broker.codec import encode
from broker.packets import Outgoing
from broker.store import open_store
from broker.store.protocol import StoreUnavailableError
from broker.store.spool import Spool
from tests.real_broker import RealBroker
from tests.station.conftest import SITE, Station, eventually

STEP = 150


class Leaves(Protocol):
    """What these tests need of a place."""

    url: str

    def leave(self) -> None:
        """Take the store away."""

    def come_back(self) -> None:
        """Bring it back."""


class Patch:
    """A patch that says its heart rate and keeps what the broker has not acknowledged."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self.sent = 0

    def repeats_the_first(self) -> bool:
        """Publish the first numerics again, for a station that did not listen yet; return ``False``."""
        self.sent = 1
        self._say(0)
        return False

    async def says(self, count: int) -> None:
        """Publish ``count`` numerics, and wait until the broker has promised them."""
        for seq in range(self.sent, self.sent + count):
            self._say(seq)
        self.sent += count
        await eventually(lambda: self._link.unacknowledged == 0)

    def _say(self, seq: int) -> None:
        reading = {"hr": m.Reading(v=60 + seq % 50, u="/min")}
        message = m.Num(v=1, boot="aa", seq=seq, t=1_768_469_400_000 + 1000 * seq, m=reading)
        topic = topics.device(SITE, "s-1", "bed01", "patch", "num")
        self._link.send(Outgoing(topic, encode(message), 1, expiry_s=3600))


@pytest.mark.slow
async def test_store_away_and_station_killed_cost_nothing_that_was_promised(
    broker: RealBroker, place: Leaves, tmp_path: Path
) -> None:
    """With the store away the station spools, dies, misses messages, spools again; then the store is back."""
    station = Station(broker, tmp_path)
    station.store_url = place.url
    folder = tmp_path / "spool"
    try:
        async with Link(broker.address, "patch", outbox=10_000) as link:
            patch = Patch(link)
            station.start("ingest")
            await eventually(lambda: _stored(place) == [0] or patch.repeats_the_first())
            await patch.says(STEP)
            station.kill()
            place.leave()
            station.start("ingest")
            await patch.says(STEP)
            await eventually(lambda: _waiting(folder) > 0)
            await patch.says(STEP)
            station.kill()
            await patch.says(STEP)
            station.start("ingest")
            await patch.says(STEP)
            await eventually(lambda: _waiting(folder) >= STEP)
            place.come_back()
            await patch.says(STEP)
            await eventually(lambda: _stored(place) == list(range(patch.sent)))
            await eventually(lambda: _waiting(folder) == 0)
    finally:
        station.stop()


def _waiting(folder: Path) -> int:
    return Spool(folder).pending() if folder.is_dir() else 0


def _stored(place: Leaves) -> list[int]:
    store = open_store(place.url, readonly=True)
    try:
        return [o.seq for o in store.observations("s-1", "bed01", "hr", 0, 2**53)]
    except StoreUnavailableError:  # not made yet, or just coming back
        return []
    finally:
        store.close()
