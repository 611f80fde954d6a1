"""A circulation that stops, returns or is lost is told: here by bodies themselves."""

import pytest

from devices.person import Baseline, Person
from devices.ward import BedSetup, Ward

pytestmark = pytest.mark.slow

PERSON = Person(age=50, baseline=Baseline(hr=76, sbp=124, dbp=76))


class Told:
    """A ward and what it told of turns so far: (second, bed, what, rhythm)."""

    def __init__(self, beds: int) -> None:
        setups = [BedSetup(f"bed{i}", PERSON) for i in range(beds)]
        self.ward = Ward("home", "s-1", setups, seed=3, start_ms=0)
        self.turns: list[tuple[int, int, str, str]] = []
        self.now_s = 0

    def after(self, seconds: int) -> "Told":
        """Let time pass."""
        for _ in range(seconds):
            for _ in range(5):
                self.ward.tick(waves=False)
            self.now_s += 1
            self.turns += [(self.now_s, *turn) for turn in self.ward.turned()]
        return self

    def of(self, bed: int) -> list[str]:
        """Return what was told of a bed."""
        return [what for _, at, what, _ in self.turns if at == bed]


def test_bodies_that_fail_by_themselves_are_told_to_arrest_and_to_die() -> None:
    """Untreated anaphylaxis and bleeding: one arrest, twenty minutes later one death; the well: nothing."""
    told = Told(3)
    told.ward.insult(0, "anaphylaxis", tempo=3)
    told.ward.insult(1, "haemorrhage", tempo=20)
    told.after(28 * 60)
    for bed in (0, 1):
        assert told.of(bed) == ["arrest", "death"]
        (stopped, _, _, rhythm), (died, *_) = (turn for turn in told.turns if turn[1] == bed)
        assert stopped < 7 * 60
        assert rhythm == "pea"
        assert died - stopped == pytest.approx(1200, abs=2)
        assert told.ward.truth(bed).m["dead"] == 1.0
    assert told.of(2) == []


def test_a_shock_that_brings_blood_back_is_told_and_one_that_does_not_is_not() -> None:
    """Fibrillation of an illness, shocked after a minute: arrest, then circulation; a weak shock: none."""
    told = Told(2)
    for bed in (0, 1):
        told.ward.insult(bed, "ventricular-fibrillation")
    told.after(60)
    assert [told.of(bed) for bed in (0, 1)] == [["arrest"], ["arrest"]]
    told.ward.treat(0, "defibrillation")
    told.ward.treat(1, "defibrillation", 50)
    told.after(60)
    assert told.of(0) == ["arrest", "circulation-returned"]
    assert told.of(1) == ["arrest"]
    (_, _, _, first), (back, _, _, after) = (turn for turn in told.turns if turn[1] == 0)
    assert (first, after) == ("vf", "sinus")
    assert back - 60 <= 2


def test_compressions_that_bring_a_starved_heart_back_are_told() -> None:
    """Choking stops the heart; airway, breaths and compressions bring it back, and it may stop again."""
    told = Told(1)
    told.ward.insult(0, "airway-obstruction", tempo=4)
    told.after(9 * 60)
    assert told.of(0) == ["arrest"]
    told.ward.ease(0, "airway-obstruction")
    for name in ("airway-opening", "bag-mask", "cpr"):
        told.ward.treat(0, name)
    told.after(6 * 60)
    assert told.of(0) == ["arrest", "circulation-returned"]
    assert told.ward.truth(0).m["dead"] == 0.0
