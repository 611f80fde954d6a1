"""Rows of Flux's answers as the records that were written. Pure."""

import base64
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from broker.store.influx_lines import long_said, said
from broker.store.protocol import Entry, Observation, Series, WaveBlock
from broker.store.samples import unpack

Row = dict[str, str]
Point = tuple[Row, dict[str, str]]
"""A point: the columns that its fields share, and its fields."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MS: Final = timedelta(milliseconds=1)
_FIELD: Final = frozenset({"", "result", "table", "_field", "_value"})


def milliseconds(time: str) -> int:
    """Return the milliseconds of Flux's time; what lies below them is identity, not time."""
    return (datetime.fromisoformat(time) - _EPOCH) // _MS


def points(rows: Iterable[Row]) -> list[Point]:
    """Put the fields of each point together; Flux returns a table for every field."""
    found: dict[tuple[str, ...], Point] = {}
    for row in rows:
        shared = {k: v for k, v in row.items() if k not in _FIELD}
        identity = tuple(shared.get(k, "") for k in sorted(shared))
        found.setdefault(identity, (shared, {}))[1][row["_field"]] = row["_value"]
    return list(found.values())


def whole(point: Point) -> bool:
    """Say whether every field of ``point`` is there: the server shows a point while it writes it."""
    fields = point[1]
    match point[0]["_measurement"]:
        case "wave":
            return {"form", "i0", "r", "s", "seq"} <= fields.keys()
        case "entry":
            return {"id", "n", "r", "parts", f"b{int(fields.get('parts', 1)) - 1}"} <= fields.keys()
    return True


def place(point: Point) -> tuple[str, str, str, bool]:
    """Return what an entry is about: subject, kind, name, truth."""
    tags = point[0]
    return tags.get("subject", ""), tags["kind"], tags.get("name", ""), tags["truth"] == "1"


def observation(tags: Row, fields: Row) -> Observation | None:
    """Return the observation of these tags and fields, ``None`` while the server is writing it."""
    if not (fields.get("seq") and fields.get("r") and (fields.get("v") or fields.get("none"))):
        return None
    return Observation(
        tags["session"], tags["subject"], tags["device"], tags["metric"], milliseconds(tags["_time"]),
        tags.get("boot", ""), int(fields["seq"]), float(fields["v"]) if fields.get("v") else None,
        tags.get("u", ""), tags.get("q", ""), said(fields.get("why", "")).decode(), tags.get("mode", ""),
        int(fields["r"]),
    )  # fmt: skip


def wave(point: Point) -> WaveBlock:
    """Return the block that ``point`` is."""
    tags, fields = point
    hz, unit, scale, off, validity = json.loads(said(fields["form"]))
    return WaveBlock(
        tags["session"], tags["subject"], tags["device"], tags["metric"], milliseconds(tags["_time"]),
        tags.get("boot", ""), int(fields["seq"]), int(fields["i0"]), hz, unit, scale, off, validity,
        unpack(base64.b64decode(fields["s"])), int(fields["r"]),
    )  # fmt: skip


def entry(point: Point) -> tuple[tuple[int, int, int], Entry]:
    """Return the entry that ``point`` is, after what orders it: time, arrival, number."""
    tags, fields = point
    made = Entry(
        tags["session"], tags.get("subject", ""), tags["kind"], tags.get("name", ""),
        milliseconds(tags["_time"]), said(fields["id"]).decode(), long_said("b", fields),
        tags["truth"] == "1", int(fields["r"]),
    )  # fmt: skip
    return (made.t, made.received, int(fields["n"])), made


def series(rows: Iterable[Row], width: int) -> Series:
    """Return the buckets of ``width`` ms that ``rows`` (min, max, sum, count of each series) make."""
    buckets: dict[int, dict[str, list[float]]] = {}
    for row in rows:
        bucket = buckets.setdefault(milliseconds(row["_time"]), {})
        bucket.setdefault(row["result"], []).append(float(row["_value"]))
    ordered = [(start, buckets[start]) for start in sorted(buckets)]
    counts = [round(sum(b["count"])) for _, b in ordered]
    return Series(
        t=[start + width // 2 for start, _ in ordered],
        low=[min(b["min"]) for _, b in ordered],
        mean=[sum(b["sum"]) / count for (_, b), count in zip(ordered, counts, strict=True)],
        high=[max(b["max"]) for _, b in ordered],
        count=counts,
    )
