"""Waveforms of the whole ward, drawn from the trains of beats and breaths.

Drawing is a pure function of trains, time and disturbance: it changes no state, so waves may be drawn
or not, in blocks of any length, without changing anything else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from devices.arrays import Floats, Ints, Raw
from devices.randomness import generator
from devices.signals import segments, shapes
from devices.signals.events import Events
from devices.signals.noise import SIZE, Pool, pool
from vitals.catalogue import WAVEFORMS

RATES_HZ: Final = {"ecg_ii": 250, "pleth": 125, "resp": 50}
LONGEST_S: Final = 10
LONGEST_PULSE_S: Final = 1.5
"""After so long a pulse has run off, whether or not the next one comes."""
SYSTOLE_S: Final = 0.30
WANDER: Final = 12
"""ECG raw steps of baseline shift per unit of breath: 0.06 mV (*heuristic*)."""
ECG_MV: Final = WAVEFORMS["ecg_ii"].scale
PLETH: Final = WAVEFORMS["pleth"].scale
RESP: Final = WAVEFORMS["resp"].scale


@dataclass(frozen=True, slots=True)
class Disturbance:
    """How much worse than clean each bed's signals are, arrays ``[N]``; 0 is clean.

    ``ecg_motion`` and ``pleth_motion`` scale the noise of movement; ``pleth_gain`` multiplies the
    pulse (cold finger); ``cadence_hz`` is the rhythm of the movement.
    """

    ecg_motion: Floats
    resp_motion: Floats
    pleth_motion: Floats
    pleth_gain: Floats
    cadence_hz: Floats

    @staticmethod
    def none(n: int) -> "Disturbance":
        """Return clean signals for ``n`` beds."""
        zero = np.zeros(n)
        return Disturbance(zero, zero.copy(), zero.copy(), np.ones(n), np.full(n, 1.8))


class Renderer:
    """Draws ECG lead II, pleth and respiration of ``beds``."""

    def __init__(self, seed: int, beds: Sequence[str]) -> None:
        rngs = [generator(seed, bed, "look") for bed in beds]
        tables = [np.rint(shapes.ecg(shapes.draw(g).bumps()) / ECG_MV) for g in rngs]
        self._ecg = np.stack(tables).astype(np.int16)
        self._rows = (np.arange(len(beds)) * shapes.ECG_SIZE)[:, None].astype(np.int32)
        self._pulse = (shapes.pulse() / PLETH).astype(np.float32)
        self._breath = (shapes.breath() / RESP).astype(np.float32)
        self._places = np.array([g.integers(SIZE) for g in rngs])
        fixed = np.random.default_rng(2)
        noise = {
            "ecg_ii": (0.005, 250, ((0.03, 0.5, 0.020), (8, 100, 0.006))),
            "pleth": (PLETH, 125, ((0.03, 0.4, 0.012), (1, 40, 0.004))),
            "resp": (RESP, 50, ((0.03, 0.4, 0.03), (1, 15, 0.012))),
        }
        movement = {
            "ecg_ii": (0.005, 250, ((0.3, 3, 0.30), (3, 12, 0.10), (15, 100, 0.06))),
            "pleth": (PLETH, 125, ((0.3, 3, 0.22), (3, 8, 0.10))),
            "resp": (RESP, 50, ((0.2, 3, 0.45),)),
        }
        self._noise = {
            k: Pool(pool(fixed, hz, s), step, hz * LONGEST_S) for k, (step, hz, s) in noise.items()
        }
        self._movement = {
            k: Pool(pool(fixed, hz, s), step, hz * LONGEST_S) for k, (step, hz, s) in movement.items()
        }

    def block(
        self, beats: Events, breaths: Events, start_s: int, length_s: int, worse: Disturbance
    ) -> dict[str, Raw]:
        """Return raw samples ``[N, hz × length_s]`` of each waveform from ``start_s`` on."""
        resp = self._resp(breaths, start_s, length_s)
        ecg = self._ecg_ii(beats, start_s, length_s)
        ecg += np.repeat(resp // (1000 // WANDER), 5, axis=1)
        out = {"ecg_ii": ecg, "pleth": self._pleth(beats, start_s, length_s, worse.pleth_gain), "resp": resp}
        for key, samples in out.items():
            noise = self._noise[key].read(self._offsets(key, start_s), samples.shape[1])
            np.add(samples, noise, out=samples)
        self._disturb(out, start_s, worse)
        return out

    def _offsets(self, key: str, start_s: int) -> Ints:
        return self._places + start_s * RATES_HZ[key]

    def _disturb(self, out: dict[str, Raw], start_s: int, worse: Disturbance) -> None:
        gains = {"ecg_ii": worse.ecg_motion, "pleth": worse.pleth_motion, "resp": worse.resp_motion}
        for key, gain in gains.items():
            rows = np.nonzero(gain)[0]
            if not rows.size:
                continue
            samples = out[key]
            shaken = self._movement[key].read(self._offsets(key, start_s)[rows], samples.shape[1])
            time = start_s + np.arange(samples.shape[1]) / RATES_HZ[key]
            swing = np.sin(2 * np.pi * worse.cadence_hz[rows, None] * time)
            step = WAVEFORMS[key].scale
            added = gain[rows, None] * (shaken + swing * (0.25 / step))
            low, high = WAVEFORMS[key].lowest / step, WAVEFORMS[key].highest / step
            samples[rows] = np.clip(samples[rows] + added, low, high)

    def _ecg_ii(self, beats: Events, start_s: int, length_s: int) -> Raw:
        hz, samples = RATES_HZ["ecg_ii"], RATES_HZ["ecg_ii"] * length_s
        times, rows, slots = beats.since(start_s - 1.0)
        r = (times - start_s) * hz
        root = beats.values["root"][rows, slots]
        stretch, fast = shapes.t_stretch(root), np.minimum(root, 1.0)
        entry = shapes.ECG_HZ / hz
        at_r = shapes.BEFORE_S * shapes.ECG_HZ
        q, j = shapes.Q_S * hz, shapes.J_S * hz
        p_len, t_len = (shapes.BEFORE_S - shapes.Q_S) * hz, (shapes.AFTER_S - shapes.J_S) * hz
        n, w = r.shape
        anchors, origins, slopes = np.empty((n, w, 4)), np.empty((n, w, 4)), np.zeros((n, w, 4))
        anchors[..., 0] = r - q - p_len * fast
        anchors[..., 1] = r - q
        anchors[..., 2] = r + j
        anchors[..., 3] = r + j + t_len * stretch
        origins[...] = (0.0, at_r - q * entry, at_r + j * entry, shapes.ECG_SIZE - 1)
        slopes[..., 0] = entry / fast
        slopes[..., 1] = entry
        slopes[..., 2] = entry / stretch
        starts = anchors.copy()
        starts[:, 1:, 0] = np.maximum(starts[:, 1:, 0], starts[:, :-1, 2])
        starts[:, 1:, 1] = np.maximum(starts[:, 1:, 1], starts[:, :-1, 2])
        starts[:, :-1, 3] = np.minimum(starts[:, :-1, 3], starts[:, 1:, 0])
        shape = (n, w * 4)
        counts = segments.lengths(starts.reshape(shape), samples)
        place = segments.places(
            origins.reshape(shape), slopes.reshape(shape), anchors.reshape(shape), counts, samples
        )
        np.clip(place, 0, shapes.ECG_SIZE - 1, out=place)
        index = place.astype(np.int32)
        index += self._rows
        return np.asarray(self._ecg.take(index))

    def _pleth(self, beats: Events, start_s: int, length_s: int, gain: Floats) -> Raw:
        hz, samples = RATES_HZ["pleth"], RATES_HZ["pleth"] * length_s
        times, rows, slots = beats.since(start_s - 2.0)
        value = beats.values
        foot = times - start_s + value["arrival"][rows, slots]
        following = np.full_like(foot, np.inf)
        following[:, :-1] = foot[:, 1:]
        end = np.minimum(following, foot + LONGEST_PULSE_S)
        systole = np.minimum(SYSTOLE_S * value["root"][rows, slots], 0.6 * (end - foot))
        full = shapes.PULSE_SIZE - 1.0
        n, w = foot.shape
        anchors, origins, slopes = np.empty((n, w, 3)), np.empty((n, w, 3)), np.zeros((n, w, 3))
        anchors[..., 0] = foot * hz
        anchors[..., 1] = (foot + systole) * hz
        anchors[..., 2] = end * hz
        origins[...] = (0.0, shapes.NOTCH * full, full)
        slopes[..., 0] = shapes.NOTCH * full / np.maximum(systole * hz, 1e-6)
        slopes[..., 1] = (1 - shapes.NOTCH) * full / np.maximum((end - foot - systole) * hz, 1e-6)
        shape = (n, w * 3)
        counts = segments.lengths(anchors.reshape(shape), samples)
        place = segments.places(
            origins.reshape(shape), slopes.reshape(shape), anchors.reshape(shape), counts, samples
        )
        height = np.repeat(value["pulse"][rows, slots] * gain[:, None], 3, axis=1)
        wave = segments.look_up(self._pulse, place)
        wave *= segments.spread(height, counts, samples)
        return np.asarray(wave.astype(np.int16))

    def _resp(self, breaths: Events, start_s: int, length_s: int) -> Raw:
        hz, samples = RATES_HZ["resp"], RATES_HZ["resp"] * length_s
        times, rows, slots = breaths.since(start_s - 5.0)
        value = breaths.values
        onset = times - start_s
        ti = value["inspiration"][rows, slots]
        following = np.full_like(onset, np.inf)
        following[:, :-1] = onset[:, 1:]
        te = np.clip(following - onset - ti, 0.05, value["expiration"][rows, slots])
        half = shapes.BREATH_SIZE / 2
        n, w = onset.shape
        anchors, origins, slopes = np.empty((n, w, 3)), np.empty((n, w, 3)), np.zeros((n, w, 3))
        anchors[..., 0] = onset * hz
        anchors[..., 1] = (onset + ti) * hz
        anchors[..., 2] = (onset + ti + te) * hz
        origins[...] = (0.0, half, shapes.BREATH_SIZE - 1)
        slopes[..., 0] = half / np.maximum(ti * hz, 1e-6)
        slopes[..., 1] = (half - 1) / (te * hz)
        shape = (n, w * 3)
        counts = segments.lengths(anchors.reshape(shape), samples)
        place = segments.places(
            origins.reshape(shape), slopes.reshape(shape), anchors.reshape(shape), counts, samples
        )
        wave = segments.look_up(self._breath, place)
        wave *= segments.spread(np.repeat(value["depth"][rows, slots], 3, axis=1), counts, samples)
        wave -= 400.0
        return np.asarray(wave.astype(np.int16))
