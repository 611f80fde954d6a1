"""Workers share the tests as ``tests/shares.py`` says, with pytest and pytest-xdist as installed."""

import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from tests.shares import LONGEST_FIRST, WARDS, share, turn

ROOT = Path(__file__).parents[1]
FILES = ("tests/broker/test_topics.py", "tests/vitals/test_trends.py", "tests/vitals/test_alarms.py")


@pytest.mark.slow
def test_a_files_tests_run_in_one_worker() -> None:
    """Two workers take three files; each file was in one of them."""
    command = [sys.executable, "-m", "pytest", "-n", "2", "-v", *FILES]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    workers = defaultdict(set)
    for worker, file in re.findall(r"^\[(gw\d)\].* PASSED (\S+?)::", said, re.MULTILINE):
        workers[file].add(worker)
    assert set(workers) == set(FILES)
    assert all(len(of) == 1 for of in workers.values())
    assert {worker for of in workers.values() for worker in of} == {"gw0", "gw1"}


def test_wards_never_play_beside_each_other() -> None:
    """Whatever starts one is in the same share, and begins before all else."""
    ids = ["tests/end_to_end/test_ward.py::test_a", "tests/bench/test_faults.py::test_b[x-y::z]"]
    assert {share(one) for one in ids} == {"wards"}
    assert max(map(turn, ids)) < turn("tests/devices/test_lives.py::test_c") < turn("tests/new.py::test_d")


@pytest.mark.parametrize("path", [*WARDS, *LONGEST_FIRST])
def test_what_is_named_is_there(path: str) -> None:
    """A file that was renamed is renamed here too."""
    assert (ROOT / path).exists()
