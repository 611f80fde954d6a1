"""Messages become records with an identity that makes a repetition harmless."""

import logging
import re
from array import array
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker import messages as m
from broker import topics
from broker.codec import Accepted, Rejected, decode, encode
from broker.station.counts import OTHER, Grumbler, Sequences, reason_class
from broker.station.intake import Intake
from broker.store import open_store
from broker.store.protocol import Batch

SITE, SESSION, BED = "t", "s-1", "bed01"
NUM = topics.device(SITE, SESSION, BED, "patch", "num")
RECEIVED = 1_790_000_000_000


def accepted(topic: str, payload: bytes) -> Accepted:
    """Return a message that must be accepted."""
    got = decode(topic, payload)
    assert isinstance(got, Accepted), got
    return got


def taken(*messages: tuple[str, bytes], received: int = RECEIVED, intake: Intake | None = None) -> Batch:
    """Return what messages become."""
    batch, intake = Batch(), intake or Intake()
    for topic, payload in messages:
        intake.take(accepted(topic, payload), received, batch)
    return batch


def num(**fields: Any) -> bytes:  # noqa: ANN401 -- as the message has them
    """Return numerics with these fields."""
    hr, rr = m.Reading(v=80, u="/min"), m.Reading(v=None, u="/min", q="Inv", why="x")
    return encode(m.Num(v=1, m={"hr": hr, "rr": rr}, **fields))


def test_numerics_become_one_observation_a_metric() -> None:
    """Time, identity, validity and reason are the message's."""
    batch = taken((NUM, num(t=5, boot="aa", seq=3, mode="Demo")))
    hr, rr = batch.observations
    assert (hr.session, hr.subject, hr.device, hr.metric) == (SESSION, BED, "patch", "hr")
    assert (hr.t, hr.boot, hr.seq, hr.value, hr.unit, hr.mode, hr.received) == (
        5, "aa", 3, 80, "/min", "Demo", RECEIVED,
    )  # fmt: skip
    assert (rr.value, rr.validity, rr.why) == (None, "Inv", "x")


@given(samples=st.lists(st.integers(-(2**31), 2**31 - 1), min_size=1, max_size=300))
def test_samples_are_kept_as_they_came(samples: list[int]) -> None:
    """A block holds the raw integers, little-endian, with its form."""
    wave = m.Wave(v=1, hz=250, u="mV", d=samples, scale=0.005, off=1.0, boot="aa", seq=1, i0=50, t=9)
    topic = topics.wave(SITE, SESSION, BED, "patch", "ecg_ii")
    block = taken((topic, encode(wave))).waves[0]
    assert array("i", block.samples).tolist() == samples
    assert (block.metric, block.t, block.i0, block.hz, block.scale, block.off) == (
        "ecg_ii", 9, 50, 250, 0.005, 1.0,
    )  # fmt: skip


def test_without_time_it_is_the_time_of_arrival_on_the_sessions_clock() -> None:
    """In live that is wall time; in a session simulated time, by its clock line."""
    intake = Intake()
    line = m.Clock(v=1, start=1_000_000, wall=RECEIVED - 1000, speed=10, running=True)
    batch = taken((topics.clock(SITE, SESSION), encode(line)), (NUM, num()), intake=intake)
    assert batch.observations[0].t == 1_010_000
    live = topics.device(SITE, topics.LIVE, BED, "patch", "num")
    assert taken((live, num()), intake=intake).observations[0].t == RECEIVED


@pytest.mark.parametrize(
    ("fields", "kept"),
    [({"t": 5, "boot": "aa", "seq": 1}, 1), ({"t": 5}, 1), ({"boot": "aa", "seq": 1}, 2), ({}, 2)],
)
def test_a_redelivered_message_is_one_where_it_can_be_known(
    tmp_path: Path, fields: dict[str, object], kept: int
) -> None:
    """By its time with its number or its bytes; what has no time is a new observation each time."""
    store = open_store(str(tmp_path / "s.sqlite"))
    intake = Intake()
    for delay in (0, 5):
        store.append(taken((NUM, num(**fields)), received=RECEIVED + delay, intake=intake))
    assert len(store.observations(SESSION, BED, "hr", 0, 2**53)) == kept
    store.close()


def test_different_messages_of_one_moment_are_kept_apart(tmp_path: Path) -> None:
    """Without numbers but with one time, what differs is not the same."""
    store = open_store(str(tmp_path / "s.sqlite"))
    store.append(taken((NUM, num(t=5)), (NUM, num(t=5, mode="Real"))))
    assert len(store.observations(SESSION, BED, "hr", 0, 2**53)) == 2
    store.close()


def test_truth_is_marked_and_the_record_stands_apart() -> None:
    """What only instructors may read says so."""
    state = m.TrueState(v=1, t=7, m={"hr": 80})
    record = m.SessionRecord(
        v=1, session=SESSION, scenario="x", title="X", text="", hash="h", seed=1, beds=[BED],
        state="running", start=0, created=0,
    )  # fmt: skip
    batch = taken(
        (topics.truth(SITE, SESSION, BED, "state"), encode(state)),
        (topics.truth(SITE, SESSION, topics.SESSION, "record"), encode(record)),
        (topics.device(SITE, SESSION, BED, "patch", "status"), b'{"v":1,"state":"online"}'),
    )
    assert [(e.kind, e.truth, e.t) for e in batch.entries] == [
        ("state", True, 7), ("status", False, RECEIVED),
    ]  # fmt: skip
    assert batch.sessions == [record]


def test_an_act_is_known_by_its_id_and_an_alarm_by_its_words() -> None:
    """A repeated act is one act; two states of an alarm are two entries of one name."""
    ack = m.Acknowledge(v=1, id="a1", t=5, by="Aino", alarm="hr-high", seq=1)
    alarms = [
        m.Alarm(v=1, id="hr-high", seq=k, t=5, onset=1, kind="Phy", priority="Me", presence="On", text="x")
        for k in (1, 2)
    ]
    batch = taken(
        (topics.acknowledge(SITE, SESSION, BED), encode(ack)),
        *((topics.alarm(SITE, SESSION, BED, "hr-high"), encode(a)) for a in alarms),
    )
    first, on, again = batch.entries
    assert (first.kind, first.name, first.ident) == ("ack", "hr-high", "a1")
    assert (on.name, again.name, on.ident == again.ident) == ("hr-high", "hr-high", False)


BAD = [
    ("rpm/v1/t", b"{}", "no such topic"),
    (NUM, b"{", "not JSON"),
    (NUM, b"\xff", "not JSON"),
    (NUM, b"[]", OTHER),
    (NUM, b'{"v":2,"m":{}}', OTHER),
    (NUM, b'{"v":1,"m":{"blood":{"v":1,"u":"L"}}}', "unknown metric"),
    (NUM, b'{"v":1,"m":{"hr":{"v":80,"u":"bpm"}}}', "wrong unit"),
    (NUM, b'{"v":1,"m":{"hr":{"v":400,"u":"/min"}}}', "outside its range"),
    (topics.wave(SITE, SESSION, BED, "p", "ecg_ii"), b'{"v":1,"hz":250,"u":"V","d":[1]}', "wrong unit"),
]


@pytest.mark.parametrize(("topic", "payload", "kind"), BAD)
def test_rejections_have_a_class(topic: str, payload: bytes, kind: str) -> None:
    """Counting by class tells a mistyped unit from noise."""
    got = decode(topic, payload)
    assert isinstance(got, Rejected)
    assert reason_class(got.reason) == kind


@given(lost=st.sets(st.integers(1, 49)), repeated=st.lists(st.integers(0, 49), max_size=10))
def test_sequence_numbers_tell_what_is_missing_and_what_came_twice(
    lost: set[int], repeated: list[int]
) -> None:
    """Gaps, immediate repetitions and old numbers are counted apart."""
    sequences, twice = Sequences(), Counter(repeated)
    for number in (n for n in range(51) if n not in lost):
        for _ in range(1 + twice[number]):
            sequences.take("x", "aa", number)
    assert sequences.missing == len(lost)
    assert sequences.duplicates == sum(c for n, c in twice.items() if n not in lost)
    assert sequences.late == 0
    sequences.take("x", "aa", 0)
    assert sequences.late == 1
    sequences.take("x", "bb", 0)
    assert (sequences.missing, sequences.late) == (len(lost), 1)


@given(gaps=st.lists(st.floats(0, 8), min_size=1, max_size=200))
def test_junk_cannot_flood_the_log(gaps: list[float]) -> None:
    """A class of rejections makes at most one line in ten seconds, and no rejection goes uncounted."""
    lines: list[str] = []
    log = logging.Logger("junk")  # noqa: LOG001 -- one that nobody else has
    log.addHandler(handler := logging.Handler())
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    grumbler, now, at = Grumbler(log), 0.0, []
    for gap in gaps:
        now += gap
        before = len(lines)
        grumbler.rejected("not JSON", "t", "nonsense", now)
        at += [now] * (len(lines) - before)
    grumbler.rejected("not JSON", "t", "nonsense", now + 11)
    assert all(b - a >= 10 for a, b in pairwise(at))
    told = sum(1 + int((re.findall(r"and (\d+) like it", line) or ["0"])[0]) for line in lines)
    assert told == len(gaps) + 1
