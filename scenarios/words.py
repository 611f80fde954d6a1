"""The words of the scenario language that stand for something: times, oxygen, names of what there is.

Each reads what stands in a file and raises ``ValueError`` with what to write instead; a name that is
not known says of which kind (``KNOWN``).
"""

import difflib
import re
from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, WithJsonSchema

from devices.conditions import CONDITIONS
from devices.physiology.insults import INSULTS
from devices.physiology.treatments import TREATMENTS
from devices.signals.conditions import TERRITORIES
from devices.signals.patterns import PATTERNS
from devices.signals.rhythms import RHYTHMS
from scenarios.trajectories import Oxygen, parse_oxygen, trajectories

_PART: Final = r"\d+(?:\.\d+)? ?(?:ms|s|min|h|d)"
_DURATION: Final = re.compile(rf"{_PART}(?: {_PART})*")
_UNIT_MS: Final = {"ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}
_LONGEST_MS: Final = 366 * 86_400_000


def parse_duration(given: object) -> int:
    """Read a duration as whole milliseconds; raise ``ValueError`` with what to write instead."""
    if given == 0 and not isinstance(given, bool):
        return 0
    if isinstance(given, int | float) and not isinstance(given, bool):
        # A ValueError, as pydantic turns only that into a finding.
        raise ValueError(f"a time needs its unit: write `{given} s` or `{given} min`")  # noqa: TRY004
    words = " ".join(given.split()) if isinstance(given, str) else ""
    if not _DURATION.fullmatch(words):
        raise ValueError("not a duration: write `90 s`, `4 min`, `2 h` or `1 h 30 min`")
    parts = re.findall(r"(\d+(?:\.\d+)?) ?([a-z]+)", words)
    total = round(sum(float(n) * _UNIT_MS[u] for n, u in parts))
    if total > _LONGEST_MS:
        raise ValueError("longer than a year")
    return total


def _moment(given: object) -> int:
    try:
        when = given if isinstance(given, datetime) else datetime.fromisoformat(str(given))
    except (TypeError, ValueError):
        raise ValueError("not a moment: write `2026-01-15T09:30:00Z`") from None
    if when.year < 1971 or when.year > 2200:  # noqa: PLR2004 -- times are ms since 1970, and sane
        raise ValueError("the year must be between 1971 and 2200")
    aware = when if when.tzinfo else when.replace(tzinfo=UTC)
    return round(aware.timestamp() * 1000)


def _oxygen(given: object) -> Oxygen:
    if not isinstance(given, str):
        # As above.
        raise ValueError("not oxygen: write `air`, or a flow and a device such as `2 L nasal cannula`")  # noqa: TRY004
    return parse_oxygen(given)


def _target(given: object) -> float | None:
    if given == "own":
        return None
    if isinstance(given, int | float) and not isinstance(given, bool):
        return float(given)
    raise ValueError("write a number, or `own` to give the value back to the body")


def _bent(low: float, high: float, unit: str) -> Callable[[object], float | None]:
    def read(given: object) -> float | None:
        held = _target(given)
        if held is not None and not low <= held <= high:
            raise ValueError(f"outside {low:g} to {high:g} {unit}: write a number between, or `own`")
        return held

    return read


AWAKE: Final = {"A": "Alert", "C": "Confused", "V": "Voice", "P": "Pain", "U": "Unresponsive"}
"""How awake somebody may be: the letters of ACVPU."""
FALL: Final = {"fall": "Falls", "up": "Up again"}
"""What may be done about a fall."""
ASKED: Final = ("cuff", "scale", "spirometer")
"""Devices that measure when they are asked."""
KNOWN: Final[dict[str, Collection[str]]] = {
    "trajectory": tuple(trajectories()),
    "insult": tuple(INSULTS),
    "treatment": tuple(TREATMENTS),
    "rhythm": tuple(RHYTHMS),
    "breathing": tuple(PATTERNS),
    "condition": tuple(CONDITIONS),
    "territory": tuple(TERRITORIES),
    "consciousness": tuple(AWAKE),
    "fall": tuple(FALL),
}
"""The names there are, by kind."""


def meant(given: object, choices: Iterable[str]) -> str:
    """Return what was probably meant, or what there is."""
    known = list(choices)
    close = difflib.get_close_matches(str(given)[:40], known, 1, cutoff=0.5)
    if close:
        return f"did you mean `{close[0]}`?"
    return f"there are: {', '.join(known)}" if known else ""


def _one_of(kind: str) -> Callable[[object], str]:
    def named(given: object) -> str:
        if isinstance(given, str) and given in KNOWN[kind]:
            return given
        raise ValueError(f"no such {kind}: {given!r:.60}")

    return named


def _enum(kind: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "enum": list(KNOWN[kind])})


Duration = Annotated[
    int,
    PlainValidator(parse_duration),
    WithJsonSchema({"anyOf": [{"const": 0}, {"type": "string", "pattern": f"^{_DURATION.pattern}$"}]}),
]
Moment = Annotated[int, PlainValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time"})]
OxygenText = Annotated[
    Oxygen,
    PlainValidator(_oxygen),
    WithJsonSchema({"type": "string", "examples": ["air", "2 L nasal cannula", "15 L non-rebreather"]}),
]
Target = Annotated[
    float | None,
    PlainValidator(_target),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"const": "own"}]}),
]
POTASSIUM: Final = (1.5, 10.0)
"""Bounds of the potassium that an ECG is drawn at, mmol/L."""
QT: Final = (0.7, 1.45)
"""Bounds of how long QT is drawn, times what the rate makes it (*heuristic*: short-QT to torsades)."""


def _own_or(bounds: tuple[float, float]) -> WithJsonSchema:
    low, high = bounds
    return WithJsonSchema({"anyOf": [{"type": "number", "minimum": low, "maximum": high}, {"const": "own"}]})


Potassium = Annotated[float | None, PlainValidator(_bent(*POTASSIUM, "mmol/L")), _own_or(POTASSIUM)]
QtFactor = Annotated[float | None, PlainValidator(_bent(*QT, "times")), _own_or(QT)]
TrajectoryKey = Annotated[str, PlainValidator(_one_of("trajectory")), _enum("trajectory")]
InsultName = Annotated[str, PlainValidator(_one_of("insult")), _enum("insult")]
TreatmentName = Annotated[str, PlainValidator(_one_of("treatment")), _enum("treatment")]
RhythmName = Annotated[str, PlainValidator(_one_of("rhythm")), _enum("rhythm")]
BreathingName = Annotated[str, PlainValidator(_one_of("breathing")), _enum("breathing")]
TerritoryName = Annotated[str, PlainValidator(_one_of("territory")), _enum("territory")]
ConditionName = Annotated[str, PlainValidator(_one_of("condition")), _enum("condition")]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")]
Line = Annotated[str, Field(max_length=200)]
Text = Annotated[str, Field(max_length=2000)]


class Part(BaseModel):
    """What every part of a scenario has in common: unknown words are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
