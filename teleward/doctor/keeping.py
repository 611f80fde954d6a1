"""Checks of the store, and of the clocks that what is stored came with."""

import json
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from broker import topics
from broker.store import open_store
from broker.store.influx_address import InfluxAddress
from broker.store.protocol import Observation, Store, StoreError, StoreFormatError
from broker.store.sqlite import SqliteStore
from teleward.doctor import web
from teleward.doctor.finding import Finding, good, note, wrong

CHECKED_BYTES: Final = 1_000_000_000
"""A larger file is not read through: that would take minutes."""
DAY_MS: Final = 86_400_000
DEVICE_SKEW_MS: Final = 60_000
"""Heuristic: a device's clock that is further off puts its values at another place of the trend."""
FUTURE_MS: Final = 5_000
LEAST, BEYOND = (2, 7), (3,)


def store(url: str, now_ms: int, *, running: bool = True) -> Iterator[Finding]:
    """Check that the store can be read, is whole and is one of ours; and the clocks of what it holds."""
    try:
        opened = open_store(url, readonly=True)
    except (StoreError, ValueError) as error:
        yield wrong("store", str(error), "give the right --store or TELEWARD_STORE")
        return
    with closing(opened):
        if isinstance(opened, SqliteStore):
            found = _file(opened, running=running)
        else:
            found = _server(InfluxAddress.parse(url), opened, now_ms)
        for finding in found:
            yield finding
            if finding.level != "good":
                return
        yield from clocks(opened, now_ms)


def _file(opened: SqliteStore, *, running: bool) -> Iterator[Finding]:
    path = opened.path
    if not path.exists():
        made = "the station makes it when it starts"
        missing = f"no store at {path}"
        yield (
            wrong("store", missing, f"start the station: {made}")
            if running
            else note("store", f"{missing} yet: {made}")
        )
        return
    if not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        todo = "give the user that runs the station the right to write file and folder"
        yield wrong("store", f"{path} cannot be written by this user", todo)
        return
    try:
        yield good("store", f"{_sessions(opened)} in {path}, {_whole(path)}")
    except StoreFormatError as error:
        yield wrong("store", str(error), "move it away and restore a backup (docs/how-to/backup.md)")
    except StoreError as error:
        yield wrong("store", str(error), "see whether another program holds it, then the station's log")


def _sessions(opened: Store) -> str:
    count = len(opened.sessions())
    return f"{count} session{'' if count == 1 else 's'}"


def _whole(path: Path) -> str:
    """Return that SQLite finds the file whole; raise ``StoreFormatError`` where it does not."""
    if path.stat().st_size > CHECKED_BYTES:
        return "too large to be read through here"
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            (said,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        said = str(error)
    if said != "ok":
        raise StoreFormatError(f"{path} is damaged ({said.strip()})")
    return "whole"


def _server(address: InfluxAddress, opened: Store, now_ms: int) -> Iterator[Finding]:
    answer = web.ask(f"{address.url}/health")
    if not answer.status:
        todo = "start InfluxDB, or give the right --store"
        yield wrong("store", f"{address.url}: {answer.body}", todo)
        return
    version = _version(answer.body)
    if version is None or not LEAST <= version < BEYOND:
        said = f"InfluxDB {'.'.join(map(str, version))}" if version else "no InfluxDB"
        todo = "Teleward needs InfluxDB 2.7 or a later 2 (docs/how-to/influxdb.md)"
        yield wrong("store", f"{address.url} is {said}", todo)
        return
    try:
        held = _sessions(opened)
    except StoreError as error:
        todo = "make buckets and tokens (teleward influx setup), and name this part's token file"
        yield wrong("store", str(error), todo)
        return
    yield good("store", f"{held} in InfluxDB {'.'.join(map(str, version))} at {address.url}")
    yield web.clock("store", answer.date, now_ms)


def _version(health: str) -> tuple[int, ...] | None:
    """Return the version of the InfluxDB that says ``health`` of itself."""
    try:
        said = json.loads(health)
        match = re.match(r"v?(\d+)\.(\d+)\.(\d+)", said["version"]) if said["name"] == "influxdb" else None
    except (ValueError, KeyError, TypeError):
        return None
    return tuple(map(int, match.groups())) if match else None


# --- clocks --------------------------------------------------------------------------------------


def clocks(opened: Store, now_ms: int) -> Iterator[Finding]:
    """Check that nothing came in the future, and that real sensors' clocks are right."""
    live = opened.latest(topics.LIVE)
    played = [o for record in opened.sessions()[:1] for o in opened.latest(record.session)]
    ahead_ms = max((o.received for o in [*live, *played]), default=0) - now_ms
    if ahead_ms > FUTURE_MS:
        yield wrong(
            "clock, station",
            f"the store holds what came {ahead_ms / 1000:.0f} s from now: the station's clock is ahead of"
            " this computer's, or this one was set back",
            "let both keep time by NTP (timedatectl set-ntp true)",
        )
    yield from _devices([o for o in live if 0 < o.received > now_ms - DAY_MS])


def _devices(recent: list[Observation]) -> Iterator[Finding]:
    """Yield what is wrong with the clocks of sensors that were heard lately."""
    apart = {(o.subject, o.device): o.t - o.received for o in recent}
    for (subject, device), apart_ms in sorted(apart.items()):
        if abs(apart_ms) > DEVICE_SKEW_MS:
            order = "ahead" if apart_ms > 0 else "behind"
            yield wrong(
                "clock, sensors",
                f"{device} at {subject} is {abs(apart_ms) / 1000:.0f} s {order}",
                "set its clock, or let it leave out `t`: then the time of arrival counts",
            )
    if apart and all(abs(ms) <= DEVICE_SKEW_MS for ms in apart.values()):
        yield good("clock, sensors", f"{len(apart)} agree")
