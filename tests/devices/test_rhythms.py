"""Every rhythm is told from its neighbours by what is drawn of it, and the pulse obeys the beat.

``FACTS`` is the table: of each rhythm the rate that a stranger (WFDB's xqrs) may count, and two facts
about its drawn waves that its neighbours lack. Nothing here looks at what the simulator knows.
"""

from collections.abc import Callable
from dataclasses import replace
from types import FunctionType

import numpy as np
import pytest
import wfdb.processing
from scipy.signal import find_peaks

from broker.station.events import RHYTHMS as RAISED
from devices.signals.rhythms import CONFIRMED_S, RHYTHMS
from tests.devices.signals_of import engine, with_rates
from tests.devices.strips import HZ, RATE, SECONDS, Strip, strips

Fact = Callable[[Strip], bool | np.bool_]
NO_RATE = (0.0, 400.0)


def p_before(least_s: float, most_s: float) -> Fact:
    """Return the fact that a P wave stands at one place before QRS, its top so far from R."""

    def fact(s: Strip) -> bool:
        seen = s.pr_s[~np.isnan(s.pr_s)]
        return bool(
            seen.size > 0.75 * s.pr_s.size and least_s <= np.median(seen) <= most_s and np.std(seen) < 0.02
        )

    return fact


def narrow(s: Strip) -> bool:
    """No complex is wide."""
    return float(np.mean(s.wide)) < 0.03


def all_wide(s: Strip) -> bool:
    """Nearly every complex is wide."""
    return float(np.mean(s.wide)) > 0.9


def no_upright_p(s: Strip) -> bool:
    """Nothing goes up before QRS."""
    return float(np.mean(~np.isnan(s.pr_s))) < 0.1


def regular(s: Strip) -> bool:
    """Intervals hardly vary."""
    return s.cv < 0.06


def steady(s: Strip) -> bool:
    """Intervals do not vary: nothing breathes on them."""
    return s.cv < 0.03


def irregular(s: Strip) -> bool:
    """Intervals vary by more than 15 %, one knowing nothing of the one before."""
    rr = s.rr - s.rr.mean()
    again = float((rr[1:] * rr[:-1]).mean() / (rr * rr).mean())
    return 0.15 < s.cv < 0.30 and abs(again) < 0.25


def no_p(s: Strip) -> bool:
    """Nothing stands before QRS."""
    return float(np.mean(~np.isnan(s.pr_s))) < 0.1 and abs(s.beat_at(-0.14)) < 0.05


def trembling(s: Strip) -> bool:
    """Lead V1 never rests between the beats."""
    return s.at_rest() > 0.015


def dissociated(s: Strip) -> bool:
    """P waves are there, at no fixed place: the mean beat has none, single ones stand anywhere."""
    seen = s.pr_s[~np.isnan(s.pr_s)]
    return abs(s.p_wave[0]) < 0.04 and seen.size > 5 and float(np.std(seen)) > 0.035


def saw(s: Strip) -> bool:
    """See whether a wave goes down before each complex, where a P wave would go up."""
    return s.beat_at(-0.15) < s.beat_at(-0.23) - 0.08


def pulses(low: float, high: float) -> Fact:
    """Return the fact that the finger feels so many pulses a minute."""
    return lambda s: low <= s.pulses <= high


def fewer_pulses(least: float) -> Fact:
    """Return the fact that so many beats a minute do not reach the finger."""
    return lambda s: s.rate - s.pulses >= least


def early_wide(share: tuple[float, float]) -> Fact:
    """Return the fact that this share of complexes comes early and wide, and is made up for."""

    def fact(s: Strip) -> bool:
        wide = float(np.mean(s.wide[s.early]))
        return (
            share[0] <= s.early.size / s.complexes.size <= share[1]
            and wide > 0.9
            and abs(float(np.median(s.pairs)) - 2.0) < 0.25
        )

    return fact


def runs(least: int, most: int) -> Fact:
    """Return the fact that wide complexes come in rows of this length."""
    return lambda s: bool(s.runs) and all(least <= n <= most for n in s.runs)


def chaos(least_mv: float, most_mv: float) -> Fact:
    """Return the fact that lead II moves so much between 3 and 9 Hz (root mean square)."""
    return lambda s: least_mv <= s.power(3, 9) <= most_mv


def spiked(per_minute: float, within: float = 3.0) -> Fact:
    """Return the fact that so many spikes come each minute."""
    return lambda s: abs(s.spikes.size * 60.0 / SECONDS - per_minute) <= within


def both(first: Fact, second: Fact) -> Fact:
    """Return the fact that both hold."""
    return lambda s: first(s) and second(s)


def deep_in_v1(s: Strip) -> bool:
    """See whether V1 goes down and does not come up at its end."""
    return s.extreme("ecg_v1") < -0.5 and s.beat_at(0.05, "ecg_v1") < 0.3


def several_foci(s: Strip) -> bool:
    """See whether wide complexes go up and down in lead II."""
    return 0.0 < float(np.mean(s.heights()[s.wide] < 0)) < 1.0


def unpaced(s: Strip) -> bool:
    """There are no spikes."""
    return s.spikes.size < 3


def paced(s: Strip) -> bool:
    """See whether a spike comes just before nearly each complex."""
    if not s.spikes.size:
        return False
    gaps = [float(np.min(np.where(t > s.spikes, t - s.spikes, 9.0))) for t in s.complexes[1:-1]]
    return float(np.mean(np.array(gaps) < 0.16)) > 0.9


def slowly_growing(s: Strip) -> bool:
    """PR grows from beat to beat, and begins anew after the pause."""
    longer = np.diff(s.pr_s)
    after_pause = (s.rr > 1.25 * np.median(s.rr))[2:-2]
    usual, anew = longer[~after_pause], longer[after_pause]
    return float(np.nanmean(usual > 0.0)) > 0.9 and float(np.nanmean(anew < 0.0)) > 0.9


def dropped(s: Strip) -> bool:
    """See whether the long intervals are two of the short ones."""
    short = float(np.median(s.rr[s.rr < 1.5 * s.rr.min()]))
    long = s.rr[s.rr > 1.5 * short]
    return long.size > 5 and abs(float(np.median(long)) / short - 2.0) < 0.1


FACTS: dict[str, tuple[tuple[float, float], Fact, Fact]] = {
    "sinus": ((68, 82), p_before(0.11, 0.20), lambda s: narrow(s) and 0.02 < s.cv < 0.06),
    "sinus-bradycardia": ((30, 50), p_before(0.11, 0.22), lambda s: s.beat_at(0.49) > s.beat_at(0.45) + 0.02),
    "sinus-tachycardia": ((101, 180), p_before(0.08, 0.16), lambda s: narrow(s) and regular(s)),
    "sinus-arrhythmia": (
        (60, 80),
        p_before(0.11, 0.20),
        both(narrow, lambda s: s.cv > 0.05 and s.rr.max() < 1.6 * s.rr.min()),
    ),
    "sinus-arrest": (
        (30, 62),
        p_before(0.11, 0.20),
        both(unpaced, lambda s: s.rr.max() > 2.2 * np.median(s.rr)),
    ),
    "pac": (
        (68, 85),
        p_before(0.11, 0.22),
        both(narrow, lambda s: s.early.size > 5 and np.median(s.pairs) < 1.88),
    ),
    "wpw": ((68, 82), lambda s: s.beat_at(-0.05) > 0.15, lambda s: 90 < s.width_ms < 125),
    "lbbb": ((68, 82), both(all_wide, unpaced), both(deep_in_v1, lambda s: s.extreme("ecg_v6") > 0.5)),
    "rbbb": ((68, 82), all_wide, lambda s: s.beat_at(0.05, "ecg_v1") > 0.3 > -0.1 > s.beat_at(0.05, "ecg_i")),
    "af": ((82, 100), irregular, lambda s: no_p_at_one_place(s) and trembling(s)),
    "af-controlled": ((60, 99), irregular, lambda s: no_p_at_one_place(s) and trembling(s)),
    "af-rapid": ((110, 180), irregular, fewer_pulses(5)),
    "flutter": ((143, 157), saw, steady),
    "flutter-4-1": ((60, 85), saw, lambda s: steady(s) and trembling(s)),
    "flutter-variable": ((75, 113), saw, lambda s: multiples(s) and s.cv > 0.15),
    "svt": ((150, 220), lambda s: steady(s) and not saw(s), narrow),
    "junctional": ((35, 60), no_p, lambda s: s.beat_at(0.105) < -0.06),
    "accelerated-junctional": ((61, 110), lambda s: s.beat_at(-0.105) < -0.06, both(narrow, no_upright_p)),
    "first-degree": ((68, 85), p_before(0.24, 0.33), lambda s: regular(s) and not saw(s)),
    "wenckebach": ((35, 80), slowly_growing, narrow),
    "mobitz-ii": ((30, 65), dropped, lambda s: all_wide(s) and p_before(0.11, 0.22)(s)),
    "two-to-one": (
        (30, 50),
        lambda s: s.p_rate > 1.7 * s.rate,
        both(regular, p_before(0.11, 0.24)),
    ),
    "third-degree": ((35, 45), dissociated, lambda s: narrow(s) and steady(s)),
    "third-degree-wide": ((20, 40), dissociated, lambda s: all_wide(s) and unpaced(s)),
    "pvc": ((60, 82), early_wide((0.04, 0.25)), lambda s: bool(np.all(s.heights()[s.wide] > 0))),
    "pvc-multifocal": (
        (60, 85),
        early_wide((0.06, 0.32)),
        several_foci,
    ),
    "bigeminy": ((68, 82), runs(1, 1), early_wide((0.42, 0.52))),
    "trigeminy": ((68, 84), runs(1, 1), early_wide((0.28, 0.36))),
    "couplets": ((70, 100), runs(2, 2), fewer_pulses(5)),
    "nsvt": ((65, 110), runs(3, 12), fewer_pulses(5)),
    "idioventricular": ((20, 40), all_wide, lambda s: no_p(s) and s.p_rate < 20),
    "accelerated-idioventricular": (
        (50, 110),
        lambda s: 0.5 < np.mean(s.wide) < 0.97,
        lambda s: s.p_rate > 40 and regular(s),
    ),
    "vt": (
        (130, 200),
        both(all_wide, steady),
        lambda s: s.beat_at(0, "ecg_v1") > 0.3 and s.pulses > 100,
    ),
    "pulseless-vt": ((170, 260), both(all_wide, steady), pulses(0, 2)),
    "polymorphic-vt": ((185, 260), all_wide, lambda s: swings(s) < 0.1 and s.cv < 0.2),
    "torsades": ((185, 260), all_wide, lambda s: swings(s) > 0.5 and 0.3 < np.mean(s.heights() > 0) < 0.7),
    "vf": (NO_RATE, chaos(0.15, 0.36), lambda s: pulses(0, 2)(s) and s.cv > 0.2),
    "vf-coarse": (NO_RATE, chaos(0.36, 0.8), lambda s: pulses(0, 2)(s) and s.cv > 0.2),
    "vf-fine": (NO_RATE, chaos(0.03, 0.12), lambda s: pulses(0, 2)(s) and s.cv > 0.15),
    "asystole": (NO_RATE, chaos(0.0, 0.005), lambda s: np.ptp(s.ii) < 0.2),
    "standstill": (NO_RATE, chaos(0.006, 0.04), lambda s: abs(bumps(s, 0.05) - 70) < 4),
    "agonal": (NO_RATE, lambda s: 8 <= bumps(s, 0.15) <= 20, pulses(0, 2)),
    "pea": ((68, 82), p_before(0.11, 0.20), pulses(0, 2)),
    "cpr": (NO_RATE, lambda s: abs(beat_hz(s) - 110 / 60) < 0.1, pulses(95, 125)),
    "paced-atrial": ((60, 90), lambda s: spiked(75)(s) and narrow(s), lambda s: not paced(s)),
    "paced-ventricular": ((60, 90), spiked(75), lambda s: paced(s) and all_wide(s)),
    "paced-dual": ((60, 110), spiked(150), paced),
    "failure-to-capture": (NO_RATE, spiked(70), lambda s: s.pulses < 60),
    "failure-to-sense": (NO_RATE, spiked(67), lambda s: not paced(s) and 0.1 < np.mean(s.wide) < 0.7),
}


def no_p_at_one_place(s: Strip) -> bool:
    """See that the mean beat has nothing before QRS."""
    return abs(s.p_wave[0]) < 0.05


def multiples(s: Strip) -> bool:
    """Intervals are 2, 3 or 4 of one short time."""
    unit = float(np.median(s.rr[s.rr < 1.2 * s.rr.min()])) / 2.0
    counted = s.rr / unit
    return float(np.mean(np.abs(counted - np.round(counted)) < 0.12)) > 0.9


def swings(s: Strip) -> float:
    """Return how much the direction of a complex is that of the one before."""
    high = s.heights()
    return float(np.corrcoef(high[1:], high[:-1])[0, 1])


def bumps(s: Strip, least_mv: float) -> float:
    """Return how often a minute lead II rises by so much."""
    x = np.convolve(s.ii, np.ones(10) / 10, "same")
    return float(find_peaks(x, prominence=least_mv, distance=round(0.3 * HZ))[0].size * 60.0 / SECONDS)


def beat_hz(s: Strip) -> float:
    """Return the strongest frequency of lead II above 1 Hz."""
    spectrum = np.abs(np.fft.rfft(s.ii))
    hz = np.fft.rfftfreq(s.ii.size, 1 / HZ)
    return float(hz[1:][np.argmax(np.where(hz[1:] > 1.0, spectrum[1:], 0.0))])


def holds(fact: Fact, s: Strip) -> bool:
    """See whether ``fact`` holds; where there is nothing to measure, it does not."""
    try:
        return bool(fact(s))
    except (IndexError, ValueError):
        return False


@pytest.fixture(scope="module")
def drawn() -> dict[str, Strip]:
    """Draw every rhythm once."""
    with np.errstate(all="ignore"):
        return strips()


def test_the_table_knows_every_rhythm() -> None:
    """At least 36, each judged below."""
    assert list(FACTS) == [r for r in RHYTHMS if r in FACTS]
    assert set(FACTS) == set(RHYTHMS)
    assert len(RHYTHMS) >= 36


@pytest.mark.slow
@pytest.mark.parametrize("rhythm", FACTS)
def test_a_rhythm_is_told_from_its_neighbours(drawn: dict[str, Strip], rhythm: str) -> None:
    """Both facts hold on its own strip."""
    _, first, second = FACTS[rhythm]
    assert first(drawn[rhythm])
    assert second(drawn[rhythm])


@pytest.mark.slow
@pytest.mark.parametrize("rhythm", FACTS)
def test_no_other_rhythm_passes_for_it(drawn: dict[str, Strip], rhythm: str) -> None:
    """Rate and both facts together hold on no strip but its own."""
    (low, high), first, second = FACTS[rhythm]
    for other, strip in drawn.items():
        if other == rhythm or (rhythm, other) in ALIKE:
            continue
        with np.errstate(all="ignore"):
            assert not (low <= strip.rate <= high and holds(first, strip) and holds(second, strip)), other


UNCOUNTABLE = {"polymorphic-vt", "torsades"}
"""Here xqrs loses the beats whose axis lies across lead II."""
ALIKE = {("af", "af-controlled"), ("af-controlled", "af"), ("pac", "af")}
"""Fibrillation is named by its rate alone where it is not fast."""


@pytest.mark.slow
@pytest.mark.parametrize(
    "rhythm", [r for r, (rate, _, _) in FACTS.items() if rate != NO_RATE and r not in UNCOUNTABLE]
)
def test_a_judge_counts_what_the_rhythm_is_to_do(drawn: dict[str, Strip], rhythm: str) -> None:
    """WFDB's xqrs counts a rate within the rhythm's; where it is regular, what the patch shows."""
    strip = drawn[rhythm]
    found = wfdb.processing.xqrs_detect(strip.ecg["ecg_ii"], fs=HZ, verbose=False) / HZ
    found = found[found > 5.0]
    judged = 60.0 * (found.size - 1) / (found[-1] - found[0])
    low, high = FACTS[rhythm][0]
    assert low <= judged <= high
    if steady(strip):
        assert abs(judged - np.median(strip.shown_hr)) <= 2.0


def test_no_two_rhythms_differ_by_their_rate_alone() -> None:
    """Without name, source and bounds they are all different."""

    def made(programs: tuple[object, ...]) -> list[object]:
        return [
            (p.__qualname__, [str(c.cell_contents) for c in p.__closure__ or ()])
            if isinstance(p, FunctionType)
            else p
            for p in programs
        ]

    seen = [
        (made(r.programs), repr(replace(r, label="", source="", bounds=(0.0, 0.0), programs=())))
        for r in RHYTHMS.values()
    ]
    assert all(a != b for i, a in enumerate(seen) for b in seen[:i])


def test_a_rhythm_bounds_the_rate_and_the_body_moves_it_within() -> None:
    """A third-degree block beats at 35 to 45 whatever the body wants; a junction follows it."""
    one = engine([with_rates(70, 14, i) for i in range(4)])
    for bed, (rhythm, hr) in enumerate(
        [("third-degree", 110), ("third-degree", 5), ("junctional", 42), ("vt", 20)]
    ):
        one.trains.beat_in(bed, rhythm)
        one.body.aim("hr", np.array([110.0, 5.0, 42.0, 20.0]))
        assert hr >= 0
    for _ in range(40):
        shown = {w.name: r for w, r in one.advance(12.0)}["patch"].readings["hr"].values
    assert np.allclose(shown, [45, 35, 42, 130], atol=2.5)


def test_any_organised_rhythm_may_be_without_pulse() -> None:
    """The ECG counts, the finger feels nothing."""
    one = engine([with_rates(75, 14, i) for i in range(3)])
    for bed, rhythm in enumerate(("pea", "sinus", "junctional")):
        one.trains.beat_in(bed, rhythm, pulse=False)
    for _ in range(40):
        reports = {w.name: r for w, r in one.advance(12.0)}
    assert np.all(reports["patch"].readings["hr"].values > 35)
    assert reports["oximeter"].readings["pr"].why == ["no-pulse"] * 3


@pytest.mark.parametrize("rhythm", [name for name, r in RHYTHMS.items() if r.pulse == 0.0])
def test_an_arrest_that_a_script_brings_does_not_end_by_itself(rhythm: str) -> None:
    """After a minute the heart is still in it, and the pressure gone."""
    one = engine([with_rates(75, 14)])
    one.beat_in(0, rhythm)
    for _ in range(60):
        one.advance(12.0)
    assert one.trains.rhythms == [rhythm]
    assert one.body.now["sbp"][0] < 45


@pytest.mark.slow
def test_fibrillation_fades() -> None:
    """Ten minutes of it leave a fifth of its height."""
    one = engine([with_rates(75, 14)])
    one.trains.beat_in(0, "vf")

    def height() -> float:
        return float(np.ptp(one.draw(10)["ecg_ii"][0].astype(float)))

    for _ in range(15):
        one.advance(12.0)
    before = height()
    for _ in range(600):
        one.advance(12.0)
    assert height() < 0.4 * before


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


def test_rhythms_that_kill_raise_the_stations_alarm() -> None:
    """Each by the name that the patch gives it."""
    alarms = {name: RAISED.get(r.label.lower()) for name, r in RHYTHMS.items()}
    assert {n for n, a in alarms.items() if a == "vf"} == {"vf", "vf-coarse", "vf-fine"}
    assert {n for n, a in alarms.items() if a == "vt"} == {"vt", "pulseless-vt", "polymorphic-vt", "torsades"}
    assert {n for n, a in alarms.items() if a == "asystole"} == {"asystole", "standstill"}


def test_an_unknown_rhythm_is_refused_by_name() -> None:
    """The error names those there are."""
    with pytest.raises(ValueError, match="bigeminy"):
        engine([with_rates(70, 14)]).trains.beat_in(0, "samba")


@pytest.mark.slow
def test_whatever_follows_whatever_beats_stay_apart_and_waves_on_the_screen() -> None:
    """Random rhythms, rates and conditions: 0.2 s between beats at least, all finite, within 5 mV."""
    rng = np.random.default_rng(7)
    beds, names = 12, list(RHYTHMS)
    one = engine([with_rates(70, 14, i) for i in range(beds)])
    for second in range(80):
        for bed in range(beds):
            if rng.random() < 0.2:
                one.beat_in(bed, names[rng.integers(len(names))], pulse=bool(rng.random() < 0.8))
            if rng.random() < 0.05:
                one.electric.potassium(bed, float(rng.uniform(1.5, 10.0)))
                one.electric.st(bed, "inferior", float(rng.uniform(-0.5, 0.5)))
        if second % 10 == 0:
            one.body.aim("hr", rng.uniform(0, 280, beds))
        one.advance(12.0)
        assert np.max(np.abs(one.draw(1, ("ecg_ii", "ecg_v2"))["ecg_v2"])) <= 1000
        times = np.sort(one.trains.beats.times, axis=0)
        gaps = np.diff(times, axis=0)[times[:-1] > 0]
        assert gaps.size == 0 or gaps.min() > 0.199
        assert np.all(np.isfinite(one.trains.beats.stored("strength")))


def test_a_bed_in_any_rhythm_changes_no_other() -> None:
    """The bed beside it beats the same to the last bit, whatever goes on."""
    alone, beside = engine([with_rates(70, 14, 0)]), engine([with_rates(70, 14, 0), with_rates(80, 16, 1)])
    names = list(RHYTHMS)
    for second in range(2 * len(names)):
        if second % 2 == 0:
            beside.trains.beat_in(1, names[second // 2])
        alone.advance(12.0)
        beside.advance(12.0)
        assert np.array_equal(alone.draw()["ecg_ii"][0], beside.draw()["ecg_ii"][0])
    assert set(RATE) <= set(RHYTHMS)
