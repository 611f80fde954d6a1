"""Waveform blocks on their way to browsers: no block twice, many blocks in one binary frame.

A frame is: uint32 (little-endian) length of the header, the header in JSON, a byte of padding where
needed to stand on an even place, then all samples as little-endian int16 in the header's order.
"""

import sys
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from struct import pack
from typing import Any, Final

import msgspec

from broker import messages as m

_GREATEST: Final = 2**15 - 1
_encode: Final = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Block:
    """A block ready for the wire: what the header says of it, and its int16 samples."""

    header: dict[str, Any]
    samples: bytes


class WavePlaces:
    """Knows how far each waveform of a session has come, so that nothing is shown twice."""

    def __init__(self) -> None:
        self._next: dict[tuple[str, str, str], tuple[str, int]] = {}

    def block(self, bed: str, device: str, metric: str, message: m.Wave, t: int) -> Block | None:
        """Return the block to show, ``None`` where it was seen before.

        A device that numbers nothing gets its samples numbered in the order of their arrival.
        """
        key = (bed, device, metric)
        boot, place = self._next.get(key, ("", 0))
        theirs = message.boot or ""
        if message.i0 is not None and theirs == boot and message.i0 < place:
            return None
        i0 = place if message.i0 is None else message.i0
        self._next[key] = (theirs, i0 + len(message.d))
        samples, scale = _fit(message.d, message.scale)
        return Block(
            {
                "b": bed, "m": metric, "t": t, "hz": message.hz, "scale": scale, "off": message.off,
                "n": len(message.d), "i0": i0, "boot": theirs, "q": message.q, "dev": device,
            },
            samples,
        )  # fmt: skip


def _fit(raw: list[int], scale: float) -> tuple[bytes, float]:
    """Return samples as int16 bytes with their scale, coarser where they would not fit."""
    try:
        samples = array("h", raw)
    except OverflowError:
        factor = 2 ** (max(map(abs, raw)) // _GREATEST).bit_length()
        samples, scale = array("h", [round(step / factor) for step in raw]), scale * factor
    if sys.byteorder == "big":
        samples.byteswap()
    return samples.tobytes(), scale


def frame(blocks: Sequence[Block], now: int) -> bytes:
    """Return one binary frame of ``blocks``, stamped with the server's wall time (ms)."""
    header = _encode({"s": now, "w": [block.header for block in blocks]})
    padding = b"" if len(header) % 2 == 0 else b" "
    return b"".join((pack("<I", len(header)), header, padding, *(block.samples for block in blocks)))
