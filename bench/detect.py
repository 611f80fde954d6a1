"""Detectors: sensitivity, precision, rate error and CPU of our beat detector beside NeuroKit2 and xqrs.

Judged on every annotated WFDB record of the recordings' folder (``$TELEWARD_RECORDINGS``), on the
same with noise added, and on NeuroKit2's synthetic ECG, whose beats are the R peaks of the signal
before noise. A found beat counts when it is within 150 ms of an annotated one, each used once
(ANSI/AAMI EC57's window). Ours gets the signal in blocks of 0.2 s, the peers get it whole.
Noise is white, its ratio to the signal defined as in the MIT-BIH Noise Stress Test Database
(signal power: an eighth of the square of the QRS's peak-to-peak amplitude). Pulses and breaths are
judged by the mean rate over NeuroKit2's synthetic pleth and respiration, beside NeuroKit2's own.
"""

import argparse
import os
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from devices.signals.detect import HEART, BreathDetector, PulseDetector, QrsDetector, RateMeter

Signal = NDArray[np.float64]
Indices = NDArray[np.int64]
Detector = Callable[[Signal, float], Indices]

WINDOW_S: Final = 0.150
BEATS: Final = frozenset("NLRBAaJSVrFejnE/fQ?")
"""The annotation codes that are beats (WFDB)."""
EDGE_S: Final = 0.5
"""Of a synthetic signal that begins and ends amid a beat, so much at each end is not judged."""


@dataclass(frozen=True, slots=True)
class Case:
    """A signal and where its beats are (sample indices)."""

    name: str
    hz: float
    signal: Signal
    beats: Indices
    edge_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Result:
    """How well a detector did: shares of 1, error of the shown rate, CPU per second of signal."""

    sensitivity: float
    precision: float
    rate_error: float
    place_error_s: float
    cpu_s: float


def recordings() -> Path | None:
    """Return the folder of recordings, or ``None`` without one."""
    here = Path(__file__).resolve().parents[2] / "shared" / "recordings"
    folder = Path(os.environ.get("TELEWARD_RECORDINGS") or here)
    return folder if folder.is_dir() else None


def matches(reference: Indices, found: Indices, window: float) -> list[int]:
    """Return found − reference of each pair within ``window``; no index is used twice."""
    apart, i, j = [], 0, 0
    while i < len(reference) and j < len(found):
        difference = int(found[j]) - int(reference[i])
        if abs(difference) <= window:
            apart.append(difference)
        i, j = i + (difference >= -window), j + (difference <= window)
    return apart


def ours(signal: Signal, hz: float) -> Indices:
    """Return the beats of our streaming detector, fed in blocks of 0.2 s."""
    detector, block = QrsDetector(hz), round(hz / 5)
    found = [b.index for i in range(0, len(signal), block) for b in detector.feed(signal[i : i + block])]
    return np.array(found, dtype=np.int64)


def neurokit(signal: Signal, hz: float) -> Indices:
    """Return the beats of NeuroKit2's default method."""
    import neurokit2 as nk  # noqa: PLC0415 -- heavy, and only a peer

    clean = nk.ecg_clean(signal, sampling_rate=hz)
    return np.asarray(nk.ecg_peaks(clean, sampling_rate=hz)[1]["ECG_R_Peaks"], dtype=np.int64)


def xqrs(signal: Signal, hz: float) -> Indices:
    """Return the beats of WFDB's xqrs."""
    from wfdb import processing  # noqa: PLC0415 -- heavy, and only a peer

    found = processing.xqrs_detect(signal, fs=hz, verbose=False)
    return np.asarray(found, dtype=np.int64)


DETECTORS: Final[dict[str, Detector]] = {"ours": ours, "neurokit2": neurokit, "xqrs": xqrs}


def annotated(folder: Path, name: str) -> list[Case]:
    """Return one case for each ECG lead of a record that has beat annotations."""
    import wfdb  # noqa: PLC0415 -- heavy

    record = wfdb.rdrecord(str(folder / name))
    marks = wfdb.rdann(str(folder / name), "atr")
    beats = np.array([s for s, c in zip(marks.sample, marks.symbol, strict=True) if c in BEATS])
    leads = [i for i, unit in enumerate(record.units) if unit == "mV"]
    return [
        Case(f"{name} {record.sig_name[i]}", float(record.fs), record.p_signal[:, i], beats) for i in leads
    ]


def noisy(case: Case, decibel: float) -> Case:
    """Return ``case`` with white noise added, ``decibel`` below the signal."""
    span = round(0.05 * case.hz)
    heights = [np.ptp(case.signal[max(0, b - span) : b + span]) for b in case.beats[:300]]
    power = float(np.median(heights)) ** 2 / 8 / 10 ** (decibel / 10)
    noise = np.random.default_rng(1).normal(0.0, np.sqrt(power), len(case.signal))
    return Case(f"{case.name} +noise {decibel:g} dB", case.hz, case.signal + noise, case.beats, case.edge_s)


def synthetic(rate_bpm: int, hz: int = 250, duration_s: int = 60) -> Case:
    """Return NeuroKit2's ECG at ``rate_bpm``, noise and wander added after its R peaks were marked."""
    import neurokit2 as nk  # noqa: PLC0415 -- heavy
    from scipy.signal import find_peaks  # noqa: PLC0415 -- heavy

    clean = nk.ecg_simulate(duration_s, sampling_rate=hz, noise=0, heart_rate=rate_bpm, random_state=3)
    beats, _ = find_peaks(clean, height=0.5 * clean.max(), distance=int(0.2 * hz))
    t_s = np.arange(len(clean)) / hz
    hum = 0.2 * np.sin(2 * np.pi * 0.3 * t_s) + 0.05 * np.sin(2 * np.pi * 50 * t_s)
    noise = np.random.default_rng(1).normal(0.0, 0.03, len(clean))
    return Case(f"neurokit2 {rate_bpm}/min", float(hz), clean + hum + noise, beats, EDGE_S)


def rates(beats: Indices, hz: float, seconds: int) -> Signal:
    """Return the rate a monitor shows at each full second, NaN where it knows none ([seconds])."""
    meter, shown, ahead = RateMeter(hz, HEART), np.full(seconds, np.nan), 0
    for second in range(seconds):
        while ahead < len(beats) and beats[ahead] <= second * hz:
            meter.add(int(beats[ahead]))
            ahead += 1
        rate = meter.rate(round(second * hz))
        shown[second] = np.nan if rate is None else rate
    return shown


def judge(case: Case, detector: Detector) -> Result:
    """Let ``detector`` look for the beats of ``case`` and compare."""
    begun = process_time()
    found = detector(case.signal, case.hz)
    cpu_s = (process_time() - begun) / (len(case.signal) / case.hz)
    low, high = case.edge_s * case.hz, len(case.signal) - case.edge_s * case.hz
    reference, seen = (x[(x >= low) & (x < high)] for x in (case.beats, found))
    apart = matches(reference, seen, WINDOW_S * case.hz)
    seconds = int(len(case.signal) / case.hz)
    errors = np.abs(rates(seen, case.hz, seconds) - rates(reference, case.hz, seconds))
    return Result(
        len(apart) / max(1, len(reference)),
        len(apart) / max(1, len(seen)),
        float(np.nanmean(errors)) if np.isfinite(errors).any() else float("nan"),
        float(np.median(np.abs(apart))) / case.hz if apart else float("nan"),
        cpu_s,
    )


def cases() -> Iterator[Case]:
    """Yield every signal to judge on."""
    folder = recordings()
    for mark in sorted(folder.glob("*.atr")) if folder else ():
        for case in annotated(folder, mark.stem) if folder else ():
            yield from (case, noisy(case, 12), noisy(case, 6))
    for rate_bpm in (40, 60, 90, 120, 150, 190):
        yield synthetic(rate_bpm)


def mean_rate(events: Indices, hz: float) -> float:
    """Return events a minute between the first and the last."""
    return 60 * hz * (len(events) - 1) / float(events[-1] - events[0])


def slow_signals() -> Iterator[tuple[str, float, float, float]]:
    """Yield a case's name, and the mean rate: as made, as we find it and as NeuroKit2 does."""
    import neurokit2 as nk  # noqa: PLC0415 -- heavy

    for rate in (40, 75, 110, 150):
        pleth = np.asarray(nk.ppg_simulate(120, sampling_rate=125, heart_rate=rate, random_state=4))
        mine = np.array([p.foot for p in PulseDetector.of_pleth(125).feed(pleth)])
        theirs = nk.ppg_findpeaks(nk.ppg_clean(pleth, sampling_rate=125), sampling_rate=125)["PPG_Peaks"]
        yield f"pleth {rate}/min", rate, mean_rate(mine, 125), mean_rate(theirs, 125)
    for rate in (6, 12, 20, 35):
        breath = nk.rsp_simulate(240, sampling_rate=50, respiratory_rate=rate, noise=0.05, random_state=4)
        mine = np.array([b.index for b in BreathDetector(50).feed(breath)])
        theirs = nk.rsp_peaks(nk.rsp_clean(breath, sampling_rate=50), sampling_rate=50)[1]["RSP_Peaks"]
        yield f"respiration {rate}/min", rate, mean_rate(mine, 50), mean_rate(theirs, 50)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add this benchmark's options."""
    parser.add_argument("--table", action="store_true", help="print the documentation's table instead")


def run(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Yield one result after the other."""
    warnings.filterwarnings("ignore", module="neurokit2")
    for detector in DETECTORS.values():  # imports and first calls are not the detectors' work
        judge(synthetic(60, duration_s=10), detector)
    for case in cases():
        results = {name: judge(case, detector) for name, detector in DETECTORS.items()}
        if getattr(options, "table", False):
            print(_table_row(case, results))
            continue
        yield from _rows(case.name, results)
    for name, made, found, theirs in slow_signals():
        mine, other = abs(found - made), abs(theirs - made)
        if getattr(options, "table", False):
            print(f"| {name} | {mine:.2f} | {other:.2f} |")
            continue
        yield {
            "bench": "detect", "case": f"{name}: rate error", "value": mine, "unit": "/min",
            "peer": "neurokit2", "peer_value": other, "ratio": _over(other, mine),
        }  # fmt: skip


def _rows(case: str, results: dict[str, Result]) -> Iterator[dict[str, Any]]:
    own = results["ours"]
    for peer in ("neurokit2", "xqrs"):
        other = results[peer]
        for what, unit, mine, theirs, ratio in (
            ("sensitivity", "1", own.sensitivity, other.sensitivity, own.sensitivity / other.sensitivity),
            ("precision", "1", own.precision, other.precision, own.precision / other.precision),
            ("rate error", "/min", own.rate_error, other.rate_error, _over(other.rate_error, own.rate_error)),
            ("cpu", "s/s", own.cpu_s, other.cpu_s, _over(other.cpu_s, own.cpu_s)),
        ):
            yield {
                "bench": "detect", "case": f"{case}: {what}", "value": mine, "unit": unit,
                "peer": peer, "peer_value": theirs, "ratio": ratio,
            }  # fmt: skip


def _over(theirs: float, mine: float) -> float:
    return theirs / mine if mine else float("inf")


def _table_row(case: Case, results: dict[str, Result]) -> str:
    cells = [
        f"{100 * r.sensitivity:.2f} / {100 * r.precision:.2f} | {r.rate_error:.2f} | {1e6 * r.cpu_s:.0f}"
        for r in results.values()
    ]
    return f"| {case.name} | {len(case.beats)} | " + " | ".join(cells) + " |"
