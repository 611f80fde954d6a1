"""Bytes to messages and back. Foreign bytes never raise: they become ``Rejected(topic, reason)``."""

from dataclasses import dataclass
from typing import Final

import msgspec
from msgspec import Struct

from broker import messages as m
from broker import topics
from broker.topics import Topic
from vitals.catalogue import VITAL_SIGNS, WAVEFORMS


@dataclass(slots=True, unsafe_hash=True)  # frozen, each would take longer to make
class Accepted:
    """A message that is what its topic says; ``raw`` is its payload as it came."""

    topic: Topic
    message: Struct
    raw: bytes


@dataclass(frozen=True, slots=True)
class Rejected:
    """A message that is not, and why."""

    topic: str
    reason: str


_OBSERVED: Final[dict[str, type[Struct]]] = {
    "num": m.Num, "wave": m.Wave, "status": m.Status, "meta": m.DeviceMeta, "evt": m.Evt,
    "alarm": m.Alarm, "score": m.Score, "ack": m.Acknowledge, "line": m.Clock,
    "obs": m.ChartObs, "intervention": m.Intervention, "note": m.Note, "flag": m.Flag,
    "escalation": m.Escalation, "reply": m.Reply,
}  # fmt: skip

TYPES: Final[dict[tuple[str, str], type[Struct]]] = {
    **{("rpm", kind): message for kind, message in _OBSERVED.items()},
    **dict.fromkeys((("rpm-ctl", verb) for verb in topics.VERBS), m.Request),
    ("rpm-ctl", "reply"): m.Reply,
    ("rpm-truth", "state"): m.TrueState,
    ("rpm-truth", "phase"): m.Plan,
    ("rpm-truth", "event"): m.TruthEvent,
    ("rpm-truth", "label"): m.Label,
    ("rpm-truth", "record"): m.SessionRecord,
}  # fmt: skip
"""(root, kind) to the message's type; ``person`` depends on where it stands, see ``type_of``."""

_decoders: dict[type[Struct], msgspec.json.Decoder[Struct]] = {}
_encoder: Final = msgspec.json.Encoder()


def type_of(topic: Topic) -> type[Struct]:
    """Return the type of the messages on ``topic``."""
    if topic.kind == "person":
        return m.Person if topic.device == topics.PEOPLE else m.PersonInfo
    return TYPES[topic.root, topic.kind]


def encode(message: Struct) -> bytes:
    """Return ``message`` as JSON."""
    return _encoder.encode(message)


def decode(topic: str, payload: bytes) -> Accepted | Rejected:
    """Turn one message into a value, or say why it is not one. Never raises."""
    place = topics.parse(topic)
    if place is None:
        return Rejected(topic[:256], "no such topic")
    kind = type_of(place)
    decoder = _decoders.get(kind)
    if decoder is None:
        decoder = _decoders[kind] = msgspec.json.Decoder(kind)
    try:
        if not payload.isascii():
            payload.decode()  # msgspec does not look into what it skips
        message = decoder.decode(payload)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError) as error:
        return Rejected(topic, str(error)[:300])
    reason = _wrong(place, message)
    return Rejected(topic, reason) if reason else Accepted(place, message, payload)


def _wrong(topic: Topic, message: Struct) -> str | None:
    match message:
        case m.Num(m=readings) | m.ChartObs(m=readings):
            return next((r for k, x in readings.items() if (r := _wrong_reading(k, x))), None)
        case m.Wave(u=unit) if unit != WAVEFORMS[topic.name].unit:
            return f"{topic.name} is in {WAVEFORMS[topic.name].unit!r}, not {unit!r}"
    return None


def _wrong_reading(key: str, reading: m.Reading) -> str | None:
    sign = VITAL_SIGNS.get(key)
    if sign is None:
        return f"no such metric: {key[:40]!r} (see the reference of metrics)"
    if reading.u != sign.unit:
        return f"{key} is in {sign.unit!r}, not {reading.u!r} - `$.m.{key}.u`"
    if reading.v is not None and not sign.lowest <= reading.v <= sign.highest:
        return (
            f"{key} {reading.v:g} is outside {sign.lowest:g} to {sign.highest:g} {sign.unit}: send"
            f" null with validity Inv, Oflw or Uflw - `$.m.{key}.v`"
        )
    return None
