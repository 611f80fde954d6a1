"""What every store promises of all that a session holds."""

from array import array
from dataclasses import replace
from itertools import count

from hypothesis import HealthCheck, given, settings

from broker.store.protocol import Batch, Entry, Observation, Store, WaveBlock
from tests.store.drawn import batches, of, whole

T = 1_768_469_400_000
_session = count()


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batch=batches())
def test_contents_are_all_that_was_written_in_an_order_of_their_own(store: Store, batch: Batch) -> None:
    """Whatever is written in whatever order comes back, and written elsewhere in that order is the same."""
    one, other = (f"s-{next(_session)}" for _ in range(2))
    store.append(of(one, batch))
    found = whole(store.contents(one))
    assert found.observations == sorted(
        of(one, batch).observations, key=lambda o: (o.subject, o.metric, o.t, o.device, o.boot, o.seq)
    )
    assert found.waves == sorted(
        of(one, batch).waves, key=lambda w: (w.subject, w.metric, w.t, w.device, w.boot, w.seq)
    )
    assert sorted(found.entries, key=repr) == sorted(of(one, batch).entries, key=repr)
    assert [(e.t, e.received) for e in found.entries] == sorted((e.t, e.received) for e in found.entries)
    for again in store.contents(one):
        store.append(of(other, again))
    assert whole(store.contents(other)) == of(other, found)


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
