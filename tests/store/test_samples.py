"""Packed samples come back as they were."""

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.store.samples import pack, unpack


@given(st.lists(st.integers(-(2**31), 2**31 - 1), max_size=200))
def test_every_block_comes_back(samples: list[int]) -> None:
    """Packing loses nothing, whatever the samples."""
    raw = array("i", samples).tobytes()
    assert unpack(pack(raw)) == raw


@given(st.binary(max_size=50))
def test_bytes_that_are_no_samples_come_back_too(raw: bytes) -> None:
    """What is not a whole number of samples is kept as it is."""
    assert unpack(pack(raw)) == raw


@given(st.lists(st.integers(-127, 127), min_size=10, max_size=50), st.integers(-(2**30), 2**30))
def test_a_slow_signal_costs_a_byte_a_sample(steps: list[int], first: int) -> None:
    """Small steps take a byte each, whatever the level."""
    raw = array("i", [first + sum(steps[:n]) for n in range(len(steps) + 1)]).tobytes()
    assert len(pack(raw)) == 5 + len(steps)


def test_an_unknown_packing_is_refused() -> None:
    """Bytes that no packing made are an error, not noise on a screen."""
    with pytest.raises(ValueError, match="no such packing"):
        unpack(b"\x09abcd")
