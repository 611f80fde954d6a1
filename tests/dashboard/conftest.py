"""One dashboard with a ward in it, for the tests of this folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from broker.store import open_store
from tests import real_dashboard
from tests.real_broker import RealBroker
from tests.real_dashboard import Running


@pytest.fixture
def page(broker: RealBroker, tmp_path: Path) -> Iterator[Running]:
    """Give a running dashboard; nothing is played yet."""
    store_path = tmp_path / "store.sqlite"
    open_store(str(store_path)).close()
    with real_dashboard.running(broker.url, tmp_path / "data", store_path) as running:
        yield running
