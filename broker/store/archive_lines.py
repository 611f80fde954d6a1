"""A session as one file that can be kept, sent and brought into any store: a zip of JSON lines. Pure.

This is what stands in it, one record a line, and the list of what there is.

Times are milliseconds since 1970 UTC; ``t`` is the session's own time, ``received`` the wall time of
arrival. What is empty or zero is left out.
"""

import sys
from array import array
from typing import Annotated, Any, Final, Self

from msgspec import Meta, Struct

from broker.messages import SessionRecord
from broker.store.protocol import Entry, Observation, WaveBlock

FORMAT: Final = "teleward-session"
VERSION: Final = 1

ABOUT: Final = """\
A session of Teleward, a virtual ward for training. Never for the care of a patient.

manifest.json       what is in here: records, bytes and SHA-256 of each file
session.json        the session's record: scenario, seed, beds (the reserved session "live" has none)
observations.jsonl  one value of one metric a line: value = null where the device knew none
waves.jsonl         one block of a waveform a line: value = off + scale x d, hz samples a second from t
entries.jsonl       everything else that was said, body = the message as it came; truth = true marks
                    what only instructors may read
documents.jsonl     what was made of it: scores, debriefs

Times are milliseconds since 1970 UTC: t in the session's own time, received the time of arrival.
What is empty or zero may be left out. Bring it into a ward with `teleward session import FILE`.
"""


Whole = Annotated[int, Meta(ge=-(2**62), le=2**62)]
Sample = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
Name = Annotated[str, Meta(pattern=r"^[^\\\x00-\x1f\x7f]*$(?!\n)", max_length=200)]
"""What every store can keep as a name."""


class Part(Struct):
    """One file of an archive: how many records and bytes it has, and its SHA-256."""

    records: int
    bytes: int
    sha256: str


class Manifest(Struct):
    """What an archive says of itself."""

    format: str
    version: int
    session: str
    files: dict[str, Part]


class _Lean(Struct, omit_defaults=True, kw_only=True):
    """A record as a line. Only empty and zero may be left out: msgspec knows other defaults by identity."""


class ObservationLine(_Lean, kw_only=True):
    """An ``Observation``."""

    subject: Name
    device: Name
    metric: Name
    t: Whole
    boot: Name = ""
    seq: Whole
    value: float | None
    unit: Name
    validity: Name
    why: str = ""
    mode: Name = ""
    received: Whole = 0

    @classmethod
    def of(cls, o: Observation) -> Self:
        """Return ``o`` as a line."""
        return cls(
            subject=o.subject, device=o.device, metric=o.metric, t=o.t, boot=o.boot, seq=o.seq,
            value=None if o.value is None else _number(o.value), unit=o.unit, validity=o.validity, why=o.why,
            mode=o.mode, received=o.received,
        )  # fmt: skip

    def record(self, session: str) -> Observation:
        """Return the record of ``session`` that the line is."""
        return Observation(
            session, self.subject, self.device, self.metric, self.t, self.boot, self.seq, self.value,
            self.unit, self.validity, self.why, self.mode, self.received,
        )  # fmt: skip


class WaveLine(_Lean, kw_only=True):
    """A ``WaveBlock``; ``d`` are its samples."""

    subject: Name
    device: Name
    metric: Name
    t: Whole
    boot: Name = ""
    seq: Whole
    i0: Whole = 0
    hz: float
    unit: Name
    scale: float
    off: float
    validity: Name
    d: list[Sample]
    received: Whole = 0

    @classmethod
    def of(cls, w: WaveBlock) -> Self:
        """Return ``w`` as a line."""
        return cls(
            subject=w.subject, device=w.device, metric=w.metric, t=w.t, boot=w.boot, seq=w.seq, i0=w.i0,
            hz=w.hz, unit=w.unit, scale=_number(w.scale), off=_number(w.off), validity=w.validity,
            d=_samples(w.samples), received=w.received,
        )  # fmt: skip

    def record(self, session: str) -> WaveBlock:
        """Return the record of ``session`` that the line is."""
        return WaveBlock(
            session, self.subject, self.device, self.metric, self.t, self.boot, self.seq, self.i0, self.hz,
            self.unit, self.scale, self.off, self.validity, _little(array("i", self.d)).tobytes(),
            self.received,
        )  # fmt: skip


class _Said(_Lean, kw_only=True):
    """What has a body: as text, or in base64 what is none."""

    body: str = ""
    base64: bytes = b""

    @property
    def whole(self) -> bytes:
        """The body's bytes."""
        return self.base64 or self.body.encode()


class EntryLine(_Said, kw_only=True):
    """An ``Entry``."""

    subject: Name = ""
    kind: Name
    name: Name = ""
    t: Whole
    ident: Name
    truth: bool = False
    received: Whole = 0

    @classmethod
    def of(cls, e: Entry) -> Self:
        """Return ``e`` as a line."""
        body, base64 = _text(e.body)
        return cls(
            subject=e.subject, kind=e.kind, name=e.name, t=e.t, ident=e.ident, body=body, base64=base64,
            truth=e.truth, received=e.received,
        )  # fmt: skip

    def record(self, session: str) -> Entry:
        """Return the record of ``session`` that the line is."""
        return Entry(
            session, self.subject, self.kind, self.name, self.t, self.ident, self.whole, self.truth,
            self.received,
        )  # fmt: skip


class DocumentLine(_Said, kw_only=True):
    """A document."""

    key: str

    @classmethod
    def of(cls, key: str, content: bytes) -> Self:
        """Return a document as a line."""
        body, base64 = _text(content)
        return cls(key=key, body=body, base64=base64)


RECORD, OBSERVATIONS, WAVES, ENTRIES, DOCUMENTS = (
    "session.json", "observations.jsonl", "waves.jsonl", "entries.jsonl", "documents.jsonl",
)  # fmt: skip
FILES: Final[dict[str, Any]] = {
    RECORD: SessionRecord,
    OBSERVATIONS: ObservationLine,
    WAVES: WaveLine,
    ENTRIES: EntryLine,
    DOCUMENTS: DocumentLine,
}
"""What is in an archive, in this order, and what its lines are."""
README, MANIFEST = "README.txt", "manifest.json"


class ArchiveError(Exception):
    """What cannot be exported or imported; the message says why, and what to do."""


def _text(body: bytes) -> tuple[str, bytes]:
    """Return ``body`` as text, or as itself where it is none."""
    try:
        return body.decode(), b""
    except UnicodeDecodeError:
        return "", body


def _number(value: float) -> float:
    """Return the same number without the minus of -0.0, which some stores keep and some do not."""
    return value + 0.0


def _samples(little: bytes) -> list[int]:
    """Return samples (little-endian int32; what is over after the last whole one is none)."""
    return _little(array("i", little[: len(little) // 4 * 4])).tolist()


def _little(samples: "array[int]") -> "array[int]":
    if sys.byteorder == "big":
        samples.byteswap()
    return samples
