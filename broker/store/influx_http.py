"""The three requests to an InfluxDB 2 that a store makes: write, query, delete.

The official client does them too, but importing it takes a second of CPU (measured), and every part
that is started again after a crash would spend that second before its page moves. Setting up, which
is done once, uses it. Requests: InfluxDB OSS v2 API, ``/api/v2/write``, ``/query`` and ``/delete``.
"""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

import msgspec
import urllib3

from broker.store.influx_address import InfluxAddress

_TIMEOUT: Final = urllib3.Timeout(connect=2.0, read=30.0)
_CONNECTIONS: Final = 4
_DIALECT: Final = {"header": True, "annotations": []}
_BAD: Final = 300


class RefusedError(Exception):
    """The server answered, but did not do it: HTTP ``status``, and what it ``said``."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(f"HTTP {status}: {said}")
        self.status, self.said = status, said


class Http:
    """Connections to one server with one token. May be used from any thread.

    Raises ``RefusedError``, and ``urllib3.exceptions.HTTPError`` where there is no answer.
    """

    def __init__(self, address: InfluxAddress) -> None:
        self._url, self._org = address.url, address.org
        self._pool = urllib3.PoolManager(
            maxsize=_CONNECTIONS,
            retries=False,
            timeout=_TIMEOUT,
            headers={"Authorization": f"Token {address.token}"},
            ca_certs=address.ca,
        )

    def write(self, bucket: str, body: bytes) -> None:
        """Write line protocol with times in nanoseconds."""
        self._post("write", body, "text/plain; charset=utf-8", bucket=bucket, precision="ns").release_conn()

    def query(self, flux: str, parameters: Mapping[str, object]) -> urllib3.BaseHTTPResponse:
        """Ask; return the answer unread, as CSV. The caller releases its connection."""
        question = {"query": flux, "type": "flux", "dialect": _DIALECT, "extern": extern(parameters)}
        return self._post("query", msgspec.json.encode(question), "application/json")

    def delete(self, bucket: str, start: str, stop: str, predicate: str) -> None:
        """Delete what lies between two times and fulfils a predicate."""
        body = msgspec.json.encode({"start": start, "stop": stop, "predicate": predicate})
        self._post("delete", body, "application/json", bucket=bucket).release_conn()

    def close(self) -> None:
        """Close the connections."""
        self._pool.clear()

    def _post(self, what: str, body: bytes, sort: str, **where: str) -> urllib3.BaseHTTPResponse:
        url = f"{self._url}/api/v2/{what}?{urlencode({'org': self._org, **where})}"
        headers = {**self._pool.headers, "Content-Type": sort}
        response = self._pool.request("POST", url, body=body, headers=headers, preload_content=False)
        if response.status < _BAD:
            if what != "query":
                response.drain_conn()
            return response
        said = response.data.decode(errors="replace")
        raise RefusedError(response.status, said or response.reason or "")


def extern(parameters: Mapping[str, object]) -> dict[str, object]:
    """Return the file of Flux options that gives each parameter its value; ``None`` gives none."""
    options = [
        {
            "type": "OptionStatement",
            "assignment": {
                "type": "VariableAssignment",
                "id": {"type": "Identifier", "name": name},
                "init": _literal(value),
            },
        }
        for name, value in parameters.items()
        if value is not None
    ]
    return {"type": "File", "imports": [], "body": options}


def _literal(value: object) -> dict[str, object]:
    match value:
        case bool():
            return {"type": "BooleanLiteral", "value": value}
        case int():
            return {"type": "IntegerLiteral", "value": str(value)}
        case str():
            return {"type": "StringLiteral", "value": value}
    raise TypeError(f"no Flux literal for {value!r}")
