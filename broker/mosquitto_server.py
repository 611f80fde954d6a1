"""A Mosquitto that serves a folder which ``broker.mosquitto`` made, and takes over who is added to it."""

import asyncio
import contextlib
import signal
import subprocess
from pathlib import Path
from typing import Final

from broker.clock import Clock, SystemClock
from broker.mosquitto import USERS, command

LOOK_S: Final = 0.5
STOP_S: Final = 5.0


async def serve(folder: Path, clock: Clock | None = None) -> None:
    """Run Mosquitto until it ends or this is cancelled; it ends with this process, whatever happens.

    Raises ``BrokerUnavailableError`` without a Mosquitto, ``SystemExit`` when it ends by itself.
    """
    process = await asyncio.create_subprocess_exec(*command(folder), stdin=subprocess.PIPE)
    watching = asyncio.create_task(_watch(folder / USERS, process, clock or SystemClock()))
    try:
        raise SystemExit(await process.wait() or 1)
    finally:
        watching.cancel()
        await _end(process)


async def _watch(users: Path, process: asyncio.subprocess.Process, clock: Clock) -> None:
    """Have Mosquitto read passwords and rules again whenever ``users``, written last, is another."""
    if not hasattr(signal, "SIGHUP"):
        return
    known = _changed(users)
    while True:
        await clock.sleep(LOOK_S)
        if (now := _changed(users)) != known:
            known = now
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGHUP)


def _changed(path: Path) -> tuple[int, int]:
    with contextlib.suppress(OSError):
        found = path.stat()
        return found.st_ino, found.st_mtime_ns
    return 0, 0


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    if process.stdin is not None:
        process.stdin.close()
    try:
        await asyncio.wait_for(process.wait(), STOP_S)
    except TimeoutError:
        process.kill()
        await process.wait()
