"""The only place that asks the system for the time."""

import asyncio
import heapq
import time
from typing import Protocol


class Clock(Protocol):
    """Where the program learns the wall time (ms since 1970 UTC), and how it waits."""

    def now_ms(self) -> int:
        """Return the wall time in milliseconds since 1970 UTC."""

    def monotonic(self) -> float:
        """Return seconds that never run back."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""


class SystemClock:
    """The machine's clock."""

    def now_ms(self) -> int:
        """Return the wall time in milliseconds since 1970 UTC."""
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        """Return seconds that never run back."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(max(0.0, seconds))


class VirtualClock:
    """A clock on which sleeping is what makes time pass; the earliest sleeper wakes first."""

    def __init__(self, start_ms: int = 0) -> None:
        self._now = start_ms / 1000
        self._sleepers: list[tuple[float, int, asyncio.Event]] = []
        self._count = 0

    def now_ms(self) -> int:
        """Return the virtual wall time in milliseconds."""
        return round(self._now * 1000)

    def monotonic(self) -> float:
        """Return the virtual time in seconds."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Let time pass to the earliest sleeper until it is this one's turn."""
        until, event = self._now + max(0.0, seconds), asyncio.Event()
        self._count += 1
        heapq.heappush(self._sleepers, (until, self._count, event))
        while not event.is_set():
            await asyncio.sleep(0)
            if self._sleepers and not event.is_set() and self._sleepers[0][2] is event:
                heapq.heappop(self._sleepers)
                self._now = max(self._now, until)
                event.set()
