"""Bringing a session's file into a store: it is read whole and found good before anything is written."""

import hashlib
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

import msgspec

from broker import topics
from broker.messages import SessionRecord
from broker.store import archive_lines as lines
from broker.store.archive_lines import Manifest, Part
from broker.store.protocol import Batch, Store, documents_of

_AT_ONCE: Final = 2000
_LONGEST_LINE: Final = 256 << 20  # no document of ours comes near; a line without end must not fill memory
_LONGEST_MANIFEST: Final = 1 << 16
_BROKEN: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, KeyError, RuntimeError, ValueError)


def check(path: Path) -> Manifest:
    """Read the whole file; return what it says of itself, raise ``lines.ArchiveError`` if it is not so."""
    with _opened(path) as archive:
        return archive.manifest


def bring_in(store: Store, path: Path, *, merge: bool = False) -> tuple[Manifest, int]:
    """Write what the file holds into ``store``; return what it is, and how many records are missing.

    A session that had not ended when it was exported has ended here, with its last observation. Records
    are missing where the store takes none so old. Raises ``lines.ArchiveError`` for a file that is
    damaged, and where the store holds something of that session already, unless ``merge``: then
    what is stored stays, and what is new comes beside it. A ``StoreUnavailableError`` may leave a part
    written: import the file again, with ``merge``.
    """
    with _opened(path) as archive:
        session = archive.manifest.session
        if not merge and _holds(store, session):
            raise lines.ArchiveError(
                f"the store holds session {session!r} already: delete it first"
                f" (teleward session delete {session}), or import with --merge; nothing was imported"
            )
        _write(store, archive, session)
        return archive.manifest, 0 if merge else _missing(store, archive.manifest)


def _holds(store: Store, session: str) -> bool:
    return (
        store.session(session) is not None
        or bool(documents_of(store, session))
        or next(store.contents(session), None) is not None
    )


def _write(store: Store, archive: "_Archive", session: str) -> None:
    """Write everything, the record last: a session that is listed is whole."""
    newest = 0
    for some in _some(archive.records(lines.OBSERVATIONS)):
        newest = max(newest, *(line.received for line in some))
        store.append(Batch(observations=[line.record(session) for line in some]))
    for some in _some(archive.records(lines.WAVES)):
        store.append(Batch(waves=[line.record(session) for line in some]))
    for some in _some(archive.records(lines.ENTRIES)):
        store.append(Batch(entries=[line.record(session) for line in some]))
    there = set(documents_of(store, session))
    for document in archive.records(lines.DOCUMENTS):
        if document.key not in there:
            store.put_document(document.key, document.whole)
    if store.session(session) is None:
        store.append(Batch(sessions=[_ended(record, newest) for record in archive.records(lines.RECORD)]))


def _ended(record: SessionRecord, newest: int) -> SessionRecord:
    """Return the record of a session that nobody plays on here."""
    if record.state == "ended":
        return record
    return msgspec.structs.replace(record, state="ended", ended=max(newest, record.created))


def _missing(store: Store, manifest: Manifest) -> int:
    wanted = sum(manifest.files[name].records for name in (lines.OBSERVATIONS, lines.WAVES, lines.ENTRIES))
    return max(0, wanted - sum(map(len, store.contents(manifest.session))))


def _some(records: Iterator[Any]) -> Iterator[list[Any]]:
    some: list[Any] = []
    for record in records:
        some.append(record)
        if len(some) == _AT_ONCE:
            yield some
            some = []
    if some:
        yield some


class _Archive:
    """An archive that was found good."""

    def __init__(self, archive: zipfile.ZipFile, path: Path) -> None:
        self._archive, self._path = archive, path
        with self._told(lines.MANIFEST), archive.open(lines.MANIFEST) as file:
            self.manifest = msgspec.json.decode(file.read(_LONGEST_MANIFEST), type=Manifest)
        self._check_manifest()
        for name in lines.FILES:
            for record in self.records(name):
                self._check_place(name, record)

    def records(self, name: str) -> Iterator[Any]:
        """Yield the records of one file; raise ``lines.ArchiveError`` where it is not what was written."""
        decode = msgspec.json.Decoder(lines.FILES[name]).decode
        read, digest = Part(0, 0, ""), hashlib.sha256()
        with self._told(name):
            file = self._archive.open(name)
        with file:
            while line := self._line(file, name):
                digest.update(line)
                read.records += 1
                read.bytes += len(line)
                with self._told(f"{name}, line {read.records}"):
                    record = decode(line)
                yield record
        read.sha256 = digest.hexdigest()
        if read != self.manifest.files[name]:
            raise lines.ArchiveError(self._damaged(f"{name} is not what was written"))

    def _line(self, file: IO[bytes], name: str) -> bytes:
        with self._told(name):
            return file.readline(_LONGEST_LINE)

    def _check_manifest(self) -> None:
        said = self.manifest
        if said.format != lines.FORMAT:
            raise lines.ArchiveError(f"{self._path} is no session of Teleward but {said.format!r}")
        if said.version > lines.VERSION:
            raise lines.ArchiveError(f"{self._path} was made by a newer Teleward: update this one")
        if set(said.files) != set(lines.FILES) or said.files[lines.RECORD].records > 1:
            raise lines.ArchiveError(self._damaged(f"{lines.MANIFEST} names other files"))
        if not topics.is_name(said.session):
            raise lines.ArchiveError(self._damaged(f"{said.session[:40]!r} is no session's name"))

    def _check_place(self, name: str, record: Any) -> None:  # noqa: ANN401 -- one of several kinds of line
        """See that ``record`` belongs to this session: an import must touch no other."""
        session = self.manifest.session
        ours = (name != lines.RECORD or record.session == session) and (
            name != lines.DOCUMENTS or session in record.key.split("/")
        )
        if not ours:
            raise lines.ArchiveError(self._damaged(f"{name} holds something of another session"))

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        try:
            yield
        except _BROKEN as error:
            raise lines.ArchiveError(self._damaged(f"{what}: {error}")) from error

    def _damaged(self, what: str) -> str:
        return f"{self._path} is damaged ({what}); nothing was imported: take another copy of it"


@contextmanager
def _opened(path: Path) -> Iterator[_Archive]:
    try:
        archive = zipfile.ZipFile(path)
    except FileNotFoundError:
        raise lines.ArchiveError(f"there is no file {path}") from None
    except _BROKEN as error:
        raise lines.ArchiveError(
            f"{path} is damaged or no session of Teleward ({error}); nothing was imported"
        ) from error
    with archive:
        yield _Archive(archive, path)
