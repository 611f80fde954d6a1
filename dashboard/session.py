"""One session as the dashboard shows it: its clock, beds, people and waves. Pure: time is given."""

from typing import Any, Final

from broker import messages as m
from broker import topics
from broker.codec import Accepted
from dashboard.bedside import Bedside, Shape
from dashboard.waveframe import Block, WavePlaces
from vitals.time import ClockLine

MOST_UNKNOWN_BEDS: Final = 64
"""Beds that no record names; further ones are not shown."""
ABSENT_AFTER_MS: Final = 150_000
"""A person of whom nothing was heard for so long is gone (their dashboard says so each minute)."""
LIVE_SILENT_MS: Final = 15 * 60_000
"""A real sensor's bed leaves the ward after so long without a word (*heuristic*)."""
LATE_WAVE_MS: Final = 5_000
"""Waves older than this at speed 1 are not worth showing (their expiry on the wire)."""
MOST_WAITING: Final = 4_000
"""Blocks that may wait for the next frame; older ones go first."""


class LiveSession:
    """What is known of one session now, and what changed since it was last taken."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.clock: ClockLine | None = None
        self.beds: dict[str, Bedside] = {}
        self.people: dict[str, Shape] = {}
        self.place = ""
        self._named: set[str] = set()
        self._places = WavePlaces()
        self._waves: list[Block] = []
        self._heard: dict[str, int] = {}
        self._gone: set[str] = set()
        self._new_clock = False
        self._new_people: dict[str, Shape | None] = {}

    @property
    def is_live(self) -> bool:
        """Whether this is the session of real sensors, whose clock is wall time."""
        return self.name == topics.LIVE

    def now(self, wall: int) -> int:
        """Return the simulated time (ms) at wall time ``wall``."""
        return wall if self.clock is None else self.clock.simulated(wall)

    def name_beds(self, beds: list[str], place: str) -> None:
        """Take the beds that the session's record names; they are shown before they have data."""
        self.place = place
        self._named.update(beds)
        for bed in beds:
            self._bed(bed)

    def _bed(self, bed: str) -> Bedside | None:
        known = self.beds.get(bed)
        if known is not None:
            return known
        if bed not in self._named and len(self.beds.keys() - self._named) >= MOST_UNKNOWN_BEDS:
            return None
        self._gone.discard(bed)
        self.beds[bed] = made = Bedside(live=self.is_live)
        return made

    def apply(self, accepted: Accepted, wall: int) -> None:
        """Take one message that was received at wall time ``wall``."""
        topic, message = accepted.topic, accepted.message
        match message:
            case m.Clock():
                self._set_clock(message)
            case m.Person():
                self._person(topic.name, message, wall)
            case _ if topic.subject != topics.SESSION and (bed := self._bed(topic.subject)) is not None:
                self._heard[topic.subject] = max(wall, self._heard.get(topic.subject, 0))
                if isinstance(message, m.Wave):
                    self._wave(topic, message, wall)
                else:
                    self._at_bed(bed, accepted, wall)

    def _set_clock(self, clock: m.Clock) -> None:
        line = ClockLine(clock.start, clock.wall, clock.speed, clock.running)
        self._new_clock = self._new_clock or line != self.clock
        self.clock = line

    def _person(self, ident: str, person: m.Person, wall: int) -> None:
        if person.present:
            self.people[ident] = {
                "name": person.by, "role": person.role, "looking": person.looking, "page": person.page,
                "t": person.t, "r": wall,
            }  # fmt: skip
            self._new_people[ident] = self.people[ident]
        elif self.people.pop(ident, None) is not None:
            self._new_people[ident] = None

    def _at_bed(self, bed: Bedside, accepted: Accepted, wall: int) -> None:
        topic, message = accepted.topic, accepted.message
        match message:
            case m.Num():
                bed.numerics(topic.device, message, self._t(message.t, wall), wall)
            case m.Status():
                bed.status(topic.device, message, self._t(message.t, wall))
            case m.DeviceMeta():
                bed.meta(topic.device, message)
            case m.Evt():
                bed.event(topic.device, message, self._t(message.t, wall))
            case m.PersonInfo():
                bed.person(message)
            case m.ChartObs():
                bed.charted(message, wall)
            case m.Score():
                bed.score(message)
            case m.Alarm():
                bed.alarm(topic.name, message)
            case m.Act():
                bed.act(topic.kind, message)

    def _t(self, t: int | None, wall: int) -> int:
        return self.now(wall) if t is None else t

    def _wave(self, topic: topics.Topic, message: m.Wave, wall: int) -> None:
        t = self._t(message.t, wall)
        if self.clock is not None and self.clock.speed == 1 and self.now(wall) - t > LATE_WAVE_MS:
            return
        block = self._places.block(topic.subject, topic.device, topic.name, message, t)
        if block is not None:
            self._waves.append(block)
            del self._waves[:-MOST_WAITING]

    def restore(self, past: list[tuple[str, str, m.Num, int]], wall: int) -> None:
        """Take stored numerics: (bed, device, message, received); newer ones stay."""
        for name, device, message, received in past:
            if self.is_live and wall - received > LIVE_SILENT_MS:
                continue
            if (bed := self._bed(name)) is not None and message.t is not None:
                self._heard[name] = max(received, self._heard.get(name, 0))
                bed.stored(device, message, message.t, received)

    def restore_entry(self, accepted: Accepted, received: int, wall: int) -> None:
        """Take a stored entry, unless something newer of its kind is known."""
        old = self.is_live and wall - received > LIVE_SILENT_MS
        if old or (isinstance(accepted.message, m.Clock) and self.clock is not None):
            return
        bed = self.beds.get(accepted.topic.subject)
        if bed is None or not bed.knows_newer(accepted):
            self.apply(accepted, received)

    def clear_alarm(self, bed: str, ident: str) -> None:
        """Forget an alarm whose topic was cleared."""
        if bed in self.beds:
            self.beds[bed].alarm(ident, None)

    def tidy(self, wall: int) -> None:
        """Let go of people and of real sensors' beds that are silent for long."""
        for ident in [i for i, p in self.people.items() if wall - p["r"] > ABSENT_AFTER_MS]:
            del self.people[ident]
            self._new_people[ident] = None
        if self.is_live:
            for bed in [b for b in self.beds if wall - self._heard.get(b, 0) > LIVE_SILENT_MS]:
                del self.beds[bed]
                self._gone.add(bed)

    def take_waves(self) -> list[Block]:
        """Return the blocks that came since the last call."""
        waves, self._waves = self._waves, []
        return waves

    def take(self) -> tuple[dict[str, Shape | None], dict[str, Shape | None], ClockLine | None]:
        """Return what changed since the last call: beds, people (``None``: gone) and the clock."""
        beds: dict[str, Shape | None] = dict.fromkeys(self._gone)
        beds |= {bed: changed for bed, side in self.beds.items() if (changed := side.take())}
        people, self._new_people = self._new_people, {}
        clock = self.clock if self._new_clock else None
        self._gone, self._new_clock = set(), False
        return beds, people, clock

    def snapshot(self) -> dict[str, Shape]:
        """Return every bed whole."""
        return {bed: side.state for bed, side in self.beds.items()}


def clock_shape(clock: ClockLine | None) -> dict[str, Any] | None:
    """Return a clock as the stream shows it."""
    if clock is None:
        return None
    return {"start": clock.start_ms, "wall": clock.wall_ms, "speed": clock.speed, "running": clock.running}
