"""A WFDB recording, opened: which waves and numerics it holds, and their samples.

WFDB is PhysioNet's format: a header ``NAME.hea`` and signal files beside it. Records of several
segments, with signals that come and go, with several samples a frame and without a stated length are
read too. A wave's samples stay the whole numbers of the file; ``scale`` and ``off`` say what they
mean in the catalogue's unit.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from devices.gateways.signal_names import SLOW_HZ, Place, place
from devices.gateways.wfdb_files import CHUNK_S, Files, RecordingError, Signal, opened
from vitals.catalogue import WAVEFORMS

__all__ = ["Recording", "RecordingError", "Track", "open_recording"]

Samples = NDArray[np.float64]

HIGHEST_HZ: Final = 2000
"""The wire takes no faster wave."""
_FITTED_S: Final = 600
_ENOUGH_S: Final = 10
"""A relative signal's size is that of its first minutes with a signal."""
_ROOM: Final[dict[str, tuple[float, float]]] = {"pleth": (0.05, 0.95), "resp": (-0.8, 0.8)}
"""Where the 1st and 99th percentile of a signal without a unit go, unless it fits as it is."""
_LEAST_SHARE: Final = 0.4
_LARGEST_RAW: Final = 32_000
"""Between dashboard and browser samples are 16-bit numbers."""


@dataclass(frozen=True, slots=True)
class Track:
    """A signal with a place in the catalogue: ``per_frame`` samples a frame, ``hz`` a second.

    Its value is ``factor`` × the file's + ``shift``; a wave's is also ``off`` + ``scale`` × a whole
    number.
    """

    column: int
    name: str
    metric: str
    hz: Fraction
    per_frame: int
    factor: float
    shift: float = 0.0
    scale: float = 1.0
    off: float = 0.0


class Recording:
    """An open record; made by ``open_recording``."""

    def __init__(
        self, files: Files, waves: list[Track], numerics: list[Track], left_out: dict[str, str]
    ) -> None:
        self.name, self.waves, self.numerics = files.name, tuple(waves), tuple(numerics)
        self.left_out = left_out
        """Signals that are not replayed, and why."""
        self._files = files

    @property
    def seconds(self) -> Fraction:
        """How long it lasts."""
        return self._files.frames / self._files.frame_hz

    def length(self, track: Track) -> int:
        """Return how many samples ``track`` has."""
        return self._files.frames * track.per_frame

    def values(self, track: Track, start: int, stop: int) -> Samples:
        """Return samples ``start`` to ``stop`` − 1 in the catalogue's unit, NaN where there are none.

        After its last sample a track begins again. Raises ``RecordingError`` for damaged files.
        """
        found, length = [], self.length(track)
        while start < stop:
            first = start % length
            last = min(first + stop - start, length)
            found.append(self._files.samples(track.column, first, last))
            start += last - first
        there = np.concatenate(found) if found else np.zeros(0)
        return there * track.factor + track.shift

    def raw(self, track: Track, values: Samples) -> NDArray[np.int64]:
        """Return the whole numbers nearest to finite ``values``; beyond 16 bits, the nearest there is."""
        numbers = np.rint((values - track.off) / track.scale)
        return np.clip(numbers, -_LARGEST_RAW, _LARGEST_RAW).astype(np.int64)


def open_recording(path: str | Path, names: Mapping[str, str] | None = None) -> Recording:
    """Open the record at ``path``, with or without its extension.

    ``names`` gives signals a catalogue key of the user's choice. Raises ``RecordingError``.
    """
    wishes = dict(names or {})
    files = opened(Path(path))
    known = [signal.name for signal in files.signals]
    if strange := [name for name in wishes if name not in known]:
        raise RecordingError(f"{files.name} has no signal {strange[0]!r}: it has {', '.join(known)}")
    waves, numerics, left_out = [], [], {}
    taken: set[str] = set()
    for column, signal in enumerate(files.signals):
        hz = files.frame_hz * signal.per_frame
        there = place(signal.name, signal.unit, float(hz), taken, wishes.get(signal.name))
        if isinstance(there, Place) and hz > HIGHEST_HZ:
            there = f"has {float(hz):g} samples a second, above {HIGHEST_HZ}: make it slower with xform"
        if isinstance(there, str):
            left_out[signal.name] = there
            continue
        taken.add(there.metric)
        track = Track(column, signal.name, there.metric, hz, signal.per_frame, there.factor)
        if hz <= SLOW_HZ:
            numerics.append(track)
        else:
            waves.append(_scaled(files, track, signal))
    if not waves and not numerics:
        reasons = "; ".join(f"{name}: {why}" for name, why in left_out.items()) or "it has no signals"
        raise RecordingError(
            f"nothing of {files.name} can be shown ({reasons}). Say which signal is what, as in --as"
            f" {known[0] if known else 'NAME'}=ecg_ii"
        )
    return Recording(files, waves, numerics, left_out)


def _scaled(files: Files, track: Track, signal: Signal) -> Track:
    """Add what a whole number of the file means."""
    if track.metric in _ROOM:
        track = _fitted(files, track)
    scale = track.factor / signal.gain
    wave = WAVEFORMS[track.metric]
    if signal.wide:
        middle = (wave.highest + wave.lowest) / 2
        coarse = (wave.highest - wave.lowest) / 2 / _LARGEST_RAW
        return replace(track, scale=max(abs(scale), coarse), off=middle)
    return replace(track, scale=scale, off=track.shift - signal.baseline * scale)


def _fitted(files: Files, track: Track) -> Track:
    """Bring a signal without a unit to the size that its wave has on a screen."""
    low, high = _ROOM[track.metric]
    wave = WAVEFORMS[track.metric]
    some = np.zeros(0)
    end = min(files.frames, round(_FITTED_S * files.frame_hz)) * track.per_frame
    step = max(1, round(CHUNK_S * track.hz))
    for start in range(0, end, step):
        part = files.samples(track.column, start, min(start + step, end))
        some = np.concatenate((some, part[np.isfinite(part)]))
        if len(some) >= _ENOUGH_S * track.hz:
            break
    if not len(some):
        return track
    lowest, highest = (float(x) for x in np.percentile(some, (1, 99)))
    span, room = highest - lowest, high - low
    fits = _LEAST_SHARE * room <= span and lowest >= low - room / 4 and highest <= high + room / 4
    if fits or span <= 0 or not np.isfinite(wave.highest):
        return track
    factor = room / span
    return replace(track, factor=factor, shift=low - lowest * factor)
