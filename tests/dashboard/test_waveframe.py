"""Waveform blocks: once each, and their samples as they were."""

import json
import struct

from hypothesis import given
from hypothesis import strategies as st

from broker import messages as m
from dashboard.waveframe import Block, WavePlaces, frame

samples = st.lists(st.integers(-(2**31), 2**31 - 1), min_size=1, max_size=60)
small = st.lists(st.integers(-(2**15), 2**15 - 1), min_size=1, max_size=60)


def read(data: bytes) -> list[tuple[dict[str, object], list[int]]]:
    """Return a frame's blocks as a browser reads them."""
    (length,) = struct.unpack_from("<I", data)
    at = 4 + length + length % 2
    found = []
    for header in json.loads(data[4 : 4 + length])["w"]:
        found.append((header, list(struct.unpack_from(f"<{header['n']}h", data, at))))
        at += 2 * header["n"]
    assert at == len(data)
    return found


def wave(raw: list[int], i0: int | None = None, boot: str | None = "ab", scale: float = 0.005) -> m.Wave:
    """Return a block as a device sends it."""
    return m.Wave(v=1, hz=250, u="mV", d=raw, scale=scale, boot=boot, i0=i0, t=5)


@given(blocks=st.lists(small, min_size=1, max_size=8))
def test_what_fits_comes_through_unchanged(blocks: list[list[int]]) -> None:
    """Whatever the header's length, samples stand where the browser looks for them."""
    places, made, at = WavePlaces(), [], 0
    for raw in blocks:
        block = places.block("bed01", "patch", "ecg_ii", wave(raw, at), 5)
        assert block is not None
        made.append(block)
        at += len(raw)
    assert [raw for _, raw in read(frame(made, 7))] == blocks


@given(raw=samples)
def test_what_does_not_fit_is_coarser_not_other(raw: list[int]) -> None:
    """Samples beyond 16 bits keep their value within one step of their scale."""
    block = WavePlaces().block("bed01", "patch", "ecg_ii", wave(raw, 0, scale=1.0), 5)
    assert isinstance(block, Block)
    ((header, shown),) = read(frame([block], 7))
    scale = header["scale"]
    assert isinstance(scale, float)
    assert all(abs(s * scale - r) <= scale for s, r in zip(shown, raw, strict=True))


@given(starts=st.lists(st.integers(0, 20), min_size=1, max_size=30))
def test_no_block_is_shown_twice(starts: list[int]) -> None:
    """Redelivered or late blocks of the same start of a device are left out."""
    places, shown = WavePlaces(), []
    for start in starts:
        block = places.block("bed01", "patch", "ecg_ii", wave([1, 2], 2 * start), 5)
        if block is not None:
            shown.append(block.header["i0"])
    assert shown == sorted(set(shown))


def test_a_device_that_numbers_nothing_is_counted_for() -> None:
    """Without sample indices the order of arrival places the blocks."""
    places = WavePlaces()
    blocks = [places.block("bed01", "my-ecg", "ecg_ii", wave([1, 2, 3], None, None), 5) for _ in range(3)]
    assert [block and block.header["i0"] for block in blocks] == [0, 3, 6]


def test_a_device_that_starts_anew_is_shown_again() -> None:
    """A new boot counts from nothing."""
    places = WavePlaces()
    assert places.block("bed01", "patch", "ecg_ii", wave([1], 500), 5)
    assert places.block("bed01", "patch", "ecg_ii", wave([1], 0, "cd"), 5)
