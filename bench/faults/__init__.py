"""Faults: kill -9 part after part of a running ward, and compare what was promised with what is stored.

A ward runs as ``teleward up`` runs it, on SQLite or an InfluxDB of its own. Sensors of their own, each
through a connection that is cut and held up, say what they promise (QoS 1) and note it; what simulated
devices promised is known from playing the same seed again without a broker; a trainee acts on the page
and notes what was answered with "recorded". Parts are killed in turn at random moments, with their
process group or alone, some while another is still away; the store is away so long that the station
spools, the disk of store and spool is full for seconds, one sensor's clock jumps. At the end
everything may drain, and the store is asked for every single observation and act.

``careful`` sensors use our link as our own devices do (they wait for the station and say the last
seconds again); ``plain`` ones know nothing of that, so a killed broker may take along what it had
acknowledged (``docs/explanation/delivery.md``). The exit status is 0 only if all that is promised is
stored: everything of careful sensors and simulated devices, what was answered to the trainee, and all of
plain sensors while no broker died. "Heals" counts from the part's return until every patient's numbers
move on the page, "absent" from the kill until then.
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
    parser.add_argument("--store", choices=("sqlite", "influx"), default="sqlite", help="influxd from PATH")
    parser.add_argument("--beds", type=int, default=8, help="simulated patients")
    parser.add_argument("--parts", nargs="+", choices=PARTS, help="what is killed (default: all there are)")
    parser.add_argument("--data", type=Path, help="keep everything here instead of a temporary folder")


def run(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Yield the result row by row; raise ``SystemExit`` if anything promised is lost."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s")
    logging.getLogger("faults").setLevel(logging.INFO)
    with tempfile.TemporaryDirectory(prefix="teleward-faults-", ignore_cleanup_errors=True) as folder:
        plan = Plan(
            options.kills, options.duration, options.seed, options.broker, options.beds,
            _parts(options), options.data or Path(folder), options.store,
        )  # fmt: skip
        outcome = asyncio.run(shift(plan))
    yield from _rows(outcome)
    if outcome.lost:
        raise SystemExit(f"lost {outcome.lost} of what was promised: {outcome.examples}")


def _parts(options: argparse.Namespace) -> tuple[str, ...]:
    """Return what is killed; SQLite is a file, so there is no store to kill."""
    there = [p for p in PARTS if p != "store" or options.store == "influx"]
    if wrong := set(options.parts or ()) - set(there):
        raise SystemExit(f"--store {options.store} has no part to kill named {', '.join(sorted(wrong))}")
    return tuple(options.parts or there)


def _rows(outcome: Outcome) -> Iterator[dict[str, Any]]:
    for part, times in outcome.kills.items():
        yield _row(f"{part}: killed", times, "times")
    for part, heals in outcome.heals.items():
        if heals:
            ordered = sorted(heals)
            yield _row(f"{part}: page heals, median", ordered[len(ordered) // 2], "s")
            yield _row(f"{part}: page heals, slowest", ordered[-1], "s")
            yield _row(f"{part}: healed later than 3 s", sum(h > 3 for h in heals), "times")
            yield _row(f"{part}: absent, slowest", max(outcome.absences[part]), "s")
    for name, value in outcome.faults.items():
        yield _row(name, value, "times")
    for name, tally in outcome.tallies.items():
        unit = "acts" if name.startswith("acts") else "observations"
        yield _row(f"{name}: promised", tally.promised, unit)
        yield _row(f"{name}: not stored", len(tally.missing), unit)
        yield _row(f"{name}: stored twice", tally.doubled, unit)
    yield _row("acts refused (an alarm was gone)", outcome.acts_refused, "acts")
    yield _row("waves (not promised): lost", outcome.waves_lost, "% of blocks")
    yield _row("lost of what is promised", outcome.lost, "observations")


def _row(case: str, value: float, unit: str) -> dict[str, Any]:
    return {"bench": "faults", "case": case, "value": value, "unit": unit}
