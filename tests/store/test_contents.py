"""What every store promises of all that a session holds."""

from array import array
from collections.abc import Iterator
from dataclasses import replace
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broker.store.protocol import Batch, Entry, Observation, Store, WaveBlock

T = 1_768_469_400_000
_session = count()

_name = st.sampled_from(["bed01", "bed02", "my-oximeter", "a-b"])
_t = st.integers(0, 5).map(lambda n: T + n) | st.integers(0, 4_000_000_000_000)
_value = st.none() | st.floats(-1000, 1000)
_seq = st.integers(0, 1000)
_boot = st.sampled_from(["", "ab", "0f"])
_received = st.integers(0, 2**45)


def whole(batches: Iterator[Batch]) -> Batch:
    """Return all batches as one."""
    found = Batch()
    for batch in batches:
        found.observations += batch.observations
        found.waves += batch.waves
        found.entries += batch.entries
    return found


@st.composite
def batches(draw: st.DrawFn) -> Batch:
    """Draw what a session may hold, none of it twice."""
    observations = st.builds(
        Observation, st.just("s"), _name, _name, st.sampled_from(["hr", "spo2"]), _t, _boot, _seq, _value,
        st.sampled_from(["/min", "%"]), st.sampled_from(["Vld", "Qst"]), st.sampled_from(["", "a, b=c"]),
        st.sampled_from(["", "Demo"]), _received,
    )  # fmt: skip
    waves = st.builds(
        WaveBlock, st.just("s"), _name, _name, st.sampled_from(["ecg_ii", "resp"]), _t, _boot, _seq,
        st.integers(0, 2**40), st.sampled_from([50.0, 250.0]), st.just("mV"), st.floats(0.001, 2),
        st.floats(-5, 5), st.just("Vld"),
        st.lists(st.integers(-(2**31), 2**31 - 1), min_size=1, max_size=20).map(
            lambda samples: array("i", samples).tobytes()
        ),
        _received,
    )  # fmt: skip
    entries = st.builds(
        Entry, st.just("s"), _name | st.just(""), st.sampled_from(["alarm", "state", "flag", "evt"]),
        st.sampled_from(["", "hr-high"]), _t, st.uuids().map(str), st.binary(max_size=30), st.booleans(),
        _received,
    )  # fmt: skip
    return Batch(
        # What a metric's message was is one: its mode and arrival are those of device, t, boot and seq.
        draw(st.lists(observations, max_size=8, unique_by=lambda o: (o.t, o.seq))),
        draw(st.lists(waves, max_size=8, unique_by=lambda w: (w.t, w.seq))),
        draw(st.lists(entries, max_size=8)),
    )


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batch=batches())
def test_contents_are_all_that_was_written_in_an_order_of_their_own(store: Store, batch: Batch) -> None:
    """Whatever is written in whatever order comes back, and written elsewhere in that order is the same."""
    one, other = (f"s-{next(_session)}" for _ in range(2))
    store.append(_of(one, batch))
    found = whole(store.contents(one))
    assert found.observations == sorted(
        _of(one, batch).observations, key=lambda o: (o.subject, o.metric, o.t, o.device, o.boot, o.seq)
    )
    assert found.waves == sorted(
        _of(one, batch).waves, key=lambda w: (w.subject, w.metric, w.t, w.device, w.boot, w.seq)
    )
    assert sorted(found.entries, key=repr) == sorted(_of(one, batch).entries, key=repr)
    assert [(e.t, e.received) for e in found.entries] == sorted((e.t, e.received) for e in found.entries)
    for again in store.contents(one):
        store.append(_of(other, again))
    assert whole(store.contents(other)) == _of(other, found)


def _of(session: str, batch: Batch) -> Batch:
    return Batch(
        [replace(o, session=session) for o in batch.observations],
        [replace(w, session=session) for w in batch.waves],
        [replace(e, session=session) for e in batch.entries],
    )


def test_contents_come_in_pieces_and_only_of_their_session(store: Store) -> None:
    """No batch holds more than some thousand records, nothing is cut away between two."""
    blocks = [
        WaveBlock(
            "s-1", "bed01", "patch", "resp", T + 200 * n, "ab", n, 10 * n, 50.0, "1", 1.0, 0.0, "Vld",
            array("i", [n]).tobytes(), 7,
        )
        for n in range(12_345)
    ]  # fmt: skip
    store.append(Batch(waves=blocks))
    store.append(Batch(waves=[replace(blocks[0], session="s-2")]))
    pieces = list(store.contents("s-1"))
    assert max(map(len, pieces)) <= 5000
    assert [w for piece in pieces for w in piece.waves] == blocks
    assert whole(store.contents("s-2")).waves == [replace(blocks[0], session="s-2")]
    assert whole(store.contents("s-3")) == Batch()


def test_what_is_written_meanwhile_spoils_nothing(store: Store) -> None:
    """A reader that dawdles neither hinders the writer nor loses what was there when it began."""
    hr = Observation("s-1", "bed01", "patch", "hr", T, "ab", 1, 72.0, "/min", received=5)
    flag = Entry("s-1", "bed01", "flag", "", T, "f-1", b"{}", received=5)
    store.append(Batch([hr], entries=[flag]))
    reading = store.contents("s-1")
    first = next(reading)
    store.append(Batch([replace(hr, t=T + 1000, seq=2)], entries=[replace(flag, t=T + 5, ident="f-2")]))
    rest = whole(reading)
    assert first.observations == [hr]
    assert flag in rest.entries
    abandoned = store.contents("s-1")
    next(abandoned)
    del abandoned
    assert len(whole(store.contents("s-1")).entries) == 2
