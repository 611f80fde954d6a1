"""One dipole makes every lead: the loops of each kind of beat, a person's own, and what bends them.

A beat is a sum of Gaussians in time, each along a vector x, y, z (axes of ``leads``) in mV of dipole.
Times are seconds from the R peak at 60 /min. Vectors and widths are *heuristic*, set to the intervals of
the clinical reference 8.1 and to the leads' textbook shapes: R grows from V1 to V5, septal q in I and V6,
rSR′ in V1 for right bundle branch block, a notched R in I and V6 for left, and so on.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from devices.arrays import Floats
from devices.signals import kinds as k

Vector = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Bump:
    """One wave of the dipole: its peak's time (s), rise and fall (s, standard deviations) and vector (mV)."""

    at_s: float
    rise_s: float
    fall_s: float
    mv: Vector

    def times(self, factor: float) -> "Bump":
        """Return it ``factor`` as high."""
        x, y, z = self.mv
        return replace(self, mv=(factor * x, factor * y, factor * z))

    def moved(self, later_s: float) -> "Bump":
        """Return it ``later_s`` later."""
        return replace(self, at_s=self.at_s + later_s)


Bumps = tuple[Bump, ...]


@dataclass(frozen=True, slots=True)
class Loops:
    """The waves of a kind of beat, and how far from R its QRS reaches (s)."""

    p: Bumps
    qrs: Bumps
    t: Bumps
    q_s: float = 0.045
    j_s: float = 0.050


_ASIDE: Final = 0.36
"""How wide the loop of a ventricular beat opens, by its length."""


def _against(bump: Bump, share: float, at_s: float = 0.27) -> Bumps:
    """Return ST and T of a ventricular beat: broad, ``share`` of its QRS and against it."""
    return (
        Bump(0.150, 0.040, 0.060, bump.times(-0.35 * share).mv),
        Bump(at_s, 0.26 * at_s, 0.17 * at_s, bump.times(-share).mv),
    )


def _aside(broad: Bump) -> Bumps:
    """Return how a ventricle's loop opens: first to the left, and square to both at its end.

    Else it would be a line, and a lead across it level where patients' leads show rS or qR.
    """
    x, y, z = broad.mv
    left = np.array([abs(z), 0.0, -x if z > 0.0 else x])
    left *= float(np.linalg.norm(broad.mv) / np.linalg.norm(left))
    end = np.cross(left, [x, y, z]) / float(np.linalg.norm(broad.mv))
    first, last = (tuple(float(v) for v in _ASIDE * side) for side in (left, end))
    return (
        Bump(-0.55 * broad.rise_s, 0.55 * broad.rise_s, 0.5 * broad.fall_s, (first[0], first[1], first[2])),
        Bump(broad.fall_s, 0.7 * broad.rise_s, 0.7 * broad.fall_s, (last[0], last[1], last[2])),
    )


def _ventricular(
    mv: Vector, rise_s: float, fall_s: float, share: float = 0.32, t_at_s: float = 0.27
) -> Loops:
    """Return a beat from a ventricle: a broad loop that is long along ``mv``, and the T wave against it."""
    broad = Bump(0.004, rise_s, fall_s, mv)
    peak = Bump(-0.004, 0.45 * rise_s, 0.5 * fall_s, broad.times(0.50).mv)
    late = Bump(1.6 * fall_s, 0.45 * fall_s, 0.7 * fall_s, broad.times(0.28).mv)
    reach = 2.4 * max(rise_s, fall_s)
    return Loops(
        (),
        (broad.times(0.62), peak, late, *_aside(broad)),
        _against(broad, share, t_at_s),
        min(2.3 * rise_s, 0.2),
        min(reach + 0.02, 0.24),
    )


_P: Final = (
    Bump(-0.158, 0.018, 0.018, (0.042, 0.063, -0.062)),  # right atrium, forward
    Bump(-0.132, 0.016, 0.018, (0.094, 0.047, 0.012)),  # left atrium, to the left: V1 goes up, then down
)
SEPTAL: Final = Bump(-0.024, 0.006, 0.006, (-0.08, -0.09, -0.25))
MAIN: Final = Bump(0.0, 0.0098, 0.0098, (1.15, 1.06, 0.17))
_POSTERIOR: Final = Bump(0.013, 0.010, 0.010, (0.25, 0.02, 0.70))
LAST: Final = Bump(0.027, 0.0075, 0.008, (-0.15, -0.12, 0.30))
_QRS: Final = (SEPTAL, MAIN, _POSTERIOR, LAST)
_T_MV: Final = (0.30, 0.21, -0.15)
_T: Final = (
    Bump(0.150, 0.080, 0.060, (0.018, 0.0126, -0.009)),  # the ST segment's gentle slope
    Bump(0.256, 0.052, 0.034, _T_MV),
)
U: Final = Bump(0.420, 0.030, 0.035, (0.04, 0.04, -0.03))
"""Of a slow heart, a sixth of its T wave (teaching default; ``conditions`` says from which rate on)."""
_OFF_TWIST: Final = 0.32
_TWIST_A, _TWIST_B = np.array([0.2, 1.05, -0.15]), np.array([0.75, -0.1, 0.75])


def _twist(step: int) -> Loops:
    angle = 2.0 * np.pi * step / k.TWISTS
    x, y, z = (float(v) for v in np.cos(angle) * _TWIST_A + np.sin(angle) * _TWIST_B)
    loops = _ventricular((1.3 * x, 1.3 * y, 1.3 * z), 0.028, 0.036, 0.45, 0.215)
    x, y, z = (float(_OFF_TWIST * v) for v in np.cos(angle) * _TWIST_B - np.sin(angle) * _TWIST_A)
    off = Bump(0.035, 0.026, 0.030, (x, y, z))  # so that no lead is level where it sees the twist end on
    return replace(loops, qrs=(*loops.qrs[:3], off))


_DELTA: Final = (  # two waves, so that the slur rises evenly until R takes over
    Bump(-0.046, 0.013, 0.018, (0.16, 0.14, 0.02)),
    Bump(-0.024, 0.016, 0.012, (0.36, 0.33, 0.05)),
)
_APEX: Final = (
    Bump(-0.004, 0.028, 0.030, (0.30, -0.85, 0.95)),  # from the right ventricle's apex: up, left and back
    Bump(0.050, 0.020, 0.026, (0.25, -0.15, 0.35)),
)
_BLOCKED_RIGHT: Final = (  # the right ventricle comes late, and draws S of V1 up before its R′
    *_QRS[:2],
    _POSTERIOR.times(0.45),
    Bump(0.055, 0.017, 0.025, (-0.50, -0.05, -0.64)),
)
_BLOCKED_RIGHT_T: Final = (_T[0], Bump(0.262, 0.052, 0.034, (0.30, 0.21, 0.12)))
LOOPS: Final[dict[int, Loops]] = {
    k.SINUS: Loops(_P, _QRS, _T),
    k.NARROW: Loops((), _QRS, _T),
    k.BRADY: Loops(  # the vagus: J stands high, and T is tall
        _P,
        _QRS,
        (Bump(0.068, 0.016, 0.045, (0.06, 0.07, -0.02)), _T[0], _T[1].times(1.25), U),
    ),
    k.TACHY: Loops(
        tuple(b.times(1.35).moved(0.02) for b in _P),
        _QRS,
        (Bump(0.060, 0.020, 0.050, (-0.05, -0.05, 0.0)), _T[1].moved(-0.01)),
    ),
    k.RAPID: Loops(
        (),
        _QRS,
        (Bump(0.080, 0.025, 0.050, (-0.11, -0.10, 0.02)), _T[1].times(0.8)),
    ),
    k.SAGGING: Loops(  # ST sinks evenly, T is low and early: the reversed tick
        (),
        _QRS,
        (Bump(0.150, 0.055, 0.035, (-0.15, -0.14, 0.03)), _T[1].times(0.40).moved(-0.012)),
    ),
    k.LBBB: Loops(
        tuple(b.moved(-0.02) for b in _P),
        (
            Bump(-0.010, 0.016, 0.022, (0.75, 0.62, 0.44)),
            Bump(0.045, 0.020, 0.022, (0.82, 0.44, 1.20)),  # ever further back: V3 is deep too
        ),
        (
            Bump(0.140, 0.040, 0.060, (-0.10, -0.05, -0.16)),
            Bump(0.270, 0.060, 0.040, (-0.30, -0.12, -0.42)),
        ),
        0.055,
        0.110,
    ),
    k.RBBB: Loops(_P, _BLOCKED_RIGHT, _BLOCKED_RIGHT_T, 0.045, 0.112),
    k.NARROW_RBBB: Loops((), _BLOCKED_RIGHT, _BLOCKED_RIGHT_T, 0.045, 0.112),
    k.WPW: Loops(
        tuple(b.moved(0.045) for b in _P),
        (*_DELTA, *_QRS[1:]),
        (_T[0].times(-2.0), Bump(0.260, 0.052, 0.034, (0.10, 0.08, -0.10))),
        0.085,
        0.050,
    ),
    k.RETROGRADE: Loops((), _QRS, (Bump(0.105, 0.014, 0.014, (-0.02, -0.14, -0.06)), *_T)),
    k.HIGH_RETROGRADE: Loops((Bump(-0.105, 0.016, 0.016, (-0.02, -0.15, -0.06)),), _QRS, _T),
    k.REENTRY: Loops(
        (),
        (*_QRS, Bump(0.052, 0.010, 0.012, (-0.02, -0.16, -0.12))),  # pseudo-S in II, pseudo-r′ in V1
        (Bump(0.110, 0.030, 0.050, (-0.06, -0.06, 0.0)), _T[1].times(0.8)),
        0.045,
        0.066,
    ),
    k.WIDE: _ventricular((0.45, 1.15, 0.85), 0.030, 0.037),
    k.WIDE_LEFT: _ventricular((-0.45, -1.0, -0.65), 0.032, 0.036),
    k.WIDE_BASE: _ventricular((0.55, 0.75, -0.95), 0.027, 0.042),
    k.VT: _ventricular((-0.75, 0.85, -0.80), 0.033, 0.038),
    k.VT_FAST: _ventricular((0.60, -0.95, 0.70), 0.032, 0.036, 0.45, 0.205),
    k.SLOW: _ventricular((0.10, -0.85, -0.75), 0.035, 0.042, 0.22),
    k.ACCELERATED: _ventricular((0.80, 0.70, 0.50), 0.028, 0.033),
    k.AGONAL: _ventricular((0.10, 0.42, 0.25), 0.085, 0.098, 0.25),
    k.PACED: Loops((), (*_APEX, *_aside(_APEX[0])), _against(_APEX[0], 0.38), 0.070, 0.115),
    k.COMPRESSION: Loops(
        (),
        (Bump(0.0, 0.080, 0.070, (0.2, 0.8, 0.5)), Bump(0.190, 0.060, 0.060, (-0.1, -0.4, -0.2))),
        (),
        0.20,
        0.24,
    ),
    **{k.TWIST + i: _twist(i) for i in range(k.TWISTS)},
}


def _fused(one: Loops, other: Loops) -> Loops:
    """Return a beat of which each half of the ventricles is excited by one of two."""
    qrs, t = (tuple(b.times(0.5) for b in waves) for waves in (one.qrs + other.qrs, one.t + other.t))
    return Loops((), qrs, t, max(one.q_s, other.q_s), max(one.j_s, other.j_s))


LOOPS[k.FUSION] = _fused(LOOPS[k.NARROW], LOOPS[k.ACCELERATED])
LOOPS[k.VT_FUSION] = _fused(LOOPS[k.NARROW], LOOPS[k.VT])


@dataclass(frozen=True, slots=True)
class Look:
    """How a person's waves differ: heights as factors, and the QRS axis turned (radians, clockwise)."""

    p: float = 1.0
    q: float = 1.0
    r: float = 1.0
    s: float = 1.0
    t: float = 1.0
    turn: float = 0.0


LOWEST: Final = (0.6, 0.6, 0.75, 0.6, 0.6)
HIGHEST: Final = (1.5, 1.5, 1.5, 1.5, 1.3)
"""Bounds of P, Q, R, S and T as factors (*heuristic*)."""


def draw(rng: np.random.Generator) -> Look:
    """Draw a person's own: axis about +60°, from +35° to +80° (normal is −30° to +90°)."""
    factor = np.clip(np.exp(rng.normal(0, [0.15, 0.3, 0.14, 0.3, 0.18])), LOWEST, HIGHEST)
    turn = float(np.clip(rng.normal(-6.0, 12.0), -28.0, 16.0))
    p, q, r, s, t = (float(f) for f in factor)
    return Look(p, q, r, s, 0.5 * t * (1.0 + r), float(np.radians(turn)))  # high QRS, high T


def turned(bump: Bump, angle: float) -> Bump:
    """Return ``bump`` turned by ``angle`` (radians) in the frontal plane, towards the feet."""
    x, y, z = bump.mv
    cos, sin = float(np.cos(angle)), float(np.sin(angle))
    return replace(bump, mv=(cos * x - sin * y, sin * x + cos * y, z))


WAVES: Final[dict[int, Bumps]] = {
    k.P_SINUS: tuple(b.moved(0.145) for b in _P),
    k.P_ECTOPIC: (
        Bump(-0.012, 0.014, 0.016, (-0.03, 0.09, 0.06)),
        Bump(0.016, 0.014, 0.014, (0.03, 0.05, -0.05)),
    ),
    k.P_RETROGRADE: (Bump(0.0, 0.016, 0.016, (-0.02, -0.13, -0.06)),),
    k.P_PACED: (Bump(-0.005, 0.022, 0.026, (0.10, 0.09, -0.01)),),
    k.F_WAVE: (
        Bump(-0.012, 0.055, 0.014, (-0.02, -0.21, 0.0)),  # a saw: slow down, quickly up again in II
        Bump(0.022, 0.012, 0.045, (0.0, 0.07, 0.0)),
        Bump(0.025, 0.016, 0.035, (-0.10, 0.0, -0.075)),  # and a wave upward in V1, down in V6
    ),
}  # fmt: skip
ATRIAL_S: Final = 0.14
"""An atrial wave reaches so far from its middle."""


def trace(bumps: Bumps, times_s: Floats) -> Floats:
    """Return the dipole at ``times_s`` ``[n]``, ``[3, n]`` mV."""
    out = np.zeros((3, times_s.size))
    for b in bumps:
        away = times_s - b.at_s
        shape = np.exp(-0.5 * (away / np.where(away < 0.0, b.rise_s, b.fall_s)) ** 2)
        out += np.array(b.mv)[:, None] * shape
    return out
