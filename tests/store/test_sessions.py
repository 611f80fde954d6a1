"""What every store promises of session records and documents."""

from dataclasses import replace

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broker.messages import SessionRecord
from broker.store.protocol import Batch, Entry, Observation, Store, WaveBlock

T = 1_768_469_400_000
RECORD = SessionRecord(
    v=1, session="s-1", scenario="first-look", title="First look", text="beds: 8\n# é\n", hash="ab12",
    seed=7, beds=["bed01", "bed02"], state="running", start=T, created=T, versions={"teleward": "0.1"},
)  # fmt: skip


def everything_of(session: str) -> Batch:
    """Return one record of each sort."""
    return Batch(
        [Observation(session, "bed01", "patch", "hr", T, "ab", 1, 72.0, "/min")],
        [
            WaveBlock(
                session, "bed01", "patch", "resp", T, "ab", 1, 0, 50.0, "1", 1.0, 0.0, "Vld", b"\1\0\0\0"
            )
        ],
        [
            Entry(session, "bed01", "alarm", "x", T, "1", b"{}"),
            Entry(session, "bed01", "state", "", T, "1", b"{}", truth=True),
            Entry(session, "bed01", "flag", "", T, "1", b"{}"),
        ],
        [msgspec.structs.replace(RECORD, session=session)],
    )


def test_a_session_record_is_replaced_by_a_later_one(store: Store) -> None:
    """What was running has ended; there is one record."""
    ended = msgspec.structs.replace(RECORD, state="ended", ended=T + 5)
    store.append(Batch(sessions=[RECORD]))
    assert store.session("s-1") == RECORD
    store.append(Batch(sessions=[ended]))
    assert store.session("s-1") == ended
    assert store.sessions() == [ended]


def test_the_last_record_in_a_batch_stands(store: Store) -> None:
    """Two in one batch are written in their order."""
    paused = msgspec.structs.replace(RECORD, state="paused")
    store.append(Batch(sessions=[RECORD, paused]))
    assert store.sessions() == [paused]


def test_sessions_come_newest_first(store: Store) -> None:
    """By when they were created, not when they were written."""
    records = [msgspec.structs.replace(RECORD, session=f"s-{n}", created=T + n) for n in (2, 3, 1)]
    store.append(Batch(sessions=records))
    assert [r.session for r in store.sessions()] == ["s-3", "s-2", "s-1"]
    assert store.session("s-9") is None


def test_a_scenario_of_half_a_megabyte_fits(store: Store) -> None:
    """The longest text a record may carry comes back."""
    long = msgspec.structs.replace(RECORD, text="é\n" * 250_000)
    store.append(Batch(sessions=[long]))
    assert store.session("s-1") == long


def test_deleting_a_session_leaves_the_others(store: Store) -> None:
    """Nothing of it remains, and nothing else goes."""
    for session in ("s-1", "s-2"):
        store.append(everything_of(session))
    store.delete_session("s-1")
    assert [r.session for r in store.sessions()] == ["s-2"]
    for session, n in (("s-1", 0), ("s-2", 1)):
        assert len(store.latest(session)) == n
        assert len(store.observations(session, "bed01", "hr", 0, 2 * T)) == n
        assert len(store.waves(session, "bed01", "resp", 0, 2 * T)) == n
        assert len(store.entries(session, kinds=["alarm", "state", "flag"], truth=True)) == 3 * n
        assert len(store.latest_entries(session, kinds=["alarm", "state"], truth=True)) == 2 * n


def test_a_deleted_session_may_be_written_again(store: Store) -> None:
    """The name is free; what comes afterwards is kept."""
    store.append(everything_of("s-1"))
    store.delete_session("s-1")
    store.append(everything_of("s-1"))
    later = replace(store.latest("s-1")[0], t=T + 1000, seq=2)
    store.append(Batch([later]))
    assert store.latest("s-1") == [later]
    assert len(store.entries("s-1", kinds=["flag"])) == 1
    store.delete_session("s-9")


def test_documents_are_kept_replaced_and_listed(store: Store) -> None:
    """By key, in order, whatever the bytes."""
    store.put_document("score/s-1/7", b"one")
    store.put_document("score/s-1/7", b"\x00\xff two")
    store.put_document("score/s-1/10", b"")
    store.put_document("preview/a%_b", b"{}")
    assert store.document("score/s-1/7") == b"\x00\xff two"
    assert store.document("score/s-1/10") == b""
    assert store.document("score") is None
    assert store.documents("score/s-1/") == ["score/s-1/10", "score/s-1/7"]
    assert store.documents("preview/a%") == ["preview/a%_b"]
    assert store.documents("") == ["preview/a%_b", "score/s-1/10", "score/s-1/7"]
    assert store.documents("nothing") == []


def test_a_large_document_comes_back(store: Store) -> None:
    """A debrief of some megabytes fits."""
    body = bytes(range(256)) * 8192
    store.put_document("debrief/s-1", body)
    assert store.document("debrief/s-1") == body


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    key=st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=40),
    body=st.binary(max_size=200),
)
def test_any_key_and_any_bytes_come_back(store: Store, key: str, body: bytes) -> None:
    """No key is special, however it is spelt."""
    store.put_document(key, body)
    assert store.document(key) == body
    assert key in store.documents(key[: len(key) // 2])
