"""The watch rings when it should, and neither earlier nor for another bed."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broker import messages as m
from broker import topics
from tests.station.driver import BED, SITE, Driver


def presences(alarms: list[m.Alarm | None]) -> list[str]:
    """Return the presences said, ``clear`` for an empty message."""
    return [alarm.presence if alarm is not None else "clear" for alarm in alarms]


@pytest.mark.parametrize("speed", [1, 10, 60])
def test_a_limit_alarm_waits_its_delay_in_simulated_time(speed: float) -> None:
    """HR above 120 for 5 simulated seconds is an alarm; its onset is the first such value."""
    d = Driver(speed=speed)
    d.stream(3, hr=80)
    d.stream(5, hr=124)
    assert d.said("hr-high") == []
    d.stream(1, hr=124)
    alarm = d.shown()["hr-high"]
    assert (alarm.text, alarm.priority, alarm.kind, alarm.presence) == ("HR 124 > 120", "Me", "Phy", "On")
    assert alarm.t - alarm.onset == pytest.approx(5000, abs=250 * speed)
    assert (alarm.metric, alarm.value, alarm.limit, alarm.bound) == ("hr", 124, 120, "high")


def test_an_alarm_ends_and_is_taken_back() -> None:
    """When the value is well inside again, Off is said, then the retained message cleared."""
    d = Driver()
    d.stream(7, hr=124)
    d.stream(2, hr=119)
    assert presences(d.said("hr-high")) == ["On"]
    d.stream(2, hr=118)
    assert presences(d.said("hr-high")) == ["On", "Off", "clear"]
    off = d.said("hr-high")[1]
    assert off is not None
    assert off.ended is not None
    assert d.shown() == {}


def test_worse_is_the_same_alarm_again() -> None:
    """From medium to high the alarm keeps its id, counts up, and breaks an acknowledgement."""
    d = Driver()
    d.stream(7, hr=124)
    assert d.ack("hr-high", 1).ok
    d.stream(7, hr=145)
    alarm = d.shown()["hr-high"]
    assert (alarm.presence, alarm.priority, alarm.text, alarm.by) == ("On", "Hi", "HR 145 > 140", None)
    assert [a.seq for a in d.said("hr-high") if a] == sorted(a.seq for a in d.said("hr-high") if a)


def test_a_figure_is_refreshed_without_a_new_number() -> None:
    """The text follows the value every few seconds; what a person acknowledges stays the same."""
    d = Driver()
    d.stream(7, hr=124)
    d.stream(10, hr=130)
    alarm = d.shown()["hr-high"]
    assert (alarm.text, alarm.seq) == ("HR 130 > 120", 1)
    assert len(d.said("hr-high")) <= 3


def test_pulse_rate_stands_in_for_a_lost_heart_rate() -> None:
    """With the ECG off for ten seconds the oximeter's pulse rate is judged, and named PR."""
    d = Driver()
    d.stream(2, hr=80)
    for _ in range(20):
        d.wall += 1000
        d.num("patch", q="Inv", why="lead-off", hr=None)
        d.num("oximeter", pr=125)
        d.tick()
    alarm = d.shown()["hr-high"]
    assert (alarm.text, alarm.metric) == ("PR 125 > 120", "pr")


def test_while_the_heart_rate_is_there_pulse_rate_does_not_ring() -> None:
    """Two sensors of one heart make one alarm at most."""
    d = Driver()
    for _ in range(20):
        d.wall += 1000
        d.num("patch", hr=80)
        d.num("oximeter", pr=125)
        d.tick()
    assert d.alarms == []


def test_a_questionable_value_rings_as_on_a_monitor() -> None:
    """Motion makes false alarms here as it does at the bedside."""
    d = Driver()
    for _ in range(17):
        d.wall += 1000
        d.num("oximeter", q="Qst", why="motion", spo2=82)
        d.tick()
    assert d.shown()["spo2-low"].text == "SpO₂ 82 < 90"


def test_scale_2_is_judged_by_its_own_target() -> None:
    """At a target of 88 to 92 %, 89 is no alarm; on oxygen 97 is one, after a minute."""
    d = Driver()
    d.person(scale=2)
    d.stream(30, "oximeter", spo2=89)
    assert d.alarms == []
    d.chart(oxygen="nasal cannula")
    d.stream(59, "oximeter", spo2=97)
    assert d.said("spo2-high") == []
    d.stream(3, "oximeter", spo2=97)
    alarm = d.shown()["spo2-high"]
    assert (alarm.priority, alarm.text) == ("Lo", "SpO₂ 97 > 96")
    d.chart(oxygen="air")
    d.tick()
    assert "spo2-high" not in d.shown()


def test_no_breath_is_apnoea_at_once() -> None:
    """A device says 0 after 20 s without a breath; then nothing more is waited for."""
    d = Driver()
    d.stream(2, rr=12)
    d.stream(1, rr=0)
    assert (d.shown()["apnoea"].text, d.shown()["apnoea"].priority) == ("Apnoea", "Hi")


def test_an_alarm_whose_value_is_lost_ends_after_a_minute() -> None:
    """The patient's alarm holds while the value is merely late, then gives way to the device's."""
    d = Driver()
    d.stream(20, "oximeter", spo2=82)
    d.wait(55)
    assert "spo2-low" in d.shown()
    d.wait(8)
    assert "spo2-low" not in d.shown()
    assert d.shown()["no-data"].kind == "Tec"


def test_asystole_latches_until_acknowledged() -> None:
    """A lethal rhythm that ends by itself stays on show."""
    d = Driver()
    d.stream(1, hr=40)
    d.evt("asystole")
    d.tick()
    assert (d.shown()["asystole"].priority, d.shown()["asystole"].latch) == ("Hi", True)
    d.evt("asystole", on=False)
    d.tick()
    alarm = d.shown()["asystole"]
    assert alarm.presence == "Latch"
    assert alarm.ended is not None
    assert d.ack("asystole", alarm.seq).presence == "Off"
    assert "asystole" not in d.shown()


def test_a_rhythm_replaces_another() -> None:
    """The rhythm event says what is; what was ends."""
    d = Driver()
    d.stream(1, hr=180)
    for text in ("Ventricular tachycardia", "VF", "Sinus rhythm"):
        d.evt("rhythm", text=text)
        d.tick()
    assert {k: a.presence for k, a in d.shown().items()} == {"vt": "Latch", "vf": "Latch"}


def test_a_fall_stays_until_acknowledged_and_may_happen_again() -> None:
    """A moment has no end to wait for."""
    d = Driver()
    d.stream(1, hr=80)
    for _ in range(2):
        d.evt("fall", device="band")
        d.wait(0.5)
        alarm = d.shown()["fall"]
        assert alarm.presence == "Latch"
        d.ack("fall", alarm.seq, id_=f"a{alarm.seq}")
        assert "fall" not in d.shown()


# --- acknowledgement -----------------------------------------------------------------------------


def test_an_acknowledgement_is_answered_shown_and_kept() -> None:
    """The alarm says who; a repeated request gets the same answer and changes nothing."""
    d = Driver()
    d.stream(7, hr=124)
    first, again = d.ack("hr-high", 1), d.ack("hr-high", 1)
    assert first == again
    assert (first.ok, first.presence, first.ref) == (True, "Ack", "a1")
    assert (d.shown()["hr-high"].presence, d.shown()["hr-high"].by) == ("Ack", "Aino")
    assert presences(d.said("hr-high")) == ["On", "Ack"]


@pytest.mark.parametrize(
    ("alarm", "seq", "error"),
    [("hr-high", 0, "stale-seq"), ("hr-high", 2, "stale-seq"), ("x", 1, "no-such-alarm")],
)
def test_what_was_not_on_show_cannot_be_acknowledged(alarm: str, seq: int, error: str) -> None:
    """Another number than the present one, or an unknown alarm, is refused and changes nothing."""
    d = Driver()
    d.stream(7, hr=124)
    before = d.shown()
    reply = d.ack(alarm, seq)
    assert (reply.ok, reply.error) == (False, error)
    assert d.shown() == before


def test_an_acknowledgement_never_clears_another_bed() -> None:
    """Two beds with the same alarm: one is acknowledged, the other goes on."""
    d = Driver()
    for _ in range(7):
        d.wall += 1000
        for bed in ("bed01", "bed02"):
            d.num(bed=bed, hr=124)
        d.tick()
    assert d.ack("hr-high", 1, bed="bed01").ok
    assert d.shown(bed="bed01")["hr-high"].presence == "Ack"
    assert d.shown(bed="bed02")["hr-high"].presence == "On"
    assert not d.ack("hr-high", 1, bed="bed03", id_="a2").ok


def test_an_acknowledged_alarm_is_new_when_it_comes_back() -> None:
    """After its end the same condition rings again."""
    d = Driver()
    d.stream(7, hr=124)
    d.ack("hr-high", 1)
    d.stream(3, hr=100)
    d.stream(7, hr=124)
    assert presences(d.said("hr-high")) == ["On", "Ack", "Off", "clear", "On"]


VALUES = st.lists(st.sampled_from([100, 117, 119, 121, 130, 145, None]), min_size=1, max_size=120)


@settings(max_examples=40, deadline=None)
@given(values=VALUES, acks=st.sets(st.integers(0, 119), max_size=6))
def test_whatever_happens_the_record_is_coherent(values: list[float | None], acks: set[int]) -> None:
    """``seq`` only counts up; Off is followed by the clearing; the retained message is the last word."""
    d = Driver()
    for i, value in enumerate(values):
        d.stream(1, hr=value)
        shown = d.shown().get("hr-high")
        if i in acks and shown is not None:
            d.ack("hr-high", shown.seq, id_=f"a{i}")
    said = d.said("hr-high")
    numbers = [alarm.seq for alarm in said if alarm is not None]
    assert numbers == sorted(numbers)
    words = presences(said)
    assert all((a == "Off") == (b == "clear") for a, b in pairwise(words))
    assert all((a, b) not in {("On", "Latch"), ("Ack", "Ack")} for a, b in pairwise(words))
    last = d.shown().get("hr-high")
    assert last == (said[-1] if said else None)


# --- sessions ------------------------------------------------------------------------------------


def test_the_end_of_a_session_takes_everything_back() -> None:
    """Nothing retained is left, and what devices still say is not judged."""
    d = Driver()
    d.full(7, hr=124)
    assert d.shown()
    record = m.SessionRecord(
        v=1, session=d.session, scenario="x", title="X", text="", hash="h", seed=1, beds=[BED],
        state="ended", start=0, created=0,
    )  # fmt: skip
    d.feed(topics.truth(SITE, d.session, topics.SESSION, "record"), record)
    assert d.retained == {}
    d.stream(20, hr=150)
    assert d.retained == {}


def test_sessions_do_not_know_of_each_other() -> None:
    """The same bed in two sessions, each by its own clock: only one rings."""
    d = Driver()
    d.stream(2, hr=124)
    d.session = "s-2"
    d.clock()
    d.stream(2, hr=124)
    assert d.alarms == []
    d.session = "s-1"
    d.stream(3, hr=124)
    place = topics.alarm(SITE, "s-1", BED, "hr-high")
    assert [t for t in d.retained if "alarm" in t] == [place]


@pytest.mark.slow
def test_in_a_fleet_every_bed_has_its_turn() -> None:
    """However many beds there are, each one's alarm comes within a second of its delay."""
    d, beds = Driver(), [f"b{i}" for i in range(300)]
    record = m.SessionRecord(
        v=1, session=d.session, scenario="x", title="X", text="", hash="h", seed=1, beds=beds,
        state="running", start=0, created=0,
    )  # fmt: skip
    d.feed(topics.truth(SITE, d.session, topics.SESSION, "record"), record)
    for bed in beds:
        d.num(bed=bed, hr=124)
    d.wait(6)
    assert all(set(d.shown(bed=bed)) == {"hr-high"} for bed in beds)
