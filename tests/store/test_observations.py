"""What every store promises of observations."""

import math
import random
from collections.abc import Iterable
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broker.store.protocol import VALID, Batch, Observation, Series, Store

HR = Observation("s-1", "bed01", "patch", "hr", 1_768_469_400_000, "ab", 1, 72.0, "/min", received=1)
ALWAYS = (0, 2**52)

_session = count()


def held(store: Store, session: str = "s-1", subject: str = "bed01", metric: str = "hr") -> list[Observation]:
    """Return all that ``store`` holds of a metric."""
    return store.observations(session, subject, metric, *ALWAYS)


def test_an_observation_comes_back_as_it_was(store: Store) -> None:
    """Every column survives, the awkward ones too."""
    doubtful = replace(
        HR, seq=2, t=HR.t + 1, value=None, validity="Inv", why='lead off, "RA" \\ \n=\t, é', mode="Demo",
        received=1_768_469_400_123,
    )  # fmt: skip
    nameless = replace(HR, device="my-oximeter", boot="", seq=3, t=HR.t + 2, value=-0.5, unit="", received=0)
    store.append(Batch([HR, doubtful, nameless]))
    assert held(store) == [HR, doubtful, nameless]


def test_two_devices_speak_of_the_same_metric_in_the_same_millisecond(store: Store) -> None:
    """Neither overwrites the other."""
    other = replace(HR, device="monitor", value=75.0)
    store.append(Batch([HR, other]))
    assert held(store) == [other, HR]


def test_two_boots_speak_in_the_same_millisecond(store: Store) -> None:
    """A device that restarted and counts from the same number again is not its own echo."""
    again = replace(HR, boot="cd", value=75.0)
    store.append(Batch([HR]))
    store.append(Batch([again]))
    assert held(store) == [HR, again]


def test_the_same_message_twice_is_one(store: Store) -> None:
    """Redelivery changes nothing, in one batch or in two."""
    store.append(Batch([HR, HR]))
    store.append(Batch([replace(HR, received=HR.received + 5000)]))
    assert [(o.t, o.seq, o.value) for o in held(store)] == [(HR.t, HR.seq, HR.value)]
    assert store.usage().observations == 1


def test_a_repeated_time_with_a_new_seq_is_another_observation(store: Store) -> None:
    """A frozen clock loses nothing."""
    frozen = [replace(HR, seq=n, value=float(n)) for n in range(1, 50)]
    store.append(Batch(frozen))
    assert held(store) == frozen
    assert store.latest("s-1") == [frozen[-1]]


def test_a_clock_that_steps_back_loses_nothing(store: Store) -> None:
    """Every value stands at the time its device claimed; the newest is the one with the newest time."""
    before = [replace(HR, t=HR.t + 1000 * n, seq=n) for n in range(5)]
    after = [replace(HR, t=HR.t + 1000 * n - 3_600_000, seq=5 + n, value=80.0) for n in range(5)]
    store.append(Batch(before))
    store.append(Batch(after))
    assert held(store) == after + before
    assert store.latest("s-1") == [before[-1]]


def test_a_range_holds_its_start_and_not_its_end(store: Store) -> None:
    """Neighbouring ranges share nothing and leave nothing out."""
    store.append(Batch([replace(HR, t=HR.t + n, seq=n) for n in range(10)]))
    found = store.observations("s-1", "bed01", "hr", HR.t + 2, HR.t + 5)
    assert [o.t - HR.t for o in found] == [2, 3, 4]


def test_sessions_subjects_and_metrics_do_not_mix(store: Store) -> None:
    """A question is answered with what it asked for, and nothing else."""
    others = [replace(HR, session="s-2"), replace(HR, subject="bed02"), replace(HR, metric="pr")]
    store.append(Batch([HR, *others]))
    assert held(store) == [HR]
    assert store.latest("s-2") == [others[0]]
    assert held(store, subject="bed03") == []


def test_what_is_not_a_number_has_no_value(store: Store) -> None:
    """NaN and infinity are no measurements."""
    strange = [replace(HR, seq=n, value=v) for n, v in enumerate([math.nan, math.inf, -math.inf])]
    store.append(Batch(strange))
    assert [o.value for o in held(store)] == [None] * 3


def test_nothing_to_write_is_nothing_written(store: Store) -> None:
    """An empty batch is allowed."""
    store.append(Batch())
    assert store.usage().observations == 0


def test_what_is_not_there_is_empty(store: Store) -> None:
    """A session nobody knows has nothing; that is no error."""
    assert store.latest("s-9") == []
    assert held(store, session="s-9") == []
    assert store.series("s-9", "bed01", "hr", *ALWAYS, 10) == Series([], [], [], [], [])


devices = st.sampled_from(["patch", "monitor", "my-oximeter"])
anything = st.builds(
    replace,
    st.just(HR),
    subject=st.sampled_from(["bed01", "bed02"]),
    device=devices,
    metric=st.sampled_from(["hr", "spo2"]),
    t=st.integers(HR.t, HR.t + 20),
    boot=st.sampled_from(["", "ab", "cd"]),
    seq=st.integers(0, 5),
    value=st.none() | st.floats(0, 300),
    validity=st.sampled_from(["Vld", "Qst", "Inv"]),
)


def identity(o: Observation) -> tuple[str, str, str, str, int, str, int]:
    """Return what makes an observation itself."""
    return o.session, o.subject, o.device, o.metric, o.t, o.boot, o.seq


def distinct(observations: Iterable[Observation]) -> list[Observation]:
    """Return the first of each identity, as a device would send them: the same again, never another."""
    return list({identity(o): o for o in reversed(list(observations))}.values())


def in_session(session: str, observations: Iterable[Observation]) -> list[Observation]:
    """Return ``observations`` moved to ``session``."""
    return [replace(o, session=session) for o in observations]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sent=st.lists(anything, max_size=40).map(distinct), order=st.randoms())
def test_latest_is_the_newest_of_each_subject_device_and_metric(
    store: Store, sent: list[Observation], order: random.Random
) -> None:
    """Whatever the order of arrival, and however often it arrives."""
    session = f"s-latest-{next(_session)}"
    sent = in_session(session, sent)
    twice = sent * 2
    order.shuffle(twice)
    for n in range(0, len(twice), 7):
        store.append(Batch(twice[n : n + 7]))
    newest: dict[tuple[str, str, str], Observation] = {}
    for o in sorted(sent, key=lambda o: (o.t, o.seq, o.boot)):
        newest[o.subject, o.device, o.metric] = o
    assert sorted(store.latest(session), key=identity) == sorted(newest.values(), key=identity)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sent=st.lists(anything, max_size=60).map(distinct))
def test_what_was_sent_is_what_is_held(store: Store, sent: list[Observation]) -> None:
    """Each identity once, by time, device, boot and seq."""
    session = f"s-held-{next(_session)}"
    sent = in_session(session, sent)
    store.append(Batch(sent))
    for subject, metric in {(o.subject, o.metric) for o in sent}:
        expected = [o for o in sent if (o.subject, o.metric) == (subject, metric)]
        expected.sort(key=lambda o: (o.t, o.device, o.boot, o.seq))
        assert held(store, session, subject, metric) == expected


def by_hand(observations: Iterable[Observation], start: int, end: int, points: int) -> list[list[float]]:
    """Return the down-sampled series as the protocol words it: (t, low, mean, high, count) rows."""
    width = max(1, math.ceil((end - start) / points))
    buckets: dict[int, list[float]] = {}
    for o in observations:
        if start <= o.t < end and o.value is not None and o.validity in VALID:
            buckets.setdefault((o.t - start) // width, []).append(o.value)
    return [
        [start + k * width + width // 2, min(v), math.fsum(v) / len(v), max(v), len(v)]
        for k, v in sorted(buckets.items())
    ]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sent=st.lists(anything, max_size=60).map(distinct),
    start=st.integers(HR.t - 5, HR.t + 15),
    length=st.integers(1, 40),
    points=st.integers(1, 30),
)
def test_a_series_is_what_one_would_count_by_hand(
    store: Store, sent: list[Observation], start: int, length: int, points: int
) -> None:
    """Least, mean, greatest and count of each bucket, valid values alone, never too many buckets."""
    session = f"s-series-{next(_session)}"
    store.append(Batch(in_session(session, sent)))
    got = store.series(session, "bed01", "hr", start, start + length, points)
    ours = [o for o in sent if (o.subject, o.metric) == ("bed01", "hr")]
    expected = by_hand(ours, start, start + length, points)
    assert len(got.t) <= points
    assert [list(row) for row in zip(got.t, got.low, got.mean, got.high, got.count, strict=True)] == [
        pytest.approx(row, rel=1e-9) for row in expected
    ]


def test_an_hour_becomes_as_many_points_as_asked(store: Store) -> None:
    """Down-sampling keeps the extremes that a mean would hide."""
    values = [60.0] * 3600
    values[1800] = 180.0
    store.append(Batch([replace(HR, t=HR.t + 1000 * n, seq=n, value=v) for n, v in enumerate(values)]))
    got = store.series("s-1", "bed01", "hr", HR.t, HR.t + 3_600_000, 60)
    assert got.count == [60] * 60
    assert (max(got.high), min(got.low), got.high.index(180.0)) == (180.0, 60.0, 30)
    assert got.t[0] == HR.t + 30_000


def test_the_latest_of_a_metric_that_its_device_rarely_says(store: Store) -> None:
    """A band counts steps once a minute and tells activity each ten seconds: both are there, each its own."""
    rarely = [
        replace(HR, metric=f"m{n}", t=HR.t + n, seq=n, received=n + 7, validity="Qst" if n % 3 else "Vld")
        for n in range(300)
    ]
    often = replace(HR, t=HR.t + 1000, seq=1000, received=2000)
    store.append(Batch([*rarely, often]))
    assert sorted(store.latest("s-1"), key=lambda o: o.t) == [*rarely, often]


def test_a_value_that_became_doubtful_is_the_latest(store: Store) -> None:
    """Neither the last valid value nor the last number hides that the newest word is "no value"."""
    doubtful = replace(HR, t=HR.t + 1000, seq=2, value=30.0, validity="Qst", why="motion")
    nothing = replace(HR, t=HR.t + 2000, seq=3, value=None, validity="Inv", why="lead-off")
    for newest in (HR, doubtful, nothing, replace(HR, t=HR.t + 3000, seq=4)):
        store.append(Batch([newest]))
        assert store.latest("s-1") == [newest]
