"""The compose file as data: its variables filled in, its services' commands and environments."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docker-compose.yml"
EXAMPLE = ROOT / ".env.example"
_VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?P<operator>:[-?])?(?P<rest>[^}]*)\}")


class MissingError(Exception):
    """Compose would refuse to start: a variable that must have a value has none."""


@dataclass(frozen=True)
class Service:
    """One service, its variables filled in."""

    name: str
    body: Mapping[str, Any]

    @property
    def command(self) -> list[str]:
        """The words after the image's entry point."""
        return [str(word) for word in self.body.get("command", ())]

    @property
    def environment(self) -> dict[str, str]:
        """What it gets to know."""
        return {key: str(value) for key, value in (self.body.get("environment") or {}).items()}

    @property
    def ours(self) -> bool:
        """Whether it runs our own image."""
        return bool(self.body["image"] == "teleward")

    @property
    def once(self) -> bool:
        """Whether it ends when it has done its work."""
        return bool(self.body.get("restart") == "no")


def variables(path: Path = EXAMPLE) -> dict[str, str]:
    """Return what an environment file says."""
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    pairs = [line.partition("=") for line in lines if line and not line.startswith("#")]
    return {name: value for name, _, value in pairs}


def filled(text: str, environ: Mapping[str, str]) -> str:
    """Fill variables in as Compose does; raise ``MissingError``."""

    def value(found: re.Match[str]) -> str:
        given = environ.get(found["name"], "")
        if not given and found["operator"] == ":?":
            raise MissingError(f"{found['name']}: {found['rest']}")
        return given or (found["rest"] if found["operator"] == ":-" else "")

    return _VARIABLE.sub(value, text)


def raw() -> dict[str, Any]:
    """Return the file with its variables as they stand."""
    data: dict[str, Any] = YAML(typ="safe", pure=True).load(FILE.read_text(encoding="utf-8"))
    return data


def services(environ: Mapping[str, str]) -> dict[str, Service]:
    """Return the services with ``environ`` filled in; raise ``MissingError``."""
    text = "\n".join(
        line for line in FILE.read_text(encoding="utf-8").splitlines() if not line.lstrip().startswith("#")
    )
    data = YAML(typ="safe", pure=True).load(filled(text, environ))
    return {name: Service(name, body) for name, body in data["services"].items()}
