"""What is known of a bed's metrics: the newest usable values, and which of them a score may use. Pure."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from statistics import median
from typing import Final

from broker.station.clocks import SessionClock
from vitals.catalogue import LOST_AFTER_S, VITAL_SIGNS
from vitals.trends import RULES, History, Trend

NURSE: Final = "nurse"
"""The device's name for what was charted."""
MEDIAN_S: Final = 30.0
"""A score takes the median of a continuous metric's last values (heuristic: as a count over 30 s)."""
CHARTED_VALIDITY_S: Final = 14_400.0
"""For so long a charted value counts in a score (heuristic: as a cuff's)."""
VALID: Final = frozenset({"Vld", "Vldated"})
USABLE: Final = VALID | {"Qst"}
"""A limit alarm also listens to a questionable value, as a bedside monitor does; a score does not."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value that counts: measured at ``t`` (session ms) by ``device``."""

    metric: str
    value: float
    t: int
    device: str


class MetricValues:
    """The newest values of one metric of one bed, whichever device measured them."""

    __slots__ = ("_history", "_last", "_metric", "_recent", "_why", "newest", "used")

    def __init__(self, metric: str) -> None:
        self._metric = metric
        self._recent: deque[tuple[int, float]] = deque()
        self._last: Value | None = None
        self._why = ""
        rule = RULES.get(metric)
        self._history = History(rule) if rule else None
        self.newest = -1
        """When the newest reading was measured, usable or not; −1 before the first."""
        self.used = -1
        """When the newest reading was measured that a limit alarm could use."""

    def take(self, value: float | None, validity: str, why: str | None, t: int, device: str) -> bool:
        """Take a reading; return whether it is news (not older than one already here)."""
        if t < self.newest:
            return False
        self.newest = t
        if value is not None and validity in USABLE:
            self.used = t
        if value is None or validity not in VALID:
            self._why = why or ("no value" if value is None else "doubtful")
            return True
        self._why = ""
        self._last = Value(self._metric, value, t, device)
        self._recent.append((t, value))
        while self._recent[0][0] < t - MEDIAN_S * 1000:
            self._recent.popleft()
        if self._history is not None:
            self._history.add(t, value)
        return True

    def assume(self, now: int) -> None:
        """Take for granted that the metric has been measured until ``now``: a former run said so."""
        self.used = max(self.used, now)

    def before(self, samples: Iterable[tuple[int, float]]) -> None:
        """Take (t, value) from before the first reading here: arrows need what a former run heard."""
        if self._history is not None:
            self._history.before(samples)

    def usable(self, now: int, clock: SessionClock) -> bool:
        """Say whether a limit alarm may still go by this metric."""
        lost_s = max(LOST_AFTER_S, 2 * VITAL_SIGNS[self._metric].period_s)
        return self.used >= 0 and now - self.used <= clock.allowed_ms(lost_s)

    def current(self, now: int, clock: SessionClock) -> Value | None:
        """Return the value that a score may use at ``now``, ``None`` when it is too old or missing."""
        last = self._last
        if last is None or now - last.t > clock.allowed_ms(self._validity_s(last)):
            return None
        if self.spot:
            return last
        return Value(last.metric, median(v for _, v in self._recent), last.t, last.device)

    def trend(self, now: int, clock: SessionClock) -> Trend | None:
        """Return how the metric moved, while it is current."""
        if self._history is None or self.current(now, clock) is None:
            return None
        return self._history.trend()

    @property
    def spot(self) -> bool:
        """Whether the last value stands by itself: from a cuff, or charted."""
        last = self._last
        return last is None or last.device == NURSE or VITAL_SIGNS[self._metric].period_s > LOST_AFTER_S

    @property
    def why(self) -> str:
        """Why there is no current value."""
        return "not measured" if self.newest < 0 else self._why or "too old"

    def _validity_s(self, last: Value) -> float:
        return CHARTED_VALIDITY_S if last.device == NURSE else VITAL_SIGNS[self._metric].validity_s


class BedValues:
    """All metrics of a bed."""

    def __init__(self) -> None:
        self._metrics: dict[str, MetricValues] = {}

    def __getitem__(self, metric: str) -> MetricValues:
        """Return the values of ``metric``."""
        values = self._metrics.get(metric)
        if values is None:
            values = self._metrics[metric] = MetricValues(metric)
        return values

    def moving(self) -> Iterator[str]:
        """Yield the metrics here that have arrows."""
        return (metric for metric in self._metrics if metric in RULES)

    def pick(self, metrics: Iterable[str], now: int, clock: SessionClock) -> tuple[Value | None, str]:
        """Return the value of the first of ``metrics`` that is current, or why there is none.

        A spot value counts only while no reading of the other metrics is newer.
        """
        known = [self[metric] for metric in metrics]
        newest = max(values.newest for values in known)
        for values in known:
            value = values.current(now, clock)
            if value is not None and (not values.spot or values.newest == newest):
                return value, ""
        return None, max(known, key=lambda values: values.newest).why
