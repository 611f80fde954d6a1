"""Fleet: thousands of patients in real time through a broker into the store, and who needs how much CPU.

Four cases: patients on gateways (``BEDS_PER_GATEWAY`` a connection), devices with a connection each,
a ward with all waves and one page open, as ``teleward up`` runs it, and hundreds of beds with waves that
one process draws and says, as a session's runner does, to a subscriber that counts. Numerics of the first
two are QoS 1, two readings a message, spread over each second. Nothing may be lost; "behind" is how much
later than the last message was sent the last one was stored.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import psutil

from bench._attended import attended, present
from bench._engine_fleet import cpu_s, play
from bench.faults.ledger import Script, compare, stored, waves_lost
from bench.faults.page import Page
from bench.faults.ward import Ward
from broker import messages as m
from broker import topics
from broker.client import Address, Link, Outgoing
from broker.clock import SystemClock
from broker.codec import encode
from broker.embedded import EmbeddedBroker
from broker.store import open_store
from devices.gateways.plan import BEDS_PER_GATEWAY

SITE: Final = "home"
SESSION: Final = "s-fleet"
TICKS: Final = 20
"""Parts of a second over which the patients are spread."""
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """So many patients, so many of them on one connection."""

    name: str
    patients: int
    a_connection: int


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add our own options."""
    parser.add_argument("--patients", type=int, default=10_000, help="patients on gateways; 0 for none")
    parser.add_argument("--devices", type=int, default=1_000, help="devices with own connections; 0 for none")
    parser.add_argument("--beds", type=int, default=36, help="beds with all waves and a page; 0 for none")
    parser.add_argument("--waves", type=int, default=500, help="beds with waves of one process; 0 for none")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--program", choices=("iotcore", "mosquitto"), default="mosquitto")


def run(options: argparse.Namespace) -> Iterator[Row]:
    """Yield one result after the other."""
    cases = (
        Case("gateways", options.patients, BEDS_PER_GATEWAY),
        Case("own connections", options.devices, 1),
    )
    for case in cases:
        if case.patients:
            with tempfile.TemporaryDirectory() as folder:
                yield from asyncio.run(_fleet(case, options, Path(folder)))
    if options.waves:
        yield from asyncio.run(_waves(options))
    if options.beds:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            yield from asyncio.run(_ward(options, Path(folder)))


async def _fleet(case: Case, options: argparse.Namespace, folder: Path) -> list[Row]:
    broker = EmbeddedBroker(options.program)
    try:
        ports = await asyncio.to_thread(broker.start, 0, 0)
        async with attended(ports.url, str(folder / "store.sqlite"), SITE, "ingest") as station:
            address = Address.parse(ports.url, {})
            async with Link(address, "bench", subscriptions=[(topics.part(SITE, "station"), 1)]) as watch:
                await present(watch)
            async with AsyncExitStack() as stack:
                count = -(-case.patients // case.a_connection)
                links = [Link(address, f"gateway-{i}", outbox=100_000) for i in range(count)]
                for link in links:
                    await stack.enter_async_context(link)
                await asyncio.gather(*(link.wait_connected(60) for link in links))
                await station.until(lambda: bool(station.last))
                processes = {"broker": broker.pid or 0, "publisher": psutil.Process().pid}
                before = {k: cpu_s(p) for k, p in processes.items()}
                spent_s = station.last["cpu_s"]
                began = perf_counter()
                late_s = await _publish(links, case, options.seconds)
                sent_s = perf_counter() - began
                total = case.patients * options.seconds
                await station.until(lambda: station.done >= total)
                took_s = perf_counter() - began
                shares = {k: (cpu_s(p) - before[k]) / took_s for k, p in processes.items()}
                shares["station"] = (station.last["cpu_s"] - spent_s) / took_s
                lost = total - station.stored + sum(link.dropped for link in links)
    finally:
        broker.stop()
    name = f"{case.name}, n={case.patients}"
    return [
        _row(f"{name}: stored", total / took_s, "messages/s"),
        _row(f"{name}: lost", lost, "messages"),
        _row(f"{name}: publisher late at most", late_s, "s"),
        _row(f"{name}: behind at the end", took_s - sent_s, "s"),
        *(_row(f"{name}: {who}", share, "share of a core") for who, share in shares.items()),
        *(_row(f"{name}: {who}", 1e6 * s * took_s / total, "CPU-µs/message") for who, s in shares.items()),
    ]


async def _publish(links: Sequence[Link], case: Case, seconds: int) -> float:
    """Say every patient's numerics each second; return how late the latest was."""
    clock, began, late_s = SystemClock(), perf_counter(), 0.0
    topic = [topics.device(SITE, SESSION, f"bed{b:05}", "oximeter", "num") for b in range(case.patients)]
    start_ms = clock.now_ms()
    for second in range(seconds):
        for part in range(TICKS):
            due = second + part / TICKS
            await asyncio.sleep(max(0.0, began + due - perf_counter()))
            late_s = max(late_s, perf_counter() - began - due)
            for bed in range(part, case.patients, TICKS):
                num = m.Num(
                    v=1,
                    m={
                        "spo2": m.Reading(v=90 + (bed + second) % 10, u="%"),
                        "pr": m.Reading(v=60 + (bed + second) % 40, u="/min"),
                    },
                    boot="ab12",
                    seq=second,
                    t=start_ms + 1000 * second,
                    mode="Demo",
                )
                links[bed // case.a_connection].send(Outgoing(topic[bed], encode(num), 1))
    return late_s


async def _ward(options: argparse.Namespace, folder: Path) -> list[Row]:
    async with Ward(folder, options.program, options.beds, 1) as ward:
        page = Page(ward.page, folder, ward.session)
        looking = asyncio.create_task(page.run())
        await asyncio.wait_for(page.moved(), 60)
        before, began = {k: cpu_s(p) for k, p in ward.processes().items()}, perf_counter()
        await asyncio.sleep(options.seconds)
        after, took_s = {k: cpu_s(p) for k, p in ward.processes().items()}, perf_counter() - began
        script = await asyncio.to_thread(Script, 1, options.beds, took_s + 60)
        looking.cancel()
        store = open_store(ward.places.store, readonly=True)
        until_ms = max(o.t for o in store.latest(ward.session)) - 2_000
        promised = script.promised(until_ms)
        missing = compare(promised, stored(store, ward.session, promised)).missing
        beds = {p[0] for p in promised}
        waves = waves_lost(store, ward.session, beds, script.start_ms, until_ms)
        store.close()
    name = f"ward with waves and a page, n={options.beds}"
    return [
        _row(f"{name}: observations promised", len(promised), "observations"),
        _row(f"{name}: lost", len(missing), "observations"),
        _row(f"{name}: wave blocks lost", waves, "%"),
        *(_row(f"{name}: {k}", (after[k] - before[k]) / took_s, "share of a core") for k in before),
    ]


async def _waves(options: argparse.Namespace) -> list[Row]:
    broker = EmbeddedBroker(options.program)
    try:
        ports = await asyncio.to_thread(broker.start, 0, 0)
        got = await play(ports.url, broker.pid or 0, options.waves, options.seconds)
    finally:
        broker.stop()
    name = f"waves from the engine, n={options.waves}"
    return [
        _row(f"{name}: said", got.said_a_second, "messages/s"),
        _row(f"{name}: waves among it", got.waves_a_second, "messages/s"),
        _row(f"{name}: lost at the subscriber, of {got.said}", got.lost, "messages"),
        _row(f"{name}: player late at most", got.late_s, "s"),
        _row(f"{name}: clock set back", got.set_back, "times"),
        *(_row(f"{name}: {who}", share, "share of a core") for who, share in got.shares.items()),
    ]


def _row(case: str, value: float, unit: str) -> Row:
    return {"bench": "fleet", "case": case, "value": round(value, 2), "unit": unit}
