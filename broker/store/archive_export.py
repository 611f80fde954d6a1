"""Taking a session out of a store, as one file. The same contents make the same bytes."""

import hashlib
import os
import secrets
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Final

import msgspec
from msgspec import Struct

from broker.store import archive_lines as lines
from broker.store.archive_lines import Manifest, Part
from broker.store.protocol import Store, documents_of

_encoder: Final = msgspec.json.Encoder()


def export(store: Store, session: str, path: Path) -> Manifest:
    """Write all that ``session`` holds to ``path``, whole or not at all; return what it is.

    Raises ``lines.ArchiveError`` where there is no such session, ``OSError`` for what the disk refuses.
    """
    fresh = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    try:
        with fresh.open("xb") as file:
            with zipfile.ZipFile(file, "w") as archive:
                manifest = _written(archive, store, session)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    return manifest


def _written(archive: zipfile.ZipFile, store: Store, session: str) -> Manifest:
    record = store.session(session)
    _member(archive, lines.README, lines.ABOUT.encode())
    pen = _Pen(archive)
    pen.put(lines.RECORD, [record] if record else [])
    for batch in store.contents(session):
        pen.put(lines.OBSERVATIONS, map(lines.ObservationLine.of, batch.observations))
        pen.put(lines.WAVES, map(lines.WaveLine.of, batch.waves))
        pen.put(lines.ENTRIES, map(lines.EntryLine.of, batch.entries))
    for key in documents_of(store, session):
        pen.put(lines.DOCUMENTS, [lines.DocumentLine.of(key, store.document(key) or b"")])
    manifest = Manifest(lines.FORMAT, lines.VERSION, session, pen.finish())
    if not any(part.records for part in manifest.files.values()):
        raise lines.ArchiveError(f"there is no session {session!r} in this store (see teleward session list)")
    _member(archive, lines.MANIFEST, msgspec.json.format(_encoder.encode(manifest), indent=2) + b"\n")
    return manifest


class _Pen:
    """Writes the files of an archive one after the other, and counts."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._to_come = list(lines.FILES)
        self._name = ""
        self._file: IO[bytes] | None = None
        self._hash = hashlib.sha256()
        self.files: dict[str, Part] = {}

    def put(self, name: str, records: Iterable[Struct]) -> None:
        """Write ``records`` at the end of file ``name``; never go back to an earlier one."""
        found = list(records)
        if not found:
            return
        while self._name != name:
            self._turn()
        data = _encoder.encode_lines(found)
        part = self.files[name]
        part.records += len(found)
        part.bytes += len(data)
        self._hash.update(data)
        assert self._file is not None  # noqa: S101 -- _turn opened it
        self._file.write(data)

    def finish(self) -> dict[str, Part]:
        """Close the last file, after those that are empty; return what was written."""
        while self._to_come:
            self._turn()
        self._close()
        return self.files

    def _turn(self) -> None:
        self._close()
        self._name = self._to_come.pop(0)
        self._hash = hashlib.sha256()
        self.files[self._name] = Part(0, 0, "")
        self._file = self._archive.open(_info(self._name), "w", force_zip64=True)

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self.files[self._name].sha256 = self._hash.hexdigest()


def _member(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    archive.writestr(_info(name), data)


def _info(name: str) -> zipfile.ZipInfo:
    """Return the description of a file in the archive: nothing of this computer, no time of its own."""
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = 3
    info.external_attr = 0o644 << 16
    return info
