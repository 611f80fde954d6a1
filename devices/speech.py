"""What a ward's devices and its nurse say: measured reports and drawn waves as messages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isinf
from typing import Final

from broker import messages as m
from broker import topics
from broker.codec import encode
from broker.packets import Outgoing
from devices.arrays import Raw
from devices.gateways.plan import gateway_of
from devices.person import Person
from devices.physiology.bounds import within
from devices.randomness import boot_id
from devices.signals.leads import ECG_HZ, rate_hz
from devices.wearables.line import TROUBLES
from devices.wearables.measured import INVALID, VALIDITIES, Measured
from devices.wearables.voice import Voice
from devices.wearables.wearable import NOBODY, Report, Wearable
from vitals.catalogue import VITAL_SIGNS, WAVEFORMS

AWAY: Final = ("silent", "flat-battery", "out-of-range", "reboot")
"""Faults that take a device off the network."""
ANEW: Final = ("flat-battery", "reboot")
"""Those after which it has started anew."""
AHEAD_S: Final = 3600.0
"""How far a wrong clock is ahead, unless a script says otherwise (*heuristic*)."""
DRIFT_PPM: Final = 50.0
"""How much a drifting clock gains, likewise (reference 3.4)."""
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


@dataclass(slots=True, unsafe_hash=True)  # frozen, each would take 0.5 µs longer to make
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
        ecg_hz: int = ECG_HZ,
    ) -> None:
        self._place, self._beds, self._start_ms = place, beds, start_ms
        self._wearables = wearables
        self.voices: dict[tuple[int, str], Voice] = {}
        for i, b in enumerate(beds):
            via = gateway_of(i, len(beds))
            for name, wearable in wearables.items():
                if wearable.worn[i]:
                    info = _description(wearable, b.bed, via, ecg_hz)
                    self.voices[i, name] = Voice((*place, b.bed), name, seed, info)
        self._boots = [boot_id(seed, b.bed, CHART, 0) for b in beds]
        self._charted = [0] * len(beds)
        self._waiting: dict[tuple[int, str], Voice] = {}
        """Devices of which something waits to be sent."""

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

    def _battery(self, bed: int, device: str, t: int) -> float | None:
        if isinf(self._wearables[device].battery_h):
            return None
        used_h = (t - self._start_ms) / 3.6e6
        full = 96.0 - 7.0 * (int(self._boots[bed], 16) % 6)  # heuristic: charged some time ago
        return max(1.0, full - 100.0 * used_h / self._wearables[device].battery_h)

    def numbers(self, wearable: Wearable, report: Report, t: int) -> Iterator[Emission]:
        """Yield the numerics and events of one kind of device."""
        due = report.due.tolist() if report.readings else []
        keys = tuple(report.readings)
        rows = [_readings(k, x, due) for k, x in report.readings.items()] if due else ()
        for i, *row in zip(due, *rows, strict=True):
            voice = self.voices[i, wearable.name]
            if voice.speaks:
                out = voice.numbers(t, dict(zip(keys, row, strict=True)))
                if voice.plain:
                    yield Emission(i, wearable.name, out, voice.sender)
                else:
                    yield from self._carried(i, voice, out, t)
        for event in report.events:
            voice = self.voices[event.bed, wearable.name]
            if voice.speaks:
                out = voice.event(t, event.kind, on=event.on, text=event.text)
                yield from self._carried(event.bed, voice, out, t)

    def _carried(self, bed: int, voice: Voice, out: Outgoing, t: int) -> Iterator[Emission]:
        """Yield what of ``out`` goes out at once, by a line in trouble."""
        for sent in voice.line.carry(out, t):
            yield Emission(bed, voice.name, sent, voice.sender)

    def late(self, t: int) -> Iterator[Emission]:
        """Yield what waited on its line, or was kept while out of range, and goes out at ``t``."""
        for (bed, name), voice in tuple(self._waiting.items()):
            for sent in voice.line.due(t):
                yield Emission(bed, name, sent, voice.sender)
            if voice.line.clear:
                voice.plain = True
                del self._waiting[bed, name]

    def fault(
        self, bed: int, wearable: Wearable, kind: str, t: int, parameters: dict[str, float]
    ) -> list[Emission]:
        """Let a device speak as its faults have it, of which ``kind`` began or ended at ``t``."""
        voice = self.voices.get((bed, wearable.name))
        if voice is None:
            return []
        on = bool(wearable.faults[kind][bed])
        if kind in TROUBLES:
            said = parameters.get("share"), parameters.get("delay_s")
            voice.line.trouble(kind, on=on, share=said[0], delay_s=said[1])
            self._waiting[bed, wearable.name] = voice
            voice.plain = False
        match kind:
            case "frozen":
                voice.frozen = on
            case "wrong-clock":
                voice.fast_ms = round(1000 * parameters.get("off_s", AHEAD_S)) if on else 0
            case "clock-drift":
                voice.fast_ppm, voice.fast_since_ms = parameters.get("ppm", DRIFT_PPM) if on else 0.0, t
        return self._come_or_go(bed, wearable, voice, kind, t) if kind in AWAY else []

    def _come_or_go(self, bed: int, wearable: Wearable, voice: Voice, kind: str, t: int) -> list[Emission]:
        away = any(wearable.faults[k][bed] for k in AWAY)
        voice.starts_anew |= any(wearable.faults[k][bed] for k in ANEW)
        said: list[Emission] = []
        if away and voice.online:
            gone = voice.farewell(t, "battery flat") if kind == "flat-battery" else voice.will()
            said = [Emission(bed, wearable.name, gone, voice.sender)]
        elif not away and not voice.online:
            if voice.starts_anew:
                voice.reboot()
                wearable.restart(bed, (t - self._start_ms) / 1000)
            said = self.greeting(bed, voice, t)
        voice.online = not away
        voice.speaks = not any(wearable.faults[k][bed] for k in AWAY if k != "out-of-range")
        return said

    def waves(self, waves: dict[str, Raw], start_s: int, part: int, t: int) -> Iterator[Emission]:
        """Yield the ``part``-th fifth of a second's samples of every device that sends waves."""
        for name, wearable in self._wearables.items():
            everyone = wearable.everyone()
            rows = wearable.whom[everyone]
            for key in wearable.waves:
                hz = waves[key].shape[1]
                n = hz // TICKS
                samples = waves[key][rows, part * n : (part + 1) * n].tolist()
                flat = wearable.faults[NOBODY] if key in wearable.flat_on_nobody else None
                i0 = start_s * hz + part * n
                for i, drawn in zip(everyone.tolist(), samples, strict=True):
                    voice = self.voices[i, name]
                    if voice.speaks:
                        shown = [0] * n if flat is not None and flat[i] else drawn
                        out = voice.wave(key, t, i0, shown, wearable.wave_trouble(i))
                        if voice.plain:
                            yield Emission(i, name, out, voice.sender)
                        else:
                            yield from self._carried(i, voice, out, t)

    def charted(self, entries: Sequence[tuple[int, m.ChartObs]], t: int) -> Iterator[Emission]:
        """Yield what the nurse wrote: (bed, entry without time and number)."""
        for i, entry in entries:
            entry.t, entry.boot, entry.seq = t, self._boots[i], self._charted[i]
            self._charted[i] += 1
            topic = topics.chart(*self._place, self._beds[i].bed, "obs")
            yield self._entry(i, Outgoing(topic, encode(entry), qos=1, retain=True))


def _readings(key: str, measured: Measured, beds: list[int]) -> list[m.Reading]:
    """Return what ``beds`` say of a metric."""
    sign, avg_s = VITAL_SIGNS[key], measured.avg_s
    unit, digits = sign.unit, sign.decimals or None
    shown = within(measured.values[beds], sign.lowest, sign.highest).tolist()
    return [
        m.Reading(
            v=None if q >= INVALID else round(value, digits),
            u=unit,
            q=VALIDITIES[q],
            why=measured.why[i],
            avg=avg_s,
        )
        for i, value, q in zip(beds, shown, measured.validity[beds].tolist(), strict=True)
    ]


def _description(wearable: Wearable, bed: str, via: str | None, ecg_hz: int) -> m.DeviceMeta:
    waves = {k: m.WaveInfo(u=WAVEFORMS[k].unit, hz=rate_hz(k, ecg_hz)) for k in wearable.waves}
    device = m.DeviceInfo(
        model=wearable.model, serial=f"S-{boot_id(0, bed, wearable.name, 0)[:6].upper()}", fw="1.0.0",
        kind="wearable", label=wearable.label,
    )  # fmt: skip
    return m.DeviceMeta(v=1, device=device, metrics=dict(wearable.metrics), waves=waves, via=via)
