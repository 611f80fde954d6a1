"""What conductor and runner say to each other, a line of JSON at a time, over the runner's pipes.

Nothing secret travels here or in a command line: passwords stay in the environment.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from broker import messages as m
from vitals.time import ClockLine


class Line(Struct, frozen=True):
    """A clock line, as ``vitals.time.ClockLine``."""

    start: int
    wall: int
    speed: float
    running: bool

    @classmethod
    def of(cls, line: ClockLine) -> "Line":
        """Write a line."""
        return cls(line.start_ms, line.wall_ms, line.speed, line.running)

    def read(self) -> ClockLine:
        """Read it again."""
        return ClockLine(self.start, self.wall, self.speed, self.running)


class Orders(Struct, kw_only=True):
    """What a runner must know to play a session; ``line`` is where its clock stood before a crash."""

    broker: str
    store: str
    site: str
    session: str
    text: str
    seed: int
    beds: int | None = None
    speed: float = 1.0
    line: Line | None = None
    steered: list[m.Steered] = []
    """What was done to beds until now, to be done again where the session is taken up."""


class Change(Struct, tag="change", kw_only=True):
    """Go at another speed, pause, go on."""

    speed: Annotated[float, Meta(gt=0)] | None = None
    running: bool | None = None


class Stop(Struct, tag="stop"):
    """End: ``stopped`` clears the session away, ``left`` leaves it to be taken up again."""

    how: Literal["stopped", "left"]


class Steer(Struct, tag="steer", kw_only=True):
    """Do something to a bed, next second; ``id`` stands in the answer."""

    id: int
    what: m.Steer
    by: str = ""


class Playing(Struct, tag="playing", kw_only=True):
    """The runner plays: what the session is, and its clock."""

    name: str
    title: str
    place: str
    start: int
    beds: list[str]
    line: Line


class Clocked(Struct, tag="clocked"):
    """The clock goes along another line."""

    line: Line


class Bad(Struct, tag="bad"):
    """The scenario cannot be played; one line a finding."""

    findings: list[str]


class Done(Struct, tag="done", kw_only=True):
    """What a ``Steer`` came to: what was done and when, or why not."""

    id: int
    steered: m.Steered | None = None
    refused: str = ""


class Report(Struct, tag="report", kw_only=True):
    """How the runner does: what Prometheus is told of it."""

    connections: int
    connected: int
    unacknowledged: int
    messages: int
    dropped: int
    behind_s: float
    set_back: int
    memory_bytes: int


class Over(Struct, tag="over"):
    """The session is over, and how it came."""

    how: Literal["ended", "stopped", "left"]


ToRunner = Change | Stop | Steer
ToConductor = Playing | Clocked | Done | Report | Bad | Over

to_runner: msgspec.json.Decoder[ToRunner] = msgspec.json.Decoder(ToRunner)
to_conductor: msgspec.json.Decoder[ToConductor] = msgspec.json.Decoder(ToConductor)
orders: msgspec.json.Decoder[Orders] = msgspec.json.Decoder(Orders)


def told(message: Struct) -> bytes:
    """Return ``message`` as a line."""
    return msgspec.json.encode(message) + b"\n"
