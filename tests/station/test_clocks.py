"""A device's clock may be wrong and its messages late; the two are told apart."""

from hypothesis import given
from hypothesis import strategies as st

from broker.station.admission import Admission
from broker.station.clocks import DeviceClock, SessionClock
from vitals.time import ClockLine

NOW = 10_000_000_000
WRONG = st.integers(-86_400_000, 86_400_000)


@given(error=WRONG, delays=st.lists(st.integers(0, 300), min_size=5, max_size=50))
def test_a_wrong_clock_is_seen_through(error: int, delays: list[int]) -> None:
    """Whatever a device's clock says, its values are dated within the transport's delay."""
    clock = DeviceClock()
    for i, delay in enumerate(delays):
        taken = NOW + 1000 * i
        got = clock.measured(taken - error, taken + delay, boot="a", grace_ms=2000)
        assert taken - 2300 <= got <= taken + delay


@given(age=st.integers(10_000, 3_600_000))
def test_a_backlog_keeps_its_age(age: int) -> None:
    """After prompt messages, one that is late by minutes is minutes old."""
    clock = DeviceClock()
    for i in range(5):
        clock.measured(NOW + 1000 * i, NOW + 1000 * i, boot="a", grace_ms=2000)
    late = NOW + 5000
    assert clock.measured(late, late + age, boot="a", grace_ms=2000) == late


@given(step=WRONG)
def test_a_stepped_clock_is_followed_within_two_spans(step: int) -> None:
    """A clock set back or ahead in mid-stream is seen through after at most 60 messages; a reboot at once."""
    clock = DeviceClock()
    for i in range(60):
        clock.measured(NOW + 1000 * i, NOW + 1000 * i, boot="a", grace_ms=2000)
    after = NOW + 60_000
    assert abs(clock.measured(after + step, after, boot="b", grace_ms=2000) - after) <= 2000
    got = 0
    for _ in range(61):
        after += 1000
        got = clock.measured(after + 2 * step, after, boot="b", grace_ms=2000)
    assert abs(got - after) <= 2000


def test_no_time_is_the_time_of_arrival() -> None:
    """A sensor without a clock is dated by ours."""
    assert DeviceClock().measured(None, NOW, boot=None, grace_ms=0) == NOW


@given(speed=st.sampled_from([1, 10, 60, 1000]), limit_s=st.floats(0, 1000))
def test_transport_has_its_grace_at_any_speed(speed: float, limit_s: float) -> None:
    """What may be old by a limit may always be two seconds of wall time under way."""
    clock = SessionClock()
    clock.line = ClockLine(0, NOW, speed, running=True)
    allowed = clock.allowed_ms(limit_s)
    assert allowed >= limit_s * 1000
    assert clock.now(NOW + 2000) - clock.now(NOW) <= allowed


@given(st.lists(st.tuples(st.integers(0, 100), st.booleans(), st.integers(0, 7_200_000)), max_size=300))
def test_unknown_beds_are_bounded_and_known_ones_always_taken(steps: list[tuple[int, bool, int]]) -> None:
    """However beds come and go, at most 64 unknown ones are in; a known one never waits."""
    admission, now = Admission(), 0
    known: set[str] = set()
    unknown: set[str] = set()
    for number, announce, gap in steps:
        now += gap
        bed = f"b{number}"
        unknown -= set(admission.leaving(now))
        if announce:
            admission.announce([bed])
            known.add(bed)
            unknown.discard(bed)
        taken = admission.admits(bed, now)
        assert taken or bed not in known
        if taken and bed not in known:
            unknown.add(bed)
        assert len(unknown) <= 64
        assert taken == (bed in known or bed in unknown)
