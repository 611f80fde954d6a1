"""What both Dash apps are given: the site, the store, the live wards, and who is asking.

Callbacks run on the server's one event loop: write them ``async def`` and read the store through
``await context.read(...)``, or a slow query stops every stream. Register them with ``app.callback``
(never ``dash.callback``, which is shared by both apps).
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol, TypeVar

from broker.messages import Reply
from broker.store.protocol import Store
from vitals.time import ClockLine

Role = Literal["trainee", "instructor", "observer"]
T = TypeVar("T")

EVERY: Final = "*"
"""An instructor's session: every one."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who asks: bound by a signed cookie. ``session`` is ``*`` for an instructor."""

    role: Role
    person_id: str
    name: str
    session: str

    def may_see(self, session: str) -> bool:
        """Say whether this person belongs to ``session``."""
        return self.session in {EVERY, session}


class NobodyError(Exception):
    """There is no identity: the gate was not passed, or no request is being served."""


_asking: ContextVar[Identity | None] = ContextVar("asking", default=None)


def asking(identity: Identity | None) -> None:
    """Remember whose request is being served in this task (the gate's business)."""
    _asking.set(identity)


class Wards(Protocol):
    """What pages may ask of the live wards. Nothing here comes from the truth."""

    def sessions(self) -> list[str]:
        """Return the sessions that run or are paused, newest first."""

    def ended(self, session: str) -> bool:
        """Say whether ``session`` is known to be over."""

    def place(self, session: str) -> str:
        """Return the name of the ward as trainees see it."""

    def clock(self, session: str) -> ClockLine | None:
        """Return the session's clock, if it is known."""

    def now(self, session: str) -> int:
        """Return the session's simulated time (ms); wall time where there is no clock."""

    def beds(self, session: str) -> list[str]:
        """Return the keys of the beds on show, in order; real sensors' beds after the simulated."""

    def locate(self, session: str, bed: str) -> tuple[str, str]:
        """Return (session, subject) of a bed on show, as topics and store name it."""

    def snapshot(self, session: str) -> dict[str, dict[str, Any]]:
        """Return every bed as the stream's ``state`` message has it."""


@dataclass(frozen=True)
class Context:
    """What a Dash app needs. ``store`` is read-only."""

    site: str
    store: Store
    live: Wards
    identity_of: Callable[[Mapping[str, str]], Identity | None]
    """From a request's cookies to whom they belong; most callers want ``me``."""
    ask: Callable[..., Awaitable[Reply]]
    """``await ask(identity, verb, session, **fields)``: an instructor's request to the conductor."""

    def me(self) -> Identity:
        """Return whose request is being served; raise ``NobodyError`` outside of one."""
        identity = _asking.get()
        if identity is None:
            raise NobodyError
        return identity

    def place(self, session: str) -> str:
        """Return the name of the ward as trainees see it."""
        return self.live.place(session)

    async def read(self, query: Callable[[Store], T]) -> T:
        """Ask the store in a thread, so that the streams go on."""
        return await asyncio.to_thread(query, self.store)
