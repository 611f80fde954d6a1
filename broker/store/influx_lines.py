"""Records as InfluxDB line protocol. Pure text; every value is escaped here and nowhere else.

Tags name a series, the time is ``t`` with the nanoseconds below its millisecond as part of the
identity: ``seq`` modulo a million for observations and blocks (their boot is a tag), a hash of the
identity for entries. A redelivery so overwrites itself. Two different messages meet only where they
share series, millisecond and these nanoseconds, which takes a million messages in between.

Observations of one message share a point. Of a metric ``hr`` the field ``hr`` is its valid value,
``hr:v`` a value that is not valid, ``hr:none`` says that there is none; ``hr:q`` (validity, unless
``Vld``), ``hr:u`` (unit, unless the catalogue's) and ``hr:why`` stand where needed, after a ``=``,
since Flux cannot tell an empty text from none. ``:seq`` and ``:r`` (received) belong to the message.
"""

import base64
import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from math import isfinite
from typing import Final

from broker import codec
from broker.messages import SessionRecord
from broker.store.protocol import ACTS, VALID, Entry, Observation, WaveBlock
from broker.store.samples import pack
from vitals.catalogue import VITAL_SIGNS

NUMBER, WAVE, ENTRY, TIE, SESSION, DOCUMENT = "num", "wave", "entry", "tie", "session", "document"
NS_A_MS: Final = 1_000_000
USUAL: Final = "Vld"
LAST_T: Final = 9_223_372_036_853
"""The last millisecond that InfluxDB can hold (April 2262)."""

_BYTES: Final = "base64:"
_BENT: Final = frozenset("\r\n\0")
_PIECE: Final = 250_000  # characters, of four bytes at most
_TAG: Final = str.maketrans({",": r"\,", "=": r"\=", " ": r"\ "})
_STRING: Final = str.maketrans({"\\": r"\\", '"': r"\""})


def tag(value: str) -> str:
    """Return ``value`` as it stands in a tag.

    Raises ``ValueError`` for what line protocol cannot say there: backslashes and what does not
    print. No name that came through a topic, a catalogue unit or a decoded message has them.
    """
    if not sayable(value):
        raise ValueError(f"no name for InfluxDB: {value!r}")
    return value.translate(_TAG)


def names_of(record: Observation | WaveBlock | Entry) -> tuple[str, ...]:
    """Return the texts of ``record`` that stand in tags."""
    match record:
        case Observation():
            return record.session, record.subject, record.device, record.metric, record.boot, record.mode
        case WaveBlock():
            return record.session, record.subject, record.device, record.metric, record.boot
    ident = record.ident if record.kind in ACTS else ""
    return record.session, record.subject, record.kind, record.name, ident


@lru_cache(maxsize=200_000)
def sayable(*names: str) -> bool:
    """Say whether a tag can say each of ``names``."""
    return all("\\" not in name and name.isprintable() for name in names)


def text(value: str | bytes) -> str:
    """Return ``value`` as a string field that ``said`` reads again."""
    return f'"{_plain(value).translate(_STRING)}"'


def long_text(name: str, value: bytes) -> str:
    """Return fields ``name0``, ``name1`` … that hold ``value``, and ``parts``, how many they are.

    The server takes a mebibyte in a field. A shorter text written over a longer one leaves pieces
    behind; ``parts`` tells which count.
    """
    words = _plain(value)
    pieces = [words[k : k + _PIECE] for k in range(0, len(words), _PIECE)] or [""]
    fields = (f'{name}{k}="{piece.translate(_STRING)}"' for k, piece in enumerate(pieces))
    return ",".join((*fields, f"parts={len(pieces)}i"))


def _plain(value: str | bytes) -> str:
    """Return ``value`` itself, or in base64 what would not come back so.

    The server answers in CSV, which bends line ends, and its strings hold text, not any bytes.
    """
    try:
        words = value if isinstance(value, str) else value.decode()
    except UnicodeDecodeError:
        words = "\0"
    if words.startswith(_BYTES) or not _BENT.isdisjoint(words):
        raw = value.encode() if isinstance(value, str) else value
        return _BYTES + base64.b64encode(raw).decode()
    return words


def long_said(name: str, fields: dict[str, str]) -> bytes:
    """Return the bytes that ``long_text`` wrote."""
    return said("".join(fields[f"{name}{k}"] for k in range(int(fields["parts"]))))


def said(field: str) -> bytes:
    """Return the bytes that ``text`` wrote as ``field``."""
    if field.startswith(_BYTES):
        return base64.b64decode(field.removeprefix(_BYTES))
    return field.encode()


def stamp(t: int, number: int) -> int:
    """Return the nanoseconds of ``t`` (ms) with ``number`` below the millisecond."""
    return t * NS_A_MS + number % NS_A_MS


@lru_cache(maxsize=200_000)
def _head(measurement: str, *tags: str) -> str:
    """Return measurement and tags (key, value, key, value …, sorted by key), empty ones left out."""
    pairs = zip(tags[::2], tags[1::2], strict=True)
    return ",".join((measurement, *(f"{key}={tag(value)}" for key, value in pairs if value)))


def observations(records: Iterable[Observation]) -> Iterator[tuple[str, str]]:
    """Yield session and line of each message whose observations are in ``records``."""
    messages: dict[tuple[str, str, str, str, str, int, int], dict[str, str]] = {}
    for o in records:
        place = (o.session, o.subject, o.device, o.boot, o.mode, o.t, o.seq)
        fields = messages.get(place)
        if fields is None:
            fields = messages[place] = {":r": f"{o.received}i", ":seq": f"{o.seq}i"}
        fields.update(_reading(o))
    for (session_, subject, device, boot, mode, t, seq), fields in messages.items():
        head = _head(
            NUMBER, "boot", boot, "device", device, "mode", mode, "session", session_, "subject", subject
        )
        said_ = ",".join([f"{name}={value}" for name, value in fields.items()])
        yield session_, f"{head} {said_} {stamp(t, seq)}"


@lru_cache(maxsize=1000)
def _names(metric: str) -> tuple[str, str, str, str]:
    """Return a metric's field and its unit as it is usual."""
    name = tag(metric)
    sign = VITAL_SIGNS.get(metric)
    return name, f"{name}:v", f"{name}:none", sign.unit if sign else ""


def _reading(o: Observation) -> Iterator[tuple[str, str]]:
    name, doubtful, none, unit = _names(o.metric)
    if o.value is None or not isfinite(o.value):
        yield none, "true"
    else:
        yield name if o.validity in VALID else doubtful, repr(o.value)
    if o.validity != USUAL:
        yield f"{name}:q", text(f"={o.validity}")
    if o.unit != unit:
        yield f"{name}:u", text(f"={o.unit}")
    if o.why:
        yield f"{name}:why", text(f"={o.why}")


def fields_of(metric: str) -> dict[str, str]:
    """Return the fields of a metric by what they hold, as parameters for Flux."""
    return {"value": metric, **{part: f"{metric}:{part}" for part in ("v", "none", "q", "u", "why")}}


def usual_unit(metric: str) -> str:
    """Return the unit that a metric has where its field ``:u`` says nothing."""
    return _names(metric)[3]


def wave(w: WaveBlock) -> str:
    """Return the line of a block: all there is to say of it in one text, since each field has its price."""
    head = _head(
        WAVE, "boot", w.boot, "device", w.device, "metric", w.metric, "session", w.session,
        "subject", w.subject,
    )  # fmt: skip
    samples = base64.b64encode(pack(w.samples)).decode()
    block = (w.hz, w.unit, w.scale, w.off, w.validity, w.seq, w.i0, samples)
    return f"{head} r={w.received}i,s={text(json.dumps(block, ensure_ascii=False))} {stamp(w.t, w.seq)}"


def _entry_tags(e: Entry) -> tuple[str, ...]:
    truth = "1" if e.truth else "0"
    ident = e.ident if e.kind in ACTS else ""
    return (
        "ident", ident, "kind", e.kind, "name", e.name, "session", e.session, "subject", e.subject,
        "truth", truth,
    )  # fmt: skip


def entry(e: Entry, number: int) -> str:
    """Return the line of an entry; ``number`` grows with every entry, so that their order is kept."""
    fields = f"{long_text('b', e.body)},id={text(e.ident)},n={number}i,r={e.received}i,size={len(e.body)}i"
    return f"{_head(ENTRY, *_entry_tags(e))} {fields} {stamp(e.t, zlib.crc32(e.ident.encode()))}"


def tie(e: Entry) -> str:
    """Return the line that says: about this, more than one entry was made in this millisecond."""
    return f"{_head(TIE, *_entry_tags(e))} n=1i {stamp(e.t, 0)}"


def session(record: SessionRecord) -> str:
    """Return the line of a session's record; a later one takes its place."""
    return f"{_head(SESSION, 'session', record.session)} {long_text('b', codec.encode(record))} 0"


def document(key: str, body: bytes) -> str:
    """Return the line of a document; a later one under the same key takes its place."""
    content = long_text("b", base64.b64encode(body))
    return f"{_head(DOCUMENT, 'key', named(key))} {content},name={text(key)} 0"


def named(key: str) -> str:
    """Return the tag of a document's key, which may be any text."""
    return hashlib.sha256(key.encode()).hexdigest()
