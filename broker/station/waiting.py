"""What a session says before its clock line is here, kept until it is. Pure.

Each device has a connection of its own, so that its first values may overtake the clock. Without it they
would be dated by wall time, months from the session's: whatever came later would be older than they.
"""

from collections import deque
from dataclasses import dataclass
from typing import Final

from msgspec import Struct

from broker import messages as m
from broker.topics import Topic

PATIENCE_MS: Final = 10_000
"""A session that has no clock for so long goes by wall time (*heuristic*)."""
MOST: Final = 5_000
"""So many messages are kept; beyond, the oldest are lost."""


@dataclass(frozen=True, slots=True)
class Held:
    """A message as it came at ``wall_ms``."""

    topic: Topic
    message: Struct
    wall_ms: int
    retain: bool


class Waiting:
    """A session's first messages; not ``needed`` where time is wall time."""

    def __init__(self, *, needed: bool) -> None:
        self._waits = needed
        self._since: int | None = None
        self._held: deque[Held] = deque(maxlen=MOST)

    def keeps(self, held: Held) -> bool:
        """Keep a message that needs the clock, and say so; who lies where does not."""
        if not self._waits or isinstance(held.message, m.PersonInfo):
            return False
        self._since = held.wall_ms if self._since is None else self._since
        self._held.append(held)
        return True

    def lasts(self, wall_ms: int) -> bool:
        """Say whether the clock may still come."""
        return self._waits and (self._since is None or wall_ms - self._since < PATIENCE_MS)

    def over(self) -> list[Held]:
        """Wait no longer; return what was kept, in order."""
        self._waits = False
        kept, self._held = list(self._held), deque(maxlen=MOST)
        return kept
