"""Latency at speed 1 with eight beds and everything running: from the sample's moment to the pixel.

Numerics: from the measurement to the frame after the number was written. Waves: how old the newest
sample on the screen is. Both by the server's clock, which the page estimates over the stream.
"""

import argparse
from collections.abc import Iterator
from typing import Any, Final

from bench._browser import quantile, share, watched

NUMERICS_GOAL_S: Final = 0.5
WAVES_GOAL_S: Final = 0.75
SETTLE_MS: Final = 8_000


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add this benchmark's options."""
    parser.add_argument("--beds", type=int, default=8, help="number of beds")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long to look")


def run(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Yield median and 99th percentile of both ages in seconds."""
    with watched(["--scenario", "first-look", "--beds", str(options.beds)]) as ward:
        ward.page.wait_for_timeout(SETTLE_MS)
        before, cpu = ward.stats(), ward.cpu_s()
        ward.page.wait_for_timeout(options.seconds * 1000)
        used = ward.cpu_s()
        numbers = ward.ring("numberAges", "numberAgesAt", int(before["numberAgesAt"]))
        waves = ward.ring("ages", "agesAt", int(before["agesAt"]))
        offset = float(ward.page.evaluate("() => window.teleward.time.offset"))
    cores = share(cpu, used, options.seconds)
    for name, ages, goal in (
        ("numerics", numbers, NUMERICS_GOAL_S),
        ("newest wave sample", waves, WAVES_GOAL_S),
    ):
        for word, part in (("p50", 0.5), ("p99", 0.99)):
            row = {
                "bench": "latency",
                "case": f"{name} {word}",
                "value": quantile(ages, part) / 1000,
                "unit": "s",
            }
            limit = {"goal": goal} if word == "p99" else {}
            yield {**row, **limit, "seen": len(ages), "cores": cores, "clock_offset_ms": round(offset, 2)}
