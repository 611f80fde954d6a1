"""All alarms of one bed: conditions, events and technical causes in; signals out. Pure."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from broker import messages as m
from broker.station.events import ALARMS, alarms_of
from vitals.alarms import AlarmCondition, AlarmSignal, Cause, Kind, NoSuchTransition
from vitals.limits import AlarmLimit, label_of

REFRESH_MS: Final = 5_000
"""An alarm whose figure changed is said again after so long, without a new ``seq``."""
HOLD_MS: Final = 15_000
"""Wall time for which a restarted watch ends no recalled alarm just because it knows nothing yet."""
MOST_ALARMS: Final = 200
"""So many alarms of a bed are recalled; anybody may have retained something under any id."""

Technical = Iterable[tuple[str, str | None, Cause]]


@dataclass(slots=True)
class Shown:
    """A signal, and what was last said of it."""

    signal: AlarmSignal
    limit: AlarmLimit | None = None
    source: str | None = None
    """The metric whose value speaks, where it stands in for the limit's own."""
    device: str | None = None
    text: str = ""
    t: int = -(2**62)


@dataclass(slots=True)
class BedAlarms:
    """The alarms of one bed."""

    shown: dict[str, Shown] = field(default_factory=dict)
    _conditions: dict[str, AlarmCondition] = field(default_factory=dict)
    _by_metric: dict[str, list[AlarmCondition]] = field(default_factory=dict)
    _active: set[str] = field(default_factory=set)
    _sources: dict[str, str] = field(default_factory=dict)
    _events: dict[str, Cause] = field(default_factory=dict)
    _held_until: int = -(2**62)

    # --- what is true --------------------------------------------------------------------------

    def set_limits(self, limits: Iterable[AlarmLimit]) -> None:
        """Judge by ``limits`` from now on; a condition whose limit stays the same goes on."""
        old, self._conditions, self._by_metric = self._conditions, {}, {}
        for limit in limits:
            kept = old.get(limit.id)
            same = kept is not None and kept.limit == limit
            condition = kept if kept is not None and same else AlarmCondition(limit)
            self._conditions[limit.id] = condition
            self._by_metric.setdefault(limit.metric, []).append(condition)
        self._active &= self._conditions.keys()

    def feed(
        self, metric: str, value: float | None, t: int, *, source: str | None = None, at_least: bool = False
    ) -> None:
        """Take a value of ``metric`` measured at ``t``, or what it is at least.

        ``source`` names another metric that the value came from.
        """
        for condition in self._by_metric.get(metric, ()):
            condition.feed(value, t, at_least=at_least)
            if not condition.idle:
                self._active.add(condition.limit.id)
                self._sources[condition.limit.id] = source or metric

    def event(self, evt: m.Evt, t: int) -> None:
        """Take an event that may be an alarm of its own."""
        for id_, cause in alarms_of(evt, t).items():
            if cause is None:
                self._events.pop(id_, None)
            else:
                self._events.setdefault(id_, cause)

    # --- what is shown -------------------------------------------------------------------------

    def update(
        self, now: int, wall_ms: int, usable: Callable[[str], bool], technical: Technical
    ) -> list[m.Alarm]:
        """Return the alarms that changed by ``now``.

        ``usable`` says whether a metric still has values.
        """
        causes: dict[str, tuple[Cause, Kind, str | None]] = {}
        for id_, cause in self._limit_causes(now, usable):
            causes[id_] = cause, "Phy", None
        for id_, cause in list(self._events.items()):
            causes.setdefault(id_, (cause, "Phy", None))
            if ALARMS[id_].moment:
                del self._events[id_]
        for id_, device, cause in technical:
            causes[id_] = cause, "Tec", device
        changed = [self._begin(id_, *found, now) for id_, found in causes.items()]
        changed += [self._end(shown, now, wall_ms) for id_, shown in self.shown.items() if id_ not in causes]
        return [alarm for alarm in changed if alarm is not None]

    def acknowledge(self, id_: str, seq: int, by: str, now: int) -> m.Alarm | str:
        """Acknowledge what was shown as ``seq``; return the changed alarm, or why not."""
        shown = self.shown.get(id_)
        if shown is None or shown.signal.presence == "Off":
            return "no-such-alarm"
        if shown.signal.seq != seq:
            return "stale-seq"
        try:
            shown.signal.acknowledge(by)
        except NoSuchTransition:
            return "already-acknowledged"
        return self._say(shown, now)

    def presence(self, id_: str) -> m.Presence:
        """Return an alarm's presence; ``Off`` for an unknown one."""
        return self.shown[id_].signal.presence if id_ in self.shown else "Off"

    def close(self, now: int) -> list[m.Alarm]:
        """End everything, latched or not: the session is over or the bed is gone."""
        out = []
        for shown in self.shown.values():
            signal = shown.signal
            if signal.presence != "Off":
                signal.presence, signal.seq, signal.ended = "Off", signal.seq + 1, now
                out.append(self._say(shown, now))
        return out

    def recall(self, alarm: m.Alarm, wall_ms: int) -> bool:
        """Take an alarm as a former run of the station left it, unless a newer state is known."""
        known = self.shown.get(alarm.id)
        if known is not None and known.signal.seq >= alarm.seq:
            return False
        if known is None and len(self.shown) >= MOST_ALARMS:
            return False
        condition = self._conditions.get(alarm.id)
        step = 0
        if condition is not None:
            limits = [level.limit for level in condition.limit.levels]
            step = limits.index(alarm.limit) if alarm.limit in limits else 0
        cause = Cause(step, alarm.priority, alarm.onset, alarm.text, alarm.value, alarm.limit)
        signal = AlarmSignal(
            alarm.id, alarm.kind, alarm.latch, alarm.presence, alarm.seq, cause, alarm.ended, alarm.by
        )
        limit = condition.limit if condition is not None else None
        self.shown[alarm.id] = Shown(signal, limit, alarm.metric, alarm.device, alarm.text, alarm.t)
        if alarm.presence in {"On", "Ack"}:
            self._held_until = wall_ms + HOLD_MS
            self._resume(alarm, condition, cause)
        return True

    # --- inside --------------------------------------------------------------------------------

    def _resume(self, alarm: m.Alarm, condition: AlarmCondition | None, cause: Cause) -> None:
        if condition is not None and alarm.value is not None:
            condition.resume(cause.step, alarm.onset, alarm.value)
            self._active.add(alarm.id)
            self._sources[alarm.id] = alarm.metric or condition.limit.metric
        elif alarm.id in ALARMS:
            self._events[alarm.id] = cause

    def _limit_causes(self, now: int, usable: Callable[[str], bool]) -> Iterator[tuple[str, Cause]]:
        for id_ in sorted(self._active):
            condition, source = self._conditions[id_], self._sources[id_]
            if not usable(source):
                condition.clear()
            label = label_of(source) if source != condition.limit.metric else ""
            if cause := condition.cause(now, label=label):
                yield id_, cause
            if condition.idle:
                self._active.discard(id_)

    def _begin(self, id_: str, cause: Cause, kind: Kind, device: str | None, now: int) -> m.Alarm | None:
        shown = self.shown.get(id_)
        if shown is None:
            latch = id_ in ALARMS and ALARMS[id_].latch
            shown = self.shown[id_] = Shown(AlarmSignal(id_, kind, latch))
        condition = self._conditions.get(id_)
        shown.limit = condition.limit if condition is not None else None
        shown.source, shown.device = self._sources.get(id_), device
        changed = shown.signal.update(cause, now)
        fresher = cause.text != shown.text and now - shown.t >= REFRESH_MS
        return self._say(shown, now) if changed or fresher else None

    def _end(self, shown: Shown, now: int, wall_ms: int) -> m.Alarm | None:
        held = wall_ms < self._held_until and shown.limit is None
        if held or not shown.signal.update(None, now):
            return None
        return self._say(shown, now)

    @staticmethod
    def _say(shown: Shown, now: int) -> m.Alarm:
        signal, limit, cause = shown.signal, shown.limit, shown.signal.cause
        if cause is None:
            raise ValueError(f"alarm {signal.id} has never had a cause")
        shown.text, shown.t = cause.text, now
        return m.Alarm(
            v=1,
            id=signal.id,
            seq=signal.seq,
            t=now,
            onset=cause.onset,
            kind=signal.kind,
            priority=cause.priority,
            presence=signal.presence,
            text=cause.text,
            latch=signal.latch,
            metric=(shown.source or limit.metric) if limit is not None else None,
            value=cause.value,
            limit=cause.limit,
            bound=limit.bound if limit is not None else None,
            device=shown.device,
            ended=signal.ended,
            by=signal.by,
        )
