"""Detectors of others, which know nothing of what was drawn. They load for seconds: only where they judge."""

import warnings
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from devices.arrays import Floats, Ints


def find_peaks(x: Floats, **how: Any) -> tuple[Ints, dict[str, Floats]]:  # noqa: ANN401 -- SciPy's own words
    """Return where ``x`` has peaks, and what SciPy says of them."""
    from scipy import signal  # noqa: PLC0415 -- heavy

    at, what = signal.find_peaks(x, **how)
    return at, what


def xqrs(ecg: Floats, hz: int = 250) -> Floats:
    """Return beats (s) as WFDB's xqrs finds them."""
    import wfdb.processing  # noqa: PLC0415 -- heavy

    return np.asarray(wfdb.processing.xqrs_detect(ecg, fs=hz, verbose=False) / hz)


def gqrs(ecg: Floats, hz: int = 250) -> Floats:
    """Return beats (s) as WFDB's gqrs finds them."""
    import wfdb.processing  # noqa: PLC0415 -- heavy

    return np.asarray(wfdb.processing.gqrs_detect(ecg, fs=hz)) / hz


def christov(ecg: Floats, hz: int = 250) -> Floats:
    """Return beats (s) as Christov's detector (2004) finds them, from NeuroKit2."""
    import neurokit2 as nk  # noqa: PLC0415 -- heavy

    clean = nk.ecg_clean(ecg, sampling_rate=hz, method="christov2004")
    return np.asarray(nk.ecg_peaks(clean, sampling_rate=hz, method="christov2004")[1]["ECG_R_Peaks"]) / hz


def turning(leads: Mapping[str, Floats]) -> Floats:
    """Return how far leads II and V1 are from rest together, mV: a beat across one is in the other."""
    apart = [leads[name] - np.median(leads[name]) for name in ("ecg_ii", "ecg_v1")]
    return np.asarray(np.hypot(*apart))


def neurokit(ecg: Floats, hz: int = 250) -> Floats:
    """Return beats (s) as NeuroKit2 finds them."""
    import neurokit2 as nk  # noqa: PLC0415 -- heavy

    _, found = nk.ecg_peaks(nk.ecg_clean(ecg, sampling_rate=hz), sampling_rate=hz)
    return np.asarray(found["ECG_R_Peaks"]) / hz


def delineated(ecg: Floats, beats: Floats, hz: int = 250) -> dict[str, Floats]:
    """Return where NeuroKit2's wavelets see each wave of ``beats`` begin and end, ms."""
    import neurokit2 as nk  # noqa: PLC0415 -- heavy

    clean, peaks = nk.ecg_clean(ecg, sampling_rate=hz), np.round(beats * hz).astype(int)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of beats at the ends
        _, found = nk.ecg_delineate(clean, peaks, sampling_rate=hz, method="dwt")
    return {name: np.asarray(at, float) * 1000.0 / hz for name, at in found.items()}


def pulses(pleth: Floats, hz: int = 125) -> Floats:
    """Return pulses (s) as NeuroKit2 finds them in a pleth."""
    import neurokit2 as nk  # noqa: PLC0415 -- heavy

    found = nk.ppg_findpeaks(nk.ppg_clean(pleth, sampling_rate=hz), sampling_rate=hz)
    return np.asarray(found["PPG_Peaks"]) / hz


def breaths(wave: Floats, hz: int = 50) -> Floats:
    """Return breaths (s) as NeuroKit2 finds them in an impedance or a capnogram."""
    import neurokit2 as nk  # noqa: PLC0415 -- heavy

    found = nk.rsp_peaks(nk.rsp_clean(wave, sampling_rate=hz), sampling_rate=hz)[1]
    return np.asarray(found["RSP_Peaks"]) / hz


ODD_JUDGES: dict[str, Callable[[Mapping[str, Floats]], Floats]] = {
    "af-paced": lambda leads: gqrs(leads["ecg_ii"]),
    "torsades": lambda leads: christov(turning(leads)),
    "polymorphic-vt": lambda leads: xqrs(turning(leads)),
    "failure-to-capture": lambda leads: gqrs(leads["ecg_i"]),
    "af-uncaptured": lambda leads: gqrs(leads["ecg_i"]),
}
"""Who judges where xqrs in lead II errs: it loses broad beats beside narrow, quicker ones and those whose
axis lies across the lead, and takes spikes for beats, which are smallest in lead I. (Christov's loses a
tenth of polymorphic-vt in some hearts, xqrs half of torsades in one of six, gqrs half of both.)"""
