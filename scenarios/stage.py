"""A session as it plays: the script drives the bodies, and everything said comes out, tick by tick.

The stage knows no wall time and no speed: the same scenario, seed and number of ticks say the same
bytes. A runner plays it against a clock, a headless run as fast as it can.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec.structs import replace

from broker import messages as m
from broker import topics
from broker.codec import encode
from broker.packets import Outgoing
from devices.ward import TICK_MS, BedSetup, Emission, Ward
from devices.wearables.chance import Befallen
from scenarios.cast import Patient, cast
from scenarios.engine import Engine
from scenarios.model import Scenario
from scenarios.owners import Owners
from scenarios.steering import Steering
from scenarios.turns import (
    AwakeTurn,
    Bedside,
    Begun,
    BreathTurn,
    ChartTurn,
    Deed,
    Electric,
    Ended,
    FallTurn,
    FaultTurn,
    InsultTurn,
    Labelled,
    MeasureTurn,
    PinTurn,
    PotassiumTurn,
    QtTurn,
    RhythmTurn,
    StTurn,
    Told,
    TreatTurn,
    Unlabelled,
    What,
)

TRUTH: Final = "_truth"
"""The sender of everything under the truth's root."""
SECOND_MS: Final = 1000
TICKS: Final = SECOND_MS // TICK_MS
STATES_OFTEN: Final = 64
"""Up to so many beds the truth of each is told every second, beyond that every ten seconds."""
SELDOM: Final = 10


class Stage:
    """One session's ward and script. ``now_ms`` is simulated time, ``done`` whether the script ended."""

    def __init__(
        self,
        site: str,
        session: str,
        scenario: Scenario,
        *,
        seed: int,
        beds: int | None = None,
        steered: Sequence[m.Steered] = (),
    ) -> None:
        self.site, self.session = site, session
        self.patients = cast(scenario, seed, beds)
        self.start_ms = scenario.start
        self._lasts_ms = scenario.lasts
        self._engine = Engine(self.patients)
        self._steering = Steering(self.patients, steered)
        self.ward = Ward(
            site,
            session,
            [_setup(p) for p in self.patients],
            seed=seed,
            start_ms=scenario.start,
            chance=scenario.chance == "realistic",
            ecg_hz=scenario.ecg_hz,
        )
        for i, patient in enumerate(self.patients):
            self._set_chart(i, patient)
        self._labels: dict[tuple[int, str], list[m.Label]] = {}
        """What was labelled by bed and what it goes with, until that is over."""
        self._owners = Owners()
        self._ticks = 0

    @property
    def beds(self) -> list[str]:
        """Return the beds' names in order."""
        return [p.bed for p in self.patients]

    @property
    def now_ms(self) -> int:
        """Return the simulated time up to which everything has been said."""
        return self.ward.now_ms

    @property
    def end_ms(self) -> int | None:
        """Return when the scenario ends by itself."""
        return None if self._lasts_ms is None else self.start_ms + self._lasts_ms

    @property
    def done(self) -> bool:
        """Say whether the scenario's end is reached."""
        return self.end_ms is not None and self.now_ms >= self.end_ms

    def hello(self) -> list[Emission]:
        """Return what is retained, for a start or a new start: devices, charts, scripts."""
        plans = self._engine.plans(self.start_ms)
        told = [self._truth(i, "phase", plan, retain=True) for i, plan in enumerate(plans)]
        return [*self.ward.hello(), *told]

    def steer(self, what: m.Steer, by: str = "") -> m.Steered:
        """Do something to a bed at the next second, and say when; raise ``ValueError`` if it cannot be."""
        at_ms = -(-self._ticks // TICKS) * SECOND_MS
        steered = m.Steered(at=at_ms, what=what, by=by)
        self._steering.add(steered)
        rhythm = self.ward.rhythm_of(self.beds.index(what.bed))
        return replace(steered, note=self._steering.doubt(what, rhythm))

    def skip(self) -> None:
        """Advance 0.2 s unheard, for a session that is taken up again."""
        self._tick(waves=False)

    def tick(self, *, waves: bool) -> list[Emission]:
        """Advance 0.2 s of simulated time and return what is said."""
        said = self._tick(waves=waves)
        second, place = divmod(self._ticks, TICKS)
        return said + self._states(second) if place == 0 else said

    def _tick(self, *, waves: bool) -> list[Emission]:
        second, place = divmod(self._ticks, TICKS)
        said = self._direct(second) if place == 0 else []
        said += self.ward.tick(waves=waves)
        for what in self.ward.befallen():
            said += self._tell_befallen(self.start_ms + second * SECOND_MS, what)
        if place == 0:
            for bed, kind, rhythm in self.ward.turned():
                told = m.TruthEvent(v=1, t=self.start_ms + second * SECOND_MS, kind=kind, text=rhythm)
                said.append(self._truth(bed, "event", told))
        self._ticks += 1
        return said

    def retained(self) -> Iterator[tuple[str, str]]:
        """Yield (sender, topic) of everything this session keeps retained, but for its clock."""
        place = (self.site, self.session)
        for patient in self.patients:
            bed = patient.bed
            for device in patient.script.wears:
                for kind in ("status", "meta"):
                    yield f"{bed}.{device}", topics.device(*place, bed, device, kind)
            for kind in ("person", "obs"):
                yield f"{bed}.{topics.CHART}", topics.chart(*place, bed, kind)
            yield TRUTH, topics.truth(*place, bed, "phase")

    def _direct(self, second: int) -> list[Emission]:
        """Let the script do what is due at the beginning of a second."""
        now = second * SECOND_MS
        targets = self._engine.aims(now + SECOND_MS)
        for sign, values in self._steering.over(targets, now + SECOND_MS).items():
            self.ward.aim(sign, values)
        told: list[Emission] = []
        written = self._engine.happenings(now - SECOND_MS, now)
        for happening in (*written, *self._steering.due(now - SECOND_MS, now)):
            told += self._happen(happening.bed, self.start_ms + happening.at_ms, happening.what)
        return told

    def _happen(self, bed: int, t: int, what: What) -> list[Emission]:
        match what:
            case Told(kind, text):
                return [self._truth(bed, "event", m.TruthEvent(v=1, t=t, kind=kind, text=text[:200]))]
            case Labelled(kind, end_ms, text, of):
                end = None if end_ms is None else self.start_ms + end_ms
                label = m.Label(v=1, t=t, kind=kind, start=t, end=end, text=text[:200])
                self._labels.setdefault((bed, of), []).append(label)
                return [self._truth(bed, "label", label)]
            case Unlabelled(of):
                return list(self._end_labels(bed, of, t))
            case FaultTurn():
                self._fail(bed, what)
            case ChartTurn(acvpu, oxygen):
                device = None if oxygen is None else oxygen.device
                flow = None if oxygen is None else oxygen.flow_l_min
                self.ward.charted(bed, acvpu=acvpu, oxygen=device, o2_flow=flow)
            case PinTurn(sign):
                now = self.ward.truth(bed).m[sign]
                self._steering.pin(bed, what, t - self.start_ms, now)
            case Begun():
                self._owners.begin(bed, t, what)
                self._act(bed, what.does)
            case Ended():
                deeds, told = self._owners.end(bed, t, what)
                for deed in deeds:
                    self._act(bed, deed)
                return [said for one in told for said in self._happen(bed, t, one)]
            case _:
                self._owners.by_hand(bed, t, what)
                self._act(bed, what)
        return []

    def _end_labels(self, bed: int, of: str, t: int) -> Iterator[Emission]:
        """Yield anew, with their end, what was labelled before ``t`` and would go on; same kind and start."""
        known = self._labels.pop((bed, of), [])
        for label in known:
            if label.start < t and (label.end is None or label.end > t):
                yield self._truth(bed, "label", replace(label, t=t, end=t))
        if begun := [label for label in known if label.start >= t]:
            self._labels[bed, of] = begun

    def _act(self, bed: int, what: Deed) -> None:
        """Do something to a body."""
        match what:
            case InsultTurn(insult, severity, tempo) if severity > 0.0:
                self.ward.insult(bed, insult, severity=severity, tempo=tempo)
            case InsultTurn(insult):
                self.ward.ease(bed, insult)
            case TreatTurn(treatment, on, dose) if on:
                self.ward.treat(bed, treatment, dose)
            case TreatTurn(treatment):
                self.ward.stop_treatment(bed, treatment)
            case RhythmTurn(rhythm, pulse):
                self.ward.rhythm(bed, rhythm, pulse=pulse)
            case StTurn() | PotassiumTurn() | QtTurn():
                self._bend(bed, what)
            case BreathTurn(pattern):
                self.ward.breathing(bed, pattern)
            case FallTurn() | AwakeTurn() | MeasureTurn():
                self._at_bedside(bed, what)

    def _at_bedside(self, bed: int, what: Bedside) -> None:
        """Do what no body feels."""
        match what:
            case FallTurn(on):
                self.ward.fall(bed, on=on)
            case AwakeTurn(acvpu):
                self.ward.awake(bed, acvpu)
            case MeasureTurn(device):
                self.ward.measure(bed, device)

    def _bend(self, bed: int, what: Electric) -> None:
        """Do something to an ECG alone."""
        match what:
            case StTurn(territory, mv, age_h):
                self.ward.st(bed, territory, mv, age_h=age_h)
            case PotassiumTurn(mmol_l):
                self.ward.potassium(bed, mmol_l)
            case QtTurn(factor):
                self.ward.qt(bed, factor)

    def _tell_befallen(self, t: int, what: Befallen) -> Iterator[Emission]:
        """Yield what chance, or a body, did to devices, for the truth's record."""
        name, kind = f"{what.device} {what.kind}", "fault-began" if what.on else "fault-ended"
        yield self._truth(what.bed, "event", m.TruthEvent(v=1, t=t, kind=kind, text=f"{name} ({what.cause})"))
        if what.on:
            end = t + round(SECOND_MS * what.lasts_s)
            label = m.Label(v=1, t=t, kind=what.kind, start=t, end=end, text=f"{name} ({what.cause})")
            yield self._truth(what.bed, "label", label)

    def _fail(self, bed: int, what: FaultTurn) -> None:
        if what.kind != "swapped":
            self.ward.fault(bed, what.device, what.kind, what.on, **what.how)
        elif what.other_bed in self.beds:  # a ward of fewer beds may be without it
            other = self.beds.index(what.other_bed)
            if what.on != (self.ward.sits_on(what.device, bed) == other):  # a hand may have been there before
                self.ward.swap(what.device, bed, other)

    def _set_chart(self, bed: int, patient: Patient) -> None:
        breathes = patient.oxygen
        self.ward.charted(bed, acvpu=patient.acvpu, oxygen=breathes.device, o2_flow=breathes.flow_l_min)

    def _states(self, second: int) -> list[Emission]:
        beds: Sequence[int] = range(len(self.patients))
        if len(beds) > STATES_OFTEN:
            beds = [i for i in beds if (second + i) % SELDOM == 0]
        return [self._truth(i, "state", s) for i, s in zip(beds, self.ward.truths(beds), strict=True)]

    def _truth(self, bed: int, kind: str, message: m.Message, *, retain: bool = False) -> Emission:
        topic = topics.truth(self.site, self.session, self.patients[bed].bed, kind)
        qos = 0 if kind == "state" else 1
        return Emission(bed, TRUTH, Outgoing(topic, encode(message), qos=qos, retain=retain), TRUTH)


def _setup(patient: Patient) -> BedSetup:
    return BedSetup(
        bed=patient.bed,
        person=patient.person,
        devices=tuple(patient.script.wears),
        chart=patient.info,
        cuff_period_s=patient.script.cuff_every / 1000,
    )
