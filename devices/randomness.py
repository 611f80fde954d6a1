"""Chance, one generator per (seed, bed, purpose).

So the draws of a bed depend on nothing but its own name: adding a bed, or moving it to another
process, changes no other bed.
"""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Final

import numpy as np

from devices import normals
from devices.arrays import Bools, Floats, Ints

AHEAD: Final = 256
SOME: Final = 32
"""So many single numbers a bed draws at a time."""
PARTS: Final = 16
"""A table is filled in so many parts: each costs a call, and no second should cost much more than another."""


def generator(seed: int, bed: str, purpose: str) -> np.random.Generator:
    """Return the generator of ``bed`` for ``purpose`` in the session of ``seed``."""
    name = blake2b(f"{bed} {purpose}".encode(), digest_size=8).digest()
    return np.random.default_rng([seed, int.from_bytes(name, "little")])


def boot_id(seed: int, bed: str, device: str, reboots: int) -> str:
    """Return what a simulated device calls this start of itself: eight hexadecimal digits."""
    return blake2b(f"{seed} {bed} {device} {reboots}".encode(), digest_size=4).hexdigest()


class Draws:
    """Standard normal numbers for a whole ward, some of each bed at a time.

    With ``who`` ``[N]`` they are for these beds only, and the others have 0.

    Every bed draws from its own generator, ``ahead`` numbers at once, since one call per bed and
    step would cost more than all the rest. While the numbers of one table are used the next is filled, some
    beds at a time, so that no second costs much more than another.
    """

    def __init__(
        self,
        seed: int,
        beds: Sequence[str],
        purpose: str,
        ahead: int = AHEAD,
        who: Bools | None = None,
    ) -> None:
        self._places: Ints = np.arange(len(beds)) if who is None else who.nonzero()[0]
        self._states = normals.states([generator(seed, beds[i], purpose) for i in self._places.tolist()])
        self._ahead, self._n = ahead, self._places.size
        # Transposed: what a second takes of all beds lies together. A column more than beds: so the table
        # of one bed is laid out as others are, and needs no machine code of its own.
        self._table, self._coming = (np.zeros((ahead, len(beds) + 1)).T[:-1] for _ in range(2))
        self._next = ahead
        self._drawn, self._together = 0, max(self._n // PARTS, 1)
        """So many beds have drawn what comes, and so many draw at a time."""

    def row(self) -> Floats:
        """Return the next number of each bed, ``[N]``."""
        table, at = self.take(1)
        return table[:, at]

    def rows(self, count: int) -> Floats:
        """Return the next ``count`` (a divisor of ``ahead``) numbers of each bed, ``[count, N]``.

        They stay until ``ahead`` more have been drawn.
        """
        table, at = self.take(count)
        return table[:, at : at + count].T

    def take(self, count: int) -> tuple[Floats, int]:
        """Return a table ``[N, ahead]`` and where in it the next ``count`` numbers of each bed begin."""
        first = self._next
        if first + count > self._ahead:
            self._draw(self._n)
            self._table, self._coming = self._coming, self._table
            first, self._drawn = 0, 0
        elif (due := self._n * first // self._ahead) >= self._drawn + self._together:
            self._draw(due)
        self._next = first + count
        return self._table, first

    def _draw(self, beds: int) -> None:
        """Let beds draw what comes, until so many have."""
        normals.draw(self._states, self._coming, self._places, self._drawn, beds)
        self._drawn = max(beds, self._drawn)


class Luck:
    """Standard normal numbers for single beds, now and then: a bed that draws changes no other."""

    def __init__(self, seed: int, beds: Sequence[str], purpose: str) -> None:
        self._generators = [generator(seed, bed, purpose) for bed in beds]
        self._coming: list[list[float]] = [[] for _ in beds]
        """Each bed's next numbers, the next last: one by one they would cost several times as much."""

    def one(self, bed: int) -> float:
        """Return the next number of a bed."""
        coming = self._coming[bed]
        if not coming:
            coming += self._generators[bed].standard_normal(SOME)[::-1].tolist()
        return coming.pop()

    def draw(self, bed: int, count: int) -> Floats:
        """Return the next ``count`` numbers of a bed."""
        return np.array([self.one(bed) for _ in range(count)])
