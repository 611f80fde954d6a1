"""Where things are: data directory, secrets, broker and store addresses. No heavy import here."""

import contextlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PAGE_PORT: Final = 8050
MQTT_PORT: Final = 1883
MQTT5_PORT: Final = 1884
MQTTS_PORT: Final = 8883


def data_path(given: Path | None = None) -> Path:
    """Return where the data directory is, there or not: ``given``, ``$TELEWARD_DATA`` or ``.teleward``."""
    return Path(given or os.environ.get("TELEWARD_DATA") or ".teleward").absolute()


def data_directory(given: Path | None = None) -> Path:
    """Return the data directory (``data_path``), made if need be."""
    path = data_path(given)
    path.mkdir(parents=True, exist_ok=True)
    return path


def signing_key(data: Path) -> bytes:
    """Return the key that signs cookies and links, made on first use, readable by its owner only."""
    path = data / "secret"
    if not path.exists():
        fresh = data / f".secret-{secrets.token_hex(4)}"
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
        with contextlib.suppress(FileExistsError):  # another part was quicker: its key holds
            os.link(fresh, path)
        fresh.unlink()
    return path.read_bytes()


@dataclass(frozen=True, slots=True)
class Places:
    """What a part must know to find the others."""

    site: str
    broker: str
    store: str
    data: Path

    def arguments(self) -> list[str]:
        """Return the command-line options that say the same; no secret among them."""
        return [
            "--site", self.site, "--broker", self.broker,
            "--store", self.store, "--data", str(self.data),
        ]  # fmt: skip


def default_store(data: Path) -> str:
    """Return the address of the embedded store."""
    return f"sqlite:///{data / 'store.sqlite'}"
