"""A page that opens has the last seconds' waves, whole and once."""

import json
import struct

from hypothesis import given
from hypothesis import strategies as st

from broker import messages as m
from broker import topics
from broker.clock import SystemClock
from dashboard.recent import FAST_MS, SLOW_MS, RecentWaves
from dashboard.waveframe import Block, WavePlaces
from tests.real_dashboard import DEADLINE_S, SITE, Running, heard, play


def made(metric: str, hz: int, place: int, boot: str = "ab") -> Block:
    """Return a block of two samples that say their place."""
    message = m.Wave(v=1, hz=hz, u="mV", d=[place, place + 1], scale=1, boot=boot, seq=place, i0=place)
    block = WavePlaces().block("bed01", "patch", metric, message, 5)
    assert block is not None
    return block


@given(
    steps=st.lists(
        st.tuples(st.sampled_from([("ecg_ii", 250), ("resp", 50)]), st.integers(0, 3_000), st.booleans()),
        max_size=60,
    )
)
def test_what_is_kept_is_what_came_lately_in_order(steps: list[tuple[tuple[str, int], int, bool]]) -> None:
    """Every sample within reach is there once; what was lost between two blocks is not joined up."""
    recent, now = RecentWaves(), 0
    came: list[tuple[str, int, int]] = []
    places = {"ecg_ii": 0, "resp": 0}
    for (metric, hz), wait, lost in steps:
        now += wait
        places[metric] += 4 if lost else 2
        recent.add([made(metric, hz, places[metric])], now)
        came.append((metric, now, places[metric]))
    reach = {"ecg_ii": FAST_MS, "resp": SLOW_MS}
    for metric, far in reach.items():
        shown: list[int] = []
        for block in recent.blocks():
            if block.header["m"] == metric:
                values = struct.unpack(f"<{block.header['n']}h", block.samples)
                assert list(values) == list(range(block.header["i0"], block.header["i0"] + len(values)))
                shown += values
        kept = [place for name, t, place in came if name == metric and t >= now - far]
        assert shown == [sample for place in kept for sample in (place, place + 1)]


def test_who_asks_for_the_past_begins_with_it(page: Running, session: str) -> None:
    """One frame before any other; who does not ask gets none."""
    play(page, session)
    first = page.stream(f"/stream?session={session}", page.cookie("trainee", session))
    heard(first, lambda said: said["k"] == "state")
    now = SystemClock().now_ms()
    for i in range(3):
        block = m.Wave(
            v=1, hz=250, u="mV", scale=0.005, d=[i] * 50, boot="ab", seq=i, i0=50 * i, t=now + 200 * i
        )
        page.publish(topics.wave(SITE, session, "bed01", "patch", "ecg_ii"), block)
    while samples(first.recv(timeout=DEADLINE_S)) != (100, 50):
        pass
    second = page.stream(f"/stream?session={session}&past=1", page.cookie("trainee", session, "Ben T"))
    data: str | bytes = ""
    while isinstance(data, str):
        data = second.recv(timeout=DEADLINE_S)
    assert samples(data) == (0, 150)


def samples(data: str | bytes) -> tuple[int, int] | None:
    """Return where the last block of a frame begins, and how long it is."""
    if isinstance(data, str):
        return None
    (length,) = struct.unpack_from("<I", data)
    block = json.loads(data[4 : 4 + length])["w"][-1]
    return block["i0"], block["n"]
