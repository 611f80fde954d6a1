"""The newest observation of each metric, from the newest fields that the server names at once.

Fields of a message share a point, so the newest value of a metric that a device does not say in every
message lies before the device's newest ``:seq``; seq and arrival of such are asked for by their time.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final

from broker.store import influx_flux as flux
from broker.store.influx_rows import Row, milliseconds, nanoseconds, observation
from broker.store.influx_server import Server
from broker.store.influx_server import nanoseconds as in_nanoseconds
from broker.store.protocol import Observation

_AT_ONCE: Final = 200
_MESSAGE: Final = (":seq", ":r")
Place = tuple[str, str, str, str]
"""Subject, device, boot and mode."""
Point = tuple[Place, str]
"""A place and a time, as Flux says it."""


def latest_of(server: Server, bucket: str, session: str) -> list[Observation] | None:
    """Return the newest of each metric; ``None`` while the server is just writing one of them."""
    points = _newest(server.ask(bucket, flux.LATEST, session=session))
    known = {point: fields for point, fields in points.items() if fields.keys() >= set(_MESSAGE)}
    missing = [point for point, fields in points.items() if _metrics(fields) and point not in known]
    for k in range(0, len(missing), _AT_ONCE):
        for point, fields in _messages(server, bucket, session, missing[k : k + _AT_ONCE]).items():
            points[point] |= fields
    newest: dict[tuple[str, str, str], Observation] = {}
    for ((subject, device, boot, mode), time), fields in points.items():
        tags = {"session": session, "subject": subject, "device": device, "boot": boot, "mode": mode}
        tags["_time"] = time
        for metric in _metrics(fields):
            o = observation(metric, tags, fields)
            if o is None:
                return None
            old = newest.get((subject, device, metric), o)
            newest[subject, device, metric] = max(old, o, key=lambda o: (o.t, o.seq, o.boot))
    return [newest[place] for place in sorted(newest)]


def _metrics(fields: Row) -> set[str]:
    """Return the metrics that ``fields`` hold a value of, or say that they have none."""
    return {
        field.partition(":")[0]
        for field in fields
        if field not in _MESSAGE and field.partition(":")[2] in {"", "v", "none"}
    }


def _newest(rows: Iterable[Row]) -> dict[Point, Row]:
    """Put the newest fields of each place into points, leaving out what a newer one has replaced."""
    last: dict[Place, dict[str, tuple[str, str]]] = defaultdict(dict)
    for row in rows:
        last[_place(row)][row["_field"]] = row["_time"], row["_value"]
    points: dict[Point, Row] = defaultdict(dict)
    for place, fields in last.items():
        times: dict[str, str] = {}
        for field, (time, _) in fields.items():
            metric = field.partition(":")[0] or field
            times[metric] = max(times.get(metric, time), time, key=nanoseconds)
        for field, (time, value) in fields.items():
            if times[field.partition(":")[0] or field] == time:
                points[place, time][field] = value
    return points


def _messages(server: Server, bucket: str, session: str, points: list[Point]) -> dict[Point, Row]:
    """Return ``:seq`` and ``:r`` of ``points``."""
    parameters: dict[str, Any] = {"session": session}
    for k, ((subject, device, _, _), time) in enumerate(points):
        t = milliseconds(time)
        parameters |= {f"subject{k}": subject, f"device{k}": device}
        parameters |= {f"from{k}": in_nanoseconds(t), f"to{k}": in_nanoseconds(t + 1)}
    wanted, found = set(points), defaultdict[Point, Row](dict)
    for row in server.ask(bucket, flux.messages(len(points)), **parameters):
        point = _place(row), row["_time"]
        if point in wanted:
            found[point][row["_field"]] = row["_value"]
    return found


def _place(row: Row) -> Place:
    return row["subject"], row["device"], row.get("boot", ""), row.get("mode", "")
