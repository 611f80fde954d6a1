"""JSON Schemas (draft 07) of the messages, made from the types and the catalogue.

They say exactly what ``codec.decode`` accepts, with one reading: an *integer* is written without
fraction and exponent (1, not 1.0). Fields that a schema does not name are allowed.
"""

import inspect
from typing import Any, Final

import msgspec
from msgspec import Struct

from broker import messages as m
from broker.channels import CHANNELS
from vitals.catalogue import VITAL_SIGNS, WAVEFORMS, VitalSign

Schema = dict[str, Any]

DRAFT: Final = "http://json-schema.org/draft-07/schema#"
_REF: Final = "#/definitions/{name}"


def _names() -> dict[type[Struct], str]:
    names: dict[type[Struct], str] = {m.Request: "request"}
    for channel in CHANNELS:
        names.setdefault(channel.message, channel.name)
    return names


NAMES: Final = _names()
"""Each type of message and the name of its schema's file."""


def schema_of(kind: type[Struct]) -> Schema:
    """Return the schema of one type of message."""
    (_,), definitions = msgspec.json.schema_components((kind,), ref_template=_REF)
    parts: dict[str, Schema] = {name: _tidy(part) for name, part in definitions.items()}
    whole = parts.pop(kind.__name__)
    if kind in {m.Num, m.ChartObs}:
        _bind_metrics(whole, parts)
    if kind is m.Wave:
        _bind_waves(whole, parts)
    return {"$schema": DRAFT, **whole} | ({"definitions": parts} if parts else {})


def _tidy(node: Any) -> Any:  # noqa: ANN401 -- any JSON
    """Clean descriptions, and say of an enumeration of integers that 1.0 is none of them."""
    if isinstance(node, list):
        return [_tidy(item) for item in node]
    if not isinstance(node, dict):
        return node
    node = {key: _tidy(value) for key, value in node.items()}
    if isinstance(node.get("description"), str):
        node["description"] = inspect.cleandoc(node["description"]).replace("``", "`")
    if "enum" in node and all(isinstance(value, int) for value in node["enum"]):
        node["type"] = "integer"
    return node


def _bind_metrics(whole: Schema, parts: dict[str, Schema]) -> None:
    readings = whole["properties"]["m"]
    readings["properties"] = {key: {"$ref": _REF.format(name=key)} for key in VITAL_SIGNS}
    readings["additionalProperties"] = False
    parts.update((key, _reading(sign)) for key, sign in VITAL_SIGNS.items())


def _reading(sign: VitalSign) -> Schema:
    return {
        "title": sign.label,
        "allOf": [
            {"$ref": _REF.format(name="Reading")},
            {
                "properties": {
                    "u": {"const": sign.unit},
                    "v": {"minimum": plain(sign.lowest), "maximum": plain(sign.highest)},
                }
            },
        ],
    }


def _bind_waves(whole: Schema, parts: dict[str, Schema]) -> None:
    whole["properties"]["u"] = {"enum": sorted({wave.unit for wave in WAVEFORMS.values()})}
    for key, wave in WAVEFORMS.items():
        parts[key] = {
            "title": wave.label,
            "allOf": [{"$ref": "#"}, {"properties": {"u": {"const": wave.unit}}}],
        }


def plain(number: float) -> float:
    """Return ``number`` without ``.0``."""
    return int(number) if number == int(number) else number
