"""Rows of Flux's answers as the records that were written. Pure."""

import base64
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from broker.store.influx_lines import USUAL, long_said, said, usual_unit
from broker.store.protocol import Entry, Observation, Series, WaveBlock
from broker.store.samples import unpack

Row = dict[str, str]
Point = tuple[Row, dict[str, str]]
"""A point: the columns that its fields share, and its fields."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND: Final = timedelta(seconds=1)
_FIELD: Final = frozenset({"", "result", "table", "_field", "_value"})


def nanoseconds(time: str) -> int:
    """Return Flux's time (RFC 3339, with as many digits as it needs) in nanoseconds."""
    whole_, _, fraction = time.removesuffix("Z").partition(".")
    seconds = (datetime.fromisoformat(whole_ + "+00:00") - _EPOCH) // _SECOND
    return seconds * 1_000_000_000 + int(fraction.ljust(9, "0"))


def milliseconds(time: str) -> int:
    """Return the milliseconds of Flux's time; what lies below them is identity, not time."""
    return nanoseconds(time) // 1_000_000


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
            return {"r", "s"} <= fields.keys()
        case "entry":
            return {"id", "n", "r", "parts", f"b{int(fields.get('parts', 1)) - 1}"} <= fields.keys()
    return True


def place(point: Point) -> tuple[str, str, str, bool]:
    """Return what an entry is about: subject, kind, name, truth."""
    tags = point[0]
    return tags.get("subject", ""), tags["kind"], tags.get("name", ""), tags["truth"] == "1"


def observation(metric: str, tags: Row, fields: Row) -> Observation | None:
    """Return a metric's observation, ``None`` where there is none or the server is just writing it."""
    valid, doubtful, none = (fields.get(metric + part) for part in ("", ":v", ":none"))
    quality, seq, received = (fields.get(name) for name in (f"{metric}:q", ":seq", ":r"))
    if not (seq and received and (valid or none or (doubtful and quality))):
        return None
    value = None if none else float(valid or doubtful or "nan")
    unit, why = fields.get(f"{metric}:u"), fields.get(f"{metric}:why")
    return Observation(
        tags["session"], tags["subject"], tags["device"], metric, milliseconds(tags["_time"]),
        tags.get("boot", ""), int(seq), value, _after(unit) if unit else usual_unit(metric),
        _after(quality) if quality else USUAL, _after(why) if why else "", tags.get("mode", ""),
        int(received),
    )  # fmt: skip


def _after(field: str) -> str:
    """Return a text that stands after a ``=``."""
    return said(field).decode().removeprefix("=")


def wave(point: Point) -> WaveBlock:
    """Return the block that ``point`` is."""
    tags, fields = point
    hz, unit, scale, off, validity, seq, i0, samples = json.loads(said(fields["s"]))
    return WaveBlock(
        tags["session"], tags["subject"], tags["device"], tags["metric"], milliseconds(tags["_time"]),
        tags.get("boot", ""), seq, i0, hz, unit, scale, off, validity, unpack(base64.b64decode(samples)),
        int(fields["r"]),
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
