"""What a part says of itself to those who run it: numbers, and whether something is wrong.

Nothing of patients, scenarios or people is among it.
"""

import contextlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import Final

import msgspec

from broker.client import Link
from broker.clock import Clock, SystemClock
from broker.exposition import Labels, Metric, counter, gauge, text

Reads = Callable[[], Iterable[Metric]]
Finds = Callable[[], Iterable[str]]
_PAGE: Final = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


class Health:
    """Gathers, whenever it is asked, what was given to ``watch``."""

    def __init__(self, part: str, site: str, clock: Clock | None = None) -> None:
        self.part, self.site = part, site
        self._links: dict[str, Link] = {}
        self._reads: list[Reads] = []
        self._finds: list[Finds] = []
        self._started_s = (clock or SystemClock()).now_ms() / 1000

    def watch(self, reads: Reads, finds: Finds = tuple) -> None:
        """Add numbers, and what is wrong: a sentence each."""
        self._reads.append(reads)
        self._finds.append(finds)

    def watch_link(self, name: str, link: Link) -> None:
        """Add a connection to the broker."""
        self._links[name] = link

    def metrics(self) -> str:
        """Return every number as Prometheus reads it."""
        own = [*_about(self.part, self.site), *process(self._started_s), *connections(self._links)]
        return text([*own, *(metric for reads in self._reads for metric in reads())])

    def troubles(self) -> list[str]:
        """Return what is wrong now."""
        apart = [
            f"{name} has no connection to the broker: {link.error or 'no answer yet'}"
            for name, link in self._links.items()
            if not link.connected
        ]
        return apart + [trouble for finds in self._finds for trouble in finds()]

    def told(self) -> bytes:
        """Return as JSON whether all is well."""
        troubles = self.troubles()
        said = {"part": self.part, "site": self.site, "ok": not troubles, "troubles": troubles}
        return msgspec.json.encode(said) + b"\n"


def _about(part: str, site: str) -> Iterator[Metric]:
    labels = {"part": part, "site": site, "version": metadata.version("teleward")}
    yield gauge("info", "What runs here; always 1.", [(labels, 1)])


def process(started_s: float) -> Iterator[Metric]:
    """Yield what Prometheus' own clients say of a process, under their names."""
    times = os.times()
    cpu_s = round(times.user + times.system, 3)
    yield Metric("process_cpu_seconds_total", "counter", "Processor time used, seconds.", cpu_s)
    yield Metric("process_start_time_seconds", "gauge", "Start, seconds since 1970 UTC.", started_s)
    yield Metric(
        "process_resident_memory_bytes", "gauge", "Memory in use (the most so far, off Linux).", resident()
    )


def resident() -> int:
    """Return the memory that this process uses, in bytes; where only its peak is known, that, else 0."""
    with contextlib.suppress(OSError):
        return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * _PAGE
    if sys.platform == "win32":
        return 0
    import resource  # noqa: PLC0415 -- which Windows has not

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def connections(links: Mapping[str, Link]) -> Iterator[Metric]:
    """Yield what is to be said of connections to the broker, each by its name."""
    if not links:
        return

    def each(read: Callable[[Link], int]) -> list[tuple[Labels, int]]:
        return [({"connection": name}, read(link)) for name, link in links.items()]

    yield gauge("broker_connected", "Whether messages go out now.", each(lambda x: int(x.connected)))
    yield gauge(
        "broker_unacknowledged",
        "Promised messages that the broker has not acknowledged.",
        each(lambda x: x.unacknowledged),
    )
    yield counter("broker_received", "Messages that came from the broker.", each(lambda x: x.received))
    yield gauge(
        "broker_waiting", "Received messages that wait for this part: its lag.", each(lambda x: x.waiting)
    )
    yield counter("broker_dropped", "Messages given up before they were sent.", each(lambda x: x.dropped))
    yield counter(
        "broker_overrun",
        "Received messages (QoS 0) given up because too many waited.",
        each(lambda x: x.overrun),
    )
    yield counter(
        "broker_refused",
        "Messages that the broker did not let this part publish.",
        each(lambda x: x.refused),
    )
