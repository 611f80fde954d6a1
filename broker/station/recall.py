"""What a restarted watch recalls from the store: who, which devices, last values, scores, alarms."""

from collections.abc import Iterator
from typing import Final

from broker import topics
from broker.codec import Accepted, decode
from broker.station.scoring import EARLIER_MS, HOUR_MS
from broker.station.watch import Place, Watch
from broker.store.protocol import Entry, Store
from vitals.trends import RULES

SILENT_MS: Final = 3_600_000
"""A session that has been silent for an hour of wall time is not recalled (heuristic)."""
STEP_S: Final = 5.0
"""Samples for arrows are read so finely."""
KINDS: Final = ("line", "person", "meta", "status", "obs", "alarm")


def recall(watch: Watch, store: Store, site: str, wall_ms: int) -> None:
    """Bring ``watch`` where a former run left it. Raises ``StoreUnavailableError``."""
    running = [record for record in store.sessions() if record.state != "ended"]
    for record in running:
        watch.feed(_record_topic(site, record.session), record, wall_ms)
    for session in (*(record.session for record in running), topics.LIVE):
        _session(watch, store, (site, session), wall_ms)


def _session(watch: Watch, store: Store, place: tuple[str, str], wall_ms: int) -> None:
    latest = [o for o in store.latest(place[1]) if o.received > wall_ms - SILENT_MS]
    if not latest:
        return
    entries = store.latest_entries(place[1], kinds=KINDS)
    beds = {o.subject for o in latest} | {topics.SESSION}
    known = [entry for entry in entries if entry.subject in beds]
    for kind in KINDS:
        for got in _messages(place, (entry for entry in known if entry.kind == kind)):
            watch.feed(got.topic, got.message, wall_ms, retain=True)
    for observation in sorted(latest, key=lambda o: o.t):
        watch.recall_value(observation)
    now = watch.session(place[1]).clock.now(wall_ms)
    scores = store.entries(place[1], kinds=["score"], start=max(0, now - HOUR_MS - EARLIER_MS))
    for got in _messages(place, scores):
        watch.recall_score(got.topic, got.message)


def samples(store: Store, place: Place) -> list[tuple[int, float]]:
    """Return (t, value) of a metric, as far back as its arrow looks. Raises ``StoreUnavailableError``."""
    rule = RULES[place.metric]
    start = max(0, place.now - round(rule.reach_s * 1000))
    points = round(rule.reach_s / STEP_S)
    series = store.series(
        place.session, place.subject, place.metric, start, max(start + 1, place.now), points
    )
    return list(zip(series.t, series.mean, strict=True))


def _messages(place: tuple[str, str], entries: Iterator[Entry] | list[Entry]) -> Iterator[Accepted]:
    for entry in entries:
        got = decode(_topic(place, entry), entry.body)
        if isinstance(got, Accepted):
            yield got


def _topic(place: tuple[str, str], entry: Entry) -> str:
    match entry.kind:
        case "line":
            return topics.clock(*place)
        case "alarm":
            return topics.alarm(*place, entry.subject, entry.name)
        case "score":
            return topics.score(*place, entry.subject)
        case "person" | "obs" if entry.subject != topics.SESSION:
            return topics.chart(*place, entry.subject, entry.kind)
        case "status" | "meta":
            return topics.device(*place, entry.subject, entry.name, entry.kind)
    return ""


def _record_topic(site: str, session: str) -> topics.Topic:
    return topics.Topic(topics.TRUTH, site, session, topics.SESSION, "", "record")
