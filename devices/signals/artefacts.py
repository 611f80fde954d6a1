"""What makes drawn waves worse: movement, muscle, mains, loose electrodes, electrosurgery.

The same faults of a device that disturb its numbers give a ``Disturbance`` here. Disturbances of the
ECG come from the electrodes: one source at the arms, one at the legs and one at each place of the
chest, so that limb leads stay what they are to each other (I + III = II). All sizes are *heuristic*.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from devices.arrays import Bools, Floats, Ints, Raw
from devices.signals.leads import ECG_HZ, rate_hz
from devices.signals.noise import Pool, pool
from vitals.catalogue import WAVEFORMS

Bands = tuple[tuple[float, float, float], ...]
"""(low Hz, high Hz, standard deviation in the wave's unit)."""
ECG, RESP, PLETH, PRESSURE = "ecg_ii", "resp", "pleth", "abp"

MOTION, WANDER, HUM = "motion", "baseline-wander", "mains-hum"
SHIVERING, SURGERY, LIGHT = "shivering", "electrosurgery", "ambient-light"
NOISES: Final[dict[str, dict[str, Bands]]] = {
    MOTION: {
        ECG: ((0.3, 3, 0.30), (3, 12, 0.10), (15, 100, 0.06)),
        PLETH: ((0.3, 3, 0.22), (3, 8, 0.10)),
        RESP: ((0.2, 3, 0.45),),
        PRESSURE: ((0.3, 3, 6.0), (3, 15, 4.0)),
    },
    WANDER: {ECG: ((0.04, 0.4, 0.50), (0.5, 1.5, 0.06)), RESP: ((0.03, 0.3, 0.60),)},
    SHIVERING: {
        ECG: ((7, 13, 0.06), (20, 100, 0.10)),
        RESP: ((7, 13, 0.10),),
        PLETH: ((3, 7, 0.08), (7, 13, 0.05)),
        PRESSURE: ((7, 13, 2.0),),
    },
    SURGERY: {ECG: ((0.3, 2, 0.5), (5, 124, 2.2)), RESP: ((0.5, 20, 0.9),)},
    LIGHT: {PLETH: ((0.05, 0.5, 0.04), (22, 28, 0.05))},
}
"""The noise of each kind, by wave: shivering is muscle with its tremor, electrosurgery hides all; light
drifts as a hand or a lamp moves, and lamps of 100 Hz flicker, at 125 samples a second, with 25."""
SWING: Final = 0.25
"""How far a rhythmic movement swings a signal, in its own unit; of pressure, ten mmHg and a half. At the
finger it swings as far as a full pulse, so that a detector on the trace finds the cadence too (tests)."""
SWINGS: Final = {PLETH: 1.0, PRESSURE: 10.5}
HUM_MV: Final = 0.14
MAINS_HZ: Final = 50.0
HUM_BREATHES: Final = 0.35
"""By what share the mains' field comes and goes, as cables and people move."""
BURST_S, BURST_EVERY_S = 3.1, 5.3
"""Electrosurgery is switched on for so long, every so often."""
TREMOR_HZ: Final = 0.37
"""Shivering comes in waves."""
AROUND: Final[dict[str, tuple[float, float, float]]] = {
    "ecg_i": (0.71, 0.0, 0.0), "ecg_ii": (0.71, 0.71, 0.0), "ecg_iii": (0.0, 0.71, 0.0),
    "ecg_avr": (-0.71, -0.355, 0.0), "ecg_avl": (0.355, -0.355, 0.0), "ecg_avf": (0.355, 0.71, 0.0),
    **{f"ecg_v{i}": (0.24, 0.24, 0.6) for i in range(1, 7)},
}  # fmt: skip
"""How much of arms, legs and the chest's own place each lead sees; the first two make up the limb leads."""
STRIDE: Final = 20_011
"""Sources read their pool so far apart."""


@dataclass(frozen=True, slots=True)
class Disturbance:
    """How much worse than clean each bed's signals are, arrays ``[N]``; 0 is clean.

    ``motion[waveform]`` scales the noise of movement, whose rhythm there is ``cadence_hz[waveform]``;
    ``pulse_gain`` is how much of the pulse reaches the sensor; ``loose`` marks electrodes off.
    ``noise[kind]`` scales the other kinds of ``NOISES``, and ``mains-hum`` of ``mains_hz``
    (without: ``MAINS_HZ``).
    """

    motion: dict[str, Floats]
    pulse_gain: Floats
    cadence_hz: dict[str, Floats]
    loose: Bools
    noise: dict[str, Floats] = field(default_factory=dict)
    mains_hz: Floats | None = None

    @staticmethod
    def none(n: int) -> "Disturbance":
        """Return clean signals for ``n`` beds."""
        return Disturbance({}, np.ones(n), {}, np.zeros(n, bool))


class Artefacts:
    """Spoils drawn waves. ``places`` ``[N]`` say where each bed reads the pools of noise."""

    def __init__(self, places: Ints, longest_s: int, ecg_hz: int = ECG_HZ) -> None:
        self._places, self._longest_s, self._ecg_hz = places, longest_s, ecg_hz
        self._pools: dict[tuple[str, str], Pool] = {}

    def spoil(
        self, out: dict[str, Raw], start_s: int, worse: Disturbance, whose: dict[str, Ints] | None = None
    ) -> None:
        """Make ``out[waveform]`` ``[N, hz × s]``, drawn from ``start_s`` on, as bad as it is to be.

        ``whose`` says of which beds each is drawn, if not of all.
        """
        loose = worse.loose.any()
        if not (worse.motion or worse.noise or loose):
            return
        for key, samples in out.items():
            wave = ECG if key in AROUND else key
            drawn = whose[key] if whose else np.arange(len(samples))
            if (gain := worse.motion.get(wave)) is not None:
                self._shake(samples, key, start_s, drawn[gain[drawn] > 0.0], gain, worse.cadence_hz[wave])
            for kind, strength in worse.noise.items():
                self._trouble(samples, key, start_s, drawn[strength[drawn] > 0.0], (kind, strength), worse)
            if loose and wave in {ECG, RESP}:
                samples[worse.loose] = 0

    def _shake(
        self, samples: Raw, key: str, start_s: int, rows: Ints, gain: Floats, cadence_hz: Floats
    ) -> None:
        if not rows.size:
            return
        wave = ECG if key in AROUND else key
        swing = np.sin(2 * np.pi * cadence_hz[rows, None] * self._times(key, start_s, samples.shape[1]))
        swing *= SWINGS.get(wave, SWING) * sum(AROUND.get(key, (1.0,))) / sum(AROUND.get(wave, (1.0,)))
        noise = self._noise(MOTION, key, start_s, rows, samples.shape[1])
        _add(samples, key, rows, gain[rows, None] * (noise + swing))

    def _trouble(
        self,
        samples: Raw,
        key: str,
        start_s: int,
        rows: Ints,
        trouble: tuple[str, Floats],
        worse: Disturbance,
    ) -> None:
        kind, strength = trouble
        wave = ECG if key in AROUND else key
        if not rows.size or (wave not in NOISES[kind] if kind != HUM else wave != ECG):
            return
        time = self._times(key, start_s, samples.shape[1]) + self._places[rows, None] % 60
        if kind == HUM:
            size = HUM_MV * sum(AROUND[key]) * (1.0 + HUM_BREATHES * np.sin(2 * np.pi * 0.11 * time))
            mains_hz = MAINS_HZ if worse.mains_hz is None else worse.mains_hz[rows, None]
            noise = size * np.sin(2 * np.pi * mains_hz * time)
        else:
            noise = self._noise(kind, key, start_s, rows, samples.shape[1])
        if kind == SURGERY:
            noise = noise * (time % BURST_EVERY_S < BURST_S)
        if kind == SHIVERING:
            noise = noise * (1.0 + 0.6 * np.sin(2 * np.pi * TREMOR_HZ * time))
        _add(samples, key, rows, strength[rows, None] * noise)

    def _noise(self, kind: str, key: str, start_s: int, rows: Ints, length: int) -> Floats:
        """Return noise of a kind as a wave sees it, in its unit, ``[rows, length]``."""
        wave = ECG if key in AROUND else key
        at = self._places[rows] + start_s * rate_hz(key, self._ecg_hz)
        source = self._pool(kind, wave)
        if wave != ECG:
            return np.asarray(source.read(at, length) * WAVEFORMS[key].scale, np.float64)
        own = 3 + list(AROUND).index(key)  # a place of the chest has a source of its own
        parts = zip(AROUND[key], (0, 1, own), strict=True)
        seen = sum(share * source.read(at + STRIDE * place, length) for share, place in parts if share)
        return np.asarray(seen * WAVEFORMS[key].scale, np.float64)

    def _times(self, key: str, start_s: int, length: int) -> Floats:
        hz = rate_hz(key, self._ecg_hz)
        return np.asarray(np.arange(start_s * hz, start_s * hz + length) / hz)

    def _pool(self, kind: str, wave: str) -> Pool:
        known = self._pools.get((kind, wave))
        if known is None:
            form, hz = WAVEFORMS[wave], rate_hz(wave, self._ecg_hz)
            number = [list(NOISES).index(kind), sorted(NOISES[kind]).index(wave)]
            noise = pool(np.random.default_rng([3, *number]), hz, NOISES[kind][wave])
            known = self._pools[kind, wave] = Pool(noise, form.scale, hz * self._longest_s)
        return known


def _add(samples: Raw, key: str, rows: Ints, noise: Floats) -> None:
    """Add ``noise``, in the wave's unit, to ``rows``; what leaves the wave's range is cut off."""
    form = WAVEFORMS[key]
    worse = samples[rows] + noise / form.scale
    samples[rows] = np.clip(worse, form.lowest / form.scale, form.highest / form.scale)


def levels(faults: Mapping[str, Bools]) -> dict[str, Floats]:
    """Return ``Disturbance.noise`` of a device with these ``faults``."""
    kinds = (WANDER, HUM, SHIVERING, SURGERY, LIGHT)
    return {k: faults[k].astype(float) for k in kinds if k in faults and faults[k].any()}
