"""One suite, every store: ``place`` is where a test's own empty store lies."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from broker.store import open_store
from broker.store.protocol import Store


@dataclass
class SqlitePlace:
    """A folder, as if it were a disk: it can be taken away and brought back.

    ``isolated``: a reader sees a batch whole or not at all, even while it is written.
    """

    folder: Path
    isolated: bool = True
    opened: list[Store] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where the store is."""
        return f"sqlite:///{self.folder / 'store.sqlite'}"

    def open(self, *, readonly: bool = False) -> Store:
        """Open the store; the fixture closes it."""
        store = open_store(self.url, readonly=readonly)
        self.opened.append(store)
        return store

    def leave(self) -> None:
        """Take the store away: whoever opens it now finds no disk."""
        self.folder.rename(self.folder.with_suffix(".away"))
        self.folder.write_text("no disk here")

    def come_back(self) -> None:
        """Bring the store back as it was."""
        self.folder.unlink()
        self.folder.with_suffix(".away").rename(self.folder)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[SqlitePlace]:
    """Return a place with an empty store, once for every implementation."""
    found = SqlitePlace(tmp_path / "disk")
    found.folder.mkdir()
    yield found
    for store in found.opened:
        store.close()


@pytest.fixture
def store(place: SqlitePlace) -> Store:
    """Return an empty store, open for writing."""
    return place.open()
