"""What an instructor's stream carries beyond a trainee's: the truth, the script, the sessions, notes.

Nothing here is reachable but through ``Broadcast``, which asks only for viewers whose cookie says
instructor on the instructor's path.
"""

from typing import Any, Final

from broker import topics
from broker.clock import Clock
from dashboard.bedside import Bedside, Shape
from dashboard.instructor import view
from dashboard.live import LiveWards
from dashboard.truth import TruthBoard
from vitals.time import ClockLine

PERIOD_MS: Final = 500
"""How often the rows of the table are made anew, for all beds."""


class Feed:
    """Makes the instructor's part of the stream."""

    def __init__(self, live: LiveWards, clock: Clock) -> None:
        self._live = live
        self._clock = clock
        self._told: dict[str, Shape] = {}
        self._made: dict[str, int] = {}

    def secrets(self, session: str, whole: bool) -> dict[str, Any]:  # noqa: FBT001 -- one caller
        """Return all of it, or what changed since the last time that it was asked for changes."""
        wall = self._clock.now_ms()
        if whole:
            return self._all(session, wall)
        if wall - self._made.get(session, 0) < PERIOD_MS:
            return {}
        self._made[session] = wall
        before, now = self._told.get(session, {}), self._all(session, wall)
        self._told[session] = now
        return _changes(before, now)

    def _all(self, session: str, wall: int) -> Shape:
        board = self._live.truth.get(session) or TruthBoard()
        return {
            "truth": self._rows(session, board, wall),
            "script": {
                bed: {"bar": view.bar(held), "items": list(view.items_of(held))}
                for bed, held in board.beds.items()
                if bed != topics.SESSION
            },
            "notes": _notes(board),
            "sessions": self._sessions(),
        }

    def _rows(self, session: str, board: TruthBoard, wall: int) -> dict[str, Shape]:
        ward = self._live.wards.get(session)
        if ward is None:
            return {}
        now = _moment(ward.clock, ward.now(wall), wall)
        shown, known = self._live.snapshot(session), board.beds.keys() - {topics.SESSION}
        empty, nothing = Bedside().state, Shape()
        return {
            bed: view.row(bed, shown.get(bed, empty), board.beds.get(bed, nothing), ward.people, now)
            for bed in shown | dict.fromkeys(known)
        }

    def _sessions(self) -> list[Shape]:
        return [self._session(name) for name in self._live.sessions()]

    def _session(self, name: str) -> Shape:
        record, ward = self._live.records[name], self._live.wards.get(name)
        people = ward.people.values() if ward else ()
        return {
            "session": name,
            "scenario": record.scenario,
            "title": record.title,
            "seed": record.seed,
            "state": record.state,
            "place": record.place,
            "beds": len(record.beds),
            "start": record.start,
            "created": record.created,
            "trainees": sum(person["role"] == "trainee" for person in people),
        }


def _moment(clock: ClockLine | None, t: int, wall: int) -> view.Moment:
    if clock is None:
        return view.Moment(t, wall, 1.0)
    return view.Moment(t, wall if clock.running else clock.wall_ms, clock.speed, clock.wall_ms)


def _notes(board: TruthBoard) -> list[Shape]:
    notes = [
        {"t": event["t"], "text": event.get("text", ""), "bed": "" if bed == topics.SESSION else bed}
        for bed, held in board.beds.items()
        for event in held["events"]
        if event["kind"] == "note"
    ]
    return sorted(notes, key=lambda note: -note["t"])


def _changes(before: Shape, now: Shape) -> Shape:
    """Return what is new, bed by bed where it goes by bed."""
    changed: Shape = {}
    for name, value in now.items():
        held = before.get(name)
        if isinstance(value, dict):
            held = held or {}
            parts = {key: part for key, part in value.items() if held.get(key) != part}
            if parts:
                changed[name] = parts
        elif held != value:
            changed[name] = value
    return changed
