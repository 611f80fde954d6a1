"""InfluxDB 2: values a second, server CPU and bytes on disk, beside the leanest text for the same server.

Starts an ``influxd`` of its own (2.7 or later on PATH), told to compact at once. The peer for
numerics is one measurement with twelve fields a line, for waves one point a sample: both as text made
beforehand, written with the same client. Bytes are those of the storage engine after it has compacted.
"""

import argparse
import shutil
import socket
import statistics
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import psutil

from bench.store import BLOCK_S, METRICS, START, WAVES, blocks, numerics
from broker.store.influx import InfluxStore
from broker.store.influx_address import InfluxAddress
from broker.store.influx_server import Server
from broker.store.influx_setup import Admin, setup
from broker.store.protocol import Batch, StoreUnavailableError

ORG, BUCKET = "bench", "bench"
QUIET = 8  # equal sizes a second apart
NOTHING = 100_000  # bytes of a log that holds nothing of ours
QUICK = ("--storage-cache-snapshot-write-cold-duration=1s", "--storage-compact-full-write-cold-duration=2s")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add this benchmark's options."""
    parser.add_argument("--beds", type=int, default=36, help="beds of the ward")
    parser.add_argument("--seconds", type=int, default=1800, help="how many seconds of numerics to write")


def run(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Yield one result after the other."""
    command = shutil.which("influxd")
    if command is None:
        yield {"bench": "influx", "case": "no influxd on PATH", "value": 0, "unit": "–"}
        return
    yield from _numerics(command, options.beds, options.seconds)
    yield from _waves(command, options.beds, max(10, options.seconds // 30))


class Measured:
    """A server of its own: what is written to it, how long that took, its CPU and its disk."""

    def __init__(self, folder: Path, command: str) -> None:
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            port = s.getsockname()[1]
        self._engine = folder / "engine"
        self._process = subprocess.Popen(
            [command, "--bolt-path", folder / "bolt", "--engine-path", self._engine, "--reporting-disabled",
             "--sqlite-path", folder / "sqlite", "--http-bind-address", f"127.0.0.1:{port}", *QUICK],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        url = f"influx://127.0.0.1:{port}/{BUCKET}?org={ORG}"
        tokens = _patiently(lambda: setup(url, Admin("", "bench", "bench-only"), live_age_s=0))
        self.address = InfluxAddress.parse(url, {"TELEWARD_INFLUX_TOKEN": tokens["station"]})

    def timed(self, write: Callable[[Any], object], batches: list[Any]) -> tuple[float, float, float]:
        """Write ``batches``; return seconds, the server's CPU seconds, and bytes on disk."""
        before, size = self._cpu_s(), self._settled_bytes()
        began = perf_counter()
        for batch in batches:
            write(batch)
        took, cpu_s = perf_counter() - began, self._cpu_s() - before
        return took, cpu_s, self._settled_bytes() - size

    def _cpu_s(self) -> float:
        times = psutil.Process(self._process.pid).cpu_times()
        return float(times.user + times.system)

    def _settled_bytes(self) -> float:
        """Return the size of the data files, once the log is empty and they have stood still."""
        pause, sizes = threading.Event(), [-1] * QUIET
        for _ in range(120):
            sizes.append(_bytes(self._engine, "tsm"))
            if len(set(sizes[-QUIET:])) == 1 and _bytes(self._engine, "wal") < NOTHING:
                break
            pause.wait(1.0)
        return float(sizes[-1])

    def stop(self) -> None:
        """End the server."""
        self._process.kill()
        self._process.wait()


@contextmanager
def _server(command: str) -> Iterator[Measured]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        server = Measured(Path(folder), command)
        try:
            yield server
        finally:
            server.stop()


def _patiently(call: Callable[[], dict[str, str]]) -> dict[str, str]:
    pause = threading.Event()
    for _ in range(100):
        try:
            return call()
        except StoreUnavailableError:
            pause.wait(0.2)
    return call()


def _bytes(folder: Path, kind: str) -> int:
    return sum(entry.stat().st_size for entry in folder.rglob(f"*.{kind}") if entry.exists())


def _numerics(command: str, beds: int, seconds: int) -> Iterator[dict[str, Any]]:
    batches = [numerics("s-bench", beds, n) for n in range(seconds)]
    values = sum(map(len, batches))
    bodies = [_wide(batch) for batch in batches]
    with _server(command) as server:
        store = InfluxStore(server.address)
        ours = server.timed(store.append, batches)
        times = [_seconds(store, f"bed{k % beds:04}", seconds) for k in range(20)]
    with _server(command) as server:
        bare = Server(server.address)
        theirs = server.timed(lambda body: bare.write(BUCKET, body), bodies)
    case, peer = f"numerics, beds={beds}", "prebuilt wide lines"
    yield _row(f"write {case}", values / ours[0], "values/s", peer, values / theirs[0])
    yield _row(f"server, {case}", values / ours[1], "values/CPU-s", peer, values / theirs[1])
    yield _row(f"disk, {case}", ours[2] / values, "B/value", peer, theirs[2] / values, less_is_better=True)
    yield _row(f"series of {seconds} s to 300 points", 1000 * statistics.median(times), "ms")


def _wide(batch: Batch) -> list[str]:
    """Return one line a patient, with all metrics as fields."""
    lines = []
    for subject, values in groupby(batch.observations, key=lambda o: o.subject):
        rows = list(values)
        fields = ",".join(f"{o.metric}={o.value}" for o in rows)
        lines.append(f"vitals,session=s-bench,subject={subject} {fields} {rows[0].t}000000")
    return lines


def _seconds(store: InfluxStore, bed: str, length_s: int) -> float:
    began = perf_counter()
    store.series("s-bench", bed, METRICS[0], START, START + 1000 * length_s, 300)
    return perf_counter() - began


def _waves(command: str, beds: int, seconds: int) -> Iterator[dict[str, Any]]:
    batches = [blocks("s-bench", beds, n) for n in range(round(seconds / BLOCK_S))]
    patient_s = beds * seconds
    with _server(command) as server:
        ours = server.timed(InfluxStore(server.address).append, batches)
    few = batches[: max(1, len(batches) // 10)]
    fewer_s = patient_s * len(few) / len(batches)
    bodies = [_samples(batch) for batch in few]
    with _server(command) as server:
        bare = Server(server.address)
        theirs = server.timed(lambda body: bare.write(BUCKET, body), bodies)
    case, peer = f"{len(WAVES)} waves, beds={beds}", "one point a sample"
    yield _row(f"write {case}", patient_s / ours[0], "patient-s/s", peer, fewer_s / theirs[0])
    yield _row(f"server, {case}", patient_s / ours[1], "patient-s/CPU-s", peer, fewer_s / theirs[1])
    yield _row(
        f"disk, {case}", ours[2] / patient_s, "B/patient-s", peer, theirs[2] / fewer_s, less_is_better=True
    )


def _samples(batch: Batch) -> list[str]:
    return [
        f"wave,metric={w.metric},session=s-bench,subject={w.subject} v={raw * w.scale:.6g} {stamp}"
        for w in batch.waves
        for k, raw in enumerate(np.frombuffer(w.samples, "<i4"))
        for stamp in (w.t * 1_000_000 + round(k * 1e9 / w.hz),)
    ]


def _row(
    case: str, value: float, unit: str, peer: str = "", peer_value: float = 0, *, less_is_better: bool = False
) -> dict[str, Any]:
    row: dict[str, Any] = {"bench": "influx", "case": case, "value": round(value, 2), "unit": unit}
    if peer:
        ratio = peer_value / value if less_is_better else value / peer_value
        row |= {"peer": peer, "peer_value": round(peer_value, 2), "ratio": round(ratio, 3)}
    return row
