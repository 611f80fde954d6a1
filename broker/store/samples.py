"""Raw samples of a block, packed for the disk: a byte that names the packing, then the numbers.

Most blocks of a slow signal move by less than 128 steps from sample to sample; those cost a byte a
sample, others two or four. Lossless for every block of int32 samples.
"""

from typing import Final

_BYTES, _STEPS, _SHORT, _LONG = b"\x00", b"\x01", b"\x02", b"\x04"
_INT32: Final = "<i4"
_INT16: Final = "<i2"
_INT8: Final = "i1"


def pack(samples: bytes) -> bytes:
    """Return ``samples`` (little-endian int32) as few bytes; anything else is kept as it is."""
    if not samples or len(samples) % 4:
        return _BYTES + samples
    import numpy as np  # noqa: PLC0415 -- a page that shows only numbers starts without it

    raw = np.frombuffer(samples, _INT32)
    steps = np.diff(raw.astype(np.int64))
    if steps.size == 0 or (steps.min() >= -128 and steps.max() <= 127):  # noqa: PLR2004 -- an int8
        return _STEPS + samples[:4] + steps.astype(_INT8).tobytes()
    short = raw.astype(_INT16)
    return _SHORT + short.tobytes() if np.array_equal(short, raw) else _LONG + samples


def unpack(packed: bytes) -> bytes:
    """Return what ``pack`` was given; raise ``ValueError`` for bytes it never made."""
    import numpy as np  # noqa: PLC0415 -- as above

    form, body = packed[:1], packed[1:]
    if form == _STEPS:
        steps = np.frombuffer(body, _INT8, offset=4).astype(np.int64)
        first = np.frombuffer(body[:4], _INT32).astype(np.int64)
        return np.cumsum(np.concatenate((first, steps))).astype(_INT32).tobytes()
    if form == _SHORT:
        return np.frombuffer(body, _INT16).astype(_INT32).tobytes()
    if form in {_BYTES, _LONG}:
        return body
    raise ValueError(f"no such packing of samples: {form!r}")
