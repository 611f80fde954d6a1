"""What many tests share: real brokers on free ports, a real browser, a real InfluxDB."""

from collections.abc import Iterator

import pytest
from hypothesis import settings
from playwright.sync_api import Browser

from tests.real_broker import RealBroker, running
from tests.real_browser import open_browser
from tests.real_influx import Influx
from tests.real_influx import running as running_influx
from tests.shares import Shares, in_turn

# How long an example takes says what else the machine does, not whether we are right.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture
def broker() -> Iterator[RealBroker]:
    """Give the embedded broker, with nothing in it."""
    yield from running("iotcore")


@pytest.fixture
def mosquitto() -> Iterator[RealBroker]:
    """Give a Mosquitto without passwords, with nothing in it."""
    yield from running("mosquitto")


@pytest.fixture(params=["iotcore", "mosquitto"])
def each_broker(request: pytest.FixtureRequest) -> Iterator[RealBroker]:
    """Give the embedded broker, then a Mosquitto."""
    yield from running(request.param)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Give a real browser to one file of tests."""
    yield from open_browser()


@pytest.fixture(scope="session")
def influx_server() -> Iterator[Influx]:
    """Give a real InfluxDB 2 server, one for all tests."""
    yield from running_influx()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the longest begin."""
    items[:] = in_turn(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Shares:
    """Let workers share the tests as we want, whatever ``--dist`` says."""
    return Shares(config, log)
