"""From the store into a live session: what was known before this process began to listen."""

from dataclasses import dataclass
from typing import Final

import msgspec

from broker import messages as m
from broker import topics
from broker.codec import TYPES, Accepted
from broker.store.protocol import Entry, Observation, Store

STATES: Final = ("status", "meta", "person", "obs", "evt", "score", "alarm", "line")
ACTS: Final = ("flag", "escalation", "ack", "note", "intervention")
TRUTH_STATES: Final = ("state", "phase")
TRUTH_EVENTS: Final = ("event", "label")
MOST: Final = 500
"""So many of a session's newest acts, and events of the truth, are read."""


@dataclass(frozen=True, slots=True)
class Past:
    """What a store knows of one session."""

    session: str
    observations: list[Observation]
    entries: list[Entry]
    truth: list[Entry]


def read(store: Store, session: str) -> Past:
    """Read what is shown of ``session``; blocks."""
    return Past(
        session,
        store.latest(session),
        store.latest_entries(session, kinds=STATES) + store.entries(session, kinds=ACTS, newest=MOST),
        store.latest_entries(session, kinds=TRUTH_STATES, truth=True)
        + store.entries(session, kinds=TRUTH_EVENTS, truth=True, newest=MOST),
    )


def accepted(site: str, entry: Entry) -> Accepted | None:
    """Return a stored entry as the message it was; ``None`` where it cannot be read any more."""
    root: topics.Root = topics.TRUTH if entry.truth else topics.OBSERVED
    person = m.Person if entry.subject == topics.SESSION else m.PersonInfo
    kind = person if entry.kind == "person" else TYPES.get((root, entry.kind))
    if kind is None:
        return None
    try:
        message = msgspec.json.decode(entry.body, type=kind)
    except msgspec.MsgspecError:
        return None
    topic = topics.Topic(root, site, entry.session, entry.subject, entry.name, entry.kind, entry.name)
    return Accepted(topic, message, entry.body)


def numerics(observations: list[Observation]) -> list[tuple[str, str, m.Num, int]]:
    """Return observations as (bed, device, message, received), without order or repetition marks."""
    return [
        (
            o.subject,
            o.device,
            m.Num(
                v=1, t=o.t, m={o.metric: m.Reading(v=o.value, u=o.unit, q=_validity(o), why=o.why or None)}
            ),
            o.received or o.t,
        )
        for o in observations
    ]


def _reading(observation: Observation) -> m.Reading:
    o = observation
    return m.Reading(v=o.value, u=o.unit, q=_validity(o), why=o.why or None)


def _validity(observation: Observation) -> m.Validity:
    try:
        validity: m.Validity = msgspec.convert(observation.validity, m.Validity)
    except msgspec.ValidationError:
        return "NA"
    return validity
