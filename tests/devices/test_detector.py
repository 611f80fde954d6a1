"""A detector keeps what it saw: rate, height and silence over whole seconds, with false events among them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.arrays import Floats, Ints
from devices.signals.events import Events, mean_rate
from devices.wearables import detector
from devices.wearables.detector import FALSE_HEIGHT, HEIGHT, LAST_S, Detector, Eye

WINDOW_S = 8
SECONDS = 40


def train(rng: np.random.Generator, n: int) -> tuple[Events, list[list[tuple[float, float, float]]]]:
    """Return events of ``n`` beds of very different rates, and each bed's (time, delay, height)."""
    events, known = Events(n, 64, ("arrival", "pulse")), []
    for _ in range(n):
        gaps = rng.uniform(0.21, rng.choice([0.4, 1.2, 6.0]), 300)
        times = np.cumsum(gaps)
        times = times[times < SECONDS + 2]
        known.append(
            list(zip(times, rng.uniform(0.1, 0.3, times.size), rng.uniform(0, 1, times.size), strict=True))
        )
    return events, known


def extend(events: Events, known: list[list[tuple[float, float, float]]], second: int) -> None:
    """Add what happens in the second after ``second``: trains run ahead."""
    new = [(bed, *e) for bed, row in enumerate(known) for e in row if second <= e[0] < second + 1]
    if new:
        rows, times, delays, heights = (np.array(x) for x in zip(*new, strict=True))
        events.add(rows, times, (delays, heights))


def expected(seen: list[tuple[float, float]], now: int) -> tuple[float, float, float]:
    """Return rate, mean height and silence of what was seen, reckoned anew."""
    kept = [e for e in seen if now - WINDOW_S < e[0] <= now]
    rate = mean_rate(kept[0][0], kept[-1][0], len(kept), now) if kept else 0.0
    return rate, sum(h for _, h in kept) / max(len(kept), 1), now - (seen[-1][0] if seen else -1e9)


def saw(one: Detector, of: Events, now: int, whom: Ints, gain: Floats, hz: Floats) -> list[list[float]]:
    """Let each bed's detector see a second; return rate, mean height and silence of each."""
    sight = one.of(of)
    own, beds = sight[5], range(whom.size)
    rates = [detector.see(now, sight, int(whom[i]), float(gain[i]), float(hz[i]), i) for i in beds]
    return [[rates[i], float(own[i, HEIGHT]), now - float(own[i, LAST_S])] for i in beds]


@pytest.mark.slow
@given(seed=st.integers(0, 2**32))
def test_a_detector_sees_what_there_is_to_see(seed: int) -> None:
    """Whatever the rates and whoever a device sits on, against a reckoning of the whole past."""
    rng = np.random.default_rng(seed)
    n = 3
    events, known = train(rng, n)
    whom, again_s = rng.permutation(n), rng.integers(1, SECONDS)
    one = Detector(n, Eye(float(WINDOW_S), late="arrival", height="pulse", share=0.5, least=0.1))
    seen: list[list[tuple[float, float]]] = [[] for _ in range(n)]
    extend(events, known, 0)
    for now in range(1, SECONDS):
        extend(events, known, now)
        gain: Floats = rng.choice([0.0, 0.5, 1.0], n)
        false_hz: Floats = rng.choice([0.0, 1.7], n)
        if now == again_s:
            whom = rng.permutation(n)
        out = saw(one, events, now, whom, gain, false_hz)
        for bed in range(n):
            new = [(t + d, h * 0.5 * gain[bed]) for t, d, h in known[whom[bed]] if now - 1 < t + d <= now]
            new = [e for e in new if e[1] > 0.1]
            if false_hz[bed]:
                new += [(k / 1.7, FALSE_HEIGHT) for k in range(100) if now - 1 < k / 1.7 <= now]
            seen[bed] += sorted(new)
            assert out[bed] == pytest.approx(expected(seen[bed], now), rel=1e-9)


def test_after_a_long_silence_there_is_no_rate() -> None:
    """Where a silence ends the rate, it is what the gap allows until then, and 0 after."""
    events = Events(1, 64, ("x",))
    events.add(np.zeros(5, np.int64), np.arange(1.0, 6.0))
    one = Detector(1, Eye(30.0, apnoea_s=20.0))
    none, all_ = np.zeros(1), np.ones(1)
    rates = [saw(one, events, now, np.zeros(1, np.int64), all_, none)[0][0] for now in range(1, 40)]
    assert rates[4] == pytest.approx(60.0)
    assert rates[19] == pytest.approx(60.0 / 15.0)
    assert rates[25:] == [0.0] * 14
