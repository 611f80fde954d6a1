"""Talking to an InfluxDB 2 server: write text, ask Flux with parameters, delete; its errors as ours.

The client's own queue loses rows when its retries run out and blocks when it closes; so every write
is synchronous, tried again here a few times, and then the caller keeps its data.
"""

import csv
import io
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

import urllib3
from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.client.write_api import SYNCHRONOUS
from influxdb_client.domain.dialect import Dialect
from influxdb_client.domain.write_precision import WritePrecision
from influxdb_client.rest import ApiException

from broker.store.influx_address import InfluxAddress
from broker.store.influx_lines import LAST_T, NS_A_MS
from broker.store.protocol import StoreError, StoreFormatError, StoreUnavailableError

csv.field_size_limit(1 << 30)  # a document is one field

Row = dict[str, str]
_T = TypeVar("_T")

PAUSES_S: Final = (0.1, 0.3, 0.6)
"""Between tries; after the last the store counts as away."""
_DIALECT: Any = Dialect(header=True, annotations=[])  # type: ignore[no-untyped-call]
_NS: Any = WritePrecision.NS  # a plain text, whatever its type says
_TIMEOUT_MS: Final = (2_000, 30_000)  # to connect, to answer
_AGAIN: Final = {429, 500, 502, 503, 504}
_DENIED: Final = {401, 403}
_FIRST, _LAST = "1970-01-01T00:00:00Z", "2262-04-11T23:47:16.854775806Z"
EVER: Final = (0, LAST_T + 1)


class Server:
    """One server, with one token. May be used from any thread."""

    def __init__(self, address: InfluxAddress) -> None:
        self._address = address
        self._client: Any = InfluxDBClient(
            address.url, address.token, org=address.org, timeout=_TIMEOUT_MS, ssl_ca_cert=address.ca
        )
        self._write = self._client.write_api(write_options=SYNCHRONOUS)
        self._query = self._client.query_api()
        self._delete = self._client.delete_api()
        self._pause = threading.Event()

    def write(self, bucket: str, lines: list[str]) -> int:
        """Write ``lines`` in one request; return how many the bucket's retention refused."""
        if not lines:
            return 0
        body = "\n".join(lines).encode()
        try:
            self._tried(lambda: self._write.write(bucket, record=body, write_precision=_NS))
        except _PartialError as partial:
            return partial.dropped
        return 0

    def ask(
        self, bucket: str, flux: str, start: int = EVER[0], end: int = EVER[1], **parameters: object
    ) -> Iterator[Row]:
        """Ask ``flux`` of ``bucket`` for ``start <= t < end`` (ms).

        Each parameter ``x`` is a Flux value ``p_x`` of its own, never part of the text.
        """
        if start >= end:
            return
        given = {"bucket": bucket, "start": nanoseconds(start), "stop": nanoseconds(end), **parameters}
        params = {f"p_{key}": value for key, value in given.items()}
        response = self._tried(lambda: self._query.query_raw(flux, dialect=_DIALECT, params=params))
        try:
            yield from _rows(response)
        except urllib3.exceptions.HTTPError as error:
            raise StoreUnavailableError(f"{self._address.url}: {error}") from error
        finally:
            response.release_conn()

    def delete(self, bucket: str, predicate: str, end: int | None = None) -> None:
        """Delete what ``predicate`` says and has ``t < end`` (ms); whatever its time without ``end``."""
        stop = _LAST if end is None else _rfc3339(end)
        self._tried(lambda: self._delete.delete(_FIRST, stop, predicate, bucket=bucket))

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _tried(self, call: Callable[[], _T]) -> _T:
        """Return what ``call`` returns, trying again what may heal by itself."""
        for pause_s in (*PAUSES_S, None):
            try:
                return call()
            except ApiException as error:
                if error.status not in _AGAIN or pause_s is None:
                    raise _translated(error, self._address) from error
            except urllib3.exceptions.HTTPError as error:
                if pause_s is None:
                    raise StoreUnavailableError(f"{self._address.url}: {error}") from error
            self._pause.wait(pause_s)
        raise AssertionError  # the loop returns or raises


class _PartialError(Exception):
    """Everything was written but ``dropped`` points that are older than the bucket keeps."""

    def __init__(self, dropped: int) -> None:
        super().__init__(dropped)
        self.dropped = dropped


def _translated(error: ApiException, address: InfluxAddress) -> StoreError | _PartialError:
    said = str(error.body or error.reason or error)
    if error.status == 422 and "outside retention policy" in said and "type conflict" not in said:  # noqa: PLR2004 -- HTTP
        return _PartialError(_dropped(said))
    if error.status == 422:  # noqa: PLR2004 -- HTTP
        return StoreFormatError(f"{address.url}: a bucket holds data of another program ({said:.300})")
    if error.status in _DENIED:
        return StoreUnavailableError(f"{address.url}: the token has no right to that ({said:.200})")
    if error.status == 404:  # noqa: PLR2004 -- HTTP
        return StoreUnavailableError(
            f"{address.url}: {said:.200}: make the buckets with `teleward influx setup`"
        )
    return StoreUnavailableError(f"{address.url}: HTTP {error.status}: {said:.300}")


def _dropped(said: str) -> int:
    _, _, after = said.rpartition("dropped=")
    digits = after.split(" ", 1)[0]
    return int(digits) if digits.isdigit() else 1


def _rows(response: Any) -> Iterator[Row]:  # noqa: ANN401 -- urllib3's response, which has no types here
    """Yield the rows of all tables; every table has a header of its own, after an empty line."""
    response.auto_close = False
    header: list[str] = []
    for line in csv.reader(io.TextIOWrapper(response, "utf-8", newline="")):
        if len(line) < 2:  # noqa: PLR2004 -- a table has at least a column beside the empty first
            header = []
        elif not header:
            header = line
        elif "error" in header:
            raise StoreUnavailableError(f"InfluxDB cannot answer: {' '.join(line).strip()}")
        else:
            yield dict(zip(header, line, strict=False))


def nanoseconds(t: int) -> int:
    """Return ``t`` (ms) in nanoseconds, within what InfluxDB can hold."""
    return max(0, min(t, LAST_T + 1)) * NS_A_MS


def _rfc3339(t: int) -> str:
    """Return the last nanosecond before ``t`` (ms): the server deletes its stop, too."""
    seconds, rest = divmod(nanoseconds(t) - 1, 1_000_000_000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:09}Z"
