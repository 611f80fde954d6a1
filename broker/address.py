"""Where a broker is, and who we are to it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import aiomqtt


@dataclass(frozen=True, slots=True)
class Address:
    """Where a broker is, and who we are to it."""

    host: str
    port: int
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: aiomqtt.TLSParameters | None = None

    @classmethod
    def parse(cls, url: str, environ: Mapping[str, str] = os.environ) -> Self:
        """Read ``mqtt://host:port`` or ``mqtts://…``; user and password come from ``environ``.

        Raises ``ValueError`` saying what is wrong; a password in the URL is.
        """
        parts = urlsplit(url if "://" in url else f"mqtt://{url}")
        if parts.scheme not in {"mqtt", "mqtts"} or not parts.hostname:
            raise ValueError(f"a broker's address looks like mqtt://host:port, not {url!r}")
        if parts.username or parts.password:
            raise ValueError("put user and password into TELEWARD_MQTT_USER and TELEWARD_MQTT_PASSWORD")
        secure = parts.scheme == "mqtts"
        ca = environ.get("TELEWARD_MQTT_CA") or None
        return cls(
            parts.hostname,
            parts.port or (8883 if secure else 1883),
            environ.get("TELEWARD_MQTT_USER") or None,
            _password(environ),
            aiomqtt.TLSParameters(ca_certs=ca) if secure else None,
        )


def _password(environ: Mapping[str, str]) -> str | None:
    if path := environ.get("TELEWARD_MQTT_PASSWORD_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").rstrip("\r\n")
        except OSError as error:
            raise ValueError(f"TELEWARD_MQTT_PASSWORD_FILE cannot be read: {error}") from error
    return environ.get("TELEWARD_MQTT_PASSWORD") or None
