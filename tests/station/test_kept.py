"""Nothing is called recorded that is not in the store: acknowledgements of alarms, and a full disk."""

import resource
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from secrets import token_hex

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker import messages as m
from broker import topics
from broker.codec import encode
from broker.packets import Incoming, Outgoing
from broker.station.kept import Act, Kept
from broker.store.protocol import StoreUnavailableError
from tests.station.conftest import SITE, Station, eventually, listening

ACTS = st.tuples(st.sampled_from(["s-1", "s-2"]), st.sampled_from(["a", "b", "c"]))
ONE_PAGE = 4096
"""So far may a file grow on a full disk: enough for the log, not for a batch of notes."""


@given(st.lists(st.tuples(st.booleans(), ACTS)))
def test_an_answer_waits_for_its_act_and_is_given_once(steps: list[tuple[bool, Act]]) -> None:
    """Whoever asks is answered exactly once, and only after the act was noted."""
    kept, noted, answers, asked = Kept(), set[Act](), list[Act](), list[Act]()
    for asks, act in steps:
        if asks:
            asked.append(act)
            kept.when(act, partial(answers.append, act))
        else:
            noted.add(act)
            kept.note([act])
        assert sorted(answers) == sorted(a for a in asked if a in noted)


def test_memory_is_bounded() -> None:
    """A flood of acts, answered or not, leaves no more than was agreed."""
    kept, called = Kept(most=10), list[int]()
    for k in range(100):
        kept.when(("s-1", f"waits-{k}"), partial(called.append, k))
        kept.note([("s-1", f"kept-{k}")])
    kept.note([("s-1", f"waits-{k}") for k in range(100)])
    assert called == list(range(90, 100))


@pytest.mark.slow
async def test_an_acknowledgement_is_answered_after_its_commit(station: Station) -> None:
    """The alarm falls silent at once; "recorded" comes when the store has taken it."""
    station.spool = ""
    station.start()
    async with listening(station.broker) as ear:
        await ear.ready()
        num = m.Num(v=1, m={"rr": m.Reading(v=0, u="/min")}, boot="aa", seq=0)
        ear.link.send(Outgoing(topics.device(SITE, topics.LIVE, "bed01", "patch", "num"), encode(num), 1))
        alarm = await ear.alarm("apnoea", "On")
        reply = topics.reply(SITE, topics.LIVE, "page")
        await ear.link.subscribe(reply, 1)
        ack = m.Acknowledge(v=1, id="a1", t=alarm.t, by="Aino", alarm="apnoea", seq=alarm.seq)
        topic = topics.acknowledge(SITE, topics.LIVE, "bed01")
        with closing(sqlite3.connect(station.store_url, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            ear.link.send(Outgoing(topic, encode(ack), 1, response_topic=reply, correlation=b"x"))
            await ear.alarm("apnoea", "Ack")
            await eventually(lambda: "takes nothing now" in station.log)
            assert not [x for x in ear.heard if x.topic == reply]
            other.execute("ROLLBACK")
        answer = await ear.until(_on(reply))
        assert msgspec.json.decode(answer.payload, type=m.Reply).ok
        store = station.store()
        assert [e.ident for e in store.entries(topics.LIVE, kinds=["ack"])] == ["a1"]
        store.close()


def _on(topic: str) -> Callable[[Incoming], bool]:
    return lambda message: message.topic == topic


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="needs Linux, to fill one process's disk")
async def test_a_full_disk_loses_nothing_that_was_promised(station: Station) -> None:
    """Neither store nor spool takes anything: what comes stays with the broker, over a kill too."""
    station.start("ingest")
    async with listening(station.broker) as ear:
        await ear.ready()
        topic = topics.chart(SITE, "s-1", "bed01", "note")

        def say(numbers: range) -> None:
            for k in numbers:
                note = m.Note(v=1, id=f"n{k:03}", t=1_000_000 + k, by="Aino", text=token_hex(1000))
                ear.link.send(Outgoing(topic, encode(note), 1))

        say(range(100))
        await eventually(lambda: len(_stored(station)) == 100)
        resource.prlimit(station.pid, resource.RLIMIT_FSIZE, (ONE_PAGE, resource.RLIM_INFINITY))
        say(range(100, 200))
        await eventually(lambda: "takes nothing now" in station.log)
        station.kill()
        say(range(200, 300))
        station.start("ingest")
        await eventually(lambda: _stored(station) == [f"n{k:03}" for k in range(300)])


def _stored(station: Station) -> list[str]:
    store = station.store()
    try:
        return [e.ident for e in store.entries("s-1", kinds=["note"])]
    except StoreUnavailableError:
        return []
    finally:
        store.close()
