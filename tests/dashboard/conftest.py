"""One dashboard for the tests of a module, each with a session of its own."""

from collections.abc import Iterator
from secrets import token_hex

import pytest
from playwright.sync_api import Browser

from broker.store import open_store
from tests import real_broker, real_dashboard
from tests.dashboard.browsing import Windows
from tests.dashboard.house import House
from tests.real_dashboard import Running


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


@pytest.fixture
def windows(chromium: Browser, house: House, session: str) -> Iterator[Windows]:
    """Give browsers; whatever a page did wrong fails the test."""
    opened = Windows(chromium, house, session)
    yield opened
    for context in opened.contexts:
        context.close()
    assert opened.trouble == []
    assert {url.split("/")[2] for url in opened.asked if "://" in url} <= {f"127.0.0.1:{house.page.port}"}
