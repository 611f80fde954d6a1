"""Rhythms differ in what tells them apart, and the pulse obeys the beat."""

import numpy as np
import pytest
import wfdb.processing

from devices.arrays import Floats
from devices.engine import Engine
from devices.signals.rhythms import CONFIRMED_S, NARROW, RHYTHMS, SINUS, WIDE
from tests.devices.signals_of import engine, with_rates

RATE = {"af": 110, "flutter": 150, "svt": 150, "junctional": 48, "idioventricular": 40, "vt": 150,
        "pulseless-vt": 150}  # fmt: skip


def beating(rhythm: str, seconds: int = 40) -> Engine:
    """Return an engine of one bed that has been in ``rhythm`` for a while."""
    one = engine([with_rates(RATE.get(rhythm, 75), 14)])
    one.trains.beat_in(0, rhythm)
    for _ in range(seconds):
        one.advance(12.0)
    return one


def recent(one: Engine, value: str | None = None) -> Floats:
    """Return the beats of the last 30 s in order: their times, or a value of them."""
    train = one.trains.beats
    order = np.argsort(train.times[:, 0])
    times = train.times[order, 0]
    inside = np.nonzero((times > one.now_s - 30) & (times <= one.now_s))[0]
    found: Floats = times if value is None else train.stored(value)[order]
    return found.take(inside)


@pytest.mark.parametrize("rhythm", [k for k, r in RHYTHMS.items() if r.stopped])
def test_a_stopped_heart_has_no_beat_and_no_pulse(rhythm: str) -> None:
    """Nothing beats; only fibrillation draws a wave."""
    one = beating(rhythm)
    assert recent(one).size == 0
    wave = one.draw(5)
    assert np.ptp(wave["pleth"]) < 300
    high = {"vf": (150, 600), "vf-fine": (30, 150), "asystole": (0, 60)}[rhythm]
    assert high[0] <= np.ptp(wave["ecg_ii"].astype(int)) <= high[1]


@pytest.mark.parametrize(("rhythm", "least", "most"), [("af", 0.15, 0.30), ("svt", 0, 0.03), ("vt", 0, 0.05)])
def test_rhythms_are_as_regular_as_they_should_be(rhythm: str, least: float, most: float) -> None:
    """Fibrillation varies beat by beat, re-entry does not."""
    intervals = np.diff(recent(beating(rhythm, 60)))
    assert least <= np.std(intervals) / np.mean(intervals) <= most


@pytest.mark.parametrize(
    ("rhythm", "kind"),
    [("sinus", SINUS), ("af", NARROW), ("svt", NARROW), ("vt", WIDE), ("idioventricular", WIDE)],
)
def test_beats_are_of_their_kind(rhythm: str, kind: int) -> None:
    """With P wave, without, or from a ventricle."""
    assert set(recent(beating(rhythm), "kind")) == {kind}


def test_every_second_beat_of_bigeminy_is_early_wide_weak_and_made_up_for() -> None:
    """An early beat and the pause after it are two normal intervals; its pulse is small."""
    one = beating("bigeminy", 60)
    times, kinds, pulses = recent(one), recent(one, "kind"), recent(one, "pulse")
    early = np.nonzero(kinds == WIDE)[0]
    assert abs(early.size - times.size / 2) <= 1
    for i in early[(early > 1) & (early < times.size - 2)]:
        pair = times[i + 1] - times[i - 1]
        assert pair == pytest.approx(2 * np.mean(np.diff(times)), rel=0.15)
        assert times[i] - times[i - 1] < 0.45 * pair
        assert pulses[i] < 0.65 * pulses[i - 1]


def test_extrasystoles_come_as_often_as_they_should() -> None:
    """About one beat in eight."""
    kinds = np.concatenate([recent(beating("pvc", 40 + 30 * k), "kind") for k in range(3)])
    assert 0.04 <= np.mean(kinds == WIDE) <= 0.25


def test_a_pulseless_heart_beats_in_the_ecg_alone() -> None:
    """The ECG counts 75, the finger nothing."""
    one = beating("pea")
    reports = {w.name: r for w, r in one.advance(12.0)}
    assert reports["patch"].readings["hr"].values[0] == pytest.approx(75, abs=5)
    assert reports["oximeter"].readings["pr"].why == ["no-pulse"]


def width_ms(one: Engine) -> float:
    """Return the width of the last R wave drawn whole: how long it is above a tenth of its height."""
    ecg = one.draw(10)["ecg_ii"][0].astype(float)
    ecg -= np.median(ecg)
    beats = recent(one)
    at = round(float(beats[beats < one.now_s - 0.5][-1] - (one.now_s - 10)) * 250)
    low = np.nonzero(ecg < 0.1 * ecg[at])[0]
    return 4.0 * float(low[low > at][0] - low[low < at][-1])


@pytest.mark.parametrize("rate", [60, 100, 150])
def test_a_ventricular_beat_is_wide_and_a_supraventricular_one_is_not(rate: int) -> None:
    """At every rate: over 120 ms, and under."""
    for rhythm, wide in (("vt", True), ("svt", False), ("sinus", False)):
        one = engine([with_rates(rate, 14)])
        one.trains.beat_in(0, rhythm)
        for _ in range(20):
            one.advance(12.0)
        assert (width_ms(one) > 120) == wide, rhythm


@pytest.mark.slow
@pytest.mark.parametrize("rhythm", ["sinus", "af", "flutter", "svt", "junctional", "vt", "bigeminy"])
def test_a_judge_finds_the_beats_of_organised_rhythms(rhythm: str) -> None:
    """WFDB's xqrs finds at least 95 % of them and adds at most 5 %."""
    one = engine([with_rates(RATE.get(rhythm, 75), 14)])
    one.trains.beat_in(0, rhythm)
    blocks, beats = [], set[float]()
    for _ in range(60):
        one.advance(12.0)
        blocks.append(one.draw()["ecg_ii"][0])
        beats |= set(one.trains.beats.times[:, 0].tolist())
    found = wfdb.processing.xqrs_detect(np.concatenate(blocks) * 0.005, fs=250, verbose=False) / 250
    true = np.array(sorted(t for t in beats if 6 < t < 58))
    found = found[(found > 5.9) & (found < 58.1)]
    assert np.mean([np.min(np.abs(found - t)) < 0.1 for t in true]) >= 0.95
    assert np.mean([np.min(np.abs(true - t)) < 0.1 for t in found if 6.2 < t < 57.8]) >= 0.95


def test_the_patch_names_a_rhythm_that_lasts() -> None:
    """After eight seconds an event says what it is, once, and again when it is over."""
    one = engine([with_rates(75, 14)])
    one.trains.beat_in(0, "af")
    said = [(k, e) for k in range(20) for w, r in one.advance(12.0) for e in r.events if e.kind == "rhythm"]
    assert [(e.text, e.on) for _, e in said] == [("Atrial fibrillation", True)]
    assert said[0][0] == CONFIRMED_S
    one.trains.beat_in(0, "sinus")
    said = [(k, e) for k in range(20) for w, r in one.advance(12.0) for e in r.events if e.kind == "rhythm"]
    assert [e.on for _, e in said] == [False]


def test_an_unknown_rhythm_is_refused_by_name() -> None:
    """The error names those there are."""
    with pytest.raises(ValueError, match="bigeminy"):
        engine([with_rates(70, 14)]).trains.beat_in(0, "samba")
