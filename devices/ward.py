"""A ward: beds on a clock of 0.2 s, steered by a script, and what their devices say.

The engine goes a whole second at a time; a tick cuts the second's waves for the wire. So what a script
does takes effect at the next whole second since the start.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from broker import messages as m
from broker.packets import Outgoing
from devices import truth
from devices.arrays import Floats, Raw
from devices.engine import Engine
from devices.physiology.treatments import TREATMENTS
from devices.signals import capnogram
from devices.signals.leads import ECG_HZ
from devices.signals.patterns import PATTERNS
from devices.speech import TICKS, BedSetup, Emission, Speech
from devices.wearables import more
from devices.wearables.chance import Befallen, Chance
from devices.wearables.cuff import Cuff
from devices.wearables.shaking import Shaking
from devices.wearables.spot import Spot
from devices.wearables.wearable import Cause, Report, Wearable

__all__ = ["BedSetup", "Emission", "Ward"]

TICK_MS: Final = 1000 // TICKS
SPOKEN_AS: Final = ("share", "delay_s", "off_s", "ppm", "takes_s")
"""Parameters of faults in how a device speaks."""
TURNS: Final = ("circulation-returned", "arrest", "death")
"""What it is called when blood flows again, flows no more, and never will."""
REBOOT_S: Final = 15.0
"""How long a device takes to start anew (*heuristic*)."""
DEVICES: Final = ("patch", "oximeter", "cuff", "thermometer", "band", *more.NAMES)


class Ward:
    """All beds of a session. Deterministic: same setup, seed and calls, same bytes.

    With ``chance`` devices lose their signal, move and slip by themselves, beside what a script does.
    Leads of the ECG have ``ecg_hz`` samples a second, 250 or 500.
    """

    def __init__(
        self,
        site: str,
        session: str,
        beds: Sequence[BedSetup],
        *,
        seed: int,
        start_ms: int,
        chance: bool = False,
        ecg_hz: int = ECG_HZ,
    ) -> None:
        self.site, self.session, self.beds = site, session, tuple(beds)
        self.now_ms = self._start_ms = start_ms
        self._people = [b.person for b in beds]
        self._tick = 0
        worn = {d: np.array([d in b.devices for b in beds], bool) for d in DEVICES}
        self._engine = Engine(seed, [b.bed for b in beds], self._people, worn, ecg_hz)
        self._engine.cuff.parameters["period_s"] = np.array([b.cuff_period_s for b in beds])
        self._speech = Speech((site, session), beds, seed, self._engine.wearables, start_ms, ecg_hz)
        self.devices = self._speech.devices
        self._chance = Chance(seed, [b.bed for b in beds], self._engine.wearables) if chance else None
        self._shaking = Shaking(seed, [b.bed for b in beds], self._engine.wearables)
        self._befallen: list[Befallen] = []
        self._circulating = np.zeros(len(beds), np.int64)
        self._starting: list[tuple[int, int, str, Cause]] = []
        """When which bed's device will have started anew, and what made it."""
        self._reports: list[tuple[Wearable, Report]] = []
        self._waves: dict[str, Raw] | None = None
        self._said: list[Emission] = []
        self._aims: dict[str, bytes] = {}

    # --- the script's side -----------------------------------------------------------------------

    def aim(self, key: str, values: Floats) -> None:
        """Want truth ``key`` at ``values`` ``[N]``; NaN leaves it to the body. Raise ``ValueError``."""
        wanted = values.tobytes()
        if self._aims.get(key) != wanted:  # a script says each second what mostly stays
            self._engine.body.aim(key, values)
            self._aims[key] = wanted

    def affect(self, bed: int, what: str, amount: float) -> None:
        """Let a bleeding, an infusion, a drug … act on the body of a bed; raise ``ValueError``."""
        self._engine.body.affect(bed, what, amount)

    def treat(self, bed: int, name: str, dose: float | None = None) -> None:
        """Give a bed a treatment of ``TREATMENTS``, the usual dose if ``None``; raise ``ValueError``."""
        self._engine.treatments.give(bed, name, dose)
        kind = TREATMENTS[name]
        if kind.oxygen:
            self._breathe(bed, kind.oxygen, kind.litres(dose), lent=True)

    def stop_treatment(self, bed: int, name: str) -> None:
        """End what a bed is given, if it still runs or is held; raise ``ValueError``.

        Oxygen that it lent gives way to the bed's own. Of a device that no treatment gave the bed's own ends.
        """
        treatments, body = self._engine.treatments, self._engine.body
        lent = name in TREATMENTS and treatments.held(bed, name)
        treatments.stop(bed, name)
        device, flow = body.own_oxygen[bed]
        if lent and TREATMENTS[name].oxygen == body.oxygen[bed]:
            self._breathe(bed, device, flow)
        elif not lent and TREATMENTS[name].oxygen == device == body.oxygen[bed]:
            self._breathe(bed, "air", 0.0)
        elif not lent and TREATMENTS[name].oxygen == device:
            body.own_oxygen[bed] = ("air", 0.0)

    def rhythm(self, bed: int, name: str, *, pulse: bool = True) -> None:
        """Give the heart of a bed a rhythm (``af``, ``vt`` …); raise ``ValueError`` naming them.

        Its rate stays what the script or the body makes it, within the rhythm's bounds. Without ``pulse``
        it is electrical activity alone.
        """
        self._engine.beat_in(bed, name, pulse=pulse)

    def insult(self, bed: int, name: str, *, severity: float = 1.0, tempo: float = 1.0) -> None:
        """Let an illness or injury begin in a bed, or go to another severity; raise ``ValueError``."""
        self._engine.body.insults.begin(bed, name, severity, tempo)

    def ease(self, bed: int, name: str) -> None:
        """Let an illness go as it does by itself; raise ``ValueError`` if there is no such."""
        self._engine.body.insults.ease(bed, name)

    def breathing(self, bed: int, pattern: str) -> None:
        """Give a bed a pattern of breathing (``biot``, ``apnoea`` …); raise ``ValueError`` naming them.

        The rate while the patient breathes stays what the script or the body makes it.
        """
        trains = self._engine.trains
        trains.breathing.breathe_in(bed, pattern, trains.until_s)
        self._engine.body.stores.narrow(bed, PATTERNS[pattern].lung_l)

    def st(self, bed: int, territory: str, mv: float | None, *, age_h: float | None = None) -> None:
        """Raise ST of a bed's ECG in a territory (anterior, inferior, lateral, pericarditis …).

        By ``mv`` in its worst lead, below 0 lowered; others follow. With ``age_h`` it is an infarct of so
        many hours, which goes on. ``None`` gives it back to the body. Raise ``ValueError`` naming the
        territories.
        """
        self._engine.electric.st(bed, territory, mv, age_h=age_h)

    def potassium(self, bed: int, mmol_l: float | None) -> None:
        """Draw a bed's ECG at this potassium: peaked T and wide QRS when high, flat T and U when low.

        ``None`` gives it back to the body.
        """
        self._engine.electric.potassium(bed, mmol_l)

    def qt(self, bed: int, factor: float | None) -> None:
        """Make QT of a bed's ECG so many times as long as its rate does; ``None`` ends it."""
        self._engine.electric.qt(bed, factor)

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
            self._engine.nurse.tell(bed, acvpu)
        if oxygen is not None or o2_flow is not None:
            flow = float(o2_flow if o2_flow is not None else self._engine.body.now["o2_flow"][bed])
            self._breathe(bed, oxygen or self._engine.body.oxygen[bed], flow)
        self._engine.nurse.notice(bed)

    def _breathe(self, bed: int, device: str, flow_l_min: float, *, lent: bool = False) -> None:
        """Give a bed oxygen, its own or what a treatment lends; the nurse charts it."""
        self._engine.body.breathe(bed, device, 0.0 if device == "air" else flow_l_min, lent=lent)
        self._engine.trains.breathing.rebreathed[bed] = capnogram.rebreathed(device, flow_l_min)
        self._engine.nurse.notice(bed)

    def awake(self, bed: int, acvpu: m.Acvpu | None) -> None:
        """Hold how awake a bed's patient is, whatever script and body say; ``None`` gives it back to them."""
        self._engine.nurse.hold(bed, acvpu)

    def fault(self, bed: int, device: str, kind: str, on: bool, **parameters: float) -> None:  # noqa: FBT001 -- the interface of the script
        """Begin or end a fault of a device; raise ``ValueError`` saying what there is.

        ``parameters`` are those of its kind: ``cadence_bpm`` of movement, ``share`` and ``delay_s`` of
        messages, ``off_s`` and ``ppm`` of clocks, ``takes_s`` of a reboot, which ends by itself.
        """
        self._befall(bed, device, kind, "script", on=on, **parameters)

    def _befall(
        self, bed: int, device: str, kind: str, cause: Cause, *, on: bool, **parameters: float
    ) -> None:
        wearable = self._wearable(device)
        measured = {k: v for k, v in parameters.items() if k in wearable.parameters}
        spoken = {k: v for k, v in parameters.items() if k in SPOKEN_AS}
        if unknown := parameters.keys() - measured.keys() - spoken.keys():
            known = (*wearable.parameters, *SPOKEN_AS)
            raise ValueError(f"the {device} knows {', '.join(known)}, not {', '.join(sorted(unknown))}")
        wearable.fault(bed, kind, on=on, parameters=measured, cause=cause)
        self._said += self._speech.fault(bed, wearable, kind, self.now_ms, spoken)
        if kind == "reboot" and on:
            end_ms = self.now_ms + round(1000 * spoken.get("takes_s", REBOOT_S))
            self._starting.append((end_ms, bed, device, cause))

    def faults_of(self, device: str) -> tuple[str, ...]:
        """Return the kinds of faults a device may have, beside being swapped."""
        return tuple(self._wearable(device).faults)

    def befallen(self) -> list[Befallen]:
        """Return the faults that chance or a body began or ended since it was last asked."""
        news, self._befallen = self._befallen, []
        return news

    def turned(self) -> list[tuple[int, str, str]]:
        """Return whose circulation stopped, came back or is lost since last asked: (bed, what, rhythm)."""
        heart = self._engine.body.heart
        now = np.where(heart.dead, 2, np.where(heart.pulse > 0.0, 0, 1))
        beds = np.nonzero(now != self._circulating)[0].tolist()
        self._circulating = now
        return [(bed, TURNS[now[bed]], heart.rhythm[bed]) for bed in beds]

    def swap(self, device: str, bed: int, other: int) -> None:
        """Let two beds' devices exchange whom they sit on; done twice, all is as before."""
        wearable = self._wearable(device)
        if wearable.worn[bed] and wearable.worn[other]:
            wearable.exchange(bed, other)

    def sits_on(self, device: str, bed: int) -> int:
        """Return on whose bed's patient a bed's device sits: its own, unless devices were swapped."""
        return int(self._wearable(device).whom[bed])

    def rhythm_of(self, bed: int) -> str:
        """Return the rhythm that a bed's heart is in."""
        return self._engine.trains.rhythms[bed]

    def _wearable(self, device: str) -> Wearable:
        wearable = self._engine.wearables.get(device)
        if wearable is None:
            raise ValueError(f"a ward has the devices {', '.join(self._engine.wearables)}, not {device!r}")
        return wearable

    def fall(self, bed: int, *, on: bool) -> None:
        """Let the patient of a bed fall, or be up again; their activity band may notice it."""
        self._engine.band.fall(bed, on=on)

    def measure(self, bed: int, device: str = "cuff") -> None:
        """Have cuff, scale or spirometer of a bed measure now; raise ``ValueError`` for any other."""
        wearable = self._wearable(device)
        if not isinstance(wearable, Cuff | Spot):
            raise ValueError(f"a {device} measures by itself")  # noqa: TRY004 -- the script's mistake
        wearable.begin(bed, self._engine.now_s)

    def truth(self, bed: int) -> m.TrueState:
        """Return what the body of a bed is now."""
        return self.truths([bed])[0]

    def truths(self, beds: Sequence[int]) -> list[m.TrueState]:
        """Return what the bodies of ``beds`` are now."""
        return truth.states(self._engine, self._people, beds, self.now_ms)

    def _start_up(self) -> None:
        """Let devices come back whose reboot is over."""
        for start in [s for s in self._starting if s[0] <= self.now_ms]:
            self._starting.remove(start)
            self._befall(start[1], start[2], "reboot", start[3], on=False)

    def _try_luck(self, second: int) -> None:
        for what in self._chance.second(float(second)) if self._chance else ():
            takes = {"takes_s": what.lasts_s} if what.on else {}
            self._befall(what.bed, what.device, what.kind, "chance", on=what.on, **takes)
            self._befallen.append(what)
        for what in self._shaking.second(float(second), self._engine.body.shivering):
            self._befall(what.bed, what.device, what.kind, what.cause, on=what.on)
            self._befallen.append(what)

    # --- the wire's side -------------------------------------------------------------------------

    def hello(self) -> list[Emission]:
        """Return what is retained of every bed and device, for the (re)start of a session.

        A device that is away just now says nothing: its last will stands.
        """
        out = list(self._speech.people())
        for (bed, _), voice in self._speech.voices.items():
            out += self._speech.greeting(bed, voice, self.now_ms) if voice.online else []
        return out

    def will(self, bed: int, device: str) -> Outgoing:
        """Return the last will of a bed's device, for the connection it speaks through."""
        return self._speech.voices[bed, device].will()

    def tick(self, *, waves: bool) -> list[Emission]:
        """Advance 0.2 s and return what is said; ``waves`` draws them and changes nothing else."""
        if self._tick == 0:
            self._engine.warm_up()
        if self._starting:
            self._start_up()
        second, part = divmod(self._tick, TICKS)
        if part == 0:
            self._try_luck(second)
            self._reports = self._engine.advance((self.now_ms / 3.6e6) % 24.0)
            self._waves = None
        out, self._said = self._said, []
        if waves:
            if self._waves is None:
                self._waves = self._engine.draw()
            out += self._speech.waves(self._waves, second, part, self.now_ms)
        self._tick += 1
        self.now_ms = self._start_ms + self._tick * TICK_MS
        out += self._speech.late(self.now_ms)
        if part == 0:
            out += self._speech.charted(self._engine.chart(), self.now_ms)
        if part == TICKS - 1:
            for wearable, report in self._reports:
                out += self._speech.numbers(wearable, report, self.now_ms)
        return out
