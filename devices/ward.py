"""A ward: bodies, their signals and what is worn, advanced together in steps of 0.2 s.

The signals go a whole second at a time; a tick cuts the second's waves for the wire. So what a script
does takes effect at the next whole second since the start.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Final

import numpy as np

from broker import messages as m
from broker import topics
from broker.codec import encode
from broker.packets import Outgoing
from devices.arrays import Floats, Raw
from devices.person import Person
from devices.physiology import coupling
from devices.physiology.body import Body
from devices.randomness import boot_id
from devices.signals.render import RATES_HZ, Disturbance, Renderer
from devices.signals.trains import LEAD_S, Drive, Trains
from devices.wearables.band import Band
from devices.wearables.cuff import Cuff
from devices.wearables.nurse import Nurse
from devices.wearables.oximeter import Oximeter
from devices.wearables.patch import Patch
from devices.wearables.thermometer import Thermometer
from devices.wearables.voice import Voice
from devices.wearables.wearable import INVALID, VALIDITIES, Measured, Report, Scene, Wearable
from vitals import news2
from vitals.catalogue import VITAL_SIGNS, WAVEFORMS

TICK_MS: Final = 200
TICKS: Final = 5
WARM_UP_S: Final = 45
"""So long before the start bodies and devices run unheard, so that every average is full."""
CHART: Final = topics.CHART
SORTS: Final[tuple[type[Wearable], ...]] = (Patch, Oximeter, Cuff, Thermometer, Band)


@dataclass(frozen=True, slots=True)
class BedSetup:
    """A bed as a session begins: who lies in it, what they wear, what the chart says."""

    bed: str
    person: Person
    devices: tuple[str, ...] = ("patch", "oximeter", "cuff", "thermometer", "band")
    chart: m.PersonInfo | None = None
    cuff_period_s: float = 900.0
    via: str | None = None


@dataclass(frozen=True, slots=True)
class Emission:
    """A message of bed number ``bed``; ``device`` is its sender, or ``_chart``."""

    bed: int
    device: str
    out: Outgoing


@dataclass(slots=True)
class _Second:
    """What the running second holds: reports to send at its end, and waves once they are drawn."""

    start_s: int = 0
    reports: list[tuple[Wearable, Report]] = field(default_factory=list)
    worse: Disturbance | None = None
    waves: dict[str, Raw] | None = None


class Ward:
    """All beds of a session. Deterministic: same setup, seed and calls, same bytes."""

    def __init__(
        self, site: str, session: str, beds: Sequence[BedSetup], *, seed: int, start_ms: int
    ) -> None:
        self.site, self.session, self.beds = site, session, tuple(beds)
        self.now_ms = self._start_ms = start_ms
        self._tick = 0
        names = [b.bed for b in beds]
        people = [b.person for b in beds]
        self._boot = {b: boot_id(seed, b, CHART, 0) for b in names}
        self._charted = [0] * len(names)
        self._body = Body(people)
        sdnn = np.array([p.sdnn_ms for p in people])
        self._trains = Trains(seed, names, sdnn, self._body.rest["hr"], -WARM_UP_S)
        self._renderer = Renderer(seed, names)
        self._nurse = Nurse(seed, names, people)
        self._wearables: dict[str, Wearable] = {}
        for sort in SORTS:
            worn = np.array([sort.name in b.devices for b in beds], bool)
            self._wearables[sort.name] = sort(seed, names, worn)
        self._wearables["cuff"].parameters["period_s"] = np.array([b.cuff_period_s for b in beds])
        self._voices = {
            (i, name): Voice((site, session, b.bed), name, seed, _description(w, i, b.via))
            for i, b in enumerate(beds)
            for name, w in self._wearables.items()
            if w.worn[i]
        }
        self._second = _Second()
        self._warm = False
        self._said: list[Emission] = []

    # --- the script's side -----------------------------------------------------------------------

    def aim(self, key: str, values: Floats) -> None:
        """Want truth ``key`` at ``values`` ``[N]``; NaN leaves it to the body. Raise ``ValueError``."""
        self._body.aim(key, values)

    def charted(
        self,
        bed: int,
        *,
        acvpu: m.Acvpu | None = None,
        oxygen: str | None = None,
        o2_flow: float | None = None,
    ) -> None:
        """Set the truth of consciousness and of oxygen given; the nurse charts the change."""
        if acvpu is not None:
            self._nurse.acvpu[bed] = acvpu
        if oxygen is not None or o2_flow is not None:
            flow = float(o2_flow if o2_flow is not None else self._body.now["o2_flow"][bed])
            device = oxygen or self._body.oxygen[bed]
            self._body.breathe(bed, device, 0.0 if device == "air" else flow)
        self._nurse.notice(bed)

    def fault(self, bed: int, device: str, kind: str, on: bool, **parameters: float) -> None:  # noqa: FBT001
        """Begin or end a fault of a device; raise ``ValueError`` saying what there is."""
        wearable = self._wearables.get(device)
        if wearable is None:
            raise ValueError(f"a ward has the devices {', '.join(self._wearables)}, not {device!r}")
        wearable.fault(bed, kind, on=on, parameters=parameters)
        voice = self._voices.get((bed, device))
        if voice is not None and kind in {"silent", "flat-battery"}:
            self._switch(bed, voice, kind, on=on)

    def _switch(self, bed: int, voice: Voice, kind: str, *, on: bool) -> None:
        faults = self._wearables[voice.name].faults
        if on and voice.online:
            voice.online = False
            gone = voice.will() if kind == "silent" else voice.farewell(self.now_ms, "battery flat")
            self._said.append(Emission(bed, voice.name, gone))
        elif not (faults["silent"][bed] or faults["flat-battery"][bed]) and not voice.online:
            voice.online = True
            if kind == "flat-battery":
                voice.reboot()
            self._said += self._greeting(bed, voice)

    def measure(self, bed: int) -> None:
        """Have the cuff of a bed measure now."""
        cuff = self._wearables["cuff"]
        assert isinstance(cuff, Cuff)  # noqa: S101 -- the table above says so
        cuff.begin(bed, self._second.start_s)

    def truth(self, bed: int) -> m.TrueState:
        """Return what the body of a bed is now."""
        now = self._body.now
        values = {k: round(float(v[bed]), 3) for k, v in now.items() if isfinite(v[bed])}
        values["map"] = round(float(coupling.mean_pressure(now["sbp"], now["dbp"])[bed]), 3)
        values["fio2"] = round(float(self._body.fio2[bed]), 3)
        values["paco2"] = round(float(self._body.paco2[bed]), 3)
        oxygen, acvpu = self._body.oxygen[bed], self._nurse.acvpu[bed]
        score = news2.score(
            rr=values["rr"], spo2=values["spo2"], oxygen=oxygen != "air", sbp=values["sbp"],
            pulse=values["hr"], acvpu=acvpu, temp=values["temp"], scale=self.beds[bed].person.scale,
        )  # fmt: skip
        return m.TrueState(v=1, t=self.now_ms, m=values, acvpu=acvpu, oxygen=oxygen, news2=score.total)

    # --- the wire's side -------------------------------------------------------------------------

    def hello(self) -> list[Emission]:
        """Return what is retained of every bed and device, for the (re)start of a session."""
        out = []
        for i, b in enumerate(self.beds):
            chart = b.chart or b.person.info()
            topic = topics.chart(self.site, self.session, b.bed, "person")
            out.append(Emission(i, CHART, Outgoing(topic, encode(chart), qos=1, retain=True)))
        for (i, _), voice in self._voices.items():
            out += self._greeting(i, voice)
        return out

    def _greeting(self, bed: int, voice: Voice) -> list[Emission]:
        battery = self._battery(bed, voice.name)
        outs = (voice.status(self.now_ms), voice.describe(self.now_ms, battery))
        return [Emission(bed, voice.name, out) for out in outs]

    def _battery(self, bed: int, device: str) -> float:
        used_h = (self.now_ms - self._start_ms) / 3.6e6
        full = 96.0 - 7.0 * (int(self._boot[self.beds[bed].bed], 16) % 6)
        return max(1.0, full - 100.0 * used_h / self._wearables[device].battery_h)

    def will(self, bed: int, device: str) -> Outgoing:
        """Return the last will of a bed's device, for the connection it speaks through."""
        return self._voices[bed, device].will()

    def tick(self, *, waves: bool) -> list[Emission]:
        """Advance 0.2 s and return what is said; ``waves`` draws them and changes nothing else."""
        if not self._warm:
            self._warm_up()
        place = self._tick % TICKS
        if place == 0:
            self._advance(self._tick // TICKS)
        out, self._said = self._said, []
        if waves:
            out += self._cut(place)
        self._tick += 1
        self.now_ms = self._start_ms + self._tick * TICK_MS
        if place == 0:
            out += self._chart()
        if place == TICKS - 1:
            out += self._publish()
        return out

    def _warm_up(self) -> None:
        self._warm = True
        for t in range(-WARM_UP_S, 0):
            self._extend()
            if t >= LEAD_S - WARM_UP_S:
                for name in ("patch", "oximeter"):
                    self._wearables[name].measure(Scene(t + 1, self._body, self._trains))

    def _extend(self) -> None:
        now = self._body.now
        self._trains.second(Drive(now["hr"].copy(), now["rr"].copy(), now["sbp"].copy(), now["pi"].copy()))

    def _advance(self, start_s: int) -> None:
        hour = (self.now_ms / 3.6e6) % 24.0
        self._body.advance(1.0, hour)
        self._extend()
        scene = Scene(start_s + 1, self._body, self._trains)
        self._second = _Second(start_s, worse=self._disturbance())
        self._second.reports = [(w, w.measure(scene)) for w in self._wearables.values()]

    def _disturbance(self) -> Disturbance:
        patch, oximeter = self._wearables["patch"], self._wearables["oximeter"]
        assert isinstance(oximeter, Oximeter)  # noqa: S101 -- the table above says so
        shaken = patch.faults["motion"].astype(float)
        return Disturbance(
            ecg_motion=shaken,
            resp_motion=shaken,
            pleth_motion=oximeter.faults["motion"].astype(float),
            pleth_gain=oximeter.gain(),
            cadence_hz=oximeter.parameters["cadence_bpm"] / 60.0,
        )

    def _cut(self, place: int) -> list[Emission]:
        second = self._second
        if second.waves is None:
            assert second.worse is not None  # noqa: S101 -- set with the second
            second.waves = self._renderer.block(
                self._trains.beats, self._trains.breaths, second.start_s, 1, second.worse
            )
        out = []
        for name in ("patch", "oximeter"):
            wearable = self._wearables[name]
            for key in wearable.waves:
                n = RATES_HZ[key] // TICKS
                part = second.waves[key][:, place * n : (place + 1) * n].tolist()
                i0 = second.start_s * RATES_HZ[key] + place * n
                for i in wearable.everyone():
                    voice = self._voices[i, name]
                    if voice.online:
                        why = wearable.wave_trouble(i)
                        out.append(Emission(int(i), name, voice.wave(key, self.now_ms, i0, part[i], why)))
        return out

    def _publish(self) -> list[Emission]:
        out = []
        for wearable, report in self._second.reports:
            rows = {k: _readings(k, x) for k, x in report.readings.items()}
            for i in report.due.tolist():
                voice = self._voices[i, wearable.name]
                if voice.online and rows:
                    readings = {k: row[i] for k, row in rows.items()}
                    out.append(Emission(i, wearable.name, voice.numbers(self.now_ms, readings)))
            for event in report.events:
                voice = self._voices[event.bed, wearable.name]
                if voice.online:
                    said = voice.event(self.now_ms, event.kind, on=event.on, text=event.text)
                    out.append(Emission(event.bed, wearable.name, said))
        return out

    def _chart(self) -> list[Emission]:
        out = []
        for i, entry in self._nurse.round(self._second.start_s, self._body):
            bed = self.beds[i].bed
            entry.t, entry.boot, entry.seq = self.now_ms, self._boot[bed], self._charted[i]
            self._charted[i] += 1
            topic = topics.chart(self.site, self.session, bed, "obs")
            out.append(Emission(i, CHART, Outgoing(topic, encode(entry), qos=1, retain=True)))
        return out


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


def _description(wearable: Wearable, bed: int, via: str | None) -> m.DeviceMeta:
    waves = {k: m.WaveInfo(u=WAVEFORMS[k].unit, hz=WAVEFORMS[k].hz) for k in wearable.waves}
    device = m.DeviceInfo(
        model=wearable.model, serial=f"S-{bed + 1:04d}-{wearable.name[0].upper()}", fw="1.0.0",
        kind="wearable", label=wearable.label,
    )  # fmt: skip
    return m.DeviceMeta(v=1, device=device, metrics=dict(wearable.metrics), waves=waves, via=via)
