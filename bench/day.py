"""Day: the memory of player, broker and station over a simulated day; flat is right.

A quiet ward is played as a session is, many times faster than life, through a real broker into a real
station and store, each a process of its own. Memory is noted at each simulated hour.
"""

import argparse
import asyncio
import statistics
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import psutil

from bench._attended import Attended, attended, present
from broker import topics
from broker.client import Address, Link
from broker.clock import SystemClock
from broker.embedded import EmbeddedBroker
from broker.packets import Outgoing
from scenarios.library import text_of
from scenarios.loader import loaded_or_raise
from scenarios.player import Player
from scenarios.stage import Stage
from vitals.time import ClockLine

SITE: Final = "home"
SCENARIO: Final = "quiet-ward"
HOUR_MS: Final = 3_600_000
LOOK_S: Final = 0.05
BEHIND_MOST: Final = 20_000
"""So many messages may be on their way."""
Row = dict[str, Any]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add our own options."""
    parser.add_argument("--hours", type=int, default=24, help="simulated hours")
    parser.add_argument("--beds", type=int, default=4)
    parser.add_argument("--speed", type=float, default=300, help="simulated seconds a second, at most")
    parser.add_argument("--program", choices=("iotcore", "mosquitto"), help="which broker")


def run(options: argparse.Namespace) -> Iterator[Row]:
    """Yield one result after the other."""
    with tempfile.TemporaryDirectory() as folder:
        yield from asyncio.run(_day(options, str(Path(folder) / "store.sqlite")))


@dataclass(slots=True)
class Wire:
    """Where the player speaks to; counts what it said."""

    link: Link
    said: int = 0

    def publish(self, _sender: str, out: Outgoing) -> None:
        """Say ``out``."""
        self.said += 1
        self.link.send(out)


@dataclass(slots=True)
class Memory:
    """What each process held at each hour, in megabytes."""

    processes: dict[str, psutil.Process]
    hours: dict[str, list[float]] = field(default_factory=dict)

    def note(self) -> None:
        """Look now."""
        for name, process in self.processes.items():
            family = [process] if name == "player" else [process, *process.children(recursive=True)]
            held = sum(p.memory_info().rss for p in family) / 1e6
            self.hours.setdefault(name, []).append(held)


async def _day(options: argparse.Namespace, store: str) -> list[Row]:
    broker, clock = EmbeddedBroker(options.program), SystemClock()
    try:
        ports = await asyncio.to_thread(broker.start, 0, 0)
        word = [(topics.part(SITE, "station"), 1)]
        async with (
            attended(ports.url, store, SITE) as station,
            Link(Address.parse(ports.url, {}), "day", subscriptions=word, outbox=200_000) as link,
        ):
            await present(link)
            lasts = {"lasts": options.hours * HOUR_MS}
            scenario = loaded_or_raise(text_of(SCENARIO)).model_copy(update=lasts)
            stage = Stage(SITE, "s-day", scenario, seed=1, beds=options.beds)
            line = ClockLine(stage.start_ms, clock.now_ms(), options.speed, running=True)
            wire = Wire(link)
            player = Player(stage, wire, clock, line)
            memory = Memory({
                "player": psutil.Process(),
                "station": psutil.Process(station.pid),
                "broker": psutil.Process(broker.pid),
            })  # fmt: skip
            began_s = clock.monotonic()
            playing = asyncio.create_task(player.run())
            await _watch(playing, player, station, memory)
            await station.until(lambda: station.done >= wire.said - link.dropped)
            took_s = clock.monotonic() - began_s
            lost = wire.said - station.stored - station.refused
    finally:
        broker.stop()
    return [*_rows(memory), *_totals(options, wire.said, lost, took_s)]


async def _watch(playing: "asyncio.Task[Any]", player: Player, station: Attended, memory: Memory) -> None:
    """Note the memory at each hour; slow down where the station does not follow."""
    hour_ms = player.stage.start_ms + HOUR_MS
    while not playing.done():
        await asyncio.wait([playing], timeout=LOOK_S)
        if player.stage.now_ms >= hour_ms:
            hour_ms += HOUR_MS
            memory.note()
        behind = player.messages - station.done
        if behind > BEHIND_MOST and player.line.running:
            player.change(running=False)
        elif behind < BEHIND_MOST // 2 and not player.line.running:
            player.change(running=True)
    playing.result()


def _rows(memory: Memory) -> Iterator[Row]:
    for name, hours in memory.hours.items():
        for k in sorted({0, len(hours) // 4, len(hours) // 2, 3 * len(hours) // 4, len(hours) - 1}):
            yield _row(f"{name}: after {k + 1} h", hours[k], "MB")
        quarter = max(1, len(hours) // 4)
        growth = statistics.median(hours[-quarter:]) - statistics.median(hours[quarter : 2 * quarter])
        yield _row(f"{name}: last quarter less second", growth, "MB")


def _totals(options: argparse.Namespace, said: int, lost: int, took_s: float) -> Iterator[Row]:
    yield _row("messages", said, "messages")
    yield _row("lost", lost, "messages")
    yield _row("speed", options.hours * 3600 / took_s, "simulated s/s")


def _row(case: str, value: float, unit: str) -> Row:
    return {"bench": "day", "case": case, "value": round(value, 1), "unit": unit}
