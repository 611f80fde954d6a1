"""What an artefact does to samples: noise of some sources, what swells it, and what swings beside it."""

import numpy as np

from devices import kernels
from devices.arrays import Floats, Ints, Raw
from devices.kernels import kernel
from devices.signals.noise import SIZE


def _spoil_loop(  # noqa: PLR0913, PLR0917 -- as ``spoil_row``
    row: Raw,
    raw: Raw,
    places: Ints,
    shares: Floats,
    gain: float,
    swell: Floats,
    swing: Floats,
    scale: float,
    low: float,
    high: float,
) -> None:
    """Do what ``spoil_row`` does, sample by sample."""
    a, b, c = shares[0], shares[1], shares[2]
    one, two, three = raw[places[0] % SIZE :], raw[places[1] % SIZE :], raw[places[2] % SIZE :]
    swells, swings = swell.size > 0, swing.size > 0
    for i in range(row.size):
        noise = (a * one[i] + b * two[i] + c * three[i]) * scale
        if swells:
            noise *= swell[i]
        if swings:
            noise += swing[i]
        row[i] = int(min(max(row[i] + noise * gain / scale, low), high))


@kernels.twin(_spoil_loop)
def spoil_row(  # noqa: PLR0913, PLR0917 -- arrays and limits
    row: Raw,
    raw: Raw,
    places: Ints,
    shares: Floats,
    gain: float,
    swell: Floats,
    swing: Floats,
    scale: float,
    low: float,
    high: float,
) -> None:
    """Add to a bed's wave ``gain`` times what it sees of three sources, swelling, and of what swings.

    The sources read ``raw`` from their ``places`` on; ``swell`` and ``swing``, in the wave's unit, may be
    empty. What leaves the wave's range, raw ``low`` to ``high``, is cut off.
    """
    noise = np.zeros(row.size)
    for source in range(len(shares)):
        first = int(places[source]) % SIZE
        noise += shares[source] * raw[first : first + row.size]
    noise *= scale
    if swell.size:
        noise *= swell
    if swing.size:
        noise += swing
    row[:] = np.clip(row + noise * gain / scale, low, high)


@kernel
def spoil_rows(  # noqa: PLR0913, PLR0917 -- arrays and limits
    out: Raw,
    beds: Ints,
    gain: Floats,
    raw: Raw,
    places: Ints,
    shares: Floats,
    swell: Floats,
    swing: Floats,
    scale: float,
    low: float,
    high: float,
) -> None:
    """Spoil a wave ``[N, n]`` of ``beds`` ``[m]``, by ``gain`` ``[m]``; ``places`` is ``[m, 3]``.

    ``swell`` and ``swing`` are ``[m, n]`` or ``[m, 0]``.
    """
    for k in range(beds.size):
        spoil_row(
            out[int(beds[k])], raw, places[k], shares, float(gain[k]), swell[k], swing[k], scale, low, high
        )
