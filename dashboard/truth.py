"""What the instructor alone sees: each bed's true state, its script and its labels. Pure."""

from typing import Any, Final

from msgspec import Struct

from broker import messages as m
from dashboard.bedside import plain

MOST: Final = 100
"""So many of a bed's newest labels, and as many events, are kept."""


class TruthBoard:
    """The truth of one session, bed by bed, and which beds changed."""

    def __init__(self) -> None:
        self.record: m.SessionRecord | None = None
        self.beds: dict[str, dict[str, Any]] = {}
        self._changed: set[str] = set()

    def apply(self, bed: str, message: Struct) -> None:
        """Take one message of the truth about ``bed``."""
        held = self.beds.setdefault(bed, {"state": None, "plan": None, "labels": [], "events": []})
        match message:
            case m.TrueState() if held["state"] is None or held["state"]["t"] <= message.t:
                held["state"] = {**plain(message), "acvpu": message.acvpu, "oxygen": message.oxygen}
            case m.Plan() if held["plan"] is None or held["plan"]["t"] <= message.t:
                held["plan"] = plain(message)
            case m.Label():
                _replace(held["labels"], plain(message), ("kind", "start"))
            case m.TruthEvent():
                _replace(held["events"], plain(message), ("kind", "t", "text"))
            case _:
                return
        self._changed.add(bed)

    def take(self) -> set[str]:
        """Return the beds whose truth changed since the last call."""
        changed, self._changed = self._changed, set()
        return changed


def _replace(held: list[dict[str, Any]], new: dict[str, Any], identity: tuple[str, ...]) -> None:
    """Put ``new`` in the place of what it corrects, else at the end."""

    def ident(entry: dict[str, Any]) -> tuple[object, ...]:
        return tuple(entry.get(name) for name in identity)

    held[:] = [entry for entry in held if ident(entry) != ident(new)]
    held.append(new)
    held.sort(key=lambda entry: entry.get("start", entry["t"]))
    del held[:-MOST]
