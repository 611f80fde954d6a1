"""One dashboard for the tests of a module, each with a session of its own."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

import pytest

from broker.client import Address
from broker.station import service as station
from broker.store import open_store
from tests import real_broker, real_dashboard
from tests.real_broker import RealBroker
from tests.real_dashboard import SITE, Running


@dataclass
class House:
    """A broker, a store and a running dashboard."""

    broker: RealBroker
    store: Path
    page: Running


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Give a dashboard in which nothing is played yet."""
    where = tmp_path_factory.mktemp("house")
    store = where / "store.sqlite"
    open_store(str(store)).close()
    for broker in real_broker.running("iotcore"):
        with real_dashboard.running(broker.url, where / "data", store) as page:
            yield House(broker, store, page)


@pytest.fixture
def page(house: House) -> Running:
    """Give the module's dashboard."""
    return house.page


@pytest.fixture
def session() -> str:
    """Give the name of a session that no other test has."""
    return f"s-{token_hex(3)}"


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
