"""Every topic of the wire. No other module writes a ``/`` into a topic.

Three roots: ``rpm`` (what may be observed, and people's entries), ``rpm-ctl`` (requests to the
conductor) and ``rpm-truth`` (what only instructor, runner, station and scorer may read).
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

from vitals.catalogue import WAVEFORMS

Root = Literal["rpm", "rpm-ctl", "rpm-truth"]

OBSERVED: Final = "rpm"
CONTROL: Final = "rpm-ctl"
TRUTH: Final = "rpm-truth"
VERSION: Final = "v1"

DEFAULT_SITE: Final = "home"
LIVE: Final = "live"
"""The reserved session of real sensors; its clock is wall time."""
ALL: Final = "all"
"""In a request's topic: no session in particular."""

WATCH, CHART, SESSION, CLOCK, PEOPLE, PARTS, REPLY, COMMAND = (
    "_watch", "_chart", "_session", "_clock", "_people", "_parts", "_reply", "_cmd",
)  # fmt: skip

DEVICE_KINDS: Final = ("status", "meta", "num", "evt")
CHART_KINDS: Final = ("person", "obs", "intervention", "note", "flag", "escalation")
TRUTH_KINDS: Final = ("state", "event", "label", "phase", "record")
VERBS: Final = ("list", "check", "start", "stop", "pause", "resume", "speed", "steer")

KNOWN_MOST: Final = 20_000
"""So many topics are remembered taken apart: a device says the same one every second."""

_NAME: Final = re.compile(r"[a-z0-9-]{1,32}")
_METRIC: Final = re.compile(r"[a-z0-9_]{1,32}")


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic taken apart.

    ``device`` is a device's name or a reserved word (``_watch``, ``_chart``, ``_clock``,
    ``_people``, ``_reply``, ``_cmd``), empty where the root has none. ``kind`` is the message's
    kind; ``name`` what follows it (a wave's metric, an alarm's id, a person's or client's id).
    """

    root: Root
    site: str
    session: str
    subject: str
    device: str
    kind: str
    name: str = ""


_known: dict[str, Topic] = {}


def is_name(text: str) -> bool:
    """Say whether ``text`` may be a site, session, subject or device."""
    return _NAME.fullmatch(text) is not None


def parse(topic: str) -> Topic | None:
    """Take ``topic`` apart, or return ``None`` where it is none of ours."""
    known = _known.get(topic)
    if known is not None:
        return known
    found = _parse(topic)
    if found is not None:
        if len(_known) >= KNOWN_MOST:
            _known.clear()
        _known[topic] = found
    return found


def _parse(topic: str) -> Topic | None:
    match topic.split("/"):
        case ["rpm", "v1", site, session, subject, device, *rest]:
            return _observed(site, session, subject, device, rest)
        case ["rpm-truth", "v1", site, session, subject, kind] if kind in TRUTH_KINDS:
            named = subject == SESSION or is_name(subject)
            ok = named and is_name(site) and is_name(session)
            return Topic(TRUTH, site, session, subject, "", kind) if ok else None
        case ["rpm-ctl", "v1", site, session, "_reply", client] if is_name(client):
            ok = is_name(site) and is_name(session)
            return Topic(CONTROL, site, session, "", REPLY, "reply", client) if ok else None
        case ["rpm-ctl", "v1", site, session, verb] if verb in VERBS:
            ok = is_name(site) and is_name(session)
            return Topic(CONTROL, site, session, "", "", verb) if ok else None
    return None


def _observed(  # noqa: C901, PLR0911, PLR0912 -- one table of cases, read line by line
    site: str, session: str, subject: str, device: str, rest: list[str]
) -> Topic | None:
    if not (is_name(site) and is_name(session)):
        return None
    if subject == SESSION:
        match device, rest:
            case ("_clock", ["line"]):
                return Topic(OBSERVED, site, session, SESSION, CLOCK, "line")
            case ("_people", [person]) if is_name(person):
                return Topic(OBSERVED, site, session, SESSION, PEOPLE, "person", person)
            case ("_parts", [name]) if is_name(name):
                return Topic(OBSERVED, site, session, SESSION, PARTS, "status", name)
            case ("_reply", [client]) if is_name(client):
                return Topic(OBSERVED, site, session, SESSION, REPLY, "reply", client)
        return None
    if not is_name(subject):
        return None
    match device, rest:
        case ("_watch", ["score"]):
            return Topic(OBSERVED, site, session, subject, WATCH, "score")
        case ("_watch", ["alarm", alarm]) if is_name(alarm):
            return Topic(OBSERVED, site, session, subject, WATCH, "alarm", alarm)
        case ("_chart", [kind]) if kind in CHART_KINDS:
            return Topic(OBSERVED, site, session, subject, CHART, kind)
        case ("_cmd", ["ack"]):
            return Topic(OBSERVED, site, session, subject, COMMAND, "ack")
        case (name, [kind]) if kind in DEVICE_KINDS and is_name(name):
            return Topic(OBSERVED, site, session, subject, name, kind)
        case (name, ["wave", metric]) if metric in WAVEFORMS and is_name(name):
            return Topic(OBSERVED, site, session, subject, name, "wave", metric)
    return None


def device(site: str, session: str, subject: str, device_: str, kind: str) -> str:
    """Return the topic of a device's ``status``, ``meta``, ``num`` or ``evt``."""
    return f"{OBSERVED}/{VERSION}/{site}/{session}/{subject}/{device_}/{kind}"


def wave(site: str, session: str, subject: str, device_: str, metric: str) -> str:
    """Return the topic of a device's waveform."""
    return f"{OBSERVED}/{VERSION}/{site}/{session}/{subject}/{device_}/wave/{metric}"


def alarm(site: str, session: str, subject: str, alarm_id: str) -> str:
    """Return the topic of one alarm of one patient."""
    return f"{OBSERVED}/{VERSION}/{site}/{session}/{subject}/{WATCH}/alarm/{alarm_id}"


def score(site: str, session: str, subject: str) -> str:
    """Return the topic of a patient's early-warning score."""
    return f"{OBSERVED}/{VERSION}/{site}/{session}/{subject}/{WATCH}/score"


def chart(site: str, session: str, subject: str, kind: str) -> str:
    """Return the topic of a chart entry of ``kind``."""
    return f"{OBSERVED}/{VERSION}/{site}/{session}/{subject}/{CHART}/{kind}"


def acknowledge(site: str, session: str, subject: str) -> str:
    """Return the topic on which a trainee acknowledges an alarm."""
    return f"{OBSERVED}/{VERSION}/{site}/{session}/{subject}/{COMMAND}/ack"


def clock(site: str, session: str) -> str:
    """Return the topic of a session's clock."""
    return f"{OBSERVED}/{VERSION}/{site}/{session}/{SESSION}/{CLOCK}/line"


def person(site: str, session: str, person_id: str) -> str:
    """Return the topic that says a person is present."""
    return f"{OBSERVED}/{VERSION}/{site}/{session}/{SESSION}/{PEOPLE}/{person_id}"


def part(site: str, part_: str) -> str:
    """Return the topic that says whether a part (``station``, ``simulate`` …) is there."""
    return f"{OBSERVED}/{VERSION}/{site}/{ALL}/{SESSION}/{PARTS}/{part_}"


def reply(site: str, session: str, client: str) -> str:
    """Return the response topic of ``client`` for acts of ``session``."""
    return f"{OBSERVED}/{VERSION}/{site}/{session}/{SESSION}/{REPLY}/{client}"


def request(site: str, session: str, verb: str) -> str:
    """Return the topic of an instructor's request."""
    return f"{CONTROL}/{VERSION}/{site}/{session}/{verb}"


def request_reply(site: str, session: str, client: str) -> str:
    """Return the response topic of ``client`` for instructor's requests."""
    return f"{CONTROL}/{VERSION}/{site}/{session}/{REPLY}/{client}"


def truth(site: str, session: str, subject: str, kind: str) -> str:
    """Return a topic of the truth; ``subject`` may be ``_session``."""
    return f"{TRUTH}/{VERSION}/{site}/{session}/{subject}/{kind}"


def numerics_filters(site: str) -> tuple[str, ...]:
    """Return the filters of what is promised: everything observed but waves, and the truth."""
    observed = f"{OBSERVED}/{VERSION}/{site}"
    return (
        *(f"{observed}/+/+/+/{kind}" for kind in (*DEVICE_KINDS, *CHART_KINDS, "ack", "score")),
        f"{observed}/+/+/{WATCH}/alarm/+",
        f"{observed}/+/{SESSION}/{CLOCK}/+",
        f"{observed}/+/{SESSION}/{PEOPLE}/+",
        f"{TRUTH}/{VERSION}/{site}/#",
    )


def shared_filters(site: str, group: str) -> tuple[str, ...]:
    """Return the filters by which consumers called ``group`` share what is promised and never retained.

    Together with ``retained_filters`` they cover what ``numerics_filters`` do, each topic once.
    """
    observed = f"{OBSERVED}/{VERSION}/{site}"
    entries = ("num", "evt", "intervention", "note", "flag", "escalation", "ack")
    filters = [f"{observed}/+/+/+/{kind}" for kind in entries]
    filters += [f"{TRUTH}/{VERSION}/{site}/+/+/{kind}" for kind in ("state", "event", "label")]
    return tuple(share(filter_, group) for filter_ in filters)


def retained_filters(site: str) -> tuple[str, ...]:
    """Return the filters of what is promised and retained: a shared subscription gets nothing retained."""
    observed = f"{OBSERVED}/{VERSION}/{site}"
    return (
        *(f"{observed}/+/+/+/{kind}" for kind in ("status", "meta", "person", "obs", "score")),
        f"{observed}/+/+/{WATCH}/alarm/+",
        f"{observed}/+/{SESSION}/{CLOCK}/+",
        f"{observed}/+/{SESSION}/{PEOPLE}/+",
        *(f"{TRUTH}/{VERSION}/{site}/+/+/{kind}" for kind in ("phase", "record")),
    )


def share(filter_: str, group: str) -> str:
    """Return ``filter_`` for consumers called ``group``, of whom one gets each message."""
    return f"$share/{group}/{filter_}"


def watch_filters(site: str) -> tuple[str, ...]:
    """Return the filters of what presence, scores and alarms are made of."""
    observed = f"{OBSERVED}/{VERSION}/{site}"
    return (
        *(f"{observed}/+/+/+/{kind}" for kind in (*DEVICE_KINDS, "person", "obs", "ack")),
        f"{observed}/+/+/{WATCH}/alarm/+",
        f"{observed}/+/{SESSION}/{CLOCK}/+",
        f"{TRUTH}/{VERSION}/{site}/+/{SESSION}/record",
    )


def waves_filter(site: str) -> str:
    """Return the filter of every waveform of a site."""
    return f"{OBSERVED}/{VERSION}/{site}/+/+/+/wave/+"


def everything(root: Root, site: str, session: str = "+") -> str:
    """Return the filter of all that ``root`` holds of a site, or of one session."""
    return f"{root}/{VERSION}/{site}/{session}/#"
