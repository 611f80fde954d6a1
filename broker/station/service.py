"""The station as a process: ingest and watch over one broker and one store."""

import asyncio
import contextlib
import gc
import logging
from collections.abc import Coroutine, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal

from broker import messages as m
from broker import topics
from broker.client import Address, Link
from broker.clock import Clock, SystemClock
from broker.codec import encode
from broker.health import Health
from broker.packets import Outgoing
from broker.station.counts import Counts
from broker.station.ingest import Ingest
from broker.station.kept import Kept
from broker.station.metering import watch_ingest, watch_sink, watch_watching
from broker.station.sink import Opens, StoreSink
from broker.station.watching import Watching
from broker.store import open_store
from broker.store.protocol import Retention, StoreUnavailableError
from broker.store.spool import Spool
from broker.store.spooled import SpooledStore

_LOG: Final = logging.getLogger(__name__)
Part = Literal["ingest", "watch"]
PART: Final = "station"
DAY_S: Final = 86_400.0
KEEP: Final = Retention(age_s=90 * DAY_S, wave_age_s=7 * DAY_S, size_bytes=20_000_000_000)
"""What the store keeps unless told otherwise."""
RETAIN_S: Final = 60.0
REPORT_S: Final = 60.0
_PAUSE_S: Final = 1.0
GARBAGE: Final = (5_000, 50, 100)
"""After so many new objects cycles are looked for. Records hold none; looking for them as often as
usual takes an eighth of ingest's time (measured)."""


def spool_folder(data_dir: Path, member: str | None = None) -> Path:
    """Return where a station, or a member of several, keeps what its store cannot take."""
    return data_dir / ("spool" if member is None else f"spool-{member}")


async def run(  # noqa: PLR0913 -- a service has this many settings, each with its default
    address: Address,
    store_url: str,
    site: str = topics.DEFAULT_SITE,
    *,
    parts: Sequence[Part] = ("ingest", "watch"),
    retention: Retention = KEEP,
    data_dir: Path | None = None,
    clock: Clock | None = None,
    counts: Counts | None = None,
    member: str | None = None,
    health: Health | None = None,
) -> None:
    """Work until cancelled.

    ``member`` names one of several ingests that share the work, see ``Ingest``; the one that also
    watches speaks for the station.

    With a ``data_dir`` what a store that is away cannot take is spooled there. ``counts``
    is kept up to date, ``health`` tells how it goes. Raises ``ValueError`` or ``StoreFormatError`` for
    a store that will never do; one that is only away is waited for.
    """
    clock, counts = clock or SystemClock(), counts or Counts()
    health = health or Health(PART, site, clock)
    opener = partial(open_store, store_url)
    folder = None if data_dir is None else spool_folder(data_dir, member)
    sink = StoreSink(opener) if folder is None else SpooledStore(opener, Spool(folder))
    work: list[Coroutine[Any, Any, None]] = []
    links: list[Link] = []
    # Of several ingests each sees some of the acts only.
    kept = Kept() if "ingest" in parts and member is None else None
    usual = gc.get_threshold()
    gc.set_threshold(*GARBAGE)
    try:
        if "ingest" in parts:
            watch_sink(health, sink)
            await _opened(sink, clock)
        if "watch" in parts:
            watching = Watching(address, site, clock, counts, kept)
            await asyncio.to_thread(watching.recall, partial(open_store, store_url, readonly=True))
            links.append(watching.link)
            watch_watching(health, watching)
            work.append(watching.run())
        if "ingest" in parts:
            speaks = member is None or "watch" in parts
            farewell = status(site, "offline") if speaks else None
            ingest = Ingest(
                address, site, sink, clock, counts=counts, farewell=farewell, member=member, kept=kept
            )
            links.append(ingest.link)
            watch_ingest(health, ingest)
            work += [ingest.run(), _retain(sink, retention, clock), _report(ingest, clock)]
            if speaks:
                work.append(_announce(links, site))
        async with asyncio.TaskGroup() as group:
            for each in work:
                group.create_task(each)
    finally:
        gc.set_threshold(*usual)
        await asyncio.to_thread(sink.close)


def status(site: str, state: Literal["online", "offline"]) -> Outgoing:
    """Return the message that says whether the station is there."""
    return Outgoing(topics.part(site, PART), encode(m.Status(v=1, state=state)), 1, retain=True)


async def _opened(sink: Opens, clock: Clock) -> None:
    said = False
    while True:
        try:
            await asyncio.to_thread(sink.open)
        except StoreUnavailableError as error:
            if not said:
                _LOG.warning("waiting for the store: %s", error)
                said = True
            await clock.sleep(_PAUSE_S)
        else:
            return


async def _announce(links: list[Link], site: str) -> None:
    """Say that the station is there once all its connections are; the last one is ingest's."""
    for link in links:
        while not link.connected:
            with contextlib.suppress(TimeoutError):
                await link.wait_connected(_PAUSE_S)
    links[-1].send(status(site, "online"))


async def _retain(sink: Opens, retention: Retention, clock: Clock) -> None:
    while True:
        await clock.sleep(RETAIN_S)
        if sink.store is not None:
            try:
                dropped = await asyncio.to_thread(sink.store.retain, retention, clock.now_ms())
            except StoreUnavailableError as error:
                _LOG.warning("retention: %s", error)
            else:
                if dropped:
                    _LOG.info("retention dropped %d rows", dropped)


async def _report(ingest: Ingest, clock: Clock) -> None:
    before = 0
    while True:
        await clock.sleep(REPORT_S)
        c, s = ingest.counts, ingest.sequences
        if c.received != before:
            before = c.received
            _LOG.info(
                "received %d, stored %d, rejected %d %s, repeated %d, missing %d, waves dropped %d",
                c.received, c.stored, c.refused, dict(c.rejected), s.duplicates, s.missing, c.waves_dropped,
            )  # fmt: skip
