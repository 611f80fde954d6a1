"""Speed: how many times faster than life a ward goes without waves, everything it says encoded.

A ward is the devices alone; a session is what a runner plays of a scenario: script, chance, truths and
devices, said to nobody. One process, CPU time, the median of rounds; first in plain Python, then with
kernels compiled, where they can be.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any, Final, Protocol

from devices import kernels
from devices.person import generate
from devices.randomness import generator
from devices.ward import TICK_MS, BedSetup, Emission, Ward
from scenarios.library import text_of
from scenarios.loader import loaded_or_raise
from scenarios.stage import Stage

SCENARIO: Final = "quiet-ward"
SITE, SESSION = "home", "s-speed"
START_MS: Final = 1_768_464_000_000
TICKS: Final = 1000 // TICK_MS
WARM_S: Final = 5
Row = dict[str, Any]


class Ticking(Protocol):
    """A ward or a session."""

    def tick(self, *, waves: bool) -> list[Emission]:
        """Go on by a fifth of a second."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add our own options."""
    parser.add_argument("--beds", default="8,100,1000", help="sizes of wards")
    parser.add_argument("--rounds", type=int, default=5, help="rounds, of which the median counts")
    parser.add_argument("--budget", type=float, default=1.0, help="CPU seconds a round and case")


def ward(beds: int) -> Ward:
    """Return a ward with the usual devices."""
    names = [f"bed{i:04}" for i in range(beds)]
    setups = [BedSetup(name, generate(generator(1, name, "person"))) for name in names]
    return Ward(SITE, SESSION, setups, seed=1, start_ms=START_MS)


def session(beds: int) -> Stage:
    """Return a session of the quiet ward, with chance."""
    return Stage(SITE, SESSION, loaded_or_raise(text_of(SCENARIO)), seed=1, beds=beds)


def pace(one: Ticking, budget_s: float) -> tuple[float, float]:
    """Return simulated seconds a CPU second, and messages a simulated second."""
    seconds, said, began_s = 0, 0, time.process_time()
    while (took_s := time.process_time() - began_s) < budget_s:
        for _ in range(TICKS):
            said += len(one.tick(waves=False))
        seconds += 1
    return seconds / took_s, said / seconds


def run(options: argparse.Namespace) -> Iterator[Row]:
    """Yield one result after the other."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    yield from _all(options, "plain")
    if kernels.compile_all():
        yield from _all(options, "compiled")


def _all(options: argparse.Namespace, how: str) -> Iterator[Row]:
    makers: dict[str, Callable[[int], Ticking]] = {"ward": ward, "session": session}
    for beds in (int(n) for n in str(options.beds).split(",")):
        for name, make in makers.items():
            one = make(beds)
            for _ in range(TICKS * WARM_S):
                one.tick(waves=False)
            paces, said = zip(*(pace(one, options.budget) for _ in range(options.rounds)), strict=True)
            case = f"{name} of {beds}, {how}"
            ratio = statistics.median(paces)
            yield _row(case, round(ratio), "× real time")
            yield _row(f"{case}: a bed's second", round(1e6 / ratio / beds, 1), "CPU-µs")
            yield _row(f"{case}: says", round(statistics.median(said), 1), "messages/s")


def _row(case: str, value: float, unit: str) -> Row:
    return {"bench": "speed", "case": case, "value": value, "unit": unit}
