"""The contract as files under ``docs/reference``: schemas, AsyncAPI document, pages.

``python -m broker.contract`` writes them anew; a test fails when they differ from the code.
"""

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ruamel.yaml import YAML

from broker import asyncapi, reference
from broker.schema import NAMES, schema_of

PLACE: Final = Path("docs", "reference")
_NOTE: Final = "Made by `python -m broker.contract`; changes here will be lost."


def files() -> dict[str, str]:
    """Return every file of the contract, by its path under ``docs/reference``."""
    return dict(_files())


def _files() -> Iterator[tuple[str, str]]:
    for kind, name in NAMES.items():
        yield f"schemas/{name}.json", json.dumps(schema_of(kind), indent=2, ensure_ascii=False) + "\n"
    yield "asyncapi.yaml", f"# {_NOTE}\n" + _yaml(asyncapi.document())
    yield "metrics.md", f"<!-- {_NOTE} -->\n\n{reference.metrics()}"
    yield "topics.md", f"<!-- {_NOTE} -->\n\n{reference.wire()}"


def _yaml(document: asyncapi.Document) -> str:
    writer = YAML()
    writer.width = 110
    writer.indent(mapping=2, sequence=4, offset=2)
    out = io.StringIO()
    writer.dump(document, out)
    return out.getvalue()


def stale(place: Path = PLACE) -> list[str]:
    """Return the paths that differ from the code, are missing, or should not be there."""
    wanted = files()
    found = {f"schemas/{path.name}" for path in (place / "schemas").glob("*.json")}
    different = [
        name
        for name, text in wanted.items()
        if not (place / name).exists() or (place / name).read_text(encoding="utf-8") != text
    ]
    return sorted({*different, *(found - wanted.keys())})


def write(place: Path = PLACE) -> list[str]:
    """Bring the files up to date; return those that were not."""
    changed, wanted = stale(place), files()
    for name in changed:
        path = place / name
        if name in wanted:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[name], encoding="utf-8")
        else:
            path.unlink()
    return changed


if __name__ == "__main__":
    for changed in write():
        sys.stdout.write(f"{PLACE / changed}\n")
