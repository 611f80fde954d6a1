"""A rhythm that a script gives is felt: the truth's rate is that of the ventricles, and pressure follows."""

import numpy as np
import pytest

from devices.conditions import with_conditions
from devices.engine import Engine
from devices.person import Person
from devices.physiology.heart import STOPPED
from devices.signals.rhythms import RHYTHMS
from tests.devices.signals_of import engine

SECONDS, SETTLES = 600, 60
BEATING = sorted(set(RHYTHMS) - STOPPED)
COSTS = {
    "af-rapid": (94, 114), "svt": (84, 114), "flutter": (114, 124), "vt": (70, 100),
    "third-degree": (70, 90), "third-degree-wide": (70, 90), "af-block": (70, 90),
    "torsades": (0, 60), "polymorphic-vt": (0, 80), "bigeminy": (119, 129), "lbbb": (119, 129),
}  # fmt: skip
"""Systolic pressure of somebody whose own is 124 (reference 7.21: -10 to -30, -10 to -40, mild, 70 to 100,
70 to 90, syncope; extrasystoles and branches cost nothing)."""


def beaten(names: list[str]) -> Engine:
    """Return a ward whose hearts have beaten in these rhythms for a minute."""
    one = engine([Person() for _ in names])
    for bed, name in enumerate(names):
        one.beat_in(bed, name)
    return lived(one, SETTLES)


def lived(one: Engine, seconds: int) -> Engine:
    """Let time pass."""
    for _ in range(seconds):
        one.advance(12.0)
    return one


def test_a_rhythm_goes_at_its_usual_rate_unless_a_script_leads_it() -> None:
    """Within seconds, as in the reference 7.21; a script has the slower tachycardia that it asks for."""
    rates = {"flutter": (145, 155), "vt": (150, 200), "svt": (150, 220), "sinus-bradycardia": (30, 45)}
    one = engine([Person() for _ in (*rates, "led")])
    for bed, name in enumerate((*rates, "vt")):
        one.body.aim("hr", np.array([np.nan] * len(rates) + [138.0]))
        one.beat_in(bed, name)
    hr = lived(one, 5).body.now["hr"]
    assert all(low <= rate <= high for rate, (low, high) in zip(hr, rates.values(), strict=False)), hr
    assert lived(one, 60).body.now["hr"][-1] == pytest.approx(138, abs=1)


@pytest.mark.slow
def test_the_rate_that_is_told_as_true_is_the_ventricles() -> None:
    """Pauses, runs, blocks and failing pacemakers included: within 3 /min, or 4 %, over ten minutes."""
    one = beaten(BEATING)
    before, told = one.trains.beats.count.copy(), np.zeros(len(BEATING))
    for _ in range(SECONDS):
        told += one.body.now["hr"] / SECONDS
        lived(one, 1)
    beats = (one.trains.beats.count - before) * (60.0 / SECONDS)
    for name, there, said in zip(BEATING, beats, told, strict=True):
        assert abs(there - said) <= max(3.0, 0.04 * said), (name, there, said)


def test_a_rhythm_costs_pressure_as_published() -> None:
    """By script as by illness, after a minute and after five; when it ends, so does its cost."""
    one = beaten(list(COSTS))
    for _ in range(2):
        for bed, (name, (low, high)) in enumerate(COSTS.items()):
            assert low <= one.body.now["sbp"][bed] <= high, (name, one.body.now["sbp"][bed])
        lived(one, 240)
    for bed in range(len(COSTS)):
        one.beat_in(bed, "sinus")
    assert lived(one, 240).body.now["sbp"] == pytest.approx(124.0, abs=4.0)


def test_what_a_heart_lives_with_costs_nothing_more() -> None:
    """Somebody's usual pressure is the pressure in their usual rhythm, and comes back with it."""
    lives = with_conditions(Person(), "atrial-fibrillation")
    one = engine([lives, lives])
    one.beat_in(1, "af-rapid")
    there = lived(one, 60).body.now["sbp"]
    assert there[0] == pytest.approx(lives.baseline.sbp, abs=3.0)
    assert there[1] < lives.baseline.sbp - 8.0
    one.beat_in(1, "sinus")
    assert lived(one, 120).body.now["sbp"] == pytest.approx(lives.baseline.sbp, abs=3.0)


def test_an_arterial_line_shows_the_truth_in_every_even_rhythm() -> None:
    """What a rhythm costs the body's pressure is not taken from the line a second time."""
    names = ["vt", "idioventricular", "accelerated-idioventricular", "svt", "paced-ventricular", "torsades"]
    worn = {
        d: np.ones(len(names), bool) for d in ("patch", "oximeter", "cuff", "band", "thermometer", "monitor")
    }
    one = Engine(5, [f"bed{i}" for i in range(len(names))], [Person() for _ in names], worn)
    one.warm_up()
    for bed, name in enumerate(names):
        one.beat_in(bed, name)
    lived(one, 120)
    tops = np.quantile(one.pressure(8) * 0.1, 0.97, axis=1)
    assert tops == pytest.approx(one.body.now["sbp"], abs=7)
