"""Store: rows a second of values and wave blocks, trends from a full day, bytes a patient and day.

Beside each speed stands the bare database in the same run: stdlib ``sqlite3``, one table with the
identity as text in its key, given rows that were made beforehand. A patient has twelve numerics at
1 Hz and three waves (ECG 250 Hz, pleth 125 Hz, respiration 50 Hz) in blocks of 0.2 s.
"""

import argparse
import sqlite3
import statistics
import tempfile
from collections.abc import Callable, Iterator
from math import sin
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from broker.store import open_store
from broker.store.protocol import Batch, Observation, Store, WaveBlock
from vitals.catalogue import VITAL_SIGNS, WAVEFORMS

START = 1_768_469_400_000
DAY_S = 86_400
METRICS = ("hr", "rr", "spo2", "pr", "pi", "temp", "nibp_sys", "nibp_dia", "nibp_map", "etco2", "activity",
           "steps")  # fmt: skip
WAVES = ("ecg_ii", "pleth", "resp")
BLOCK_S = 0.2


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add this benchmark's options."""
    parser.add_argument("--seconds", type=int, default=60, help="how many seconds of data to write")
    parser.add_argument("--hours", type=float, default=4, help="length of the history behind the trends")
    parser.add_argument("--beds", type=int, default=36, help="beds of the ward")


def run(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Yield one result after the other."""
    for beds in (options.beds, 1000):
        yield from _writing_numerics(options, beds)
    yield from _writing_waves(options)
    yield from _trends(options)


def _value(metric: str, bed: int, second: int) -> float:
    sign = VITAL_SIGNS[metric]
    middle = (sign.lowest + sign.highest) / 2
    return round(middle + 5 * sin(second / 300 + bed) + (second * 7919 + bed) % 3, sign.decimals)


def numerics(session: str, beds: int, second: int) -> Batch:
    """Return the numerics of every bed in one second."""
    t = START + 1000 * second
    return Batch(
        [
            Observation(session, f"bed{b:04}", "patch", metric, t, "ab12", second, _value(metric, b, second),
                        VITAL_SIGNS[metric].unit, mode="Demo", received=t + 40)
            for b in range(beds)
            for metric in METRICS
        ]
    )  # fmt: skip


def blocks(session: str, beds: int, number: int) -> Batch:
    """Return the ``number``-th block of every wave of every bed."""
    t = START + round(1000 * BLOCK_S * number)
    return Batch(
        waves=[
            WaveBlock(session, f"bed{b:04}", "patch", wave, t, "ab12", number, round(number * w.hz * BLOCK_S),
                      w.hz, w.unit, w.scale, 0.0, "Vld", _samples(wave, number), t + 40)
            for b in range(beds)
            for wave in WAVES
            for w in (WAVEFORMS[wave],)
        ]
    )  # fmt: skip


def _samples(wave: str, number: int) -> bytes:
    """Return a block that moves as a signal with a beat does, with noise of some steps."""
    w = WAVEFORMS[wave]
    x = (np.arange(round(w.hz * BLOCK_S)) / w.hz + number * BLOCK_S) % 1.0
    beat = np.exp(-(((x - 0.3) / 0.015) ** 2)) + 0.2 * np.exp(-(((x - 0.6) / 0.06) ** 2))
    noise = np.random.default_rng(number).normal(0, 2, x.size)
    return np.round(beat / w.scale + noise).astype("<i4").tobytes()


def _timed(work: Callable[[Batch], None], batches: list[Batch]) -> float:
    began = perf_counter()
    for batch in batches:
        work(batch)
    return perf_counter() - began


def _writing_numerics(options: argparse.Namespace, beds: int) -> Iterator[dict[str, Any]]:
    seconds = max(10, options.seconds * 36 // max(36, beds))
    batches = [numerics("s-bench", beds, n) for n in range(seconds)]
    rows = sum(map(len, batches))
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(str(Path(folder) / "store.sqlite"))
        ours = rows / _timed(store.append, batches)
        store.close()
        theirs = rows / _bare(Path(folder), [[_plain(o) for o in b.observations] for b in batches])
    yield _row(f"write numerics, beds={beds}", ours, "rows/s", theirs)


def _writing_waves(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    batches = [blocks("s-bench", options.beds, n) for n in range(round(options.seconds / BLOCK_S / 4))]
    rows = sum(map(len, batches))
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(str(Path(folder) / "store.sqlite"))
        before = store.usage().size_bytes
        ours = rows / _timed(store.append, batches)
        size = (store.usage().size_bytes - before) / rows
        store.close()
        theirs = rows / _bare(Path(folder), [[_plain_wave(w) for w in b.waves] for b in batches])
    yield _row(f"write wave blocks, beds={options.beds}", ours, "blocks/s", theirs)
    per_day = size * len(WAVES) / BLOCK_S * DAY_S / 1e6
    yield _row("size of three waves", per_day, "MB/patient-day")


def _plain(o: Observation) -> tuple[object, ...]:
    return (o.session, o.subject, o.metric, o.t, o.device, o.boot, o.seq, o.value, o.unit, o.validity)


def _plain_wave(w: WaveBlock) -> tuple[object, ...]:
    return (w.session, w.subject, w.metric, w.t, w.device, w.boot, w.seq, w.samples, w.unit, w.validity)


def _bare(folder: Path, batches: list[list[tuple[object, ...]]]) -> float:
    connection = sqlite3.connect(folder / "bare.sqlite", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute(
        "CREATE TABLE bare (session, subject, metric, t, device, boot, seq, value, unit, validity,"
        " PRIMARY KEY (session, subject, metric, t, device, boot, seq)) WITHOUT ROWID"
    )
    began = perf_counter()
    for rows in batches:
        connection.execute("BEGIN")
        connection.executemany("INSERT OR IGNORE INTO bare VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        connection.execute("COMMIT")
    took = perf_counter() - began
    connection.close()
    return took


def _trends(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Measure the trend of one bed behind ``hours`` of a whole ward."""
    seconds = round(3600 * options.hours)
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(str(Path(folder) / "store.sqlite"))
        before = store.usage().size_bytes
        for bed in range(options.beds):
            _fill(store, bed, seconds)
        size = (store.usage().size_bytes - before) / (options.beds * len(METRICS) * seconds)
        yield _row("size of a value", size, "B")
        yield _row("size of twelve numerics", size * len(METRICS) * DAY_S / 1e6, "MB/patient-day")
        end = START + 1000 * seconds
        for name, length_s in (("30 min", 1800), ("24 h", seconds)):
            times = [
                _seconds(store, f"bed{k % options.beds:04}", end - 1000 * length_s, end) for k in range(20)
            ]
            case = f"series of {name} to 300 points, {options.beds} beds × {options.hours:g} h held"
            yield _row(case, 1000 * statistics.median(times), "ms")
        began = perf_counter()
        store.latest("s-bench")
        yield _row("latest of the ward", 1000 * (perf_counter() - began), "ms")
        store.close()


def _fill(store: Store, bed: int, seconds: int) -> None:
    for start in range(0, seconds, 6000):
        rows = [
            Observation("s-bench", f"bed{bed:04}", "patch", metric, t, "ab12", n, _value(metric, bed, n),
                        VITAL_SIGNS[metric].unit, mode="Demo", received=t + 40)
            for metric in METRICS
            for n in range(start, min(start + 6000, seconds))
            for t in (START + 1000 * n,)
        ]  # fmt: skip
        store.append(Batch(rows))


def _seconds(store: Store, bed: str, start: int, end: int) -> float:
    began = perf_counter()
    store.series("s-bench", bed, "hr", start, end, 300)
    return perf_counter() - began


def _row(case: str, value: float, unit: str, bare: float | None = None) -> dict[str, Any]:
    row: dict[str, Any] = {"bench": "store", "case": case, "value": round(value, 2), "unit": unit}
    if bare is not None:
        row |= {"peer": "bare sqlite3", "peer_value": round(bare, 2), "ratio": round(value / bare, 3)}
    return row
