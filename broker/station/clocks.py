"""Which time it is: the session's clock, and a device's against it. Pure."""

from typing import Final

from vitals.time import ClockLine

GRACE_S: Final = 2.0
"""Wall time that transport may always take (heuristic); at speed 60 it is two simulated minutes."""


class SessionClock:
    """A session's simulated time by its newest clock line; wall time until one is known."""

    def __init__(self) -> None:
        self.line: ClockLine | None = None

    def now(self, wall_ms: int) -> int:
        """Return the session's time at ``wall_ms``."""
        return wall_ms if self.line is None else max(0, self.line.simulated(wall_ms))

    @property
    def speed(self) -> float:
        """Simulated seconds a wall second; as last known while paused."""
        return 1.0 if self.line is None else self.line.speed

    def allowed_ms(self, limit_s: float) -> float:
        """Return how old something may be that ``limit_s`` allows, transport's grace included."""
        return 1000 * max(limit_s, GRACE_S * self.speed)


class DeviceClock:
    """How late a device's messages are by its own clock, judged by the quickest of the last ones.

    A device's clock may be wrong; then all its messages are early or late by as much. A backlog
    sent after a silence is late by its age. The least lateness among the newest messages is taken
    for the clock's error, what exceeds it for age. Errors within transport's grace count as none.
    """

    SPAN: Final = 30
    """So many messages make one half of the memory (heuristic)."""

    def __init__(self) -> None:
        self._boot: str | None = None
        self._before: int | None = None
        self._least: int | None = None
        self._count = 0

    def measured(self, t: int | None, received: int, *, boot: str | None, grace_ms: float) -> int:
        """Return the session's time of a measurement the device dates ``t``, received at ``received``."""
        if t is None:
            return received
        if boot != self._boot:
            self._boot, self._before, self._least, self._count = boot, None, None, 0
        late = received - t
        self._count += 1
        if self._count > self.SPAN:
            self._before, self._least, self._count = self._least, None, 1
        self._least = late if self._least is None else min(late, self._least)
        error = self._least if self._before is None else min(self._before, self._least)
        return min(received, t if abs(error) <= grace_ms else t + error)
