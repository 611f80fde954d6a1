"""Large wards and fast clocks get machine code, never waiting for it; a usual ward never loads it."""

import os
import shutil
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
def test_the_first_large_ward_has_compiled_what_is_missing_for_those_after_it(tmp_path: Path) -> None:
    """It waits for nothing and stays plain; then each kernel of a second is machine code, from the cache.

    (Three are missing here. That a cache is filled from nothing, half a minute's work,
    ``tests/machine_code.py`` shows where there is none.)
    """
    here = tmp_path / "teleward" / kernels.cache().name
    shutil.copytree(kernels.cache(), here)
    (here / "whole").unlink()
    for missing in (found := [*here.rglob("own.second-*"), *here.rglob("b*s.second-*")]):
        missing.unlink()
    assert len({path.name.partition("-")[0] for path in found}) == 3
    first = (
        "from devices import kernels, ready; assert not ready.make_ready(); assert not kernels.compiled();"
        "print(ready._aside[0].wait())"
    )
    later = (
        "from devices.ready import make_ready; assert make_ready();"
        "from devices.physiology import own; from devices.signals import beats, breaths;"
        "print(*(len(k.signatures) - sum(k.stats.cache_misses.values())"
        " for k in (own.second, beats.second, breaths.second)))"
    )
    env = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    alone = (  # a table of one bed is laid out as others are
        "from devices.ready import make_ready; assert make_ready();"
        "from devices.signals import beats, breaths; from tests.devices.signals_of import engine, with_rates;"
        "one = engine([with_rates(70, 14)]); one.advance(12.0);"
        "print(*(sum(k.stats.cache_misses.values()) for k in (beats.second, breaths.second)))"
    )
    said = [
        subprocess.run([sys.executable, "-c", ask], cwd=ROOT, env=env, capture_output=True, check=True).stdout
        for ask in (first, later, alone)
    ]
    assert said[0].split() == [b"0"]
    assert all(int(number) > 0 for number in said[1].split())
    assert said[2].split() == [b"0", b"0"]
    again = {path.name.partition(".py")[0] for path in here.rglob("*")}
    assert {path.name.partition(".py")[0] for path in found} <= again


@pytest.mark.slow
def test_another_copy_of_the_sources_or_a_later_one_has_machine_code_of_its_own(tmp_path: Path) -> None:
    """Numba would take none of the other's, so a cache that is whole for one is not for the other."""
    shutil.copytree(ROOT / "devices", tmp_path / "devices")
    shutil.copytree(ROOT / "vitals", tmp_path / "vitals")
    ask = "from devices import kernels; from devices.physiology import own; print(kernels.cache())"

    def cache(root: Path) -> bytes:
        env = {**os.environ, "XDG_CACHE_HOME": str(tmp_path), "PYTHONPATH": ""}
        command = [sys.executable, "-c", ask]
        return subprocess.run(command, cwd=root, env=env, capture_output=True, check=True).stdout

    before = cache(tmp_path)
    assert cache(tmp_path) == before != cache(ROOT)
    os.utime(tmp_path / "devices" / "physiology" / "own.py")
    assert cache(tmp_path) != before
