"""What a session may hold, drawn at random; and batches in other shapes."""

from array import array
from collections.abc import Iterator
from dataclasses import replace

from hypothesis import strategies as st

from broker.store.protocol import Batch, Entry, Observation, WaveBlock

T = 1_768_469_400_000

_name = st.sampled_from(["bed01", "bed02", "my-oximeter", "a-b"])
_t = st.integers(0, 5).map(lambda n: T + n) | st.sampled_from(
    [0, T - 90_000, T + 3_600_000, 4_000_000_000_000]
)
_value = st.none() | st.floats(-1000, 1000)
_seq = st.integers(0, 1000)
_boot = st.sampled_from(["", "ab", "0f"])
_received = st.integers(0, 2**45)


def whole(batches: Iterator[Batch]) -> Batch:
    """Return all batches as one."""
    found = Batch()
    for batch in batches:
        found.observations += batch.observations
        found.waves += batch.waves
        found.entries += batch.entries
    return found


@st.composite
def batches(draw: st.DrawFn) -> Batch:
    """Draw what a session may hold, none of it twice."""
    observations = st.builds(
        Observation, st.just("s"), _name, _name, st.sampled_from(["hr", "spo2"]), _t, _boot, _seq, _value,
        st.sampled_from(["/min", "%"]), st.sampled_from(["Vld", "Qst"]), st.sampled_from(["", "a, b=c"]),
        st.sampled_from(["", "Demo"]), _received,
    )  # fmt: skip
    waves = st.builds(
        WaveBlock, st.just("s"), _name, _name, st.sampled_from(["ecg_ii", "resp"]), _t, _boot, _seq,
        st.integers(0, 2**40), st.sampled_from([50.0, 250.0]), st.just("mV"), st.floats(0.001, 2),
        st.floats(-5, 5), st.just("Vld"),
        st.lists(st.integers(-(2**31), 2**31 - 1), min_size=1, max_size=20).map(
            lambda samples: array("i", samples).tobytes()
        ),
        _received,
    )  # fmt: skip
    entries = st.builds(
        Entry, st.just("s"), _name | st.just(""), st.sampled_from(["alarm", "state", "flag", "evt"]),
        st.sampled_from(["", "hr-high"]), _t, st.uuids().map(str), st.binary(max_size=30), st.booleans(),
        _received,
    )  # fmt: skip
    return Batch(
        # What a metric's message was is one: its mode and arrival are those of device, t, boot and seq.
        draw(st.lists(observations, max_size=8, unique_by=lambda o: (o.t, o.seq))),
        draw(st.lists(waves, max_size=8, unique_by=lambda w: (w.t, w.seq))),
        draw(st.lists(entries, max_size=8)),
    )


def of(session: str, batch: Batch) -> Batch:
    """Return ``batch`` as one of ``session``."""
    return Batch(
        [replace(o, session=session) for o in batch.observations],
        [replace(w, session=session) for w in batch.waves],
        [replace(e, session=session) for e in batch.entries],
    )
