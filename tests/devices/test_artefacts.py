"""Artefacts: each fault spoils the waves it should, in its own way, and no other."""

from dataclasses import replace

import numpy as np
import pytest

from devices.arrays import Floats, Raw
from devices.engine import Engine
from devices.signals import spoiling
from devices.signals.artefacts import AROUND, HUM, NOISES, SHIVERING, SURGERY, WANDER, Artefacts, Disturbance
from devices.signals.noise import SIZE
from tests.devices.signals_of import engine, with_rates
from vitals.catalogue import WAVEFORMS

SECONDS = 10


def added(kind: str) -> dict[str, Floats]:
    """Return what a fault of the chest adds to each wave of a patient, in its unit."""
    one = engine([with_rates(70, 14)])
    for _ in range(SECONDS):
        one.advance(12.0)
    clean = one.draw(SECONDS)
    one._worse = replace(Disturbance.none(1), noise={kind: np.ones(1)})
    worse = one.draw(SECONDS)
    return {k: (worse[k][0].astype(float) - clean[k][0]) * WAVEFORMS[k].scale for k in clean}


def power(wave: Floats, hz: int, low: float, high: float) -> float:
    """Return the share of a wave's power between two frequencies."""
    spectrum = np.abs(np.fft.rfft(wave - wave.mean())) ** 2
    frequency = np.fft.rfftfreq(wave.size, 1 / hz)
    return float(spectrum[(frequency >= low) & (frequency <= high)].sum() / spectrum.sum())


@pytest.mark.parametrize(
    ("kind", "low", "high", "size"),
    [(HUM, 49.5, 50.5, (0.05, 0.3)), (WANDER, 0, 1.6, (0.2, 1.5)), (SHIVERING, 7, 100, (0.05, 0.3))],
)
def test_a_fault_of_the_chest_has_its_own_frequencies(
    kind: str, low: float, high: float, size: tuple[float, float]
) -> None:
    """Mains at 50 Hz, wandering below 1.6 Hz, muscle above 7 Hz; the pulse at the finger stays as it is."""
    noise = added(kind)
    assert power(noise["ecg_ii"], 250, low, high) > 0.9
    assert size[0] < np.std(noise["ecg_ii"]) < size[1]
    assert kind == SHIVERING or not noise["pleth"].any()


def test_electrosurgery_comes_in_bursts_that_hide_the_heart() -> None:
    """Seconds of more than a millivolt, and seconds of nothing."""
    loud = np.abs(added(SURGERY)["ecg_ii"]).reshape(-1, 50).max(axis=1) > 1.0
    assert 0.3 < loud.mean() < 0.9
    assert np.abs(np.diff(loud.astype(int))).sum() <= 6


def test_limb_leads_stay_what_they_are_to_each_other() -> None:
    """I + III = II, aVR = −(I + II)/2, aVL = (I − III)/2 and aVF = (II + III)/2, within rounding."""
    spoils = Artefacts(np.array([1234]), SECONDS)
    for kind in (*NOISES, HUM):
        waves: dict[str, Raw] = {k: np.zeros((1, 250 * SECONDS), np.int16) for k in AROUND}
        calm = Disturbance.none(1)
        if kind == "motion":
            worse = replace(calm, motion={"ecg_ii": np.ones(1)}, cadence_hz={"ecg_ii": np.full(1, 1.8)})
        else:
            worse = replace(calm, noise={kind: np.full(1, 0.5)})
        spoils.spoil(waves, 0, worse)
        lead = {k.removeprefix("ecg_"): v[0].astype(int) for k, v in waves.items()}
        inside = np.max(np.abs(list(lead.values())), axis=0) < 990  # not cut off at the wave's range
        for seen, made in (
            (lead["ii"], lead["i"] + lead["iii"]),
            (lead["avr"], -(lead["i"] + lead["ii"]) / 2),
            (lead["avl"], (lead["i"] - lead["iii"]) / 2),
            (lead["avf"], (lead["ii"] + lead["iii"]) / 2),
        ):
            assert np.abs(seen - made)[inside].max() <= 4, kind
        assert inside.mean() > 0.9


def test_a_disturbed_bed_disturbs_no_other_and_blocks_agree() -> None:
    """Noise is read by bed and time, so blocks of any length are the same."""
    places = np.array([5, SIZE - 3, 40_000])
    spoils = Artefacts(places, SECONDS)
    strength = np.array([0.0, 1.0, 0.0])
    worse = replace(Disturbance.none(3), noise=dict.fromkeys((WANDER, HUM, SHIVERING, SURGERY), strength))

    def waves(length_s: int) -> dict[str, Raw]:
        return {k: np.zeros((3, WAVEFORMS[k].hz * length_s), np.int16) for k in ("ecg_ii", "resp", "pleth")}

    whole = waves(6)
    spoils.spoil(whole, 0, worse)
    parts = []
    for second in range(6):
        parts.append(waves(1))
        spoils.spoil(parts[-1], second, worse)
    for key, wave in whole.items():
        assert np.array_equal(wave, np.concatenate([p[key] for p in parts], axis=1))
        assert not wave[[0, 2]].any()
        assert wave[1].any()


def test_a_fault_of_the_patch_spoils_trace_and_number_alike() -> None:
    """Electrosurgery scripted at the patch hides the trace; once it ends, the trace is clean again."""
    one: Engine = engine([with_rates(70, 14)])
    quiet = np.std(one.draw(5)["ecg_ii"])
    one.patch.fault(0, SURGERY, on=True, parameters={})
    for _ in range(6):
        one.advance(12.0)
    assert np.std(one.draw(5)["ecg_ii"]) > 2 * quiet
    one.patch.fault(0, SURGERY, on=False, parameters={})
    for _ in range(6):
        one.advance(12.0)
    assert np.std(one.draw(5)["ecg_ii"]) < 1.5 * quiet


def test_the_mains_hum_as_they_do_where_the_ward_is() -> None:
    """A script may say 60 Hz; the other bed hums at 50."""
    one = engine([with_rates(70, 14), with_rates(70, 14)])
    for bed, parameters in enumerate(({}, {"mains_hz": 60.0})):
        one.patch.fault(bed, HUM, on=True, parameters=parameters)
    for _ in range(SECONDS):
        one.advance(12.0)
    ecg = one.draw(SECONDS)["ecg_ii"].astype(float)
    spectrum = np.abs(np.fft.rfft(ecg)) ** 2
    frequency = np.fft.rfftfreq(ecg.shape[1], 1 / 250)
    loudest = [float(frequency[40:][np.argmax(s[40:] * (frequency[40:] > 30))]) for s in spectrum]
    assert loudest == pytest.approx([50, 60], abs=0.2)


@pytest.mark.parametrize(("swells", "swings"), [(False, False), (True, False), (False, True), (True, True)])
def test_samples_are_spoilt_the_same_either_way(*, swells: bool, swings: bool) -> None:
    """By calls on slices and by loop, where the pool begins anew and where the range ends too."""
    rng = np.random.default_rng(8)
    rows = np.tile(rng.integers(-900, 900, 250), (2, 1)).astype(np.int16)
    raw = rng.integers(-300, 300, SIZE + 249).astype(np.int16)
    places = np.array([SIZE - 9, 7 * SIZE + 30_000, 55])
    swell = rng.random(250) if swells else np.zeros(0)
    swing = rng.standard_normal(250) if swings else np.zeros(0)
    shares, more = np.array([0.24, -0.24, 0.6]), (0.7, swell, swing, 0.005, -1000.0, 1000.0)
    before = rows[0].copy()
    spoiling.spoil_row(rows[0], raw, places, shares, *more)
    spoiling._spoil_loop(rows[1], raw, places, shares, *more)
    assert np.array_equal(rows[0], rows[1])
    assert (rows[0] != before).any()
    assert np.abs(rows[0]).max() <= 1000
