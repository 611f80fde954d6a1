"""A subscriber in a process of its own that takes everything, and counts by ``seq`` what it has not got.

``python -m bench._drain BROKER SITE`` says that a station is there, so that devices speak, and prints
what came.
"""

import asyncio
import json
import sys
from typing import Any, Final

import msgspec
import psutil

from broker import messages as m
from broker import topics
from broker.client import Address, Link
from broker.clock import SystemClock
from broker.codec import encode
from broker.packets import Outgoing

EVERY_S: Final = 0.2
INBOX: Final = 1_000_000


class Numbered(msgspec.Struct):
    """What every measurement says of its place."""

    boot: str = ""
    seq: int = -1


class Came:
    """What came: messages, and of each numbered source how many, the first and the last."""

    def __init__(self) -> None:
        self.messages = self.twice = 0
        self._sources: dict[tuple[str, str], tuple[int, int]] = {}
        self.gaps = 0

    def take(self, topic: str, payload: bytes) -> None:
        """Count a message."""
        self.messages += 1
        place = _decoder.decode(payload)
        if place.seq < 0:
            return
        count, last = self._sources.get((topic, place.boot), (0, place.seq - 1))
        self.gaps += max(0, place.seq - last - 1)
        self.twice += place.seq <= last
        self._sources[topic, place.boot] = count + 1, max(last, place.seq)

    def row(self) -> dict[str, Any]:
        """Return what is printed."""
        waves = sum(count for (topic, _), (count, _) in self._sources.items() if "/wave/" in topic)
        numbered = sum(count for count, _ in self._sources.values())
        return {
            "messages": self.messages, "numbered": numbered, "waves": waves,
            "sources": len(self._sources), "gaps": self.gaps, "twice": self.twice,
        }  # fmt: skip


_decoder: Final = msgspec.json.Decoder(Numbered)


async def main(broker: str, site: str) -> None:
    """Take everything until killed."""
    came, process, clock = Came(), psutil.Process(), SystemClock()
    everything = [(topics.everything("rpm", site), 1), (topics.everything("rpm-truth", site), 1)]
    async with Link(Address.parse(broker, {}), "drain", subscriptions=everything, inbox=INBOX) as link:
        await link.wait_connected(60)
        here = encode(m.Status(v=1, state="online"))
        link.send(Outgoing(topics.part(site, "station"), here, 1, retain=True))
        reporting = asyncio.create_task(_report(came, link, process, clock))
        async for message in link.messages():
            if message.payload and message.topic != topics.part(site, "station"):
                came.take(message.topic, message.payload)
        reporting.cancel()


async def _report(came: Came, link: Link, process: psutil.Process, clock: SystemClock) -> None:
    while True:
        cpu = process.cpu_times()
        held = {"rss": process.memory_info().rss, "cpu_s": cpu.user + cpu.system}
        row = came.row() | held | {"overrun": link.overrun}
        sys.stdout.write(json.dumps(row) + "\n")
        sys.stdout.flush()
        await clock.sleep(EVERY_S)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
