"""A browser that cannot keep up: waves go first, then deltas, and memory stays bounded."""

import asyncio
from typing import Any

from dashboard.context import Identity
from dashboard.viewer import MOST_DELTAS, MOST_WAVES, Viewer

ME = Identity("trainee", "p-1", "Aino K", "s-1")


class SlowSocket:
    """A browser that takes nothing until it is let."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.got: list[Any] = []

    async def send_text(self, data: str) -> None:
        """Take a text when it may."""
        await self.open.wait()
        self.got.append(data)

    async def send_bytes(self, data: bytes) -> None:
        """Take a frame when it may."""
        await self.open.wait()
        self.got.append(data)


async def sent(viewer: Viewer, socket: SlowSocket) -> list[Any]:
    """Let the browser take all that waits, then say goodbye."""
    socket.open.set()
    viewer.answer("bye")
    viewer.end()
    await viewer.pump(socket)
    return socket.got


async def test_only_the_newest_waves_wait() -> None:
    """Older frames are dropped and counted; the numbers all come."""
    viewer, socket = Viewer(ME, "s-1", lambda: ["state"], waves=True), SlowSocket()
    for i in range(100):
        viewer.waves(bytes([i]))
    viewer.delta("d")
    got = await sent(viewer, socket)
    assert [data[0] for data in got if isinstance(data, bytes)] == list(range(100 - MOST_WAVES, 100))
    assert viewer.waves_dropped == 100 - MOST_WAVES
    assert "d" in got


async def test_too_many_deltas_become_one_state() -> None:
    """After a long silence the browser gets the whole state, and what changed after it, in this order."""
    viewer, socket = Viewer(ME, "s-1", lambda: ["state"], waves=True), SlowSocket()
    for i in range(10 * MOST_DELTAS):
        viewer.delta(f"d{i}")
    assert viewer.resyncs == 1
    got = await sent(viewer, socket)
    assert [text for text in got if text != "bye"] == ["state"]


async def test_who_wants_no_waves_gets_none() -> None:
    """The instructor's page draws no traces."""
    viewer = Viewer(ME, "s-1", lambda: ["state"], waves=False)
    viewer.waves(b"x")
    assert await sent(viewer, SlowSocket()) == ["bye"]


async def test_answers_are_kept_whatever_is_dropped() -> None:
    """An act's answer is not lost with the deltas."""
    viewer = Viewer(ME, "s-1", lambda: ["state"], waves=True)
    viewer.answer("done")
    for i in range(10 * MOST_DELTAS):
        viewer.delta(f"d{i}")
    assert (await sent(viewer, SlowSocket()))[0] == "done"
