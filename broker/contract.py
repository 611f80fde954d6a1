"""The contract as files under ``docs/reference``: schemas, AsyncAPI document, pages.

``python -m teleward.reference`` writes them anew; a test fails when they differ from the code.
"""

import io
import json
from collections.abc import Iterator
from typing import Final

from ruamel.yaml import YAML

from broker import asyncapi, reference
from broker.schema import NAMES, schema_of

_NOTE: Final = "Made by `python -m teleward.reference`; changes here will be lost."


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
