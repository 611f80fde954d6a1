"""The people in the beds: invented, adult, and drawn from a seed.

Baselines: clinical reference 3.5 (teaching defaults). Names, reasons and histories are made up; no
real person's data belong here. Children are refused: docs/explanation/physiology.md says what they need.
"""

from dataclasses import dataclass, field, replace
from math import inf
from typing import Final, Literal

import numpy as np

from broker import messages as m
from devices.conditions import BLOCKED_BPM, CONDITIONS, by_chance, with_conditions

Sex = Literal["F", "M"]
Skin = Literal["light", "brown", "dark"]
SKINS: Final[dict[Skin, float]] = {"light": 0.0, "brown": 0.5, "dark": 1.0}
"""How much of what dark skin does to an oximeter a skin does (the middle one *heuristic*)."""
HYPERCAPNIC: Final = 2
"""The NEWS2 SpO2 scale of those whose target is 88 to 92 %."""
WOMEN, LUNG_DISEASE, BETA_BLOCKED = 0.5, 0.08, 0.2
"""Heuristic: their shares of a ward."""
BROWN, DARK = 0.2, 0.1
"""Likewise."""
OLD: Final = 70
ADULT: Final = 16
"""Years; NEWS2 and every baseline here hold from this age."""

SURNAMES: Final = (
    "Okafor", "Lindqvist", "Marchetti", "Tanaka", "Haddad", "Novak", "Achterberg", "Mbeki", "Castellanos",
    "Whitlock", "Petrov", "Ramanathan", "Oyelaran", "Fitzgerald", "Kowalczyk", "Nakamura", "Abebe",
    "Sorensen", "Delacroix", "Hussein", "Papadakis", "Moreau", "Quispe", "Halvorsen", "Banerjee",
    "Ferreira", "Grunwald", "Ibanez", "Jankowski", "Khoury", "Lombardi", "Matsuda", "Nygaard", "Osei",
    "Pereira", "Rahimi", "Szabo", "Thorburn", "Ueda", "Vasquez", "Winterbourne", "Yilmaz", "Zielinski",
    "Adeyemi", "Bergstrom", "Chaudhry", "Dragomir", "Eriksen", "Fontaine", "Gallagher",
)  # fmt: skip
FIRST_NAMES: Final[dict[Sex, tuple[str, ...]]] = {
    "F": ("Amara", "Beatrix", "Clara", "Dalia", "Elin", "Farida", "Greta", "Hanna", "Ines", "Joana",
          "Keiko", "Leila", "Mirela", "Nadia", "Olga", "Priya", "Rosa", "Sofia", "Teresa", "Vera"),
    "M": ("Anton", "Bruno", "Carlo", "Dmitri", "Emeka", "Farid", "Goran", "Henrik", "Ivo", "Jonas",
          "Kenji", "Luis", "Marek", "Nikos", "Omar", "Pavel", "Rafael", "Stefan", "Tomas", "Viktor"),
}  # fmt: skip
REASONS: Final = (
    "Day 1 after laparoscopic cholecystectomy",
    "Day 2 after hip replacement",
    "Community-acquired pneumonia, improving",
    "Cellulitis of the leg, on antibiotics",
    "Chest pain, first troponin normal",
    "Type 2 diabetes, foot ulcer",
    "Observation after a fall",
    "Heart failure, diuretics adjusted",
    "Day 1 after hernia repair",
    "Pyelonephritis, day 3 of antibiotics",
    "Elective knee replacement, day 1",
    "Diverticulitis, conservative treatment",
)


@dataclass(frozen=True, slots=True)
class Baseline:
    """A person's own normal, at rest and awake."""

    hr: float = 72.0  # /min
    rr: float = 15.0  # /min
    spo2: float = 97.0  # %
    sbp: float = 124.0  # mmHg
    dbp: float = 74.0  # mmHg
    temp: float = 36.7  # °C, core
    etco2: float = 38.0  # mmHg
    pi: float = 2.5  # %
    glucose: float = 5.5  # mmol/L
    acvpu: m.Acvpu = "A"


@dataclass(frozen=True, slots=True)
class Person:
    """Who lies in the bed; ``scale`` is the NEWS2 SpO2 scale, ``sdnn_ms`` the variability at rest."""

    age: int = 50
    sex: Sex = "F"
    weight_kg: float = 70.0
    height_cm: float = 170.0
    baseline: Baseline = field(default_factory=Baseline)
    scale: Literal[1, 2] = 1
    name: str = ""
    full: str = ""
    reason: str = ""
    history: tuple[str, ...] = ()
    drugs: tuple[str, ...] = ()
    sdnn_ms: float = 50.0
    baroreflex_bpm_mmhg: float = 1.5
    reflex_most_bpm: float = inf
    """Reflexes drive the heart no faster, /min: a β-blocker's 95 (clinical reference 8.5)."""
    heart_response: float = 1.0
    """How much of what fever, pain and adrenaline add to the heart rate comes: a β-blocker leaves half."""
    fever_response: float = 1.0
    """How much of a fever comes: the frail have less."""
    heart_weakness: float = 0.0
    """Share of the heart's force that is gone: fluid floods the lung, and what weakens it further tells."""
    haemoglobin_g_l: float = 150.0
    blood_factor: float = 1.0
    """Blood volume relative to that of the same body: more in pregnancy."""
    pacemaker_bpm: float = 0.0
    """The heart goes no slower than this; 0 without a pacemaker."""
    asleep: tuple[float, float] | None = None
    """From which hour to which; ``None`` never sleeps."""
    bouts: tuple[tuple[float, float, float], ...] = ()
    """When on their feet: hour of the day, minutes, how hard (0 to 1)."""
    skin: Skin = "light"
    """Through a dark one an oximeter reads high."""
    conditions: tuple[str, ...] = ()
    """Keys of ``conditions.CONDITIONS``."""

    def __post_init__(self) -> None:
        if self.age < ADULT:
            raise ValueError(
                f"a person of {self.age} years is a child: bodies and scores here are for {ADULT} and over"
                " (docs/explanation/physiology.md says what would have to change)"
            )

    def info(self, *, reason: str | None = None, ward: str = "", plan: str = "") -> m.PersonInfo:
        """Return what the chart says of this person."""
        return m.PersonInfo(
            v=1,
            name=self.name,
            full=self.full,
            age=self.age,
            sex=self.sex,
            scale=self.scale,
            target=[88.0, 92.0] if self.scale == HYPERCAPNIC else None,
            reason=self.reason if reason is None else reason,
            plan=plan,
            history=", ".join(self.history),
            drugs=", ".join(self.drugs),
            ward=ward,
        )


def _clipped(rng: np.random.Generator, mean: float, sd: float, lowest: float, highest: float) -> float:
    return round(float(np.clip(rng.normal(mean, sd), lowest, highest)), 1)


def _baseline(rng: np.random.Generator, age: int, *, copd: bool, beta_blocked: bool) -> Baseline:
    """Draw a baseline: clinical reference 3.5, pressure rising 0.5 mmHg a year from 40."""
    older = 0.5 * max(0, age - 40)
    hr = _clipped(rng, 72, 9, 52, 88) - (12 if beta_blocked else 0)
    dbp = _clipped(rng, 74, 7, 58, 88)
    return Baseline(
        hr=max(48.0, hr),
        rr=_clipped(rng, 18 if copd else 15, 1.5, 12, 20),
        spo2=_clipped(rng, 90, 1, 88, 92) if copd else _clipped(rng, 97.3, 0.6, 96, 98),
        sbp=max(dbp + 32.0, min(158.0, _clipped(rng, 119, 10, 104, 142) + older * 0.7)),
        dbp=dbp,
        temp=_clipped(rng, 36.7, 0.2, 36.2, 37.2),
        etco2=_clipped(rng, 46 if copd else 38, 2, 34, 52),
        pi=_clipped(rng, 2.6, 0.7, 1.5, 4.0),
        glucose=_clipped(rng, 5.5, 0.6, 4.2, 7.5),
    )


def _bouts(rng: np.random.Generator, age: int) -> tuple[tuple[float, float, float], ...]:
    """Draw when a patient is on their feet (*heuristic*): less often, and less hard, when old."""
    count = int(rng.integers(2, 5) if age > OLD else rng.integers(4, 9))
    hours = np.sort(rng.uniform(7.5, 21.0, count))
    hard = 0.15 if age > OLD else 0.2
    return tuple((float(h), float(rng.uniform(2, 6)), float(rng.uniform(0.05, hard))) for h in hours)


def _skin(drawn: float) -> Skin:
    """Return the skin that ``drawn``, from 0 to 1, gives somebody."""
    if drawn < DARK:
        return "dark"
    return "brown" if drawn < DARK + BROWN else "light"


def generate(rng: np.random.Generator, *, well: bool = False) -> Person:
    """Draw an adult ward patient from ``rng``; who is to be ``well`` lives with no condition."""
    age = int(np.clip(rng.normal(63, 15), 19, 94))
    sex: Sex = "F" if rng.random() < WOMEN else "M"
    height = _clipped(rng, 163 if sex == "F" else 176, 7, 145, 200)
    weight = round(float(np.clip(rng.normal(27, 4.5), 18, 42)) * (height / 100) ** 2, 1)
    copd, beta_blocked = bool(rng.random() < LUNG_DISEASE), bool(rng.random() < BETA_BLOCKED)
    copd, beta_blocked = copd and not well, beta_blocked and not well
    surname = SURNAMES[rng.integers(len(SURNAMES))]
    first = FIRST_NAMES[sex][rng.integers(len(FIRST_NAMES[sex]))]
    conditions = (*(("copd",) if copd else ()), *(("beta-blocker",) if beta_blocked else ()))
    # Of its own chance, so that those drawn before conditions were stay who they are.
    apart = rng.spawn(1)[0]
    luck = apart.random(len(CONDITIONS)).tolist()
    history = (*(("COPD",) if copd else ()), *(("hypertension",) if beta_blocked or age > OLD else ()))
    person = Person(
        age=age,
        sex=sex,
        weight_kg=weight,
        height_cm=height,
        baseline=_baseline(rng, age, copd=copd, beta_blocked=beta_blocked),
        scale=2 if copd else 1,
        name=f"{surname} {first[0]}",
        full=f"{first} {surname}",
        reason=REASONS[rng.integers(len(REASONS))],
        history=history,
        drugs=("bisoprolol",) if beta_blocked else (),
        # Falls with age: Task Force 1996 and Nunan 2010 give 50 ± 16 ms in mid-life; slope heuristic.
        sdnn_ms=_clipped(rng, 50 - 0.4 * (age - 45), 10, 15, 90),
        baroreflex_bpm_mmhg=0.4 if beta_blocked else 1.5,
        reflex_most_bpm=BLOCKED_BPM if beta_blocked else inf,
        heart_response=0.5 if beta_blocked else 1.0,
        conditions=conditions,
        asleep=(float(apart.uniform(22, 23.5)), float(apart.uniform(6, 7))),
        bouts=_bouts(apart, age),
        skin=_skin(float(apart.random())),
    )
    if well:
        return replace(person, history=())
    return with_conditions(person, *by_chance(age, woman=sex == "F", luck=luck))


def distinct(people: list[Person]) -> list[Person]:
    """Return the same people with surnames that tell them apart on one ward."""
    taken: set[str] = set()
    spare = iter(SURNAMES)
    out = []
    for person in people:
        surname = person.name.split()[0] if person.name else ""
        while surname in taken:
            surname = next((s for s in spare if s not in taken), surname + "-Ruiz")
        taken.add(surname)
        first = person.full.split()[0] if person.full else ""
        out.append(replace(person, name=f"{surname} {first[:1]}", full=f"{first} {surname}"))
    return out
