"""A page without a browser: it reads the trainees' stream, notes when numbers move, and acts."""

import asyncio
import contextlib
import itertools
import json
from pathlib import Path
from typing import Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Origin

from bench.faults.acts import Frame, Trainee
from dashboard.context import Identity
from dashboard.seal import Seal

SENSORS: Final = "bed9"
AGAIN_S: Final = 0.25
"""A page tries again as often while the dashboard is away."""
ACT_S: Final = 0.5
REPEAT: Final = 8
"""After so many steps what has no answer is said again, as the real page does: a busy server may drop it."""


class Page:
    """Stays on the stream of a session, across the dashboard's absences."""

    def __init__(self, port: int, data: Path, session: str, trainee: Trainee | None = None) -> None:
        seal = Seal(data)
        who = Identity("trainee", "p-faults", "Faults", session)
        self._cookie = f"{seal.cookie_name('trainee')}={seal.cookie(who)}"
        self._port, self._session, self._trainee = port, session, trainee
        self._newest: dict[str, int] = {}
        self._still: set[str] = set()
        self._moved = asyncio.Event()

    async def run(self) -> None:
        """Read until cancelled."""
        while True:
            with contextlib.suppress(OSError, WebSocketException, TimeoutError):
                await self._read()
            await asyncio.sleep(AGAIN_S)

    async def moved(self) -> None:
        """Wait until every simulated patient has a number that is newer than any before."""
        self._moved.clear()
        self._still = set(self._newest) or {""}
        await self._moved.wait()

    async def _read(self) -> None:
        async with connect(
            f"ws://127.0.0.1:{self._port}/stream?session={self._session}",
            origin=Origin(f"http://127.0.0.1:{self._port}"),
            additional_headers={"cookie": self._cookie},
            max_size=None,
            open_timeout=2,
        ) as socket:
            acting = asyncio.create_task(self._act(socket))
            try:
                async for frame in socket:
                    if isinstance(frame, str):
                        self._see(json.loads(frame))
            finally:
                acting.cancel()
                await asyncio.gather(acting, return_exceptions=True)

    async def _act(self, socket: ClientConnection) -> None:
        """Do something new again and again; at first and now and then say what has no answer yet."""
        if self._trainee is None:
            return
        for step in itertools.count():
            for act in self._trainee.again() if step % REPEAT == 0 else ():
                await socket.send(act)
            if (new := self._trainee.next()) is not None:
                await socket.send(new)
            await asyncio.sleep(ACT_S)

    def _see(self, frame: Frame) -> None:
        beds = frame.get("beds")
        if self._trainee is not None:
            self._trainee.see(frame)
        for name, bed in beds.items() if isinstance(beds, dict) else ():
            if bed and not name.startswith(SENSORS):  # whose clocks may be wrong
                newest = max((n.get("t") or 0 for n in bed.get("num", {}).values()), default=0)
                if newest > self._newest.get(name, 0):
                    self._newest[name] = newest
                    self._still -= {name, ""}
        if not self._still:
            self._moved.set()
