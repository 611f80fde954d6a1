"""What waits to be sent to one browser: bounded, newest first to matter, never a growing memory.

A browser that cannot keep up loses waves first. When even the numbers pile up they are let go, and
the whole state is sent as soon as there is room again.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final, Protocol

from dashboard.context import Identity

MOST_WAVES: Final = 5
"""Wave frames that may wait: half a second's."""
MOST_DELTAS: Final = 30
"""Deltas that may wait: three seconds' and more."""
MOST_ANSWERS: Final = 500


class Socket(Protocol):
    """What a viewer needs of a WebSocket."""

    async def send_text(self, data: str) -> None:
        """Send a text frame; waits while the browser does not take it."""

    async def send_bytes(self, data: bytes) -> None:
        """Send a binary frame, likewise."""


class Viewer:
    """One browser's queue. ``snapshot`` makes what a browser that lost deltas is sent instead."""

    def __init__(
        self, identity: Identity, session: str, snapshot: Callable[[], list[str]], *, waves: bool
    ) -> None:
        self.identity = identity
        self.session = session
        self.waves_dropped = 0
        self.resyncs = 0
        self._snapshot = snapshot
        self._wants_waves = waves
        self._answers: deque[str] = deque(maxlen=MOST_ANSWERS)
        self._deltas: deque[str] = deque()
        self._waves: deque[bytes] = deque()
        self._behind = False
        self.ended = False
        self._wake = asyncio.Event()

    @property
    def instructs(self) -> bool:
        """Whether the truth may be sent here."""
        return self.identity.role == "instructor"

    def answer(self, text: str) -> None:
        """Send what is meant for this browser alone."""
        self._answers.append(text)
        self._wake.set()

    def delta(self, text: str) -> None:
        """Send what changed; a browser that is behind gets the whole state later instead."""
        if len(self._deltas) >= MOST_DELTAS:
            self.resync()
        if not self._behind:
            self._deltas.append(text)
            self._wake.set()

    def waves(self, frame: bytes) -> None:
        """Send waves, if there is room."""
        if not self._wants_waves:
            return
        if len(self._waves) >= MOST_WAVES:
            self._waves.popleft()
            self.waves_dropped += 1
        self._waves.append(frame)
        self._wake.set()

    def resync(self) -> None:
        """Let the deltas go and send the whole state instead."""
        self._deltas.clear()
        self.resyncs += not self._behind
        self._behind = True
        self._wake.set()

    def end(self) -> None:
        """Close after what waits now."""
        self.ended = True
        self._wake.set()

    async def pump(self, socket: Socket) -> None:
        """Send what comes, until the end."""
        while not self.ended or self._answers:
            await self._wake.wait()
            self._wake.clear()
            while await self._one(socket):
                pass

    async def _one(self, socket: Socket) -> bool:
        if self._answers:
            await socket.send_text(self._answers.popleft())
        elif self._behind:
            self._behind = False
            self._answers.extend(self._snapshot())
        elif self._deltas:
            await socket.send_text(self._deltas.popleft())
        elif self._waves:
            await socket.send_bytes(self._waves.popleft())
        else:
            return False
        return True
