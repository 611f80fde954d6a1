"""What is stepped over while nobody is ill changes nothing: a bed is the same beside an ill one."""

import numpy as np
import pytest

from devices.arrays import Bools
from devices.engine import Engine
from devices.person import generate
from devices.randomness import generator
from devices.ward import DEVICES as EVERY
from devices.wearables.measured import INVALID, QUESTIONABLE, VALID

BEDS = tuple(f"bed{i:02d}" for i in range(1, 7))
ILL = len(BEDS) - 1
DEVICES = ("patch", "oximeter", "cuff", "thermometer", "band")
SECONDS = 150


def engine(beds: tuple[str, ...]) -> Engine:
    """Return a warm engine of ``beds``."""
    people = [generate(generator(3, bed, "person")) for bed in beds]
    one = Engine(3, beds, people, {d: np.ones(len(beds), bool) for d in DEVICES})
    one.warm_up()
    return one


def befall(one: Engine, second: int) -> None:
    """Let everything that ends a short cut befall the last bed, and most of it end again."""
    on = second == 10
    if second not in {10, 60}:
        return
    for device, kind in (("patch", "motion"), ("oximeter", "motion"), ("oximeter", "cold-finger")):
        one.wearables[device].fault(ILL, kind, on=on, parameters={})
    one.band.fall(ILL, on=on)
    one.beat_in(ILL, "af" if on else "sinus")
    one.body.affect(ILL, "bleeding", 100.0 if on else 0.0)
    if on:
        one.body.insults.begin(ILL, "opioid", 1.0, 20.0)
        one.treatments.give(ILL, "salbutamol")
        one.body.aim("spo2", np.where(np.arange(len(BEDS)) == ILL, 80.0, np.nan))


@pytest.mark.parametrize("hour", [3.0, 10.0])
def test_a_bed_is_the_same_beside_an_ill_one(hour: float) -> None:
    """Numbers and samples of the well beds are the same bits, whoever lies beside them."""
    alone, beside = engine(BEDS[:ILL]), engine(BEDS)
    for second in range(SECONDS):
        befall(beside, second)
        mine, theirs = alone.advance(hour), beside.advance(hour)
        for (_, one), (_, other) in zip(mine, theirs, strict=True):
            for key, metric in one.readings.items():
                assert np.array_equal(metric.values, other.readings[key].values[:ILL], equal_nan=True)
                assert np.array_equal(metric.validity, other.readings[key].validity[:ILL])
        if second % 7 == 0:
            waves = beside.draw()
            for key, samples in alone.draw().items():
                assert np.array_equal(samples, waves[key][:ILL])


def worn_by(who: Bools) -> Engine:
    """Return a warm engine in which these beds wear every device, and the others none."""
    people = [generate(generator(3, bed, "person")) for bed in BEDS]
    one = Engine(3, BEDS, people, dict.fromkeys(EVERY, who))
    one.warm_up()
    return one


def test_a_device_says_the_same_however_many_others_wear_one() -> None:
    """Numbers, doubts and events are those of a ward in which everybody wears all."""
    who = np.arange(len(BEDS)) % 3 == 1
    few, every = worn_by(who), worn_by(np.ones(len(BEDS), bool))
    for second in range(SECONDS):
        for one in (few, every):
            if second in {5, 65}:
                for name, kind in (
                    ("monitor", "motion"),
                    ("wrist-oximeter", "motion"),
                    ("patch", "lead-off"),
                ):
                    one.wearables[name].fault(4, kind, on=second == 5, parameters={})
                one.wearables["oximeter"].weaken(4, "spo2", weak=second == 5)
                one.wearables["oximeter"].exchange(1, 4)
                one.beat_in(1, "af" if second == 5 else "sinus")
                one.body.aim("rr", np.where(np.arange(len(BEDS)) == 4, 0.0 if second == 5 else 14.0, np.nan))
        for (device, mine), (_, theirs) in zip(few.advance(10.0), every.advance(10.0), strict=True):
            due = [bed for bed in theirs.due.tolist() if who[bed]]
            assert mine.due.tolist() == due, device.name
            assert mine.events == [event for event in theirs.events if who[event.bed]]
            for key, metric in mine.readings.items() if due else ():
                other = theirs.readings[key]
                assert metric.values[due].tolist() == other.values[due].tolist(), key
                assert [metric.why[bed] for bed in due] == [other.why[bed] for bed in due]
                assert metric.validity[due].tolist() == other.validity[due].tolist()


def test_weak_signals_and_faults_come_and_go_in_any_order() -> None:
    """Who has lost an electrode says so, then who has a weak signal, then who moves; all others are valid."""
    one, rng = engine(BEDS), np.random.default_rng(4)
    patch = one.patch
    for _ in range(120):
        bed, on = int(rng.integers(len(BEDS))), bool(rng.random() < 0.5)
        match int(rng.integers(3)):
            case 0:
                patch.weaken(bed, "hr", weak=on)
            case 1:
                patch.fault(bed, "lead-off", on=on, parameters={})
            case _:
                patch.fault(bed, "motion", on=on, parameters={})
        report = next(report for device, report in one.advance(10.0) if device is patch)
        hr, weak = report.readings["hr"], patch.weak.get("hr", np.zeros(len(BEDS), bool))
        for each in range(len(BEDS)):
            known: tuple[int, str | None] = (INVALID, "lead-off")
            if not patch.faults["lead-off"][each]:
                moved = (QUESTIONABLE, "motion") if patch.faults["motion"][each] else (VALID, None)
                known = (INVALID, "weak-signal") if weak[each] else moved
            assert (hr.validity[each], hr.why[each]) == known
