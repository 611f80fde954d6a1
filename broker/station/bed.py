"""One bed under watch: values in, score and alarms out. Pure: times are given, messages returned."""

from typing import Final

from broker import messages as m
from broker.station.alarming import BedAlarms
from broker.station.clocks import DeviceClock, SessionClock
from broker.station.presence import Device, technical
from broker.station.scoring import SOURCES, Scorer
from broker.station.values import NURSE, USABLE, BedValues
from broker.store.protocol import Observation
from vitals.catalogue import VITAL_SIGNS
from vitals.limits import NEWS2, adult
from vitals.news2 import URGENT

SCORE_MS: Final = 30_000
"""A score is said again after so long, changed or not."""
LEAST_WALL_MS: Final = 1_000
"""At most one score a second of wall time."""
HR_HOLDS_MS: Final = 10_000
"""So long after its last usable value the heart rate is not yet replaced by the pulse rate."""


class BedWatch:
    """Everything the station knows and says of one bed."""

    def __init__(self) -> None:
        self.values = BedValues()
        self.scorer = Scorer()
        self.alarms = BedAlarms()
        self.devices: dict[str, Device] = {}
        self.announced = False
        self.heard = -1
        """When the bed last said anything, in session time."""
        self.score: m.Score | None = None
        self._score_wall = -(2**62)
        self._total = 0
        """The last total that was known: what makes a patient one at risk when data fail."""
        self._measured_any = True
        self._clocks: dict[str, DeviceClock] = {}
        self._limits = adult()
        self.alarms.set_limits(self._limits)

    # --- what comes in -------------------------------------------------------------------------

    def person(self, person: m.PersonInfo) -> None:
        """Take who lies here; a prescribed scale changes score and limits."""
        self.announced = True
        self.scorer.scale = person.scale

    @property
    def occupied(self) -> bool:
        """Whether there is, or may be, a patient: a gateway's own place is none."""
        return self.announced or any(not device.gateway for device in self.devices.values())

    def device(self, name: str) -> Device:
        """Return the device ``name``, new if need be."""
        found = self.devices.get(name)
        if found is None:
            found = self.devices[name] = Device(name)
        return found

    def numerics(self, name: str, num: m.Num, now: int, clock: SessionClock) -> None:
        """Take a device's values, received at session time ``now``."""
        self.heard = now
        self.device(name).numerics(num, now)
        t = self._measured(name, num.t, num.boot, now, clock)
        for metric, reading in num.m.items():
            self.reading(metric, reading, t, name)

    def charted(self, obs: m.ChartObs) -> None:
        """Take what a nurse saw and measured."""
        self.scorer.chart(obs)
        for metric, reading in obs.m.items():
            self.reading(metric, reading, obs.t, NURSE)

    def event(self, name: str, evt: m.Evt, now: int, clock: SessionClock) -> None:
        """Take what a device noticed."""
        self.heard = now
        self.device(name).event(evt, now)
        self.alarms.event(evt, self._measured(name, evt.t, evt.boot, now, clock))

    def reading(self, metric: str, reading: m.Reading, t: int, device: str) -> None:
        """Take one value, measured at session time ``t``."""
        if not self.values[metric].take(reading.v, reading.q, reading.why, t, device):
            return
        value = reading.v if reading.q in USABLE else None
        if metric in {"hr", "pr"}:
            self._pulse(metric, value, t)
        else:
            self.alarms.feed(metric, value, t)

    def _pulse(self, metric: str, value: float | None, t: int) -> None:
        """Judge the pulse by the heart rate, or by the oximeter's pulse rate while that is missing."""
        missing = t - self.values["hr"].used > HR_HOLDS_MS or self.values["hr"].used < 0
        if (metric == "pr") == missing:
            self.alarms.feed("hr", value, t, source=metric)

    def _measured(self, name: str, t: int | None, boot: str | None, now: int, clock: SessionClock) -> int:
        known = self._clocks.get(name)
        if known is None:
            known = self._clocks[name] = DeviceClock()
        return known.measured(t, now, boot=boot, grace_ms=clock.allowed_ms(0))

    # --- what goes out -------------------------------------------------------------------------

    def new_score(self, now: int, wall_ms: int, clock: SessionClock) -> m.Score | None:
        """Return the score when there is something new to say."""
        if wall_ms - self._score_wall < LEAST_WALL_MS:
            return None
        self._score_wall = wall_ms
        score, before = self.scorer.score(self.values, now, clock), self.score
        self.scorer.remember(now, score.total)
        self.alarms.feed(NEWS2, score.at_least, now, at_least=score.total is None)
        self._measured_any = any(score.components[key].value is not None for key in SOURCES)
        self._total = self._total if score.total is None else score.total
        if before is not None and now - before.t < SCORE_MS and _gist(score) == _gist(before):
            return None
        self.score = score
        return score

    def new_alarms(self, now: int, wall_ms: int, clock: SessionClock, gone: set[str]) -> list[m.Alarm]:
        """Return the alarms that changed; ``gone`` names lost gateways."""
        self._set_limits(now, clock)
        at_least = 0 if self.score is None else self.score.at_least
        at_risk = max(at_least, self._total) >= URGENT
        return self.alarms.update(
            now,
            wall_ms,
            lambda metric: self._measured_any if metric == NEWS2 else self.values[metric].usable(now, clock),
            technical(self.devices, gone, now, wall_ms, clock, at_risk=at_risk),
        )

    def _set_limits(self, now: int, clock: SessionClock) -> None:
        limits = adult(self.scorer.scale, oxygen=bool(self.scorer.on_oxygen(now, clock)))
        if limits is not self._limits:
            self._limits = limits
            self.alarms.set_limits(limits)

    # --- after a restart -----------------------------------------------------------------------

    def recall_alarm(self, alarm: m.Alarm, now: int, wall_ms: int) -> None:
        """Take an alarm of a former run; its metric has until it is lost to speak again."""
        recalled = self.alarms.recall(alarm, wall_ms)
        if recalled and alarm.presence != "Off" and alarm.metric in VITAL_SIGNS:
            self.values[alarm.metric].assume(now)

    def recall_score(self, score: m.Score) -> None:
        """Take a score of a former run."""
        self.scorer.remember(score.t, score.total)
        self._total = self._total if score.total is None else score.total
        if self.score is None or score.t > self.score.t:
            self.score = score

    def recall_value(self, observation: Observation) -> None:
        """Take the newest value of a metric that a former run stored; no alarm comes of it."""
        o, device = observation, self.device(observation.device)
        device.heard = max(device.heard, o.t)
        device.speaks_every(VITAL_SIGNS[o.metric].period_s)
        self.values[o.metric].take(o.value, o.validity, o.why, o.t, o.device)


def _gist(score: m.Score) -> tuple[object, ...]:
    points = tuple(component.points for component in score.components.values())
    arrows = tuple(sorted((key, trend.direction) for key, trend in score.trends.items()))
    return points, score.scale, score.missing, arrows
