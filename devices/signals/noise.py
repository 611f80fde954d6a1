"""Noise from a pool: drawing each sample afresh would cost more than all the rest.

A pool is one stretch of coloured noise that ends as it begins, so that reading on from its end is
seamless. Every bed reads it from a place of its own.
"""

from typing import Final

import numpy as np

from devices.arrays import Floats, Ints, Raw
from devices.kernels import kernel
from devices.signals import lines

SIZE: Final = 1 << 16


def pool(rng: np.random.Generator, hz: float, shape: tuple[tuple[float, float, float], ...]) -> Floats:
    """Return ``SIZE`` samples of noise, the sum of bands (low Hz, high Hz, standard deviation)."""
    frequency = np.fft.rfftfreq(SIZE, 1.0 / hz)
    out = np.zeros(SIZE)
    for low, high, deviation in shape:
        inside = (frequency >= low) & (frequency <= high)
        spectrum = np.zeros(frequency.size, np.complex128)
        spectrum[inside] = rng.standard_normal(inside.sum()) + 1j * rng.standard_normal(inside.sum())
        band = np.fft.irfft(spectrum, SIZE)
        out += band * (deviation / band.std())
    return out


@kernel
def add_noise(row: Raw, noise: Raw, at: int) -> None:
    """Add ``noise`` to a bed's samples, read from ``at`` on."""
    first = at % SIZE
    lines.add(row, noise[first : first + row.size])


@kernel
def add_to_all(out: Raw, beds: Ints, noise: Raw, places: Ints, later: int) -> None:
    """Add ``noise`` to the samples ``[N, n]`` of ``beds``, each one's from its place, and ``later``, on."""
    for k in range(beds.size):
        bed = int(beds[k])
        add_noise(out[bed], noise, int(places[bed]) + later)


class Pool:
    """Coloured noise in raw steps, read on by every bed from its own place."""

    def __init__(self, noise: Floats, step: float, longest: int) -> None:
        raw = np.rint(noise / step).astype(np.int16)
        self.raw: Raw = np.concatenate([raw, raw[: longest - 1]])
        self._windows = np.lib.stride_tricks.sliding_window_view(self.raw, longest)

    def read(self, offsets: Ints, samples: int) -> Raw:
        """Return ``[rows, samples]`` from ``offsets`` ``[rows]`` on."""
        return self._windows[:, :samples][offsets % SIZE]

    def add(self, samples: Raw, beds: Ints, places: Ints, later: int) -> None:
        """Add to ``samples`` ``[N, n]`` of ``beds`` what is read from ``places`` ``[N]``, ``later``, on."""
        add_to_all(samples, beds, self.raw, places, later)
