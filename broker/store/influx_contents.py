"""Everything that a session holds in InfluxDB, in the order that the protocol names.

The server is asked for spans of time with some thousand records each, so that neither side needs
much memory, and where nothing is nothing is asked.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from broker.store.influx_lines import ENTRY, NUMBER, WAVE
from broker.store.influx_read import Reader
from broker.store.influx_rows import Row, milliseconds
from broker.store.influx_server import Server
from broker.store.protocol import Batch

AT_ONCE: Final = 5000
"""So many records of a series, or a minute's, are asked for at once."""
_MINUTE: Final = 60_000

_COUNTS = """from(bucket: p_bucket) |> range(start: time(v: p_start), stop: time(v: p_stop))
|> filter(fn: (r) => r._measurement == p_measurement and r.session == p_session
   and (r._field == "r" or r._field == ":r"))
|> aggregateWindow(every: 1m, fn: count, timeSrc: "_start", createEmpty: false)
|> group(columns: ["subject", "metric", "kind", "_time"]) |> sum() |> group()"""

Minutes = Counter[int]
"""How many records there are in the minutes that have any, by the minute's beginning (ms)."""


def contents(reader: Reader, server: Server, bucket: str, session: str) -> Iterator[Batch]:
    """Yield all of ``session``, which lies in ``bucket``; it may still grow meanwhile."""

    def counted(measurement: str) -> list[Row]:
        return list(server.ask(bucket, _COUNTS, session=session, measurement=measurement))

    numbers = _minutes(counted(NUMBER), "subject")
    for subject, metric in sorted({(o.subject, o.metric) for o in reader.latest(session)}):
        for start, end in spans(numbers[subject,]):
            yield Batch(reader.observations(session, subject, metric, start, end))
    waves = _minutes(counted(WAVE), "subject", "metric")
    for subject, metric in sorted(waves):
        for start, end in spans(waves[subject, metric]):
            yield Batch(waves=reader.waves(session, subject, metric, start, end))
    found = counted(ENTRY)
    kinds = sorted({row["kind"] for row in found})
    for start, end in spans(_minutes(found)[()]):
        yield Batch(entries=reader.entries(session, kinds=kinds, start=start, end=end, truth=True))


def _minutes(found: Iterable[Row], *columns: str) -> defaultdict[tuple[str, ...], Minutes]:
    """Return the minutes of each combination of what stands in ``columns``."""
    minutes: defaultdict[tuple[str, ...], Minutes] = defaultdict(Counter)
    for row in found:
        minutes[tuple(row.get(c, "") for c in columns)][milliseconds(row["_time"])] += int(row["_value"])
    return minutes


def spans(minutes: Minutes) -> Iterator[tuple[int, int]]:
    """Yield, in order, spans from ``start`` to before ``end`` (ms) of some thousand records each."""
    together: list[int] = []
    held = 0
    for minute in sorted(minutes):
        if together and held + minutes[minute] > AT_ONCE:
            yield together[0], together[-1] + _MINUTE
            together, held = [], 0
        together.append(minute)
        held += minutes[minute]
    if together:
        yield together[0], together[-1] + _MINUTE
