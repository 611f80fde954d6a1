"""What is told of bodies does not depend on how many are told at once."""

import numpy as np

from devices.person import Baseline, Person
from devices.ward import BedSetup, Ward


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
