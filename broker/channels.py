"""The channels of the wire in one table: who says what where, and how it is delivered.

The reference (topics, AsyncAPI, schemas), the roles and Mosquitto's access rules are made from it.
"""

from dataclasses import dataclass
from typing import Final, Literal

from msgspec import Struct

from broker import codec, topics

Group = Literal[
    "device", "chart", "acts", "people", "watch", "clock", "parts", "reply", "request", "answer", "truth",
    "note", "record",
]  # fmt: skip
"""What channels have in common for those who may read and write them, see ``broker.security``."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One kind of message and its place.

    ``address`` has ``{site} {session} {subject} {device} {metric} {id}`` for its variable levels.
    ``expiry_s`` is for how long a broker may still deliver a message. ``about`` says what it is for.
    """

    name: str
    address: str
    message: type[Struct]
    group: Group
    qos: int
    about: str
    retain: bool = False
    expiry_s: int | None = None
    replies: str | None = None

    def filter(self, **levels: str) -> str:
        """Return the topic filter with ``levels`` set and a ``+`` for every other variable level."""
        return self.address.format_map(dict.fromkeys(VARIABLES, "+") | levels)

    def topic(self, **levels: str) -> str:
        """Return a topic with ``levels`` set, and an example for every other variable level."""
        return self.address.format_map(EXAMPLES | levels)


VARIABLES: Final = ("site", "session", "subject", "device", "metric", "id")
EXAMPLES: Final = {
    "site": topics.DEFAULT_SITE,
    "session": topics.LIVE,
    "subject": "bed09",
    "device": "my-oximeter",
    "metric": "pleth",
    "id": "me",
}
HOUR_S: Final = 3600
DAY_S: Final = 24 * HOUR_S
MINUTE_S: Final = 60

_S, _N, _P, _D, _M, _I = ("{site}", "{session}", "{subject}", "{device}", "{metric}", "{id}")


def _channel(
    name: str,
    address: str,
    group: Group,
    qos: int,
    about: str,
    *,
    retain: bool = False,
    expiry_s: int | None = None,
    replies: str | None = None,
) -> Channel:
    place = topics.parse(address.format_map(EXAMPLES))
    if place is None:
        raise AssertionError(f"the table names a topic that is none: {address}")
    return Channel(name, address, codec.type_of(place), group, qos, about, retain, expiry_s, replies)


def _device(kind: str) -> str:
    return topics.device(_S, _N, _P, _D, kind)


def _chart(kind: str) -> str:
    return topics.chart(_S, _N, _P, kind)


def _truth(kind: str) -> str:
    return topics.truth(_S, _N, _P, kind)


_ACTS: Final = ("flag", "escalation", "note", "intervention")
_TRUE: Final = {
    "state": ("what the body is, each second", 0, False),
    "phase": ("a bed's script: what ails, and what comes when", 1, True),
    "event": ("something that happened in truth, or an instructor's note", 1, False),
    "label": ("a stretch of time with a name, for scoring", 1, False),
}

CHANNELS: Final = (
    _channel("num", _device("num"), "device", 1, "values that a device measured", expiry_s=HOUR_S),
    _channel("wave", topics.wave(_S, _N, _P, _D, _M), "device", 0, "0.2 s of a waveform", expiry_s=5),
    _channel("status", _device("status"), "device", 1, "whether a device is there", retain=True),
    _channel("meta", _device("meta"), "device", 1, "a device's description of itself", retain=True),
    _channel("evt", _device("evt"), "device", 1, "something that a device noticed"),
    _channel("person", _chart("person"), "chart", 1, "the patient in the bed, as on the chart", retain=True),
    _channel("obs", _chart("obs"), "chart", 1, "what a nurse measured or judged", retain=True),
    *(
        _channel(kind, _chart(kind), "acts", 1, about, replies="reply")
        for kind, about in zip(
            _ACTS,
            ("a trainee says: look at this patient", "a call for help", "free text", "something done"),
            strict=True,
        )
    ),
    _channel("ack", topics.acknowledge(_S, _N, _P), "acts", 1, "an alarm is acknowledged", replies="reply"),
    _channel("alarm", topics.alarm(_S, _N, _P, _I), "watch", 1, "one alarm", retain=True, expiry_s=DAY_S),
    _channel("score", topics.score(_S, _N, _P), "watch", 1, "NEWS2", retain=True, expiry_s=DAY_S),
    _channel("clock", topics.clock(_S, _N), "clock", 1, "a session's clock", retain=True),
    _channel("people", topics.person(_S, _N, _I), "people", 1, "who is there", retain=True, expiry_s=HOUR_S),
    _channel("part", topics.part(_S, _I), "parts", 1, "whether a part of Teleward is there", retain=True),
    _channel("reply", topics.reply(_S, _N, _I), "reply", 1, "the answer to an act", expiry_s=MINUTE_S),
    *(
        _channel(verb, topics.request(_S, _N, verb), "request", 1, f"an instructor's request: {verb}",
                 replies="answer")
        for verb in topics.VERBS
    ),
    _channel("answer", topics.request_reply(_S, _N, _I), "answer", 1, "the answer to a request",
             expiry_s=MINUTE_S),
    *(
        _channel(
            f"truth-{kind}", _truth(kind), "note" if kind == "event" else "truth", qos, about, retain=retain
        )
        for kind, (about, qos, retain) in _TRUE.items()
    ),
    _channel("record", topics.truth(_S, _N, topics.SESSION, "record"), "record", 1,
             "all a debrief needs to know of a session; an ended one for a day", retain=True),
)  # fmt: skip
"""Every channel; ``truth-event`` also has the subject ``_session``, of no bed in particular."""

BY_NAME: Final = {channel.name: channel for channel in CHANNELS}


def channel_of(topic: topics.Topic) -> Channel:
    """Return the channel that ``topic`` belongs to."""
    return BY_NAME[_name(topic)]


def _name(topic: topics.Topic) -> str:
    if topic.root == topics.TRUTH:
        return "record" if topic.kind == "record" else f"truth-{topic.kind}"
    if topic.root == topics.CONTROL:
        return "answer" if topic.kind == "reply" else topic.kind
    special = {topics.CLOCK: "clock", topics.PEOPLE: "people", topics.PARTS: "part"}
    return special.get(topic.device, topic.kind)
