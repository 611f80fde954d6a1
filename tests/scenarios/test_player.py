"""A stage against a clock: the same bytes at every speed, no drift, no bursts, pause and go on."""

import asyncio
from collections import defaultdict
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broker import codec
from broker import messages as m
from broker.bus import MemoryBus
from broker.clock import VirtualClock
from broker.packets import Outgoing
from devices.ward import TICK_MS
from scenarios import library
from scenarios.loader import loaded_or_raise
from scenarios.player import End, Player, farewell
from scenarios.stage import Stage
from vitals.time import ClockLine

WARD = loaded_or_raise(library.text("first-look"))
T = TypeVar("T", bound=m.Message)
WALL_MS = 1_700_000_000_000


def stage(beds: int | None = 3, seed: int = 7) -> Stage:
    """Return a small stage."""
    return Stage("home", "s-test", WARD, seed=seed, beds=beds)


class Timed(MemoryBus):
    """A memory bus that also notes when, by the virtual clock."""

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__()
        self.clock = clock
        self.times_ms: list[int] = []

    def publish(self, sender: str, out: Outgoing) -> None:
        """Keep ``out`` and the time."""
        super().publish(sender, out)
        self.times_ms.append(self.clock.now_ms())


async def played(
    seconds: float, speed: float, *, beds: int | None = 3, stop: End = "left"
) -> tuple[Timed, Player]:
    """Play for so many simulated seconds; return what was said and when."""
    clock = VirtualClock(WALL_MS)
    bus = Timed(clock)
    ward = stage(beds)
    player = Player(ward, bus, clock, ClockLine(ward.start_ms, WALL_MS, speed, running=True))

    async def end() -> None:
        await clock.sleep(seconds / speed)
        player.stop(stop)

    await asyncio.gather(player.run(), end())
    return bus, player


def by_topic(bus: MemoryBus, kinds: tuple[str, ...]) -> dict[str, list[bytes]]:
    """Return the payloads per topic whose last level is one of ``kinds``."""
    out: dict[str, list[bytes]] = defaultdict(list)
    for _, said in bus.sent:
        if said.topic.rsplit("/", 1)[-1] in kinds:
            out[said.topic].append(said.payload)
    return out


SPOKEN = ("num", "evt", "obs", "person", "meta", "status", "state", "event", "label", "phase")
WAVES = ("ecg_ii", "resp", "pleth")


@pytest.mark.slow
async def test_the_same_bytes_per_topic_at_any_speed() -> None:
    """Only the waves depend on the speed: above 4 they are not drawn, and nothing else changes."""
    slow, _ = await played(62, 1)
    for speed in (0.5, 4, 60, 600):
        fast, _ = await played(62, speed)
        kinds = SPOKEN + WAVES if speed <= 4 else SPOKEN
        at_slow, at_fast = by_topic(slow, kinds), by_topic(fast, kinds)
        assert at_slow.keys() == at_fast.keys()
        for topic, said in at_slow.items():
            common = min(len(said), len(at_fast[topic]))
            assert common >= len(said) - 2 * (5 if topic.rsplit("/", 1)[-1] in WAVES else 1)
            assert said[:common] == at_fast[topic][:common]


@pytest.mark.parametrize(("speed", "drawn"), [(1, True), (4, True), (4.5, False), (60, False)])
async def test_waves_are_published_up_to_speed_four(speed: float, drawn: bool) -> None:
    """Above, nobody could look at them."""
    bus, _ = await played(10, speed, beds=1)
    assert any("wave" in out.topic for _, out in bus.sent) == drawn


async def test_adding_a_bed_changes_no_other() -> None:
    """Every byte of the beds both wards have is the same."""
    few, _ = await played(62, 60, beds=3)
    many, _ = await played(62, 60, beds=9)
    small, large = by_topic(few, SPOKEN), by_topic(many, SPOKEN)
    assert small.keys() < large.keys()
    for topic, said in small.items():
        common = min(len(said), len(large[topic]))
        assert said[:common] == large[topic][:common]


@pytest.mark.slow
async def test_simulated_time_does_not_drift() -> None:
    """After five minutes the last numeric stands where the clock does, to a tick."""
    bus, player = await played(300, 1, beds=1)
    assert player.line == ClockLine(WARD.start, WALL_MS, 1, running=True)
    last = max(x.t or 0 for x in messages(bus, m.Num))
    assert 0 <= WARD.start + 300_000 - last <= 1000 + 2 * TICK_MS


def messages(bus: MemoryBus, kind: type[T]) -> list[T]:
    """Return the messages of one kind, in order."""
    got = (codec.decode(out.topic, out.payload) for _, out in bus.sent if out.payload)
    return [g.message for g in got if isinstance(g, codec.Accepted) and isinstance(g.message, kind)]


async def test_nothing_that_is_said_is_rejected() -> None:
    """Every message of a session is one that the wire's own rules accept."""
    bus, _ = await played(130, 4)
    rejected = [g for _, o in bus.sent if isinstance(g := codec.decode(o.topic, o.payload), codec.Rejected)]
    assert rejected == []


async def test_a_clock_that_stood_still_says_nothing_and_goes_on_where_it_was() -> None:
    """A pause is a stretch of wall time without simulated time."""
    clock = VirtualClock(WALL_MS)
    bus = Timed(clock)
    ward = stage(1)
    player = Player(ward, bus, clock, ClockLine(ward.start_ms, WALL_MS, 1, running=True))

    async def instruct() -> None:
        await clock.sleep(10)
        player.change(running=False)
        await clock.sleep(1)
        before = len(bus.sent)
        stood = ward.now_ms
        await clock.sleep(60)
        assert (len(bus.sent), ward.now_ms) == (before, stood)
        player.change(running=True, speed=2)
        await clock.sleep(5)
        player.stop("left")

    await asyncio.gather(player.run(), instruct())
    assert ward.now_ms - WARD.start == pytest.approx(20_000, abs=3 * TICK_MS)
    clocks = [(c.start - WARD.start, c.speed, c.running) for c in messages(bus, m.Clock)]
    assert clocks == [(0, 1, True), (10_000, 1, False), (10_000, 2, True)]


@pytest.mark.slow
@settings(max_examples=8)
@given(st.floats(0.2, 9), st.sampled_from([0.5, 1.0, 4.0, 30.0]))
def test_after_a_stall_it_catches_up_in_bounded_bursts(stall_s: float, speed: float) -> None:
    """A computer that slept for some seconds loses none of them and floods nobody."""

    async def check() -> None:
        clock = VirtualClock(WALL_MS)
        bus = Timed(clock)
        ward = stage(1)
        line = ClockLine(ward.start_ms, WALL_MS - round(1000 * stall_s), speed, running=True)
        player = Player(ward, bus, clock, line)

        async def end() -> None:
            await clock.sleep(12)
            player.stop("left")

        await asyncio.gather(player.run(), end())
        assert player.line == line
        assert ward.now_ms == pytest.approx(line.simulated(clock.now_ms()), abs=400 * max(1, speed))
        numbers = [t for (_, o), t in zip(bus.sent, bus.times_ms, strict=True) if "state" in o.topic]
        at_once = max(numbers.count(t) for t in set(numbers))
        assert at_once <= max(2, speed)

    asyncio.run(check())


async def test_a_clock_that_cannot_be_followed_is_set_back_and_told() -> None:
    """After a minute asleep a session goes on from where it was, with a new line."""
    clock = VirtualClock(WALL_MS)
    bus = Timed(clock)
    ward = stage(1)
    heard: list[ClockLine] = []
    line = ClockLine(ward.start_ms, WALL_MS - 60_000, 1, running=True)
    player = Player(ward, bus, clock, line, told=heard.append)

    async def end() -> None:
        await clock.sleep(5)
        player.stop("left")

    await asyncio.gather(player.run(), end())
    assert heard == [ClockLine(ward.start_ms, WALL_MS, 1, running=True)]
    assert ward.now_ms - ward.start_ms == pytest.approx(5000, abs=400)


async def test_a_session_taken_up_again_catches_up_without_waves_and_without_a_new_line() -> None:
    """Numerics of the gap are said, late; waves only once it has caught up."""
    clock = VirtualClock(WALL_MS)
    bus = Timed(clock)
    ward = stage(1)
    line = ClockLine(ward.start_ms, WALL_MS - 90_000, 1, running=True)
    player = Player(ward, bus, clock, line, catching_up=True)

    async def end() -> None:
        await clock.sleep(10)
        player.stop("left")

    await asyncio.gather(player.run(), end())
    assert player.line == line
    assert len({x.t for x in messages(bus, m.Num)}) >= 98
    waves = [x.t or 0 for x in messages(bus, m.Wave)]
    assert min(waves) >= ward.start_ms + 85_000


async def test_a_scenario_ends_by_itself() -> None:
    """At its end, to the tick."""
    short = loaded_or_raise("name: s\ntitle: s\nlasts: 7 s\nbeds: [{}]\n")
    clock = VirtualClock(WALL_MS)
    ward = Stage("home", "s-test", short, seed=1)
    player = Player(ward, MemoryBus(), clock, ClockLine(ward.start_ms, WALL_MS, 1, running=True))
    assert await player.run() == "ended"
    assert ward.now_ms == ward.start_ms + 7000


async def test_at_its_end_a_session_leaves_nothing_retained() -> None:
    """Every topic that was retained is cleared; devices said that they go first."""
    bus, player = await played(70, 4)
    farewell(player.stage, bus, forget=True)
    held: dict[str, bytes] = {}
    for _, out in bus.sent:
        if out.retain:
            held[out.topic] = out.payload
    assert held
    assert set(held.values()) == {b""}


async def test_what_is_left_to_be_taken_up_again_keeps_its_clock_and_says_the_devices_are_away() -> None:
    """Nothing is cleared; every device is offline."""
    bus, player = await played(20, 4, beds=2)
    farewell(player.stage, bus, forget=False)
    last = {o.topic: o.payload for _, o in bus.sent if o.retain}
    states = [m_.state for t, p in last.items() if isinstance(m_ := accepted(t, p), m.Status)]
    assert states == ["offline"] * 10
    assert any(isinstance(accepted(t, p), m.Clock) for t, p in last.items())


def accepted(topic: str, payload: bytes) -> object:
    """Return a message, or what rejected it."""
    got = codec.decode(topic, payload)
    return got.message if isinstance(got, codec.Accepted) else got


def test_what_is_skipped_unheard_changes_nothing_that_is_said_later() -> None:
    """A session replayed in silence says the same bytes as one that was heard all the way."""
    heard, skipped = stage(4), stage(4)
    for _ in range(5 * 30 + 2):
        heard.tick(waves=True)
        skipped.skip()
    for _ in range(5 * 10):
        assert heard.tick(waves=True) == skipped.tick(waves=True)


@pytest.mark.slow
def test_a_device_that_is_away_when_its_session_is_taken_up_does_not_say_hello() -> None:
    """Bed 7's patch is silent from 2 min on; three minutes in it is back."""

    def greeters(seconds: int) -> set[str]:
        ward = stage(8)
        for _ in range(5 * seconds):
            ward.skip()
        return {e.sender for e in ward.hello() if e.out.topic.endswith("status")}

    everybody = greeters(0)
    assert len(everybody) == 40
    assert everybody - greeters(150) == {"bed07.patch"}
    assert greeters(200) == everybody
