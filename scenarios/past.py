"""What the store knows of sessions that were running when simulate ended."""

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from broker import messages as m
from broker import topics
from broker.clock import Clock
from broker.store import open_store
from broker.store.protocol import Store, StoreUnavailableError
from scenarios.faults import ANY
from scenarios.orders import Line

_LOG: Final = logging.getLogger("teleward.conductor")
PAUSE_S: Final = 0.5
"""Between two looks whether the store is back."""


class Past:
    """Reads the store when asked; a file that nobody has made yet holds nothing."""

    def __init__(self, store_url: str, clock: Clock) -> None:
        self._url, self._clock = store_url, clock

    async def unfinished(self, *, patient: bool) -> list[tuple[m.SessionRecord, Line]]:
        """Return the sessions not ended, oldest first, each with the last line of its clock.

        A store that is away is waited for where ``patient``, else it holds nothing.
        """
        said = False
        while True:
            try:
                return await asyncio.to_thread(self._unfinished)
            except (StoreUnavailableError, OSError) as error:
                if not patient:
                    _LOG.warning("the store cannot be read: %s", error)
                    return []
                if not said:
                    _LOG.warning("waiting for the store, to take up what was running: %s", error)
                    said = True
            await self._clock.sleep(PAUSE_S)

    def _unfinished(self) -> list[tuple[m.SessionRecord, Line]]:
        store = open_store(self._url, readonly=True)
        try:
            path = getattr(store, "path", None)
            if isinstance(path, Path) and not path.exists():
                return []
            records = [r for r in reversed(store.sessions()) if r.state != "ended"]
            return [(r, _line(store, r)) for r in records]
        finally:
            store.close()


def _line(store: Store, record: m.SessionRecord) -> Line:
    entries = store.entries(record.session, kinds=["line"], newest=1)
    for entry in entries:
        said = msgspec.json.decode(entry.body, type=m.Clock)
        return Line(said.start, said.wall, said.speed, said.running)
    return Line(record.start, record.created, 1.0, running=True)


def remains(site: str, record: m.SessionRecord) -> Iterator[str]:
    """Yield the topics a session may have left retained."""
    yield topics.clock(site, record.session)
    for bed in record.beds:
        for device in ANY:
            for kind in ("status", "meta"):
                yield topics.device(site, record.session, bed, device, kind)
        for kind in ("person", "obs"):
            yield topics.chart(site, record.session, bed, kind)
        yield topics.truth(site, record.session, bed, "phase")
