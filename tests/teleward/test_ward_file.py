"""Where a ward is, as commands beside it find it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from teleward import ward_file
from teleward.ward_file import Ward


@pytest.fixture
def ward() -> Iterator[Ward]:
    """Give a ward that runs, as far as its process says."""
    command = [sys.executable, "-uc", "print('here'); input()", "teleward"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"here\n"
        yield Ward(process.pid, "home", "mqtt://127.0.0.1:1", "x", "http://127.0.0.1:2", metrics_port=3)
        process.communicate(b"\n")


def test_what_was_left_is_found_until_it_is_taken_back(tmp_path: Path, ward: Ward) -> None:
    """By its own process only: another ward may have come since."""
    assert ward_file.find(tmp_path) is None
    ward_file.leave(tmp_path, ward)
    assert ward_file.find(tmp_path) == ward
    ward_file.clear(tmp_path, ward.pid + 1)
    assert ward_file.find(tmp_path) == ward
    ward_file.clear(tmp_path, ward.pid)
    assert ward_file.find(tmp_path) is None
    assert not list(tmp_path.iterdir())


def test_a_second_ward_on_the_same_data_is_refused(tmp_path: Path, ward: Ward) -> None:
    """Store and spool belong to one station."""
    ward_file.leave(tmp_path, ward)
    command = [sys.executable, "-m", "teleward", "up", "--no-open", "--data", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert f"a ward runs on {tmp_path} already (process {ward.pid})" in done.stderr
    assert ward_file.find(tmp_path) == ward


def test_a_ward_that_died_is_not_found(tmp_path: Path, ward: Ward) -> None:
    """Nor one whose number another process has, nor one whose file is damaged."""
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    ward_file.leave(tmp_path, replace(ward, pid=dead.pid))
    assert ward_file.find(tmp_path) is None
    ward_file.leave(tmp_path, replace(ward, pid=os.getppid()))
    assert not Path("/proc/self").exists() or ward_file.find(tmp_path) is None
    (tmp_path / ward_file.NAME).write_text("{")
    assert ward_file.find(tmp_path) is None
