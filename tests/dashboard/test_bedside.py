"""One bed's state and its deltas, message by message."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from broker import messages as m
from broker.codec import Accepted
from broker.topics import Topic
from dashboard.bedside import MOST_ACTS, Bedside, merge

UNITS = {"hr": "/min", "spo2": "%", "rr": "/min", "temp": "Cel"}

numerics = st.builds(
    lambda device, metric, value, seq, t: ("num", device, metric, value, seq, t),
    st.sampled_from(["patch", "oximeter"]),
    st.sampled_from(sorted(UNITS)),
    st.none() | st.floats(30, 45),
    st.integers(0, 20),
    st.integers(0, 60_000),
)
alarms = st.builds(
    lambda ident, presence, seq: ("alarm", ident, presence, seq),
    st.sampled_from(["hr-high", "spo2-low"]),
    st.sampled_from(["On", "Off", "Latch", "Ack"]),
    st.integers(0, 9),
)
acts = st.builds(lambda ident, t: ("act", ident, t), st.integers(0, 9), st.integers(0, 99))
statuses = st.builds(lambda state: ("status", state), st.sampled_from(["online", "offline"]))
messages = st.lists(numerics | alarms | acts | statuses, max_size=40)


def take(bed: Bedside, said: tuple[Any, ...]) -> None:
    """Let a bed take one message."""
    match said:
        case ("num", device, metric, value, seq, t):
            reading = m.Reading(v=value, u=UNITS[metric])
            bed.numerics(device, m.Num(v=1, m={metric: reading}, boot="ab", seq=seq), t, t)
        case ("alarm", ident, presence, seq):
            alarm = m.Alarm(
                v=1, id=ident, seq=seq, t=seq, onset=0, kind="Phy", priority="Me", presence=presence, text="x"
            )
            bed.alarm(ident, alarm)
        case ("act", ident, t):
            bed.act("flag", m.Flag(v=1, id=f"flag-{ident}", t=t, by="Aino K"))
        case ("status", state):
            bed.status("patch", m.Status(v=1, state=state), 1)


@given(first=messages, later=st.lists(messages, max_size=4))
def test_deltas_add_up_to_the_state(first: list[Any], later: list[list[Any]]) -> None:
    """Who has a snapshot and applies every delta since has what a new snapshot says."""
    bed = Bedside()
    for said in first:
        take(bed, said)
    bed.take()
    seen = json.loads(json.dumps(bed.state))
    for said in later:
        for message in said:
            take(bed, message)
        merge(seen, json.loads(json.dumps(bed.take())))
    for name in ("num", "alarms", "devices", "evt"):
        seen[name] = {key: value for key, value in seen[name].items() if value is not None}
    seen["acts"] = sorted(seen["acts"], key=lambda act: (act["t"], act["id"]))
    state = {**bed.state, "acts": sorted(bed.state["acts"], key=lambda act: (act["t"], act["id"]))}
    assert seen == state


@given(said=messages)
def test_nothing_is_news_twice(said: list[Any]) -> None:
    """What was said once and is said again changes nothing."""
    bed = Bedside()
    for message in said:
        if message[0] != "alarm":
            take(bed, message)
    bed.take()
    for message in said:
        if message[0] in {"num", "act"}:
            take(bed, message)
    assert bed.take() == {}


@given(seqs=st.lists(st.integers(0, 50), min_size=1, max_size=30))
def test_an_older_message_never_replaces_a_newer(seqs: list[int]) -> None:
    """In whatever order a device's messages come, the newest is shown."""
    bed = Bedside()
    for seq in seqs:
        take(bed, ("num", "patch", "hr", float(seq + 30), seq, 1000 * seq))
    assert bed.state["num"]["hr"]["v"] == max(seqs) + 30


def test_a_device_that_measures_keeps_its_place() -> None:
    """Two devices that give the same metric do not take turns; when the first falls silent it yields."""
    bed = Bedside()
    for second in range(10):
        take(bed, ("num", "patch", "hr", 70.0, second, 1000 * second))
        take(bed, ("num", "oximeter", "hr", 71.0, second, 1000 * second + 500))
        assert bed.state["num"]["hr"]["dev"] == "patch"
    take(bed, ("num", "oximeter", "hr", 71.0, 11, 14_000))
    assert bed.state["num"]["hr"]["dev"] == "oximeter"


def test_a_value_that_is_unknown_gives_way_at_once() -> None:
    """A lead that is off does not keep another device's value from the screen."""
    bed = Bedside()
    take(bed, ("num", "patch", "hr", None, 1, 1000))
    take(bed, ("num", "oximeter", "hr", 71.0, 1, 1100))
    assert bed.state["num"]["hr"]["v"] == 71


def test_the_nurse_charts_step_by_step() -> None:
    """What one entry does not say stays as it was; on air there is no flow."""
    bed = Bedside()
    flow = {"o2_flow": m.Reading(v=2, u="L/min")}
    bed.charted(m.ChartObs(v=1, t=1, by="nurse", acvpu="A", oxygen="nasal cannula", m=flow), 1)
    bed.charted(m.ChartObs(v=1, t=2, by="nurse", acvpu="C"), 2)
    chart = bed.state["chart"]
    assert (chart["acvpu"], chart["oxygen"], chart["o2_flow"], chart["t"]) == ("C", "nasal cannula", 2, 2)
    bed.charted(m.ChartObs(v=1, t=3, by="nurse", oxygen="air"), 3)
    assert (bed.state["chart"]["oxygen"], bed.state["chart"]["o2_flow"]) == ("air", None)


def test_acts_are_bounded() -> None:
    """A bed remembers the newest acts."""
    bed = Bedside()
    for i in range(MOST_ACTS + 20):
        bed.act("flag", m.Flag(v=1, id=f"flag-{i}", t=i, by="Aino K"))
    assert [act["t"] for act in bed.state["acts"]] == list(range(20, MOST_ACTS + 20))


def test_what_the_store_knew_yields_to_what_is_newer() -> None:
    """A stored score or alarm older than the one on show is no news."""
    bed = Bedside()
    take(bed, ("alarm", "hr-high", "On", 5))
    old = m.Alarm(v=1, id="hr-high", seq=4, t=1, onset=0, kind="Phy", priority="Me", presence="Ack", text="x")
    topic = Topic("rpm", "home", "s-1", "bed01", "_watch", "alarm", "hr-high")
    assert bed.knows_newer(Accepted(topic, old, b""))
    reading = m.Num(v=1, m={"hr": m.Reading(v=50, u="/min")})
    take(bed, ("num", "patch", "hr", 40.0, 1, 2000))
    bed.stored("patch", reading, 1000, 1000)
    assert bed.state["num"]["hr"]["v"] == 40
