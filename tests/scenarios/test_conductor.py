"""The conductor with real runners, a real broker and a real station: requests, crashes, resumption."""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import psutil
import pytest

from broker import codec, topics
from broker import messages as m
from broker.client import Link, Outgoing
from broker.station import service
from broker.store import open_store
from scenarios.conductor import StartRequest
from tests.patience import PATIENCE_S
from tests.real_broker import RealBroker
from tests.scenarios.conducted import SITE, STORY, Site, conducting, runners, stationed

pytestmark = pytest.mark.slow

PINNED = 75
"""Above what a test pins a saturation to, and below any other."""


@pytest.fixture
async def site(broker: RealBroker, tmp_path: Path) -> AsyncIterator[Site]:
    """Give a site with a broker and a listener."""
    everything = [(f"{root}/#", 1) for root in (topics.OBSERVED, topics.TRUTH)]
    async with Link(broker.address, "tester", subscriptions=everything) as link:
        await link.wait_connected(PATIENCE_S)
        link.send(service.status(SITE, "online"))  # devices hold their numbers for a station
        place = Site(broker, tmp_path, link)
        listening = asyncio.create_task(place.listen())
        yield place
        listening.cancel()


async def test_a_session_plays_and_obeys(site: Site) -> None:
    """Start, pause, resume, speed and stop, each answered when it is so."""
    async with conducting(site):
        begun = (await site.ask("start", text=STORY, seed=3, speed=2))["body"]
        session = begun["session"]
        assert begun["beds"] == ["bed01", "bed02"]
        await site.until(lambda: len(site.numbers(session)) >= 2)
        paused = await site.ask("pause", session)
        assert (paused["ok"], paused["body"]["state"]) == (True, "paused")
        # The runner says so itself, on a connection of its own.
        await site.until(lambda: clock_of(site, session) == (False, 2))
        assert (await site.ask("resume", session))["body"]["running"]
        assert (await site.ask("speed", session, speed=30))["body"]["speed"] == 30
        await site.until(lambda: len(site.numbers(session)) >= 60)
        assert (await site.ask("stop", session))["body"]["state"] == "ended"
        place = f"/{session}/"
        await site.until(lambda: not [t for t, p in site.last.items() if place in t and p and retained(t)])
        assert [(r.session, r.state) for r in site.records()] == [(session, "ended")]
        assert not runners()


def clock_of(site: Site, session: str) -> tuple[bool, float]:
    """Return whether a session's clock runs, and how fast."""
    line = msgspec.json.decode(site.last[topics.clock(SITE, session)], type=m.Clock)
    return line.running, line.speed


def retained(topic: str) -> bool:
    """Say whether a session must clear this topic at its end."""
    place = topics.parse(topic)
    return place is not None and place.kind in {"status", "meta", "line", "phase", "person", "obs"}


async def test_requests_that_make_no_sense_are_answered_with_what_would(site: Site) -> None:
    """Names, texts, numbers and bytes: each gets a clear error, and nothing starts."""
    async with conducting(site):
        errors = [
            (await site.ask("start", scenario="sepsi"))["error"],
            (await site.ask("start", text="name: x"))["error"],
            (await site.ask("start"))["error"],
            (await site.ask("pause", "s-nobody"))["error"],
            (await site.ask("start", scenario="../../etc/passwd"))["error"],
        ]
        wanted = (
            "did you mean `sepsis`?",
            "`title` is missing",
            "say which scenario",
            "no session",
            "there are",
        )
        assert all(w in e for w, e in zip(wanted, errors, strict=True)), errors
        topic, reply = topics.request(SITE, topics.ALL, "list"), topics.request_reply(SITE, topics.ALL, "t")
        raw = await site.link.request(topic, b"\xff{", reply, 10)
        assert "not understood" in json.loads(raw)["error"]
        assert not runners()


async def test_a_check_tells_findings_and_a_list_what_there_is(site: Site) -> None:
    """As JSON, from workers; a scenario in the data directory is offered too."""
    (site.data / "scenarios").mkdir()
    (site.data / "scenarios" / "my-own.yaml").write_text(STORY.replace("short-story", "my-own"))
    async with conducting(site):
        bad = await site.ask("check", text=STORY.replace("tempo", "tepmo"))
        finding = bad["body"]["findings"][0]
        assert (bad["ok"], finding["line"], finding["suggestion"]) == (False, 7, "did you mean `tempo`?")
        good = await site.ask("check", scenario="first-look")
        assert (good["ok"], good["body"]["summary"]["beds"]) == (True, 8)
        names = [s["name"] for s in (await site.ask("list"))["body"]["scenarios"]]
        assert names == [
            "anaphylaxis",
            "devices-lie",
            "first-look",
            "haemorrhage",
            "infarct",
            "opioid",
            "quiet-ward",
            "sepsis",
            "my-own",
        ]
        assert (await site.ask("start", scenario="my-own"))["body"]["title"] == "A short story"
        (site.data / "scenarios" / "new.yaml").write_text(STORY)
        names = [s["name"] for s in (await site.ask("list"))["body"]["scenarios"]]
        assert names[-1] == "new"


async def test_a_reply_never_goes_where_no_reply_belongs(site: Site) -> None:
    """A request cannot make the conductor write into somebody's data."""
    async with conducting(site):
        await site.ask("list")
        aim = topics.chart(SITE, "s-any", "bed01", "note")
        body = codec.encode(m.Request(v=1))
        site.link.send(Outgoing(topics.request(SITE, topics.ALL, "list"), body, 1, response_topic=aim))
        await site.ask("list")
        assert aim not in site.last


async def test_two_sessions_play_beside_each_other(site: Site) -> None:
    """Same scenario, same seed: the same bytes but for the session's name."""
    async with conducting(site):
        a, b = [(await site.ask("start", text=STORY, seed=5, speed=20))["body"]["session"] for _ in "ab"]
        await site.until(lambda: min(len(site.numbers(a)), len(site.numbers(b))) >= 30)
        assert site.numbers(a)[:30] == site.numbers(b)[:30]


async def test_a_killed_runner_is_taken_up_again_with_nothing_lost(site: Site) -> None:
    """Its devices' wills are told, then the numerics of the gap come: same boot, every number once stored."""
    async with stationed(site), conducting(site):
        session = (await site.ask("start", text=STORY, seed=3, speed=4))["body"]["session"]
        await site.until(lambda: len(site.numbers(session)) >= 4)
        line = site.last[topics.clock(SITE, session)]
        said = site.heard[topics.device(SITE, session, "bed01", "oximeter", "status")]
        before = len(said)
        runners()[0].kill()
        await site.until(lambda: b"online" in said[-1] and any(b"offline" in s for s in said[before:]))
        await site.until(lambda: seqs(site.numbers(session))[-1] >= 24)
        assert site.last[topics.clock(SITE, session)] == line
        assert one_boot(site.numbers(session))
        await site.until(lambda: stored(site, session) >= set(range(24)))
        await site.until(lambda: seqs(site.numbers(session))[-1] >= max(stored(site, session)) - 1)


def true_spo2(site: Site, session: str) -> list[float]:
    """Return the second bed's saturation as it truly was, second by second."""
    said = site.heard[topics.truth(SITE, session, "bed02", "state")]
    return [json.loads(state)["m"]["spo2"] for state in said]


async def test_what_an_instructor_does_to_a_bed_outlives_its_runner(site: Site) -> None:
    """It stands in the session's record, and is done again at the same moment; nonsense is refused."""
    async with stationed(site), conducting(site):
        session = (await site.ask("start", text=STORY, seed=3, speed=4))["body"]["session"]
        wrong = await site.ask("steer", session, steer=m.Steer(do="treat", bed="bed02", name="naloxon"))
        assert (wrong["ok"], wrong["error"]) == (
            False,
            "no such treatment: 'naloxon'; did you mean `naloxone`?",
        )
        pin = m.Steer(do="pin", bed="bed02", name="spo2", value=70, over_s=1)
        done = await site.ask("steer", session, steer=pin, by="Ines")
        assert done["ok"], done
        await site.until(lambda: min(true_spo2(site, session), default=100) < PINNED)
        (record,) = site.records()
        assert [(s.what, s.by) for s in record.steered] == [(pin, "Ines")]
        runners()[0].kill()
        newest = json.loads(site.heard[topics.truth(SITE, session, "bed02", "state")][-1])["t"]
        state = topics.truth(SITE, session, "bed02", "state")
        await site.until(lambda: json.loads(site.heard[state][-1])["t"] > newest + 10_000)
        assert max(true_spo2(site, session)[-5:]) < PINNED


def seqs(numbers: list[bytes]) -> list[int]:
    """Return the sequence numbers of numerics."""
    return [json.loads(n)["seq"] for n in numbers]


def one_boot(numbers: list[bytes]) -> bool:
    """Say whether numerics with the same number are the same bytes, all of one boot."""
    by_seq = {json.loads(n)["seq"]: n for n in numbers}
    boots = {json.loads(n)["boot"] for n in numbers}
    return len(boots) == 1 and all(by_seq[json.loads(n)["seq"]] == n for n in numbers)


def stored(site: Site, session: str) -> set[int]:
    """Return the sequence numbers of the oximeter's saturation in the store."""
    store = open_store(site.store_url, readonly=True)
    try:
        return {o.seq for o in store.observations(session, "bed01", "spo2", 0, 2**53)}
    finally:
        store.close()


async def test_a_runner_that_keeps_dying_ends_its_session(site: Site) -> None:
    """After the third death within a minute; nothing of it stays retained."""
    async with conducting(site):
        session = (await site.ask("start", text=STORY, seed=3))["body"]["session"]
        for _ in range(3):
            await site.until(runners)
            (runner,) = runners()
            runner.kill()
            await site.until(lambda runner=runner: not alive(runner))  # type: ignore[misc]
        await site.until(lambda: [r.state for r in site.records()] == ["ended"])
        place = f"/{session}/"
        await site.until(lambda: not [t for t, p in site.last.items() if place in t and p and retained(t)])
        assert (await site.ask("list"))["body"]["sessions"] == []


COMMAND = """
import asyncio, sys
from pathlib import Path
from broker.client import Address
from scenarios.conductor import run
asyncio.run(run(Address.parse(sys.argv[1], {}), sys.argv[2], "home", fresh=False, data_dir=Path(sys.argv[3])))
"""


async def conductor_process(site: Site) -> asyncio.subprocess.Process:
    """Start a conductor as a process of its own."""
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", COMMAND, site.broker.url, site.store_url, str(site.data),
        env={**os.environ},
    )  # fmt: skip


async def test_a_killed_conductor_leaves_no_orphans_and_the_next_takes_its_sessions_up(site: Site) -> None:
    """Runners notice and go; a new conductor finds the session in the store and goes on."""
    async with stationed(site):
        first = await conductor_process(site)
        await site.until(site.conducted)
        session = (await site.ask("start", text=STORY, seed=3, speed=4))["body"]["session"]
        await site.until(lambda: stored_or_none(site, session) >= {0, 1, 2})
        orphan = runners()[0]
        first.kill()
        await first.wait()
        await site.until(lambda: not alive(orphan) and not site.conducted())
        async with conducting(site, StartRequest("first-look"), fresh=False):
            await site.until(lambda: seqs(site.numbers(session))[-1] >= 24)
            sessions = (await site.ask("list"))["body"]["sessions"]
            assert [(s["session"], s["state"]) for s in sessions] == [(session, "running")]
            assert one_boot(site.numbers(session))
            await site.until(lambda: stored(site, session) >= set(range(24)))


def stored_or_none(site: Site, session: str) -> set[int]:
    """Return what is stored, nothing while there is no store."""
    return stored(site, session) if (site.data / "store.sqlite").exists() else set()


def alive(process: psutil.Process) -> bool:
    """Say whether a process still runs."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    return False


async def test_a_paused_session_is_taken_up_paused(site: Site) -> None:
    """And goes on from where it stood, not from where the wall clock is."""
    async with stationed(site):
        async with conducting(site):
            session = (await site.ask("start", text=STORY, seed=3))["body"]["session"]
            await site.until(lambda: len(site.numbers(session)) >= 3)
            await site.ask("pause", session)
            count = len(seqs(site.numbers(session)))
            await site.until(lambda: has_line(site, session, running=False))
        async with conducting(site, fresh=False):
            sessions = (await site.ask("list"))["body"]["sessions"]
            await site.until(runners)
            await site.ask("resume", session)
            await site.until(lambda: max(seqs(site.numbers(session))) >= count + 1)
            assert sessions in ([], [s for s in sessions if not s["running"]])
            assert max(seqs(site.numbers(session))) <= count + 6


def has_line(site: Site, session: str, *, running: bool) -> bool:
    """Say whether the store's newest line of a session's clock runs so."""
    store = open_store(site.store_url, readonly=True)
    try:
        found = store.entries(session, kinds=["line"], newest=1)
        return bool(found) and msgspec.json.decode(found[-1].body, type=m.Clock).running == running
    finally:
        store.close()


async def test_a_fresh_conductor_ends_what_an_earlier_one_left(site: Site) -> None:
    """The record says so, and nothing of it stays retained."""
    async with stationed(site):
        async with conducting(site):
            old = (await site.ask("start", text=STORY, seed=3))["body"]["session"]
            await site.until(lambda: has_record(site, old))
        async with conducting(site, StartRequest(text=STORY, seed=4)):
            await site.until(lambda: {r.session: r.state for r in site.records()}.get(old) == "ended")
            place = f"/{old}/"
            await site.until(
                lambda: not [t for t, p in site.last.items() if place in t and p and retained(t)]
            )
            assert len((await site.ask("list"))["body"]["sessions"]) == 1


def has_record(site: Site, session: str) -> bool:
    """Say whether the store knows a session."""
    if not (site.data / "store.sqlite").exists():
        return False
    store = open_store(site.store_url, readonly=True)
    try:
        return store.session(session) is not None
    finally:
        store.close()


async def test_a_broker_that_comes_later_is_waited_for(site: Site) -> None:
    """The conductor starts its session anyway, and is heard once the broker is there."""
    site.broker.kill()
    await site.until(lambda: not site.link.connected)
    async with conducting(site, StartRequest(text=STORY, seed=4)):
        await site.until(runners)
        site.broker.restart()
        await site.until(lambda: any(t.endswith("/num") for t in site.last))
        await site.until(lambda: [r.title for r in site.records()] == ["A short story"])
