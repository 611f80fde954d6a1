"""What was running is found in the store, which may be away just then."""

import asyncio
from pathlib import Path

from broker import messages as m
from broker.clock import SystemClock
from broker.store import open_store
from broker.store.protocol import Batch
from scenarios.past import Past

RECORD = m.SessionRecord(
    v=1, session="s-000001", scenario="s", title="S", text="", hash="0", seed=1, beds=["bed01"],
    state="running", start=0, created=0,
)  # fmt: skip


class Mended(SystemClock):
    """Whoever waits finds the store back."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.slept = 0

    async def sleep(self, seconds: float) -> None:
        """Put the store where it belongs."""
        self.slept += 1
        if self.path.is_dir():
            self.path.rmdir()
            keep(self.path)
        await super().sleep(0 * seconds)


def keep(path: Path) -> None:
    """Make a store with a session that was not ended."""
    store = open_store(str(path))
    store.append(Batch(sessions=[RECORD]))
    store.close()


def test_a_store_that_is_away_is_waited_for(tmp_path: Path) -> None:
    """Killed while the store was away, simulate must not take an empty ward for the truth."""
    path = tmp_path / "store.sqlite"
    path.mkdir()  # what stands there cannot be opened
    clock = Mended(path)
    found = asyncio.run(Past(str(path), clock).unfinished(patient=True))
    assert [r.session for r, _ in found] == ["s-000001"]
    assert clock.slept == 1


def test_without_patience_it_holds_nothing(tmp_path: Path) -> None:
    """A new ward does not wait for what it would end anyway."""
    (tmp_path / "store.sqlite").mkdir()
    clock = Mended(tmp_path / "store.sqlite")
    assert asyncio.run(Past(str(clock.path), clock).unfinished(patient=False)) == []
    assert clock.slept == 0


def test_a_file_that_nobody_has_made_is_not_waited_for(tmp_path: Path) -> None:
    """There is no past in a store that never was."""
    clock = Mended(tmp_path / "store.sqlite")
    assert asyncio.run(Past(str(clock.path), clock).unfinished(patient=True)) == []
    assert clock.slept == 0
