"""One suite, every store: ``place`` is where a test's own empty store lies."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from broker.store import open_store
from broker.store.protocol import Store
from tests.real_influx import Influx, RemoteInflux, fresh

REAL_INFLUX = (pytest.mark.influx, pytest.mark.slow)


@dataclass
class Place:
    """Where a store lies.

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

    def leave(self) -> None:
        """Take the store away."""
        raise AssertionError

    def come_back(self) -> None:
        """Bring the store back as it was."""
        raise AssertionError


class SqlitePlace(Place):
    """A folder, as if it were a disk: who opens it while it is away finds none."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"sqlite:///{folder / 'store.sqlite'}", isolated=True)
        self._folder = folder
        folder.mkdir()

    def leave(self) -> None:
        """Take the disk away."""
        self._folder.rename(self._folder.with_suffix(".away"))
        self._folder.write_text("no disk here")

    def come_back(self) -> None:
        """Bring the disk back."""
        self._folder.unlink()
        self._folder.with_suffix(".away").rename(self._folder)


class InfluxPlace(Place):
    """Three buckets of a real server, opened with the station's token."""

    def __init__(self, server: Influx, monkeypatch: pytest.MonkeyPatch) -> None:
        url, tokens = fresh(server)
        super().__init__(url, isolated=False)
        self.tokens = tokens
        self._server = server
        monkeypatch.setenv("TELEWARD_INFLUX_TOKEN", tokens["station"])

    def leave(self) -> None:
        """Kill the server."""
        if isinstance(self._server, RemoteInflux):
            pytest.skip("this server is not ours to kill")
        self._server.kill()

    def come_back(self) -> None:
        """Start the server again."""
        assert not isinstance(self._server, RemoteInflux)
        self._server.start()


@pytest.fixture(params=["sqlite", pytest.param("influx", marks=REAL_INFLUX)])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """Return a place with an empty store, once for every implementation."""
    found: Place
    if request.param == "sqlite":
        found = SqlitePlace(tmp_path / "disk")
    else:
        found = InfluxPlace(request.getfixturevalue("influx_server"), monkeypatch)
    yield found
    for store in found.opened:
        store.close()


@pytest.fixture
def store(place: Place) -> Store:
    """Return an empty store, open for writing."""
    return place.open()
