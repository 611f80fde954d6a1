"""What people live with: how each condition changes a person's own normal, and how their body answers.

Sizes: the clinical reference 3.5 (β-blocker, COPD, age), 7.25 (athlete) and teaching defaults; else
*heuristic*. ``with_conditions`` works on any adult; chance gives each by its ``share``.
"""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from devices.person import Person


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: what stands in the chart, whom it meets, and what it changes.

    ``share`` of those between ``ages`` have it. ``adds`` goes onto the baseline, ``factors`` multiply
    how the body answers, ``sets`` replaces.
    """

    history: str
    drugs: tuple[str, ...] = ()
    ages: tuple[int, int] = (16, 120)
    share: float = 0.0
    women: bool = False
    adds: dict[str, float] = field(default_factory=dict)
    factors: dict[str, float] = field(default_factory=dict)
    sets: dict[str, float] = field(default_factory=dict)


BLOCKED_BPM: Final = 95.0
"""Reflexes drive a β-blocked heart no faster (clinical reference 8.5), however much somebody bleeds."""
CONDITIONS: Final[dict[str, Condition]] = {
    "copd": Condition(
        "COPD", ("tiotropium",), adds={"rr": 3, "etco2": 8}, sets={"spo2": 90.0, "scale": 2},
    ),
    "beta-blocker": Condition(
        "hypertension", ("bisoprolol",), adds={"hr": -12},
        sets={"baroreflex_bpm_mmhg": 0.4, "heart_response": 0.5, "reflex_most_bpm": BLOCKED_BPM},
    ),
    "hypertension": Condition(
        "hypertension", ("amlodipine",), (45, 120), 0.3, adds={"sbp": 12, "dbp": 5},
    ),
    "heart-failure": Condition(
        "heart failure", ("furosemide", "ramipril"), (60, 120), 0.1,
        adds={"hr": 6, "sbp": -5, "dbp": -4, "rr": 1, "spo2": -1},
        factors={"baroreflex_bpm_mmhg": 0.7, "sdnn_ms": 0.6}, sets={"heart_weakness": 0.2},
    ),
    "diabetes": Condition(
        "type 2 diabetes", ("metformin",), (45, 120), 0.15, adds={"glucose": 2.5},
        factors={"baroreflex_bpm_mmhg": 0.7, "sdnn_ms": 0.7},
    ),
    "anaemia": Condition("anaemia", ("iron",), (50, 120), 0.08, adds={"hr": 5}, sets={"haemoglobin_g_l": 95}),
    "frailty": Condition(
        "frailty", (), (80, 120), 0.4, adds={"temp": -0.2},
        factors={"fever_response": 0.6, "baroreflex_bpm_mmhg": 0.8, "heart_response": 0.8, "sdnn_ms": 0.7},
    ),
    "pregnancy": Condition(
        "pregnant, third trimester", ("iron",), (18, 44), women=True,
        adds={"hr": 12, "sbp": -5, "dbp": -8, "etco2": -7, "rr": 1},
        factors={"blood_factor": 1.4}, sets={"haemoglobin_g_l": 115},
    ),
    "athlete": Condition(
        "trains daily", (), (16, 45), 0.08, factors={"sdnn_ms": 1.5, "baroreflex_bpm_mmhg": 1.2},
        sets={"hr": 46.0},
    ),
    "pacemaker": Condition("pacemaker for heart block", (), (65, 120), 0.03, sets={"pacemaker_bpm": 60}),
    "atrial-fibrillation": Condition(
        "permanent atrial fibrillation", ("apixaban",), (65, 120), adds={"hr": 8},
    ),
}  # fmt: skip
"""Those without a share are drawn otherwise (COPD, β-blocker) or only where a scenario asks for them."""
RHYTHMS: Final[dict[str, str]] = {"atrial-fibrillation": "af", "pacemaker": "paced-tracking"}
"""The heart's own rhythm, from the start and whenever it beats by itself again."""
PACED_FIBRILLATION: Final = "af-paced"
"""That of both: a pacemaker cannot follow atria that fibrillate, and watches the ventricles (VVI)."""
Responder = Literal["usual", "textbook", "registry"]
RESPONDERS: Final[dict[Responder, dict[str, float]]] = {
    "usual": {},
    "textbook": {"baroreflex_bpm_mmhg": 4.0, "reflex_most_bpm": 150.0},
    "registry": {"baroreflex_bpm_mmhg": 0.3, "reflex_most_bpm": 115.0},
}
"""How a heart answers a loss of blood: as most, as in the classes of ATLS, and as in trauma registries, where
the highest median pulse in class IV was 114 (Guly 2011). Greatest rates and the first gain: reference
8.5; the second gain is set by its column ``registry``: 79, 89 and 111 /min at losses of 15, 30 and 40 %."""
BASELINE: Final = ("hr", "rr", "spo2", "sbp", "dbp", "temp", "etco2", "glucose")
LEAST: Final[dict[str, float]] = {"hr": 42.0, "sbp": 92.0, "dbp": 50.0}
MOST: Final[dict[str, float]] = {"hr": 90.0, "sbp": 170.0, "dbp": 96.0}
"""Nobody's own normal lies beyond these, whatever they live with."""


def with_conditions(person: "Person", *names: str) -> "Person":
    """Return ``person`` with conditions; raise ``ValueError`` naming those there are."""
    for name in names:
        if name not in CONDITIONS:
            raise ValueError(f"there is no condition {name!r}; there are {', '.join(CONDITIONS)}")
        if name not in person.conditions:
            person = _with(person, name, CONDITIONS[name])
    return person


def _with(person: "Person", name: str, kind: Condition) -> "Person":
    own = person.baseline
    changed = {k: getattr(own, k) + v for k, v in kind.adds.items()}
    changed |= {k: v for k, v in kind.sets.items() if k in BASELINE}
    changed = {k: min(max(v, LEAST.get(k, v)), MOST.get(k, v)) for k, v in changed.items()}
    answers = {k: round(getattr(person, k) * v, 3) for k, v in kind.factors.items()}
    answers |= {k: v for k, v in kind.sets.items() if k not in BASELINE}
    return replace(
        person,
        baseline=replace(own, **{k: round(v, 1) for k, v in changed.items()}),
        conditions=(*person.conditions, name),
        history=tuple(dict.fromkeys((*person.history, kind.history))),
        drugs=tuple(dict.fromkeys((*person.drugs, *kind.drugs))),
        **answers,
    )


def rhythm_of(conditions: Collection[str]) -> str:
    """Return the rhythm in which the heart of somebody with ``conditions`` beats."""
    found = [rhythm for name, rhythm in RHYTHMS.items() if name in conditions]
    return PACED_FIBRILLATION if len(found) > 1 else found[0] if found else "sinus"


def by_chance(age: int, *, woman: bool, luck: list[float]) -> list[str]:
    """Return the conditions that ``luck``, a number from 0 to 1 for each, gives somebody."""
    out = []
    for (name, kind), drawn in zip(CONDITIONS.items(), luck, strict=True):
        of_age = kind.ages[0] <= age <= kind.ages[1]
        if of_age and drawn < kind.share and (woman or not kind.women):
            out.append(name)
    return out
