"""WFDB records for tests, written byte by byte as the format's specification says (signal(5), header(5))."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

INVALID = -32768
"""In format 16: no sample here."""


@dataclass(frozen=True)
class Channel:
    """A signal as it stands in a file: whole numbers, several a frame."""

    name: str
    unit: str
    numbers: NDArray[np.int64]
    per_frame: int = 1
    gain: float = 200.0
    baseline: int = 0

    @property
    def values(self) -> NDArray[np.float64]:
        """The values in the file's unit, NaN where there are none."""
        return np.where(self.numbers == INVALID, np.nan, (self.numbers - self.baseline) / self.gain)


def write(folder: Path, name: str, hz: float, channels: list[Channel]) -> Path:
    """Write a record in format 16 and return its path without extension."""
    frames = len(channels[0].numbers) // channels[0].per_frame
    columns = [c.numbers.reshape(frames, c.per_frame) for c in channels]
    np.hstack(columns).astype("<i2").tofile(folder / f"{name}.dat")
    lines = [f"{name} {len(channels)} {hz:g} {frames}"]
    lines += [
        f"{name}.dat 16x{c.per_frame} {c.gain:g}({c.baseline})/{c.unit} 16 0 0 0 0 {c.name}" for c in channels
    ]
    (folder / f"{name}.hea").write_text("\n".join(lines) + "\n")
    return folder / name


def write_segments(folder: Path, name: str, hz: float, segments: list[tuple[str, int]], signals: int) -> Path:
    """Write a header of several segments, each a record of its own or ``~`` for a gap."""
    total = sum(frames for _, frames in segments)
    lines = [f"{name}/{len(segments)} {signals} {hz:g} {total}", *(f"{n} {frames}" for n, frames in segments)]
    (folder / f"{name}.hea").write_text("\n".join(lines) + "\n")
    return folder / name


def noise(samples: int, seed: int = 1, most: int = 2000) -> NDArray[np.int64]:
    """Return whole numbers at random."""
    return np.random.default_rng(seed).integers(-most, most, samples)
