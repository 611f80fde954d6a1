"""Sensors that note every observation they promise."""

import asyncio
import random
from contextlib import AsyncExitStack
from typing import Final, Self

from bench.faults.proxy import Proxy
from broker import messages as m
from broker import topics
from broker.client import Address, Link, Outgoing
from broker.clock import Clock
from broker.codec import encode
from devices.fleet import AGAIN_S

RATE_S: Final = 0.2
OUTBOX: Final = 20_000
FARTHEST_MS: Final = 600_000
Identity = tuple[str, str, str, str, int]
"""Subject, device, metric, boot, seq."""


class Sensor:
    """One device in session ``live``; ``promised`` holds what it gave its link, all at QoS 1."""

    def __init__(self, site: str, number: int, proxy: Proxy, clock: Clock, *, careful: bool) -> None:
        self.bed, self.device, self.boot = f"bed{90 + number}", f"probe-{number}", f"{0xA0 + number:04x}"
        self.promised: list[Identity] = []
        self.careful, self.proxy = careful, proxy
        self.wrong_ms = 0
        self._topic = topics.device(site, topics.LIVE, self.bed, self.device, "num")
        self._site, self._clock = site, clock
        self._task: asyncio.Task[None] | None = None
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        """Begin to measure."""
        await self._stack.enter_async_context(self.proxy)
        address = Address.parse(f"mqtt://127.0.0.1:{self.proxy.port}", {})
        heard = topics.part(self._site, "station") if self.careful else None
        again_s = AGAIN_S if self.careful else 0.0
        link = Link(address, self.device, outbox=OUTBOX, until_heard=heard, again_s=again_s)
        self.link = await self._stack.enter_async_context(link)
        self._task = asyncio.create_task(self._measure())
        return self

    async def __aexit__(self, *exception: object) -> None:
        """Disconnect."""
        await self.stop()
        await self._stack.aclose()

    async def stop(self) -> None:
        """Measure no more; what is promised still goes out."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def step_clock(self, chance: random.Random) -> None:
        """Set the sensor's clock wrong, back or forth, or right again."""
        self.wrong_ms = 0 if self.wrong_ms else chance.randint(-FARTHEST_MS, FARTHEST_MS)

    async def _measure(self) -> None:
        seq = 0
        while True:
            num = m.Num(
                v=1,
                m={"hr": m.Reading(v=60 + seq % 40, u="/min"), "spo2": m.Reading(v=90 + seq % 10, u="%")},
                boot=self.boot,
                seq=seq,
                t=self._clock.now_ms() + self.wrong_ms,
            )
            self.link.send(Outgoing(self._topic, encode(num), 1))
            self.promised += [(self.bed, self.device, key, self.boot, seq) for key in num.m]
            seq += 1
            await asyncio.sleep(RATE_S)
