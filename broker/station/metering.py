"""The station's numbers: what came in and what became of it, how far behind it is, what waits on disk."""

from collections.abc import Iterator
from typing import Final

from broker.exposition import Metric, counter, gauge
from broker.health import Health
from broker.station.counts import CLASSES, OTHER, Counts
from broker.station.ingest import Ingest
from broker.station.sink import Opens
from broker.station.watching import Watching
from broker.store.spooled import SpooledStore

TOO_LONG_S: Final = 10.0


def watch_sink(health: Health, sink: Opens) -> None:
    """Have ``health`` tell of the store and of what stands before it."""
    health.watch(lambda: _sink(sink), lambda: _away(sink))


def watch_ingest(health: Health, ingest: Ingest) -> None:
    """Have ``health`` tell of ingest."""
    health.watch_link("ingest", ingest.link)
    health.watch(lambda: [*_messages(ingest.counts), *_ingest(ingest)], lambda: late(ingest.lag_s))


def watch_watching(health: Health, watching: Watching) -> None:
    """Have ``health`` tell of the watch."""
    health.watch_link("watch", watching.link)
    health.watch(lambda: _watch(watching))


def _messages(c: Counts) -> Iterator[Metric]:
    yield counter("messages_received", "Messages that came in.", c.received)
    yield counter("messages_stored", "Valid messages that are committed.", c.stored)
    yield counter("messages_cleared", "Empty messages: a retained one was taken back.", c.cleared)
    reasons = [name for name, _ in CLASSES] + [OTHER]
    yield counter(
        "messages_rejected",
        "Messages that are not what their topic says, by reason.",
        [({"reason": reason}, c.rejected[reason]) for reason in reasons],
    )
    yield counter("waves_dropped", "Wave blocks given up while the store was away.", c.waves_dropped)


def _ingest(ingest: Ingest) -> Iterator[Metric]:
    s = ingest.sequences
    yield counter("messages_repeated", "Messages that came again.", s.duplicates)
    yield counter("messages_missing", "Gaps in senders' sequence numbers: lost or still to come.", s.missing)
    yield counter("messages_late", "Messages that came after later ones.", s.late)
    yield gauge("ingest_lag_seconds", "For how long the oldest message waits for its commit.", ingest.lag_s)


def _sink(sink: Opens) -> Iterator[Metric]:
    yield gauge("store_open", "Whether the store could be opened.", int(sink.store is not None))
    refused = getattr(sink.store, "refused", None)
    if refused is not None:
        yield counter("store_refused", "Records that the store cannot hold, or that are too old.", refused)
    if isinstance(sink, SpooledStore):
        spool = sink.spool
        yield gauge("spool_records", "Records on disk that wait for the store.", spool.pending())
        yield gauge("spool_bytes", "What they take on disk.", spool.size_bytes)
        yield gauge("spool_limit_bytes", "What they may take; beyond, the oldest go.", spool.limit_bytes)
        lost = [({"what": "promised"}, spool.dropped), ({"what": "waves"}, spool.dropped_waves)]
        yield counter("spool_dropped", "Records lost to the spool's bound, since it was made.", lost)


def _away(sink: Opens) -> Iterator[str]:
    if sink.store is None:
        yield "the store could not be opened yet"
    elif isinstance(sink, SpooledStore) and (waiting := sink.spool.pending()):
        yield f"the store is away: {waiting} records wait in the spool"


def late(lag_s: float) -> Iterator[str]:
    """Say so when a message has waited for its commit for too long."""
    if lag_s > TOO_LONG_S:
        yield f"nothing is committed since {lag_s:.0f} s: the store takes nothing, and there is no spool"


def _watch(watching: Watching) -> Iterator[Metric]:
    wards = watching.watch.sizes()
    yield gauge("sessions_watched", "Sessions that are watched.", len(wards))
    yield gauge("beds_watched", "Beds in them.", sum(wards.values()))
    yield counter("watch_published", "Scores and alarms that were said.", watching.counts.said)
