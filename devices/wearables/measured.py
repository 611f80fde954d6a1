"""What a device says of a metric: values, how valid they are and why; and how valid they will be."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from broker import messages as m
from devices.arrays import Bools, Floats, Ints

VALID, QUESTIONABLE, INVALID, STARTING, TOO_LOW, TOO_HIGH = range(6)
VALIDITIES: Final[tuple[m.Validity, ...]] = ("Vld", "Qst", "Inv", "Ong", "Uflw", "Oflw")
"""From ``INVALID`` on there is no value."""
WEAK: Final = "weak-signal"
Doubt = tuple[int, str | None]
"""A validity, and why."""


@dataclass(slots=True)
class Measured:
    """One metric of all beds: values, validity codes (``VALIDITIES``) and reasons, ``[N]``.

    All three are to be read only: ``spoil`` replaces what others may share.
    """

    values: Floats
    validity: Ints
    why: list[str | None]
    avg_s: float | None = None

    @classmethod
    def valid(cls, values: Floats, avg_s: float | None = None) -> "Measured":
        """Return values that are all valid."""
        validity, why = _perfect(values.size)
        return cls(values, validity, why, avg_s)

    @classmethod
    def judged(
        cls, values: Floats, doubts: Ints, reasons: Sequence[tuple[int, str | None]], avg_s: float | None
    ) -> "Measured":
        """Return values of which ``doubts`` ``[N]`` says which of ``reasons`` (validity, why) holds."""
        validity, why = np.full(doubts.size, reasons[0][0], np.int64), [reasons[0][1]] * doubts.size
        for i in doubts.nonzero()[0].tolist():  # few of many
            validity[i], why[i] = reasons[int(doubts[i])]
        return cls(values, validity, why, avg_s)

    def of(self, values: Floats) -> "Measured":
        """Return other values, as valid as these."""
        return Measured(values, self.validity, self.why, self.avg_s)

    def spoil(self, where: Bools, validity: int, why: str) -> None:
        """Mark ``where``, unless it is marked worse already."""
        if where.any():
            self._mark((where & (self.validity < validity)).nonzero()[0], validity, why)

    def mark(self, beds: Sequence[int], validity: int, why: str) -> None:
        """Mark ``beds``, unless they are marked worse already."""
        self._mark(np.array([i for i in beds if self.validity[i] < validity], np.int64), validity, why)

    def _mark(self, beds: Ints, validity: int, why: str) -> None:
        if not beds.size:
            return
        self.validity, self.why = self.validity.copy(), self.why.copy()
        self.validity[beds] = validity
        for i in beds.tolist():
            self.why[i] = why


@cache
def _perfect(n: int) -> tuple[Ints, list[str | None]]:
    """Return validity and reasons of ``n`` valid values, shared by all that are."""
    validity = np.full(n, VALID, np.int64)
    validity.flags.writeable = False
    return validity, [None] * n


class Worth:
    """How valid a metric is on ``n`` beds, by what a device doubts and where its signal is too weak."""

    def __init__(self, n: int, avg_s: float | None = None) -> None:
        self.now = Measured.valid(np.zeros(n), avg_s)
        """Values of 0, as valid as they are now."""
        self._doubts: dict[int, Doubt] = {}
        self._weak: set[int] = set()

    def doubt(self, bed: int, validity: int, why: str | None) -> None:
        """Let a bed's values be as valid as this, unless their signal is too weak."""
        self._doubts[bed] = validity, why
        self._judge(bed)

    def weaken(self, bed: int, *, weak: bool) -> None:
        """Let a bed's signal become too weak for a value, or strong enough again."""
        (self._weak.add if weak else self._weak.discard)(bed)
        self._judge(bed)

    def _judge(self, bed: int) -> None:
        """Mark a bed, in a copy: others may share what was said before."""
        now, (validity, why) = self.now, self._doubts.get(bed, (VALID, None))
        if bed in self._weak and validity < INVALID:
            validity, why = INVALID, WEAK
        if now.why[bed] != why or now.validity[bed] != validity:
            self.now = Measured(now.values, now.validity.copy(), now.why.copy(), now.avg_s)
            self.now.validity[bed], self.now.why[bed] = validity, why
