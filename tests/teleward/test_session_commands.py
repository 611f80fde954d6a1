"""Sessions on the command line, as an engineer keeps them: list, export, import, delete."""

import asyncio
import contextlib
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from broker import codec, topics
from broker.client import Link, Outgoing
from broker.store import open_store
from broker.store.protocol import Batch
from teleward.cli import app
from tests.broker.linked import until
from tests.real_broker import RealBroker
from tests.store.drawn import of, whole
from tests.store.test_archive import FULL, RECORD


@dataclass
class Done:
    """What a command said, and its exit status."""

    returncode: int
    stdout: str
    stderr: str


def session(*arguments: str | Path, store: Path) -> Done:
    """Run `teleward session …` in the folder of ``store``."""
    with contextlib.chdir(store.parent):
        done = CliRunner().invoke(app, ["session", *map(str, arguments), "--store", str(store)])
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return Done(done.exit_code, done.stdout, done.stderr)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Return a store with a session that ended, one that runs, and a real sensor."""
    path = tmp_path / "store.sqlite"
    opened = open_store(str(path))
    for name, state in (("s-1", "ended"), ("s-2", "running")):
        record = msgspec.structs.replace(RECORD, session=name, state=state)
        opened.append(of(name, Batch(FULL.observations, FULL.waves, FULL.entries)))
        opened.append(Batch(sessions=[record]))
    opened.append(of("live", Batch(FULL.observations)))
    opened.close()
    return path


def test_list_shows_every_session(store: Path) -> None:
    """A line each, real sensors' last; an empty store says so."""
    told = session("list", store=store).stdout.splitlines()
    assert [line.split()[0] for line in told] == ["session", "s-1", "s-2", "live"]
    assert "ended" in told[1]
    assert "first-look: Erster Blick" in told[1]
    empty = store.with_name("empty.sqlite")
    open_store(str(empty)).close()
    assert session("list", store=empty).stdout == "no sessions yet\n"


def test_sessions_move_from_store_to_store(store: Path, tmp_path: Path) -> None:
    """All at once into a folder, and from there into another store, where they export to the same files."""
    assert session("export", "--all", "--to", tmp_path / "kept", store=store).returncode == 0
    files = sorted((tmp_path / "kept").iterdir())
    assert [f.name for f in files] == ["live.zip", "s-1.zip", "s-2.zip"]
    other = tmp_path / "other.sqlite"
    done = session("import", *files, store=other)
    assert done.returncode == 0, done.stderr
    assert "s-1: 1 observations, 1 waves, 2 entries, 0 documents" in done.stdout
    session("export", "s-1", "--to", tmp_path / "again.zip", store=other)
    assert (tmp_path / "again.zip").read_bytes() == files[1].read_bytes()


def test_export_replaces_no_file_unasked(store: Path) -> None:
    """The default name is the session's; --force replaces."""
    assert session("export", "s-1", store=store).returncode == 0
    refused = session("export", "s-1", store=store)
    assert (refused.returncode, "s-1.zip is there already" in refused.stderr) == (2, True)
    forced = session("export", "s-1", "--force", store=store)
    assert forced.returncode == 0


def test_export_of_a_running_session_says_so(store: Path) -> None:
    """Its file ends now."""
    assert "it still goes on" in session("export", "s-2", store=store).stdout


@pytest.mark.slow
def test_a_damaged_file_is_refused_in_one_line(store: Path) -> None:
    """Exit status 1, the file is named, nothing is stored and what is stored stays."""
    session("export", "s-1", store=store)
    file = store.with_name("s-1.zip")
    file.write_bytes(file.read_bytes()[:-30])
    session("delete", "s-1", "--yes", "--broker", "mqtt://127.0.0.1:1", store=store)
    refused = session("import", file, store=store)
    assert refused.returncode == 1
    assert refused.stderr.startswith("teleward: s-1.zip is damaged") or f"{file} is damaged" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
    assert [line.split()[0] for line in session("list", store=store).stdout.splitlines()[1:]] == [
        "s-2",
        "live",
    ]


def test_an_old_session_is_told_to_be_cleared_away(store: Path) -> None:
    """A station keeps only so many days; whoever imports older ones should know."""
    session("export", "s-1", store=store)
    done = session("import", "s-1.zip", store=store.with_name("other.sqlite"))
    assert "older than 90 days" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["delete", "s-1"], "s-1 stays: say --yes"),
        (["delete", "s-2", "--yes"], "s-2 has not ended"),
        (["delete", "live", "--yes"], "live has not ended"),
        (["delete", "s-9", "--yes"], "there is no session 's-9'"),
        (["export", "s-9"], "there is no session 's-9'"),
        (["export"], "name a session"),
        (["import", "none.zip"], "there is no file none.zip"),
    ],
)
def test_what_must_not_or_cannot_be_is_refused(store: Path, arguments: list[str], says: str) -> None:
    """In one line that says what to do; nothing changes."""
    before = _held(store)
    done = session(*arguments, store=store)
    assert done.returncode != 0
    assert says in done.stderr
    assert _held(store) == before


def _held(path: Path) -> list[Batch]:
    opened = open_store(str(path), readonly=True)
    try:
        return [whole(opened.contents(name)) for name in ("s-1", "s-2", "live")]
    finally:
        opened.close()


async def test_a_deleted_session_is_gone_from_the_broker_too(store: Path, broker: RealBroker) -> None:
    """Its retained record would bring it back with the next start of the station."""
    topic = topics.truth("home", "s-1", topics.SESSION, "record")
    async with Link(broker.address, "conductor-1") as link:
        link.send(Outgoing(topic, codec.encode(RECORD), qos=1, retain=True))
        await until(lambda: link.connected and not link.unacknowledged)
    delete = ("delete", "s-1", "--yes", "--broker", broker.url)
    done = await asyncio.to_thread(session, *delete, store=store)
    assert (done.stdout, done.stderr) == ("s-1 is deleted\n", "")
    mark = Outgoing(topics.part("home", "station"), b"{}", qos=1, retain=True)
    async with Link(broker.address, "late", subscriptions=[(topic, 1), (mark.topic, 1)]) as late:
        late.send(mark)
        async for message in late.messages():
            assert message.topic != topic
            break
    assert whole(open_store(str(store), readonly=True).contents("s-1")) == Batch()
