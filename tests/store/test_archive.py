"""A session taken out of a store, kept as a file, and brought into another."""

import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broker.messages import SessionRecord
from broker.store import open_store
from broker.store.archive_export import export
from broker.store.archive_import import bring_in, check
from broker.store.archive_lines import ENTRIES, MANIFEST, OBSERVATIONS, ArchiveError
from broker.store.protocol import Batch, Entry, Observation, Store, WaveBlock
from tests.store.drawn import batches, of, whole

T = 1_768_469_400_000
RECORD = SessionRecord(
    v=1, session="s-1", scenario="first-look", title="Erster Blick 💙", text="beds: 8\n# é\n", hash="ab12",
    seed=7, beds=["bed01"], state="ended", start=T, created=T, versions={"teleward": "0.1"},
)  # fmt: skip
FULL = Batch(
    [Observation("s-1", "bed01", "patch", "hr", T, "ab", 1, 72.5, "/min", "Qst", "motion", "Demo", T + 5)],
    [WaveBlock("s-1", "bed01", "patch", "resp", T, "ab", 1, 0, 50.0, "1", 0.01, 1.5, "Vld", b"\1\0\0\0", T)],
    [
        Entry("s-1", "bed01", "flag", "", T, "f-1", '{"why":"blau 💙"}'.encode(), received=T),
        Entry("s-1", "bed01", "state", "", T, "1", b"\xff\0", truth=True, received=T),
    ],
)
NAMES = count(1)


def filled(store: Store, session: str = "s-1", batch: Batch = FULL) -> Store:
    """Write a session, with two documents, beside another one."""
    store.append(of(session, batch))
    store.append(of("s-99", FULL))
    store.append(Batch(sessions=[msgspec.structs.replace(RECORD, session=session)]))
    store.put_document(f"score/{session}/7", b'{"points": 3}')
    store.put_document(f"debrief/{session}", b"\x00\xff")
    store.put_document("score/s-99", b"not ours")
    return store


@pytest.mark.slow
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batch=batches())
def test_a_session_brought_in_and_taken_out_again_is_the_same_file(
    store: Store, tmp_path: Path, batch: Batch
) -> None:
    """Whatever a session holds, whichever store it came from: the same bytes, and nothing is missing."""
    session = f"s-{next(NAMES)}"
    folder = tmp_path / session
    folder.mkdir()
    export(filled(store, session, batch), session, folder / "first.zip")
    other = open_store(str(folder / "other.sqlite"))
    assert bring_in(other, folder / "first.zip")[1] == 0
    export(other, session, folder / "second.zip")
    other.close()
    assert (folder / "second.zip").read_bytes() == (folder / "first.zip").read_bytes()
    store.delete_session(session)
    assert bring_in(store, folder / "first.zip")[1] == 0
    export(store, session, folder / "third.zip")
    assert (folder / "third.zip").read_bytes() == (folder / "first.zip").read_bytes()
    assert store.session(session) == msgspec.structs.replace(RECORD, session=session)
    assert store.document(f"debrief/{session}") == b"\x00\xff"


def test_anybody_can_read_it(store: Store, tmp_path: Path) -> None:
    """A zip of JSON lines with a page that explains them; texts are texts, samples numbers."""
    path = tmp_path / "s-1.zip"
    manifest = export(filled(store), "s-1", path)
    assert [part.records for part in manifest.files.values()] == [1, 1, 1, 2, 2]
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert "never for the care of a patient" in archive.read("README.txt").decode().lower()
        flag, _ = archive.read("entries.jsonl").decode().splitlines()
        assert json.loads(flag)["body"] == '{"why":"blau 💙"}'
        assert json.loads(archive.read("waves.jsonl"))["d"] == [1]
        assert json.loads(archive.read("session.json"))["title"] == "Erster Blick 💙"


def test_minus_zero_is_zero_in_a_file(store: Store, tmp_path: Path) -> None:
    """SQLite keeps no minus of -0.0 and InfluxDB does: the file is the same."""
    observation, block = replace(FULL.observations[0], value=-0.0), replace(FULL.waves[0], off=-0.0)
    export(
        filled(store, batch=replace(FULL, observations=[observation], waves=[block])),
        "s-1",
        tmp_path / "a.zip",
    )
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert b"-0.0" not in archive.read("observations.jsonl") + archive.read("waves.jsonl")


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a good archive."""
    folder = tmp_path_factory.mktemp("good")
    store = filled(open_store(str(folder / "store.sqlite")))
    export(store, "s-1", folder / "s-1.zip")
    store.close()
    return folder / "s-1.zip"


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_damaged_file_is_refused_and_nothing_is_written(good: Path, data: st.DataObject) -> None:
    """Whatever was cut off or changed: either it does not concern the contents, or nothing happens."""
    bytes_ = bytearray(good.read_bytes())
    if data.draw(st.booleans(), label="cut"):
        del bytes_[data.draw(st.integers(0, len(bytes_) - 1)) :]
    else:
        place = data.draw(st.integers(0, len(bytes_) - 1))
        bytes_[place] ^= data.draw(st.integers(1, 255))
    bad = good.with_name("bad.zip")
    bad.write_bytes(bytes_)
    store = open_store(str(good.with_name("empty.sqlite")))
    told = ""
    try:
        bring_in(store, bad)
    except ArchiveError as error:
        told = str(error)
    found = whole(store.contents("s-1")), store.sessions(), len(store.documents(""))
    store.delete_session("s-1")
    store.close()
    assert found == ((Batch(), [], 0) if told else (FULL, [RECORD], 2))
    assert "nothing was imported" in told or not told


def _rewritten(good: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    """Return a well-formed zip in which one file is another."""
    path = good.with_name("rewritten.zip")
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(path, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            new.writestr(info.filename, change(data) if info.filename == name else data)
    return path


@pytest.mark.parametrize(
    ("name", "change", "told"),
    [
        (OBSERVATIONS, lambda b: b.replace(b"72.5", b"73.5"), "observations.jsonl is not what was written"),
        (OBSERVATIONS, lambda b: b.replace(b"72.5", b'"x"'), "observations.jsonl, line 1: Expected `float"),
        (ENTRIES, lambda b: b.splitlines(keepends=True)[0], "entries.jsonl is not what was written"),
        (MANIFEST, lambda b: b.replace(b'"version": 1', b'"version": 2'), "made by a newer Teleward: update"),
        (MANIFEST, lambda b: b.replace(b"teleward-session", b"holiday"), "is no session of Teleward"),
        (MANIFEST, lambda b: b.replace(b"s-1", b"s-2"), "something of another session"),
        (MANIFEST, lambda b: b.replace(b"s-1", b"../x"), "is no session's name"),
        (MANIFEST, lambda _: b"{}", "manifest.json: Object missing required field"),
    ],
)
def test_what_was_changed_is_told(good: Path, name: str, change: Callable[[bytes], bytes], told: str) -> None:
    """The message names the file, the line and what to do."""
    with pytest.raises(ArchiveError, match=told):
        check(_rewritten(good, name, change))


def test_what_is_no_archive_is_told(tmp_path: Path) -> None:
    """Another file, another zip, no file."""
    text, other = tmp_path / "text.zip", tmp_path / "other.zip"
    text.write_text("hello")
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("photo.jpg", b"x")
    with pytest.raises(ArchiveError, match="no session of Teleward"):
        check(text)
    with pytest.raises(ArchiveError, match=r"manifest\.json"):
        check(other)
    with pytest.raises(ArchiveError, match="there is no file"):
        check(tmp_path / "none.zip")


def test_an_import_never_touches_what_is_there(store: Store, good: Path) -> None:
    """Refused where something of the session is stored; merged, what is stored stays and is one."""
    ours = replace(FULL.observations[0], t=T + 1000, seq=2)
    paused = msgspec.structs.replace(RECORD, state="paused")
    store.append(Batch([ours], sessions=[paused]))
    store.put_document("debrief/s-1", b"mine")
    with pytest.raises(ArchiveError, match="holds session 's-1' already"):
        bring_in(store, good)
    assert whole(store.contents("s-1")) == Batch([ours])
    for _ in range(2):
        bring_in(store, good, merge=True)
        found = whole(store.contents("s-1"))
        assert found.observations == [*FULL.observations, ours]
        assert (found.waves, found.entries) == (FULL.waves, FULL.entries)
    assert store.session("s-1") == paused
    assert store.document("debrief/s-1") == b"mine"
    assert store.document("score/s-1/7") == b'{"points": 3}'


def test_a_session_that_ran_when_it_was_taken_out_has_ended_where_it_is_brought_in(tmp_path: Path) -> None:
    """Else the conductor there would play it on."""
    first, second = (open_store(str(tmp_path / name)) for name in ("1.sqlite", "2.sqlite"))
    running = msgspec.structs.replace(RECORD, state="running")
    first.append(Batch(FULL.observations, sessions=[running]))
    export(first, "s-1", tmp_path / "s-1.zip")
    bring_in(second, tmp_path / "s-1.zip")
    assert second.session("s-1") == msgspec.structs.replace(RECORD, state="ended", ended=T + 5)
    bring_in(first, tmp_path / "s-1.zip", merge=True)
    assert first.session("s-1") == running
    first.close()
    second.close()


def test_a_session_that_is_not_there_makes_no_file(store: Store, tmp_path: Path) -> None:
    """The error names it, and the folder stays empty."""
    folder = tmp_path / "out"
    folder.mkdir()
    with pytest.raises(ArchiveError, match="no session 's-7'"):
        export(store, "s-7", folder / "s-7.zip")
    assert list(folder.iterdir()) == []


def test_a_deleted_session_takes_its_documents_along(store: Store) -> None:
    """Nothing of it is left, and nothing of another is gone."""
    filled(store).delete_session("s-1")
    assert store.documents("") == ["score/s-99"]
    assert whole(store.contents("s-1")) == Batch()
    assert whole(store.contents("s-99")) == of("s-99", FULL)
