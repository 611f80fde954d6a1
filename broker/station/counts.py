"""What ingest counts, and a log that junk cannot flood."""

import logging
import re
from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from typing import Final

CLASSES: Final = (
    ("no such topic", re.compile(r"no such topic")),
    ("too many beds", re.compile(r"too many unknown beds")),
    ("unknown metric", re.compile(r"no such metric")),
    ("wrong unit", re.compile(r"is in '.*', not ")),
    ("outside its range", re.compile(r"is outside ")),
    (
        "not JSON",
        re.compile(r"malformed|truncated|codec can.t decode|trailing|input data was", re.IGNORECASE),
    ),
)
OTHER: Final = "wrong shape"
QUIET_S: Final = 10.0
"""At most one log line of a class in so long."""
MOST_SOURCES: Final = 20_000
"""So many senders' last sequence numbers are remembered."""


def reason_class(reason: str) -> str:
    """Return to which of a few classes a rejection belongs."""
    return next((name for name, pattern in CLASSES if pattern.search(reason)), OTHER)


class Grumbler:
    """Logs rejections by class, at most one line a class in ``QUIET_S``, with what was left out."""

    def __init__(self, log: logging.Logger) -> None:
        self._log = log
        self._next: dict[str, float] = {}
        self._left_out: Counter[str] = Counter()

    def rejected(self, kind: str, topic: str, reason: str, now_s: float) -> None:
        """Log, or count for the next line of this class."""
        if now_s < self._next.get(kind, 0.0):
            self._left_out[kind] += 1
            return
        self._next[kind] = now_s + QUIET_S
        more = self._left_out.pop(kind, 0)
        rest = f" (and {more} like it)" if more else ""
        self._log.warning("rejected %.200r: %.200s%s", topic, reason, rest)


class Sequences:
    """Sees repeated, missing and late messages of a sender by their sequence numbers."""

    def __init__(self) -> None:
        self._last: OrderedDict[str, tuple[str, int]] = OrderedDict()
        self.duplicates = self.missing = self.late = 0

    def take(self, topic: str, boot: str | None, seq: int | None) -> None:
        """Count what the number of a message on ``topic`` says."""
        if seq is None:
            return
        boot = boot or ""
        last = self._last.get(topic)
        if last is None or last[0] != boot:
            self._keep(topic, boot, seq)
        elif seq == last[1]:
            self.duplicates += 1
        elif seq < last[1]:
            self.late += 1
        else:
            self.missing += seq - last[1] - 1
            self._keep(topic, boot, seq)

    def _keep(self, topic: str, boot: str, seq: int) -> None:
        self._last[topic] = boot, seq
        self._last.move_to_end(topic)
        if len(self._last) > MOST_SOURCES:
            self._last.popitem(last=False)


@dataclass(slots=True)
class Counts:
    """What came in and what became of it; every message received is in exactly one of the others."""

    received: int = 0
    taken: int = 0
    """Valid, on their way to the store."""
    stored: int = 0
    """Valid and committed."""
    cleared: int = 0
    """Empty: a retained message was taken back."""
    rejected: Counter[str] = field(default_factory=Counter)
    said: int = 0
    """Scores and alarms the watch published, which come back to ingest like any message."""
    taken_back: int = 0
    """Retained ones of these that it cleared."""
    waves_dropped: int = 0
    """Valid wave blocks given up because the store was away for too long."""

    @property
    def refused(self) -> int:
        """How many messages were rejected, of all classes."""
        return self.rejected.total()
