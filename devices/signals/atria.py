"""Tables of atrial waves that stand alone: P waves apart from a beat, and flutter waves."""

from collections.abc import Callable
from typing import Final

import numpy as np

from devices.arrays import Floats, Ints, Raw
from devices.kernels import kernel
from devices.signals import dipole
from devices.signals.kinds import ATRIAL
from devices.signals.leads import VECTORS
from devices.signals.trace import PHASES
from vitals.catalogue import WAVEFORMS

_MV: Final = WAVEFORMS["ecg_ii"].scale
_NONE: Final = -1


@kernel
def lacking(marks: Floats, numbers: Ints) -> int:
    """Return which of the waves that are ``marks`` has no number yet, -1 if all have."""
    for i in range(len(marks)):
        key = int(marks[i, 1]) * ATRIAL + int(marks[i, 2])
        if numbers[key] < 0:
            return key
    return -1


class Atria:
    """Waves of ``n`` beds in raw steps, at ``hz`` samples a second, each made when first needed.

    ``bumps`` says how a bed's wave of a kind looks now.
    """

    def __init__(self, n: int, hz: int, bumps: Callable[[int, int], dipole.Bumps]) -> None:
        half = round(dipole.ATRIAL_S * hz)
        times = (np.arange(-half, half + 1) - np.arange(PHASES)[:, None] / PHASES) / hz
        self._times, self._bumps = times.reshape(-1), bumps
        self._number: Ints = np.full(n * ATRIAL, _NONE)
        self._places: dict[int, int] = {}
        """Where in the tables a bed's wave of a kind belongs, even if it is to be made anew."""
        self._tables: dict[str, Raw] = {}
        """Of each lead, ``[PHASES × waves, size]``."""

    def forget(self, bed: int) -> None:
        """Make a bed's waves anew when next needed."""
        self._number[bed * ATRIAL : (bed + 1) * ATRIAL] = _NONE

    def make(self, marks: Floats) -> None:
        """Make what is lacking of the waves that are ``marks`` ``[m, 3]`` (time, bed, kind)."""
        while (key := lacking(marks, self._number)) >= 0:
            self._number[key] = self._places.setdefault(key, len(self._places))
            for known in self._tables:
                self._fill(known, key)

    def table(self, lead: str) -> tuple[Raw, Ints]:
        """Return the waves of a lead that are made.

        In all positions between two samples, ``[PHASES × waves, size]``, the middle at ``size // 2``; and
        which is a bed's of a kind, ``[N × ATRIAL]``.
        """
        if lead not in self._tables:
            self._tables[lead] = np.zeros((0, self._times.size // PHASES), np.int16)
            for key in np.nonzero(self._number >= 0)[0].tolist():
                self._fill(lead, key)
        return self._tables[lead], self._number

    def _fill(self, lead: str, key: int) -> None:
        """Draw a wave into the table of a lead."""
        at, table = PHASES * int(self._number[key]), self._tables[lead]
        if len(table) < at + PHASES:
            grown = np.zeros((2 * (at + PHASES), table.shape[1]), np.int16)
            grown[: len(table)] = table
            self._tables[lead] = table = grown
        drawn = np.rint(VECTORS[lead] @ dipole.trace(self._bumps(*divmod(key, ATRIAL)), self._times) / _MV)
        table[at : at + PHASES] = drawn.reshape(PHASES, -1)
