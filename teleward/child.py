"""How a part runs as a process: it says when it is ready, and goes when its parent has gone."""

import asyncio
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Coroutine
from typing import Any, Final

from broker import logs

CHILD: Final = "TELEWARD_CHILD"
"""Set by ``teleward up``: standard input is then a pipe that ends with the parent."""


def run_part(name: str, work: Coroutine[Any, Any, None]) -> None:
    """Run ``work`` until it ends, SIGINT, SIGTERM or the parent's death; log to standard error."""
    try:
        logs.configure(name)
    except ValueError as error:
        work.close()
        raise SystemExit(f"teleward: {error}") from None
    if os.environ.get(CHILD):
        threading.Thread(target=_go_with_parent, daemon=True).start()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_until_stopped(work))


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
