"""Every rhythm is told from its neighbours by what is drawn of it, and the pulse obeys the beat.

``FACTS`` is the table: of each rhythm the rate that a stranger may count (WFDB's xqrs, or whom
``ODD_JUDGES`` names), and two facts about its drawn waves that its neighbours lack. Nothing
here looks at what the simulator knows.
"""

from dataclasses import replace

import numpy as np
import pytest

from broker.station.events import RHYTHMS as RAISED
from devices import conditions
from devices.conditions import with_conditions
from devices.physiology import heart, influence
from devices.signals.rhythms import CONFIRMED_S, RHYTHMS, WIDE, Rhythm
from devices.signals.rhythms.programs import ESCAPE, EVERY, Program, does
from tests.devices.judges import ODD_JUDGES, find_peaks, xqrs
from tests.devices.rhythm_facts import FACTS, NO_RATE, holds, steady
from tests.devices.signals_of import engine, with_rates
from tests.devices.strips import HZ, RATE, Strip, strips


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
        if other == rhythm:
            continue
        with np.errstate(all="ignore"):
            assert not (low <= strip.rate <= high and holds(first, strip) and holds(second, strip)), other


def judged_bpm(strip: Strip) -> float:
    """Return the rate that the rhythm's judge counts from the sixth second on."""
    judge = ODD_JUDGES.get(strip.rhythm)
    found = judge(strip.ecg) if judge else xqrs(strip.ecg["ecg_ii"], HZ)
    found = found[found > 5.0]
    return float(60.0 * (found.size - 1) / (found[-1] - found[0]))


@pytest.mark.slow
@pytest.mark.parametrize("rhythm", [r for r, (rate, _, _) in FACTS.items() if rate != NO_RATE])
def test_a_judge_counts_what_the_rhythm_is_to_do(drawn: dict[str, Strip], rhythm: str) -> None:
    """A stranger counts a rate within the rhythm's; where it is regular, what the patch shows."""
    strip = drawn[rhythm]
    judged = judged_bpm(strip)
    low, high = FACTS[rhythm][0]
    assert low <= judged <= high
    if steady(strip):
        assert abs(judged - np.median(strip.shown_hr)) <= 2.0


def test_no_two_rhythms_differ_by_their_rate_alone() -> None:
    """Program, beat, what lies under it, whether it breathes or has a pulse: one of these is another.

    Rates, and how much what a program does is spread, do not count.
    """

    def template(r: Rhythm) -> tuple[object, ...]:
        return (_made(r.programs), r.kind, r.track, r.breathing, r.pulse > 0.0, r.stopped)

    seen: dict[str, tuple[object, ...]] = {name: template(r) for name, r in RHYTHMS.items()}
    assert [(a, b) for a in seen for b in seen if a < b and seen[a] == seen[b]] == []


def test_two_rhythms_that_differ_by_a_spread_or_a_rate_would_be_found() -> None:
    """The test above compares what it says."""
    slow, fast = (replace(RHYTHMS["third-degree"], bounds=b) for b in ((20, 30), (60, 70)))
    assert _made(slow.programs) == _made(fast.programs)
    assert _made((does(ESCAPE, 1, 0.02),)) == _made((does(ESCAPE, 1, 0.5),))
    assert _made((does(EVERY, 2),)) != _made((does(EVERY, 3),))


def _made(programs: tuple[Program, ...]) -> list[object]:
    """Return what programs are made of, but for numbers that only spread or time what they do."""
    return [(p.which, [x if type(x) is int else None for x in p.told]) for p in programs]


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


def test_the_body_knows_of_the_same_rhythms_that_they_move_no_blood() -> None:
    """Physiology names by itself what the table of rhythms says, and may not import it."""
    assert {name for name, r in RHYTHMS.items() if r.pulse <= 0.0} == heart.PULSELESS
    assert {name for name, r in RHYTHMS.items() if r.stopped} == heart.STOPPED
    assert RHYTHMS.keys() >= heart.CAUSED
    assert {name for name in influence.RHYTHMS if name} <= RHYTHMS.keys()
    assert set(conditions.RHYTHMS.values()) <= RHYTHMS.keys()


def test_a_pacemaker_is_seen_to_pace() -> None:
    """Who lives with one for heart block has a spike before each QRS, and at the lowest rate two."""
    quick, slow = (with_conditions(with_rates(hr, 14), "pacemaker") for hr in (80, 45))
    one = engine([quick, slow])
    for _ in range(30):
        one.advance(12.0)
    x = one.draw(10)["ecg_ii"].astype(float) * 0.005
    alone = np.abs(x[:, 1:-1] - 0.5 * (x[:, 2:] + x[:, :-2]))
    spikes = [find_peaks(row, height=0.3, distance=8)[0].size for row in alone]
    since = one.now_s - one.trains.beats.times
    beats = ((since > 0) & (since < 10)).sum(axis=0).tolist()
    assert abs(spikes[0] - beats[0]) <= 1
    assert abs(spikes[1] - 2 * beats[1]) <= 2


@pytest.mark.slow
def test_the_node_that_an_early_atrial_beat_resets_fires_once_and_in_time() -> None:
    """For minutes no two P waves fall together, and no pause is longer than a third above usual."""
    one = engine([with_rates(62 + 6 * i, 14, i) for i in range(6)])
    for bed in range(6):
        one.beat_in(bed, "pac")
    atria: list[set[float]] = [set() for _ in range(6)]
    beats: list[set[float]] = [set() for _ in range(6)]
    for second in range(150):
        one.advance(12.0)
        times = one.trains.beats.since(one.now_s - 3.0).times
        for bed in range(6):
            for seen, at in ((atria, one.trains.beating.atria.times(bed)), (beats, times[:, bed].tolist())):
                seen[bed].update(t for t in at if second > 5 and t > 5.0)
    for p, r in zip(atria, beats, strict=True):
        gaps = np.diff(sorted(r))
        assert np.diff(sorted(p)).min() > 0.3 * np.median(gaps)
        assert gaps.max() < 1.35 * np.median(gaps)


def test_the_finger_feels_a_run_from_its_third_beat_on() -> None:
    """Weaker than a sinus beat; of a couplet it feels nothing."""
    strengths: dict[str, list[float]] = {"nsvt": [], "couplets": []}
    one = engine([with_rates(76, 14, i) for i in range(2)])
    for bed, rhythm in enumerate(strengths):
        one.beat_in(bed, rhythm)
    for _ in range(60):
        one.advance(12.0)
        window = one.trains.beats.since(one.now_s - 1.0)
        kinds, found = window.value("kind"), window.value("strength")
        for bed, said in enumerate(strengths.values()):
            said.extend(found[:, bed][kinds[:, bed] == WIDE].tolist())
    felt = [x for x in strengths["nsvt"] if x > 0.0]
    assert len(felt) > 5
    assert max(felt) < 0.85
    assert not any(strengths["couplets"])


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
