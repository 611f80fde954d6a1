"""What changed in every session, encoded once per session and role, and given to all who look.

Nothing is sent more often than every 100 ms, and nothing when nothing changed. A trainee's message
is made from the live sessions only; the truth is added for instructors, in a message of their own.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import msgspec

from broker import topics
from broker.clock import Clock
from dashboard.bedside import Shape
from dashboard.context import Identity
from dashboard.live import LiveWards
from dashboard.recent import RecentWaves
from dashboard.session import clock_shape
from dashboard.signs import LIMITS, SIGNS, WAVES
from dashboard.viewer import Viewer
from dashboard.waveframe import Block, frame

PERIOD_S: Final = 0.1
ENDED: Final = "This session has ended."
GATHER_S: Final = 0.015
"""After the first change of a lull: what else comes at the same moment goes with it."""

Taken = tuple[dict[str, Shape | None], dict[str, Shape | None], Any]
_encode: Final = msgspec.json.Encoder().encode


def text_of(message: dict[str, Any]) -> str:
    """Return a message of the stream as JSON."""
    return _encode(message).decode()


class Audience:
    """Those who look at one session, and what they were last told beside its beds."""

    def __init__(self, session: str) -> None:
        self.session = session
        self.viewers: set[Viewer] = set()
        self.told: dict[str, Any] = {}
        self.live_keys: dict[str, str] = {}
        self.count = 0


class Broadcast:
    """Tells browsers what changed. ``missing`` names parts that are away; ``secrets`` is the truth."""

    def __init__(
        self,
        live: LiveWards,
        clock: Clock,
        missing: Callable[[], list[str]],
        secrets: Callable[[str, bool], dict[str, Any]],
    ) -> None:
        self._live = live
        self._clock = clock
        self._missing = missing
        self._secrets = secrets
        self._audiences: dict[str, Audience] = {}
        self._left = [0, 0]
        self._recent: defaultdict[str, RecentWaves] = defaultdict(RecentWaves)
        self._changed = asyncio.Event()
        live.on_change = self._changed.set

    async def run(self) -> None:
        """Send what changes; runs for ever."""
        last = 0.0
        while True:
            await self._changed.wait()
            await self._clock.sleep(max(GATHER_S, last + PERIOD_S - self._clock.monotonic()))
            self._changed.clear()
            last = self._clock.monotonic()
            self.flush()

    # --- who looks ---

    def join(self, identity: Identity, session: str, *, waves: bool, past: bool = False) -> Viewer:
        """Add a browser; it is greeted and given the whole state, and the last waves if it wants the past."""
        audience = self._audiences.setdefault(session, Audience(session))
        instructs = identity.role == "instructor"
        viewer = Viewer(identity, session, lambda: self._state(audience, instructs=instructs), waves=waves)
        viewer.answer(text_of({"k": "hello", **self._hello(audience, identity)}))
        for text in self._state(audience, instructs=instructs):
            viewer.answer(text)
        audience.viewers.add(viewer)
        if past and (blocks := self._past(audience)):
            viewer.waves(frame(blocks, self._clock.now_ms()))
        if self._live.ended(session):
            self.dismiss(viewer, ENDED)
        return viewer

    def leave(self, viewer: Viewer) -> None:
        """Forget a browser."""
        audience = self._audiences.get(viewer.session)
        if audience is not None and viewer in audience.viewers:
            self._left[0] += viewer.waves_dropped
            self._left[1] += viewer.resyncs
            audience.viewers.discard(viewer)
            if not audience.viewers:
                del self._audiences[viewer.session]

    def viewers(self) -> list[Viewer]:
        """Return all who look now."""
        return [viewer for audience in self._audiences.values() for viewer in audience.viewers]

    @property
    def waves_dropped(self) -> int:
        """How many wave frames browsers did not get, because they could not keep up."""
        return self._left[0] + sum(viewer.waves_dropped for viewer in self.viewers())

    @property
    def resyncs(self) -> int:
        """How often a browser was sent the whole state anew, because it could not keep up."""
        return self._left[1] + sum(viewer.resyncs for viewer in self.viewers())

    @staticmethod
    def dismiss(viewer: Viewer, why: str) -> None:
        """Say goodbye, once."""
        if not viewer.ended:
            viewer.answer(text_of({"k": "bye", "why": why}))
            viewer.end()

    def _hello(self, audience: Audience, identity: Identity) -> dict[str, Any]:
        session = audience.session
        audience.told = self._aside(session)
        return {
            "role": identity.role,
            "me": {"id": identity.person_id, "name": identity.name},
            "session": session,
            "place": self._live.place(session),
            "clock": clock_shape(self._live.clock(session)),
            "now": self._clock.now_ms(),
            "signs": SIGNS,
            "waves": WAVES,
            "limits": LIMITS,
            **audience.told,
        }

    def _aside(self, session: str) -> dict[str, Any]:
        """Return what is told beside the beds: missing parts, sensors' beds not on show, wards to join."""
        sensing = session == topics.LIVE
        return {
            "missing": self._missing(),
            "hidden": 0 if sensing or self._live.joined(session) else self._live.sensors(),
            "wards": len(self._live.sessions()) if sensing else 0,
        }

    def _state(self, audience: Audience, *, instructs: bool) -> list[str]:
        """Return the whole state, and after it the people and the clock as a delta has them."""
        session, now = audience.session, self._clock.now_ms()
        audience.live_keys = self._keys(session)
        state: dict[str, Any] = {"k": "state", "s": now, "beds": self._live.snapshot(session)}
        ward = self._live.wards.get(session)
        rest: dict[str, Any] = {"k": "d", "n": audience.count, "s": now}
        if ward is not None:
            rest["people"] = ward.people if instructs else seen_people(ward.people)
            rest["clock"] = clock_shape(ward.clock)
        if instructs:
            rest |= self._secrets(session, True)  # noqa: FBT003 -- whole
        return [text_of(state), text_of(rest)]

    # --- what changed ---

    def _past(self, audience: Audience) -> list[Block]:
        own = self._recent[audience.session].blocks() if audience.session in self._recent else []
        if not audience.live_keys:
            return own
        live = self._recent[topics.LIVE].blocks()
        return own + list(_renamed(live, audience.live_keys))

    def flush(self) -> None:
        """Send to everybody what changed since the last time."""
        now = self._clock.now_ms()
        wards = self._live.wards
        for gone in self._recent.keys() - wards.keys():
            del self._recent[gone]
        taken = {name: ward.take() for name, ward in wards.items()}
        waves = {name: ward.take_waves() for name, ward in wards.items()}
        for name, blocks in waves.items():
            if blocks:
                self._recent[name].add(blocks, now)
        for session, audience in list(self._audiences.items()):
            if self._live.ended(session):
                for viewer in audience.viewers:
                    self.dismiss(viewer, ENDED)
                continue
            self._tell(audience, taken, now)
            self._show(audience, waves, now)

    def _tell(self, audience: Audience, taken: dict[str, Taken], now: int) -> None:
        session = audience.session
        message = self._delta(audience, taken)
        secrets: dict[str, Any] = {}
        if any(viewer.instructs for viewer in audience.viewers):
            secrets = self._secrets(session, False)  # noqa: FBT003 -- what changed
        if not message and not secrets:
            return
        audience.count += 1
        head = {"k": "d", "n": audience.count, "s": now}
        everybody = text_of({**head, **message, **_public(message)})
        instructors = text_of({**head, **message, **secrets}) if secrets or "people" in message else everybody
        for viewer in audience.viewers:
            viewer.delta(instructors if viewer.instructs else everybody)

    def _delta(self, audience: Audience, taken: dict[str, Taken]) -> dict[str, Any]:
        session = audience.session
        beds, people, clock = taken.get(session, ({}, {}, None))
        beds = {**beds, **self._live_beds(audience, taken)}
        message: dict[str, Any] = {"beds": beds} if beds else {}
        if people:
            message["people"] = people
        if clock is not None:
            message["clock"] = clock_shape(clock)
        aside = self._aside(session)
        message |= {name: value for name, value in aside.items() if audience.told.get(name) != value}
        audience.told = aside
        return message

    def _keys(self, session: str) -> dict[str, str]:
        live = self._live.wards.get(topics.LIVE)
        if live is None or not self._live.joined(session):
            return {}
        return {bed: self._live.live_key(session, bed) for bed in live.beds}

    def _live_beds(self, audience: Audience, taken: dict[str, Taken]) -> dict[str, Shape | None]:
        """Return what changed of the real sensors' beds that stand in this session."""
        before, after = audience.live_keys, self._keys(audience.session)
        audience.live_keys = after
        if any(after.get(bed) != key for bed, key in before.items()):
            for viewer in audience.viewers:
                viewer.resync()
            return {}
        if not after:
            return {}
        changed = taken[topics.LIVE][0]
        live = self._live.wards[topics.LIVE]
        return {
            key: changed.get(bed) if bed in before else live.beds[bed].state
            for bed, key in after.items()
            if bed not in before or changed.get(bed)
        }

    def _show(self, audience: Audience, waves: dict[str, list[Block]], now: int) -> None:
        blocks = [*waves.get(audience.session, ()), *_renamed(waves.get(topics.LIVE, ()), audience.live_keys)]
        if blocks:
            data = frame(blocks, now)
            for viewer in audience.viewers:
                viewer.waves(data)


def _renamed(blocks: Iterable[Block], keys: dict[str, str]) -> Iterator[Block]:
    """Yield the blocks of beds that have a key here, under that key."""
    for block in blocks:
        key = keys.get(block.header["b"])
        if key is not None:
            yield Block({**block.header, "b": key}, block.samples)


def seen_people(people: dict[str, Shape]) -> dict[str, Shape]:
    """Return people as trainees see them: where an instructor looks would be a hint."""
    return {ident: _seen(person) for ident, person in people.items()}


def _seen(person: Shape) -> Shape:
    return {**person, "looking": None, "page": ""} if person["role"] == "instructor" else person


def _public(message: dict[str, Any]) -> dict[str, Any]:
    people = message.get("people")
    if not people:
        return {}
    return {"people": {ident: person and _seen(person) for ident, person in people.items()}}
