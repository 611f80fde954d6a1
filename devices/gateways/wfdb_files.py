"""The files of a WFDB record, read piece by piece; what is wrong with them, in words."""

from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

CHUNK_S: Final = 30
_EXTENSIONS: Final = {".hea", ".dat", ".mat", ".atr"}
_WIDE: Final = {"24", "32", "524"}
"""Formats of more than 16 bits."""


class RecordingError(Exception):
    """A recording that cannot be replayed: where, what is wrong, what to do."""


@dataclass(frozen=True, slots=True)
class Signal:
    """What a header says of a signal; value in ``unit`` = (number − ``baseline``) / ``gain``."""

    name: str
    unit: str
    per_frame: int
    gain: float
    baseline: float
    wide: bool


class Files:
    """A record's signal files; at most two pieces of about 30 s are held in memory.

    Without a stated length (``frames`` is ``None``) the record is read whole.
    """

    def __init__(self, path: Path, frame_hz: Fraction, frames: int | None, signals: list[Signal]) -> None:
        self.path, self.name, self.frame_hz, self.signals = path, path.name, frame_hz, signals
        self._held: dict[int, list[NDArray[np.float64]]] = {}
        self._piece = max(1, round(CHUNK_S * frame_hz))
        self.frames = frames or 0
        if frames is None and signals:
            whole = self._read(0, None)
            self.frames = self._piece = len(whole[0]) // signals[0].per_frame
            self._held[0] = whole

    def samples(self, column: int, start: int, stop: int) -> NDArray[np.float64]:
        """Return samples ``start`` to ``stop`` − 1 of a signal, NaN where there are none."""
        per_piece = self._piece * self.signals[column].per_frame
        found = []
        while start < stop:
            number = start // per_piece
            first, last = start - number * per_piece, min(stop - number * per_piece, per_piece)
            found.append(self._held_piece(number)[column][first:last])
            start += last - first
        return np.concatenate(found) if found else np.zeros(0)

    def check_end(self) -> None:
        """Raise ``RecordingError`` if the last frame is not there: a file is cut short."""
        if 0 not in self._held:
            self._read(self.frames - 1, self.frames)

    def _held_piece(self, number: int) -> list[NDArray[np.float64]]:
        if number not in self._held:
            start = number * self._piece
            piece = self._read(start, min(start + self._piece, self.frames))
            self._held = {k: v for k, v in self._held.items() if k == number - 1} | {number: piece}
        return self._held[number]

    def _read(self, start: int, stop: int | None) -> list[NDArray[np.float64]]:
        import wfdb  # noqa: PLC0415 -- takes a second, and only a replay needs it

        try:
            record = wfdb.rdrecord(str(self.path), sampfrom=start, sampto=stop, smooth_frames=False)
        except FileNotFoundError as error:
            raise RecordingError(_missing(self.path, error.filename)) from error
        except Exception as error:  # wfdb raises what its arithmetic meets
            span = f"frames {start} to {stop}" if stop else "it"
            raise RecordingError(
                f"{self.path}: {span} cannot be read ({_first_line(error)}): a file is cut short or damaged,"
                f" fetch the record again"
            ) from error
        return [np.asarray(samples, dtype=np.float64) for samples in record.e_p_signal]


def opened(path: Path) -> Files:
    """Open the record at ``path``, with or without extension; raise ``RecordingError``."""
    base = _base(path)
    header = _header(base)
    described = header
    if getattr(header, "segments", None):
        described = next(segment for segment in header.segments if segment is not None)
        for segment in header.segments[1:] if header.layout == "variable" else header.segments:
            _check_files(base.parent, segment)
    else:
        _check_files(base.parent, header)
    files = Files(base, Fraction(header.fs).limit_denominator(100_000), header.sig_len, _signals(described))
    if not files.signals or not files.frames:
        raise RecordingError(f"{base}.hea describes no samples; give the record it belongs to")
    files.check_end()
    return files


def _base(path: Path) -> Path:
    base = path.with_suffix("") if path.suffix.lower() in _EXTENSIONS else path
    if base.with_name(base.name + ".hea").is_file():
        return base
    if path.is_file():
        raise RecordingError(
            f"{path} is not a WFDB record, and no header {base.name}.hea is beside it; wfdb.io.convert makes"
            f" one from EDF or CSV"
        )
    if not base.parent.is_dir():
        raise RecordingError(f"{path}: there is no folder {base.parent}")
    there = sorted(header.stem for header in base.parent.glob("*.hea"))
    near = get_close_matches(base.name, there, n=1)
    if near:
        advice = f"did you mean {near[0]}?"
    elif there:
        advice = f"that folder has {', '.join(there[:8])}{' …' if len(there) > 8 else ''}"  # noqa: PLR2004 -- a glance
    else:
        advice = "records with their .hea and .dat files are at physionet.org"
    raise RecordingError(f"{path}: no header {base.name}.hea in {base.parent}; {advice}")


def _header(base: Path) -> Any:  # noqa: ANN401 -- wfdb has no types
    import wfdb  # noqa: PLC0415 -- takes a second, and only a replay needs it

    try:
        header = wfdb.rdheader(str(base))
        if getattr(header, "n_seg", None):
            header = wfdb.rdheader(str(base), rd_segments=True)
    except FileNotFoundError as error:
        raise RecordingError(_missing(base, error.filename)) from error
    except Exception as error:  # wfdb raises what its arithmetic meets
        raise RecordingError(
            f"{base}.hea is not a WFDB header ({_first_line(error)}); fetch the record again"
        ) from error
    if not header.fs:
        raise RecordingError(f"{base}.hea states no sampling frequency; add it after the number of signals")
    return header


def _check_files(folder: Path, segment: Any) -> None:  # noqa: ANN401 -- wfdb has no types
    for name in (segment.file_name or ()) if segment is not None else ():
        if name != "~" and not (folder / name).is_file():
            raise RecordingError(_missing(folder / segment.record_name, name))


def _signals(header: Any) -> list[Signal]:  # noqa: ANN401 -- wfdb has no types
    return [
        Signal(
            header.sig_name[i] or f"signal {i}",
            header.units[i] or "",
            header.samps_per_frame[i] or 1,
            header.adc_gain[i] or 200.0,
            float(header.baseline[i] or 0),
            header.fmt[i] in _WIDE,
        )
        for i in range(header.n_sig)
    ]


def _missing(base: Path, name: object) -> str:
    lost = Path(str(name)).name
    return f"{base} is incomplete: {lost} is missing from {base.parent}; fetch it from where {base.name} was"


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:120]
