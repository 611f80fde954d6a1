"""A bed's script, compiled: curves of what the body is driven to, and what happens when.

Whatever starts later takes a vital sign over from what had it before, and begins at the value it
finds there. An illness begun from other values than its table's lets the difference fade until its end.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import isnan
from typing import Final

from scenarios.cast import Patient
from scenarios.curves import OWN, Cubic, Curve, Piece, linear, smooth
from scenarios.model import Phase, Trend
from scenarios.trajectories import Trajectory, trajectories

RELEASE_S: Final = 60.0
"""For how long a body is led back to its own when a phase ends (*heuristic*).

Temperature and glucose, which follow more slowly, are then half there, and go on as a body does by itself."""
DIASTOLIC_SHARE: Final = 0.55
"""How much of a scripted change of systolic pressure the diastolic follows (*heuristic*)."""


@dataclass(frozen=True, slots=True)
class Claim:
    """From ``at_ms`` on, somebody drives vital signs; ``rank`` orders claims of the same moment."""

    at_ms: int
    rank: int
    phase: int | None
    trend: Trend | None = None
    release: bool = False


@dataclass(slots=True)
class Drawing:
    """The curves of one bed as they are being drawn, and which phase drew last on each."""

    patient: Patient
    curves: dict[str, Curve] = field(default_factory=dict)
    owner: dict[str, int | None] = field(default_factory=dict)

    def value(self, sign: str, t_s: float) -> float:
        """Return where ``sign`` stands at ``t_s``: scripted, or the person's usual value."""
        now = self.curves[sign].at(t_s) if sign in self.curves else OWN[0]
        return self.patient.own(sign) if isnan(now) else now

    def scripted(self, sign: str, t_s: float) -> bool:
        """Say whether a script has ``sign`` at ``t_s``."""
        return sign in self.curves and not isnan(self.curves[sign].at(t_s))

    def draw(self, sign: str, pieces: Sequence[Piece], phase: int | None) -> None:
        """Let ``phase`` take ``sign`` over."""
        self.curves.setdefault(sign, Curve()).draw(pieces)
        self.owner[sign] = phase


def curves_of(patient: Patient) -> dict[str, Curve]:
    """Return the curve of every vital sign that the bed's script touches."""
    drawing = Drawing(patient)
    for claim in sorted(claims(patient), key=lambda c: (c.at_ms, c.rank)):
        _draw(drawing, claim)
    if "sbp" in drawing.curves and "dbp" not in drawing.curves:
        drawing.curves["dbp"] = _following(drawing)
    return drawing.curves


def claims(patient: Patient) -> Iterator[Claim]:
    """Return everything that drives a vital sign, in no order."""
    for i, phase in enumerate(patient.script.phases):
        yield Claim(phase.at, 1, i)
        for trend in phase.trends:
            yield Claim(phase.at + round(trend.at / phase.tempo), 2, i, trend)
        if phase.lasts is not None:
            yield Claim(phase.at + phase.lasts, 0, i, release=True)
    for trend in patient.script.trends:
        yield Claim(trend.at, 3, None, trend)


def _draw(drawing: Drawing, claim: Claim) -> None:
    start_s = claim.at_ms / 1000
    phase = None if claim.phase is None else drawing.patient.script.phases[claim.phase]
    if claim.trend is not None:
        pieces = _trend(drawing, claim.trend, start_s, phase.tempo if phase else 1.0)
        drawing.draw(claim.trend.sign, pieces, claim.phase)
    elif claim.release:
        for sign in [s for s, who in drawing.owner.items() if who == claim.phase]:
            drawing.draw(sign, _release(drawing, sign, start_s, RELEASE_S), None)
    elif phase is not None and phase.trajectory is not None:
        _play(drawing, claim, phase, trajectories()[phase.trajectory])


def _trend(drawing: Drawing, trend: Trend, start_s: float, tempo: float) -> list[Piece]:
    before = drawing.value(trend.sign, start_s)
    over_s = trend.over / 1000 / tempo
    if trend.by is None and trend.to is None:
        return _release(drawing, trend.sign, start_s, over_s)
    after = before + trend.by if trend.by is not None else trend.to
    if after is None:
        return []
    if trend.shape == "hold":
        return [(start_s, _still(before)), (start_s + over_s, _still(after))]
    return (linear if trend.shape == "linear" else smooth)(start_s, over_s, before, after)


def _release(drawing: Drawing, sign: str, start_s: float, over_s: float) -> list[Piece]:
    if not drawing.scripted(sign, start_s):
        return []
    ramp = smooth(start_s, over_s, drawing.value(sign, start_s), drawing.patient.own(sign))
    return [*ramp[:-1], (start_s + over_s, OWN)]


def _still(value: float) -> Cubic:
    return (value, 0.0, 0.0, 0.0)


def cut_s(phase: Phase, table: Trajectory) -> tuple[float, float]:
    """Return from where to where of its table a phase plays, in seconds of the table."""
    return phase.start / 1000, table.length_s if phase.to is None else phase.to / 1000


def _play(drawing: Drawing, claim: Claim, phase: Phase, table: Trajectory) -> None:
    start_s = claim.at_ms / 1000
    first_s, last_s = cut_s(phase, table)
    for sign, knots in table.knots.items():
        own = drawing.scripted(sign, start_s)
        before = drawing.value(sign, start_s)
        pieces = [_in_session(p, first_s, start_s, phase.tempo) for p in knots.cut(first_s, last_s)]
        end_s = start_s + (last_s - first_s) / phase.tempo
        if table.offset:
            pieces = [(t, _raised(c, before)) for t, c in pieces]
            over = knots.at(last_s) == 0 and not own
            pieces.append((end_s, OWN if over else _still(before + knots.at(last_s))))
        else:
            pieces = _faded(pieces, before - knots.at(first_s), start_s, end_s)
            pieces.append((end_s, _still(knots.at(last_s))))
        drawing.draw(sign, pieces, claim.phase)


def _in_session(piece: Piece, first_s: float, start_s: float, tempo: float) -> Piece:
    t_s, (c0, c1, c2, c3) = piece
    return start_s + (t_s - first_s) / tempo, (c0, c1 * tempo, c2 * tempo**2, c3 * tempo**3)


def _raised(cubic: Cubic, by: float) -> Cubic:
    return (cubic[0] + by, *cubic[1:])


def _faded(pieces: list[Piece], gap: float, start_s: float, end_s: float) -> list[Piece]:
    """Add ``gap`` at the start, falling to nothing at the end."""
    slope = gap / (end_s - start_s)
    return [(t, (c0 + gap - slope * (t - start_s), c1 - slope, c2, c3)) for t, (c0, c1, c2, c3) in pieces]


def _following(drawing: Drawing) -> Curve:
    """Return a diastolic pressure that goes with a scripted systolic one."""
    own_sbp, own_dbp = drawing.patient.own("sbp"), drawing.patient.own("dbp")
    share = DIASTOLIC_SHARE
    curve = Curve()
    curve.pieces = [
        (t, (own_dbp + share * (c[0] - own_sbp), share * c[1], share * c[2], share * c[3]))
        for t, c in drawing.curves["sbp"].pieces
    ]
    return curve
