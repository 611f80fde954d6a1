"""Default alarm limits for an adult, with their delays, priorities and margins.

Source of limits, priorities and delays: the trainer's defaults of the clinical reference, section
2.4, chosen among defaults that monitors ship. ``margin`` (how far inside its limit a value must
come before the alarm ends) and ``release_s`` (for how long it must stay there) are *heuristic*:
they keep a value at its limit from ringing on and off. The NEWS2 thresholds are those of the
Royal College of Physicians' chart 4; their priority, medium, is a *heuristic* of this trainer.
"""

from dataclasses import dataclass
from typing import Final, Literal

from vitals.catalogue import VITAL_SIGNS
from vitals.news2 import EMERGENCY, URGENT, Scale

Priority = Literal["None", "Lo", "Me", "Hi"]
Bound = Literal["low", "high", "at-least"]

SIGNS: Final[dict[Bound, str]] = {"low": "<", "high": ">", "at-least": "≥"}


@dataclass(frozen=True, slots=True)
class Level:
    """A limit in the metric's unit; the condition must last ``delay_s`` before it counts."""

    limit: float
    priority: Priority
    delay_s: float


@dataclass(frozen=True, slots=True)
class AlarmLimit:
    """A bound of one metric: levels from mildest to worst, one alarm for all of them.

    ``low``: the condition is a value below the limit; ``high``: above it; ``at-least``: at or above
    it. ``says`` replaces the text where figures would say less than a word.
    """

    id: str
    metric: str
    bound: Bound
    levels: tuple[Level, ...]
    margin: float = 0
    release_s: float = 0
    latch: bool = False
    says: str = ""

    def beyond(self, value: float, limit: float) -> bool:
        """Say whether ``value`` is beyond ``limit``."""
        if self.bound == "low":
            return value < limit
        return value > limit if self.bound == "high" else value >= limit

    def inside(self, value: float, limit: float) -> bool:
        """Say whether ``value`` is inside ``limit`` by the margin."""
        if self.bound == "low":
            return value >= limit + self.margin
        return value <= limit - self.margin if self.bound == "high" else value < limit - self.margin

    def text(self, value: float, limit: float, label: str = "", *, at_least: bool = False) -> str:
        """Return ``SpO₂ 82 < 90``, ``HR 124 > 120`` or ``NEWS2 9 ≥ 7``."""
        if self.says:
            return self.says
        figure = shown(self.metric, value)
        if at_least:
            figure = f"at least {figure}"
        return f"{label or label_of(self.metric)} {figure} {SIGNS[self.bound]} {shown(self.metric, limit)}"


PARTS: Final = {"sys": "sys", "dia": "dia", "map": "mean"}
"""What the parts of a pressure are called."""
NEWS2: Final = "news2"
"""The metric of the limits on the early-warning score."""


def label_of(metric: str) -> str:
    """Return how an alarm's text calls ``metric`` (``NIBP dia`` where the label alone says too little)."""
    if metric == NEWS2:
        return "NEWS2"
    method, _, part = metric.partition("_")
    if part in PARTS:  # of the mean too: by cuff and by line it is MAP
        return f"{VITAL_SIGNS[f'{method}_sys'].label} {PARTS[part]}"
    return VITAL_SIGNS[metric].label


def shown(metric: str, value: float) -> str:
    """Return ``value`` with the metric's decimals and a true minus sign."""
    decimals = VITAL_SIGNS[metric].decimals if metric in VITAL_SIGNS else 0
    return f"{value:.{decimals}f}".replace("-", "−")


def _pressures(method: str, delay_s: float, margin: float) -> tuple[AlarmLimit, ...]:
    bounds = (("sys", 90, 160), ("dia", 50, 100), ("map", 65, 110))
    return tuple(
        limit
        for part, low, high in bounds
        for limit in (
            AlarmLimit(
                f"{method}-{part}-low", f"{method}_{part}", "low", (Level(low, "Me", delay_s),), margin
            ),
            AlarmLimit(
                f"{method}-{part}-high", f"{method}_{part}", "high", (Level(high, "Me", delay_s),), margin
            ),
        )
    )


_COMMON: Final = (
    AlarmLimit("hr-low", "hr", "low", (Level(50, "Me", 5), Level(40, "Hi", 5)), margin=2),
    AlarmLimit("hr-high", "hr", "high", (Level(120, "Me", 5), Level(140, "Hi", 5)), margin=2),
    AlarmLimit("rr-low", "rr", "low", (Level(8, "Me", 15),), margin=1),
    AlarmLimit("rr-high", "rr", "high", (Level(30, "Me", 15),), margin=1),
    AlarmLimit("apnoea", "rr", "low", (Level(1, "Hi", 0),), margin=1, says="Apnoea"),
    *_pressures("nibp", delay_s=0, margin=0),
    *_pressures("abp", delay_s=10, margin=3),
    AlarmLimit("etco2-low", "etco2", "low", (Level(25, "Me", 15),), margin=1),
    AlarmLimit("etco2-high", "etco2", "high", (Level(50, "Me", 15),), margin=1),
    AlarmLimit("temp-low", "temp", "low", (Level(35.5, "Lo", 60),), margin=0.2),
    AlarmLimit("temp-high", "temp", "high", (Level(39.0, "Lo", 60),), margin=0.2),
    AlarmLimit("glucose-low", "glucose", "low", (Level(4.0, "Me", 0), Level(3.0, "Hi", 0))),
    AlarmLimit("glucose-high", "glucose", "high", (Level(15.0, "Me", 0),)),
    AlarmLimit("news2", NEWS2, "at-least", (Level(URGENT, "Me", 0), Level(EMERGENCY, "Me", 0)), release_s=60),
)  # fmt: skip


def _saturation(low: float) -> AlarmLimit:
    return AlarmLimit("spo2-low", "spo2", "low", (Level(low, "Me", 15), Level(80, "Hi", 10)), margin=1)


_SPO2_HIGH: Final = AlarmLimit("spo2-high", "spo2", "high", (Level(96, "Lo", 60),), margin=1)

ADULT: Final[tuple[AlarmLimit, ...]] = (_saturation(90), *_COMMON)
"""Limits of a person on SpO₂ scale 1."""
ADULT_SCALE_2: Final[tuple[AlarmLimit, ...]] = (_saturation(88), *_COMMON)
"""Limits of a person with a prescribed target of 88 to 92 %, on air."""
ADULT_SCALE_2_OXYGEN: Final[tuple[AlarmLimit, ...]] = (*ADULT_SCALE_2, _SPO2_HIGH)
"""The same on oxygen, where too much of it does harm."""


def adult(scale: Scale = 1, *, oxygen: bool = False) -> tuple[AlarmLimit, ...]:
    """Return the default limits for an adult of ``scale``, on oxygen or not."""
    if scale == 1:
        return ADULT
    return ADULT_SCALE_2_OXYGEN if oxygen else ADULT_SCALE_2
