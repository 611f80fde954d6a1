"""A broker, a store and a dashboard, and a station that a test starts and stops."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from broker.client import Address
from broker.station import service as station
from tests.real_broker import RealBroker
from tests.real_dashboard import SITE, Running


@dataclass
class House:
    """A broker, a store and a running dashboard."""

    broker: RealBroker
    store: Path
    page: Running


@contextmanager
def keeping(house: House) -> Iterator[None]:
    """Run a station on the dashboard's loop until the block ends."""

    async def start() -> asyncio.Task[None]:
        address = Address.parse(house.broker.url, {})
        return asyncio.create_task(station.run(address, str(house.store), SITE))

    async def told(state: str) -> None:
        while house.page.dashboard.live.parts.get("station", "offline") != state:
            await asyncio.sleep(0.01)

    async def stop(task: asyncio.Task[None]) -> None:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    task = house.page.call(start())
    house.page.call(told("online"))
    try:
        yield
    finally:
        house.page.call(stop(task))
        house.page.call(told("offline"))
