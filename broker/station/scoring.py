"""A bed's NEWS2 as a message: from what is valid and fresh, with the age and source of each part. Pure."""

from collections import deque
from dataclasses import dataclass
from typing import Final

from broker import messages as m
from broker.station.clocks import SessionClock
from broker.station.values import NURSE, BedValues, Value
from vitals import news2
from vitals.news2 import PARAMETERS, Scale
from vitals.trends import RULES

SOURCES: Final[dict[str, tuple[str, ...]]] = {
    "rr": ("rr",),
    "spo2": ("spo2",),
    "sbp": ("abp_sys", "nibp_sys"),
    "pulse": ("hr", "pr", "pr_nibp"),
    "temp": ("temp",),
}
"""Which metrics stand for a measured parameter, the best first."""
OBSERVED_VALIDITY_S: Final = 45_000.0
"""Consciousness and oxygen count until charted anew, at most 12.5 h (heuristic: NEWS2 0 is 12-hourly)."""
TRENDS: Final = ("spo2", "rr", "nibp_sys", "abp_sys", "temp", "etco2")
TRENDS_MS: Final = 10_000
"""Trends are worked out anew after so long."""
MINUTE_MS: Final = 60_000
HOUR_MS: Final = 3_600_000
EARLIER_MS: Final = 10 * MINUTE_MS
"""By so much an earlier total may lie before the hour."""


@dataclass(slots=True)
class Charted:
    """What a nurse saw: a word or a yes, and when."""

    code: str = ""
    t: int = -1
    by: str = ""

    def take(self, code: str | None, t: int, by: str) -> None:
        """Take an entry unless it is empty or older than the one here."""
        if code is not None and t >= self.t:
            self.code, self.t, self.by = code, t, by

    def current(self, now: int, clock: SessionClock) -> bool:
        """Say whether a score may use this."""
        return self.t >= 0 and now - self.t <= clock.allowed_ms(OBSERVED_VALIDITY_S)


class Scorer:
    """What a bed's score is made of, and what it was an hour ago."""

    def __init__(self) -> None:
        self.scale: Scale = 1
        self.acvpu = Charted()
        self.oxygen = Charted()
        self._totals: deque[tuple[int, int | None]] = deque()
        self._trends: dict[str, m.Trend] = {}
        self._trends_t = -(2**62)

    def chart(self, obs: m.ChartObs) -> None:
        """Take a chart entry."""
        self.acvpu.take(obs.acvpu, obs.t, obs.by)
        flow = obs.m.get("o2_flow")
        by_flow = None if flow is None or flow.v is None else "oxygen" if flow.v > 0 else "air"
        self.oxygen.take(obs.oxygen or by_flow, obs.t, obs.by)

    def on_oxygen(self, now: int, clock: SessionClock) -> bool | None:
        """Say whether the patient has oxygen, ``None`` when nobody charted it lately."""
        return self.oxygen.code.strip().lower() != "air" if self.oxygen.current(now, clock) else None

    def score(self, values: BedValues, now: int, clock: SessionClock) -> m.Score:
        """Return the score at ``now``."""
        picked = {key: values.pick(metrics, now, clock) for key, metrics in SOURCES.items()}
        got = news2.score(
            **{key: None if value is None else value.value for key, (value, _) in picked.items()},
            oxygen=self.on_oxygen(now, clock),
            acvpu=self.acvpu.code if self.acvpu.current(now, clock) else None,
            scale=self.scale,
        )
        components = {key: _measured(got.points[key], *found) for key, found in picked.items()}
        components["oxygen"] = _seen(got.points["oxygen"], self.oxygen)
        components["acvpu"] = _seen(got.points["acvpu"], self.acvpu)
        return m.Score(
            v=1,
            t=now,
            name="NEWS2",
            at_least=got.at_least,
            total=got.total,
            max_single=got.max_single,
            risk=got.risk,
            scale=got.scale,
            components={key: components[key] for key in PARAMETERS},
            missing=list(got.missing),
            trends=self._moved(values, picked["pulse"][0], now, clock),
            earlier=self._earlier(now),
        )

    def _moved(
        self, values: BedValues, pulse: Value | None, now: int, clock: SessionClock
    ) -> dict[str, m.Trend]:
        if not 0 <= now - self._trends_t < TRENDS_MS:
            self._trends, self._trends_t = _trends(values, pulse, now, clock), now
        return self._trends

    def remember(self, t: int, total: int | None) -> None:
        """Keep a total of ``t`` for an hour's comparison, one a minute."""
        if self._totals and t < self._totals[-1][0] + MINUTE_MS:
            return
        self._totals.append((t, total))
        while self._totals[0][0] < t - HOUR_MS - EARLIER_MS:
            self._totals.popleft()

    def _earlier(self, now: int) -> int | None:
        old = [total for t, total in self._totals if now - HOUR_MS - EARLIER_MS <= t <= now - HOUR_MS]
        return old[-1] if old else None


def _measured(points: int | None, value: Value | None, why: str) -> m.Component:
    if value is None:
        return m.Component(points=points, why=why)
    why = "oxygen not charted" if points is None else ""
    return m.Component(points=points, value=value.value, t=value.t, source=value.device, why=why or None)


def _seen(points: int | None, charted: Charted) -> m.Component:
    if points is None:
        return m.Component(why="charted too long ago" if charted.t >= 0 else "not charted")
    return m.Component(points=points, code=charted.code, t=charted.t, source=charted.by or NURSE)


def _trends(values: BedValues, pulse: Value | None, now: int, clock: SessionClock) -> dict[str, m.Trend]:
    metrics = (pulse.metric, *TRENDS) if pulse is not None and pulse.metric in RULES else TRENDS
    found = {metric: values[metric].trend(now, clock) for metric in metrics}
    return {
        metric: m.Trend(delta=trend.delta, window_s=trend.window_s, direction=trend.direction)
        for metric, trend in found.items()
        if trend is not None
    }
