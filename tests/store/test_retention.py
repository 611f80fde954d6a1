"""What every store promises of keeping so long and so much."""

from array import array
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.messages import SessionRecord
from broker.store.influx_retention import counted
from broker.store.protocol import Batch, Entry, Observation, Retention, Store, WaveBlock

NOW = 1_780_000_000_000
HOUR = 3_600_000
MINUTE = 60_000
NOISE = array("i", [n * 7919 % 20011 for n in range(250)]).tobytes()


def record(session: str, state: Literal["running", "ended"]) -> SessionRecord:
    """Return a session's record."""
    return SessionRecord(
        v=1, session=session, scenario="x", title="x", text="", hash="ab", seed=1, beds=["bed01"],
        state=state, start=NOW, created=NOW,
    )  # fmt: skip


def at(session: str, received: int, t: int | None = None) -> Batch:
    """Return one of each sort that arrived at ``received``."""
    t = received if t is None else t
    return Batch(
        [Observation(session, "bed01", "patch", "hr", t, "ab", t, 72.0, "/min", received=received)],
        [WaveBlock(session, "bed01", "patch", "ecg_ii", t, "ab", t, 0, 250.0, "mV", 1.0, 0.0, "Vld", NOISE,
                   received)],
        [Entry(session, "bed01", "alarm", "x", t, str(t), b"{}", received=received)],
    )  # fmt: skip


def together(*batches: Batch) -> Batch:
    """Return one batch of all."""
    whole = Batch()
    for b in batches:
        whole.observations += b.observations
        whole.waves += b.waves
        whole.entries += b.entries
    return whole


def held(store: Store, session: str) -> tuple[list[int], list[int], list[int]]:
    """Return the times of observations, waves and entries that are there."""
    return (
        [o.t for o in store.observations(session, "bed01", "hr", 0, 2**52)],
        [w.t for w in store.waves(session, "bed01", "ecg_ii", 0, 2**52)],
        [e.t for e in store.entries(session, kinds=["alarm"])],
    )


def test_what_is_too_old_goes_and_the_rest_stays(store: Store) -> None:
    """Observations, waves and entries alike; the session's record stays."""
    store.append(together(*(at("live", NOW - k * HOUR) for k in range(5))))
    store.append(Batch(sessions=[record("live", "running")]))
    assert store.retain(Retention(age_s=2.5 * 3600), NOW) == 6
    young = [NOW - 2 * HOUR, NOW - HOUR, NOW]
    assert held(store, "live") == (young, young, young)
    assert store.session("live") is not None


def test_waves_may_be_kept_for_less_long(store: Store) -> None:
    """``wave_age_s`` takes waves alone."""
    times = [NOW - k * MINUTE for k in (3, 2, 1, 0)]
    store.append(together(*(at("live", t) for t in times)))
    store.retain(Retention(wave_age_s=90), NOW)
    assert held(store, "live") == (times, times[2:], times)


def test_what_was_newest_goes_with_its_age_too(store: Store) -> None:
    """No store shows as latest what it no longer holds."""
    store.append(at("live", NOW - 2 * HOUR))
    store.retain(Retention(age_s=3600), NOW)
    assert store.latest("live") == []
    assert store.latest_entries("live", kinds=["alarm"]) == []


def test_a_session_in_simulated_time_is_as_old_as_its_arrival(store: Store) -> None:
    """A scenario that plays in another year is not old because of that."""
    past, future = NOW - 9000 * HOUR, NOW + 9000 * HOUR
    for session, t in (("s-past", past), ("s-future", future)):
        store.append(together(at(session, NOW - 2 * HOUR, t), at(session, NOW - 1, t + 2 * HOUR)))
    store.retain(Retention(age_s=3600), NOW)
    assert held(store, "s-past") == ([past + 2 * HOUR],) * 3
    assert held(store, "s-future") == ([future + 2 * HOUR],) * 3


def test_without_limits_all_stays(store: Store) -> None:
    """``None`` is for ever."""
    store.append(at("live", 1000))
    assert store.retain(Retention(), NOW) == 0
    assert held(store, "live") == ([1000], [1000], [1000])


def fill(store: Store, session: str, state: Literal["running", "ended"], start: int, minutes: int) -> None:
    """Write a block, a value and an alarm a second."""
    store.append(Batch(sessions=[record(session, state)]))
    store.append(together(*(at(session, start + 1000 * n) for n in range(60 * minutes))))


def test_of_too_much_the_oldest_waves_go_first(store: Store) -> None:
    """Observations and entries stay while waves suffice."""
    fill(store, "live", "running", NOW, 30)
    before = store.usage()
    dropped = store.retain(Retention(size_bytes=before.size_bytes * 3 // 4), NOW)
    after = store.usage()
    observations, waves, entries = held(store, "live")
    assert after.size_bytes <= before.size_bytes * 3 // 4
    assert (len(observations), len(entries)) == (1800, 1800)
    assert 0 < len(waves) == 1800 - dropped
    assert waves[-1] == observations[-1]
    assert waves == observations[-len(waves) :]


def test_ended_sessions_give_before_running_ones(store: Store) -> None:
    """Even where the running one is older."""
    fill(store, "s-run", "running", NOW, 15)
    fill(store, "s-end", "ended", NOW + HOUR, 15)
    size = store.usage().size_bytes
    store.retain(Retention(size_bytes=size * 3 // 4), NOW + 2 * HOUR)
    assert len(held(store, "s-run")[1]) == 900
    assert len(held(store, "s-end")[1]) < 900


@pytest.mark.slow
def test_when_waves_do_not_suffice_the_oldest_of_the_rest_goes(store: Store) -> None:
    """In the end the bound holds, at the price of running sessions too; their records stay."""
    fill(store, "s-run", "running", NOW, 15)
    fill(store, "s-end", "ended", NOW, 15)
    store.retain(Retention(size_bytes=1), NOW + HOUR)
    for session in ("s-run", "s-end"):
        assert held(store, session) == ([], [], [])
    assert len(store.sessions()) == 2
    store.append(at("s-run", NOW + 2 * HOUR))
    assert held(store, "s-run") == ([NOW + 2 * HOUR],) * 3


@pytest.mark.parametrize("limit", [10**12, None])
def test_within_the_bound_nothing_goes(store: Store, limit: int | None) -> None:
    """A store that is small enough is left alone."""
    fill(store, "live", "running", NOW, 2)
    assert store.retain(Retention(size_bytes=limit), NOW) == 0


def answer(result: str, session: str, measurement: str, value: str) -> dict[str, str]:
    """Return a row as InfluxDB answers it."""
    place = {"subject": "bed01", "metric": "resp"} if measurement == "wave" else {}
    return {"result": result, "session": session, "_measurement": measurement, "_value": value} | place


ANSWERS = [
    answer("values", "s-1", "num", "40"),
    answer("blocks", "s-1", "wave", "7"),
    answer("block", "s-1", "wave", "x" * 100),
    answer("blocks", "s-2", "wave", "3"),
    answer("block", "s-2", "wave", "x" * 50),
    answer("entries", "s-1", "entry", "2"),
    answer("bodies", "s-1", "entry", "80"),
]


@given(rows=st.permutations(ANSWERS))
def test_what_there_is_does_not_hang_on_the_order_of_the_answers(rows: list[dict[str, str]]) -> None:
    """Of several questions at once, a busy server answers any first."""
    assert {(h.session, h.measurement): (h.count, h.body_bytes) for h in counted(rows)} == {
        ("s-1", "num"): (40, 0),
        ("s-1", "wave"): (7, 700),
        ("s-2", "wave"): (3, 150),
        ("s-1", "entry"): (2, 80),
    }
