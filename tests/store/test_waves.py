"""What every store promises of waveform blocks."""

from array import array
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broker.store.protocol import Batch, Store, WaveBlock

T = 1_768_469_400_000
ECG = WaveBlock(
    "s-1", "bed01", "patch", "ecg_ii", T, "ab", 1, 0, 250.0, "mV", 0.005, 0.0, "Vld",
    array("i", range(50)).tobytes(), 7,
)  # fmt: skip


def test_three_waves_of_two_devices_in_one_millisecond(store: Store) -> None:
    """Each is kept and found by itself."""
    blocks = [
        ECG,
        replace(ECG, metric="resp", hz=50.0, unit="1", scale=0.001),
        replace(ECG, device="oximeter", metric="pleth", hz=125.0, unit="1", scale=0.0005, off=1.5),
        replace(ECG, device="monitor", samples=array("i", [5]).tobytes()),
    ]
    store.append(Batch(waves=blocks))
    assert store.waves("s-1", "bed01", "ecg_ii", T, T + 1) == [blocks[3], ECG]
    assert store.waves("s-1", "bed01", "resp", T, T + 1) == [blocks[1]]
    assert store.waves("s-1", "bed01", "pleth", T, T + 1) == [blocks[2]]


def test_the_same_block_twice_is_one(store: Store) -> None:
    """Redelivery changes nothing."""
    store.append(Batch(waves=[ECG, ECG]))
    store.append(Batch(waves=[ECG]))
    assert store.waves("s-1", "bed01", "ecg_ii", 0, 2 * T) == [ECG]
    assert store.usage().waves == 1


def test_a_repeated_time_with_a_new_seq_is_another_block(store: Store) -> None:
    """A frozen clock loses nothing, and order is that of seq."""
    frozen = [replace(ECG, seq=n, i0=50 * n) for n in range(10)]
    store.append(Batch(waves=frozen[::-1]))
    assert store.waves("s-1", "bed01", "ecg_ii", T, T + 1) == frozen


def test_a_range_holds_the_blocks_that_begin_in_it(store: Store) -> None:
    """By time, whatever the order of arrival."""
    blocks = [replace(ECG, t=T + 200 * n, seq=n, i0=50 * n) for n in range(20)]
    store.append(Batch(waves=blocks[10:]))
    store.append(Batch(waves=blocks[:10]))
    assert store.waves("s-1", "bed01", "ecg_ii", T + 400, T + 1200) == blocks[2:6]
    assert store.waves("s-1", "bed02", "ecg_ii", 0, 2 * T) == []


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    samples=st.lists(st.integers(-(2**31), 2**31 - 1), min_size=1, max_size=5000),
    hz=st.floats(0.001, 2000),
    scale=st.floats(allow_nan=False, allow_infinity=False),
    off=st.floats(allow_nan=False, allow_infinity=False),
    i0=st.integers(0, 2**53 - 1),
)
def test_any_block_comes_back_as_it_was(
    store: Store, samples: list[int], hz: float, scale: float, off: float, i0: int
) -> None:
    """Whatever the samples, their rate and scale: to the bit."""
    seq = abs(hash((tuple(samples), hz, scale, off, i0))) % 2**32
    block = replace(
        ECG, session="s-any", seq=seq, hz=hz, scale=scale, off=off, i0=i0,
        samples=array("i", samples).tobytes(),
    )  # fmt: skip
    store.append(Batch(waves=[block]))
    assert block in store.waves("s-any", "bed01", "ecg_ii", T, T + 1)
