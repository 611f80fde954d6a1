"""The course of an alarm, from all that was said of it: its beginning, its worst, who saw it, its end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from dashboard.view import clock

RANK: Final[Mapping[str, int]] = {"Hi": 0, "Me": 1, "Lo": 2, "None": 3}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the record: when, what, and whose it is (``act``, ``alarm``, ``ended`` or ``chart``)."""

    t: int
    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Episode:
    """One alarm from its onset to its end; ``said`` are its messages in order, at least one."""

    said: Sequence[Mapping[str, Any]]

    @property
    def ident(self) -> str:
        """The alarm's id."""
        return str(self.said[0].get("id", ""))

    @property
    def onset(self) -> int:
        """When the condition became true."""
        return _onset(self.said[0])

    @property
    def ended(self) -> int | None:
        """When it was over, ``None`` while it is not."""
        last = self.said[-1]
        return int(last.get("ended") or last.get("t") or 0) if _over(last) else None

    def acknowledged(self, act: Mapping[str, Any]) -> bool:
        """Say whether ``act``, an acknowledgement, was of this alarm, and is told in its line."""
        t = int(act.get("t") or 0)
        return (
            act.get("alarm") == self.ident
            and self._seen() is not None
            and self.onset <= t
            and (self.ended is None or t <= self.ended)
        )

    def line(self, *, by_you: bool = False) -> Line:
        """Return the alarm as one line; ``by_you``: its reader acknowledged it."""
        first, worst = self.said[0], self.worst()
        parts = [f"alarm {first.get('text', '')}"]
        if worst.get("text", "") != first.get("text", ""):
            parts.append(f"at worst {worst.get('text', '')}")
        if (seen := self._seen()) is not None:
            by = "you" if by_you else str(seen.get("by") or "")
            who = f" by {by}" if by else ""
            parts.append(f"acknowledged {clock(int(seen.get('t') or 0))}{who}")
        if self.ended is not None:
            parts.append(f"ended {clock(self.ended)}")
        return Line(self.onset, ", ".join(parts), "alarm" if self.ended is None else "ended")

    def worst(self) -> Mapping[str, Any]:
        """Return what was said at the highest priority, of it the value furthest beyond its limit."""
        going = [body for body in self.said if body.get("presence") != "Off"] or self.said
        return min(going, key=lambda body: (RANK.get(str(body.get("priority")), 9), -_beyond(body)))

    def _seen(self) -> Mapping[str, Any] | None:
        acks = [body for body in self.said if body.get("presence") == "Ack"]
        return min(acks, key=lambda body: int(body.get("t") or 0), default=None)


def _beyond(body: Mapping[str, Any]) -> float:
    value = body.get("value")
    if value is None:
        return float("-inf")
    return -float(value) if body.get("bound") == "low" else float(value)


def _over(body: Mapping[str, Any]) -> bool:
    return body.get("presence") in {"Off", "Latch"}


def _onset(body: Mapping[str, Any]) -> int:
    return int(body.get("onset") or body.get("t") or 0)


def episodes(said: Sequence[Mapping[str, Any]]) -> list[Episode]:
    """Return the alarms of a bed, each once, from all their messages in any order.

    One that became worse is the same; one that was over and began anew is another.
    """
    found: list[list[Mapping[str, Any]]] = []
    going: dict[str, list[Mapping[str, Any]]] = {}
    for body in sorted(said, key=lambda body: (int(body.get("t") or 0), int(body.get("seq") or 0))):
        ident = str(body.get("id", ""))
        held = going.get(ident)
        if held is None or (_over(held[-1]) and not _over(body)):
            held = going[ident] = []
            found.append(held)
        held.append(body)
    return [Episode(bodies) for bodies in found]
