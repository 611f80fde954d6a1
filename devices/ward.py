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
from broker.packets import Outgoing
from devices.arrays import Floats, Raw
from devices.physiology import coupling
from devices.physiology.body import Body
from devices.signals.render import Disturbance, Renderer
from devices.signals.trains import LEAD_S, Drive, Trains
from devices.speech import TICKS, BedSetup, Emission, Speech
from devices.wearables.band import Band
from devices.wearables.cuff import Cuff
from devices.wearables.nurse import Nurse
from devices.wearables.oximeter import Oximeter
from devices.wearables.patch import Patch
from devices.wearables.thermometer import Thermometer
from devices.wearables.wearable import Report, Scene, Wearable
from vitals import news2

__all__ = ["BedSetup", "Emission", "Ward"]

TICK_MS: Final = 1000 // TICKS
WARM_UP_S: Final = 45
"""So long before the start bodies and devices run unheard, so that every average is full."""


@dataclass(slots=True)
class _Second:
    """What the running second holds: reports to send at its end, and waves once they are drawn."""

    start_s: int
    worse: Disturbance
    reports: list[tuple[Wearable, Report]] = field(default_factory=list)
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
        self._body = Body(people)
        sdnn = np.array([p.sdnn_ms for p in people])
        self._trains = Trains(seed, names, sdnn, self._body.rest["hr"], -WARM_UP_S)
        self._renderer = Renderer(seed, names)
        self._nurse = Nurse(seed, names, people)

        def worn(device: str) -> tuple[int, list[str], np.ndarray[tuple[int], np.dtype[np.bool_]]]:
            return seed, names, np.array([device in b.devices for b in beds], bool)

        self._patch, self._oximeter = Patch(*worn("patch")), Oximeter(*worn("oximeter"))
        self._cuff = Cuff(*worn("cuff"))
        self._cuff.parameters["period_s"] = np.array([b.cuff_period_s for b in beds])
        others = (Thermometer(*worn("thermometer")), Band(*worn("band")))
        kinds: tuple[Wearable, ...] = (self._patch, self._oximeter, self._cuff, *others)
        self._wearables = {w.name: w for w in kinds}
        self._speech = Speech((site, session), beds, seed, self._wearables, start_ms)
        self.devices = self._speech.devices
        self._second = _Second(0, Disturbance.none(len(names)))
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

    def fault(self, bed: int, device: str, kind: str, on: bool, **parameters: float) -> None:  # noqa: FBT001 -- the interface of the script
        """Begin or end a fault of a device; raise ``ValueError`` saying what there is."""
        wearable = self._wearables.get(device)
        if wearable is None:
            raise ValueError(f"a ward has the devices {', '.join(self._wearables)}, not {device!r}")
        wearable.fault(bed, kind, on=on, parameters=parameters)
        voice = self._speech.voices.get((bed, device))
        if voice is None:
            return
        away = wearable.faults["silent"][bed] or wearable.faults["flat-battery"][bed]
        if away and voice.online:
            gone = voice.will() if kind == "silent" else voice.farewell(self.now_ms, "battery flat")
            self._said.append(Emission(bed, device, gone, voice.sender))
        elif not away and not voice.online:
            if kind == "flat-battery":
                voice.reboot()
            self._said += self._speech.greeting(bed, voice, self.now_ms)
        voice.online = not away

    def measure(self, bed: int) -> None:
        """Have the cuff of a bed measure now."""
        self._cuff.begin(bed, self._second.start_s)

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
        out = list(self._speech.people())
        for (bed, _), voice in self._speech.voices.items():
            out += self._speech.greeting(bed, voice, self.now_ms)
        return out

    def will(self, bed: int, device: str) -> Outgoing:
        """Return the last will of a bed's device, for the connection it speaks through."""
        return self._speech.voices[bed, device].will()

    def tick(self, *, waves: bool) -> list[Emission]:
        """Advance 0.2 s and return what is said; ``waves`` draws them and changes nothing else."""
        second, part = divmod(self._tick, TICKS)
        if self._tick == 0:
            self._warm_up()
        if part == 0:
            self._advance(second)
        out, self._said = self._said, []
        if waves:
            out += self._speech.waves(self._waves(), second, part, self.now_ms)
        self._tick += 1
        self.now_ms = self._start_ms + self._tick * TICK_MS
        if part == 0:
            out += self._speech.charted(self._nurse.round(second, self._body), self.now_ms)
        if part == TICKS - 1:
            for wearable, report in self._second.reports:
                out += self._speech.numbers(wearable, report, self.now_ms)
        return out

    def _warm_up(self) -> None:
        for t in range(-WARM_UP_S, 0):
            self._extend()
            if t >= LEAD_S - WARM_UP_S:
                scene = Scene(t + 1, self._body, self._trains)
                self._patch.measure(scene)
                self._oximeter.measure(scene)

    def _extend(self) -> None:
        now = self._body.now
        self._trains.second(Drive(*(now[k].copy() for k in ("hr", "rr", "sbp", "pi"))))

    def _advance(self, start_s: int) -> None:
        self._body.advance(1.0, (self.now_ms / 3.6e6) % 24.0)
        self._extend()
        scene = Scene(start_s + 1, self._body, self._trains)
        self._second = _Second(start_s, self._disturbance())
        self._second.reports = [(w, w.measure(scene)) for w in self._wearables.values()]

    def _disturbance(self) -> Disturbance:
        shaken = self._patch.faults["motion"].astype(float)
        return Disturbance(
            ecg_motion=shaken,
            resp_motion=shaken,
            pleth_motion=self._oximeter.faults["motion"].astype(float),
            pleth_gain=self._oximeter.gain(),
            cadence_hz=self._oximeter.parameters["cadence_bpm"] / 60.0,
        )

    def _waves(self) -> dict[str, Raw]:
        second = self._second
        if second.waves is None:
            second.waves = self._renderer.block(
                self._trains.beats, self._trains.breaths, second.start_s, 1, second.worse
            )
        return second.waves
