"""What is told of bodies: the same however many are told at once, and no pulse of whom has none."""

import numpy as np

from broker import messages as m
from broker import topics
from broker.codec import Accepted, decode
from devices.person import Baseline, Person
from devices.ward import BedSetup, Ward
from devices.wearables.nurse import MANUAL
from tests.devices.ward_of import CALM, hear, played, ward_of


def test_each_bed_is_told_alike_alone_and_among_others() -> None:
    """A bed's truth is its own, in any selection; its numbers are of three decimals and all known."""
    ward = Ward(
        "home",
        "s-1",
        [BedSetup(f"bed{i}", Person(baseline=Baseline(hr=60.0 + i))) for i in range(5)],
        seed=1,
        start_ms=0,
    )
    ward.breathing(3, "cheyne-stokes")
    for _ in range(5 * 90):
        ward.tick(waves=False)
    together = ward.truths(range(5))
    assert ward.truths([4, 1]) == [together[4], together[1]]
    assert [ward.truth(i) for i in range(5)] == together
    assert len({t.m["hr"] for t in together}) == 5
    for t in together:
        assert all(value == round(value, 3) for value in t.m.values())
        assert t.m["dbp"] < t.m["map"] < t.m["sbp"]
        assert t.news2 is not None


def test_what_is_wanted_again_and_again_is_wanted_until_something_else_is() -> None:
    """A target said each second leads a body as one said once; what lets it go lets it go."""
    often, once = (Ward("home", "s-1", [BedSetup("bed", Person())], seed=1, start_ms=0) for _ in range(2))
    target, nothing = np.array([120.0]), np.array([np.nan])
    for second in range(240):
        for ward in (often, once):
            if ward is often or second in {0, 120}:
                ward.aim("hr", target if second < 120 else nothing)
            for _ in range(5):
                ward.tick(waves=False)
        if second == 119:
            assert often.truth(0).m["hr"] > 115
    assert often.truth(0) == once.truth(0)
    assert often.truth(0).m["hr"] < 100


def test_without_flow_saturation_falls_nothing_is_shown_and_every_sign_of_the_pulse_scores_three() -> None:
    """A minute later saturation is far down; NEWS2 is 15, on oxygen 17 (reference 7.10)."""
    air, oxygen, organised = (
        ward_of([CALM], devices=("oximeter",)),
        ward_of([CALM], devices=("oximeter",)),
        ward_of([CALM], devices=("oximeter",)),
    )
    oxygen.charted(0, oxygen="non-rebreather", o2_flow=15.0)
    for ward in (air, oxygen, organised):
        played(ward, 30)
        ward.rhythm(0, "sinus" if ward is organised else "vf", pulse=False)
        played(ward, 5)
        shown = hear(ward, 85, "oximeter")
        assert shown.values("spo2")[15:] == [None] * 70
        assert ("Inv", "no-pulse") in shown.reasons("spo2")
        truth = ward.truth(0)
        assert truth.m["spo2"] < 70.0
        assert (truth.acvpu, truth.news2) == ("U", 17 if ward is oxygen else 15)
    assert organised.truth(0).m["hr"] > 40.0  # electrical activity, which is no pulse


def test_no_nurse_finds_pressure_pulse_or_saturation_where_nothing_flows() -> None:
    """A set that falls due in an arrest has breaths, temperature and consciousness, the next alive all."""
    ward = ward_of([CALM])
    ward.rhythm(0, "vf")
    (without,) = _sets(ward, 2)
    assert set(without.m) & set(MANUAL) == {"rr", "temp"}
    ward.rhythm(0, "sinus")
    (whole,) = _sets(ward, 901)
    assert set(MANUAL) <= set(whole.m)


def _sets(ward: Ward, seconds: int) -> list[m.ChartObs]:
    """Return the sets of signs that the nurse charts."""
    got = [decode(e.out.topic, e.out.payload) for e in played(ward, seconds) if e.device == topics.CHART]
    entries = [g.message for g in got if isinstance(g, Accepted)]
    return [o for o in entries if isinstance(o, m.ChartObs) and "temp" in o.m]
