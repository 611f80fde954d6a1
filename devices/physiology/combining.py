"""How what several illnesses and treatments do to one patient comes to one number: written down once."""

from typing import Final, Literal

from devices.arrays import Floats, Ints
from devices.kernels import kernel

How = Literal["times", "plus", "joined", "greatest", "least"]
HOWS: Final[tuple[How, ...]] = ("times", "plus", "joined", "greatest", "least")
"""Ways to combine: factors, amounts, shares of the same breath or blood, and where one alone counts."""
TIMES, PLUS, JOINED, GREATEST, LEAST = range(5)


@kernel
def combined(how: int, now: float, more: float) -> float:
    """Return what a number becomes when ``more`` acts, by its way to combine (a place in ``HOWS``)."""
    if how == TIMES:
        return now * more
    if how == PLUS:
        return now + more
    if how == JOINED:
        return 1.0 - (1.0 - now) * (1.0 - more)
    return max(now, more) if how == GREATEST else min(now, more)


@kernel
def combine(row: Floats, how: int, who: Ints, amounts: Floats) -> None:
    """Let ``amounts`` act on a field's ``row`` ``[N]`` of the patients ``who``, one amount for each."""
    for j in range(who.size):
        row[int(who[j])] = combined(how, float(row[int(who[j])]), float(amounts[j]))
