"""What waves are drawn with: plain slices and the loops that machine code is made of say the same."""

import numpy as np
import pytest

from devices.arrays import Anything
from devices.signals import capnogram, lines, noise, pressure, trace, underlay
from devices.signals.events import Events
from devices.signals.render import room

TABLE = np.random.default_rng(3).normal(0.0, 900.0, 2048)


@pytest.mark.parametrize("kind", [np.int16, np.float64])
def test_slices_and_the_loop_draw_the_same_line(kind: type) -> None:
    """To the bit, whatever the slope; nothing beyond the stretch is touched."""
    rng = np.random.default_rng(4)
    for _ in range(200):
        begin, end = sorted(rng.integers(0, 250, 2).tolist())
        slope = float(rng.uniform(0.0, 7.0))
        base, height, less = float(rng.uniform(0.0, 200.0)) - slope * begin, float(rng.uniform(0.0, 2.0)), 3.7
        rows: Anything = np.full((2, 250), 7, kind)
        for row, draw in zip(rows, (lines.along, lines.loop), strict=True):
            draw(row, begin, end, base, slope, lines.PLACES, TABLE, height, less)
        assert np.array_equal(rows[0], rows[1])
        assert (rows[0, :begin] == 7).all()
        assert (rows[0, end:] == 7).all()


@pytest.mark.parametrize("hz", [250, 500])
def test_breathing_moves_the_baseline_the_same_either_way(hz: int) -> None:
    """Beside its noise, by slices and by loop, at either rate of the ECG."""
    rng = np.random.default_rng(5)
    breathing = rng.integers(-4000, 4000, 50).astype(np.int16)
    quiet = rng.integers(-30, 30, hz).astype(np.int16)
    rows = np.zeros((2, hz), np.int16)
    trace.ground(rows[0], breathing, quiet)
    trace._ground_loop(rows[1], breathing, quiet)
    assert np.array_equal(rows[0], rows[1])
    assert np.array_equal(rows[0], quiet + np.repeat(breathing >> trace.WANDER, hz // 50))


def test_the_last_event_before_is_found_in_a_ring_gone_round() -> None:
    """Numbers go on when the ring begins anew; before the oldest there is none."""
    events = Events(1, 4)
    for second in range(10):
        events.add(np.zeros(1, np.int64), np.array([float(second)]))
    assert [lines.last(events.times, events.count, 0, t) for t in (9.5, 8.0, 6.5, 2.0)] == [9, 8, 6, 6]


def test_a_blocks_waves_lie_side_by_side() -> None:
    """In one piece of memory, none in another's place; what is not drawn of all beds is 0."""
    everybody, one = np.arange(3), np.array([1])
    dirty = room({"pleth": everybody}, (3, 5))
    dirty["pleth"][:] = 7
    del dirty
    assert not room({"pleth": one}, (3, 5))["pleth"].any()
    waves = room({"ecg_ii": everybody, "resp": everybody, "pleth": one}, (3, 2))
    for number, samples in enumerate(waves.values()):
        samples[:] = number
    assert [w.shape for w in waves.values()] == [(3, 500), (3, 100), (3, 250)]
    assert [np.unique(w).tolist() for w in waves.values()] == [[0], [1], [2]]


def test_samples_are_added_the_same_either_way() -> None:
    """By one call and by loop."""
    rng = np.random.default_rng(6)
    rows = np.tile(rng.integers(-9000, 9000, 250), (2, 1)).astype(np.int16)
    more = rng.integers(-9000, 9000, 100).astype(np.int16)
    lines.add(rows[0, 30:130], more)
    lines._add_loop(rows[1, 30:130], more)
    assert np.array_equal(rows[0], rows[1])


def test_a_track_is_added_the_same_either_way() -> None:
    """By slices and by loop, where its pool begins anew too."""
    rng = np.random.default_rng(7)
    pool_of = rng.integers(-300, 300, noise.SIZE + 249).astype(np.int16)
    seen = np.array([0.6, -1.1, 0.3])
    for at in (0, 12_345, noise.SIZE - 7, 7 * noise.SIZE - underlay.APART):
        rows = np.zeros((2, 250), np.int16)
        underlay.add_track(rows[0], pool_of, at, 0.37, seen)
        underlay._track_loop(rows[1], pool_of, at, 0.37, seen)
        assert np.array_equal(rows[0], rows[1])
        assert rows[0].any()


def test_arterial_pressure_is_scaled_the_same_either_way() -> None:
    """Between levels that go straight from second to second, by slices and by loop, to the bit."""
    rng = np.random.default_rng(6)
    known, share = rng.uniform(40.0, 180.0, (4, 2)), np.arange(pressure.HZ) / pressure.HZ
    levels = np.zeros((2, 3 * pressure.HZ))
    pressure.straight(levels[0], known, 1, share)
    pressure._straight_loop(levels[1], known, 1, share)
    assert np.array_equal(levels[0], levels[1])
    assert levels[0, :: pressure.HZ].tolist() == known[:3, 1].tolist()
    wave, rows = rng.uniform(0.0, 1.0, levels.shape[1]), np.zeros((2, levels.shape[1]), np.int16)
    pressure.scale(rows[0], wave, levels[0] + 40.0, levels[0], levels[0])
    pressure._scale_loop(rows[1], wave, levels[0] + 40.0, levels[0], levels[0])
    assert np.array_equal(rows[0], rows[1])


@pytest.mark.parametrize("slant", [0.0, 0.3, 1.0])
def test_a_breath_of_the_capnogram_is_what_its_formula_says(slant: float) -> None:
    """Sample by sample, from what the breath before left on, until its plateau has faded."""
    row, begin_s, left, breath = np.zeros(600, np.int16), 0.37, 38.0, (1.2, 1.7, 41.0, 3.0, slant)
    capnogram.draw_breath(row, begin_s, 11.5, left, *breath)
    times = np.arange(600) / capnogram.HZ - begin_s
    for time_s, raw in zip(times.tolist(), row.tolist(), strict=True):
        if time_s < 0.0 or time_s >= 11.5 - begin_s:
            assert raw == 0
            continue
        seen = 3.0 + (left - 3.0) * np.exp(-time_s / capnogram.WASH_S)
        if time_s >= 1.2:
            reached = 1.0 - np.exp((1.2 - time_s) / capnogram.WASH_S)
            seen = max(seen, 3.0 + (capnogram.expired(time_s, *breath) - 3.0) * reached)
        assert abs(raw - seen / capnogram.STEP) <= 1.0 + 1e-6
