"""Which beds are taken: known ones, and so many unknown ones. Pure.

Anybody may publish as any bed, so what is kept in memory for unknown beds is bounded. ``live`` takes
64 of them (design, section 4).
"""

from collections.abc import Iterable
from typing import Final

LIVE_MOST: Final = 64
"""So many unknown beds ``live`` takes; further ones are refused and counted."""
SILENT_MS: Final = 3_600_000
"""An unknown bed that is silent for an hour of wall time gives its place up (heuristic)."""


class Admission:
    """The beds of a session. One is known when a session's record or a charted person names it."""

    def __init__(self, most: int = LIVE_MOST) -> None:
        self._most = most
        self._known: set[str] = set()
        self._heard: dict[str, int] = {}

    def announce(self, beds: Iterable[str]) -> None:
        """Take ``beds`` for known."""
        for bed in beds:
            self._known.add(bed)
            self._heard.pop(bed, None)

    def admits(self, bed: str, wall_ms: int) -> bool:
        """Say whether a message of ``bed`` is taken, which then counts as heard."""
        if bed in self._known:
            return True
        if bed not in self._heard and len(self._heard) >= self._most:
            return False
        self._heard[bed] = wall_ms
        return True

    def leaving(self, wall_ms: int) -> list[str]:
        """Return the unknown beds that are silent for too long, and forget them."""
        gone = [bed for bed, heard in self._heard.items() if wall_ms - heard > SILENT_MS]
        for bed in gone:
            del self._heard[bed]
        return gone
