"""One file of the spool: frames one after the other, each a batch with its length and checksum.

A frame is ``TWS1``, length, number of records, CRC-32 of the body (little-endian), then the body:
the batch as MessagePack, deflated. A torn or damaged frame is left out; the next whole one counts.
"""

import logging
import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from broker.store.protocol import Batch

_LOG: Final = logging.getLogger(__name__)
_HEAD: Final = struct.Struct("<4sIII")
_MAGIC: Final = b"TWS1"
_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(Batch).decode


def frame(batch: Batch) -> bytes:
    """Return ``batch`` as one frame."""
    body = zlib.compress(_encode(batch), 1)
    return _HEAD.pack(_MAGIC, len(body), len(batch), zlib.crc32(body)) + body


class Segment:
    """A file of frames: how many records and bytes there are, and whether it takes more frames."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.records = 0
        self.size_bytes = 0
        self.sealed = False

    @classmethod
    def found(cls, path: Path) -> "Segment":
        """Return the segment that another process left in ``path``."""
        segment = cls(path)
        content = path.read_bytes()
        whole = 0
        for size, records, _ in _frames(content):
            whole += size
            segment.records += records
        segment.size_bytes = len(content)
        segment.sealed = whole < len(content)
        if segment.sealed:
            _LOG.warning("%s: %d of %d bytes are torn or damaged", path, len(content) - whole, len(content))
        return segment

    def append(self, framed: bytes, records: int, *, sync: bool) -> None:
        """Write one frame whole, or raise ``OSError`` and leave the file as it was.

        What is written survives the death of the process; with ``sync`` a power cut too.
        """
        with self.path.open("ab", buffering=0) as file:
            try:
                _write_all(file.fileno(), framed)
                if sync:
                    os.fsync(file.fileno())
            except OSError:
                os.ftruncate(file.fileno(), self.size_bytes)
                raise
        self.size_bytes += len(framed)
        self.records += records

    def batches(self) -> Iterator[Batch]:
        """Yield the batches that are whole, in order."""
        for _, _, body in _frames(self.path.read_bytes()):
            yield _decode(zlib.decompress(body))


def _write_all(descriptor: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]


def _frames(content: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield (bytes of the frame, records, body) of every whole frame."""
    place = content.find(_MAGIC)
    while 0 <= place <= len(content) - _HEAD.size:
        _, length, records, check = _HEAD.unpack_from(content, place)
        end = place + _HEAD.size + length
        body = content[place + _HEAD.size : end]
        if end <= len(content) and zlib.crc32(body) == check:
            yield end - place, records, body
            place = content.find(_MAGIC, end)
        else:
            place = content.find(_MAGIC, place + 1)
