"""Says which messages are valid, by the published schemas and an implementation that is not ours."""

import json
import re
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft7Validator
from jsonschema.validators import extend

from broker.channels import CHANNELS

SCHEMAS: Final = Path("docs", "reference", "schemas")
NAME: Final = "[a-z0-9-]{1,32}"
UNHEARD: Final = frozenset({"parts", "reply", "request", "answer"})
"""Groups of channels that are none of the station's."""

# An integer is written without fraction and exponent: the schemas' one reading, see broker.schema.
_Validator: Final = extend(
    Draft7Validator,
    type_checker=Draft7Validator.TYPE_CHECKER.redefine(
        "integer", lambda _checker, value: isinstance(value, int) and not isinstance(value, bool)
    ),
)


class Judge:
    """Validates by topic and payload."""

    def __init__(self, schemas: Path = SCHEMAS) -> None:
        metrics = self._read(schemas, "wave")["definitions"]
        self._channels: list[tuple[re.Pattern[str], str]] = []
        self._validators: dict[str, Any] = {}
        for channel in CHANNELS:
            if channel.group in UNHEARD:
                continue
            schema = self._read(schemas, channel.name)
            pattern = self._pattern(channel.address, metrics)
            self._channels.append((re.compile(pattern), channel.name))
            self._validators[channel.name] = _Validator(schema)
            if channel.name == "wave":
                for key in metrics:
                    one = {**schema, "allOf": metrics[key]["allOf"][1:]}  # the first is the schema itself
                    self._validators[f"wave {key}"] = _Validator(one)

    @staticmethod
    def _read(schemas: Path, name: str) -> dict[str, Any]:
        got: dict[str, Any] = json.loads((schemas / f"{name}.json").read_text(encoding="utf-8"))
        return got

    @staticmethod
    def _pattern(address: str, metrics: dict[str, Any]) -> str:
        subject = f"({NAME}|_session)" if address.startswith("rpm-truth") else NAME
        levels = {"session": NAME, "subject": subject, "device": NAME, "id": NAME, "site": NAME}
        return address.format_map({**levels, "metric": f"(?P<metric>{'|'.join(sorted(metrics))})"})

    def valid(self, topic: str, payload: bytes) -> bool:
        """Say whether the message is what its topic says."""
        for pattern, name in self._channels:
            if match := pattern.fullmatch(topic):
                metric = match.groupdict().get("metric")
                return self._matches(f"wave {metric}" if metric else name, payload)
        return False

    def _matches(self, name: str, payload: bytes) -> bool:
        try:
            document = json.loads(payload.decode(), parse_constant=_no_number, parse_float=_finite)
            if b"\\ud" in payload.lower():  # half a surrogate pair is no character, hence no text
                json.dumps(document, ensure_ascii=False).encode()
        except (ValueError, RecursionError):
            return False
        return bool(self._validators[name].is_valid(document))


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no JSON number")


def _finite(text: str) -> float:
    number = float(text)
    if number in {float("inf"), float("-inf")}:
        raise ValueError(f"{text} is more than a number can hold")
    return number
