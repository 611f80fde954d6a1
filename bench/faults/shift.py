"""One shift: a ward, sensors beside it, faults by a plan, and the comparison at the end."""

import asyncio
import contextlib
import logging
import random
from collections import Counter
from collections.abc import Hashable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bench.faults.acts import Trainee
from bench.faults.ledger import Script, Tally, acts_stored, compare, stored, waves_lost
from bench.faults.page import Page
from bench.faults.proxy import Proxy
from bench.faults.sensors import Sensor
from bench.faults.ward import SITE, Ward
from broker import topics
from broker.clock import SystemClock
from broker.store import open_store
from broker.store.protocol import Store

_LOG: Final = logging.getLogger("faults")
PARTS: Final = ("broker", "station", "simulate", "dashboard", "store")
CAREFUL, PLAIN = 4, 2
AWAY_S: Final = 13.0
"""Longer than a writer of SQLite waits for another, so that the station spools."""
FULL_S: Final = 6.0
KILLS_A_ROUND: Final = 12
"""In so many kills the store is away once, and the disk full once."""
TWO_AT_ONCE: Final = 0.2
CLOCK: Final = SystemClock()
HEAL_S: Final = 60.0
DRAIN_S: Final = 120.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked for."""

    kills: int
    duration_s: float
    seed: int
    broker: str
    beds: int
    parts: tuple[str, ...]
    data: Path
    store: str = "sqlite"


@dataclass(slots=True)
class Outcome:
    """What came of it."""

    kills: Counter[str] = field(default_factory=Counter)
    heals: dict[str, list[float]] = field(default_factory=dict)
    """Seconds from the return of parts until every patient's numbers move again on the page."""
    absences: dict[str, list[float]] = field(default_factory=dict)
    """Seconds from the kill until then."""
    acts_refused: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    tallies: dict[str, Tally] = field(default_factory=dict)
    waves_lost: float = 0.0

    @property
    def _may_lose(self) -> set[str]:
        return {"plain sensors"} if self.kills["broker"] else set()

    @property
    def lost(self) -> int:
        """How much of what is promised is lost."""
        return sum(len(t.missing) for name, t in self.tallies.items() if name not in self._may_lose)

    @property
    def examples(self) -> list[Hashable]:
        """Return some of what is lost."""
        return [p for name, t in self.tallies.items() if name not in self._may_lose for p in t.missing[:5]]


async def shift(plan: Plan) -> Outcome:
    """Play one shift."""
    chance, outcome = random.Random(plan.seed), Outcome()
    async with (
        Ward(plan.data, plan.broker, plan.beds, plan.seed, plan.store) as ward,
        AsyncExitStack() as stack,
    ):
        began_s = CLOCK.monotonic()
        sensors = [
            await stack.enter_async_context(Sensor(SITE, i, Proxy(ward.mqtt5), CLOCK, careful=i < CAREFUL))
            for i in range(CAREFUL + PLAIN)
        ]
        trainee = Trainee(random.Random(plan.seed))
        page = Page(ward.page, plan.data, ward.session, trainee)
        looking = asyncio.create_task(page.run())
        troubles = asyncio.create_task(_trouble(sensors, chance, outcome))
        try:
            await asyncio.wait_for(page.moved(), HEAL_S)
            await _kill(plan, ward, page, chance, outcome)
        finally:
            troubles.cancel()
            await asyncio.gather(troubles, return_exceptions=True)
        await _drained(ward, sensors, page, trainee)
        looking.cancel()
        elapsed_s = CLOCK.monotonic() - began_s + 60
        script = await asyncio.to_thread(Script, plan.seed, plan.beds, elapsed_s)
        await asyncio.to_thread(_compare, ward, sensors, script, trainee, outcome)
    return outcome


async def _kill(plan: Plan, ward: Ward, page: Page, chance: random.Random, outcome: Outcome) -> None:
    """Kill parts in turn at random moments until as many are dead as asked."""
    end_s = CLOCK.monotonic() + plan.duration_s
    turns: list[str] = []
    async with asyncio.TaskGroup() as group:
        while (done := outcome.kills.total()) < plan.kills:
            rest_s = max(0.0, end_s - CLOCK.monotonic()) / (plan.kills - done)
            await asyncio.sleep(chance.uniform(0.0, 0.6 * rest_s))
            if not turns:
                turns = chance.sample(plan.parts, len(plan.parts))
            victims = [turns.pop()]
            if turns and plan.kills - done > 1 and chance.random() < TWO_AT_ONCE:
                victims.append(turns.pop())
            before = done // (KILLS_A_ROUND // 2)
            await _strike(victims, ward, page, chance, outcome)
            if outcome.kills.total() // (KILLS_A_ROUND // 2) > before:
                group.create_task(_take_away(before, ward, outcome))


async def _take_away(number: int, ward: Ward, outcome: Outcome) -> None:
    """Take the store away, then the disk, in turn."""
    if number % 2 == 0:
        outcome.faults["store: away so long that the station spools"] += 1
        await ward.take_store(AWAY_S)
    elif await ward.fill_disk(FULL_S):
        outcome.faults["disk: full for store and spool"] += 1
    else:
        outcome.faults["disk: could not be filled here"] += 1


async def _strike(
    victims: Sequence[str], ward: Ward, page: Page, chance: random.Random, outcome: Outcome
) -> None:
    """Kill ``victims`` shortly after each other; wait until all are back and the page moves."""
    killed_s = CLOCK.monotonic()
    for victim in victims:
        ward.kill(victim, group=chance.random() < 0.5)
        outcome.kills[victim] += 1
        _LOG.info("%d: killed %s", outcome.kills.total(), victim)
        if len(victims) > 1:
            await asyncio.sleep(chance.uniform(0.0, 1.0))
    async with asyncio.timeout(HEAL_S):
        await asyncio.gather(*(ward.back(v) for v in victims))
        back_s = CLOCK.monotonic()
        await page.moved()
    healed_s = round(CLOCK.monotonic() - back_s, 2)
    absent_s = round(CLOCK.monotonic() - killed_s, 2)
    name = " and ".join(sorted(victims))
    outcome.heals.setdefault(name, []).append(healed_s)
    outcome.absences.setdefault(name, []).append(absent_s)
    _LOG.info("killed %s; the page moved %.2f s after the return", name, healed_s)


async def _trouble(sensors: Sequence[Sensor], chance: random.Random, outcome: Outcome) -> None:
    """Cut and hold up connections, and set a clock wrong, again and again."""
    async with asyncio.TaskGroup() as group:
        while True:
            await asyncio.sleep(chance.uniform(0.3, 1.5))
            sensor = chance.choice(sensors)
            match chance.choice(("cut", "hold", "clock")):
                case "cut":
                    sensor.proxy.cut()
                    outcome.faults["network: connections cut"] += 1
                case "hold":
                    group.create_task(sensor.proxy.hold(chance.uniform(0.2, 3.0)))
                    outcome.faults["network: connections held up"] += 1
                case _:
                    sensors[0].step_clock(chance)
                    outcome.faults["device: clock stepped"] += 1


async def _drained(ward: Ward, sensors: Sequence[Sensor], page: Page, trainee: Trainee) -> None:
    """Stop sensors and trainee; wait until what they promised is with the broker, and then stored."""
    trainee.finished = True
    for sensor in sensors:
        await sensor.stop()
    try:
        async with asyncio.timeout(DRAIN_S):
            while _under_way(sensors, trainee):  # noqa: ASYNC110 -- they have no event for it
                await asyncio.sleep(0.1)
            await page.moved()
    except TimeoutError:
        raise SystemExit(f"after {DRAIN_S:g} s still under way: {_under_way(sensors, trainee)}") from None
    settled, spool = 0, ward.data / "spool"
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_S):
            while settled < 10:
                waiting = any(p.stat().st_size for p in spool.glob("*.promised")) if spool.exists() else False
                settled = 0 if waiting else settled + 1
                await asyncio.sleep(0.5)


def _under_way(sensors: Sequence[Sensor], trainee: Trainee) -> list[str]:
    """Return who still has something that nobody has taken."""
    said = [
        f"{s.device}: {s.link.unacknowledged} ({'up' if s.link.connected else s.link.error})"
        for s in sensors
        if s.link.unacknowledged
    ]
    return said + [f"act {act['do']} on {act['bed']}" for act in trainee.waiting.values()]


def _compare(
    ward: Ward, sensors: Sequence[Sensor], script: Script, trainee: Trainee, outcome: Outcome
) -> None:
    store = open_store(ward.places.store, readonly=True)
    try:
        until_ms = _until(store, ward.session)
        for name, careful in (("careful sensors", True), ("plain sensors", False)):
            promised = [p for s in sensors if s.careful == careful for p in s.promised]
            outcome.tallies[name] = compare(promised, stored(store, topics.LIVE, promised))
        promised = script.promised(until_ms)
        outcome.tallies["simulated devices"] = compare(promised, stored(store, ward.session, promised))
        outcome.tallies["acts answered"] = compare(
            trainee.recorded, acts_stored(store, ward.session, topics.LIVE)
        )
        outcome.acts_refused = trainee.refused
        beds = sorted({p[0] for p in promised})
        outcome.waves_lost = waves_lost(store, ward.session, beds, script.start_ms, until_ms)
    finally:
        store.close()


def _until(store: Store, session: str) -> int:
    """Return a simulated time that is stored, but for what may be on its way just now."""
    return max(o.t for o in store.latest(session)) - 5_000
