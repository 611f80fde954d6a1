"""What a ward's devices and its nurse say: measured reports and drawn waves as messages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from broker import messages as m
from broker import topics
from broker.codec import encode
from broker.packets import Outgoing
from devices.arrays import Raw
from devices.gateways.plan import gateway_of
from devices.person import Person
from devices.randomness import boot_id
from devices.signals.render import RATES_HZ
from devices.wearables.voice import Voice
from devices.wearables.wearable import INVALID, VALIDITIES, Measured, Report, Wearable
from vitals.catalogue import VITAL_SIGNS, WAVEFORMS

TICKS: Final = 5
"""Messages of a waveform in a second."""
CHART: Final = topics.CHART


@dataclass(frozen=True, slots=True)
class BedSetup:
    """A bed as a session begins: who lies in it, what they wear, what the chart says.

    Without ``chart`` the chart says what the person is. The cuff measures each ``cuff_period_s``.
    """

    bed: str
    person: Person
    devices: tuple[str, ...] = ("patch", "oximeter", "cuff", "thermometer", "band")
    chart: m.PersonInfo | None = None
    cuff_period_s: float = 900.0


@dataclass(frozen=True, slots=True)
class Emission:
    """A message of bed number ``bed``; ``device`` is who speaks, or ``_chart``.

    ``sender`` is its name on a ``Bus``: ``bed01.patch``.
    """

    bed: int
    device: str
    out: Outgoing
    sender: str = ""


class Speech:
    """The voices of a ward: every wearable's, and the nurse's."""

    def __init__(
        self,
        place: tuple[str, str],
        beds: Sequence[BedSetup],
        seed: int,
        wearables: dict[str, Wearable],
        start_ms: int,
    ) -> None:
        self._place, self._beds, self._start_ms = place, beds, start_ms
        self._wearables = wearables
        self.voices: dict[tuple[int, str], Voice] = {}
        for i, b in enumerate(beds):
            via = gateway_of(i, len(beds))
            for name, wearable in wearables.items():
                if wearable.worn[i]:
                    info = _description(wearable, b.bed, via)
                    self.voices[i, name] = Voice((*place, b.bed), name, seed, info)
        self._boots = [boot_id(seed, b.bed, CHART, 0) for b in beds]
        self._charted = [0] * len(beds)

    def devices(self) -> Iterator[tuple[int, str, str | None]]:
        """Yield (bed, device, gateway it speaks through) of every device worn."""
        for (i, name), voice in self.voices.items():
            yield i, name, voice.via

    def people(self) -> Iterator[Emission]:
        """Yield what the chart says of every patient, retained."""
        for i, b in enumerate(self._beds):
            chart = b.chart or b.person.info()
            topic = topics.chart(*self._place, b.bed, "person")
            yield self._entry(i, Outgoing(topic, encode(chart), qos=1, retain=True))

    def _entry(self, bed: int, out: Outgoing) -> Emission:
        return Emission(bed, CHART, out, f"{self._beds[bed].bed}.{CHART}")

    def greeting(self, bed: int, voice: Voice, t: int) -> list[Emission]:
        """Return that a device is there, and what it is."""
        battery = self._battery(bed, voice.name, t)
        outs = (voice.status(t), voice.describe(t, battery))
        return [Emission(bed, voice.name, out, voice.sender) for out in outs]

    def _battery(self, bed: int, device: str, t: int) -> float:
        used_h = (t - self._start_ms) / 3.6e6
        full = 96.0 - 7.0 * (int(self._boots[bed], 16) % 6)  # heuristic: charged some time ago
        return max(1.0, full - 100.0 * used_h / self._wearables[device].battery_h)

    def numbers(self, wearable: Wearable, report: Report, t: int) -> Iterator[Emission]:
        """Yield the numerics and events of one kind of device."""
        rows = {k: _readings(k, x) for k, x in report.readings.items()}
        for i in report.due.tolist() if rows else ():
            voice = self.voices[i, wearable.name]
            if voice.online:
                out = voice.numbers(t, {k: row[i] for k, row in rows.items()})
                yield Emission(i, wearable.name, out, voice.sender)
        for event in report.events:
            voice = self.voices[event.bed, wearable.name]
            if voice.online:
                out = voice.event(t, event.kind, on=event.on, text=event.text)
                yield Emission(event.bed, wearable.name, out, voice.sender)

    def waves(self, waves: dict[str, Raw], start_s: int, part: int, t: int) -> Iterator[Emission]:
        """Yield the ``part``-th fifth of a second's samples of every device that sends waves."""
        for name, wearable in self._wearables.items():
            for key in wearable.waves:
                n = RATES_HZ[key] // TICKS
                samples = waves[key][:, part * n : (part + 1) * n].tolist()
                i0 = start_s * RATES_HZ[key] + part * n
                for i in wearable.everyone().tolist():
                    voice = self.voices[i, name]
                    if voice.online:
                        out = voice.wave(key, t, i0, samples[i], wearable.wave_trouble(i))
                        yield Emission(i, name, out, voice.sender)

    def charted(self, entries: Sequence[tuple[int, m.ChartObs]], t: int) -> Iterator[Emission]:
        """Yield what the nurse wrote: (bed, entry without time and number)."""
        for i, entry in entries:
            entry.t, entry.boot, entry.seq = t, self._boots[i], self._charted[i]
            self._charted[i] += 1
            topic = topics.chart(*self._place, self._beds[i].bed, "obs")
            yield self._entry(i, Outgoing(topic, encode(entry), qos=1, retain=True))


def _readings(key: str, measured: Measured) -> list[m.Reading]:
    sign = VITAL_SIGNS[key]
    digits = sign.decimals or None
    shown = np.clip(measured.values, sign.lowest, sign.highest).tolist()
    return [
        m.Reading(
            v=None if q == INVALID else round(value, digits),
            u=sign.unit,
            q=VALIDITIES[q],
            why=why,
            avg=measured.avg_s,
        )
        for value, q, why in zip(shown, measured.validity.tolist(), measured.why, strict=True)
    ]


def _description(wearable: Wearable, bed: str, via: str | None) -> m.DeviceMeta:
    waves = {k: m.WaveInfo(u=WAVEFORMS[k].unit, hz=WAVEFORMS[k].hz) for k in wearable.waves}
    device = m.DeviceInfo(
        model=wearable.model, serial=f"S-{boot_id(0, bed, wearable.name, 0)[:6].upper()}", fw="1.0.0",
        kind="wearable", label=wearable.label,
    )  # fmt: skip
    return m.DeviceMeta(v=1, device=device, metrics=dict(wearable.metrics), waves=waves, via=via)
