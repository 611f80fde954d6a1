"""Who is present and what they look at, told to everybody through the broker.

A person is present while one of their browsers is connected, and for a moment after: a page that is
loaded anew is not a departure. Each minute the presence is told again, so that those who were left
behind by a dashboard that died are forgotten.
"""

import asyncio
import uuid
from typing import Final

from broker import codec, topics
from broker import messages as m
from broker.client import Link, Outgoing
from broker.clock import Clock
from dashboard.context import Identity
from dashboard.live import LiveWards

AGAIN_S: Final = 60.0
GRACE_S: Final = 5.0

Key = tuple[str, str]


class People:
    """Publishes presence, retained, for the browsers of this dashboard."""

    def __init__(self, site: str, link: Link, live: LiveWards, clock: Clock) -> None:
        self._site = site
        self._link = link
        self._live = live
        self._clock = clock
        self._windows: dict[Key, int] = {}
        self._present: dict[Key, tuple[Identity, str, str | None]] = {}
        self._leaving: set[asyncio.Task[None]] = set()

    def arrive(self, identity: Identity, session: str) -> None:
        """Count a browser of ``identity``."""
        key = (session, identity.person_id)
        self._windows[key] = self._windows.get(key, 0) + 1
        if session and key not in self._present:
            self.look(identity, session, "", None)

    def look(self, identity: Identity, session: str, page: str, bed: str | None) -> None:
        """Say which page, and which bed, a person looks at."""
        now = (identity, page[:200], bed)
        key = (session, identity.person_id)
        if session and self._present.get(key) != now:
            self._present[key] = now
            self._tell(key, present=True)

    def leave(self, identity: Identity, session: str) -> None:
        """Count a browser out; after a moment without any the person is gone."""
        key = (session, identity.person_id)
        self._windows[key] = self._windows.get(key, 1) - 1
        if self._windows[key] <= 0:
            task = asyncio.create_task(self._gone(key), name="leaving")
            self._leaving.add(task)
            task.add_done_callback(self._leaving.discard)

    async def _gone(self, key: Key) -> None:
        await self._clock.sleep(GRACE_S)
        if self._windows.get(key, 0) <= 0 and key in self._present:
            self._tell(key, present=False)
            del self._present[key]
            self._windows.pop(key, None)

    async def run(self) -> None:
        """Tell again, each minute, who is present; runs for ever."""
        while True:
            await self._clock.sleep(AGAIN_S)
            for key in list(self._present):
                self._tell(key, present=True)

    def _tell(self, key: Key, *, present: bool) -> None:
        identity, page, bed = self._present[key]
        message = m.Person(
            v=1,
            id=uuid.uuid4().hex,
            t=self._live.now(key[0]),
            by=identity.name,
            by_id=identity.person_id,
            role=identity.role,
            present=present,
            page=page,
            looking=bed,
        )
        topic = topics.person(self._site, key[0], identity.person_id)
        self._link.send(Outgoing(topic, codec.encode(message), qos=1, retain=True, expiry_s=3600))
