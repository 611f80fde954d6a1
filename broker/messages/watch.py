"""What the station says of a patient: alarms, and the early-warning score."""

from typing import Literal

from msgspec import Struct, field

from broker.messages.words import Count, Identifier, Line, Message, Millis, Presence, Priority, Word


class Alarm(Message, kw_only=True):
    """One alarm of one patient or device.

    ``seq`` counts its changes; ``onset`` is when the condition became true, ``t`` when this was
    said. ``limit`` and ``value`` are in the metric's catalogue unit.
    """

    id: Identifier
    seq: Count
    t: Millis
    onset: Millis
    kind: Literal["Phy", "Tec", "Oth"]
    priority: Priority
    presence: Presence
    text: Line
    latch: bool = False
    metric: Word | None = None
    value: float | None = None
    limit: float | None = None
    bound: Literal["low", "high", "at-least"] | None = None
    device: Identifier | None = None
    ended: Millis | None = None
    by: Line | None = None


class Component(Struct, kw_only=True, omit_defaults=True):
    """One parameter of a score: its value, its points and when it was measured."""

    points: int | None = None
    value: float | None = None
    code: Line | None = None
    t: Millis | None = None
    source: Line | None = None
    why: Line | None = None


class Trend(Struct, kw_only=True, omit_defaults=True):
    """How a value moved over ``window_s`` seconds; ``steady`` within the stated rule."""

    delta: float
    window_s: float
    direction: Literal["up", "down", "steady"]


class Score(Message, kw_only=True):
    """An early-warning score with its parts; ``total`` is ``None`` while a parameter is missing.

    ``components`` has the keys ``rr spo2 oxygen sbp pulse acvpu temp`` (``vitals.news2.PARAMETERS``);
    ``missing`` names those without points, each with its ``why`` in the component. ``trends`` has
    catalogue keys (``hr`` or ``pr``, ``spo2 rr nibp_sys temp``).
    """

    t: Millis
    name: Literal["NEWS2"]
    at_least: int
    total: int | None
    max_single: int
    risk: Literal["low", "low-medium", "medium", "high", "unknown"]
    scale: Literal[1, 2]
    components: dict[str, Component]
    missing: list[str]
    trends: dict[str, Trend] = field(default_factory=dict)
    earlier: int | None = None
    """The total an hour before, so that a screen can say ``+3 in 1 h``; ``None`` if unknown."""
