"""What a store keeps and answers: the protocol that SQLite and InfluxDB fulfil alike.

Calls block; call them from a thread. A batch is written whole or not at all, and writing the same
record twice leaves one. One process writes (the station); any number read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from broker.messages import SessionRecord

VALID: Final = ("Vld", "Vldated")
"""Validities of values that a down-sampled series counts."""

ACTS: Final = ("flag", "escalation", "note", "ack", "intervention")
"""Kinds of entries that a person may send again until "recorded" comes back: ``ident`` is the act's
id and alone decides, with session and kind, whether two are the same, whatever their ``t``."""


# Nobody changes a record, yet none is frozen: to make a frozen one takes six times as long (1.7 µs
# instead of 0.27, measured), and ingest makes tens of thousands a second.
@dataclass(slots=True, unsafe_hash=True)
class Observation:
    """One value of one metric. Identity: session, subject, device, metric, ``t``, boot, seq.

    A sensor without boot and seq has boot ``""`` and the ingest's count of arrivals as ``seq``.
    ``received`` is the wall time of arrival (ms); 0 where nobody knows, then ``t`` stands for it.
    """

    session: str
    subject: str
    device: str
    metric: str
    t: int
    boot: str
    seq: int
    value: float | None
    unit: str
    validity: str = "Vld"
    why: str = ""
    mode: str = ""
    received: int = 0


@dataclass(slots=True, unsafe_hash=True)
class WaveBlock:
    """A block of one waveform; ``samples`` are little-endian int32, value = off + scale × raw.

    Identity and ``received`` are those of an ``Observation``.
    """

    session: str
    subject: str
    device: str
    metric: str
    t: int
    boot: str
    seq: int
    i0: int
    hz: float
    unit: str
    scale: float
    off: float
    validity: str
    samples: bytes
    received: int = 0


@dataclass(slots=True, unsafe_hash=True)
class Entry:
    """Anything else that was said: ``body`` is the message's JSON as it came.

    ``kind`` is the topic's kind (``status meta evt alarm score obs flag escalation note ack
    intervention line person state phase event label``), ``name`` the alarm's id, the device or the
    person it is about. ``ident`` makes a repetition harmless (act id, boot and seq, or a hash of
    the body). ``truth`` marks what only instructors may read. Identity: session, kind, subject,
    name, ``t``, ident; of an act (``ACTS``) session, kind and ident alone: the first one stays.
    """

    session: str
    subject: str
    kind: str
    name: str
    t: int
    ident: str
    body: bytes
    truth: bool = False
    received: int = 0


@dataclass(slots=True)
class Batch:
    """What is written in one commit."""

    observations: list[Observation] = field(default_factory=list)
    waves: list[WaveBlock] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    sessions: list[SessionRecord] = field(default_factory=list)

    def __len__(self) -> int:
        """Return how many records there are."""
        return len(self.observations) + len(self.waves) + len(self.entries) + len(self.sessions)


@dataclass(frozen=True, slots=True)
class Series:
    """A down-sampled series: per bucket the time of its middle, least, mean, greatest and count."""

    t: list[int]
    low: list[float]
    mean: list[float]
    high: list[float]
    count: list[int]


@dataclass(frozen=True, slots=True)
class Usage:
    """How much a store holds."""

    size_bytes: int
    observations: int
    waves: int
    entries: int


@dataclass(frozen=True, slots=True)
class Retention:
    """For how long and how much a store keeps; ``None`` is without limit. Waves go first."""

    age_s: float | None = None
    wave_age_s: float | None = None
    size_bytes: int | None = None


class StoreError(Exception):
    """Base of every error that a store raises."""


class StoreFormatError(StoreError, ValueError):
    """What was opened is no store of ours, is damaged, or was made by a newer Teleward."""


class StoreUnavailableError(StoreError):
    """The store cannot be reached or written now; the caller keeps its data and tries again."""


class Store(Protocol):
    """Append and read everything a session leaves behind."""

    def append(self, batch: Batch) -> None:
        """Write ``batch`` whole; raise ``StoreUnavailableError`` and write nothing when that fails."""

    def latest(self, session: str) -> list[Observation]:
        """Return the newest observation (by ``t``, seq, boot) of each subject, device and metric."""

    def observations(
        self, session: str, subject: str, metric: str, start: int, end: int
    ) -> list[Observation]:
        """Return what was observed of a metric with ``start <= t < end``, by ``t``, device, boot, seq."""

    def series(self, session: str, subject: str, metric: str, start: int, end: int, points: int) -> Series:
        """Return valid values (``VALID``) of ``start <= t < end`` in at most ``points`` buckets.

        Buckets are equally long, begin at ``start`` and are whole milliseconds; empty ones are left out.
        """

    def waves(self, session: str, subject: str, metric: str, start: int, end: int) -> list[WaveBlock]:
        """Return blocks that begin in ``start <= t < end``, by ``t``, device, boot, seq."""

    def entries(
        self,
        session: str,
        *,
        kinds: Sequence[str],
        subject: str | None = None,
        start: int = 0,
        end: int = 2**53,
        truth: bool = False,
        newest: int | None = None,
    ) -> list[Entry]:
        """Return entries of ``kinds`` by ``t`` and arrival; the ``newest`` so many.

        Truth is left out unless ``truth`` asks for it beside the rest.
        """

    def latest_entries(self, session: str, *, kinds: Sequence[str], truth: bool = False) -> list[Entry]:
        """Return the newest entry (by ``t``, then arrival) of each subject, kind and name."""

    def sessions(self) -> list[SessionRecord]:
        """Return every session's record as last written, newest (``created``) first."""

    def session(self, session: str) -> SessionRecord | None:
        """Return one session's record."""

    def contents(self, session: str) -> Iterator[Batch]:
        """Yield everything that a session holds but its record and documents, some thousand at a time.

        First observations, then waves, both by subject, metric, ``t``, device, boot, seq; then entries,
        the truth among them, by ``t`` and arrival. So the order depends on what is held alone, and who
        writes it again in this order has the same contents.
        """

    def delete_session(self, session: str) -> None:
        """Delete a session and all it holds, its documents too (see ``documents_of``)."""

    def put_document(self, key: str, body: bytes) -> None:
        """Keep a document (a score, a preview, a debrief) under ``key``, replacing what was there."""

    def document(self, key: str) -> bytes | None:
        """Return the document under ``key``."""

    def documents(self, prefix: str) -> list[str]:
        """Return the keys that begin with ``prefix``, in order."""

    def usage(self) -> Usage:
        """Return how much there is."""

    def retain(self, retention: Retention, now: int) -> int:
        """Drop what is too old at ``now`` (wall time, ms) or too much; return rows dropped.

        Age counts from ``received``. For size, waves go before anything else, what ended sessions
        left before what running ones need, and the oldest first. Session records and documents stay.
        """

    def close(self) -> None:
        """Write what is pending and close."""


def documents_of(store: Store, session: str) -> list[str]:
    """Return the keys of a session's documents: those of whose ``/``-parted words one is its id."""
    return [key for key in store.documents("") if session in key.split("/")]
