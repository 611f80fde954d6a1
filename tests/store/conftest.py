"""One suite, every store: ``place`` is where a test's own empty store lies."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from broker.store import open_store
from broker.store.protocol import Store


@dataclass
class Place:
    """Where a store lies, and how to open it, here or in another process.

    ``isolated``: a reader sees a batch whole or not at all, even while it is written.
    """

    url: str
    isolated: bool
    opened: list[Store] = field(default_factory=list)

    def open(self, *, readonly: bool = False) -> Store:
        """Open the store; the fixture closes it."""
        store = open_store(self.url, readonly=readonly)
        self.opened.append(store)
        return store


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """Return a place with an empty store, once for every implementation."""
    found = Place(f"sqlite:///{tmp_path / 'store.sqlite'}", isolated=True)
    yield found
    for store in found.opened:
        store.close()


@pytest.fixture
def store(place: Place) -> Store:
    """Return an empty store, open for writing."""
    return place.open()
