"""An ECG of 500 samples a second: said so, drawn so, and read so."""

import numpy as np

from devices.arrays import Floats
from devices.engine import Engine
from devices.person import Baseline, Person
from devices.signals.detect import QrsDetector
from devices.signals.leads import ECG_HZ, LEADS
from devices.ward import BedSetup, Ward
from tests.devices.judges import xqrs
from tests.devices.signals_of import DEVICES, with_rates
from tests.devices.ward_of import START_MS, Heard, played, sort

FAST = 500
SECONDS = 30


def heard(ecg_hz: int) -> Heard:
    """Return what the patch of a patient says in a ward with leads of so many samples a second."""
    ward = Ward(
        "home", "s-000001", [BedSetup("bed01", Person(baseline=Baseline(hr=80)))],
        seed=3, start_ms=START_MS, ecg_hz=ecg_hz,
    )  # fmt: skip
    return sort(ward.hello() + played(ward, SECONDS, waves=True), "patch")


def trace(said: Heard) -> Floats:
    """Return the ECG that was said, in mV."""
    blocks = [w for w in said.wave if w.u == "mV"]
    return np.concatenate([w.d for w in blocks]) * blocks[0].scale


def test_the_rate_is_said_and_kept() -> None:
    """Meta and message say 500, a fifth of a second has 100 samples, and none is missing."""
    said = heard(FAST)
    assert {key: wave.hz for key, wave in said.meta[0].waves.items()} == {"ecg_ii": FAST, "resp": 50}
    blocks = [w for w in said.wave if w.u == "mV"]
    assert {(w.hz, len(w.d)) for w in blocks} == {(FAST, 100)}
    assert [w.i0 for w in blocks] == [100 * k for k in range(5 * SECONDS)]
    assert {w.hz for w in said.wave if w.u != "mV"} == {50}


def test_the_same_heart_beats_at_either_rate() -> None:
    """WFDB's xqrs and our own detector find the same beats in both, within 12 ms; numbers are the same."""
    slow, fast = heard(ECG_HZ), heard(FAST)
    assert slow.values("hr") == fast.values("hr")
    ours = [
        np.array([b.index for b in QrsDetector(hz).feed(trace(said))]) / hz
        for said, hz in ((slow, ECG_HZ), (fast, FAST))
    ]
    theirs = [xqrs(trace(said), hz) for said, hz in ((slow, ECG_HZ), (fast, FAST))]
    for at_250, at_500 in (ours, theirs):
        assert len(at_250) == len(at_500) > 0.9 * 80 * SECONDS / 60
        assert np.abs(at_250 - at_500).max() < 0.012


def test_every_kind_of_wave_has_the_finer_rate() -> None:
    """Beats, fibrillation, flutter waves, spikes and a chest's noise: seconds one by one, and at once."""
    names = ("sinus", "af", "flutter", "paced-dual", "vf")
    people = [with_rates(70, 14, i) for i in range(len(names))]
    worn = {d: np.ones(len(names), bool) for d in DEVICES}
    one = Engine(5, [f"bed{i}" for i in range(len(names))], people, worn, FAST)
    one.warm_up()
    for bed, name in enumerate(names):
        one.beat_in(bed, name)
    for kind in ("motion", "mains-hum", "shivering"):
        one.patch.fault(0, kind, on=True, parameters={})
    parts = []
    for second in range(12):
        one.advance(12.0)
        if second >= 6:
            parts.append(one.draw(1, LEADS))
    whole = one.draw(6, LEADS)
    for lead in LEADS:
        assert whole[lead].shape == (len(names), 6 * FAST)
        single = np.concatenate([p[lead] for p in parts], axis=1)
        apart = np.abs(whole[lead][:, FAST:].astype(int) - single[:, FAST:]).max(axis=1)
        assert not apart[:-1].any()
        assert apart[-1] <= 2  # fibrillation fades from block to block, by rounding
        assert (whole[lead].std(axis=1) > 0).all()
