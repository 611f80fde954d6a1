"""One session as the conductor holds it: its record, its clock, and the runner that plays it."""

import asyncio
import contextlib
import itertools
import logging
from asyncio.subprocess import Process
from collections import deque
from collections.abc import Callable
from typing import Final

import msgspec
from msgspec.structs import replace

from broker import messages as m
from broker.client import Address
from broker.clock import Clock
from scenarios import children
from scenarios.orders import (
    Bad,
    Change,
    Clocked,
    Done,
    Orders,
    Over,
    Playing,
    Report,
    Steer,
    Stop,
    ToConductor,
    ToRunner,
    to_conductor,
    told,
)

_LOG: Final = logging.getLogger("teleward.conductor")

DEATHS: Final = 3
WITHIN_S: Final = 60.0
BACK_OFF_S: Final = (0.1, 1.0)
"""Pauses before a dead runner is started again; a third death within a minute ends the session."""
ANSWER_S: Final = 10.0
LEAVE_S: Final = 5.0
MOST_STEERED: Final = 10_000


class RefusedError(Exception):
    """A request that cannot be fulfilled; the message says why."""


class Session:
    """Keeps one runner going until its session is over.

    ``announce`` is given the record whenever it changes; nobody is told of a session that never
    came to play. ``forget`` is given the record of one whose runner could not clear up after itself.
    """

    def __init__(
        self,
        orders: Orders,
        address: Address,
        clock: Clock,
        announce: Callable[[m.SessionRecord], None],
        forget: Callable[[m.SessionRecord], None],
        record: m.SessionRecord | None = None,
    ) -> None:
        self.orders = orders
        self.record = record
        self.over = asyncio.Event()
        self.report: Report | None = None
        self.restarts = 0
        self._address, self._clock = address, clock
        self._announce, self._forget = announce, forget
        self._deaths: deque[float] = deque(maxlen=DEATHS)
        self._process: Process | None = None
        self._playing: asyncio.Future[Playing] = asyncio.get_running_loop().create_future()
        self._clocked = asyncio.Condition()
        self._numbers = itertools.count()
        self._steering: dict[int, asyncio.Future[m.Steered]] = {}
        self._task = asyncio.create_task(self._live(), name=f"session {orders.session}")

    @property
    def alive(self) -> bool:
        """Say whether the session goes on."""
        return not self.over.is_set()

    async def playing(self) -> Playing:
        """Wait until the session plays; raise ``RefusedError`` with the reason if it never does."""
        return await asyncio.shield(self._playing)

    async def change(self, *, speed: float | None = None, running: bool | None = None) -> None:
        """Have the clock go otherwise; return when it does, raise ``RefusedError`` if it does not."""
        async with self._clocked:
            await self._say(Change(speed=speed, running=running))
            try:
                await asyncio.wait_for(self._clocked.wait(), ANSWER_S)
            except TimeoutError:
                raise RefusedError("the session does not answer now; try again") from None

    async def steer(self, what: m.Steer, by: str) -> m.Steered:
        """Have something done to a bed; return when it will be, raise ``RefusedError`` saying why not."""
        if len(self.orders.steered) >= MOST_STEERED:
            raise RefusedError(f"a session is steered {MOST_STEERED} times at most")
        number = next(self._numbers)
        answer = self._steering[number] = asyncio.get_running_loop().create_future()
        try:
            await self._say(Steer(id=number, what=what, by=by))
            return await asyncio.wait_for(answer, ANSWER_S)
        except TimeoutError:
            raise RefusedError("the session does not answer now; try again") from None
        finally:
            del self._steering[number]

    async def stop(self, how: str) -> None:
        """End the session (``stopped``), or leave it to be taken up later (``left``)."""
        order = Stop("left" if how == "left" else "stopped")
        with contextlib.suppress(RefusedError):
            await self._say(order)
        try:
            await asyncio.wait_for(self.over.wait(), LEAVE_S)
        except TimeoutError:
            self._task.cancel()
            self._kill()
            if how != "left":
                self._abandoned()
            self.over.set()

    async def _say(self, order: ToRunner) -> None:
        process = self._process
        if process is None or process.stdin is None or process.returncode is not None:
            raise RefusedError("the session is being restarted; try again")
        process.stdin.write(told(order))
        with contextlib.suppress(ConnectionError):
            await process.stdin.drain()

    async def _live(self) -> None:
        how = await self._played_out()
        if not self._playing.done():
            self._playing.set_exception(RefusedError("the session could not be started; see simulate's log"))
            self._playing.exception()
        if how == "died":
            self._abandoned()
        elif how != "left":
            self._ended()
        self.over.set()

    async def _played_out(self) -> str:
        """Start runners until the session ends, or they died too often; return how."""
        while True:
            how = await self._play()
            if how is not None:
                return how
            self.report = None
            pause_s = self._died()
            if pause_s is None:
                _LOG.error("session %s: its runner died too often; it ends", self.orders.session)
                return "died"
            _LOG.warning("session %s: its runner died; it is taken up again", self.orders.session)
            self.restarts += 1
            await self._clock.sleep(pause_s)

    async def _play(self) -> str | None:
        """Run one runner to its end; return how the session ended, ``None`` if only the runner did."""
        try:
            process = self._process = await children.runner(self._address)
        except OSError as error:
            _LOG.error("session %s: no runner can be started: %s", self.orders.session, error)
            return None
        assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018 -- both are pipes
        try:
            process.stdin.write(told(self.orders))
            async for line in process.stdout:
                with contextlib.suppress(msgspec.MsgspecError):
                    how = await self._heard(to_conductor.decode(line))
                    if how is not None:
                        await process.wait()
                        return how
            await process.wait()
        finally:
            self._kill()
        return None

    async def _heard(self, said: ToConductor) -> str | None:
        match said:
            case Playing():
                self._plays(said)
            case Clocked(line):
                self.orders.line = line
                await self._note_clock()
            case Done():
                self._done(said)
            case Report():
                self.report = said
            case Bad(findings):
                if not self._playing.done():
                    self._playing.set_exception(RefusedError("\n".join(findings)))
                    self._playing.exception()
                return "stopped"
            case Over(how):
                return how
        return None

    def _plays(self, said: Playing) -> None:
        self.orders.line = said.line
        if self.record is None:
            self.record = record_of(self.orders, said, self._clock.now_ms())
        self._announce(self.record)
        if not self._playing.done():
            self._playing.set_result(said)

    def _done(self, said: Done) -> None:
        answer = self._steering.get(said.id)
        if said.steered is not None:
            # Kept whether somebody still waits or not: the runner does it.
            self.orders.steered.append(said.steered)
            if self.record is not None:
                self.record = replace(self.record, steered=list(self.orders.steered))
                self._announce(self.record)
        if answer is None or answer.done():
            return
        if said.steered is None:
            answer.set_exception(RefusedError(said.refused))
        else:
            answer.set_result(said.steered)

    async def _note_clock(self) -> None:
        line = self.orders.line
        if self.record is not None and line is not None:
            state = "running" if line.running else "paused"
            if state != self.record.state:
                self.record = replace(self.record, state=state)
                self._announce(self.record)
        async with self._clocked:
            self._clocked.notify_all()

    def _died(self) -> float | None:
        now_s = self._clock.monotonic()
        self._deaths.append(now_s)
        recent = sum(now_s - t < WITHIN_S for t in self._deaths)
        never = self.orders.line is None and recent > 1
        return None if recent >= DEATHS or never else BACK_OFF_S[recent - 1]

    def _ended(self) -> None:
        if self.record is not None and self.record.state != "ended":
            self.record = replace(self.record, state="ended", ended=self._clock.now_ms())
            self._announce(self.record)

    def _abandoned(self) -> None:
        self._ended()
        if self.record is not None:
            self._forget(self.record)

    def _kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()


def record_of(orders: Orders, said: Playing, now_ms: int) -> m.SessionRecord:
    """Return the record of a session that begins to play at wall time ``now_ms``."""
    return m.SessionRecord(
        v=1,
        session=orders.session,
        scenario=said.name,
        title=said.title,
        text=orders.text,
        hash=children.digest(orders.text),
        seed=orders.seed,
        beds=said.beds,
        state="running",
        start=said.start,
        created=now_ms,
        place=said.place,
        versions=children.versions(),
    )
