"""How a part runs as a process: it says when it is ready, and goes when its parent has gone."""

import asyncio
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, Final

from broker import logs
from broker.health import Health
from broker.health_server import serving

CHILD: Final = "TELEWARD_CHILD"
"""Set by ``teleward up``: standard input is then a pipe that ends with the parent."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Where a part is asked how it goes: ``/metrics`` and ``/healthz`` on an address of their own."""

    health: Health
    host: str
    port: int | None
    """Nowhere if ``None``."""


def run_part(name: str, work: Coroutine[Any, Any, None], asked: Asked | None = None) -> None:
    """Run ``work`` until it ends, SIGINT, SIGTERM or the parent's death; log to standard error."""
    try:
        logs.configure(name)
    except ValueError as error:
        work.close()
        raise SystemExit(f"teleward: {error}") from None
    if os.environ.get(CHILD):
        threading.Thread(target=_go_with_parent, daemon=True).start()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_until_stopped(work if asked is None else _answering(work, asked)))


async def _answering(work: Coroutine[Any, Any, None], asked: Asked) -> None:
    if asked.port is None:
        await work
        return
    async with AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(serving(asked.health, asked.host, asked.port))
        except OSError as error:
            work.close()
            why = os.strerror(error.errno) if error.errno else str(error)
            place = f"{asked.host}:{asked.port}"
            raise SystemExit(
                f"teleward: cannot answer on {place} ({why}): give another --metrics-port"
            ) from None
        await work


async def _until_stopped(work: Coroutine[Any, Any, None]) -> None:
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    if sys.platform != "win32":  # which has no such handlers
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await task


def _go_with_parent() -> None:
    while os.read(0, 64):
        pass
    signal.raise_signal(signal.SIGTERM)
