"""Keep parts running as child processes: start, notice a death, restart with back-off, stop.

The rules of ``teleward up``: a part that cannot start ends the command; one that dies later is
started again; three deaths of one part within a minute end the command.
"""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from broker.clock import Clock, SystemClock
from teleward.child import CHILD

DEATHS: Final = 3
WITHIN_S: Final = 60.0
BACK_OFF_S: Final = (0.2, 1.0, 3.0)
STOP_S: Final = 8.0
LAST_LINES: Final = 12


class PartFailedError(Exception):
    """A part could not start, or died too often; the message says which, and its last words."""


@dataclass(slots=True)
class Deaths:
    """When a part died, and whether that was once too often."""

    times: deque[float] = field(default_factory=lambda: deque(maxlen=DEATHS))

    def note(self, now_s: float) -> float | None:
        """Note a death; return how long to wait before a new start, ``None`` to give up."""
        self.times.append(now_s)
        recent = [t for t in self.times if now_s - t < WITHIN_S]
        return None if len(recent) >= DEATHS else BACK_OFF_S[len(recent) - 1]


@dataclass(slots=True)
class Part:
    """One part: its name, the arguments of ``teleward`` that start it, and start it again."""

    name: str
    arguments: Sequence[str]
    again: Sequence[str] | None = None
    process: asyncio.subprocess.Process | None = None
    deaths: Deaths = field(default_factory=Deaths)
    ready: bool = False


class Supervisor:
    """Runs parts; ``tell`` is given what a person should read, the parts ``environment`` beside ours.

    A part's output goes to ``log/NAME.log`` in the data directory. Children stand in process
    groups of their own, so that Ctrl-C reaches only us and they stop in order, and hold a pipe
    from us, so that they go when we are killed.
    """

    def __init__(
        self,
        parts: Sequence[Part],
        data: Path,
        tell: Callable[[str], None],
        clock: Clock | None = None,
        *,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.parts = list(parts)
        self._logs = data / "log"
        self._logs.mkdir(exist_ok=True)
        self._tell = tell
        self._clock = clock or SystemClock()
        self._environment = {**os.environ, **(environment or {}), CHILD: "1"}
        self._stopping = False
        self._watches: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Start every part at once; they find each other."""
        for part in self.parts:
            await self._launch(part, part.arguments)
            self._watches.append(asyncio.create_task(self._watch(part)))

    async def failure(self) -> None:
        """Wait until a part is given up; raise ``PartFailedError``."""
        done, _ = await asyncio.wait(self._watches, return_when=asyncio.FIRST_EXCEPTION)
        for task in done:
            task.result()

    async def stop(self) -> None:
        """Stop the parts in the reverse order of their start, each given time to finish."""
        self._stopping = True
        for task in self._watches:
            task.cancel()
        await asyncio.gather(*self._watches, return_exceptions=True)  # one may be starting a part anew
        for part in reversed(self.parts):
            await self._end(part)

    def last_words(self, name: str) -> str:
        """Return the end of a part's log."""
        with contextlib.suppress(OSError):
            lines = (self._logs / f"{name}.log").read_text(errors="replace").splitlines()
            return "\n".join(f"    {line}" for line in lines[-LAST_LINES:])
        return ""

    async def _launch(self, part: Part, arguments: Sequence[str]) -> None:
        with (self._logs / f"{part.name}.log").open("ab") as log:
            part.process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "teleward",
                *arguments,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env=self._environment,
            )

    async def _watch(self, part: Part) -> None:
        while part.process is not None:
            code = await part.process.wait()
            if self._stopping:
                return
            wait_s = part.deaths.note(self._clock.monotonic()) if part.ready else None
            if wait_s is None:
                raise PartFailedError(self._epitaph(part, code))
            self._tell(f"{part.name} ended ({_exit(code)}); starting it again in {wait_s:g} s")
            await self._clock.sleep(wait_s)
            await self._launch(part, part.again or part.arguments)

    def _epitaph(self, part: Part, code: int) -> str:
        what = f"died {DEATHS} times within a minute" if part.ready else "could not start"
        log = self._logs / f"{part.name}.log"
        return (
            f"{part.name} {what} ({_exit(code)}). Its last words, from {log}:\n{self.last_words(part.name)}"
        )

    async def _end(self, part: Part) -> None:
        process = part.process
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), STOP_S)
        except TimeoutError:
            self._tell(f"{part.name} did not stop within {STOP_S:g} s and was killed")
            process.kill()
            await process.wait()


def _exit(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"
