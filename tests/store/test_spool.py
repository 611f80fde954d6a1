"""The spool keeps what is promised while the store is away, and gives it back in order."""

import os
import random
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broker.messages import SessionRecord
from broker.store.protocol import Batch, Entry, Observation, Store, StoreUnavailableError, WaveBlock
from broker.store.spool import Spool

HR = Observation("s-1", "bed01", "patch", "hr", 1_768_469_400_000, "ab", 0, 72.0, "/min", received=1)
NOISE = random.Random(7).randbytes(4000)
WAVE = WaveBlock("s-1", "bed01", "patch", "resp", HR.t, "ab", 0, 0, 50.0, "1", 1.0, 0.0, "Vld", NOISE)
ALARM = Entry("s-1", "bed01", "alarm", "x", HR.t, "0", b'{"a":1}')
RECORD = SessionRecord(
    v=1, session="s-1", scenario="x", title="x", text="", hash="ab", seed=1, beds=["bed01"], state="running",
    start=1, created=1,
)  # fmt: skip


def nth(n: int) -> Batch:
    """Return a batch of every sort."""
    return Batch(
        [replace(HR, t=HR.t + n, seq=n)],
        [replace(WAVE, t=HR.t + n, seq=n)],
        [replace(ALARM, t=HR.t + n, ident=str(n))],
        [RECORD] if n == 0 else [],
    )


class Opens(Protocol):
    """What these tests need of a place."""

    url: str

    def open(self, *, readonly: bool = False) -> Store:
        """Open the store."""


class Away:
    """A store that takes so many batches and then is away; what it took it remembers."""

    def __init__(self, takes: int) -> None:
        self.takes = takes
        self.got = Batch()

    def append(self, batch: Batch) -> None:
        """Take ``batch``, or be away."""
        if self.takes == 0:
            raise StoreUnavailableError("away")
        self.takes -= 1
        self.got.observations += batch.observations
        self.got.waves += batch.waves
        self.got.entries += batch.entries
        self.got.sessions += batch.sessions


def test_what_was_put_comes_back_in_order(tmp_path: Path, store: Store) -> None:
    """Every sort, also for a process that comes after; then the spool is empty."""
    spool = Spool(tmp_path / "spool", segment_bytes=3000)
    for n in range(30):
        spool.put(nth(n))
    again = Spool(tmp_path / "spool")
    assert again.pending() == spool.pending() == 91
    assert again.drain(store) == 91
    assert (again.pending(), again.size_bytes, again.drain(store)) == (0, 0, 0)
    assert [o.seq for o in store.observations("s-1", "bed01", "hr", 0, 2**52)] == list(range(30))
    assert [w.samples for w in store.waves("s-1", "bed01", "resp", 0, 2**52)] == [NOISE] * 30
    assert [e.ident for e in store.entries("s-1", kinds=["alarm"])] == [str(n) for n in range(30)]
    assert store.sessions() == [RECORD]


@pytest.mark.parametrize("takes", range(6))
def test_a_store_that_goes_away_again_costs_nothing(tmp_path: Path, takes: int) -> None:
    """Draining stops and later goes on; nothing is left out."""
    spool = Spool(tmp_path, segment_bytes=2000)
    for n in range(20):
        spool.put(nth(n))
    store = Away(takes)
    spool.drain(store)
    assert spool.pending() > 0
    spool.put(nth(20))
    store.takes = 1000
    spool.drain(store)
    assert list(dict.fromkeys(o.seq for o in store.got.observations)) == list(range(21))
    assert list(dict.fromkeys(w.seq for w in store.got.waves)) == list(range(21))
    assert spool.pending() == 0


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sizes=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=40))
def test_the_bound_holds_and_every_loss_is_counted(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[tuple[int, int]]
) -> None:
    """Waves go first, the oldest first; what is there and what is counted as dropped is what was put."""
    spool = Spool(tmp_path_factory.mktemp("spool"), limit_bytes=30_000)
    promised = waves = 0
    for n, (some, blocks) in enumerate(sizes):
        spool.put(
            Batch(
                [replace(HR, t=n, seq=k) for k in range(some)],
                [replace(WAVE, t=n, seq=k) for k in range(blocks)],
            )
        )
        promised, waves = promised + some, waves + blocks
        assert spool.size_bytes <= 30_000
    store = Away(1000)
    spool.drain(store)
    assert spool.dropped == 0
    assert len(store.got.observations) == promised
    assert len(store.got.waves) + spool.dropped_waves == waves
    kept = [(w.t, w.seq) for w in store.got.waves]
    everything = [(n, k) for n, (_, blocks) in enumerate(sizes) for k in range(blocks)]
    assert kept == everything[len(everything) - len(kept) :]


def test_without_waves_the_oldest_promised_go_and_are_counted(tmp_path: Path) -> None:
    """A bound is a bound; nobody is told that nothing was lost, and the count survives a restart."""
    spool = Spool(tmp_path, limit_bytes=20_000)
    for n in range(400):
        spool.put(Batch([replace(HR, t=n, seq=n, why=str(random.Random(n).random()))]))
    store = Away(1000)
    spool.drain(store)
    assert spool.dropped > 0
    assert [o.seq for o in store.got.observations] == list(range(spool.dropped, 400))
    assert Spool(tmp_path).dropped == spool.dropped


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_damaged_file_loses_no_more_than_what_is_damaged(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Torn at any byte or with any byte changed, every whole frame still comes back, and new ones too."""
    folder = tmp_path_factory.mktemp("spool")
    spool = Spool(folder)
    for n in range(8):
        spool.put(Batch([replace(HR, seq=n)]))
    (path,) = folder.glob("*.promised")
    content = path.read_bytes()
    place = data.draw(st.integers(0, len(content) - 1))
    torn = data.draw(st.booleans())
    frame_of_place = place * 8 // len(content)
    path.write_bytes(
        content[:place] if torn else content[:place] + bytes([content[place] ^ 0x5A]) + content[place + 1 :]
    )
    again = Spool(folder)
    again.put(Batch([replace(HR, seq=99)]))
    store = Away(100)
    again.drain(store)
    got = [o.seq for o in store.got.observations]
    lost = set(range(8)) - set(got)
    assert got == sorted(got)
    assert got[-1] == 99
    if torn:
        assert all(n >= frame_of_place - 1 for n in lost)
    else:
        assert len(lost) <= 1


PUTS = """
import sys
from dataclasses import replace
from pathlib import Path
from broker.store.protocol import Batch, Observation, WaveBlock
from broker.store.spool import Spool
spool = Spool(Path(sys.argv[1]), segment_bytes=20_000)
hr = Observation("s-1", "bed01", "patch", "hr", 0, "ab", 0, 72.0, "/min")
wave = WaveBlock("s-1", "bed01", "patch", "resp", 0, "ab", 0, 0, 50.0, "1", 1.0, 0.0, "Vld", bytes(400))
n = 0
while True:
    spool.put(Batch([replace(hr, t=n, seq=k) for k in range(20)], [replace(wave, t=n)]))
    print(n, flush=True)
    n += 1
"""


@pytest.mark.parametrize("kill_after", [1, 7, 60])
def test_a_killed_station_loses_nothing_it_had_put(tmp_path: Path, place: Opens, kill_after: int) -> None:
    """Kill -9 at any moment: what ``put`` returned for is in the store after the next drain."""
    command = [sys.executable, "-c", PUTS, str(tmp_path / "spool")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        promised = [int(process.stdout.readline()) for _ in range(kill_after)]
        os.kill(process.pid, signal.SIGKILL)
        promised += [int(line) for line in process.stdout if line.endswith("\n")]
    store = place.open()
    spool = Spool(tmp_path / "spool")
    spool.drain(store)
    counts: dict[int, int] = {}
    for o in store.observations("s-1", "bed01", "hr", 0, 2**52):
        counts[o.t] = counts.get(o.t, 0) + 1
    assert set(promised) <= set(counts)
    assert set(counts.values()) == {20}
    assert {w.t for w in store.waves("s-1", "bed01", "resp", 0, 2**52)} >= set(promised)
    assert spool.pending() == 0


FULL = """
import resource, signal, sys
from pathlib import Path
from broker.store.protocol import Batch, Observation, StoreUnavailableError
from broker.store.spool import Spool
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
spool = Spool(Path(sys.argv[1]))
hr = [Observation("s-1", "bed01", "patch", "hr", n, "ab", n, n / 7, "/min") for n in range(3000)]
spool.put(Batch(hr[:10]))
soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (5000, hard))
try:
    spool.put(Batch(hr))
except StoreUnavailableError as error:
    print("refused", error)
resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
spool.put(Batch(hr[10:20]))
print(spool.pending())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits of file size are POSIX")
def test_a_full_disk_refuses_whole_and_harms_nothing(tmp_path: Path) -> None:
    """Who is refused keeps its messages unacknowledged; what was there stays readable."""
    result = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path)], capture_output=True, text=True, check=True
    )
    refused, pending = result.stdout.splitlines()
    assert refused.startswith("refused spool")
    assert pending == "20"
    store = Away(100)
    Spool(tmp_path).drain(store)
    assert [o.seq for o in store.got.observations] == list(range(20))


@pytest.mark.slow
def test_putting_and_draining_go_on_together(tmp_path: Path) -> None:
    """The station puts what arrives while the store catches up."""
    spool, store = Spool(tmp_path, segment_bytes=500), Away(10**6)
    done = threading.Event()

    def drain() -> None:
        while not done.is_set() or spool.pending():
            spool.drain(store)

    thread = threading.Thread(target=drain)
    thread.start()
    for n in range(300):
        spool.put(Batch([replace(HR, seq=n)]))
    done.set()
    thread.join()
    assert [o.seq for o in store.got.observations] == list(range(300))
