"""Detectors of others, which know nothing of what was drawn. They load for seconds: only where they judge."""

import warnings
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
