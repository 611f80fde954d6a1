"""With a spool before it, a store may go away: everything promised is in it afterwards."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, Protocol

import pytest

from broker.store import open_store
from broker.store.protocol import Batch, Observation, Store, StoreUnavailableError
from broker.store.spool import Spool
from broker.store.spooled import SpooledStore

HR = Observation("s-1", "bed01", "patch", "hr", 1_768_469_400_000, "ab", 0, 72.0, "/min", received=1)
SIZE = 20

STATION = f"""
import sys, threading
from functools import partial
from pathlib import Path
from broker.store import open_store
from broker.store.protocol import Batch, Observation
from broker.store.spool import Spool
from broker.store.spooled import SpooledStore
url, folder, first, last = sys.argv[1:]
station = SpooledStore(partial(open_store, url), Spool(Path(folder)), retry_s=0.02)
for n in range(int(first), int(last)):
    station.append(Batch([
        Observation("s-1", "bed01", "patch", "hr", n, "ab", k, 72.0, "/min") for k in range({SIZE})
    ]))
    print(n, flush=True)
while station.spool.pending():
    threading.Event().wait(0.01)
print("done", flush=True)
station.close()
"""


class Leaves(Protocol):
    """What these tests need of a place."""

    url: str

    def open(self, *, readonly: bool = False) -> Store:
        """Open the store."""

    def leave(self) -> None:
        """Take the store away."""

    def come_back(self) -> None:
        """Bring it back."""


@contextmanager
def station(url: str, folder: Path, first: int, last: int) -> Iterator[tuple[int, IO[str]]]:
    """Run a station that writes batches ``first`` to ``last``; kill it at the end."""
    command = [sys.executable, "-c", STATION, url, str(folder), str(first), str(last)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.pid, process.stdout
        finally:
            process.kill()


def killed_after(url: str, folder: Path, first: int, batches: int) -> set[int]:
    """Run a station, kill it -9 when it has promised so many batches; return all it promised."""
    with station(url, folder, first, first + 100_000) as (pid, said):
        promised = {int(said.readline()) for _ in range(batches)}
        os.kill(pid, signal.SIGKILL)
        return promised | {int(line) for line in said if line.endswith("\n")}


@pytest.mark.slow
def test_store_away_and_station_killed_lose_nothing_promised(tmp_path: Path, place: Leaves) -> None:
    """Killed with the store there, killed twice with the store away, then both are back."""
    folder = tmp_path / "spool"
    promised = killed_after(place.url, folder, 0, 5)
    place.leave()
    promised |= killed_after(place.url, folder, 100_000, 5)
    promised |= killed_after(place.url, folder, 200_000, 9)
    assert Spool(folder).pending() >= 14 * SIZE
    place.come_back()
    with station(place.url, folder, 300_000, 300_005) as (_, said):
        assert [line.strip() for line in said] == [*(str(n) for n in range(300_000, 300_005)), "done"]
    counts: dict[int, int] = {}
    for o in place.open(readonly=True).observations("s-1", "bed01", "hr", 0, 2**52):
        counts[o.t] = counts.get(o.t, 0) + 1
    assert promised <= set(counts)
    assert set(counts.values()) == {SIZE}
    assert len(promised) >= 19


def test_a_store_that_comes_back_gets_all_in_order(tmp_path: Path, place: Leaves) -> None:
    """The last word on a session is the last in the store, although the first words waited."""
    place.leave()
    station_ = SpooledStore(lambda: open_store(place.url), Spool(tmp_path / "spool"), retry_s=0.02)
    for n in range(50):
        station_.append(Batch([replace(HR, t=HR.t + n, seq=n)]))
    assert station_.spool.pending() == 50
    place.come_back()
    n = 50
    while station_.spool.pending():
        station_.append(Batch([replace(HR, t=HR.t + n, seq=n)]))
        n += 1
    station_.append(Batch([replace(HR, t=HR.t + n, seq=n)]))
    got = place.open(readonly=True).observations("s-1", "bed01", "hr", 0, 2**52)
    assert [o.seq for o in got] == list(range(n + 1))
    station_.close()


def test_when_the_spool_refuses_too_the_caller_is_told(tmp_path: Path, place: Leaves) -> None:
    """Then nothing is acknowledged and the broker keeps it."""
    place.leave()
    folder = tmp_path / "spool"
    station_ = SpooledStore(lambda: open_store(place.url), Spool(folder))
    folder.rmdir()
    folder.write_text("nor here")
    with pytest.raises(StoreUnavailableError, match="spool"):
        station_.append(Batch([HR]))
    place.come_back()
    station_.append(Batch([HR]))
    station_.close()
    assert place.open(readonly=True).usage().observations == 1
