"""Junk: random and mutated messages at a station; stored + rejected = sent, and memory stays flat.

An independent JSON-Schema validator decides beforehand which messages are valid, by the published
schemas. The station runs in a process of its own on a real broker and a real store.
"""

import argparse
import asyncio
import statistics
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, Final

from bench._attended import Attended, attended, present
from bench._junk_judge import Judge
from bench._junk_messages import messages
from broker import topics
from broker.client import Address, Link
from broker.embedded import EmbeddedBroker
from broker.packets import Outgoing
from broker.store import open_store

SITE: Final = "home"
AHEAD: Final = 400
"""So many messages are under way at most, so that waves (QoS 0) are not lost on the way."""
Row = dict[str, Any]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add our own options."""
    parser.add_argument("--count", type=int, default=1_000_000, help="how many messages")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--points", type=int, default=20, help="how many points of the memory's series")


def run(options: argparse.Namespace) -> Iterator[Row]:
    """Yield one result after the other."""
    yield from asyncio.run(_run(options))


async def _run(options: argparse.Namespace) -> list[Row]:
    broker = EmbeddedBroker()
    try:
        ports = await asyncio.to_thread(broker.start, 0, 0)
        with tempfile.TemporaryDirectory() as folder:
            return [row async for row in _measure(options, ports.url, str(Path(folder, "store.sqlite")))]
    finally:
        broker.stop()


async def _measure(options: argparse.Namespace, url: str, store: str) -> AsyncIterator[Row]:
    word = [(topics.part(SITE, "station"), 1)]
    async with (
        attended(url, store, SITE) as station,
        Link(Address.parse(url, {}), "junk", subscriptions=word) as link,
    ):
        await present(link)
        valid, judge = 0, Judge()
        for number, (topic, payload) in enumerate(messages(options.seed, options.count), 1):
            valid += judge.valid(topic, payload)
            link.send(Outgoing(topic, payload, 1))
            if number % 50 == 0:
                await station.until(lambda sent=number: sent - station.done < AHEAD)  # type: ignore[misc]
        await station.until(lambda: station.done == options.count)
        for row in _results(station, options.count, valid):
            yield row
        for row in _memory(station, options):
            yield row
    opened = open_store(store, readonly=True)
    yield _row("rows in the store", opened.usage().observations + opened.usage().entries, "rows")
    opened.close()


def _results(station: Attended, sent: int, valid: int) -> Iterator[Row]:
    last, stored, rejected = station.last, station.stored, station.refused
    yield _row("sent", sent, "messages")
    yield _row("valid, by the schemas", valid, "messages")
    yield _row("stored", stored, "messages", peer="valid", peer_value=valid)
    yield _row("rejected or cleared", rejected, "messages", peer="invalid", peer_value=sent - valid)
    yield _row("sent − stored − rejected", sent - stored - rejected, "messages")
    yield _row("said by the watch meanwhile", last["said"], "messages")
    for kind, count in sorted(last["rejected"].items()):
        yield _row(f"rejected: {kind}", count, "messages")
    yield _row("station CPU a message", 1e6 * last["cpu_s"] / sent, "µs")


def _memory(station: Attended, options: argparse.Namespace) -> Iterator[Row]:
    series = station.memory_mb
    for k in range(options.points):
        yield _row(
            f"memory at {100 * (k + 1) // options.points} %",
            series[(k + 1) * len(series) // options.points - 1],
            "MB",
        )
    quarter = max(1, len(series) // 4)
    middle, end = statistics.median(series[quarter : 2 * quarter]), statistics.median(series[-quarter:])
    yield _row("memory, last quarter less second", end - middle, "MB")


def _row(case: str, value: float, unit: str, *, peer: str = "", peer_value: float = 0) -> Row:
    row: Row = {"bench": "junk", "case": case, "value": round(value, 2), "unit": unit}
    if peer:
        row |= {"peer": peer, "peer_value": peer_value, "ratio": round(value / max(1, peer_value), 6)}
    return row
