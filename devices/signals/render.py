"""Waveforms of the whole ward, drawn from the trains of beats and breaths.

Drawing is a pure function of trains, time and disturbance: it changes no state, so waves may be drawn
or not, in blocks of any length up to ``LONGEST_S``, without changing anything else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from devices.arrays import Ints, Raw
from devices.randomness import generator
from devices.signals import ecg, pleth, respiration
from devices.signals.artefacts import Artefacts, Bands, Disturbance
from devices.signals.conditions import TERRITORIES, Infarct
from devices.signals.ecg import LONGEST_S
from devices.signals.events import Events
from devices.signals.leads import DERIVED, ECG_HZ, LEADS, LIMBS, derive, drawn_for, rate_hz, together
from devices.signals.noise import SIZE, Pool, pool
from devices.signals.trace import Ground
from devices.signals.under import Under
from devices.signals.underlay import Underlay
from vitals.catalogue import WAVEFORMS

__all__ = ["LONGEST_S", "RATES_HZ", "Disturbance", "Renderer"]

RATES_HZ: Final = {key: form.hz for key, form in WAVEFORMS.items()}
QUIET: Final[dict[str, Bands]] = {
    ecg.KEY: ((0.03, 0.5, 0.020), (30, 120, 0.004)),
    pleth.KEY: ((0.03, 0.4, 0.012), (1, 40, 0.004)),
    respiration.KEY: ((0.03, 0.4, 0.03), (1, 15, 0.012)),
}
"""Noise of a good recording: bands of (low Hz, high Hz, standard deviation), *heuristic*."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The waves that a block shows, and of which beds it draws each, and what these are made of."""

    shown: tuple[str, ...]
    whose: dict[str, Ints]

    @staticmethod
    def of(wanted: Mapping[str, Ints]) -> "Plan":
        """Return how to draw waves of some beds each: any leads, respiration and pleth.

        Of other beds a wave says nothing: it is 0, or what others are made of.
        """
        whose = drawn_for({key: beds for key, beds in wanted.items() if key in LEADS})
        whose[respiration.KEY] = together([wanted[respiration.KEY], *whose.values()])
        whose[pleth.KEY] = wanted[pleth.KEY]
        summed = {key: beds for key, beds in wanted.items() if key in DERIVED}
        return Plan(tuple(wanted), whose | summed)


class Renderer:
    """Draws the ECG leads that are asked for, pleth and respiration of ``beds``."""

    def __init__(self, seed: int, beds: Sequence[str], ecg_hz: int = ECG_HZ) -> None:
        rngs = [generator(seed, bed, "look") for bed in beds]
        self._bank = ecg.Bank(rngs, ecg_hz)
        self._places = np.array([g.integers(SIZE) for g in rngs])
        fixed = np.random.default_rng(2)
        self._quiet = {key: _pool(fixed, key, bands) for key, bands in QUIET.items()}
        self._ecg_hz = ecg_hz
        if ecg_hz != ECG_HZ:  # the others' noise stays what it is
            source = pool(np.random.default_rng([2, ecg_hz]), ecg_hz, QUIET[ecg.KEY])
            self._quiet[ecg.KEY] = Pool(source, ecg.MV, ecg_hz * LONGEST_S)
        self._underlay = Underlay(self._bank, self._places, LONGEST_S)
        self._artefacts = Artefacts(self._places, LONGEST_S, ecg_hz)

    # --- what bends a patient's ECG ----------------------------------------------------------------

    def st(self, bed: int, territory: str, mv: float) -> None:
        """Raise ST in a territory (``conditions.TERRITORIES``) by ``mv`` in its worst lead; 0 ends it.

        Below 0 it is lowered. Raise ``ValueError`` naming the territories.
        """
        if territory not in TERRITORIES:
            raise ValueError(f"the territories are {', '.join(TERRITORIES)}, not {territory!r}")
        now = self._bank.condition(bed)
        others = {k: v for k, v in now.st_mv.items() if k != territory}
        raised = {territory: round(mv, 2)} if round(mv, 2) else {}
        self._bank.bend(bed, replace(now, st_mv=others | raised))

    def infarct(self, bed: int, territory: str, mv: float, hours: float) -> None:
        """Draw an infarct of which ST rises to ``mv``, so many hours old; 0 mV ends it.

        Raise ``ValueError`` naming the territories.
        """
        if territory not in TERRITORIES:
            raise ValueError(f"the territories are {', '.join(TERRITORIES)}, not {territory!r}")
        now = self._bank.condition(bed)
        others = {k: v for k, v in now.infarcts.items() if k != territory}
        this = {territory: Infarct.aged(mv, hours)} if mv else {}
        self._bank.bend(bed, replace(now, infarcts=others | this))

    def potassium(self, bed: int, mmol_l: float) -> None:
        """Draw what the heart does at this potassium: T, P and QRS when high, T and U when low."""
        now, drawn = self._bank.condition(bed), round(mmol_l, 1)
        if now.potassium_mmol_l != drawn:
            self._bank.bend(bed, replace(now, potassium_mmol_l=drawn))

    def core(self, bed: int, celsius: float) -> None:
        """Draw what the heart does at this core temperature: Osborn waves and a long QT in the cold."""
        now, drawn = self._bank.condition(bed), round(2.0 * celsius) / 2.0
        if now.core_c != drawn:
            self._bank.bend(bed, replace(now, core_c=drawn))

    def qt(self, bed: int, factor: float) -> None:
        """Make QT ``factor`` times as long as the rate alone does (a drug; torsades threatens from 1.3)."""
        self._bank.bend(bed, replace(self._bank.condition(bed), qt=round(factor, 2)))

    def hypertrophy(self, bed: int, *, on: bool) -> None:
        """Draw a thick left ventricle: high voltage, and strain in the lateral leads."""
        self._bank.bend(bed, replace(self._bank.condition(bed), hypertrophy=on))

    # --- drawing -----------------------------------------------------------------------------------

    def block(
        self,
        beats: Events,
        breaths: Events,
        start_s: int,
        length_s: int,
        under: Under,
        worse: Disturbance,
        plan: Plan,
    ) -> dict[str, Raw]:
        """Return raw samples ``[N, hz × length_s]`` of the waves of ``plan``, from ``start_s`` on.

        ``under`` is what lies under the beats.
        """
        whose = plan.whose
        out = room(whose, (len(self._places), length_s), self._ecg_hz)
        drawn = {key: samples for key, samples in out.items() if key not in DERIVED}
        leads = {key: samples for key, samples in drawn.items() if key in LEADS}
        respiration.draw(drawn[respiration.KEY], whose[respiration.KEY], breaths, start_s)
        ground = Ground(drawn[respiration.KEY], self._quiet[ecg.KEY].raw, self._places)
        self._bank.draw(leads, whose, beats, start_s, ground)
        self._underlay.add(leads, whose, start_s, under)
        pleth.draw(drawn[pleth.KEY], whose[pleth.KEY], beats, start_s, worse.pulse_gain)
        for key in (respiration.KEY, pleth.KEY):
            self._quiet[key].add(drawn[key], whose[key], self._places, start_s * RATES_HZ[key])
        self._artefacts.spoil(drawn, start_s, worse, whose)
        one, two = LIMBS
        for lead, sums in DERIVED.items():
            if lead in out:
                derive(out[lead], whose[lead], out[one], out[two], *sums)
        return {key: out[key] for key in plan.shown}


def room(whose: Mapping[str, Ints], block: tuple[int, int], ecg_hz: int = ECG_HZ) -> dict[str, Raw]:
    """Return samples yet to be drawn, ``[N, hz × s]`` of each wave, where it is not drawn of all beds 0.

    A ``block`` is (N, s). In one piece of memory: freed at once, it is at hand for the next block; several
    pieces would go back to the system each time.
    """
    beds, length_s = block
    sizes = {key: beds * rate_hz(key, ecg_hz) * length_s for key in whose}
    memory, out, at = np.empty(sum(sizes.values()), np.int16), {}, 0
    for key, size in sizes.items():
        part = memory[at : at + size]
        if len(whose[key]) < beds:
            part[:] = 0
        out[key] = part.reshape(beds, -1)
        at += size
    return out


def _pool(rng: np.random.Generator, key: str, bands: Bands) -> Pool:
    form = WAVEFORMS[key]
    return Pool(pool(rng, form.hz, bands), form.scale, form.hz * LONGEST_S)
