"""What every store promises of entries: status, alarms, scores, acts, chart, truth."""

from dataclasses import replace
from itertools import count

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from broker.store.protocol import ACTS, Batch, Entry, Store

T = 1_768_469_400_000
ALARM = Entry("s-1", "bed01", "alarm", "hr-high", T, "1", b'{"v":1}', received=T)
STATE = Entry("s-1", "bed01", "state", "", T, "x", b'{"v":1,"m":{"hr":72}}', truth=True, received=T)
NOTE = Entry("s-1", "bed01", "note", "", T, "a-1", '{"text":"blau, \\"kühl\\"\\n"}'.encode(), received=T)

_session = count()


def test_an_entry_comes_back_as_it_was(store: Store) -> None:
    """Every column survives, whatever stands in the body."""
    odd = replace(NOTE, ident="a-2", t=T + 1, body='{"text":"a=b, c\\\\ d 💙"}'.encode())
    store.append(Batch(entries=[ALARM, NOTE, odd]))
    assert store.entries("s-1", kinds=["note"]) == [NOTE, odd]
    assert store.entries("s-1", kinds=["alarm"]) == [ALARM]


def test_truth_is_returned_only_when_asked(store: Store) -> None:
    """Neither by a list of kinds nor by the newest of each does truth come through unasked."""
    store.append(Batch(entries=[ALARM, STATE, replace(STATE, kind="alarm", name="hr-high", t=T + 5)]))
    kinds = ["alarm", "state"]
    assert store.entries("s-1", kinds=kinds) == [ALARM]
    assert store.entries("s-1", kinds=kinds, newest=5) == [ALARM]
    assert store.latest_entries("s-1", kinds=kinds) == [ALARM]
    assert len(store.entries("s-1", kinds=kinds, truth=True)) == 3
    assert STATE in store.latest_entries("s-1", kinds=kinds, truth=True)


def test_filters_narrow_together(store: Store) -> None:
    """Session, kinds, subject and range each take away what they do not name."""
    kept = replace(ALARM, t=T + 10, ident="2")
    others = [
        ALARM,
        replace(kept, session="s-2"),
        replace(kept, subject="bed02"),
        replace(kept, kind="score"),
        replace(kept, t=T + 20),
    ]
    store.append(Batch(entries=[kept, *others]))
    assert store.entries("s-1", kinds=["alarm"], subject="bed01", start=T + 10, end=T + 20) == [kept]
    assert store.entries("s-1", kinds=[]) == []
    assert store.latest_entries("s-1", kinds=[]) == []


def test_the_newest_so_many_come_oldest_first(store: Store) -> None:
    """``newest`` takes from the end and keeps the order."""
    all_ = [replace(ALARM, t=T + n, ident=str(n)) for n in range(10)]
    store.append(Batch(entries=all_[5:]))
    store.append(Batch(entries=all_[:5]))
    assert store.entries("s-1", kinds=["alarm"], newest=3) == all_[-3:]
    assert store.entries("s-1", kinds=["alarm"], newest=0) == []
    assert store.entries("s-1", kinds=["alarm"], newest=99) == all_


def test_what_comes_in_one_millisecond_keeps_its_order(store: Store) -> None:
    """An alarm that begins, is acknowledged and ends at one time has ended."""
    changes = [replace(ALARM, ident=ident) for ident in "938271"]
    store.append(Batch(entries=changes[:3]))
    store.append(Batch(entries=changes[3:]))
    assert store.entries("s-1", kinds=["alarm"]) == changes
    assert store.latest_entries("s-1", kinds=["alarm"]) == [changes[-1]]


def test_the_same_entry_twice_is_one(store: Store) -> None:
    """Redelivery changes nothing."""
    store.append(Batch(entries=[ALARM, ALARM, STATE]))
    store.append(Batch(entries=[STATE, ALARM]))
    assert len(store.entries("s-1", kinds=["alarm", "state"], truth=True)) == 2
    assert store.usage().entries == 2


@pytest.mark.parametrize("kind", ACTS)
def test_an_act_sent_again_is_the_first_one(store: Store, kind: str) -> None:
    """A page repeats an act until it hears "recorded"; its time may differ, its id does not."""
    first = replace(NOTE, kind=kind)
    other = replace(first, ident="a-2", t=T + 3)
    store.append(Batch(entries=[first, replace(first, t=T + 1)]))
    store.append(Batch(entries=[replace(first, t=T + 2), other]))
    store.append(Batch(entries=[replace(first, t=T - 2)]))
    assert store.entries("s-1", kinds=[kind]) == [first, other]
    assert store.latest_entries("s-1", kinds=[kind]) == [other]


entry = st.builds(
    replace,
    st.just(ALARM),
    kind=st.sampled_from(["alarm", "status"]),
    subject=st.sampled_from(["bed01", "bed02"]),
    name=st.sampled_from(["", "patch", "hr-high"]),
    t=st.integers(T, T + 10),
    ident=st.sampled_from(["1", "2", "3"]),
    truth=st.booleans(),
)


@example(
    # Two of one millisecond, and an older one between them.
    sent=[
        replace(ALARM, t=T + 1, ident="1"),
        replace(ALARM, t=T, ident="1"),
        replace(ALARM, t=T + 1, ident="2"),
    ],
    truth=False,
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sent=st.lists(entry, max_size=30, unique=True), truth=st.booleans())
def test_the_newest_of_each_is_the_last_of_all(store: Store, sent: list[Entry], truth: bool) -> None:
    """``latest_entries`` agrees with reading everything."""
    session = f"s-{next(_session)}"
    store.append(Batch(entries=[replace(e, session=session) for e in sent]))
    kinds = ["alarm", "status"]
    last = {}
    for e in store.entries(session, kinds=kinds, truth=truth):
        last[e.subject, e.kind, e.name, e.truth] = e
    newest = store.latest_entries(session, kinds=kinds, truth=truth)
    assert {(e.subject, e.kind, e.name, e.truth): e for e in newest} == last
    assert len(newest) == len(last)
