"""What a bedside monitor reads off the waves of one patient: rates and pressures, each second.

Heart rate from the first ECG lead that has a signal, pulse rate from the pleth, respiration rate from
the respiration wave (or capnogram), arterial pressures from the pressure wave. Each is measured by
our streaming detectors and averaged as ``devices.signals.detect.rate`` says; pressures are the mean
over the pulses of the last 8 s (*heuristic*). A signal that is missing for 2 s (*heuristic*) gives no
value, and what was before the gap is forgotten.
"""

from collections import deque
from collections.abc import Mapping
from statistics import fmean
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from broker.messages import Reading, Validity
from devices.signals.detect import (
    BREATHS,
    HEART,
    PULSE,
    Averaging,
    BreathDetector,
    Pulse,
    PulseDetector,
    QrsDetector,
    RateMeter,
)
from devices.signals.detect import breath as breath_limits
from devices.signals.detect import pulse as pulse_limits
from devices.signals.detect import qrs as qrs_limits
from vitals.catalogue import VITAL_SIGNS

Samples = NDArray[np.float64]

LEADS: Final[tuple[str, ...]] = (
    "ecg_ii", "ecg_v5", "ecg_v1", "ecg_v2", "ecg_v3", "ecg_v4", "ecg_v6", "ecg_i", "ecg_avf", "ecg_iii",
    "ecg_avl", "ecg_avr",
)  # fmt: skip
"""ECG leads in the order of preference for the heart rate. Heuristic: lead II as monitors do."""

PRESSURES: Final = ("abp_sys", "abp_dia", "abp_map")
_MOST_LEADS: Final = 3
_GAP_S: Final = 2.0
_PRESSURE_S: Final = 8.0
_PULSELESS_S: Final = 4.0
_STILL_S: Final = 2.0


class _Detector(Protocol):
    """A detector, whose events are told by their sample index."""

    @property
    def gap(self) -> int:
        """Return how many samples without a value end what was fed so far."""


class _Rate:
    """One wave, its detector and its rate."""

    def __init__(self, hz: float, detector: _Detector, averaging: Averaging) -> None:
        self.hz, self.detector, self.end = hz, detector, 0
        self._meter = RateMeter(hz, averaging)

    @property
    def missing(self) -> bool:
        """Say whether there has been no signal for too long."""
        return self.detector.gap > _GAP_S * self.hz

    def passed(self, samples: int, events: list[int]) -> None:
        """Note that ``samples`` more were fed and ``events`` found."""
        self.end += samples
        for index in events:
            self._meter.add(index)
        if self.missing:
            self._meter.forget(self.end)

    def reading(self, metric: str) -> Reading:
        """Return the rate as the device shows it."""
        if self.missing:
            return nothing(metric, "Inv", "no-signal")
        rate = self._meter.rate(self.end)
        return nothing(metric, "Ong") if rate is None else shown(metric, rate)


class _Beats(_Rate):
    def __init__(self, hz: float) -> None:
        self._qrs = QrsDetector(hz)
        super().__init__(hz, self._qrs, HEART)

    def feed(self, samples: Samples) -> None:
        self.passed(len(samples), [b.index for b in self._qrs.feed(samples)])


class _Breaths(_Rate):
    def __init__(self, hz: float, *, least: float) -> None:
        self._breaths = BreathDetector(hz, least=least)
        super().__init__(hz, self._breaths, BREATHS)

    def feed(self, samples: Samples) -> None:
        self.passed(len(samples), [b.index for b in self._breaths.feed(samples)])


class _Pulses(_Rate):
    def __init__(self, hz: float, detector: PulseDetector) -> None:
        self._detector = detector
        self._pulses: deque[Pulse] = deque(maxlen=64)
        self._still: deque[float] = deque(maxlen=max(1, round(_STILL_S * hz)))
        super().__init__(hz, detector, PULSE)

    def feed(self, samples: Samples) -> None:
        pulses = self._detector.feed(samples)
        self._pulses.extend(pulses)
        self._still.extend(samples[np.isfinite(samples)].tolist())
        self.passed(len(samples), [p.foot for p in pulses])

    def pressures(self) -> dict[str, Reading]:
        """Return systolic, diastolic and mean pressure; without pulse the mean alone."""
        if self.missing or not self._still:
            return {key: nothing(key, "Inv", "no-signal") for key in PRESSURES}
        recent = [p for p in self._pulses if p.foot > self.end - _PRESSURE_S * self.hz]
        if not recent or recent[-1].foot < self.end - _PULSELESS_S * self.hz:
            mean = shown("abp_map", fmean(self._still))
            if self.end < _PULSELESS_S * self.hz:
                return {key: nothing(key, "Ong") for key in PRESSURES}
            return {**{key: nothing(key, "Inv", "no-pulse") for key in PRESSURES[:2]}, "abp_map": mean}
        means = [p.mean for p in recent if p.mean is not None] or [fmean(self._still)]
        values = fmean(p.systolic for p in recent), fmean(p.diastolic for p in recent), fmean(means)
        return {key: shown(key, value) for key, value in zip(PRESSURES, values, strict=True)}


class Measuring:
    """Takes the waves of one patient, block by block, and says what a monitor would show.

    ``rates_hz`` maps the waves' catalogue keys to their sample rates; waves of which nothing is
    measured, or whose rate no detector takes, may be among them.
    """

    def __init__(self, rates_hz: Mapping[str, float]) -> None:
        fit = {k: hz for k, hz in rates_hz.items() if qrs_limits.LOWEST_HZ <= hz <= qrs_limits.HIGHEST_HZ}
        leads = [lead for lead in LEADS if lead in fit][:_MOST_LEADS]
        self._leads: dict[str, _Beats] = {lead: _Beats(fit[lead]) for lead in leads}
        self._pulses = {
            key: _Pulses(hz, PulseDetector.of_pleth(hz) if key == "pleth" else PulseDetector.of_pressure(hz))
            for key, hz in rates_hz.items()
            if key in {"pleth", "abp"} and pulse_limits.LOWEST_HZ <= hz <= pulse_limits.HIGHEST_HZ
        }
        self._breaths = {
            key: _Breaths(hz, least=0.02 if key == "resp" else 4.0)
            for key, hz in rates_hz.items()
            if key in {"resp", "capno"} and breath_limits.LOWEST_HZ <= hz <= breath_limits.HIGHEST_HZ
        }

    @property
    def metrics(self) -> tuple[str, ...]:
        """The catalogue keys of what ``readings`` tells."""
        pulse = ("pr",) if "pleth" in self._pulses else ()
        pressures = PRESSURES if "abp" in self._pulses else ()
        return (*(("hr",) if self._leads else ()), *pulse, *pressures, *(("rr",) if self._breaths else ()))

    def feed(self, wave: str, samples: Samples) -> None:
        """Take the next samples of a wave ([n], in the catalogue's unit; NaN = none)."""
        for group in (self._leads, self._pulses, self._breaths):
            if found := group.get(wave):
                found.feed(samples)

    def readings(self) -> dict[str, Reading]:
        """Return what is known now."""
        said: dict[str, Reading] = {}
        if self._leads:
            lead = next((x for x in self._leads.values() if not x.missing), next(iter(self._leads.values())))
            said["hr"] = lead.reading("hr")
        if "pleth" in self._pulses:
            said["pr"] = self._pulses["pleth"].reading("pr")
        if "abp" in self._pulses:
            said.update(self._pulses["abp"].pressures())
        if self._breaths:
            key = "resp" if "resp" in self._breaths else "capno"
            said["rr"] = self._breaths[key].reading("rr")
        return said


def nothing(metric: str, validity: Validity, why: str | None = None) -> Reading:
    """Return a reading without a value."""
    return Reading(v=None, u=VITAL_SIGNS[metric].unit, q=validity, why=why)


def shown(metric: str, value: float) -> Reading:
    """Return ``value`` rounded as the catalogue says; outside its range, without a number."""
    sign = VITAL_SIGNS[metric]
    rounded = float(round(value, sign.decimals)) + 0.0
    if rounded < sign.lowest:
        return nothing(metric, "Uflw")
    if rounded > sign.highest:
        return nothing(metric, "Oflw")
    return Reading(v=rounded, u=sign.unit)
