"""Curves over time in pieces of a cubic, for thousands of scripted quantities at once.

A piece is ``(start_s, (c0, c1, c2, c3))``: from ``start_s`` until the next piece begins the value is
c0 + c1·u + c2·u² + c3·u³ with u = t − start_s. A piece of NaN means that nobody scripts the quantity
there: it is the body's own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Cubic = tuple[float, float, float, float]
Piece = tuple[float, Cubic]

STEP: Final = 1e-6
"""A curve that leaps by more than this goes nowhere by it."""
OWN: Final[Cubic] = (nan, 0.0, 0.0, 0.0)


def pchip(x: Floats, y: Floats) -> Floats:
    """Return the cubics ``[n − 1, 4]`` of the monotone interpolant through ``n`` ≥ 2 knots.

    Fritsch and Butland, SIAM J Sci Stat Comput 1984;5:300: no overshoot between knots, flat where
    the knots turn. ``x`` must increase.
    """
    h = np.diff(x)
    slope = np.diff(y) / h
    d = _tangents(h, slope)
    c2 = (3 * slope - 2 * d[:-1] - d[1:]) / h
    c3 = (d[:-1] + d[1:] - 2 * slope) / h**2
    return np.column_stack([y[:-1], d[:-1], c2, c3])


def _tangents(h: Floats, slope: Floats) -> Floats:
    if len(h) == 1:
        return np.array([slope[0], slope[0]])
    before, after = slope[:-1], slope[1:]
    w1, w2 = 2 * h[1:] + h[:-1], h[1:] + 2 * h[:-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        inner = np.where(before * after > 0, (w1 + w2) / (w1 / before + w2 / after), 0.0)
    first = _end(h[0], h[1], slope[0], slope[1])
    last = _end(h[-1], h[-2], slope[-1], slope[-2])
    return np.concatenate([[first], inner, [last]])


def _end(h0: float, h1: float, slope0: float, slope1: float) -> float:
    d = ((2 * h0 + h1) * slope0 - h0 * slope1) / (h0 + h1)
    if d * slope0 <= 0:
        return 0.0
    if slope0 * slope1 < 0 and abs(d) > 3 * abs(slope0):
        return 3 * slope0
    return float(d)


def value_of(cubic: Cubic, u: float) -> float:
    """Return a cubic's value ``u`` seconds after its start."""
    c0, c1, c2, c3 = cubic
    return c0 + u * (c1 + u * (c2 + u * c3))


def moved(cubic: Cubic, u: float) -> Cubic:
    """Return the same cubic seen from ``u`` seconds later."""
    _, c1, c2, c3 = cubic
    return (value_of(cubic, u), c1 + 2 * c2 * u + 3 * c3 * u * u, c2 + 3 * c3 * u, c3)


class Curve:
    """One quantity's pieces in the order of time; what is drawn later replaces what it overlaps."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []

    def at(self, t_s: float) -> float:
        """Return the value at ``t_s``; NaN where nobody scripts it."""
        start_s, cubic = next((p for p in reversed(self.pieces) if p[0] <= t_s), (0.0, OWN))
        return value_of(cubic, t_s - start_s)

    def draw(self, pieces: Sequence[Piece]) -> None:
        """Replace everything from the first of ``pieces`` on."""
        if pieces:
            self.pieces = [p for p in self.pieces if p[0] < pieces[0][0]] + list(pieces)


def linear(start_s: float, over_s: float, before: float, after: float) -> list[Piece]:
    """Return a straight ramp, held afterwards; a step if ``over_s`` is 0."""
    hold: Piece = (start_s + over_s, (after, 0.0, 0.0, 0.0))
    return [(start_s, (before, (after - before) / over_s, 0.0, 0.0)), hold] if over_s > 0 else [hold]


def smooth(start_s: float, over_s: float, before: float, after: float) -> list[Piece]:
    """Return a ramp that starts and ends without a kink, held afterwards."""
    if over_s <= 0:
        return linear(start_s, 0.0, before, after)
    rise = after - before
    bend: Cubic = (before, 0.0, 3 * rise / over_s**2, -2 * rise / over_s**3)
    return [(start_s, bend), (start_s + over_s, (after, 0.0, 0.0, 0.0))]


@dataclass(frozen=True)
class Curves:
    """Many curves, evaluated together: starts ``[M, K]`` padded with infinity, cubics ``[M, K, 4]``."""

    starts_s: Floats
    cubics: Floats

    @classmethod
    def of(cls, curves: Sequence[Curve]) -> "Curves":
        """Lay ``curves`` side by side."""
        longest = max((len(c.pieces) for c in curves), default=0) + 1
        starts = np.full((len(curves), longest), np.inf)
        cubics = np.zeros((len(curves), longest, 4))
        starts[:, 0], cubics[:, 0, 0] = -np.inf, nan
        for i, curve in enumerate(curves):
            for k, (start_s, cubic) in enumerate(curve.pieces, 1):
                starts[i, k], cubics[i, k] = start_s, cubic
        return cls(starts, cubics)

    def at(self, t_s: float) -> Floats:
        """Return every curve's value at ``t_s`` as ``[M]``."""
        value, _ = self._read((self.starts_s <= t_s).sum(axis=1) - 1, t_s)
        return value

    def ahead(self, t_s: float, by_s: Floats) -> Floats:
        """Return where each curve would be ``by_s`` after ``t_s``, going on as it came; no step leads on."""
        value = self.at(t_s)
        came, slope = self._read(np.maximum((self.starts_s < t_s).sum(axis=1) - 1, 0), t_s)
        return np.asarray(value + np.where(np.abs(came - value) < STEP, by_s * slope, 0.0))

    def _read(self, piece: Ints, t_s: float) -> tuple[Floats, Floats]:
        """Return value and slope at ``t_s`` of one piece of every curve."""
        rows = np.arange(len(self.starts_s))
        c, start_s = self.cubics[rows, piece], self.starts_s[rows, piece]
        u = np.where(np.isfinite(start_s), t_s - start_s, 0.0)
        value = c[:, 0] + u * (c[:, 1] + u * (c[:, 2] + u * c[:, 3]))
        return np.asarray(value), np.asarray(c[:, 1] + u * (2.0 * c[:, 2] + u * 3.0 * c[:, 3]))
