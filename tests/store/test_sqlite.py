"""What is particular to the SQLite store: its file, its versions, a full disk."""

import contextlib
import sqlite3
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from broker.store import open_store
from broker.store.protocol import Batch, Observation, StoreFormatError, StoreUnavailableError
from broker.store.sqlite_schema import APPLICATION_ID, MIGRATIONS, connect

HR = Observation("s-1", "bed01", "patch", "hr", 1000, "ab", 1, 72.0, "/min", received=1)

CONTENT = """
INSERT INTO series VALUES (1, 's-1', 'bed01', 'hr');
INSERT INTO source VALUES (1, 's-1', 'patch', 'ab');
INSERT INTO trait VALUES (1, '/min', 'Vld', '', '');
INSERT INTO observation VALUES (1, 1000, 1, 1, 72.0, 1, 1);
INSERT INTO latest VALUES ('s-1', 'bed01', 'patch', 'hr', 1000, 'ab', 1, 72.0, 1, 1);
"""
"""HR, as a store of the first version held it."""

FULL = """
import resource, signal, sys
from broker.store import open_store
from broker.store.protocol import Batch, Observation, StoreUnavailableError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
store = open_store(sys.argv[1])
rows = [Observation("s-1", "bed01", "patch", "hr", n, "ab", n, n / 7, "/min") for n in range(5000)]
store.append(Batch(rows[:100]))
soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), hard))
try:
    store.append(Batch(rows))
except StoreUnavailableError as error:
    print("refused", error)
print(store.usage().observations)
resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
store.append(Batch(rows))
print(store.usage().observations)
"""


@pytest.mark.parametrize("url", ["{}", "sqlite:///{}"])
def test_a_store_is_a_path_or_a_url(tmp_path: Path, url: str) -> None:
    """Directories on the way are made."""
    path = tmp_path / "a b" / "c%20?" / "store.sqlite"
    store = open_store(url.format(path))
    store.append(Batch([HR]))
    store.close()
    assert path.is_file()
    assert open_store(str(path), readonly=True).latest("s-1") == [HR]


def test_three_slashes_are_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As everywhere in Python."""
    monkeypatch.chdir(tmp_path)
    open_store("sqlite:///here.sqlite").close()
    assert (tmp_path / "here.sqlite").is_file()


def test_a_url_of_another_kind_is_refused() -> None:
    """With what there is."""
    with pytest.raises(ValueError, match=r"no such store: postgres.*sqlite:///path"):
        open_store("postgres://host/db")


def test_a_reader_waits_for_the_station_to_make_the_file(tmp_path: Path) -> None:
    """A dashboard may start first; its questions fail clearly until the store is there."""
    url = str(tmp_path / "store.sqlite")
    reader = open_store(url, readonly=True)
    with pytest.raises(StoreUnavailableError, match=r"store\.sqlite"):
        reader.latest("s-1")
    assert not Path(url).exists()
    open_store(url).append(Batch([HR]))
    assert reader.latest("s-1") == [HR]


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    """Whoever opened for reading changes nothing."""
    open_store(str(tmp_path / "store.sqlite")).append(Batch([HR]))
    reader = open_store(str(tmp_path / "store.sqlite"), readonly=True)
    with pytest.raises(StoreUnavailableError, match="reading only"):
        reader.append(Batch([replace(HR, seq=2)]))
    with pytest.raises(StoreUnavailableError, match="reading only"):
        reader.delete_session("s-1")
    assert reader.usage().observations == 1


@pytest.mark.parametrize("readonly", [True, False])
@pytest.mark.parametrize(
    "content", [b"not a database at all, really" * 100, b"SQLite format 3\x00" + b"x" * 4080]
)
def test_a_file_that_is_no_database_is_named(tmp_path: Path, content: bytes, readonly: bool) -> None:
    """The error says which file and what to do; the file is left as it was."""
    path = tmp_path / "store.sqlite"
    path.write_bytes(content)
    with pytest.raises(StoreFormatError, match=r"store\.sqlite is damaged or no SQLite file.*backup"):
        open_store(str(path), readonly=readonly).latest("s-1")
    assert path.read_bytes() == content


@pytest.mark.parametrize("readonly", [True, False])
def test_another_programs_database_is_left_alone(tmp_path: Path, readonly: bool) -> None:
    """We never write our tables among foreign ones."""
    path = tmp_path / "store.sqlite"
    foreign = sqlite3.connect(path)
    foreign.execute("CREATE TABLE theirs (x)")
    foreign.close()
    with pytest.raises(StoreFormatError, match="another program"):
        open_store(str(path), readonly=readonly).latest("s-1")


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    """An old program does not guess at a new file."""
    path = tmp_path / "store.sqlite"
    open_store(str(path)).close()
    newer = sqlite3.connect(path)
    newer.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    newer.close()
    with pytest.raises(StoreFormatError, match="newer Teleward"):
        open_store(str(path))


def test_a_damaged_file_is_told_when_it_is_read(tmp_path: Path) -> None:
    """Overwritten pages are an error with a name, not strange numbers."""
    path = tmp_path / "store.sqlite"
    store = open_store(str(path))
    store.append(Batch([replace(HR, t=n, seq=n) for n in range(20_000)]))
    store.close()
    content = bytearray(path.read_bytes())
    content[8192:] = b"\xa5" * (len(content) - 8192)
    path.write_bytes(content)
    with pytest.raises(StoreFormatError, match="damaged"):
        open_store(str(path)).observations("s-1", "bed01", "hr", 0, 2**52)


def test_every_older_schema_moves_forward(tmp_path: Path) -> None:
    """A file of each earlier version is migrated when the station opens it, and readers wait for that."""
    for version in range(1, len(MIGRATIONS)):
        path = tmp_path / f"v{version}.sqlite"
        old = sqlite3.connect(path, isolation_level=None)
        for script in MIGRATIONS[:version]:
            old.executescript(script)
        old.executescript(CONTENT)
        old.execute(f"PRAGMA user_version = {version}")
        old.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        old.close()
        with pytest.raises(StoreUnavailableError, match="station"):
            open_store(str(path), readonly=True).latest("s-1")
        store = open_store(str(path))
        assert store.observations("s-1", "bed01", "hr", 0, 2**52) == [HR]
        assert store.latest("s-1") == [HR]
        store.append(Batch([HR, replace(HR, seq=2)]))
        assert store.latest("s-1") == [replace(HR, seq=2)]
        store.close()


def test_two_processes_may_make_the_store_at_once(tmp_path: Path) -> None:
    """Whoever is second finds it made."""
    url = str(tmp_path / "store.sqlite")
    code = "import sys; from broker.store import open_store; open_store(sys.argv[1]).close()"
    processes = [subprocess.Popen([sys.executable, "-c", code, url]) for _ in range(4)]
    assert [p.wait() for p in processes] == [0] * 4


@pytest.mark.skipif(sys.platform == "win32", reason="limits of file size are POSIX")
@pytest.mark.parametrize("limit_bytes", [60_000, 150_000, 250_000])
def test_a_full_disk_writes_nothing_and_heals(tmp_path: Path, limit_bytes: int) -> None:
    """A real write error amid a batch: refused whole, still readable, complete when there is room."""
    result = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path / "store.sqlite"), str(limit_bytes)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    refused, during, after = result.stdout.splitlines()
    assert refused.startswith("refused")
    assert (during, after) == ("100", "5000")


@pytest.mark.slow
def test_the_file_shrinks_when_a_session_is_deleted(tmp_path: Path) -> None:
    """Disk is given back, not only marked as free."""
    path = tmp_path / "store.sqlite"
    store = open_store(str(path))
    store.append(Batch([replace(HR, t=n, seq=n) for n in range(20_000)]))
    store.close()
    before = path.stat().st_size
    store = open_store(str(path))
    store.delete_session("s-1")
    store.close()
    assert path.stat().st_size < before / 4


def test_another_process_may_delete_what_the_writer_knows(tmp_path: Path) -> None:
    """The writer keeps numbers of names in memory; a deletion elsewhere does not mislead it."""
    url = str(tmp_path / "store.sqlite")
    station, tool = open_store(url), open_store(url)
    station.append(Batch([HR, replace(HR, session="s-2")]))
    tool.delete_session("s-1")
    tool.append(Batch([replace(HR, session="s-3", subject="bed07", metric="spo2", unit="%")]))
    station.append(Batch([replace(HR, seq=2)]))
    assert station.latest("s-1") == [replace(HR, seq=2)]
    assert station.observations("s-3", "bed07", "hr", 0, 2**52) == []
    for store in (station, tool):
        store.close()


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    """Writing after closing is refused; closing twice is harmless."""
    store = open_store(str(tmp_path / "store.sqlite"))
    store.close()
    store.close()
    with pytest.raises(StoreUnavailableError, match="closed"):
        store.append(Batch([HR]))


def test_a_missing_disk_may_come_back(tmp_path: Path) -> None:
    """The station starts without its store, is told so at each write, and writes when it is there."""
    (tmp_path / "disk").write_text("nothing is mounted here")
    store = open_store(str(tmp_path / "disk" / "store.sqlite"))
    with pytest.raises(StoreUnavailableError, match="disk"):
        store.append(Batch([HR]))
    (tmp_path / "disk").unlink()
    store.append(Batch([HR]))
    assert store.latest("s-1") == [HR]


def test_who_reads_while_a_store_is_made_is_told_to_wait(tmp_path: Path) -> None:
    """Half made it is nobody else's file: page and simulate start at the same time as the station."""
    for k in range(30):
        path = tmp_path / f"{k}.sqlite"
        making = threading.Thread(target=_make, args=(path,))
        making.start()
        while making.is_alive():
            with contextlib.suppress(StoreUnavailableError):
                connect(path, readonly=True).close()
        making.join()


def _make(path: Path) -> None:
    connect(path, readonly=False).close()
