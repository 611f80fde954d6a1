"""``python -m bench`` lists the benchmarks; ``python -m bench NAME [--json] [options]`` runs one.

A benchmark is a module here with ``run(options) -> Iterator[dict]``; each dict holds ``bench``,
``case``, ``value``, ``unit`` and, beside a peer, ``peer``, ``peer_value`` and ``ratio`` (ours to
theirs, above 1 is better). A module may offer ``arguments(parser)`` for options of its own.
"""

import argparse
import importlib
import json
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def names() -> list[str]:
    """Return the names of the benchmarks."""
    here = str(Path(__file__).parent)
    return sorted(m.name for m in pkgutil.iter_modules([here]) if not m.name.startswith("_"))


def listing() -> Iterator[str]:
    """Yield one line per benchmark: its name and the first line of what it says of itself."""
    for name in names():
        doc = importlib.import_module(f"bench.{name}").__doc__ or ""
        yield f"{name:12} {doc.strip().splitlines()[0] if doc else ''}"


def shown(row: dict[str, Any]) -> str:
    """Return a row as a line for people."""
    line = f"{row['bench']:10} {row['case']:34} {_number(row['value']):>12} {row['unit']}"
    if row.get("peer"):
        line += f"   {row['peer']}: {_number(row['peer_value'])}   ratio {row['ratio']:.2f}"
    return line


def _number(value: object) -> str:
    return f"{value:,.4g}" if isinstance(value, float) else str(value)


def main(argv: list[str]) -> int:
    """Run what ``argv`` names."""
    if not argv:
        sys.stdout.write("\n".join(listing()) + "\n")
        return 0
    if argv[0] not in names():
        sys.stderr.write(f"no such benchmark: {argv[0]}; there are {', '.join(names())}\n")
        return 2
    module = importlib.import_module(f"bench.{argv[0]}")
    parser = argparse.ArgumentParser(prog=f"python -m bench {argv[0]}", description=module.__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")
    getattr(module, "arguments", lambda _parser: None)(parser)
    options = parser.parse_args(argv[1:])
    for row in module.run(options):
        print(json.dumps(row) if options.json else shown(row), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
