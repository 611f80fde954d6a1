"""The dashboard's numbers: who looks, what they could not be sent, what waits to be recorded."""

from collections import Counter
from collections.abc import Iterator

from broker.exposition import Metric, counter, gauge
from broker.health import Health
from dashboard.acts import Acts
from dashboard.broadcast import Broadcast
from dashboard.live import LiveWards

ROLES = ("trainee", "instructor", "observer")


def watch_pages(health: Health, live: LiveWards, broadcast: Broadcast, acts: Acts) -> None:
    """Have ``health`` tell of the live wards and of who looks at them."""
    health.watch(lambda: [*_viewers(broadcast), *_wards(live), *_acts(acts)])


def _viewers(broadcast: Broadcast) -> Iterator[Metric]:
    roles: Counter[str] = Counter(viewer.identity.role for viewer in broadcast.viewers())
    yield gauge("viewers", "Open pages, by role.", [({"role": role}, roles[role]) for role in ROLES])
    yield counter(
        "viewer_waves_dropped", "Wave frames that slow browsers did not get.", broadcast.waves_dropped
    )
    yield counter("viewer_resyncs", "Whole states sent to browsers that had lost changes.", broadcast.resyncs)


def _wards(live: LiveWards) -> Iterator[Metric]:
    yield gauge("sessions", "Sessions on show, real sensors' among them.", len(live.wards))
    yield gauge("beds", "Beds on show.", sum(len(ward.beds) for ward in live.wards.values()))
    yield counter("messages_rejected", "Messages that are not what their topic says.", live.rejected)


def _acts(acts: Acts) -> Iterator[Metric]:
    yield gauge("acts_waiting", "Flags, calls and the like that are not recorded yet.", acts.waiting)
