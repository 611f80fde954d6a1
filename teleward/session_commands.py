"""Commands for stored sessions: list, take out as a file, bring in, delete."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from teleward.given import address
from teleward.options import Data, StoreUrl
from teleward.settings import data_directory, data_path, default_store

if TYPE_CHECKING:
    from broker.address import Address
    from broker.messages import SessionRecord
    from broker.store.archive_lines import Manifest
    from broker.store.protocol import Store

app = typer.Typer(help="List, export, import and delete stored sessions.", no_args_is_help=True)

Sessions = Annotated[list[str] | None, typer.Argument(help="Ids of sessions, such as s-1f00ba; or live.")]
DAY_MS = 86_400_000


@app.command("list")
def list_(store: StoreUrl = None, data: Data = None) -> None:
    """Show what sessions the store holds, the newest first."""
    with _opened(store, data, readonly=True) as opened:
        rows = [_row(record) for record in opened.sessions()]
        if beds := {o.subject for o in opened.latest("live")}:
            rows.append(("live", "", "", "", str(len(beds)), "real sensors"))
    if not rows:
        typer.echo("no sessions yet")
        return
    _table([("session", "state", "created", "its time", "beds", "scenario"), *rows])


def _row(record: "SessionRecord") -> tuple[str, ...]:
    what = f"{record.scenario}: {record.title}" if record.title else record.scenario
    times = (
        f"{datetime.fromtimestamp(t / 1000, UTC):%Y-%m-%d %H:%M}" for t in (record.created, record.start)
    )
    return (record.session, record.state, *times, str(len(record.beds)), what)


def _table(rows: list[tuple[str, ...]]) -> None:
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    for row in rows:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


@app.command()
def export(
    sessions: Sessions = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="Every session, real sensors' data too.")] = False,
    to: Annotated[Path | None, typer.Option(help="File or folder to write to; default SESSION.zip")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
    store: StoreUrl = None,
    data: Data = None,
) -> None:
    """Write a session with all it holds into one file: a zip of JSON lines that says what it is.

    The truth, for instructors only, is in it.
    """
    from broker.store.archive_export import export as write

    with _opened(store, data, readonly=True) as opened:
        wanted = _all(opened) if every else sessions or []
        if not wanted:
            raise _wrong("name a session (teleward session list shows them), or say --all")
        folder = len(wanted) > 1 or every or (to is not None and to.is_dir())
        for session in wanted:
            path = (to or Path()) / f"{session}.zip" if folder or to is None else to
            if path.exists() and not force:
                raise _wrong(f"{path} is there already: name another with --to, or say --force")
            path.parent.mkdir(parents=True, exist_ok=True)
            manifest = write(opened, session, path)
            typer.echo(f"{path}: {_counted(manifest)}")
            record = opened.session(session)
            if record is None or record.state != "ended":
                typer.echo("  it still goes on: what comes from now on is not in the file")


def _all(store: "Store") -> list[str]:
    live = ["live"] if store.latest("live") else []
    return [record.session for record in store.sessions()] + live


def _counted(manifest: "Manifest") -> str:
    counts = {name.partition(".")[0]: part.records for name, part in manifest.files.items()}
    return ", ".join(f"{count} {name}" for name, count in counts.items() if name != "session")


@app.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="Files that `teleward session export` wrote.")],
    *,
    merge: Annotated[
        bool,
        typer.Option("--merge", help="Where something of the session is stored, keep it and add the rest."),
    ] = False,
    store: StoreUrl = None,
    data: Data = None,
) -> None:
    """Bring exported sessions into the store; a damaged file is refused before anything is written."""
    from broker.clock import SystemClock
    from broker.station.service import KEEP
    from broker.store.archive_import import bring_in

    with _opened(store, data, readonly=False) as opened:
        for path in files:
            manifest, missing = bring_in(opened, path, merge=merge)
            session = manifest.session
            typer.echo(f"{session}: {_counted(manifest)}")
            if missing:
                typer.echo(f"  {missing} records are missing: they are older than the store keeps", err=True)
            record = opened.session(session)
            days = round((KEEP.age_s or 0) / 86_400)
            if record is not None and record.created < SystemClock().now_ms() - days * DAY_MS:
                typer.echo(
                    f"  it is older than {days} days: a running station clears it away again (keep the file)",
                    err=True,
                )


@app.command()
def delete(
    sessions: Sessions = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Also one that has not ended.")] = False,
    store: StoreUrl = None,
    data: Data = None,
    broker: Annotated[
        str | None, typer.Option(envvar="TELEWARD_BROKER", help="Broker that may still keep its record.")
    ] = None,
    site: Annotated[str, typer.Option(help="Name of this ward's site, in every topic.")] = "home",
) -> None:
    """Delete sessions with all they hold. There is no way back but an exported file."""
    us = address(broker, "conductor", data_path(data))
    with _opened(store, data, readonly=False) as opened:
        for session in sessions or []:
            record = _deletable(opened, session, force=force)
            if not yes and not (sys.stdin.isatty() and typer.confirm(f"Delete {session} for ever?")):
                raise _wrong(f"{session} stays: say --yes to delete it")
            if record is not None and not asyncio.run(_clear(us, site, record)):
                typer.echo(
                    "  no broker was reached: one that keeps messages (Mosquitto) may bring the session's"
                    " record back within a day",
                    err=True,
                )
            opened.delete_session(session)
            typer.echo(f"{session} is deleted")


def _deletable(store: "Store", session: str, *, force: bool) -> "SessionRecord | None":
    from broker.store.protocol import documents_of

    record = store.session(session)
    held = record or documents_of(store, session) or next(store.contents(session), None)
    if not held:
        raise _wrong(f"there is no session {session!r} in this store (see teleward session list)")
    if not force and (record is None or record.state != "ended"):
        raise _wrong(f"{session} has not ended: stop it first (instructor's page), or say --force")
    return record


async def _clear(us: "Address", site: str, record: "SessionRecord") -> bool:
    """Clear what a broker may keep of a session; return whether one was reached."""
    from broker import topics
    from broker.client import Link, Outgoing
    from scenarios.past import remains

    own = topics.truth(site, record.session, topics.SESSION, "record")
    async with Link(us, f"{site}-{record.session}-delete") as link:
        try:
            await link.wait_connected(3.0)
        except TimeoutError:
            return False
        for topic in (own, *remains(site, record)):
            link.send(Outgoing(topic, b"", qos=1, retain=True))
    return True


@contextmanager
def _opened(url: str | None, data: Path | None, *, readonly: bool) -> "Iterator[Store]":
    """Open the store; what goes wrong with it or a file is said in one line."""
    from broker.store import open_store
    from broker.store.archive_lines import ArchiveError
    from broker.store.protocol import StoreError

    try:
        opened = open_store(url or default_store(data_directory(data)), readonly=readonly)
        try:
            yield opened
        finally:
            opened.close()
    except (ArchiveError, StoreError, OSError, ValueError) as error:
        raise _wrong(str(error), status=1) from error


def _wrong(text: str, *, status: int = 2) -> typer.Exit:
    typer.echo(f"teleward: {text}", err=True)
    return typer.Exit(status)
