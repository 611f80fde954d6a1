"""Chance, one generator per (seed, bed, purpose).

So the draws of a bed depend on nothing but its own name: adding a bed, or moving it to another
process, changes no other bed.
"""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Final

import numpy as np

from devices.arrays import Floats

AHEAD: Final = 512


def generator(seed: int, bed: str, purpose: str) -> np.random.Generator:
    """Return the generator of ``bed`` for ``purpose`` in the session of ``seed``."""
    name = blake2b(f"{bed} {purpose}".encode(), digest_size=8).digest()
    return np.random.default_rng([seed, int.from_bytes(name, "little")])


def boot_id(seed: int, bed: str, device: str, reboots: int) -> str:
    """Return what a simulated device calls this start of itself: eight hexadecimal digits."""
    return blake2b(f"{seed} {bed} {device} {reboots}".encode(), digest_size=4).hexdigest()


class Draws:
    """Standard normal numbers for a whole ward, a row ``[N]`` at a time.

    Every bed draws from its own generator, ``ahead`` numbers at once, since one call per bed and
    step would cost more than all the rest.
    """

    def __init__(self, seed: int, beds: Sequence[str], purpose: str, ahead: int = AHEAD) -> None:
        self._generators = [generator(seed, bed, purpose) for bed in beds]
        self._ahead = ahead
        self._rows = np.empty((ahead, len(beds)))
        self._next = ahead

    def row(self) -> Floats:
        """Return the next number of each bed, ``[N]``."""
        first: Floats = self.rows(1)[0]
        return first

    def rows(self, count: int) -> Floats:
        """Return the next ``count`` (a divisor of ``ahead``) numbers of each bed, ``[count, N]``."""
        if self._next + count > self._ahead:
            drawn = [g.standard_normal(self._ahead) for g in self._generators]
            self._rows = np.ascontiguousarray(np.stack(drawn, axis=1))
            self._next = 0
        self._next += count
        return self._rows[self._next - count : self._next]


class Luck:
    """Standard normal numbers for single beds, now and then: a bed that draws changes no other."""

    def __init__(self, seed: int, beds: Sequence[str], purpose: str) -> None:
        self._generators = [generator(seed, bed, purpose) for bed in beds]

    def draw(self, bed: int, count: int) -> Floats:
        """Return the next ``count`` numbers of a bed."""
        return self._generators[bed].standard_normal(count)
