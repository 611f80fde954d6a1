"""What every store promises when several processes use it, and when one is killed."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import IO, Protocol

import pytest

from broker.store.protocol import Batch, Entry, Observation, Store, WaveBlock

SIZE = 100
HR = Observation("s-1", "bed01", "patch", "hr", 0, "ab", 0, 72.0, "/min", received=1)

WRITER = f"""
import sys
from broker.store import open_store
from broker.store.protocol import Batch, Observation
store = open_store(sys.argv[1])
for n in range(int(sys.argv[2])):
    store.append(Batch([
        Observation("s-1", "bed01", "patch", "hr", n, "ab", k, 72.0, "/min", received=1)
        for k in range({SIZE})
    ]))
    print(n, flush=True)
"""
READER = """
import sys
from broker.store import open_store
print(len(open_store(sys.argv[1], readonly=True).observations("s-1", "bed01", "hr", 0, 2**52)))
"""


class Opens(Protocol):
    """What these tests need of a place."""

    url: str
    isolated: bool

    def open(self, *, readonly: bool = False) -> Store:
        """Open the store."""


def lines(stream: IO[str], n: int) -> Iterator[int]:
    """Yield the next ``n`` numbers that a process says, as it says them."""
    return (int(stream.readline()) for _ in range(n))


@contextmanager
def writing(url: str, batches: int) -> Iterator[subprocess.Popen[str]]:
    """Run a writer of so many batches in another process."""
    command = [sys.executable, "-c", WRITER, url, str(batches)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def test_another_process_sees_what_is_committed(place: Opens) -> None:
    """As soon as ``append`` has returned, while the writer keeps the store open."""
    store = place.open()
    for n in range(2):
        store.append(Batch([replace(HR, t=n)]))
        found = subprocess.run(
            [sys.executable, "-c", READER, place.url], capture_output=True, text=True, check=True
        )
        assert int(found.stdout) == n + 1


def test_a_reader_reads_while_another_process_writes(place: Opens) -> None:
    """Readers neither wait nor fail, see what was promised, and never half a batch of SQLite's."""
    place.open().append(Batch([replace(HR, session="s-0")]))
    reader = place.open(readonly=True)
    with writing(place.url, 12) as process:
        assert process.stdout is not None
        for promised in lines(process.stdout, 12):
            found = reader.observations("s-1", "bed01", "hr", 0, 2**52)
            assert len(found) >= SIZE * (promised + 1)
            assert not place.isolated or len(found) % SIZE == 0
            assert reader.latest("s-1")[0].t >= promised


@pytest.mark.parametrize("kill_after", [1, 4, 9])
def test_a_writer_killed_at_any_moment_leaves_whole_batches(place: Opens, kill_after: int) -> None:
    """Kill -9: what it was told is written is there; of what it was writing all or nothing."""
    place.open().append(Batch([replace(HR, session="s-0")]))
    with writing(place.url, 100_000) as process:
        assert process.stdout is not None
        promised = list(lines(process.stdout, kill_after))
        os.kill(process.pid, signal.SIGKILL)
        promised += [int(line) for line in process.stdout if line.endswith("\n")]
    counts: dict[int, int] = {}
    for o in place.open().observations("s-1", "bed01", "hr", 0, 2**52):
        counts[o.t] = counts.get(o.t, 0) + 1
    assert set(promised) <= set(counts)
    assert set(counts.values()) == {SIZE}
    assert len(counts) - len(promised) <= 1


def test_threads_may_share_a_store(store: Store) -> None:
    """The station writes from one thread and answers from others."""
    wrong: list[BaseException] = []

    def write(device: str) -> None:
        try:
            for n in range(20):
                store.append(Batch([replace(HR, device=device, t=n)]))
                assert len(store.observations("s-1", "bed01", "hr", 0, 20)) > n
        except BaseException as error:  # noqa: BLE001 -- told to the test's own thread
            wrong.append(error)

    threads = [threading.Thread(target=write, args=(f"d{k}",)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert store.usage().observations == 80


def test_a_batch_of_every_sort_is_written_together(place: Opens) -> None:
    """Observations, waves and entries of one batch are there when ``append`` returns."""
    wave = WaveBlock("s-1", "bed01", "p", "resp", 1, "ab", 1, 0, 50.0, "1", 1.0, 0.0, "Vld", b"\1\0\0\0")
    place.open().append(Batch([HR], [wave], [Entry("s-1", "bed01", "alarm", "x", 1, "1", b"{}")]))
    reader = place.open(readonly=True)
    usage = reader.usage()
    assert (usage.observations, usage.waves, usage.entries) == (1, 1, 1)
