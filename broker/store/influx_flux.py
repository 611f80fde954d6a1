"""The Flux that the InfluxDB store asks. Every value is a parameter ``p_…``; no text is ever pasted."""

from collections.abc import Sequence
from typing import Final

_RANGE = "from(bucket: p_bucket) |> range(start: time(v: p_start), stop: time(v: p_stop))"
_PLACE = "r.session == p_session and r.subject == p_subject"
_LEAN = '|> drop(columns: ["_start", "_stop"])'
_VALUE = "(r._field == p_value or r._field == p_v or r._field == p_none)"
_READING = (
    "(r._field == p_value or r._field == p_v or r._field == p_none or r._field == p_q or r._field == p_u"
    ' or r._field == p_why or r._field == ":seq" or r._field == ":r")'
)
_OBSERVED = "(r._field !~ /:/ or r._field =~ /:(v|none)$/)"  # one such field an observation

DEVICES: Final = f"""{_RANGE}
|> filter(fn: (r) => r._measurement == "num" and {_PLACE} and {_VALUE})
|> first() |> keep(columns: ["device"])"""
WAVES: Final = f"""{_RANGE}
|> filter(fn: (r) => r._measurement == "wave" and {_PLACE} and r.metric == p_metric) {_LEAN}"""
LATEST: Final = f"""{_RANGE}
|> filter(fn: (r) => r._measurement == "num" and r.session == p_session) |> last() {_LEAN}"""
_BUCKETS: Final = f"""{_RANGE}
|> filter(fn: (r) => r._measurement == "num" and {_PLACE} and r._field == p_value)
|> aggregateWindow(every: duration(v: p_every), offset: duration(v: p_offset), fn: FUNCTION,
                   timeSrc: "_start", createEmpty: false)
|> keep(columns: ["_time", "_value"]) |> yield(name: "FUNCTION")"""
SERIES: Final = "\n".join(_BUCKETS.replace("FUNCTION", f) for f in ("min", "max", "sum", "count"))
"""Four questions, each from its own beginning: the storage answers such, but not shared ones."""
RECORDS: Final = f"""{_RANGE}
|> filter(fn: (r) => r._measurement == "session") {_LEAN}"""
RECORD: Final = f"""{_RANGE}
|> filter(fn: (r) => r._measurement == "session" and r.session == p_session) {_LEAN}"""
DOCUMENT: Final = f"""{_RANGE}
|> filter(fn: (r) => r._measurement == "document" and r._field != "name" and r.key == p_key) {_LEAN}"""
DOCUMENTS: Final = f"""{_RANGE}
|> filter(fn: (r) => r._measurement == "document" and r._field == "name") {_LEAN}"""
HOLDINGS: Final = f"""
{_RANGE} |> filter(fn: (r) => r._measurement == "num" and {_OBSERVED}) |> count()
  |> group(columns: ["_measurement", "session"]) |> sum() |> yield(name: "values")
{_RANGE} |> filter(fn: (r) => r._measurement == "wave" and r._field == "s") |> count()
  |> group(columns: ["_measurement", "session", "subject", "metric"]) |> sum() |> yield(name: "blocks")
{_RANGE} |> filter(fn: (r) => r._measurement == "wave" and r._field == "s") |> last()
  |> group(columns: ["_measurement", "session", "subject", "metric"]) |> last() |> yield(name: "block")
{_RANGE} |> filter(fn: (r) => r._measurement == "entry" and r._field == "r") |> count()
  |> group(columns: ["_measurement", "session"]) |> sum() |> yield(name: "entries")
{_RANGE} |> filter(fn: (r) => r._measurement == "entry" and r._field == "size") |> sum()
  |> group(columns: ["_measurement", "session"]) |> sum() |> yield(name: "bodies")"""
_OF_SESSION = f"{_RANGE} |> filter(fn: (r) => r._measurement == p_measurement and r.session == p_session)"
_COUNTED = f'|> filter(fn: (r) => r._field == "r" or (r._measurement == "num" and {_OBSERVED}))'
_ARRIVED = '|> filter(fn: (r) => r._field == "r" or r._field == ":r")'
OLDEST: Final = f"""{_RANGE} |> filter(fn: (r) => r._measurement == p_measurement) {_ARRIVED}
|> first() |> group(columns: ["session"]) |> min()"""
KEPT_FROM: Final = f"""{_OF_SESSION} {_ARRIVED}
|> filter(fn: (r) => r._value >= p_cut) |> first() |> group() |> sort(columns: ["_time"]) |> limit(n: 1)"""
COUNT: Final = f"""{_OF_SESSION} {_COUNTED} |> count() |> group() |> sum()"""
HISTOGRAM: Final = f"""{_OF_SESSION} {_COUNTED}
|> aggregateWindow(every: 10s, fn: count, timeSrc: "_stop", createEmpty: false)
|> group(columns: ["_time"]) |> sum() |> group() |> sort(columns: ["_time"])"""


def _either(column: str, count: int) -> str:
    """Return ``(r.column == p_column0 or …)``, which the storage can answer, as ``contains`` cannot."""
    return "(" + " or ".join(f"r.{column} == p_{column}{k}" for k in range(count)) + ")"


def observations(devices: int) -> str:
    """Return the question for a metric's observations, of so many devices."""
    where = f'r._measurement == "num" and {_PLACE} and {_either("device", devices)} and {_READING}'
    return f"""{_RANGE} |> filter(fn: (r) => {where}) {_LEAN}
|> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")"""


def messages(count: int) -> str:
    """Return the question for seq and arrival of so many messages, each found by device and millisecond."""
    return "\n".join(
        f"""from(bucket: p_bucket) |> range(start: time(v: p_from{k}), stop: time(v: p_to{k}))
|> filter(fn: (r) => r._measurement == "num" and r.session == p_session and r.subject == p_subject{k}
   and r.device == p_device{k} and (r._field == ":seq" or r._field == ":r"))
{_LEAN} |> yield(name: "m{k}")"""
        for k in range(count)
    )


def _of(kinds: Sequence[str], *, truth: bool, subject: bool = False) -> str:
    where = f"r.session == p_session and {_either('kind', len(kinds))}"
    if not truth:
        where += ' and r.truth == "0"'
    return where + (" and r.subject == p_subject" if subject else "")


def entries(kinds: Sequence[str], *, truth: bool, subject: bool) -> str:
    """Return the question for entries of so many kinds."""
    where = _of(kinds, truth=truth, subject=subject)
    return f'{_RANGE} |> filter(fn: (r) => r._measurement == "entry" and {where}) {_LEAN}'


def newest_times(kinds: Sequence[str], *, truth: bool, subject: bool) -> str:
    """Return the question for the times of the newest ``p_newest`` entries."""
    where = _of(kinds, truth=truth, subject=subject)
    return f"""{_RANGE} |> filter(fn: (r) => r._measurement == "entry" and {where} and r._field == "n")
|> keep(columns: ["_time"]) |> sort(columns: ["_time"], desc: true) |> limit(n: p_newest)"""


def latest_entries(kinds: Sequence[str], *, truth: bool) -> str:
    """Return the question for the newest entry of each series, and for the newest tie."""
    where = _of(kinds, truth=truth)
    both = '(r._measurement == "entry" or r._measurement == "tie")'
    return f"{_RANGE} |> filter(fn: (r) => {both} and {where}) |> last() {_LEAN}"


def acts(count: int) -> str:
    """Return the question for which of so many acts are there already."""
    where = f"{_either('session', count)} and {_either('kind', count)} and {_either('ident', count)}"
    return f"""{_RANGE} |> filter(fn: (r) => r._measurement == "entry" and r._field == "n" and {where})
|> last() |> keep(columns: ["session", "kind", "ident"])"""


def kind_parameters(kinds: Sequence[str]) -> dict[str, str]:
    """Return the parameters that ``entries`` and its kin need for ``kinds``."""
    return {f"kind{k}": kind for k, kind in enumerate(kinds)}
