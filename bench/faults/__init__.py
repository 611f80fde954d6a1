"""Faults: kill -9 part after part of a running ward, and compare what was promised with what is stored.

A ward runs as ``teleward up`` runs it. Sensors of their own, each through a connection that is cut
and held up, say what they promise (QoS 1) and note it; what simulated devices promised is known from
playing the same seed again without a broker. Parts are killed in turn at random moments, with their
process group or alone, some while another is still away; the store is locked so long that the
station spools; one sensor's clock jumps. At the end everything
may drain, and the store is asked for every single observation.

``careful`` sensors use our link as our own devices do (they wait for the station and say the last
seconds again); ``plain`` ones know nothing of that, so a killed broker may take along what it had
acknowledged (``docs/explanation/delivery.md``). The exit status is 0 only if all that is promised is
stored: everything of careful sensors and simulated devices, and of plain ones while no broker died.
"""

import argparse
import asyncio
import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.faults.shift import PARTS, Outcome, Plan, shift

__all__ = ["arguments", "run"]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add our own options."""
    parser.add_argument("--kills", type=int, default=20, help="how many parts are killed in all")
    parser.add_argument("--duration", type=float, default=120, help="seconds over which that happens")
    parser.add_argument("--seed", type=int, default=1, help="same seed, same order of faults")
    parser.add_argument("--broker", choices=("iotcore", "mosquitto"), default="iotcore")
    parser.add_argument("--beds", type=int, default=8, help="simulated patients")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS, help="what is killed")
    parser.add_argument("--data", type=Path, help="keep everything here instead of a temporary folder")


def run(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Yield the result row by row; raise ``SystemExit`` if anything promised is lost."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s")
    logging.getLogger("faults").setLevel(logging.INFO)
    with tempfile.TemporaryDirectory(prefix="teleward-faults-", ignore_cleanup_errors=True) as folder:
        plan = Plan(
            options.kills, options.duration, options.seed, options.broker, options.beds,
            tuple(options.parts), options.data or Path(folder),
        )  # fmt: skip
        outcome = asyncio.run(shift(plan))
    yield from _rows(outcome)
    if outcome.lost:
        raise SystemExit(f"lost {outcome.lost} of what was promised: {outcome.examples}")


def _rows(outcome: Outcome) -> Iterator[dict[str, Any]]:
    for part, times in outcome.kills.items():
        yield _row(f"{part}: killed", times, "times")
    for part, heals in outcome.heals.items():
        if heals:
            ordered = sorted(heals)
            yield _row(f"{part}: page heals, median", ordered[len(ordered) // 2], "s")
            yield _row(f"{part}: page heals, slowest", ordered[-1], "s")
            yield _row(f"{part}: healed later than 3 s", sum(h > 3 for h in heals), "times")
    for name, value in outcome.faults.items():
        yield _row(name, value, "times")
    for name, tally in outcome.tallies.items():
        yield _row(f"{name}: promised", tally.promised, "observations")
        yield _row(f"{name}: not stored", len(tally.missing), "observations")
        yield _row(f"{name}: stored twice", tally.doubled, "observations")
    yield _row("waves (not promised): lost", outcome.waves_lost, "% of blocks")
    yield _row("lost of what is promised", outcome.lost, "observations")


def _row(case: str, value: float, unit: str) -> dict[str, Any]:
    return {"bench": "faults", "case": case, "value": value, "unit": unit}
