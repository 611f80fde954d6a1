"""Patterns of breathing, and what follows from them: impedance, capnogram, rates shown, the heart."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.arrays import Floats
from devices.engine import Engine
from devices.person import Baseline
from devices.signals import capnogram
from devices.signals.patterns import PATTERNS
from tests.devices import judges
from tests.devices.signals_of import engine, with_rates

SETTLE_S, SECONDS = 70, 180


@dataclass(frozen=True)
class Breathed:
    """What one patient's breathing looked like; times in s from the begin."""

    onsets: Floats
    depths: Floats
    resp: Floats
    capno: Floats
    shown: Floats
    beats: Floats


@pytest.fixture(scope="module")
def ward() -> dict[str, Breathed]:
    """Let a patient breathe in each pattern, all at a body's rate of 16 /min."""
    one = engine([with_rates(64, 16, i) for i in range(len(PATTERNS))])
    for bed, name in enumerate(PATTERNS):
        one.trains.breathing.breathe_in(bed, name, one.trains.until_s)
    return dict(zip(PATTERNS, watch(one, SETTLE_S, SECONDS), strict=True))


def watch(one: Engine, settle_s: int, seconds: int) -> list[Breathed]:
    """Let ``settle_s`` pass, then record."""
    for _ in range(settle_s):
        one.advance(12.0)
    began, n = one.now_s, len(one.trains.rhythms)
    breaths: list[dict[float, float]] = [{} for _ in range(n)]
    beats: list[set[float]] = [set() for _ in range(n)]
    resp, capno, shown = [], [], []
    for _ in range(seconds):
        reports = {w.name: r for w, r in one.advance(12.0)}
        resp.append(one.draw()["resp"] * 0.001)
        capno.append(one.capnogram() * 0.1)
        shown.append(reports["patch"].readings["rr"].values.copy())
        depth = one.trains.breaths.stored("depth").reshape(one.trains.breaths.times.shape)
        for bed in range(n):
            known = zip(one.trains.breaths.times[:, bed].tolist(), depth[:, bed].tolist(), strict=True)
            breaths[bed].update({t - began: d for t, d in known if began <= t < began + seconds})
            beats[bed] |= {t - began for t in one.trains.beats.times[:, bed].tolist() if t >= began}
    waves = np.concatenate(resp, axis=1), np.concatenate(capno, axis=1), np.stack(shown, axis=1)
    return [
        Breathed(
            onsets=np.array(sorted(breaths[i])),
            depths=np.array([breaths[i][t] for t in sorted(breaths[i])]),
            resp=waves[0][i],
            capno=waves[1][i],
            shown=waves[2][i],
            beats=np.array(sorted(beats[i])),
        )
        for i in range(n)
    ]


def counted(wave: Floats) -> float:
    """Return the breathing rate that NeuroKit2 finds in a wave of 50 Hz."""
    peaks = judges.breaths(wave)
    return float(60.0 * (peaks.size - 1) / (peaks[-1] - peaks[0]))


def test_an_unknown_pattern_names_the_known_ones() -> None:
    """The error says what there is."""
    with pytest.raises(ValueError, match=r"cheyne-stokes.*not 'snoring'"):
        engine([with_rates(70, 15)]).trains.breathing.breathe_in(0, "snoring", 0)


@pytest.mark.slow
def test_a_stranger_counts_regular_breathing_as_it_is_shown_and_true(ward: dict[str, Breathed]) -> None:
    """NeuroKit2's rate, the patch's and the train's are within 1 /min of each other."""
    one = ward["regular"]
    judged = counted(one.resp)
    assert abs(judged - one.shown.mean()) <= 1.0
    assert abs(judged - 60.0 / np.diff(one.onsets).mean()) <= 1.0
    assert abs(counted(one.capno) - judged) <= 1.0


@pytest.mark.slow
def test_each_pattern_is_told_from_its_neighbours(ward: dict[str, Breathed]) -> None:
    """Pauses and depths are those that define each pattern."""
    gaps = {name: np.diff(one.onsets) for name, one in ward.items() if one.onsets.size}
    depths = {name: one.depths for name, one in ward.items()}
    assert gaps["regular"].max() < 1.5 * gaps["regular"].mean()
    for name in ("cheyne-stokes", "biot"):
        assert (gaps[name] > 10).sum() >= 2, name
        assert (gaps[name] < 6).sum() > 10, name
    # Depth waxes and wanes in one, and is even in the other, whose pauses differ.
    assert np.std(depths["cheyne-stokes"]) / np.mean(depths["cheyne-stokes"]) > 0.35
    assert np.std(depths["biot"]) / np.mean(depths["biot"]) < 0.2
    pauses = gaps["biot"][gaps["biot"] > 6]
    assert np.std(pauses) / np.mean(pauses) > 0.15
    cycles = np.diff(ward["cheyne-stokes"].onsets[:-1][gaps["cheyne-stokes"] > 10])
    assert np.all(cycles >= 40)  # the AASM manual's definition
    assert depths["kussmaul"].min() > 1.5 * depths["regular"].mean()
    assert gaps["kussmaul"].max() < 1.4 * gaps["kussmaul"].mean()
    assert ward["apnoea"].onsets.size == 0
    assert 2 <= 60 * ward["agonal"].onsets.size / SECONDS <= 10
    sighs = depths["sighs"] > 1.7 * np.median(depths["sighs"])
    assert 3 <= sighs.sum() <= depths["sighs"].size / 5
    after = gaps["sighs"][sighs[:-1]]
    assert np.median(after) > 1.8 * np.median(gaps["sighs"])  # a pause follows


def test_the_rate_shown_follows_the_pattern(ward: dict[str, Breathed]) -> None:
    """Apnoea of 20 s is 0; periodic breathing swings; an obstructed chest seems to breathe."""
    assert np.all(ward["apnoea"].shown == 0)
    assert ward["cheyne-stokes"].shown.min() == 0
    assert ward["cheyne-stokes"].shown.max() > 12
    assert np.ptp(ward["regular"].shown) < 5
    assert ward["agonal"].shown.mean() < 9
    assert ward["obstructive"].shown.min() > 10


def test_an_obstructed_chest_moves_and_no_air_does(ward: dict[str, Breathed]) -> None:
    """Impedance shows an effort in every ten seconds; the capnogram is flat for 20 s and more."""
    one = ward["obstructive"]
    assert np.diff(one.onsets).max() < 10
    silent = np.max(np.diff(np.nonzero(one.capno > 10)[0])) / capnogram.HZ
    assert silent > 20
    assert one.capno.max() > 30
    assert np.diff(ward["regular"].onsets).max() < 10
    assert np.max(np.diff(np.nonzero(ward["regular"].capno > 10)[0])) / capnogram.HZ < 4


def test_without_breath_impedance_and_capnogram_are_flat(ward: dict[str, Breathed]) -> None:
    """And breathing no longer moves the heart: its rhythm at the breathing rate is gone."""
    still, moving = ward["apnoea"], ward["regular"]
    assert still.capno.max() == 0
    assert np.std(still.resp) < 0.2 * np.std(moving.resp)

    def jitter(one: Breathed) -> float:
        return float(np.sqrt(np.mean(np.diff(np.diff(one.beats)) ** 2)))

    assert jitter(still) < 0.6 * jitter(moving)


def test_blocks_of_any_length_are_the_same_capnogram() -> None:
    """Ten seconds at once are ten seconds one by one."""
    one = engine([with_rates(70, rr, i) for i, rr in enumerate((6, 14, 30))])
    one.body.obstruction[2] = 0.5
    one.trains.breathing.breathe_in(0, "biot", one.trains.until_s)
    for _ in range(20):
        one.advance(12.0)
    parts = []
    for _ in range(10):
        one.advance(12.0)
        parts.append(one.capnogram())
    difference = np.concatenate(parts, axis=1).astype(int) - one.capnogram(10)
    assert np.max(np.abs(difference)) <= 2


def test_a_capnogram_ends_at_the_bodys_end_tidal_and_starts_at_nothing() -> None:
    """Highest is end-tidal CO2 within 2 mmHg, lowest what is breathed in: a low flow leaves it in a mask."""
    people = [
        replace(with_rates(70, 14, i), baseline=Baseline(rr=14, etco2=e)) for i, e in enumerate((25, 38, 60))
    ]
    one = engine([*people, with_rates(70, 14, 3)])
    one.trains.breathing.rebreathed[3] = capnogram.rebreathed("face mask", 1.0)
    seen = watch(one, 20, 30)
    for bed in range(3):
        assert seen[bed].capno.max() == pytest.approx(one.body.now["etco2"][bed], abs=2)
        assert seen[bed].capno.min() == 0
    assert seen[3].capno.min() > 4
    assert capnogram.rebreathed("face mask", 6.0) == capnogram.rebreathed("nasal cannula", 2.0) == 0


def test_an_obstructed_airway_slants_the_capnogram() -> None:
    """From a tenth to nine tenths takes three times as long; early bronchospasm is seen to slant already."""
    one = engine([with_rates(70, 14, i) for i in range(3)])
    one.body.obstruction[1] = 0.5
    one.body.insults.begin(2, "bronchospasm", 1.0, tempo=10.0)
    seen = watch(one, 240, 30)

    def rise_s(wave: Floats) -> float:
        high = wave.max()
        starts = np.nonzero((wave[:-1] < 0.1 * high) & (wave[1:] >= 0.1 * high))[0]
        ends = np.nonzero((wave[:-1] < 0.9 * high) & (wave[1:] >= 0.9 * high))[0]
        return float(np.median([ends[ends > s][0] - s for s in starts if (ends > s).any()]) / capnogram.HZ)

    assert rise_s(seen[1].capno) > 3.0 * rise_s(seen[0].capno)
    assert rise_s(seen[2].capno) > 1.3 * rise_s(seen[0].capno)


def test_a_capnogram_rises_from_its_baseline_and_does_not_jump() -> None:
    """The first 20 ms of a breath out bring less than 2 mmHg, in bronchospasm too: gas comes along a tube."""
    one = engine([with_rates(70, 14, i) for i in range(2)])
    one.body.obstruction[1] = 0.5
    for seen in watch(one, 30, 30):
        rests = seen.capno[:-1] < 0.05
        assert rests.sum() > 200
        assert np.diff(seen.capno)[rests].max() < 2.0


def test_a_slow_breathers_plateau_stays_until_the_next_breath_in() -> None:
    """At 7 /min the capnogram is a wide box: it falls within 0.3 s. Of somebody in apnoea it fades."""
    one = engine([replace(with_rates(70, 14), baseline=Baseline(hr=70, rr=7, etco2=60))])
    one.body.aim("rr", np.array([7.0]))
    one.body.aim("etco2", np.array([60.0]))
    seen = watch(one, 60, 60)[0].capno
    falls = np.nonzero((seen[:-1] >= 0.9 * seen.max()) & (seen[1:] < 0.9 * seen.max()))[0]
    ends = np.nonzero((seen[:-1] >= 0.1 * seen.max()) & (seen[1:] < 0.1 * seen.max()))[0]
    lasted = [(ends[ends >= f][0] - f) / capnogram.HZ for f in falls if (ends >= f).any()]
    assert len(lasted) >= 5
    assert max(lasted) < 0.3
    one.trains.breathing.breathe_in(0, "apnoea", one.trains.until_s)
    assert watch(one, 15, 5)[0].capno.max() < 1.0


def test_an_empty_heart_follows_every_breath() -> None:
    """The pulse varies by 8 % or more with breathing, and twice as much when 30 % of the blood is lost."""
    one = engine([with_rates(80, 14, i) for i in range(2)])
    one.body.affect(1, "bleeding", 2000)
    for _ in range(45):
        one.advance(12.0)
    one.body.affect(1, "bleeding", 0)
    heights: list[dict[float, float]] = [{}, {}]
    for _ in range(30):
        one.advance(12.0)
        stored = one.trains.beats.stored("strength").reshape(one.trains.beats.times.shape)
        for bed in range(2):
            times = one.trains.beats.times[:, bed].tolist()
            heights[bed].update(zip(times, stored[:, bed].tolist(), strict=True))
    varied = []
    for bed in range(2):
        late = np.array([h for t, h in heights[bed].items() if t > one.now_s - 30])
        varied.append(2 * (late.max() - late.min()) / (late.max() + late.min()))
    assert varied[0] > 0.08
    assert varied[1] > 2 * varied[0]


def test_a_pattern_of_breathing_reaches_the_blood() -> None:
    """A minute without breath raises CO2 (Kobayashi: 9.8 ± 1.9 mmHg), and saturation falls."""
    one = engine([with_rates(70, 14, i) for i in range(3)])
    before = one.body.paco2.copy()
    one.trains.breathing.breathe_in(1, "apnoea", one.trains.until_s)
    one.trains.breathing.breathe_in(2, "kussmaul", one.trains.until_s)
    for _ in range(65):
        one.advance(12.0)
    rise = one.body.paco2 - before
    assert abs(rise[0]) < 2
    assert 7 < rise[1] < 14
    assert rise[2] < -4
    assert one.body.now["spo2"][1] < one.body.now["spo2"][0] - 1
    assert one.trains.breathing.counted(1, one.now_s) < 3
    assert 10 < one.trains.breathing.counted(0, one.now_s) < 18


def test_some_gasp_after_the_heart_has_stopped_and_for_no_longer_than_two_minutes() -> None:
    """A few gasps a minute in some; nobody breathes in the third minute; a shock that works ends it."""
    n = 12
    one = engine([with_rates(80, 14, i) for i in range(n)])
    for bed in range(n):
        one.beat_in(bed, "vf")
    seen = []
    for second in range(180):
        one.advance(12.0)
        if second == 60:
            seen = [one.trains.breathing.patterns[i] for i in range(n)]
            one.beat_in(seen.index("agonal"), "sinus")
        if second == 64:
            assert one.trains.breathing.patterns[seen.index("agonal")] == "regular"
    assert 1 <= seen.count("agonal") < n
    lively = np.array([one.trains.breathing.counted(i, one.now_s) for i in range(n)])
    lively[seen.index("agonal")] = 0
    assert lively.max() <= 1


@pytest.mark.slow
@settings(max_examples=8, deadline=None)
@given(
    turns=st.lists(st.tuples(st.sampled_from(sorted(PATTERNS)), st.integers(1, 25)), min_size=1, max_size=5),
    rr=st.floats(0, 60),
    obstruction=st.sampled_from([0.0, 0.4, 1.0]),
)
def test_whatever_breathes_breathes_in_order_and_alone(
    turns: list[tuple[str, int]], rr: float, obstruction: float
) -> None:
    """Breaths are in order and CO2 between nothing and the body's; a neighbour's pattern changes nothing."""
    one, other = engine([with_rates(70, 14)]), engine([with_rates(70, 14, i) for i in range(2)])
    for ward in (one, other):
        n = len(ward.trains.rhythms)
        ward.body.aim("rr", np.full(n, rr))
        ward.body.obstruction[:] = obstruction
    other.trains.breathing.breathe_in(1, "biot", other.trains.until_s)
    for name, seconds in turns:
        for ward in (one, other):
            ward.trains.breathing.breathe_in(0, name, ward.trains.until_s)
        for _ in range(seconds):
            one.advance(12.0)
            other.advance(12.0)
            capno = one.capnogram() * 0.1
            assert np.all(np.isfinite(capno))
            assert capno.min() >= 0
            assert capno.max() <= 1.2 * max(one.body.now["etco2"][0], 40)
            assert np.array_equal(one.capnogram()[0], other.capnogram()[0])
            assert np.array_equal(one.draw()["resp"][0], other.draw()["resp"][0])
    window = one.trains.breaths.since(one.now_s - 60.0)
    assert np.all(np.diff(window.times[:, 0]) >= 0)
