"""The station as a process, on a real broker and a real SQLite file."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from broker import messages as m
from broker import topics
from broker.client import Link
from broker.codec import encode
from broker.packets import Outgoing
from broker.store.protocol import StoreUnavailableError
from tests.station.conftest import SITE, Station, eventually, listening


def num(
    seq: int, value: float = 80, *, session: str = "s-1", bed: str = "bed01", t: int | None = None
) -> Outgoing:
    """Return a patch's numerics."""
    message = m.Num(
        v=1, boot="aa", seq=seq, t=1_000_000 + 1000 * seq if t is None else t,
        m={"hr": m.Reading(v=value, u="/min")},
    )  # fmt: skip
    return Outgoing(topics.device(SITE, session, bed, "patch", "num"), encode(message), 1, expiry_s=3600)


def stored(station: Station, *, session: str = "s-1", bed: str = "bed01") -> list[int]:
    """Return the stored sequence numbers."""
    store = station.store()
    try:
        return [o.seq for o in store.observations(session, bed, "hr", 0, 2**53)]
    except StoreUnavailableError:
        return []
    finally:
        store.close()


@pytest.mark.slow
async def test_what_is_published_is_stored(station: Station) -> None:
    """Numerics, waves, entries, truth and the session's record rest in the store."""
    station.start()
    async with listening(station.broker) as ear:
        await ear.ready()
        wave = m.Wave(v=1, hz=250, u="mV", d=[1, -2, 3], scale=0.005, boot="aa", seq=0, i0=0, t=1_000_000)
        record = m.SessionRecord(
            v=1, session="s-1", scenario="x", title="X", text="", hash="h", seed=1, beds=["bed01"],
            state="running", start=1_000_000, created=2_000_000,
        )  # fmt: skip
        state = m.TrueState(v=1, t=1_000_000, m={"hr": 80})
        note = m.Note(v=1, id="n1", t=1_000_000, by="Aino", text="sleeps")
        for out in (
            num(0),
            Outgoing(topics.wave(SITE, "s-1", "bed01", "patch", "ecg_ii"), encode(wave)),
            Outgoing(topics.truth(SITE, "s-1", topics.SESSION, "record"), encode(record), 1),
            Outgoing(topics.truth(SITE, "s-1", "bed01", "state"), encode(state), 1),
            Outgoing(topics.chart(SITE, "s-1", "bed01", "note"), encode(note), 1),
        ):
            ear.link.send(out)
        store = station.store()

        def complete() -> bool:
            truth = store.entries("s-1", kinds=["state"], truth=True)
            waves = store.waves("s-1", "bed01", "ecg_ii", 0, 2**53)
            notes = store.entries("s-1", kinds=["note"])
            return bool(stored(station) == [0] and truth and waves and notes and store.session("s-1"))

        await eventually(complete)
        assert store.entries("s-1", kinds=["state"]) == []
        store.close()


@pytest.mark.slow
async def test_a_killed_station_loses_nothing_that_was_promised(each_station: Station) -> None:
    """Killed again and again in mid-stream, every QoS 1 message is in the store once."""
    station = each_station.start("ingest")
    burst, sent = 607, 0  # after whole commits of fifty the last seven wait for company when the kill comes
    async with listening(station.broker) as ear:
        await eventually(lambda: bool(_first(station, ear)))
        for _ in range(5):
            for _ in range(burst):
                ear.link.send(num(sent))
                sent += 1
            await eventually(lambda: bool(ear.link.unacknowledged == 0))
            station.kill()
            station.start("ingest")
        await eventually(lambda: stored(station) == list(range(sent)))


def _first(station: Station, ear: Any) -> list[int]:  # noqa: ANN401
    ear.link.send(num(0))
    return stored(station)


@pytest.mark.slow
async def test_an_act_is_answered_after_its_commit(station: Station) -> None:
    """Whoever has the answer finds the act in the store at once; a repeated act is one act."""
    station.start()
    async with listening(station.broker) as ear:
        await ear.ready()
        topic = topics.chart(SITE, "s-1", "bed01", "flag")
        reply_topic = topics.reply(SITE, "s-1", "page-1")
        store = station.store()
        for i in range(20):
            flag = m.Flag(v=1, id=f"f{i // 2}", t=1_000_000 + i // 2, by="Aino", why="pale")
            answer = await ear.link.request(topic, encode(flag), reply_topic, 10)
            reply = msgspec.json.decode(answer, type=m.Reply)
            assert (reply.ok, reply.ref) == (True, flag.id)
            ids = [json.loads(e.body)["id"] for e in store.entries("s-1", kinds=["flag"])]
            assert ids == [f"f{k}" for k in range(i // 2 + 1)]
        store.close()


@pytest.mark.slow
async def test_an_act_gets_no_answer_while_the_store_takes_nothing(station: Station) -> None:
    """With the file locked and no spool the act waits; it is answered when the lock goes."""
    station.spool = ""
    station.start()
    async with listening(station.broker) as ear:
        await ear.ready()
        reply_topic = topics.reply(SITE, "s-1", "page-1")
        flag = m.Flag(v=1, id="f1", t=1_000_000, by="Aino")
        with closing(sqlite3.connect(station.store_url, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            topic = topics.chart(SITE, "s-1", "bed01", "flag")
            await ear.link.subscribe(reply_topic, 1)
            ear.link.send(Outgoing(topic, encode(flag), 1, response_topic=reply_topic, correlation=b"x"))
            await eventually(lambda: "takes nothing now" in station.log)
            assert not [x for x in ear.heard if x.topic == reply_topic]
            other.execute("ROLLBACK")
        got = await ear.until(lambda x: x.topic == reply_topic)
        assert got.correlation == b"x"


@pytest.mark.slow
async def test_the_same_message_again_and_again_is_one(station: Station) -> None:
    """Whatever delivers twice, the store holds once."""
    station.start("ingest")
    async with listening(station.broker) as ear:
        await ear.ready()
        for _ in range(3):
            for seq in range(200):
                ear.link.send(num(seq))
        ear.link.send(num(200))
        await eventually(lambda: stored(station)[-1:] == [200])
        assert stored(station) == list(range(201))


@pytest.mark.slow
async def test_what_is_sent_while_the_broker_is_dead_comes_after_its_return(station: Station) -> None:
    """The embedded broker forgets; publishers hold what is promised until the station is there again."""
    station.start("ingest")
    async with (
        listening(station.broker) as ear,
        Link(station.broker.address, "out", until_heard=topics.part(SITE, "station")) as link,
    ):
        await ear.ready()
        for seq in range(1000):
            link.send(num(seq))
        await eventually(lambda: len(stored(station)) == 1000)
        station.broker.kill()
        for seq in range(1000, 2000):
            link.send(num(seq))
        station.broker.restart()
        await eventually(lambda: stored(station) == list(range(2000)))
        assert link.dropped == 0


@pytest.mark.slow
async def test_an_embedded_broker_keeps_the_newest_eight_megabytes(station: Station) -> None:
    """While no station is there the oldest numerics go first, silently; the newest are kept."""
    station.start("ingest")
    total, pad = 20_000, b',"pad":"' + b"x" * 1000 + b'"}'
    async with listening(station.broker) as ear:
        await ear.ready()
        station.kill()
        for seq in range(total):
            out = num(seq)
            ear.link.send(replace(out, payload=out.payload[:-1] + pad))
            if seq % 1000 == 0:
                await eventually(lambda: ear.link.unacknowledged < 5000)
        await eventually(lambda: ear.link.unacknowledged == 0)
        station.start("ingest")
        await eventually(lambda: stored(station)[-1:] == [total - 1])
        kept = stored(station)
        assert 3_000 < len(kept) < total
        assert kept == list(range(total - len(kept), total))


async def test_nobody_has_the_station_publish_elsewhere(station: Station) -> None:
    """A response topic that is no reply topic of the same session is not answered."""
    station.start()
    async with listening(station.broker, topics.everything("rpm-ctl", SITE)) as ear:
        await ear.ready()
        topic = topics.chart(SITE, "s-1", "bed01", "flag")
        elsewhere = [
            topics.reply(SITE, "s-2", "page-1"),
            topics.device(SITE, "s-1", "bed02", "patch", "num"),
            topics.request(SITE, "s-1", "stop"),
            topics.reply("other", "s-1", "page-1"),
            "nonsense",
        ]
        for i, response in enumerate([*elsewhere, topics.reply(SITE, "s-1", "page-1")]):
            flag = m.Flag(v=1, id=f"f{i}", t=1_000_000 + i, by="Aino")
            ear.link.send(Outgoing(topic, encode(flag), 1, response_topic=response, correlation=b"x"))
        await ear.until(lambda x: x.topic == topics.reply(SITE, "s-1", "page-1"))
        assert not [x for x in ear.heard if x.topic in elsewhere]


@pytest.mark.slow
async def test_at_most_64_unknown_beds_are_taken_in_live(station: Station) -> None:
    """The 65th is refused and counted in the log; a known one still comes in."""
    station.start()
    async with listening(station.broker) as ear:
        await ear.ready()
        for i in range(70):
            ear.link.send(num(0, session=topics.LIVE, bed=f"b{i}", t=1_000_000))
        person = m.PersonInfo(v=1, name="Known")
        ear.link.send(Outgoing(topics.chart(SITE, topics.LIVE, "known", "person"), encode(person), 1))
        store = station.store()
        await eventually(lambda: bool(store.latest_entries(topics.LIVE, kinds=["person"])))
        store.close()
        ear.link.send(num(0, session=topics.LIVE, bed="known"))
        await eventually(lambda: stored(station, session=topics.LIVE, bed="known") == [0])
        found = [i for i in range(70) if stored(station, session=topics.LIVE, bed=f"b{i}")]
        assert found == list(range(64))
        assert "too many unknown beds" in station.log


@pytest.mark.slow
async def test_the_line_of_the_readme_works_twice_in_a_row(station: Station) -> None:
    """Without boot, seq and t each message is an observation at its time of arrival."""
    station.start()
    payload = b'{"v":1,"m":{"spo2":{"v":97,"u":"%"}}}'
    topic = topics.device(SITE, topics.LIVE, "bed09", "my-oximeter", "num")
    store = None
    async with listening(station.broker) as ear:
        await ear.ready()
        store = station.store()
        for k in (1, 2):
            ear.link.send(Outgoing(topic, payload, 0))
            await eventually(
                lambda k=k: len(store.observations(topics.LIVE, "bed09", "spo2", 0, 2**53)) == k  # type: ignore[misc]
            )
        score = await ear.until(lambda x: x.topic == topics.score(SITE, topics.LIVE, "bed09"))
        assert json.loads(score.payload)["components"]["spo2"]["value"] == 97
    store.close()
