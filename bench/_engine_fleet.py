"""A large ward from the real engine, as a session's runner plays it, heard by a subscriber that drains it."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import psutil

from bench._attended import PATIENCE_S, Attended
from broker.client import Address
from broker.clock import SystemClock
from broker.packets import Outgoing
from devices.fleet import Fleet
from scenarios.library import text_of
from scenarios.loader import loaded_or_raise
from scenarios.player import Player
from scenarios.stage import Stage
from vitals.time import ClockLine

SCENARIO: Final = "quiet-ward"
SITE, SESSION = "home", "s-waves"
SETTLE_S: Final = 3.0
LOOK_S: Final = 0.1
NUMBERED: Final = ("num", "evt", "obs")


@dataclass(slots=True)
class Said:
    """A bus that counts what passes: all that devices number, and the waves among it."""

    fleet: Fleet
    numbered: int = 0
    waves: int = 0

    def publish(self, sender: str, out: Outgoing) -> None:
        """Count ``out`` and say it."""
        wave = "/wave/" in out.topic
        self.waves += wave
        self.numbered += wave or out.topic.rpartition("/")[2] in NUMBERED
        self.fleet.publish(sender, out)


@dataclass(frozen=True, slots=True)
class Result:
    """What a run came to; shares are of a core."""

    said_a_second: float
    waves_a_second: float
    said: int
    lost: int
    late_s: float
    set_back: int
    shares: dict[str, float]


async def play(url: str, broker_pid: int, beds: int, seconds: int) -> Result:
    """Play ``beds`` with waves in real time for ``seconds``, after some to settle."""
    clock = SystemClock()
    stage = Stage(SITE, SESSION, loaded_or_raise(text_of(SCENARIO)), seed=1, beds=beds)
    stage.tick(waves=False)  # warms up
    async with draining(url) as drain, Fleet(Address.parse(url, {}), SITE, SESSION, stage.ward) as fleet:
        await fleet.wait_connected(PATIENCE_S)
        bus = Said(fleet)
        player = Player(stage, bus, clock, ClockLine(stage.now_ms, clock.now_ms(), 1.0, running=True))
        playing = asyncio.create_task(player.run())
        await clock.sleep(SETTLE_S)
        pids = {"publisher": os.getpid(), "broker": broker_pid, "subscriber": drain.pid}
        before, began_s, late_s = _cpu_s(pids), clock.monotonic(), 0.0
        said, waves = bus.numbered, bus.waves
        while (took_s := clock.monotonic() - began_s) < seconds:
            await clock.sleep(LOOK_S)
            late_s = max(late_s, player.behind_s)
        shares = {who: (cpu - before[who]) / took_s for who, cpu in _cpu_s(pids).items()}
        a_second = (bus.numbered - said) / took_s, (bus.waves - waves) / took_s
        player.stop("ended")
        await playing
        await _drained(drain, lambda: bus.numbered - fleet.dropped)
        lost = bus.numbered - drain.last["numbered"] + drain.last["twice"]
    return Result(*a_second, bus.numbered, lost, late_s, player.set_back, shares)


async def _drained(drain: Attended, wanted: Callable[[], int]) -> None:
    """Wait until everything came, or nothing comes any more."""
    try:
        await asyncio.wait_for(drain.until(lambda: drain.last["numbered"] >= wanted()), PATIENCE_S / 4)
    except TimeoutError:
        return


@asynccontextmanager
async def draining(url: str) -> AsyncIterator[Attended]:
    """Give a subscriber that has connected; it is ended afterwards."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench._drain", url, SITE,
        stdout=asyncio.subprocess.PIPE, env=dict(os.environ),
    )  # fmt: skip
    drain = Attended(process)
    following = asyncio.create_task(drain.follow())
    try:
        await drain.until(lambda: bool(drain.last))
        yield drain
    finally:
        process.kill()
        await process.wait()
        await following


def _cpu_s(pids: dict[str, int]) -> dict[str, float]:
    return {who: cpu_s(pid) for who, pid in pids.items()}


def cpu_s(pid: int) -> float:
    """Return the CPU time of a process, and of its children unless it is this one."""
    process = psutil.Process(pid)
    family = [process, *(process.children(recursive=True) if pid != os.getpid() else ())]
    return float(sum(t.user + t.system for t in (p.cpu_times() for p in family)))
