"""Ingest: messages a second from the wire into the store, nothing lost, beside the store fed directly.

A station's ingest in a process of its own reads from a real broker; in the same run the same records
go into the same kind of store in batches made beforehand. The difference is what broker, transport,
decoding and acknowledgement cost; broker, station and load generator share this machine.
"""

import argparse
import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from bench._attended import PATIENCE_S, Attended, attended, present
from bench.faults.servers import influxd, prepared
from broker import messages as m
from broker import topics
from broker.client import Address, Link
from broker.codec import Accepted, decode, encode
from broker.embedded import EmbeddedBroker, free_port
from broker.packets import Outgoing
from broker.station.intake import Intake
from broker.store import open_store
from broker.store.protocol import Batch, Store
from vitals.catalogue import VITAL_SIGNS, WAVEFORMS, VitalSign

SITE: Final = "home"
START_MS: Final = 1_768_469_400_000
METRICS: Final = ("hr", "rr", "spo2", "pr", "pi", "temp", "etco2", "activity")
WAVES: Final = ("ecg_ii", "pleth", "resp")
TOGETHER: Final = 500
"""So many messages make one batch for the store that is fed directly."""
AHEAD: Final = 4_000
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Load:
    """Messages to send, and how many rows they make."""

    name: str
    messages: Sequence[Outgoing]
    rows: int


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add our own options."""
    parser.add_argument("--beds", type=int, default=100, help="patients whose messages these are")
    parser.add_argument("--seconds", type=int, default=200, help="seconds of numerics")
    parser.add_argument(
        "--store",
        help="another store's address, or influx for an influxd from PATH (default: new SQLite files)",
    )
    parser.add_argument("--program", choices=("iotcore", "mosquitto"), help="which broker")


def run(options: argparse.Namespace) -> Iterator[Row]:
    """Yield one result after the other."""
    loads = (
        numerics(options.beds, options.seconds),
        waves(options.beds, max(1, options.seconds // 10)),
    )
    for load in loads:
        with tempfile.TemporaryDirectory() as folder:
            yield from asyncio.run(_one(options, load, Path(folder)))


def numerics(beds: int, seconds: int) -> Load:
    """Return a message a bed and second with eight numerics."""
    out = []
    for second in range(seconds):
        readings = {key: _reading(VITAL_SIGNS[key], second) for key in METRICS}
        num = m.Num(v=1, m=readings, boot="ab12", seq=second, t=START_MS + 1000 * second, mode="Demo")
        payload = encode(num)
        out += [
            Outgoing(topics.device(SITE, "s-bench", f"bed{b:04}", "patch", "num"), payload, 1)
            for b in range(beds)
        ]
    return Load("numerics", out, len(out) * len(METRICS))


def _reading(sign: VitalSign, second: int) -> m.Reading:
    middle = (sign.lowest + sign.highest) / 2
    return m.Reading(v=round(middle * (1 + second % 7 / 100), 2), u=sign.unit)


def waves(beds: int, seconds: int) -> Load:
    """Return the blocks of 0.2 s of three waves of every bed."""
    out = []
    for block in range(5 * seconds):
        for key in WAVES:
            form = WAVEFORMS[key]
            samples = [(block * 7919 + i * i) % 400 - 200 for i in range(form.hz // 5)]
            wave = m.Wave(
                v=1, hz=form.hz, u=form.unit, scale=form.scale, d=samples, boot="ab12", seq=block,
                i0=block * len(samples), t=START_MS + 200 * block, mode="Demo",
            )  # fmt: skip
            payload = encode(wave)
            out += [
                Outgoing(topics.wave(SITE, "s-bench", f"bed{b:04}", "patch", key), payload)
                for b in range(beds)
            ]
    return Load("wave blocks", out, len(out))


async def _one(options: argparse.Namespace, load: Load, folder: Path) -> list[Row]:
    broker = EmbeddedBroker(options.program)
    try:
        ports = await asyncio.to_thread(broker.start, 0, 0)
        async with (
            _store(options.store, folder / "ingest") as address,
            attended(ports.url, address, SITE, "ingest") as station,
        ):
            took_s, cpu_s = await _through_the_wire(load, ports.url, station)
            lost = len(load.messages) - station.stored
            received = dict(station.last)
    finally:
        broker.stop()
    async with _store(options.store, folder / "direct") as address:
        direct_s = await asyncio.to_thread(_directly, load, address)
    n, case = len(load.messages), f"{load.name}, n={options.beds}"
    return [
        _row(case, n / took_s, "messages/s", peer="store fed directly", peer_value=n / direct_s),
        _row(f"{case}: rows", load.rows / took_s, "rows/s"),
        _row(f"{case}: lost", lost + sum(received["rejected"].values()), "messages"),
        _row(f"{case}: station CPU", 1e6 * cpu_s / n, "µs/message"),
    ]


@asynccontextmanager
async def _store(wish: str | None, folder: Path) -> AsyncIterator[str]:
    """Give the address of a new store in ``folder``, or of the one that is wished for."""
    if wish != "influx":
        yield wish or str(folder / "store.sqlite")
        return
    port = free_port(0)
    running = asyncio.create_task(influxd(folder, port).run())
    try:
        address = f"influx://127.0.0.1:{port}/bench?org=bench"
        await prepared(address, PATIENCE_S)
        yield address
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def _through_the_wire(load: Load, url: str, station: Attended) -> tuple[float, float]:
    word = [(topics.part(SITE, "station"), 1)]
    async with Link(Address.parse(url, {}), "bench-ingest", subscriptions=word, outbox=100_000) as link:
        await present(link)
        began, cpu_s = perf_counter(), station.last["cpu_s"]
        for number, out in enumerate(load.messages):
            link.send(out)
            if number % 200 == 0:
                await asyncio.sleep(0)
                await station.until(lambda sent=number: sent - station.done < AHEAD)  # type: ignore[misc]
        await station.until(lambda: station.done >= len(load.messages))
        return perf_counter() - began, station.last["cpu_s"] - cpu_s


def _directly(load: Load, address: str) -> float:
    """Return how long the store takes for the same records, made beforehand."""
    batches = [_batch(load.messages[i : i + TOGETHER]) for i in range(0, len(load.messages), TOGETHER)]
    store: Store = open_store(address)
    began = perf_counter()
    for batch in batches:
        store.append(batch)
    took_s = perf_counter() - began
    store.close()
    return took_s


def _batch(messages: Sequence[Outgoing]) -> Batch:
    batch, intake = Batch(), Intake()
    for out in messages:
        got = decode(out.topic, out.payload)
        if isinstance(got, Accepted):
            intake.take(got, START_MS, batch)
    return batch


def _row(case: str, value: float, unit: str, *, peer: str = "", peer_value: float = 0) -> Row:
    row: Row = {"bench": "ingest", "case": case, "value": round(value, 1), "unit": unit}
    if peer:
        row |= {"peer": peer, "peer_value": round(peer_value, 1), "ratio": round(value / peer_value, 3)}
    return row
