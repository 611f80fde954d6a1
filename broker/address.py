"""Where a broker is, and who we are to it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self
from urllib.parse import urlsplit

import aiomqtt

FOLDER: Final = "TELEWARD_MQTT_FOLDER"
USER: Final = "TELEWARD_MQTT_USER"
PASSWORD: Final = "TELEWARD_MQTT_PASSWORD"  # noqa: S105 -- a name
PASSWORD_FILE: Final = "TELEWARD_MQTT_PASSWORD_FILE"  # noqa: S105 -- likewise
CA: Final = "TELEWARD_MQTT_CA"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a broker is, and who we are to it."""

    host: str
    port: int
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: aiomqtt.TLSParameters | None = None

    @classmethod
    def parse(cls, url: str, environ: Mapping[str, str] = os.environ, role: str | None = None) -> Self:
        """Read ``mqtt://host:port`` or ``mqtts://…``; user and password come from ``environ``.

        Where that names no user but the folder that ``teleward broker configure`` made, they are those
        of ``role`` (``station``, ``conductor``, ``runner`` or ``dashboard``), each part its own.
        Raises ``ValueError`` saying what is wrong; a password in the URL is.
        """
        parts = urlsplit(url if "://" in url else f"mqtt://{url}")
        if parts.scheme not in {"mqtt", "mqtts"} or not parts.hostname:
            raise ValueError(f"a broker's address looks like mqtt://host:port, not {url!r}")
        if parts.username or parts.password:
            raise ValueError(f"put user and password into {USER} and {PASSWORD}")
        secure = parts.scheme == "mqtts"
        ca = environ.get(CA) or None
        user, password = _login(environ, role)
        return cls(
            parts.hostname,
            parts.port or (8883 if secure else 1883),
            user,
            password,
            aiomqtt.TLSParameters(ca_certs=ca) if secure else None,
        )


def _login(environ: Mapping[str, str], role: str | None) -> tuple[str | None, str | None]:
    """Return user and password."""
    user, folder = environ.get(USER) or None, environ.get(FOLDER)
    if user is None and folder and role is not None:
        return role, _read(Path(folder, "secrets", role), FOLDER)
    if path := environ.get(PASSWORD_FILE):
        return user, _read(Path(path), PASSWORD_FILE)
    return user, environ.get(PASSWORD) or None


def _read(path: Path, name: str) -> str:
    try:
        return path.read_text(encoding="utf-8").rstrip("\r\n")
    except OSError as error:
        raise ValueError(f"{name} cannot be read: {error}") from error
