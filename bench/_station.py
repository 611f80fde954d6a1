"""A station in a process of its own that prints its counts and memory: ``python -m bench._station``."""

import asyncio
import json
import sys
from typing import Final

import psutil

from broker.client import Address
from broker.clock import SystemClock
from broker.station.counts import Counts
from broker.station.service import run

EVERY_S: Final = 0.05


async def report(counts: Counts) -> None:
    """Print a line of JSON again and again."""
    clock, process = SystemClock(), psutil.Process()
    while True:
        cpu = process.cpu_times()
        row = {
            "received": counts.received,
            "stored": counts.stored,
            "cleared": counts.cleared,
            "said": counts.said,
            "taken_back": counts.taken_back,
            "rejected": dict(counts.rejected),
            "rss": process.memory_info().rss,
            "cpu_s": cpu.user + cpu.system,
        }
        sys.stdout.write(json.dumps(row) + "\n")
        sys.stdout.flush()
        await clock.sleep(EVERY_S)


async def main(broker: str, store: str, site: str, *parts: str) -> None:
    """Run a station until killed."""
    counts = Counts()
    reporting = asyncio.create_task(report(counts))
    wanted = [p for p in ("ingest", "watch") if not parts or p in parts]
    await run(Address.parse(broker), store, site, parts=wanted, counts=counts)  # type: ignore[arg-type]
    reporting.cancel()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
