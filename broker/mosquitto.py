"""A folder from which Mosquitto 2 serves a ward: configuration, passwords, access rules.

Unlike the embedded broker it may listen to the network, since everybody needs a password and may
only what ``broker.security`` allows. The folder holds

- ``mosquitto.conf``, ``passwords`` (hashed), ``acl``: for Mosquitto;
- ``users.json``: who is what, from which the other two are made;
- ``secrets/NAME``: the password of each part of Teleward, for TELEWARD_MQTT_PASSWORD_FILE;
- ``data/``: what the broker keeps over a restart.
"""

import hashlib
import os
import secrets
import shutil
import sys
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from broker.embedded import HOST, BrokerUnavailableError
from broker.security import Grant, Role, acl_file

SERVICES: Final[tuple[Role, ...]] = ("runner", "station", "conductor", "dashboard")
USERS: Final = "users.json"
"""Written last: who sees it change finds the other files changed."""
ROUNDS: Final = 101
"""Rounds of PBKDF2, as mosquitto_passwd 2.0 makes them; our own passwords are random, not guessable."""
_PRIVATE: Final = 0o600
_SYSTEM: Final = ("/usr/sbin", "/usr/local/sbin")


@dataclass(frozen=True, slots=True)
class Tls:
    """The broker's certificate (with its chain) and key, PEM files."""

    certificate: Path
    key: Path


class _User(msgspec.Struct):
    hash: str
    role: Role
    session: str | None = None
    device: tuple[str, str] | None = None


def configure(
    folder: Path,
    site: str,
    port: int,
    *,
    host: str = "",
    tls: Tls | None = None,
    run_as: str | None = None,
    inside: int | None = None,
) -> Path:
    """Make or renew the folder, keeping who is already in it; return the configuration's path.

    ``host`` is the interface to listen on, all by default. ``run_as`` is the system user that
    Mosquitto becomes when root starts it; the folder will be theirs. ``inside`` is a second port, of
    this computer only and without TLS, for our own parts.
    """
    for part in (folder, folder / "secrets", folder / "data"):
        part.mkdir(mode=0o700, parents=True, exist_ok=True)
    users = _read(folder)
    for service in SERVICES:
        if service not in users:
            password = secrets.token_hex(24)
            _write(folder / "secrets" / service, password + "\n")
            users[service] = _User(_hash(password), service)
    _store(folder, site, users)
    path = folder / "mosquitto.conf"
    _write(path, _configuration(folder.resolve(), port, host, tls, run_as, inside))
    if run_as is not None:
        for item in (folder, *folder.rglob("*")):
            shutil.chown(item, run_as)
    return path


def add_user(folder: Path, site: str, name: str, grant: Grant, password: str | None = None) -> str:
    """Give ``name`` a password, random by default, and the rights of ``grant``; return the password.

    Mosquitto takes it over on SIGHUP. Raises ``ValueError`` for a name that cannot be one.
    """
    password = password or secrets.token_hex(24)
    users = _read(folder)
    users[name] = _User(_hash(password), grant.role, grant.session, grant.device)
    _store(folder, site, users)
    return password


def remove_user(folder: Path, site: str, name: str) -> bool:
    """Take away ``name``'s password and rights; say whether there were any."""
    users = _read(folder)
    known = users.pop(name, None) is not None
    _store(folder, site, users)
    return known


def outside(folder: Path) -> tuple[int, bool]:
    """Return the port on which sensors reach the folder's Mosquitto, and whether by TLS."""
    lines = (folder / "mosquitto.conf").read_text(encoding="utf-8").splitlines()
    listeners = [line.split() for line in lines if line.startswith("listener ")]
    return int(listeners[0][1]), any(line.startswith("certfile ") for line in lines)


def command(folder: Path) -> list[str]:
    """Return the command that runs Mosquitto on ``folder`` and ends it with its parent.

    Raises ``BrokerUnavailableError`` when there is no Mosquitto.
    """
    return [sys.executable, "-m", "broker.child", program(), "-c", str(folder / "mosquitto.conf")]


def program() -> str:
    """Return the path of Mosquitto, which Debian keeps outside a user's PATH.

    Raises ``BrokerUnavailableError`` when there is none.
    """
    found = shutil.which("mosquitto", path=os.pathsep.join((os.environ.get("PATH", ""), *_SYSTEM)))
    if found is None:
        raise BrokerUnavailableError(
            "no mosquitto on PATH: install Mosquitto 2 (apt-get install mosquitto, brew install mosquitto),"
            " or give another broker's address"
        )
    return found


def _read(folder: Path) -> dict[str, _User]:
    path = folder / USERS
    return msgspec.json.decode(path.read_bytes(), type=dict[str, _User]) if path.exists() else {}


def _store(folder: Path, site: str, users: dict[str, _User]) -> None:
    grants = {name: Grant(user.role, user.session, user.device) for name, user in users.items()}
    acl = acl_file(grants, site)  # raises for a name that cannot be one, before anything is written
    _write(folder / "acl", acl)
    _write(folder / "passwords", "".join(f"{name}:{user.hash}\n" for name, user in users.items()))
    _write(folder / USERS, msgspec.json.format(msgspec.json.encode(users)).decode())


def _hash(password: str) -> str:
    """Return ``password`` as Mosquitto 2.0 keeps it: PBKDF2 with SHA-512."""
    salt = secrets.token_bytes(12)
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, ROUNDS)
    return f"$7${ROUNDS}${b64encode(salt).decode()}${b64encode(digest).decode()}"


def _configuration(
    folder: Path, port: int, host: str, tls: Tls | None, run_as: str | None, inside: int | None
) -> str:
    lines = [
        "# Made by Teleward; changes here will be lost.",
        f"listener {port} {host}".rstrip(),
        *([f"certfile {tls.certificate.resolve()}", f"keyfile {tls.key.resolve()}"] if tls else []),
        *([f"listener {inside} {HOST}"] if inside else []),
        *([f"user {run_as}"] if run_as else []),
        "allow_anonymous false",
        f"password_file {folder / 'passwords'}",
        f"acl_file {folder / 'acl'}",
        "persistence true",
        f"persistence_location {folder / 'data'}{os.sep}",
        "autosave_interval 60",
        "set_tcp_nodelay true",
        "max_inflight_messages 0",  # the station acknowledges when its store has committed
        "max_queued_messages 100000",
        "max_packet_size 1048576",
        "log_type error",
        "log_type warning",
        "log_type notice",
    ]
    return "\n".join(lines) + "\n"


def _write(path: Path, text: str) -> None:
    """Replace ``path`` whole; only its owner may read it, from the first byte on."""
    owner = path.stat() if path.exists() else None
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    with open(draft, "x", encoding="utf-8", opener=lambda p, flags: os.open(p, flags, _PRIVATE)) as file:
        file.write(text)
    if owner is not None and hasattr(os, "chown") and os.geteuid() == 0:
        os.chown(draft, owner.st_uid, owner.st_gid)
    draft.replace(path)
