"""A page without a browser: it reads the trainees' stream and notes when numbers of the ward move."""

import asyncio
import contextlib
import json
from pathlib import Path
from typing import Final

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException
from websockets.typing import Origin

from dashboard.context import Identity
from dashboard.seal import Seal

SENSORS: Final = "bed9"
AGAIN_S: Final = 0.25
"""A page tries again as often while the dashboard is away."""


class Page:
    """Stays on the stream of a session, across the dashboard's absences."""

    def __init__(self, port: int, data: Path, session: str) -> None:
        seal = Seal(data)
        who = Identity("trainee", "p-faults", "Faults", session)
        self._cookie = f"{seal.cookie_name('trainee')}={seal.cookie(who)}"
        self._port, self._session = port, session
        self._newest = 0
        self._moved = asyncio.Event()

    async def run(self) -> None:
        """Read until cancelled."""
        while True:
            with contextlib.suppress(OSError, WebSocketException, TimeoutError):
                await self._read()
            await asyncio.sleep(AGAIN_S)

    async def moved(self) -> None:
        """Wait until a number is newer than any before."""
        self._moved.clear()
        await self._moved.wait()

    async def _read(self) -> None:
        async with connect(
            f"ws://127.0.0.1:{self._port}/stream?session={self._session}",
            origin=Origin(f"http://127.0.0.1:{self._port}"),
            additional_headers={"cookie": self._cookie},
            max_size=None,
            open_timeout=2,
        ) as socket:
            async for frame in socket:
                if isinstance(frame, str):
                    self._see(json.loads(frame))

    def _see(self, frame: dict[str, object]) -> None:
        beds = frame.get("beds")
        for name, bed in beds.items() if isinstance(beds, dict) else ():
            if bed and not name.startswith(SENSORS):  # whose clocks may be wrong
                newest = max((n.get("t") or 0 for n in bed.get("num", {}).values()), default=0)
                if newest > self._newest:
                    self._newest = newest
                    self._moved.set()
