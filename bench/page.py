"""The page at 16, 32 and 64 beds: frames in which every trace advanced, gaps between them, samples drawn.

The whole ward runs beside the browser on the same machine. A frame counts only when every trace on
the screen moved in it: a page that repaints without moving its curves is not smooth.
"""

import argparse
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

from bench._browser import quantile, share, watched

GOAL: Final = 60.0
SETTLE_MS: Final = 6_000


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add this benchmark's options."""
    parser.add_argument("--beds", type=int, nargs="*", default=[16, 32, 64], help="numbers of beds")
    parser.add_argument("--seconds", type=float, default=15.0, help="how long to look at each")


def run(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Yield, for each number of beds, frames a second, the 99th percentile of gaps, samples a second."""
    for beds in options.beds:
        with watched(["--scenario", "quiet-ward", "--beds", str(beds)]) as ward:
            ward.page.wait_for_timeout(SETTLE_MS)
            before, cpu = ward.stats(), ward.cpu_s()
            ward.page.wait_for_timeout(options.seconds * 1000)
            after, used = ward.stats(), ward.cpu_s()
            moments = ward.ring("full", "fullFrames", int(before["fullFrames"]))
        yield from rows(beds, before, after, moments, share(cpu, used, options.seconds))


def rows(
    beds: int, before: dict[str, Any], after: dict[str, Any], moments: list[float], cores: dict[str, float]
) -> Iterator[dict[str, Any]]:
    """Yield what two readings of the page's counters say."""
    seconds = (after["now"] - before["now"]) / 1000
    row = {"bench": "page", "beds": beds, "traces": after["traces"], "cores": cores}
    frames = (after["fullFrames"] - before["fullFrames"]) / seconds
    yield {**row, "case": f"frames n={beds}", "value": frames, "unit": "1/s", "goal": GOAL}
    gaps = [b - a for a, b in pairwise(moments)]
    yield {**row, "case": f"gap p99 n={beds}", "value": quantile(gaps, 0.99), "unit": "ms"}
    drawn = (after["drawn"] - before["drawn"]) / seconds
    yield {**row, "case": f"samples n={beds}", "value": drawn, "unit": "1/s"}
