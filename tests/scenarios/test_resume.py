"""Where a session is taken up again after a crash."""

from hypothesis import given
from hypothesis import strategies as st

from broker.store.protocol import Observation
from scenarios.resume import LONGEST_GAP_MS, OVERLAP_MS, resumption, stored
from vitals.time import ClockLine

START = 1_768_469_400_000
WALL = 1_795_000_000_000


def seen(t: int, subject: str = "bed01", device: str = "oximeter", metric: str = "spo2") -> Observation:
    """Return the newest observation of a device, ``t`` ms after the start."""
    return Observation("s-1", subject, device, metric, START + t, "ab", 1, 97.0, "%")


def line(*, speed: float = 1.0, running: bool = True) -> ClockLine:
    """Return a line that began with the session."""
    return ClockLine(START, WALL, speed, running)


def test_time_goes_on_as_if_nothing_had_happened() -> None:
    """Ten seconds after the crash the clock is ten seconds further, and the gap is said again."""
    found = resumption(line(), [seen(60_000)], START, WALL + 70_000)
    assert found.line == line()
    assert found.again_ms == START + 60_000 - OVERLAP_MS


def test_the_device_that_is_furthest_behind_counts() -> None:
    """What waited in its outbox is said again too; a cuff's old value does not count."""
    newest = [
        seen(60_000),
        seen(40_000, device="patch", metric="hr"),
        seen(100, device="cuff", metric="nibp_sys"),
    ]
    assert resumption(line(), newest, START, WALL + 70_000).again_ms == START + 40_000 - OVERLAP_MS


def test_a_long_absence_is_a_pause() -> None:
    """After a night the session goes on from the newest stored number, not from the morning."""
    found = resumption(line(), [seen(60_000)], START, WALL + 9 * 3_600_000)
    assert found.line == ClockLine(START + 60_000, WALL + 9 * 3_600_000, 1.0, running=True)


def test_a_paused_session_stays_where_it_was() -> None:
    """However long the pause."""
    stopped = ClockLine(START + 30_000, WALL, 1.0, running=False)
    found = resumption(stopped, [seen(29_000)], START, WALL + 60_000)
    assert found.line == stopped


def test_with_nothing_stored_all_is_said_again() -> None:
    """A station that was not there has everything to gain."""
    assert resumption(line(), [], START, WALL + 20_000).again_ms == START


@given(
    st.lists(st.tuples(st.sampled_from(["patch", "oximeter"]), st.integers(0, 10**7)), max_size=4),
    st.integers(0, 10**7),
    st.sampled_from([0.5, 1.0, 60.0]),
    st.booleans(),
)
def test_no_resumption_skips_or_floods(
    newest: list[tuple[str, int]], now: int, speed: float, running: bool
) -> None:
    """Said again is never later than what is stored, and at most a bounded time before it."""
    held = [seen(t, device=d) for d, t in newest]
    found = resumption(line(speed=speed, running=running), held, START, WALL + now)
    simulated = max(START, found.line.simulated(WALL + now))
    last = min(max((o.t for o in held), default=START), simulated)
    assert START <= found.again_ms <= max(START, last)
    assert last - found.again_ms <= LONGEST_GAP_MS + OVERLAP_MS * max(1, speed)
    assert simulated - found.again_ms <= 2 * (LONGEST_GAP_MS + OVERLAP_MS) * max(1, speed)


def test_a_store_that_is_not_there_holds_nothing(tmp_path: object) -> None:
    """The session is then taken up from its clock alone."""
    assert stored(f"sqlite:///{tmp_path}/none.sqlite", "s-1") == []
