"""Strips of every rhythm, and what can be measured on them: from the drawn waves alone."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from devices.arrays import Bools, Floats, Ints
from devices.signals.rhythms import RHYTHMS
from tests.devices.judges import find_peaks
from tests.devices.signals_of import engine, with_rates
from vitals.catalogue import WAVEFORMS

HZ = 250
SECONDS = 90
LEADS = ("ecg_i", "ecg_ii", "ecg_v1", "ecg_v6")
RATE = {
    "sinus-bradycardia": 42, "sinus-tachycardia": 125, "sinus-arrhythmia": 68, "sinus-arrest": 62, "af": 90,
    "af-controlled": 80, "af-rapid": 145, "flutter": 150, "svt": 180, "junctional": 46, "wenckebach": 60,
    "accelerated-junctional": 85, "mobitz-ii": 50, "two-to-one": 38, "third-degree": 40, "vt": 165,
    "third-degree-wide": 32, "idioventricular": 34, "accelerated-idioventricular": 80, "pulseless-vt": 210,
    "polymorphic-vt": 210, "torsades": 225, "agonal": 12,
    "af-block": 40, "paced-fibrillating": 75, "paced-tracking": 80, "af-paced": 68,
}  # fmt: skip


def _smooth(x: Floats, seconds: float) -> Floats:
    n = max(round(seconds * HZ), 1)
    return np.convolve(x, np.ones(n) / n, "same")


@dataclass(frozen=True)
class Strip:
    """90 s of one patient: ECG leads (mV, 250 Hz) and pleth (125 Hz)."""

    rhythm: str
    ecg: dict[str, Floats]
    pleth: Floats
    shown_hr: list[float]
    shown_pr: list[float]

    @cached_property
    def ii(self) -> Floats:
        """Lead II without its slow baseline, and without spikes."""
        x = self._unspiked("ecg_ii")
        return np.asarray(x - _smooth(_smooth(x, 1.2), 1.2))

    @cached_property
    def _spiky(self) -> Ints:
        x = self.ecg["ecg_ii"]
        alone = np.abs(x - 0.5 * (np.roll(x, 1) + np.roll(x, -1)))
        return np.asarray(find_peaks(alone, height=0.3, distance=8)[0])

    def _unspiked(self, lead: str) -> Floats:
        x = self.ecg[lead].copy()
        x[self._spiky] = 0.5 * (x[self._spiky - 1] + x[self._spiky + 1])
        return x

    @cached_property
    def spikes(self) -> Floats:
        """Times of single samples that stand out."""
        return np.asarray(self._spiky / HZ)

    @cached_property
    def speed(self) -> Floats:
        """How fast the heart's vector moves, mV/s over 12 ms."""
        still = np.zeros(self.ii.size)
        for lead in LEADS:
            still += np.gradient(_smooth(self._unspiked(lead), 0.012)) ** 2
        return np.asarray(np.sqrt(still) * HZ)

    @cached_property
    def complexes(self) -> Floats:
        """Times of QRS complexes: where the vector is fast."""
        fast = _smooth(self.speed, 0.06)
        high = np.percentile(fast, 99.0)
        peaks, _ = find_peaks(fast, height=0.28 * high, distance=round(0.21 * HZ))
        kept: list[int] = []
        for at in peaks.tolist():  # a T wave follows closely and is slower
            if not (kept and at - kept[-1] < 0.42 * HZ and fast[at] < 0.5 * fast[kept[-1]]):
                kept.append(at)
        return np.array(kept) / HZ

    @cached_property
    def rr(self) -> Floats:
        """Intervals between them, s."""
        return np.diff(self.complexes)

    @cached_property
    def rate(self) -> float:
        """Complexes a minute."""
        return float(60.0 / self.rr.mean())

    @property
    def cv(self) -> float:
        """How much the intervals vary."""
        return float(self.rr.std() / self.rr.mean())

    @cached_property
    def widths_ms(self) -> Floats:
        """How long each complex lasts: until the vector rests below a share of its greatest speed."""
        out = []
        for t in self.complexes:
            a, b = max(round((t - 0.18) * HZ), 0), round((t + 0.2) * HZ)
            part = self.speed[a:b]
            if part.size < round(0.36 * HZ):
                out.append(np.nan)
                continue
            moving = np.nonzero(part > max(0.13 * part.max(), 3.0))[0]
            middle = part.size * 0.18 / 0.38
            if not moving.size:
                out.append(np.nan)
                continue
            runs = np.split(moving, np.nonzero(np.diff(moving) > 0.028 * HZ)[0] + 1)
            run = min(runs, key=lambda r: abs(r.mean() - middle))
            out.append((run[-1] - run[0]) * 1000.0 / HZ)
        return np.array(out)

    @property
    def width_ms(self) -> float:
        """The median of them."""
        return float(np.nanmedian(self.widths_ms))

    @cached_property
    def wide(self) -> Bools:
        """Which complexes last over 120 ms."""
        return np.asarray(self.widths_ms > 120)

    @property
    def early(self) -> Ints:
        """Which complexes come early, and after one in time: numbers."""
        short = self.rr < 0.8 * np.median(self.rr)
        return np.nonzero(short[1:-1] & ~short[:-2])[0] + 2

    @property
    def pairs(self) -> Floats:
        """The time from before early complexes to after them, in normal intervals."""
        return np.asarray((self.rr[self.early - 1] + self.rr[self.early]) / np.median(self.rr))

    @property
    def runs(self) -> list[int]:
        """How many wide complexes there are in each row of them that the strip does not cut."""
        edges = np.diff(self.wide.astype(int))
        begin, end = np.nonzero(edges > 0)[0], np.nonzero(edges < 0)[0]
        return [int(end[end > at][0] - at) for at in begin if (end > at).any()]

    def heights(self, lead: str = "ecg_ii") -> Floats:
        """Return how high or low each complex goes, mV, sign included."""
        x = self.ii if lead == "ecg_ii" else self.ecg[lead] - np.median(self.ecg[lead])
        parts = [x[max(round((t - 0.06) * HZ), 0) : round((t + 0.07) * HZ)] for t in self.complexes]
        return np.array([p[np.argmax(np.abs(p))] for p in parts])

    def extreme(self, lead: str) -> float:
        """Return how far the mean beat goes in ``lead`` around the complex, mV, sign included."""
        beat = self.mean_beat(lead)
        at = round(0.36 * HZ)
        part = beat[at - round(0.12 * HZ) : at + round(0.1 * HZ)] - beat[at - round(0.30 * HZ)]
        return float(part[np.argmax(np.abs(part))])

    def beat_at(self, seconds: float, lead: str = "ecg_ii") -> float:
        """Return the mean beat's level so long after the complex, from its level 30 ms before QRS."""
        beat = self.mean_beat(lead)
        at = round(0.36 * HZ)
        rest = beat[at - round(0.30 * HZ)]
        return float(beat[at + round(seconds * HZ)] - rest)

    def mean_beat(self, lead: str = "ecg_ii", before_s: float = 0.36, after_s: float = 0.5) -> Floats:
        """Return the average around complexes, its level before P taken off; what is not locked vanishes."""
        x = self.ii if lead == "ecg_ii" else self.ecg[lead]
        a, b = round(before_s * HZ), round(after_s * HZ)
        at = [round(t * HZ) for t in self.complexes if t > before_s + 1 and t + after_s < SECONDS - 1]
        return np.asarray(np.median([x[i - a : i + b] for i in at], axis=0))

    @cached_property
    def p_wave(self) -> tuple[float, float]:
        """(height mV, seconds before the complex) of what stands before QRS at the same place each time."""
        beat = self.mean_beat()
        window = beat[round(0.02 * HZ) : round(0.28 * HZ)]
        line = np.linspace(window[:5].mean(), window[-5:].mean(), window.size)
        away = window - line
        at = int(np.argmax(np.abs(away)))
        return float(away[at]), (round(0.36 * HZ) - round(0.02 * HZ) - at) / HZ

    @cached_property
    def pr_s(self) -> Floats:
        """From the highest point in the 0.1 to 0.42 s before each complex to it, where it stands out."""
        x = _smooth(self.ii, 0.02)
        out = []
        for t in self.complexes[2:-2]:
            part = x[round((t - 0.42) * HZ) : round((t - 0.085) * HZ)]
            peaks, _ = find_peaks(part, prominence=0.045)
            out.append(0.42 - peaks[-1] / HZ if peaks.size else np.nan)
        return np.array(out)

    @cached_property
    def p_rate(self) -> float:
        """Small waves a minute in lead II, with the median beat taken out: atria that go by themselves."""
        x = self.ii.copy()
        beat = self.mean_beat(after_s=0.6)
        edge = np.minimum(1.0, np.minimum(np.arange(beat.size), np.arange(beat.size)[::-1]) / 20.0)
        for t in self.complexes:
            a = round(t * HZ) - round(0.36 * HZ)
            if a >= 0 and a + beat.size < x.size:
                x[a + 65 : a + beat.size] -= (beat * edge)[65:]
        peaks, _ = find_peaks(_smooth(x, 0.03), prominence=0.055, width=(0.02 * HZ, 0.16 * HZ))
        return float(peaks.size * 60.0 / SECONDS)

    def power(self, low: float, high: float) -> float:
        """Root mean square of lead II's last 30 s between two frequencies (Hz), mV."""
        x = self.ecg["ecg_ii"][-30 * HZ :]
        spectrum = np.abs(np.fft.rfft(x)) ** 2
        hz = np.fft.rfftfreq(x.size, 1 / HZ)
        return float(np.sqrt(2 * spectrum[(hz >= low) & (hz < high)].sum()) / x.size)

    def at_rest(self, share: float = 0.5) -> float:
        """Return how much lead V1 moves between T and P, mV, in ``share`` of beats: fibrillating atria do."""
        x = self.ecg["ecg_v1"]
        parts = [
            x[round((a + 0.5 * (b - a)) * HZ) : round((a + 0.78 * (b - a)) * HZ)]
            for a, b in zip(self.complexes[:-1], self.complexes[1:], strict=True)
            if b - a > 0.5
        ]
        moves = [np.std(p - np.linspace(p[0], p[-1], p.size)) for p in parts]
        return float(np.quantile(moves, share))

    @cached_property
    def pulses(self) -> float:
        """Pulses a minute in the pleth."""
        x = np.convolve(self.pleth, np.ones(9) / 9, "same")
        peaks, _ = find_peaks(x, prominence=0.15, distance=30)
        return float(peaks.size * 60.0 / SECONDS)


def strips() -> dict[str, Strip]:
    """Draw 90 s of every rhythm, each in a patient of its own."""
    names = list(RHYTHMS)
    wanted = np.array([RATE.get(r, 75) for r in names], float)
    one = engine([with_rates(min(hr, 100), 14, i) for i, hr in enumerate(wanted.tolist())])
    one.body.aim("hr", wanted)
    for i, rhythm in enumerate(names):
        one.trains.beat_in(i, rhythm)
    for _ in range(30):
        one.advance(12.0)
    blocks: list[dict[str, Floats]] = []
    hr: list[list[float]] = []
    pr: list[list[float]] = []
    for second in range(1, SECONDS + 1):
        reports = {w.name: r for w, r in one.advance(12.0)}
        hr.append(reports["patch"].readings["hr"].values.tolist())
        pr.append(reports["oximeter"].readings["pr"].values.tolist())
        if second % 10 == 0:
            drawn = one.draw(10, LEADS)
            blocks.append({k: v.astype(float) * WAVEFORMS[k].scale for k, v in drawn.items()})
    waves = {k: np.concatenate([b[k] for b in blocks], axis=1) for k in blocks[0]}
    return {
        r: Strip(
            r,
            {lead: waves[lead][i] for lead in LEADS},
            waves["pleth"][i],
            [row[i] for row in hr],
            [row[i] for row in pr],
        )
        for i, r in enumerate(names)
    }
