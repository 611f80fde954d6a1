"""How a value moved: the rule behind the arrow beside a number.

Rule: the median of the newest ``median_s`` seconds less the median of as long a stretch that ends
``window_s`` earlier (or as early as values reach, but not less than ``least_s``). An arrow shows
when the change is at least ``threshold``. For a spot measurement a median is of one value, so the
change is from the measurement before. Windows and thresholds are *heuristic*.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final, Literal

Direction = Literal["up", "down", "steady"]


@dataclass(frozen=True, slots=True)
class TrendRule:
    """The rule for one metric; ``threshold`` in the metric's unit."""

    window_s: float
    least_s: float
    median_s: float
    threshold: float

    @property
    def reach_s(self) -> float:
        """How far back values are needed."""
        return self.window_s + 2 * self.median_s


@dataclass(frozen=True, slots=True)
class Trend:
    """A change of ``delta`` (the metric's unit) over ``window_s`` seconds."""

    delta: float
    window_s: float
    direction: Direction


_MINUTE: Final = 60

RULES: Final[dict[str, TrendRule]] = {
    #                       window         least         median       threshold
    "hr": TrendRule(10 * _MINUTE, 2 * _MINUTE, _MINUTE, 8),
    "pr": TrendRule(10 * _MINUTE, 2 * _MINUTE, _MINUTE, 8),
    "spo2": TrendRule(10 * _MINUTE, 2 * _MINUTE, _MINUTE, 2),
    "rr": TrendRule(10 * _MINUTE, 2 * _MINUTE, _MINUTE, 3),
    "abp_sys": TrendRule(10 * _MINUTE, 2 * _MINUTE, _MINUTE, 10),
    "etco2": TrendRule(10 * _MINUTE, 2 * _MINUTE, _MINUTE, 5),
    "temp": TrendRule(60 * _MINUTE, 10 * _MINUTE, 5 * _MINUTE, 0.5),
    "nibp_sys": TrendRule(120 * _MINUTE, 3 * _MINUTE, 0, 10),
}


def trend(samples: Sequence[tuple[int, float]], rule: TrendRule) -> Trend | None:
    """Return how ``samples`` (ms, value; in order of time) moved, ``None`` where they are too few."""
    if not samples:
        return None
    newest = samples[-1][0]
    then = _reference(samples, newest, rule)
    if then is None:
        return None
    delta = round(_median(samples, newest, rule) - _median(samples, then, rule), 6)
    return Trend(delta, (newest - then) / 1000, direction(delta, rule.threshold))


def direction(delta: float, threshold: float) -> Direction:
    """Return ``up`` or ``down`` for a change of at least ``threshold``, ``steady`` for less."""
    if abs(delta) < threshold:
        return "steady"
    return "up" if delta > 0 else "down"


def _reference(samples: Sequence[tuple[int, float]], newest: int, rule: TrendRule) -> int | None:
    """Return the time to compare with: a window ago, or the nearest that the samples allow."""
    low, high = newest - rule.window_s * 1000, newest - rule.least_s * 1000
    if rule.median_s == 0:
        return next((t for t, _ in reversed(samples) if low <= t <= high), None)
    first = next((t for t, _ in samples if t >= low - rule.median_s * 1000), newest)
    then = max(low, first + rule.median_s * 1000)
    return round(then) if then <= high else None


def _median(samples: Sequence[tuple[int, float]], end: int, rule: TrendRule) -> float:
    """Return the median of the samples of ``median_s`` up to ``end``, or the nearest one before it."""
    begin = end - rule.median_s * 1000
    values = [v for t, v in samples if begin <= t <= end]
    return median(values) if values else next(v for t, v in reversed(samples) if t <= end)


class History:
    """The samples one metric's trend needs, thinned to one a ``step_s``, oldest forgotten."""

    __slots__ = ("_rule", "_samples", "_step")

    def __init__(self, rule: TrendRule, step_s: float = 5) -> None:
        self._rule = rule
        self._step = step_s * 1000
        self._samples: deque[tuple[int, float]] = deque()

    def add(self, t: int, value: float) -> None:
        """Keep ``value`` of ``t`` unless one as new is kept already."""
        if self._samples and t < self._samples[-1][0] + self._step:
            return
        self._samples.append((t, value))
        oldest = t - self._rule.reach_s * 1000
        while self._samples[0][0] < oldest:
            self._samples.popleft()

    def before(self, samples: Iterable[tuple[int, float]]) -> None:
        """Put ``samples`` (in order of time) before those kept: what was measured before we listened."""
        first = self._samples[0][0] if self._samples else 2**62
        older: list[tuple[int, float]] = []
        for t, value in samples:
            if t <= first - self._step and (not older or t >= older[-1][0] + self._step):
                older.append((t, value))
        self._samples.extendleft(reversed(older))

    def trend(self) -> Trend | None:
        """Return the trend of what is kept."""
        return trend(self._samples, self._rule)
