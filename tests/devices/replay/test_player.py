"""A recording as a device: blocks without gaps, numerics that are measured."""

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.detect import annotated, rates
from broker import messages as m
from broker.codec import Accepted, decode
from broker.packets import Outgoing
from devices.gateways.player import Bedside, Player
from devices.gateways.recording import open_recording
from tests.devices.detect.signals import ecg, moments, pressure
from tests.devices.replay.records import INVALID, Channel, noise, write
from tests.recordings import recording

START_MS = 1_768_469_400_000
BED = Bedside("home", "live", "bed09", "rec")


def message(out: Outgoing) -> m.Message:
    """Return what ``out`` says, which must be valid on the wire."""
    got = decode(out.topic, out.payload)
    assert isinstance(got, Accepted), got
    assert isinstance(got.message, m.Message)
    return got.message


def said(path: Path, blocks: int, *, loop: bool = False) -> list[m.Message]:
    """Return what the first ``blocks`` blocks of a record say."""
    player = Player(open_recording(path), BED, "beef", START_MS, loop=loop)
    return [message(out) for k in range(blocks) for out in player.block(k)]


def waves(messages: list[m.Message], unit: str = "mV") -> list[m.Wave]:
    """Return the wave blocks in ``unit``."""
    return [x for x in messages if isinstance(x, m.Wave) and x.u == unit]


def readings(messages: list[m.Message]) -> list[dict[str, m.Reading]]:
    """Return the numerics, one a second."""
    return [x.m for x in messages if isinstance(x, m.Num)]


@pytest.mark.slow
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    hz=st.sampled_from([62.4725, 100, 128, 257, 360, 500]),
    frames=st.integers(50, 900),
    per_frame=st.sampled_from([1, 2, 3]),
    seed=st.integers(0, 1000),
)
def test_blocks_are_the_file_without_gap_or_repetition(
    tmp_path: Path, hz: float, frames: int, per_frame: int, seed: int
) -> None:
    """At any rate, i0 counts on, t follows from it, and the loop's end joins its beginning."""
    numbers = noise(frames * per_frame, seed)
    numbers[np.random.default_rng(seed).random(len(numbers)) < 0.01] = INVALID
    channel = Channel("II", "mV", numbers, per_frame)
    path = write(tmp_path, "r", hz, [channel])
    samples_hz = Fraction(str(hz)) * per_frame
    for loop, seconds in ((False, frames / hz + 1), (True, 3 * frames / hz)):
        blocks = waves(said(path, round(5 * seconds), loop=loop))
        got = np.concatenate([np.array(w.d) * w.scale + w.off if w.q == "Vld" else np.full(len(w.d), np.nan)
                              for w in blocks])  # fmt: skip
        assert got == pytest.approx(np.resize(channel.values, len(got)), nan_ok=True)
        assert blocks[0].i0 == 0
        assert all(b.i0 == (a.i0 or 0) + len(a.d) and b.seq == (a.seq or 0) + 1 for a, b in pairwise(blocks))
        assert all(w.t == START_MS + round((w.i0 or 0) / samples_hz * 1000) for w in blocks)
        assert len(got) == len(numbers) if not loop else len(got) >= 2.5 * len(numbers)


def test_a_gap_is_sent_as_no_signal_and_gives_no_rate(tmp_path: Path) -> None:
    """Where the file has no samples the blocks are invalid, and two seconds later so is the rate."""
    signal = ecg(moments(72, 30), 250, 30)
    numbers = np.rint(signal * 1000).astype(np.int64)
    numbers[250 * 15 : 250 * 20] = INVALID
    messages = said(write(tmp_path, "r", 250, [Channel("II", "mV", numbers, gain=1000)]), 150)
    invalid = sum(len(w.d) for w in waves(messages) if w.q == "Inv")
    assert invalid == 250 * 5
    rate = [r["hr"] for r in readings(messages)]
    assert [(r.q, r.why, r.v) for r in rate[17:20]] == [("Inv", "no-signal", None)] * 3
    for second in (*range(6, 15), *range(24, 30)):
        assert rate[second].v == pytest.approx(72, abs=2)


def test_pressures_pulse_and_breathing_are_measured(tmp_path: Path) -> None:
    """Each wave gives its numerics, in the catalogue's units."""
    seconds = 60
    feet_s = moments(90, seconds)
    t_s = np.arange(50 * seconds) / 50
    abp, pleth = pressure(feet_s, 100, seconds), pressure(feet_s, 100, seconds, low=0.1, high=0.9)
    resp = -np.cos(2 * np.pi * 18 / 60 * t_s)
    path = write(tmp_path, "r", 50, [
        Channel("ABP", "mmHg", np.rint(abp * 20).astype(np.int64), 2, gain=20),
        Channel("PLETH", "NU", np.rint(pleth * 1000).astype(np.int64), 2, gain=1000),
        Channel("RESP", "Ohm", np.rint(resp * 500).astype(np.int64), gain=500),
    ])  # fmt: skip
    first, last = readings(said(path, 300))[0], readings(said(path, 300))[-1]
    assert {r.q for r in first.values()} == {"Ong"}
    expected = {"pr": 90, "abp_sys": 120, "abp_dia": 70, "abp_map": float(abp.mean()), "rr": 18}
    assert {k: r.v for k, r in last.items()} == {k: pytest.approx(v, abs=2.5) for k, v in expected.items()}


def test_recorded_numerics_are_passed_on(tmp_path: Path) -> None:
    """A record of numerics says them at its own rate; 0 and impossible values are no values."""
    path = write(tmp_path, "n", 1, [
        Channel("HR", "bpm", np.array([80, 81, 0, 83]), gain=1),
        Channel("SpO2", "%", np.array([97, 98, 99, 400]), gain=1),
    ])  # fmt: skip
    got = readings(said(path, 20))
    assert [(r["hr"].v, r["spo2"].v) for r in got] == [(80, 97), (81, 98), (None, 99), (83, None)]
    assert got[2]["hr"].q == "Inv"
    assert got[3]["spo2"].q == "Oflw"


def test_it_says_what_it_is(tmp_path: Path) -> None:
    """Retained: the record's name, its waves and what is measured; never mistaken for a real sensor."""
    path = write(tmp_path, "r", 250, [Channel("II", "mV", noise(500))])
    player = Player(open_recording(path), BED, "beef", START_MS)
    hello, (meta, online) = player.hello(), map(message, player.hello())
    assert all(out.retain and out.qos == 1 for out in (*hello, player.goodbye()))
    assert isinstance(meta, m.DeviceMeta)
    assert (meta.mode, meta.device.label, meta.device.kind) == ("Demo", "Recording r", "program")
    assert list(meta.metrics) == ["hr"]
    assert meta.waves["ecg_ii"].hz == 250
    assert isinstance(online, m.Status)
    assert online.state == "online"
    gone = message(player.goodbye())
    assert isinstance(gone, m.Status)
    assert gone.state == "offline"


def test_blocks_left_out_are_a_gap(tmp_path: Path) -> None:
    """A replay that comes back late goes on at the right sample, and forgets the rate of before."""
    signal = np.rint(ecg(moments(72, 60), 250, 60) * 1000).astype(np.int64)
    player = Player(open_recording(write(tmp_path, "r", 250, [Channel("II", "mV", signal, gain=1000)])), BED,
                    "beef", START_MS)  # fmt: skip
    before = [message(out) for k in range(100) for out in player.block(k)]
    after = [message(out) for out in player.block(204)]
    assert readings(before)[-1]["hr"].v == pytest.approx(72, abs=2)
    assert waves(after)[0].i0 == 204 * 50
    assert waves(after)[0].d == signal[204 * 50 : 205 * 50].tolist()
    assert readings(after)[0]["hr"].v is None


@pytest.mark.slow
def test_the_rate_of_record_100_is_that_of_its_annotations() -> None:
    """Over half an hour: the rate that follows from the annotated beats 0.4 s ago, within ±2 /min."""
    path = recording("100")
    case = annotated(path.parent, path.name)[0]
    seconds = 1800
    told = [r["hr"].v for r in readings(said(path, 5 * seconds))]
    got = np.array([np.nan if v is None else v for v in told])
    known_beats = case.beats + round(0.4 * case.hz)
    expected = rates(known_beats, case.hz, seconds + 1)[1:]
    apart = np.abs(got - expected)[5:]
    assert np.isfinite(apart).all()
    assert np.mean(apart <= 2) >= 0.99
    assert apart.mean() < 0.5
