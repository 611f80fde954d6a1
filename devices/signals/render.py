"""Waveforms of the whole ward, drawn from the trains of beats and breaths.

Drawing is a pure function of trains, time and disturbance: it changes no state, so waves may be drawn
or not, in blocks of any length up to ``LONGEST_S``, without changing anything else.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from devices.arrays import Ints, Raw
from devices.randomness import generator
from devices.signals import ecg, pleth, respiration
from devices.signals.artefacts import Artefacts, Bands, Disturbance
from devices.signals.conditions import TERRITORIES, Infarct
from devices.signals.ecg import LONGEST_S
from devices.signals.events import Window
from devices.signals.leads import DERIVED, LEADS, derived, needed
from devices.signals.noise import SIZE, Pool, pool
from devices.signals.under import Under
from devices.signals.underlay import Underlay
from vitals.catalogue import WAVEFORMS

__all__ = ["LONGEST_S", "RATES_HZ", "Disturbance", "Renderer"]

RATES_HZ: Final = {key: form.hz for key, form in WAVEFORMS.items()}
WANDER: Final = 6
"""2 to this power are the raw steps of impedance that shift the ECG by one: 0.08 mV (*heuristic*)."""
APART: Final = 4_099
"""Leads read their noise so far apart."""
QUIET: Final[dict[str, Bands]] = {
    ecg.KEY: ((0.03, 0.5, 0.020), (30, 120, 0.004)),
    pleth.KEY: ((0.03, 0.4, 0.012), (1, 40, 0.004)),
    respiration.KEY: ((0.03, 0.4, 0.03), (1, 15, 0.012)),
}
"""Noise of a good recording: bands of (low Hz, high Hz, standard deviation), *heuristic*."""


class Renderer:
    """Draws the ECG leads that are asked for, pleth and respiration of ``beds``."""

    def __init__(self, seed: int, beds: Sequence[str]) -> None:
        rngs = [generator(seed, bed, "look") for bed in beds]
        self._bank = ecg.Bank(rngs)
        self._places = np.array([g.integers(SIZE) for g in rngs])
        fixed = np.random.default_rng(2)
        self._quiet = {key: _pool(fixed, key, bands) for key, bands in QUIET.items()}
        self._underlay = Underlay(self._bank, self._places, LONGEST_S)
        self._artefacts = Artefacts(self._places, LONGEST_S)

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
        self._bank.bend(bed, replace(self._bank.condition(bed), potassium_mmol_l=round(mmol_l, 1)))

    def core(self, bed: int, celsius: float) -> None:
        """Draw what the heart does at this core temperature: Osborn waves and a long QT in the cold."""
        self._bank.bend(bed, replace(self._bank.condition(bed), core_c=round(2.0 * celsius) / 2.0))

    def qt(self, bed: int, factor: float) -> None:
        """Make QT ``factor`` times as long as the rate alone does (a drug; torsades threatens from 1.3)."""
        self._bank.bend(bed, replace(self._bank.condition(bed), qt=round(factor, 2)))

    def hypertrophy(self, bed: int, *, on: bool) -> None:
        """Draw a thick left ventricle: high voltage, and strain in the lateral leads."""
        self._bank.bend(bed, replace(self._bank.condition(bed), hypertrophy=on))

    # --- drawing -----------------------------------------------------------------------------------

    def block(
        self,
        beats: Window,
        breaths: Window,
        start_s: int,
        length_s: int,
        under: Under,
        worse: Disturbance,
        leads: tuple[str, ...] = (ecg.KEY,),
    ) -> dict[str, Raw]:
        """Return raw samples ``[N, hz × length_s]`` of each waveform from ``start_s`` on.

        ``beats`` are those since ``start_s - LATEST_S``, ``breaths`` those since ``start_s``; ``under``
        is what lies under the beats. ``leads`` are drawn of the ECG, keys of the catalogue.
        """
        breathing = respiration.draw(breaths, start_s, length_s)
        hearts = self._bank.draw(beats, start_s, length_s, needed(leads))
        self._underlay.add(hearts, start_s, under)
        if hearts:
            moved = np.repeat(breathing >> WANDER, ecg.HZ // respiration.HZ, axis=1)
        for samples in hearts.values():
            np.add(samples, moved, out=samples)
        pulse = pleth.draw(beats, start_s, length_s, worse.pulse_gain)
        out = {**hearts, respiration.KEY: breathing, pleth.KEY: pulse}
        for key, samples in out.items():
            source = ecg.KEY if key in hearts else key
            noise = self._quiet[source].read(self._offsets(key, start_s), samples.shape[1])
            np.add(samples, noise, out=samples)
        self._artefacts.spoil(out, start_s, worse)
        found = {lead: _lead(lead, out) for lead in leads}
        return found | {respiration.KEY: breathing, pleth.KEY: pulse}

    def _offsets(self, key: str, start_s: int) -> Ints:
        apart = APART * LEADS.index(key) if key in LEADS else 0
        return self._places + (start_s * RATES_HZ[key] + apart)


def _lead(lead: str, drawn: dict[str, Raw]) -> Raw:
    return derived(lead, drawn["ecg_i"], drawn["ecg_ii"]) if lead in DERIVED else drawn[lead]


def _pool(rng: np.random.Generator, key: str, bands: Bands) -> Pool:
    form = WAVEFORMS[key]
    return Pool(pool(rng, form.hz, bands), form.scale, form.hz * LONGEST_S)
