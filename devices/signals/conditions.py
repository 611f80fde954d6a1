"""What bends a patient's ECG: injury by territory and age, potassium, cold, a long QT, a thick ventricle.

And how slow the heart is: from about 60 /min down a U wave follows T.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from devices.signals import kinds as k
from devices.signals.dipole import (
    LAST,
    LOOPS,
    MAIN,
    SEPTAL,
    WAVES,
    Bump,
    Bumps,
    Look,
    Loops,
    U,
    Vector,
    turned,
)

TERRITORIES: Final[dict[str, Vector]] = {
    "anterior": (0.22, -0.13, -0.63),
    "inferior": (-0.19, 0.75, 0.19),
    "lateral": (0.95, -0.32, 0.44),
    "posterior": (0.00, 0.08, 0.72),
    "subendocardial": (-0.85, -0.70, 0.00),
    "right-ventricular": (-0.57, 0.57, -0.12),
    "pericarditis": (0.69, 0.40, -0.19),
    "brugada": (-0.35, 0.00, -0.73),
}
"""Along what the injury current of each territory points: 1 mV in its worst lead. Anterior raises V1 to V4,
inferior II, III and aVF (with aVL down), lateral I, aVL, V5 and V6; posterior lowers V1 to V3, and
subendocardial ischaemia all but aVR. An infarct below that takes the right ventricle raises V1 too, and III
more than II. Pericarditis raises nearly all, Brugada's pattern V1 and V2. *Heuristic* directions."""
NO_INFARCTS: Final = frozenset({"pericarditis", "brugada"})
"""What has no hours to go through."""
_Shape = tuple[tuple[float, float, float, float], ...]
_INJURY: Final[_Shape] = ((0.080, 0.022, 0.050, 0.65), (0.170, 0.060, 0.050, 0.75))
"""Plateau from J into T that is 1 at J + 60 ms: (s, rise s, fall s, share)."""
_SHAPES: Final[dict[str, _Shape]] = {
    "pericarditis": ((0.080, 0.028, 0.060, 0.55), (0.195, 0.060, 0.045, 1.05)),  # rising: concave
    "brugada": ((0.058, 0.013, 0.060, 1.10), (0.255, 0.075, 0.050, -1.20)),  # coved, into a T turned over
}
_PR_SAGS: Final = 0.35
"""By what share of ST pericarditis lowers the PR segment, the other way round."""
NORMAL_K, NORMAL_C = 4.2, 37.0
SLOW, SLOWER = 0.97, 1.12
"""√RR (√s) from which a U wave is seen, and at which it is in full: 64 and 48 /min (*heuristic*)."""
U_SHARE: Final = 0.6
FULL_MV: Final = 0.3
"""An infarct that raises ST by so much leaves whole Q waves and a T wave turned over."""
_STAGES_H: Final = (0.0, 0.08, 0.25, 0.75, 2.0, 4.0, 8.0, 12.0, 24.0, 48.0, 72.0)
_STAGES: Final = {
    "tall": (0.2, 0.9, 1.0, 0.6, 0.1, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    "st": (0.05, 0.4, 0.8, 1.0, 1.0, 0.85, 0.6, 0.45, 0.25, 0.15, 0.1),
    "q": (0.0, 0.0, 0.0, 0.0, 0.25, 0.5, 0.85, 1.0, 1.0, 1.0, 1.0),
    "turned": (0.0, 0.0, 0.0, 0.0, 0.0, 0.2, 0.5, 0.7, 1.0, 1.0, 1.0),
}
"""An infarct that nobody opens, by hours since it began, as shares: T tall and broad in minutes, ST within
the first hour, Q from 2 h on, T over from 4 h on while ST comes down. The order is every textbook's; the
hours are *heuristic* (clinical reference 7.10: ST + 1 mm at once, + 3 mm at 10 min)."""


@dataclass(frozen=True, slots=True)
class Infarct:
    """What there is of an infarct in its territory: ST (mV), and shares of tall T, Q, and T turned over."""

    st_mv: float = 0.0
    tall: float = 0.0
    q: float = 0.0
    turned: float = 0.0

    @staticmethod
    def aged(mv: float, hours: float) -> "Infarct":
        """Return an infarct of which ST rises to ``mv`` at most, so many hours old; in steps of a 20th."""

        def share(name: str, of: float = 1.0) -> float:
            return round(20.0 * of * float(np.interp(hours, _STAGES_H, _STAGES[name]))) / 20.0

        whole = min(max(mv, 0.0) / FULL_MV, 1.5)
        return Infarct(
            round(mv * share("st"), 2), share("tall", whole), share("q", whole), share("turned", whole)
        )


@dataclass(slots=True)
class Condition:
    """What bends a patient's ECG: injury by territory (mV), potassium (mmol/L), core (°C), QT (× normal)."""

    st_mv: dict[str, float] = field(default_factory=dict)
    infarcts: dict[str, Infarct] = field(default_factory=dict)
    potassium_mmol_l: float = NORMAL_K
    core_c: float = NORMAL_C
    qt: float = 1.0
    hypertrophy: bool = False


def beat(kind: int, look: Look, condition: Condition, root: float = 1.0) -> Loops:
    """Return the waves of a ``kind`` of beat as this person in this condition has them.

    ``root`` is √RR (√s): times are those at 60 /min all the same, but a slow heart has a U wave.
    """
    loops = LOOPS[kind]
    slow = U_SHARE * float(np.clip((root - SLOW) / (SLOWER - SLOW), 0.0, 1.0))
    if slow and U not in loops.t and any(b is MAIN for b in loops.qrs):
        loops = replace(loops, t=(*loops.t, U.times(slow)))
    heights = {id(SEPTAL): look.q, id(LAST): look.s}
    qrs = tuple(turned(b.times(heights.get(id(b), look.r)), look.turn) for b in loops.qrs)
    p = tuple(turned(b.times(look.p), 0.5 * look.turn) for b in loops.p)
    t = tuple(turned(b.times(look.t), 0.5 * look.turn) for b in loops.t)
    own = replace(loops, p=p, qrs=qrs, t=t)
    supraventricular = any(b is MAIN for b in loops.qrs) or kind == k.LBBB
    return _bent(own, condition, supraventricular=supraventricular)


def wave(kind: int, look: Look, condition: Condition) -> Bumps:
    """Return an atrial wave that is drawn by itself, times from its middle."""
    atria = 1.0 if kind == k.F_WAVE else float(np.clip((7.4 - condition.potassium_mmol_l) / 1.2, 0.0, 1.0))
    return tuple(b.times(look.p * atria) for b in WAVES[kind])


def _bent(loops: Loops, c: Condition, *, supraventricular: bool) -> Loops:
    if supraventricular:
        if c.hypertrophy:
            loops = _hypertrophied(loops)
        loops = replace(loops, t=(*loops.t, *_injury(c.st_mv)))
        if (sore := c.st_mv.get("pericarditis", 0.0)) and loops.p:
            sag = Bump(-0.072, 0.024, 0.016, _along("pericarditis", -_PR_SAGS * sore))
            loops = replace(loops, p=(*loops.p, sag))
        for territory, infarct in c.infarcts.items():
            loops = _infarcted(loops, TERRITORIES[territory], infarct)
    if abs(c.potassium_mmol_l - NORMAL_K) > 0.6:  # noqa: PLR2004 -- normal is 3.5 to 5.0
        loops = _poisoned(loops, c.potassium_mmol_l)
    if c.core_c < 33.0:  # noqa: PLR2004 -- Osborn waves are seen below about 32 °C
        loops = _cooled(loops, c.core_c)
    qt = c.qt * (1.0 + 0.04 * max(35.0 - c.core_c, 0.0))  # heuristic: 4 % a degree
    if qt != 1.0:
        t = tuple(_stretched(b, loops.j_s, min(qt, 1.45)) for b in loops.t)
        loops = replace(loops, t=t)
    return loops


def _injury(st_mv: dict[str, float]) -> Iterator[Bump]:
    for territory, mv in st_mv.items():
        for at, rise, fall, share in _SHAPES.get(territory, _INJURY):
            yield Bump(at, rise, fall, _along(territory, mv * share))


def _along(territory: str, mv: float) -> Vector:
    """Return so much along a territory's injury."""
    x, y, z = TERRITORIES[territory]
    return mv * x, mv * y, mv * z


def _infarcted(loops: Loops, along: Vector, infarct: Infarct) -> Loops:
    """Return what an infarct does to a beat: T tall, ST up, then Q and T turned over (*heuristic* sizes)."""

    def wave(at: float, rise: float, fall: float, mv: float) -> Bump:
        x, y, z = along
        return Bump(at, rise, fall, (mv * x, mv * y, mv * z))

    t = [wave(at, rise, fall, infarct.st_mv * share) for at, rise, fall, share in _INJURY]
    t.append(wave(0.235, 0.070, 0.050, 0.55 * infarct.tall))
    t.append(wave(0.270, 0.055, 0.042, -0.60 * infarct.turned))
    lost = 1.0 - 0.35 * infarct.q
    qrs = [b.times(lost) if b.at_s >= 0.0 else b for b in loops.qrs]  # dead muscle adds nothing to R
    qrs.append(wave(-0.016, 0.009, 0.011, -0.45 * infarct.q))
    return replace(loops, qrs=tuple(qrs), t=(*loops.t, *t))


def _hypertrophied(loops: Loops) -> Loops:
    """Return a thick left ventricle: higher to the left and back, T against it (*heuristic*).

    The septum's first turn to the right and forward shrinks: r stays small in V1 where S is deep.
    """

    def more(b: Bump) -> Bump:
        x, y, z = b.mv
        most = 0.6 if b.at_s < 0.0 else 1.6
        return replace(b, mv=(most * x, y, most * z))

    strain = Bump(0.240, 0.060, 0.040, (-0.50, -0.22, 0.05))
    return replace(loops, qrs=tuple(more(b) for b in loops.qrs), t=(*loops.t, strain))


def _poisoned(loops: Loops, potassium: float) -> Loops:
    """Return what potassium does (reference 7.21): T first, then P and QRS, at last one sine wave.

    When it is low T is flat, ST sags, and U is high.
    """
    if potassium < NORMAL_K:
        lack = min((3.6 - potassium) / 1.4, 1.0)  # heuristic: full at 2.2 mmol/L
        flat = tuple(b.times(1.0 - 0.85 * lack) for b in loops.t)
        wave = replace(U.times(3.2 * lack), at_s=0.40)
        sag = Bump(0.110, 0.035, 0.060, (-0.10 * lack, -0.08 * lack, 0.04 * lack))
        return replace(loops, t=(*flat, sag, wave))
    tall = min(max(potassium - 5.0, 0.0) / 1.5, 1.6)
    wide = 1.0 + 0.75 * min(max(potassium - 6.3, 0.0), 2.6)  # heuristic: 7.5 is about 150 ms
    atria = float(np.clip((7.4 - potassium) / 1.2, 0.0, 1.0))
    slower = 0.02 * min(max(potassium - 6.0, 0.0), 1.5)
    peaked = tuple(_peaked(b, tall) if b.at_s > 0.2 else b for b in loops.t)  # noqa: PLR2004 -- T, not ST
    broad = tuple(
        replace(b.times(wide**-0.35), at_s=b.at_s * wide, rise_s=b.rise_s * wide, fall_s=b.fall_s * wide)
        for b in loops.qrs
    )
    sine = float(np.clip(potassium - 8.0, 0.0, 1.0))  # reference 7.21: above 8.5
    up, down = (tuple(b.times(sine) for b in waves) for waves in _SINE)
    return Loops(
        tuple(replace(b.times(atria).moved(-slower), fall_s=1.2 * b.fall_s) for b in loops.p),
        (*(b.times(1.0 - sine) for b in broad), *up),
        (*(b.moved(0.035 * (wide - 1.0)).times(1.0 - sine) for b in peaked), *down),
        min(loops.q_s * wide, 0.12) + 0.08 * sine,
        min(loops.j_s * wide, 0.17) + 0.05 * sine,
    )


_SINE: Final = (
    (Bump(0.025, 0.085, 0.095, (0.85, 0.80, 0.30)),),
    (Bump(0.300, 0.080, 0.110, (-0.75, -0.70, -0.26)),),
)
"""QRS runs into T, and both are one wave up and one down (*heuristic* sizes)."""


def _peaked(b: Bump, tall: float) -> Bump:
    """Return a T wave that is higher and narrower."""
    narrow = replace(b, rise_s=b.rise_s / (1 + 0.5 * tall), fall_s=b.fall_s / (1 + 0.25 * tall))
    return narrow.times(1.0 + 0.9 * tall)


def _cooled(loops: Loops, core_c: float) -> Loops:
    """Return a cold heart's: an Osborn wave at J that grows as it cools (*heuristic*: 0.06 mV a degree)."""
    size = 0.06 * min(33.0 - core_c, 8.0)
    at = loops.j_s + 0.012
    osborn = Bump(at, 0.009, 0.016, (0.75 * size, 0.75 * size, -0.35 * size))
    return replace(loops, qrs=(*loops.qrs, osborn), j_s=loops.j_s + 0.04)


def _stretched(b: Bump, j_s: float, factor: float) -> Bump:
    later = j_s + (b.at_s - j_s) * factor
    return replace(b, at_s=later, rise_s=b.rise_s * factor, fall_s=b.fall_s * factor)
