"""What makes drawn waves worse: movement, muscle, mains, loose electrodes, electrosurgery.

The same faults of a device that disturb its numbers give a ``Disturbance`` here. Disturbances of the
ECG come from the electrodes: one source at the arms, one at the legs and one at each place of the
chest, so that limb leads stay what they are to each other (I + III = II). All sizes are *heuristic*.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from devices.arrays import Bools, Floats, Ints, Raw
from devices.signals import spoiling
from devices.signals.leads import ECG_HZ, rate_hz
from devices.signals.noise import SIZE, Pool, pool
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
SWELLING: Final = frozenset({SURGERY, SHIVERING})
SWINGING: Final = frozenset({MOTION, HUM}) | SWELLING
"""What swells or swings in time; of all else there is noise alone."""
_LIMITS: Final = {
    key: (form.scale, form.lowest / form.scale, form.highest / form.scale) for key, form in WAVEFORMS.items()
}
"""Of each wave its unit a step, and its range in steps."""
_SHARES: Final = {lead: np.array(seen) for lead, seen in AROUND.items()}
_STRIDES: Final = {lead: STRIDE * np.array([0, 1, 3 + i]) for i, lead in enumerate(AROUND)}
"""A place of the chest has a source of its own."""
_ALONE, _NO_STRIDES = np.array([1.0, 0.0, 0.0]), np.zeros(3, np.int64)
_HUMS: Final = {lead: HUM_MV * sum(seen) for lead, seen in AROUND.items()}
_SWINGS: Final = {lead: SWING * sum(seen) / sum(AROUND[ECG]) for lead, seen in AROUND.items()} | SWINGS
"""How far a movement swings each wave."""


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


@dataclass(frozen=True, slots=True)
class _Trouble:
    """What troubles a wave of ``beds`` ``[m]``, by ``gain`` ``[m]``: noise, and what swings, or swells it."""

    kind: str
    beds: Ints
    gain: Floats
    raw: Raw
    """The pool of its noise, which is read from ``places`` ``[m, 3]`` on as ``shares`` ``[3]`` say."""
    places: Ints
    shares: Floats
    swings: tuple[str, str, bytes]
    """What swings alike in all leads."""
    hz: Floats
    """How fast it swings or hums, ``[m, 1]``."""
    size: float
    """How far it swings, if it does."""


class Artefacts:
    """Spoils drawn waves. ``places`` ``[N]`` say where each bed reads the pools of noise."""

    def __init__(self, places: Ints, longest_s: int, ecg_hz: int = ECG_HZ) -> None:
        self._places, self._longest_s, self._ecg_hz = places, longest_s, ecg_hz
        self._pools: dict[tuple[str, str], Raw] = {}
        self._silence: Raw = np.zeros(SIZE + ecg_hz * longest_s, np.int16)
        self._troubles: dict[str, list[_Trouble]] = {}
        self._of: tuple[Disturbance | None, dict[str, Ints] | None] = (None, None)
        """What these were found in."""

    def spoil(
        self, out: dict[str, Raw], start_s: int, worse: Disturbance, whose: dict[str, Ints] | None = None
    ) -> None:
        """Make ``out[waveform]`` ``[N, hz × s]``, drawn from ``start_s`` on, as bad as it is to be.

        ``whose`` says of which beds each is drawn, if not of all.
        """
        loose = worse.loose.any()
        if not (worse.motion or worse.noise or loose):
            return
        if self._of[0] is not worse or self._of[1] is not whose:
            self._troubles, self._of = {}, (worse, whose)
        swung: dict[tuple[str, str, bytes], Floats] = {}
        for key, samples in out.items():
            if key not in self._troubles:
                beds = whose[key] if whose else np.arange(len(samples))
                self._troubles[key] = list(self._found(key, beds, worse))
            for trouble in self._troubles[key]:
                self._spoil(samples, key, start_s, trouble, swung)
            if loose and (key in AROUND or key == RESP):
                samples[worse.loose] = 0

    def _spoil(
        self,
        samples: Raw,
        key: str,
        start_s: int,
        trouble: _Trouble,
        swung: dict[tuple[str, str, bytes], Floats],
    ) -> None:
        hz, scale, low, high = rate_hz(key, self._ecg_hz), *_LIMITS[key]
        first = start_s * hz
        swell = swing = np.zeros((trouble.beds.size, 0))
        if trouble.kind in SWINGING:
            found = swung.get(trouble.swings)
            if found is None:
                time = np.arange(first, first + samples.shape[1]) / hz
                found = swung[trouble.swings] = _swing(trouble, time, self._places)
            if trouble.kind in SWELLING:
                swell = found
            else:
                swing = found * trouble.size
        places, shares = trouble.places + first, trouble.shares
        spoiling.spoil_rows(
            samples, trouble.beds, trouble.gain, trouble.raw, places, shares, swell, swing, scale, low, high
        )

    def _found(self, key: str, beds: Ints, worse: Disturbance) -> Iterator[_Trouble]:
        """Yield what troubles a wave that is drawn of ``beds``, one after the other."""
        wave = ECG if key in AROUND else key
        kinds = {MOTION: worse.motion[wave]} if wave in worse.motion else {}
        for kind, strength in (kinds | worse.noise).items():
            if wave not in NOISES[kind] if kind != HUM else wave != ECG:
                continue
            rows = beds[strength[beds] != 0.0]
            if not rows.size:
                continue
            hz = worse.cadence_hz[wave] if kind == MOTION else worse.mains_hz
            yield _Trouble(
                kind,
                rows,
                strength[rows],
                self._silence if kind == HUM else self._pool(kind, wave),
                self._places[rows, None] + _STRIDES.get(key, _NO_STRIDES),
                _SHARES.get(key, _ALONE),
                (kind, wave, rows.tobytes()),
                np.full((rows.size, 1), MAINS_HZ) if hz is None else hz[rows, None],
                _HUMS[key] if kind == HUM else _SWINGS.get(key, SWING),
            )

    def _pool(self, kind: str, wave: str) -> Raw:
        known = self._pools.get((kind, wave))
        if known is None:
            form, hz = WAVEFORMS[wave], rate_hz(wave, self._ecg_hz)
            number = [list(NOISES).index(kind), sorted(NOISES[kind]).index(wave)]
            noise = pool(np.random.default_rng([3, *number]), hz, NOISES[kind][wave])
            known = self._pools[kind, wave] = Pool(noise, form.scale, hz * self._longest_s).raw
        return known


def _swing(trouble: _Trouble, time: Floats, places: Ints) -> Floats:
    """Return how what troubles ``beds`` swings or swells, ``[m, n]``, at ``time`` ``[n]``."""
    if trouble.kind == MOTION:
        return np.asarray(np.sin(2 * np.pi * trouble.hz * time))
    own = time + places[trouble.beds, None] % 60
    if trouble.kind == HUM:
        size = 1.0 + HUM_BREATHES * np.sin(2 * np.pi * 0.11 * own)
        return np.asarray(size * np.sin(2 * np.pi * trouble.hz * own))
    if trouble.kind == SURGERY:
        return (own % BURST_EVERY_S < BURST_S).astype(float)
    return np.asarray(1.0 + 0.6 * np.sin(2 * np.pi * TREMOR_HZ * own))


def levels(faults: Mapping[str, Bools]) -> dict[str, Floats]:
    """Return ``Disturbance.noise`` of a device with these ``faults``."""
    kinds = (WANDER, HUM, SHIVERING, SURGERY, LIGHT)
    return {k: faults[k].astype(float) for k in kinds if k in faults and faults[k].any()}
