"""Where an InfluxDB 2 is, which buckets are ours in it, and the token that opens them."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from broker import topics

TOKEN, TOKEN_FILE = "TELEWARD_INFLUX_TOKEN", "TELEWARD_INFLUX_TOKEN_FILE"
CA = "TELEWARD_INFLUX_CA"


@dataclass(frozen=True, slots=True)
class InfluxAddress:
    """A server, an organisation and three buckets.

    ``sessions`` holds simulated sessions, whose times may lie in any year, and never expires by
    itself; ``live`` holds real sensors' data and expires as the bucket says; ``records`` holds
    session records and documents.
    """

    url: str
    org: str
    bucket: str
    token: str = field(repr=False)
    ca: str | None = None

    @property
    def sessions(self) -> str:
        """The bucket of simulated sessions."""
        return self.bucket

    @property
    def live(self) -> str:
        """The bucket of real sensors."""
        return f"{self.bucket}_live"

    @property
    def records(self) -> str:
        """The bucket of session records and documents."""
        return f"{self.bucket}_records"

    def of(self, session: str) -> str:
        """Return the bucket that holds ``session``."""
        return self.live if session == topics.LIVE else self.sessions

    @classmethod
    def parse(cls, url: str, environ: Mapping[str, str] = os.environ) -> "InfluxAddress":
        """Read ``influx://host:8086/bucket?org=name`` (``influxs`` for TLS); the token from ``environ``.

        Raises ``ValueError`` with what is wrong and what to do.
        """
        parts = urlsplit(url)
        if parts.scheme not in {"influx", "influxs"}:
            raise ValueError(f"no InfluxDB address: {url!r} (influx://host:8086/bucket?org=name)")
        if parts.username or parts.password:
            raise ValueError(f"an InfluxDB address carries no user: put a token into {TOKEN}_FILE")
        org = parse_qs(parts.query).get("org", [""])[0]
        bucket = parts.path.strip("/")
        if not (parts.hostname and bucket and org):
            raise ValueError(
                "an InfluxDB address names host, bucket and org: influx://host:8086/bucket?org=name"
            )
        scheme = "https" if parts.scheme == "influxs" else "http"
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        server = f"{scheme}://{host}:{parts.port or 8086}"
        return cls(server, org, bucket, token_of(environ), environ.get(CA))


def token_of(environ: Mapping[str, str]) -> str:
    """Return the token that ``environ`` holds or names a file of."""
    if token := environ.get(TOKEN):
        return token
    if path := environ.get(TOKEN_FILE):
        try:
            return Path(path).read_text().strip()
        except OSError as error:
            raise ValueError(f"{TOKEN_FILE}={path}: {error.strerror}") from error
    raise ValueError(f"InfluxDB needs a token in {TOKEN} or in a file named by {TOKEN_FILE}")
