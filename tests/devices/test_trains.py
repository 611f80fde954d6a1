"""Trains and chance: rings, windows and rates reckoned by hand; every bed has numbers of its own."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices import normals
from devices.arrays import Floats
from devices.randomness import Draws, generator
from devices.signals import phase, variability
from devices.signals.events import NEVER, Events, mean_rate
from tests.devices.signals_of import engine, with_rates

BEDS = [f"bed{i}" for i in range(37)]


@pytest.mark.parametrize(("ahead", "count"), [(256, 1), (255, 3), (12, 2), (2, 2)])
def test_a_bed_draws_its_generators_numbers_in_order(ahead: int, count: int) -> None:
    """However many are drawn at once, and whenever: each bed has its own, none is lost or said twice."""
    draws, steps = Draws(3, BEDS, "heart", ahead), 3 * ahead // count + 1
    drawn = np.concatenate([draws.rows(count).copy() for _ in range(steps)])
    own = np.stack([generator(3, bed, "heart").standard_normal(steps * count) for bed in BEDS], axis=1)
    assert np.array_equal(drawn, own)


@pytest.mark.slow
def test_machine_code_draws_what_numpy_draws() -> None:
    """A million and a half, to the bit: among them thousands from the ziggurat's edges, and its tail."""
    draws = Draws(5, BEDS, "long", 40_000)
    drawn = draws.rows(40_000)
    own = np.stack([generator(5, bed, "long").standard_normal(40_000) for bed in BEDS], axis=1)
    assert np.array_equal(drawn, own)
    assert (np.abs(drawn) > normals.TAIL).sum() > 300


def test_who_alone_draws_has_the_numbers_they_have_among_all() -> None:
    """Others have none, and no generator."""
    who = np.arange(len(BEDS)) % 9 == 4
    few, every = Draws(3, BEDS, "heart", 12, who), Draws(3, BEDS, "heart", 12)
    for _ in range(20):
        assert np.array_equal(few.rows(2), np.where(who, every.rows(2), 0.0))


def test_no_second_draws_for_a_whole_large_ward() -> None:
    """While one table is used the next is filled little by little."""
    draws = Draws(1, [f"bed{i}" for i in range(300)], "heart", 60)
    draws.rows(2)
    drawn = [draws._drawn for _ in range(29) if draws.rows(2) is not None]
    assert max(np.diff(drawn)) <= 32
    assert drawn[-1] > 270


def _filled(gaps: list[list[float]], size: int) -> tuple[Events, list[list[float]]]:
    """Return a ring into which each bed's events came, and their times."""
    events = Events(len(gaps), size, ("number",))
    times = [np.cumsum(gap).tolist() for gap in gaps]
    rows = np.repeat(np.arange(len(gaps)), [len(t) for t in times])
    for bed, begin in enumerate(times):
        events.values[0, bed :: len(gaps)] = -1.0
        for i, time_s in enumerate(begin):  # one by one, as devices add them
            events.add(np.array([bed]), np.array([time_s]), (np.array([float(i)]),))
    assert rows.size == events.count.sum()
    return events, times


_GAPS = st.lists(st.lists(st.floats(0.21, 9.0), max_size=30), min_size=1, max_size=4)


@settings(max_examples=60, deadline=None)
@given(_GAPS, st.lists(st.floats(-5.0, 60.0), min_size=1, max_size=4))
def test_a_window_holds_what_lies_after_and_one_before(gaps: list[list[float]], whens: list[float]) -> None:
    """Whatever was looked at before, and as far back as the ring goes; values belong to their times."""
    size = 16
    events, times = _filled(gaps, size)
    for when in whens:
        window = events.since(when)
        later = [sum(t > when for t in own[-size:]) for own in times]
        width = min(max(later) + 1, size)
        assert window.times.shape == (width, len(gaps))
        for bed, own in enumerate(times):
            kept = own[-size:]
            padded = [NEVER] * (width - len(kept)) + kept[-width:]
            assert window.times[:, bed].tolist() == padded
            first = len(own) - min(len(own), width)
            number = window.value("number")[width - min(len(own), width) :, bed].tolist()
            assert number == list(range(first, len(own)))


@settings(max_examples=60, deadline=None)
@given(_GAPS, st.floats(0.0, 20.0), st.floats(1.0, 30.0))
def test_a_mean_rate_is_over_intervals_or_what_the_gap_allows(
    gaps: list[list[float]], after_s: float, window_s: float
) -> None:
    """Bed by bed, as one would reckon it by hand."""
    times = [np.cumsum(gap).tolist() for gap in gaps]
    now_s = max((t for own in times for t in own), default=0.0) + after_s
    for own in times:
        recent = [t for t in own if t > now_s - window_s]
        first_s, last_s = (recent[0], recent[-1]) if recent else (NEVER, NEVER)
        rate = mean_rate(first_s, last_s, len(recent), now_s)
        if len(recent) < 2:
            assert rate == 0
            continue
        mean_s = (recent[-1] - recent[0]) / (len(recent) - 1)
        gap_s = now_s - recent[-1]
        assert rate == pytest.approx(60.0 / (gap_s if gap_s > 1.5 * mean_s else mean_s))


@settings(max_examples=100, deadline=None)
@given(st.floats(0.0, 0.999), st.floats(0.0, 4.9), st.floats(0.0, 4.9))
def test_a_phase_crosses_as_often_as_it_passes_a_whole_number(
    start: float, first_hz: float, last_hz: float
) -> None:
    """Cell by cell, each crossing within its cell; the phase itself is the rate's integral."""
    assert [k / phase.CELLS for k in range(phase.CELLS + 1)] == list(phase.NODES)
    phases = start + np.array([phase.grown(node, first_hz, last_hz) for node in phase.NODES])
    assert phases[-1] - start == pytest.approx((first_hz + last_hz) / 2.0)
    for whole in range(1, int(phases[-1]) + 1):
        cell = phase.cell_of(whole, phases)
        assert phases[cell] < whole <= phases[cell + 1]
        when_s = phase.passed(cell, whole, phases)
        if phases[cell + 1] >= whole + 1:
            assert when_s == phase.NOWHERE  # two in a cell are one
        else:
            assert when_s == pytest.approx(np.interp(whole, phases, phase.NODES))


def test_slow_rhythms_keep_their_size_and_their_pace() -> None:
    """Their variance is low and very low frequency's share of SDNN; the low one comes every 10 s."""
    rng, state = np.random.default_rng(4), np.zeros(variability.STATE)
    seen = np.array([variability.step(state, *rng.standard_normal(3)) for _ in range(40_000)])
    assert np.var(seen) == pytest.approx(variability.LOW**2 + variability.VERY_LOW**2, rel=0.15)
    power: Floats = np.abs(np.fft.rfft(seen.reshape(-1, 400), axis=1)) ** 2
    spectrum, hz = power.mean(axis=0), np.fft.rfftfreq(400)
    assert hz[20 + spectrum[20:].argmax()] == pytest.approx(0.1, abs=0.01)


def test_hearts_swing_less_the_faster_they_go() -> None:
    """With the power 1.5 of the rate in time, so with 1 of it relative; below rest SDNN stays."""
    at_rest = 0.05
    assert variability.spread(at_rest, 60.0, 60.0) == pytest.approx(at_rest)
    assert variability.spread(at_rest, 60.0, 120.0) == pytest.approx(at_rest * 0.5**0.5)
    assert variability.spread(at_rest, 60.0, 40.0) == pytest.approx(at_rest * 40.0 / 60.0)


def test_every_breath_and_beat_is_in_the_ring_once() -> None:
    """Times rise, and there are as many as the rates say over a minute."""
    one = engine([with_rates(90, 18, i) for i in range(4)])
    beats, breaths = one.trains.beats.count.copy(), one.trains.breaths.count.copy()
    for _ in range(60):
        one.advance(12.0)
    made, drawn = one.trains.beats.count - beats, one.trains.breaths.count - breaths
    assert np.all(np.abs(made - 90) < 9)
    assert np.all(np.abs(drawn - 18) < 4)
    for train in (one.trains.beats, one.trains.breaths):
        newest = train.since(one.now_s - 10.0)
        assert np.all(np.diff(newest.times, axis=0) > 0.2)
        assert np.array_equal(newest.times[-1], train.latest())


def test_the_heart_feels_breaths_come_back_without_a_jump() -> None:
    """What a pattern took from sinus arrhythmia returns within the second after it has ended."""
    one = engine([with_rates(70, 14)])
    breathing = one.trains.breathing
    breathing.breathe_in(0, "apnoea", one.trains.until_s)
    for _ in range(5):
        one.advance(12.0)
    assert np.all(breathing.pull[0] == 0)
    breathing.breathe_in(0, "regular", one.trains.until_s)
    one.advance(12.0)
    assert breathing.pull[0, 0] == 0
    assert 0 < np.abs(breathing.pull[0, 1]) < 0.3


def test_sinus_arrhythmia_goes_with_the_breath() -> None:
    """Most of what its rate does within seconds is done by breathing: faster in, slower out."""
    one = engine([with_rates(68, 12, i) for i in range(4)])
    for bed in range(4):
        one.trains.beat_in(bed, "sinus-arrhythmia")
    beats: list[set[float]] = [set() for _ in range(4)]
    breaths: list[set[float]] = [set() for _ in range(4)]
    for second in range(150):
        one.advance(12.0)
        for train, kept in ((one.trains.beats, beats), (one.trains.breaths, breaths)):
            for bed in range(4):
                kept[bed] |= {t for t in train.times[:, bed].tolist() if second > 30 and t > one.now_s - 3}
    explained = []
    for bed in range(4):
        r, b = np.array(sorted(beats[bed])), np.array(sorted(breaths[bed]))
        rate, middle = 60.0 / np.diff(r), 0.5 * (r[1:] + r[:-1])
        inside = (middle > b[0]) & (middle < b[-1])
        turn = np.searchsorted(b, middle[inside]) - 1
        angle = 2.0 * np.pi * (middle[inside] - b[turn]) / np.diff(b)[turn]
        waves = np.stack([np.ones(angle.size), np.sin(angle), np.cos(angle)], axis=1)
        told = waves @ np.linalg.lstsq(waves, rate[inside], rcond=None)[0]
        explained.append(float(np.var(told) / np.var(rate[inside])))
        assert np.ptp(60.0 / told) > 0.12  # the definition: more than 120 ms between long and short
    assert np.median(explained) > 0.6, explained


def test_sinus_arrhythmia_is_seen_in_everybody_and_in_nobody_wild() -> None:
    """The old vary least, the young most; in 90 s no interval is twice another."""
    people = [with_rates(68, 14, i) for i in range(30)]
    one = engine(people)
    for bed in range(len(people)):
        one.trains.beat_in(bed, "sinus-arrhythmia")
    for _ in range(30):
        one.advance(12.0)
    beats: list[set[float]] = [set() for _ in people]
    for _ in range(90):
        one.advance(12.0)
        recent = one.trains.beats.times
        for bed, kept in enumerate(beats):
            kept |= {t for t in recent[:, bed].tolist() if one.now_s - 3 < t}
    ratios = [float(np.max(rr) / np.min(rr)) for rr in (np.diff(sorted(b)) for b in beats)]
    assert 1.15 < min(ratios) < max(ratios) < 1.85, sorted(ratios)
