"""Recordings for the gallery: one engine, a bed for each thing to be shown, ten seconds of everything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from devices.arrays import Floats
from devices.engine import Engine
from devices.person import Baseline, Person
from devices.wearables.wearable import Report
from vitals.catalogue import WAVEFORMS

SEED: Final = 7
NOON: Final = 12.0
TRUST: Final = ("", "questionable", "invalid", "starting")
"""What a validity code means, as a class of the page."""
WHOLE_S: Final = 0.4
"""A beat is seen with its P wave when it comes so long after the picture begins."""
ODD: Final = 0.2
"""By this share an interval is unlike the others."""
DEVICES: Final = ("patch", "oximeter", "cuff", "thermometer", "band")


@dataclass(frozen=True, slots=True)
class Shown:
    """What a monitor showed: value, whether it is to be trusted, and why not."""

    value: float
    trusted: str
    why: str | None


@dataclass(frozen=True, slots=True)
class Recording:
    """What one bed's devices drew, by waveform and in its unit, and what they showed at the end."""

    waves: dict[str, Floats]
    shown: dict[str, Shown]
    rates: list[float]
    """The breathing rate shown, each second."""


class Beds:
    """Beds named ``names``; who lies in a bed has ``own[bed]`` as baseline, else the usual one.

    ``monitored`` beds have a bedside monitor, with an arterial line.
    """

    def __init__(
        self, names: Sequence[str], own: Mapping[str, Baseline], monitored: Sequence[str] = ()
    ) -> None:
        n = len(names)
        people = [Person(baseline=own.get(name, Baseline())) for name in names]
        worn = {d: np.ones(n, bool) for d in DEVICES}
        worn["monitor"] = np.array([name in monitored for name in names])
        self.engine = Engine(SEED, list(names), people, worn)
        self.names = list(names)
        self.engine.warm_up()

    def aim(self, sign: str, wanted: Mapping[str, float]) -> None:
        """Hold a sign of some beds where it is wanted."""
        self.engine.body.aim(sign, np.array([wanted.get(name, np.nan) for name in self.names]))

    def record(
        self, settle_s: int, seconds: int, leads: tuple[str, ...] = (), *, of_s: int = 0
    ) -> dict[str, Recording]:
        """Let ``settle_s`` pass, and record every bed for ``seconds``, with these ECG leads beside II.

        With ``of_s`` it is recorded for so long, and the most telling ``seconds`` of it are returned.
        """
        for _ in range(settle_s):
            self.engine.advance(NOON)
        began = self.engine.now_s
        blocks: list[dict[str, Floats]] = []
        rates: list[Floats] = []
        reports: list[Report] = []
        beats: list[set[tuple[float, float]]] = [set() for _ in self.names]
        for _ in range(max(seconds, of_s)):
            reports = [r for _, r in self.engine.advance(NOON)]
            rates.append(next(r.readings["rr"].values.copy() for r in reports if "rr" in r.readings))
            drawn = self.engine.draw(leads=("ecg_ii", *leads))
            drawn["capno"], drawn["abp"] = self.engine.capnogram(), self.engine.pressure()
            blocks.append({k: v.astype(np.float64) * WAVEFORMS[k].scale for k, v in drawn.items()})
            self._note(beats)
        # Patch and oximeter come first, so that what they show is not covered by a monitor.
        readings = {k: m for r in reversed(reports) for k, m in r.readings.items()}
        waves = {k: np.concatenate([b[k] for b in blocks], axis=1) for k in blocks[0]}
        out = {}
        for i, name in enumerate(self.names):
            first = telling([(t - began, kind) for t, kind in sorted(beats[i])], seconds, max(seconds, of_s))
            cut = {k: slice(first * WAVEFORMS[k].hz, (first + seconds) * WAVEFORMS[k].hz) for k in waves}
            out[name] = Recording(
                {k: w[i, cut[k]] for k, w in waves.items()},
                {k: Shown(float(m.values[i]), TRUST[m.validity[i]], m.why[i]) for k, m in readings.items()},
                [float(r[i]) for r in rates],
            )
        return out

    def mended(self, recorded: Recording, name: str, device: str, kind: str) -> Recording:
        """Return a recording just made with its arterial pressure as it would be without a fault."""
        bed, seconds = self.names.index(name), round(recorded.waves["abp"].size / WAVEFORMS["abp"].hz)
        self.engine.wearables[device].fault(bed, kind, on=False, parameters={})
        line = self.engine.pressure(seconds)[bed] * WAVEFORMS["abp"].scale
        return replace(recorded, waves={**recorded.waves, "abp": line.astype(np.float64)})

    def _note(self, beats: list[set[tuple[float, float]]]) -> None:
        """Note the newest beats of every bed: when, and of what kind."""
        window = self.engine.trains.beats.since(self.engine.now_s - 2.0)
        kinds = window.value("kind")
        for bed, noted in enumerate(beats):
            noted.update(zip(window.times[:, bed].tolist(), kinds[:, bed].tolist(), strict=True))


def telling(beats: list[tuple[float, float]], seconds: int, of_s: int) -> int:
    """Return where the ``seconds`` begin, of ``of_s``, in which most beats are unlike the others.

    A beat is by its kind, or by the time since the one before, which must be seen too; beats are
    (time, kind).
    """
    inside = [(t, kind) for t, kind in beats if 0 <= t < of_s]
    if len(inside) < 2 or seconds >= of_s:  # noqa: PLR2004 -- an interval has two ends
        return 0
    times, kinds = np.array([t for t, _ in inside]), np.array([kind for _, kind in inside])
    gaps = np.diff(times, prepend=times[0])
    gaps[0] = np.median(gaps[1:])
    usual = max(set(kinds.tolist()), key=kinds.tolist().count)
    odd = (kinds != usual) | (np.abs(gaps / np.median(gaps) - 1.0) > ODD)
    starts = range(of_s - seconds + 1)
    before = times - gaps
    found = [(times >= s + seconds / 3) & (times < s + seconds - 1) & (before >= s + WHOLE_S) for s in starts]
    return max(starts, key=lambda s: (int(odd[found[s]].sum()), int(found[s].sum()), -s))
