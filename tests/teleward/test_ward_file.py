"""Where a ward is, as commands beside it find it."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from teleward import ward_file
from teleward.ward_file import Ward

WARD = Ward(os.getpid(), "home", "mqtt://127.0.0.1:1", "sqlite:///x", "http://127.0.0.1:2", metrics_port=3)


def test_what_was_left_is_found_until_it_is_taken_back(tmp_path: Path) -> None:
    """By its own process only: another ward may have come since."""
    assert ward_file.find(tmp_path) is None
    ward_file.leave(tmp_path, WARD)
    assert ward_file.find(tmp_path) == WARD
    ward_file.clear(tmp_path, WARD.pid + 1)
    assert ward_file.find(tmp_path) == WARD
    ward_file.clear(tmp_path, WARD.pid)
    assert ward_file.find(tmp_path) is None
    assert not list(tmp_path.iterdir())


def test_a_ward_that_died_is_not_found(tmp_path: Path) -> None:
    """Nor one whose file is damaged."""
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    ward_file.leave(tmp_path, replace(WARD, pid=dead.pid))
    assert ward_file.find(tmp_path) is None
    (tmp_path / ward_file.NAME).write_text("{")
    assert ward_file.find(tmp_path) is None
