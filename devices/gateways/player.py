"""A recording as a device of the ward: which messages it sends in each fifth of a second.

No I/O but the recording's files. It is no measurement of anybody who is here: its ``mode`` is
``Demo``, and ``meta`` calls it a program and names the record, so that every screen marks it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Final

import numpy as np

from broker import messages as m
from broker import topics
from broker.codec import encode
from broker.packets import Outgoing
from devices.gateways.recording import Recording, Samples, Track
from devices.signals.measure import Measuring, nothing, shown
from vitals.catalogue import VITAL_SIGNS, WAVEFORMS

BLOCK_S: Final = Fraction(1, 5)
BLOCKS_A_SECOND: Final = 5
MODE: Final = "Demo"

_NUM_KEPT_S: Final = 3600
_WAVE_KEPT_S: Final = 5
_LONGEST_SKIP_S: Final = 10
_ZERO_IS_NOTHING: Final = {"hr", "pr", "rr", "spo2", "etco2", "abp_sys", "abp_dia", "abp_map"}
"""Recorded numerics in which 0 stands for "not measured", as in MIMIC. Heuristic."""


@dataclass(frozen=True, slots=True)
class Bedside:
    """Whose messages these are."""

    site: str
    session: str
    bed: str
    device: str

    def topic(self, kind: str) -> str:
        """Return the device's topic of ``kind``."""
        return topics.device(self.site, self.session, self.bed, self.device, kind)

    def wave(self, metric: str) -> str:
        """Return the topic of a wave."""
        return topics.wave(self.site, self.session, self.bed, self.device, metric)


class Player:
    """Makes the messages of ``recording`` at ``bedside``; ``start_ms`` is the time of its first sample.

    ``boot`` tells this run from others. Block ``k`` holds what was measured from k to k + 1 fifths
    of a second; a signal whose rate is no multiple of 5 Hz has blocks of different lengths, and ``i0``
    counts on without gap; with ``loop`` over the recording's end, which its beginning follows.
    """

    def __init__(
        self, recording: Recording, bedside: Bedside, boot: str, start_ms: int, *, loop: bool = False
    ) -> None:
        self._loop = loop
        self._recording, self._bedside, self._boot, self._start_ms = recording, bedside, boot, start_ms
        self._measuring = Measuring({t.metric: float(t.hz) for t in recording.waves})
        self._recorded = [t for t in recording.numerics if t.metric not in self._measuring.metrics]
        self._latest: dict[str, m.Reading] = {}
        self._seq: dict[str, int] = {}
        self._next = 0

    def hello(self) -> list[Outgoing]:
        """Return what the device says of itself, retained: that it is there, and what it is."""
        online = m.Status(v=1, state="online", boot=self._boot, t=self._start_ms)
        return [self._retained("meta", self._meta()), self._retained("status", online)]

    def goodbye(self, t_ms: int | None = None, why: str = "the recording has ended") -> Outgoing:
        """Return that the device is gone; also its last will (without a time)."""
        status = m.Status(v=1, state="offline", boot=self._boot, t=t_ms, why=why)
        return self._retained("status", status)

    def block(self, number: int) -> list[Outgoing]:
        """Return the messages of block ``number``, each later than the one before.

        Blocks left out are lost to those who listen, and a gap to the detectors.
        """
        if number > self._next:
            self._skip(number - self._next)
        self._next = number + 1
        said = [out for track in self._recording.waves for out in self._wave(track, number)]
        fresh = sum(self._take(track, number) for track in self._recorded) > 0
        if self._measuring.metrics and self._next % BLOCKS_A_SECOND == 0:
            self._latest.update(self._measuring.readings())
            fresh = True
        if fresh:
            said.append(self._numerics(self._ms(self._next * BLOCK_S)))
        return said

    def _wave(self, track: Track, number: int) -> Iterator[Outgoing]:
        first, last = self._span(track, number)
        values = self._recording.values(track, first, last)
        self._measuring.feed(track.metric, values)
        for start, stop, sound in _runs(values):
            raw = self._recording.raw(track, values[start:stop]).tolist() if sound else [0] * (stop - start)
            wave = m.Wave(
                v=1, boot=self._boot, seq=self._count(track.metric), i0=first + start,
                t=self._ms((first + start) / track.hz), hz=float(track.hz), u=WAVEFORMS[track.metric].unit,
                scale=track.scale, off=track.off, q="Vld" if sound else "Inv",
                why=None if sound else "no-signal", mode=MODE, d=raw,
            )  # fmt: skip
            yield Outgoing(self._bedside.wave(track.metric), encode(wave), expiry_s=_WAVE_KEPT_S)

    def _numerics(self, t_ms: int) -> Outgoing:
        num = m.Num(v=1, boot=self._boot, seq=self._count("num"), t=t_ms, mode=MODE, m=dict(self._latest))
        return Outgoing(self._bedside.topic("num"), encode(num), qos=1, expiry_s=_NUM_KEPT_S)

    def _take(self, track: Track, number: int) -> bool:
        """Take the newest recorded numeric of this block, if there is one."""
        first, last = self._span(track, number)
        if first == last:
            return False
        value = float(self._recording.values(track, last - 1, last)[0])
        unknown = not np.isfinite(value) or (value == 0 and track.metric in _ZERO_IS_NOTHING)
        self._latest[track.metric] = (
            nothing(track.metric, "Inv", "no-signal") if unknown else shown(track.metric, value)
        )
        return True

    def _span(self, track: Track, number: int) -> tuple[int, int]:
        """Return the samples of block ``number``: those in [k, k + 1) fifths of a second."""
        end = None if self._loop else self._recording.length(track)
        first, last = (ceil(k * BLOCK_S * track.hz) for k in (number, number + 1))
        return (first, last) if end is None else (min(first, end), min(last, end))

    def _skip(self, blocks: int) -> None:
        for track in self._recording.waves:
            samples = min(blocks * BLOCK_S, Fraction(_LONGEST_SKIP_S)) * track.hz
            self._measuring.feed(track.metric, np.full(int(samples), np.nan))

    def _count(self, what: str) -> int:
        self._seq[what] = self._seq.get(what, -1) + 1
        return self._seq[what]

    def _ms(self, since_start_s: Fraction) -> int:
        return self._start_ms + round(since_start_s * 1000)

    def _retained(self, kind: str, message: m.Message) -> Outgoing:
        return Outgoing(self._bedside.topic(kind), encode(message), qos=1, retain=True)

    def _meta(self) -> m.DeviceMeta:
        name, sent = self._recording.name, self._recording.waves
        period_ms = {t.metric: round(1000 / t.hz) for t in self._recorded}
        metrics = (*self._measuring.metrics, *period_ms)
        return m.DeviceMeta(
            v=1,
            device=m.DeviceInfo(
                model="WFDB recording", serial=name, kind="program", label=f"Recording {name}"
            ),
            mode=MODE,
            boot=self._boot,
            t=self._start_ms,
            clock="wall",
            metrics={
                k: m.MetricInfo(u=VITAL_SIGNS[k].unit, period_ms=period_ms.get(k, 1000)) for k in metrics
            },
            waves={t.metric: m.WaveInfo(u=WAVEFORMS[t.metric].unit, hz=float(t.hz)) for t in sent},
        )


def _runs(values: Samples) -> Iterator[tuple[int, int, bool]]:
    """Yield (start, stop, is there a signal) of each run of ``values``."""
    sound = np.isfinite(values)
    start = 0
    for stop in (*(np.flatnonzero(np.diff(sound)) + 1).tolist(), len(values)):
        if stop > start:
            yield start, stop, bool(sound[start])
        start = stop
