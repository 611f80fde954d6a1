"""Hearts with programs are rows of numbers: room and chances suffice, and machine code beats the same."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from devices import kernels
from devices.signals.rhythms import RHYTHMS
from devices.signals.rhythms import heart as h
from tests.devices.signals_of import engine, with_rates

PROGRAMMED = [name for name, rhythm in RHYTHMS.items() if rhythm.programs]
ROOT = Path(__file__).parents[2]
RUN = """
import hashlib, json, sys
import numpy as np
from devices import kernels
from tests.devices.signals_of import engine, with_rates
from tests.devices.test_hearts import PROGRAMMED

compiled = kernels.compile_all() if sys.argv[1] == "machine" else False
one = engine([with_rates(50 + i, 14, i) for i in range(len(PROGRAMMED))])
seen = hashlib.sha256()
for second in range(100):
    if second % 40 == 0:  # each in three rhythms
        for bed in range(len(PROGRAMMED)):
            one.trains.beat_in(bed, PROGRAMMED[(bed + second) % len(PROGRAMMED)])
    one.advance(12.0)
train = one.trains.beats
seen.update(train.times.tobytes() + train.values.tobytes() + train.count.tobytes())
for marks in (one.trains.beating.atria, one.trains.beating.spikes):
    seen.update(marks.between(-1.0, 1e9).tobytes())
print(json.dumps({"compiled": compiled, "seen": seen.hexdigest()}))
"""


@pytest.mark.slow
@pytest.mark.skipif(not kernels.available(), reason="numba is not installed (pip install 'teleward[fast]')")
def test_every_program_is_the_same_to_the_bit_in_machine_code() -> None:
    """All of them, and each after two others: beats, waves and spikes."""
    found = [
        json.loads(
            subprocess.run([sys.executable, "-c", RUN, how], cwd=ROOT, capture_output=True, check=True).stdout
        )
        for how in ("plain", "machine")
    ]
    assert [one["compiled"] for one in found] == [False, True]
    assert found[0]["seen"] == found[1]["seen"]


@pytest.mark.parametrize("hr", [5.0, 300.0])
def test_no_heart_has_more_to_tell_than_there_is_room_nor_takes_more_chances_than_there_are(
    hr: float,
) -> None:
    """Every program, as slow and as fast as its rhythm lets it go."""
    one = engine([with_rates(75, 14, i) for i in range(len(PROGRAMMED))])
    one.body.aim("hr", np.full(len(PROGRAMMED), hr))
    for bed, name in enumerate(PROGRAMMED):
        one.trains.beat_in(bed, name)
    rows = one.trains.beating._hearts._hearts
    coming, taken = 0.0, 0.0
    for _ in range(120):
        before = rows[:, [h.NORMALS_USED, h.EVENS_USED]].copy()
        one.advance(12.0)
        coming = max(coming, rows[:, h.COMING].max())
        taken = max(taken, (rows[:, [h.NORMALS_USED, h.EVENS_USED]] - before).max())
    assert 0 < coming < h.MOST - 2
    assert 0 < taken < h.SPARE - 8


def test_no_chance_is_taken_twice() -> None:
    """In ten minutes of fibrillation no interval is another's, nor another patient's."""
    one = engine([with_rates(90, 14, i) for i in range(2)])
    for bed in range(2):
        one.trains.beat_in(bed, "af")
    shares: list[float] = []
    for _ in range(600):
        one.advance(12.0)
        window = one.trains.beats.since(one.now_s - 1.0)
        root = window.value("root")
        gaps = np.diff(window.times, axis=0) / root[1:] ** 2
        shares += gaps[(window.times[1:] > one.now_s - 1.0) & (window.times[1:] <= one.now_s)].tolist()
    free = np.sort([share for share in shares if share > 0.0])
    assert free.size > 1500
    assert np.count_nonzero(np.diff(free) < 1e-12) < 0.01 * free.size
