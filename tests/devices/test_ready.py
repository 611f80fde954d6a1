"""Large wards and fast clocks get machine code, before they connect; a usual ward never loads it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from devices import kernels
from devices.ready import worth

ROOT = Path(__file__).parents[2]


def test_a_usual_ward_stays_plain_and_a_large_or_fast_one_does_not() -> None:
    """Eight beds at life's pace, against a thousand beds, and against sixty times life."""
    assert not worth(8, 1.0)
    assert not worth(32, 4.0)
    assert worth(1000, 1.0)
    assert worth(16, 60.0)


@pytest.mark.slow
@pytest.mark.skipif(not kernels.available(), reason="numba is not installed (pip install 'teleward[fast]')")
def test_what_a_ward_calls_is_machine_code_afterwards(tmp_path: Path) -> None:
    """Each kernel of a second of body, beats and breaths has been compiled for its arguments."""
    ask = (
        "from devices.ready import make_ready; assert make_ready();"
        "from devices.physiology import own; from devices.signals import beats, breaths;"
        "print(*(len(k.signatures) for k in (own.second, beats.second, breaths.second)))"
    )
    env = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    made = subprocess.run([sys.executable, "-c", ask], cwd=ROOT, env=env, capture_output=True, check=True)
    assert all(int(number) > 0 for number in made.stdout.split())
