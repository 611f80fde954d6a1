"""A process per session: script, bodies, wearables and one clock, played onto a broker.

``python -m scenarios.runner`` takes its orders from standard input (``scenarios.orders``) and
answers on standard output. When standard input ends the conductor is dead, and the runner goes at
once: its connections break, the broker tells the devices' last wills, and a new conductor takes the
session up from the store.
"""

import asyncio
import contextlib
import logging
import os
import sys
import threading
from collections.abc import AsyncIterator, Callable
from typing import BinaryIO, Final

import msgspec
from msgspec import Struct

from broker import logs
from broker.client import Address
from broker.clock import Clock, SystemClock
from broker.health import resident
from devices import ready
from devices.fleet import Fleet
from scenarios.loader import ScenarioError, loaded_or_raise
from scenarios.orders import (
    Bad,
    Change,
    Clocked,
    Done,
    Line,
    Orders,
    Over,
    Playing,
    Report,
    Steer,
    Stop,
    ToRunner,
    orders,
    told,
)
from scenarios.orders import to_runner as decode_order
from scenarios.player import Player, farewell
from scenarios.resume import Resumption, resumption, stored
from scenarios.stage import Stage
from vitals.time import ClockLine

_LOG: Final = logging.getLogger("teleward.runner")
AT_ONCE: Final = 500
"""Silent ticks between two looks at what else there is to do."""

FAREWELL_S: Final = 2.0
REPORT_S: Final = 2.0

Tell = Callable[[Struct], None]


async def run(order: Orders, said: AsyncIterator[ToRunner], tell: Tell, clock: Clock) -> None:
    """Play one session as ordered, until it ends; ``said`` are later orders."""
    try:
        scenario = loaded_or_raise(order.text)
    except ScenarioError as error:
        tell(Bad(str(error).splitlines()))
        return
    stage = Stage(
        order.site, order.session, scenario, seed=order.seed, beds=order.beds, steered=order.steered
    )
    if ready.worth(len(stage.beds), order.speed) and ready.make_ready():
        _LOG.info("a large ward or a fast clock: compiled")
    where = await _where(order, stage, clock)
    address = Address.parse(order.broker, role="runner")
    async with Fleet(address, order.site, order.session, stage.ward, clock=clock) as fleet:

        def changed(line: ClockLine) -> None:
            tell(Clocked(Line.of(line)))

        again = order.line is not None
        player = Player(stage, fleet, clock, where.line, catching_up=again, told=changed)
        about = Playing(
            name=scenario.name,
            title=scenario.title,
            place=scenario.place,
            start=stage.start_ms,
            beds=stage.beds,
            line=Line.of(where.line),
        )
        tell(about)
        listening = asyncio.create_task(_obey(said, player, tell))
        reporting = asyncio.create_task(_report(fleet, player, tell, clock))
        try:
            how = await player.run()
            farewell(stage, fleet, forget=how != "left")
            with contextlib.suppress(TimeoutError):  # devices out of reach come back to say good-bye
                await fleet.wait_connected(FAREWELL_S)
        finally:
            listening.cancel()
            reporting.cancel()
    tell(Over(how))


async def _report(fleet: Fleet, player: Player, tell: Tell, clock: Clock) -> None:
    while True:
        await clock.sleep(REPORT_S)
        tell(
            Report(
                connections=fleet.connections,
                connected=fleet.connected,
                unacknowledged=fleet.unacknowledged,
                messages=player.messages,
                dropped=fleet.dropped,
                behind_s=player.behind_s,
                set_back=player.set_back,
                memory_bytes=resident(),
            )
        )


async def _where(order: Orders, stage: Stage, clock: Clock) -> Resumption:
    """Return where to start; a session taken up again is first brought there, unheard."""
    if order.line is None:
        line = ClockLine(stage.start_ms, clock.now_ms(), order.speed, running=True)
        return Resumption(line, stage.start_ms)
    newest = await asyncio.to_thread(stored, order.store, order.session)
    line = order.line.read()
    where = resumption(line, newest, stage.start_ms, clock.now_ms())
    while stage.now_ms < where.again_ms and not stage.done:
        for _ in range(AT_ONCE):
            if stage.now_ms >= where.again_ms or stage.done:
                break
            stage.skip()
        await clock.sleep(0)
    return where


async def _obey(said: AsyncIterator[ToRunner], player: Player, tell: Tell) -> None:
    async for order in said:
        match order:
            case Change(speed=speed, running=running):
                player.change(speed=speed, running=running)
            case Steer(id=number, what=what, by=by):
                try:
                    tell(Done(id=number, steered=player.stage.steer(what, by)))
                except ValueError as error:
                    tell(Done(id=number, refused=str(error)))
            case Stop(how=how):
                player.stop(how)


class Pipe:
    """Later orders from standard input, read by a thread; its end is ours."""

    def __init__(self, source: BinaryIO, loop: asyncio.AbstractEventLoop) -> None:
        self._source, self._loop = source, loop
        self._orders: asyncio.Queue[ToRunner] = asyncio.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in self._source:
            with contextlib.suppress(msgspec.MsgspecError, RuntimeError):
                self._loop.call_soon_threadsafe(self._orders.put_nowait, decode_order.decode(line))
        os._exit(4)

    async def __aiter__(self) -> AsyncIterator[ToRunner]:
        """Yield orders as they come."""
        while True:
            yield await self._orders.get()


def main() -> None:
    """Run as a process; see above."""
    logs.configure("runner")
    order = orders.decode(sys.stdin.buffer.readline())

    def tell(message: Struct) -> None:
        sys.stdout.buffer.write(told(message))
        sys.stdout.buffer.flush()

    async def play() -> None:
        pipe = Pipe(sys.stdin.buffer, asyncio.get_running_loop())
        await run(order, aiter(pipe), tell, SystemClock())

    asyncio.run(play())
    sys.stdout.flush()
    os._exit(0)  # the thread that waits on standard input would keep us


if __name__ == "__main__":
    main()
