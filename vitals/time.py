"""Simulated and wall time, as one pure mapping.

A session's clock is a line: simulated = start + (wall − wall_start) × speed while it runs, and
``start`` while it is paused. All times are integer milliseconds since 1970 UTC.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClockLine:
    """Where simulated time stands: at wall time ``wall_ms`` it was ``start_ms`` and went at ``speed``."""

    start_ms: int
    wall_ms: int
    speed: float
    running: bool

    def simulated(self, wall_ms: float) -> int:
        """Return the simulated time at ``wall_ms``."""
        if not self.running:
            return self.start_ms
        return round(self.start_ms + (wall_ms - self.wall_ms) * self.speed)

    def wall(self, simulated_ms: float) -> float:
        """Return when ``simulated_ms`` comes; infinite while the clock stands still."""
        if not self.running or self.speed == 0:
            return float("inf")
        return self.wall_ms + (simulated_ms - self.start_ms) / self.speed

    def changed(
        self, wall_ms: int, *, speed: float | None = None, running: bool | None = None
    ) -> "ClockLine":
        """Return the line from ``wall_ms`` on, continuous in simulated time."""
        return ClockLine(
            self.simulated(wall_ms),
            wall_ms,
            self.speed if speed is None else speed,
            self.running if running is None else running,
        )
