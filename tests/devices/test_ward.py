"""The ward as the script and the wire see it."""

import numpy as np
import pytest

from broker import messages as m
from broker import topics
from broker.codec import Accepted, decode
from devices.person import generate
from devices.randomness import generator
from devices.ward import BedSetup, Emission, Ward

START_MS = 1_768_469_400_000


def beds(count: int, seed: int = 3) -> list[BedSetup]:
    """Return ``count`` beds with people drawn from ``seed``."""
    names = [f"bed{i:02d}" for i in range(1, count + 1)]
    return [BedSetup(name, generate(generator(seed, name, "person"))) for name in names]


def ward(count: int, seed: int = 3) -> Ward:
    """Return a ward of ``count`` beds."""
    return Ward("home", "s-000001", beds(count, seed), seed=seed, start_ms=START_MS)


def play(of: Ward, seconds: int, *, waves: bool = True) -> list[Emission]:
    """Return what ``of`` says in so many seconds."""
    return [e for _ in range(5 * seconds) for e in of.tick(waves=waves)]


def decoded(emission: Emission) -> Accepted:
    """Return the message of an emission, which must be one of ours."""
    got = decode(emission.out.topic, emission.out.payload)
    assert isinstance(got, Accepted), got
    return got


@pytest.mark.slow
def test_everything_a_ward_says_is_valid_on_the_wire() -> None:
    """Every message passes the codec, artefacts and lost devices included."""
    one = ward(4)
    said = one.hello()
    one.fault(0, "oximeter", "motion", True)
    one.fault(1, "patch", "lead-off", True)
    one.fault(2, "oximeter", "low-perfusion", True)
    one.fault(3, "oximeter", "probe-off", True)
    said += play(one, 70)
    one.aim("hr", np.full(4, 0.0))
    one.aim("rr", np.full(4, 0.0))
    one.aim("sbp", np.full(4, 0.0))
    said += play(one, 120)
    assert {decoded(e).topic.kind for e in said} >= {"num", "wave", "status", "meta", "obs", "person", "evt"}


def test_the_same_seed_says_the_same_bytes() -> None:
    """Nothing but the seed and the calls decides what is said."""
    assert play(ward(3), 20) == play(ward(3), 20)
    assert play(ward(3), 20) != play(ward(3, seed=4), 20)


def test_adding_beds_changes_no_other_bed() -> None:
    """The first bed says the same alone and among seven."""
    alone = [e.out for e in play(ward(1), 40)]
    among = [e.out for e in play(ward(7), 40) if e.bed == 0]
    assert alone == among


def test_what_befalls_one_bed_changes_no_other() -> None:
    """Faults, rhythms, drugs and charting in one bed leave the next one's bytes alone."""
    plain, busy = ward(2), ward(2)
    busy.rhythm(1, "af")
    busy.fault(1, "oximeter", "motion", True, cadence_bpm=140.0)
    busy.fault(1, "patch", "motion", True)
    busy.affect(1, "bleeding", 200.0)
    busy.affect(1, "fentanyl", 300.0)
    busy.charted(1, acvpu="V", oxygen="face mask", o2_flow=8.0)
    first = [[e.out for e in play(one, 40) if e.bed == 0] for one in (plain, busy)]
    assert first[0] == first[1]


def test_drawing_waves_changes_nothing_else() -> None:
    """Numerics, events and charting are the same with and without waves, and when they are switched."""

    def rest(said: list[Emission]) -> list[Emission]:
        return [e for e in said if decoded(e).topic.kind != "wave"]

    drawn, plain, switched = ward(2), ward(2), ward(2)
    expected = play(plain, 30, waves=False)
    assert rest(play(drawn, 30)) == expected
    now_and_then = [e for k in range(150) for e in switched.tick(waves=k % 7 == 3)]
    assert rest(now_and_then) == expected


def test_a_bed_is_complete_for_news2_from_its_first_second() -> None:
    """Consciousness, oxygen and a manual set are charted at the start, so that a score needs no wait."""
    first = [decoded(e).message for e in play(ward(1), 1)]
    charted = [x for x in first if isinstance(x, m.ChartObs)]
    assert len(charted) == 1
    assert charted[0].acvpu == "A"
    assert charted[0].oxygen == "air"
    assert {"rr", "spo2", "pr", "nibp_sys", "temp"} <= set(charted[0].m)


def test_time_runs_in_fifths_of_a_second() -> None:
    """A tick is 0.2 s, a wave's message 0.2 s of samples, and numbers count on."""
    one = ward(1)
    said = play(one, 3)
    assert one.now_ms == START_MS + 3000
    ecg = [decoded(e).message for e in said if e.out.topic.endswith("ecg_ii")]
    assert all(isinstance(x, m.Wave) and len(x.d) == 50 for x in ecg)
    assert [(x.seq, x.i0, x.t) for x in ecg if isinstance(x, m.Wave)] == [
        (k, 50 * k, START_MS + 200 * k) for k in range(15)
    ]


def test_a_silent_device_says_nothing_but_its_last_will_and_then_returns() -> None:
    """The status goes offline as its last will would say, and online when it is back."""
    one = ward(1)
    play(one, 2)
    one.fault(0, "oximeter", "silent", True)
    gone = [e for e in play(one, 5) if e.device == "oximeter"]
    assert [e.out for e in gone] == [one.will(0, "oximeter")]
    one.fault(0, "oximeter", "silent", False)
    back = [decoded(e) for e in play(one, 2) if e.device == "oximeter"]
    assert [x.topic.kind for x in back[:2]] == ["status", "meta"]
    assert {x.topic.kind for x in back[2:]} == {"num", "wave"}


def test_a_flat_battery_means_another_boot_afterwards() -> None:
    """A device that comes back from a flat battery has started anew: its numbers begin at zero."""
    one = ward(1)

    def numbers() -> list[m.Num]:
        mine = [e for e in play(one, 2, waves=False) if e.device == "patch"]
        return [x for e in mine if isinstance(x := decoded(e).message, m.Num)]

    before = numbers()
    one.fault(0, "patch", "flat-battery", True)
    assert not numbers()
    one.fault(0, "patch", "flat-battery", False)
    after = numbers()
    assert after[0].seq == 0
    assert after[0].boot != before[0].boot


def test_an_unknown_fault_is_refused_with_what_there_is() -> None:
    """The error names the faults a device has."""
    with pytest.raises(ValueError, match="lead-off"):
        ward(1).fault(0, "patch", "gremlins", True)
    with pytest.raises(ValueError, match="oximeter"):
        ward(1).fault(0, "toaster", "motion", True)
    with pytest.raises(ValueError, match="spo2"):
        ward(1).aim("mood", np.zeros(1))


def test_every_device_describes_itself_and_its_last_will_is_retained() -> None:
    """Hello gives the chart, and each device's status and description, all retained."""
    one = ward(2)
    said = one.hello()
    assert all(e.out.retain and e.out.qos == 1 for e in said)
    kinds = [decoded(e).topic.kind for e in said]
    assert kinds.count("person") == 2
    assert kinds.count("status") == kinds.count("meta") == 10
    assert one.will(0, "patch").topic == topics.device("home", "s-000001", "bed01", "patch", "status")
