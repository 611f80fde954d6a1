"""The engine of a ward: bodies, trains, waveforms and wearables, advanced a second at a time.

No message is made here: ``Ward`` turns what the engine measured and drew into what devices say.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from broker import messages as m
from devices.arrays import Bools, Ints, Raw
from devices.electric import Electric
from devices.gasping import Gasping
from devices.person import Person
from devices.physiology.body import Body
from devices.physiology.treatments import Treatments
from devices.signals import capnogram, drive, pressure
from devices.signals.artefacts import SHIVERING
from devices.signals.leads import ECG_HZ
from devices.signals.render import LONGEST_S, Disturbance, Renderer
from devices.signals.rhythms import RHYTHMS
from devices.signals.trains import LEAD_S, Trains
from devices.wearables.band import Band
from devices.wearables.cuff import Cuff
from devices.wearables.disturbing import damped, disturbance
from devices.wearables.more import AVERAGING, more
from devices.wearables.nurse import Nurse
from devices.wearables.oximeter import Oximeter
from devices.wearables.patch import Patch
from devices.wearables.sending import Sending
from devices.wearables.thermometer import Thermometer
from devices.wearables.wearable import Report, Scene, Wearable

WARM_UP_S: Final = 45
"""So long before the start bodies and devices run unheard, so that every average is full."""


class Engine:
    """N beds named ``beds``; ``worn[device]`` says ``[N]`` who wears it. ``now_s`` counts from the start."""

    def __init__(
        self,
        seed: int,
        beds: Sequence[str],
        people: Sequence[Person],
        worn: dict[str, Bools],
        ecg_hz: int = ECG_HZ,
    ) -> None:
        self.now_s = -WARM_UP_S
        self.body = Body(people)
        self.treatments = self.body.treatments = Treatments()
        sdnn = np.array([p.sdnn_ms for p in people])
        self.trains = Trains(seed, beds, sdnn, self.body.rest["hr"], -WARM_UP_S)
        self.body.breathed = self.trains.breathing.ventilating
        self._gasping = Gasping(seed, beds)
        self.nurse = Nurse(seed, beds, people)
        self.patch = Patch(seed, beds, worn["patch"])
        self.oximeter = Oximeter(seed, beds, worn["oximeter"])
        self.cuff = Cuff(seed, beds, worn["cuff"])
        self.band = Band(seed, beds, worn["band"])
        usual = (
            self.patch,
            self.oximeter,
            self.cuff,
            Thermometer(seed, beds, worn["thermometer"]),
            self.band,
        )
        kinds = (*usual, *more(seed, beds, people, worn))
        self.wearables: dict[str, Wearable] = {w.name: w for w in kinds}
        self._sending = Sending(len(beds), self.wearables)
        self.renderer = Renderer(seed, beds, ecg_hz)
        self.electric = Electric(self.renderer)
        self._worse = self._calm = Disturbance.none(len(beds))
        self._sensors = [w for w in kinds if w.waves]
        self._changes = 0
        """How often faults of those that send waves had changed when that was noted."""
        self._squeezed: Bools | None = None
        """Whose arm a cuff had shut then."""
        self._levels = pressure.Levels(len(beds), LONGEST_S)

    def warm_up(self) -> None:
        """Run to the start, hearts in the rhythm that people live with."""
        self._heed()
        for k in range(WARM_UP_S):
            self._extend()
            if k >= LEAD_S:
                scene = self._scene()
                for name in ("patch", "oximeter", *AVERAGING):
                    if name in self.wearables:
                        self.wearables[name].measure(scene)

    def _extend(self) -> None:
        body = self.body.state
        self.trains.second(body, self.body.influence.matrix)
        self.now_s += 1
        self._levels.put(body[drive.SBP : drive.DBP + 1])

    def _scene(self) -> Scene:
        return Scene(self.now_s, self.body, self.trains)

    def advance(self, hour: float) -> list[tuple[Wearable, Report]]:
        """Let a second pass at ``hour`` of the day; return what every kind of device measured in it."""
        self.body.advance(1.0, hour)
        self._heed()
        self._gasping.heed(self.body.heart, self.trains.breathing, self.trains.until_s)
        self.trains.beating.hold(self.body.now["hr"])
        self.electric.heed(self.body, self.now_s)
        self._extend()
        squeezed = self.cuff.squeezed(self.now_s)
        self._disturb(squeezed)
        shivering = self._worse.noise.get(SHIVERING)
        scene = Scene(self.now_s, self.body, self.trains, squeezed=squeezed, shivering=shivering)
        return [(w, w.observe(scene)) for w in self.wearables.values()]

    def _disturb(self, squeezed: Bools | None) -> None:
        """Note how much worse waves are, if anything has changed."""
        changes = sum(w.changes for w in self._sensors)
        if changes != self._changes or squeezed is not self._squeezed:
            self._worse = disturbance(self.wearables, self._calm, squeezed)
            self._changes, self._squeezed = changes, squeezed

    def beat_in(self, bed: int, rhythm: str, *, pulse: bool = True) -> None:
        """Give the heart of a bed a rhythm, or its electrical half; raise ``ValueError`` naming them.

        ``sinus`` gives it its own: what the person lives with, whose pacemaker works again.
        """
        heart = self.body.heart
        if rhythm == "sinus":
            heart.capture(bed)
        rhythm = heart.comes_of(bed, rhythm)
        self.trains.beat_in(bed, rhythm, pulse=pulse)
        heart.beat_in(bed, rhythm)
        self.trains.beating.fire(bed, on=heart.fires_in_vain(bed))
        heart.bear(bed, RHYTHMS[rhythm].rates, RHYTHMS[rhythm].stroke, led=self.body.led(bed, "hr"))
        if not pulse or RHYTHMS[rhythm].pulse <= 0.0:
            self.body.heart.pulse[bed] = 0.0
            self.body.heart.strain[bed] = max(self.body.heart.strain[bed], 1.0)  # it does not end by itself

    def _heed(self) -> None:
        """Draw the rhythms that hearts went into by themselves, and chart who became less awake.

        Whose saturation or pressure a script leads is as awake as the script says.
        """
        heart, awake = self.body.heart, self.body.consciousness
        for bed, rhythm in heart.changed:
            self.trains.beat_in(bed, rhythm)
            self.trains.beating.fire(bed, on=heart.fires_in_vain(bed))
        heart.changed.clear()
        for bed in awake.changed:
            if not (self.nurse.told[bed] or self.body.led(bed, "spo2", "sbp")):
                self.nurse.find(bed, awake.letters[bed])
                self.nurse.notice(bed)
        awake.changed.clear()

    def draw(self, length_s: int = 1, leads: tuple[str, ...] = ()) -> dict[str, Raw]:
        """Return raw samples ``[N, hz × length_s]`` of the last ``length_s`` seconds; changes nothing.

        A wave is drawn of those patients whose device sends it, and is 0 or anything of others; of all
        patients ``leads`` of the ECG are drawn, and ECG, respiration and pleth that no device sends. The
        capnogram and arterial pressure are there when a device sends them.
        """
        sent = self._sending.whose()
        start, trains, plan = self.now_s - length_s, self.trains, self._sending.plan(leads)
        under = trains.under(start, length_s)
        out = self.renderer.block(trains.beats, trains.breaths, start, length_s, under, self._worse, plan)
        for key, draw in ((capnogram.KEY, self.capnogram), (pressure.KEY, self.pressure)):
            if key in sent:
                out[key] = draw(length_s, sent[key])
        return out

    def capnogram(self, length_s: int = 1, beds: Ints | None = None) -> Raw:
        """Return the raw capnogram ``[N, 50 × length_s]`` of the last seconds, of all or of ``beds``."""
        return capnogram.draw(self.trains.breaths, self.now_s - length_s, length_s, beds)

    def pressure(self, length_s: int = 1, beds: Ints | None = None) -> Raw:
        """Return raw arterial pressure ``[N, 125 × length_s]`` of the last seconds, as a line shows it.

        Of all or of ``beds``.
        """
        levels, start = self._levels.last(length_s), self.now_s - length_s
        return pressure.draw(self.trains.beats, start, length_s, levels, damped(self.wearables), beds)

    def chart(self) -> list[tuple[int, m.ChartObs]]:
        """Return what the nurse charts in this second."""
        return self.nurse.round(self.now_s - 1, self.body)
