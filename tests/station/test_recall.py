"""A restarted watch knows what the former one knew."""

from pathlib import Path

import msgspec
import pytest

from broker import messages as m
from broker import topics
from broker.codec import Accepted, decode, encode
from broker.packets import Outgoing
from broker.station.intake import Intake
from broker.station.recall import recall, samples
from broker.station.watch import Watch
from broker.store import open_store
from broker.store.protocol import Batch
from tests.station.conftest import Station, eventually, listening
from tests.station.driver import BED, NORMAL, SESSION, SITE, Driver


class Recording(Driver):
    """A driver whose messages, heard and published, also go into a store, as ingest puts them there."""

    def __init__(self, path: Path, *, session: str = SESSION, speed: float = 1.0) -> None:
        self.intake, self.batch = Intake(), Batch()
        self.store = open_store(str(path / "s.sqlite"))
        super().__init__(session=session, speed=speed)
        record = m.SessionRecord(
            v=1, session=session, scenario="x", title="X", text="", hash="h", seed=1, beds=[BED],
            state="running", start=0, created=0,
        )  # fmt: skip
        if session != topics.LIVE:
            self.feed(topics.truth(SITE, session, topics.SESSION, "record"), record)

    def feed(self, topic: str, message: m.Message, *, retain: bool = False) -> None:
        """Give the watch a message, and keep it."""
        self._keep(topic, encode(message))
        super().feed(topic, message, retain=retain)

    def take(self, published: list[Outgoing]) -> None:
        """Note what the watch published, and keep it."""
        super().take(published)
        for out in published:
            if out.payload:
                self._keep(out.topic, out.payload)

    def _keep(self, topic: str, payload: bytes) -> None:
        got = decode(topic, payload)
        assert isinstance(got, Accepted)
        self.intake.take(got, self.wall, self.batch)

    def restart(self, *, after_s: float = 2, retained: bool = False) -> None:
        """Replace the watch by a new one that recalls; with what the broker retained, or without."""
        self.store.append(self.batch)
        self.batch = Batch()
        self.wall += round(1000 * after_s)
        kept = dict(self.retained)
        self.watch = Watch(SITE)
        recall(self.watch, self.store, SITE, self.wall)
        for topic, payload in kept.items() if retained else ():
            got = decode(topic, payload)
            assert isinstance(got, Accepted)
            super().take(self.watch.feed(got.topic, got.message, self.wall, retain=True))
        self.alarms.clear()
        self.scores.clear()


def test_an_acknowledged_alarm_stays_acknowledged(tmp_path: Path) -> None:
    """The condition goes on, nothing rings anew, and its end is still told."""
    for retained in (False, True):
        d = Recording(tmp_path / str(retained))
        d.stream(8, hr=124)
        d.ack("hr-high", 1)
        d.restart(retained=retained)
        d.stream(20, hr=124)
        assert [a.presence for a in d.said("hr-high") if a and a.presence != "Ack"] == []
        d.stream(2, hr=100)
        off = d.said("hr-high")[-2]
        assert off is not None
        assert (off.presence, off.seq) == ("Off", 3)
        assert d.shown() == {}


def test_a_new_alarm_stays_new_and_can_be_acknowledged_by_its_old_number(tmp_path: Path) -> None:
    """What is on a screen from before the restart is still what it was."""
    d = Recording(tmp_path)
    d.stream(8, hr=150)
    before = d.shown()["hr-high"]
    d.restart()
    d.stream(3, hr=150)
    assert d.said("hr-high") == []
    assert d.ack("hr-high", before.seq).ok


def test_a_latched_alarm_stays_latched(tmp_path: Path) -> None:
    """Nobody has seen it yet, so it is not forgotten."""
    d = Recording(tmp_path)
    d.stream(2, hr=80)
    d.evt("asystole")
    d.tick()
    d.evt("asystole", on=False)
    d.tick()
    before = d.shown()["asystole"]
    d.restart()
    d.stream(30, hr=80)
    assert d.shown()["asystole"] == before
    assert d.ack("asystole", before.seq).presence == "Off"


def test_a_condition_that_ended_meanwhile_ends(tmp_path: Path) -> None:
    """The first value that is inside its limit ends the alarm."""
    d = Recording(tmp_path)
    d.stream(8, hr=124)
    d.restart(after_s=30)
    d.stream(2, hr=90)
    assert d.shown() == {}


def test_numbers_count_on_after_an_alarm_that_was_over(tmp_path: Path) -> None:
    """An old acknowledgement can never hit a new alarm."""
    d = Recording(tmp_path)
    d.stream(8, hr=124)
    d.stream(2, hr=90)
    d.restart()
    d.stream(8, hr=124)
    assert d.shown()["hr-high"].seq == 3


def test_a_lost_device_is_still_lost(tmp_path: Path) -> None:
    """A device that was silent before and is silent after rings once."""
    d = Recording(tmp_path)
    d.stream(3, "patch", hr=80)
    d.stream(20, "oximeter", spo2=97)
    before = d.shown()["lost-patch"]
    d.restart()
    d.stream(30, "oximeter", spo2=97)
    assert d.shown() == {"lost-patch": before}


def test_a_score_is_complete_at_once(tmp_path: Path) -> None:
    """Spot values, chart and the hour's totals are recalled."""
    d = Recording(tmp_path)
    d.chart(acvpu="C")
    for _ in range(65):
        d.wall += 60_000
        d.num("monitor", **NORMAL)
        d.tick()
    assert d.scores[-1].earlier == 3
    d.restart()
    d.num("patch", hr=120)
    d.wait(2)
    score = d.scores[-1]
    assert score.components["acvpu"].code == "C"
    assert score.components["sbp"].value == NORMAL["nibp_sys"]
    assert score.earlier == 3


def test_arrows_are_there_at_once(tmp_path: Path) -> None:
    """Every trend is what it would be had the watch never ended, on values that came before and after."""
    d = Recording(tmp_path)
    d.chart()
    for second in range(0, 720, 5):
        d.wall += 5_000
        d.num("monitor", hr=80 + second / 30, rr=16, spo2=97 - second / 200)
    d.tick()
    before = d.scores[-1].trends
    assert {key: moved.direction for key, moved in before.items()} == {
        "hr": "up",
        "rr": "steady",
        "spo2": "down",
    }
    d.restart()
    for place in d.watch.moving(d.wall):
        d.watch.recall_samples(place, samples(d.store, place))
    d.num("monitor", hr=104, rr=16, spo2=93.4)
    d.wait(2)
    after = d.scores[-1].trends
    assert {key: moved.direction for key, moved in after.items()} == {
        key: moved.direction for key, moved in before.items()
    }
    for key, moved in after.items():
        assert moved.window_s == pytest.approx(before[key].window_s, abs=15)


def test_an_ended_session_leaves_nothing_retained(tmp_path: Path) -> None:
    """Neither what this watch said, nor what a former one left on the broker."""
    d = Recording(tmp_path)
    d.full()
    d.stream(8, hr=150)
    left = dict(d.retained)
    assert {topics.parse(topic).kind for topic in left} == {"alarm", "score"}  # type: ignore[union-attr]
    ended = m.SessionRecord(
        v=1, session=SESSION, scenario="x", title="X", text="", hash="h", seed=1, beds=[BED],
        state="ended", start=0, created=0,
    )  # fmt: skip
    d.feed(topics.truth(SITE, SESSION, topics.SESSION, "record"), ended)
    assert d.retained == {}
    d.watch, d.retained = Watch(SITE), left
    d.feed(topics.truth(SITE, SESSION, topics.SESSION, "record"), ended)
    for topic, payload in list(left.items()):
        got = decode(topic, payload)
        assert isinstance(got, Accepted)
        Driver.take(d, d.watch.feed(got.topic, got.message, d.wall, retain=True))
    assert d.retained == {}


def test_what_was_silent_for_an_hour_is_not_recalled(tmp_path: Path) -> None:
    """Yesterday's session does not ring because a station starts."""
    d = Recording(tmp_path)
    d.stream(8, hr=124)
    d.restart(after_s=4000)
    d.wait(120)
    assert d.alarms == []


@pytest.mark.slow
async def test_a_killed_station_forgets_no_acknowledgement(station: Station) -> None:
    """On a real broker and store: acknowledged before kill -9, acknowledged after."""
    site, bed, step = "t", "bed01", 0
    station.start()
    async with listening(station.broker) as ear:
        await ear.ready()

        def say(value: float) -> None:
            nonlocal step
            num = m.Num(v=1, m={"rr": m.Reading(v=value, u="/min")}, boot="aa", seq=step, t=None)
            step += 1
            ear.link.send(Outgoing(topics.device(site, topics.LIVE, bed, "patch", "num"), encode(num), 1))

        say(0)
        alarm = await ear.alarm("apnoea", "On")
        ack = m.Acknowledge(v=1, id="a1", t=alarm.t, by="Aino", alarm="apnoea", seq=alarm.seq)
        topic, reply = topics.acknowledge(site, topics.LIVE, bed), topics.reply(site, topics.LIVE, "page")
        answer = await ear.link.request(topic, encode(ack), reply, 10)
        assert msgspec.json.decode(answer, type=m.Reply).presence == "Ack"
        store = station.store()

        def latest() -> m.Alarm | None:
            found = [e for e in store.latest_entries(topics.LIVE, kinds=["alarm"]) if e.name == "apnoea"]
            return msgspec.json.decode(found[0].body, type=m.Alarm) if found else None

        await eventually(lambda: (a := latest()) is not None and a.presence == "Ack")
        store.close()
        station.kill()
        ear.forget()
        station.start()
        await ear.ready()
        say(12)
        off = await ear.alarm("apnoea", "Off")
        assert off.seq == alarm.seq + 2
        said = [decode(x.topic, x.payload) for x in ear.heard if "apnoea" in x.topic and x.payload]
        assert all(isinstance(g, Accepted) and g.message.presence != "On" for g in said)  # type: ignore[attr-defined]
