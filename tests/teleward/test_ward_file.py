"""Where a ward is, as commands beside it find it."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from broker.address import Address
from teleward import ward_file
from teleward.cli import app
from teleward.given import address
from teleward.ward_file import Ward


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


def test_commands_beside_a_ward_find_it(tmp_path: Path, ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its page, its broker and its passwords; what is named comes first."""
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "conductor").write_text("word\n")
    there = replace(
        ward, broker="mqtt://127.0.0.1:1999", page="http://127.0.0.1:8099", credentials=str(tmp_path)
    )
    ward_file.leave(tmp_path, there)
    for name in ("TELEWARD_MQTT_USER", "TELEWARD_MQTT_FOLDER"):
        monkeypatch.delenv(name, raising=False)
    assert address(None, "conductor", tmp_path) == Address("127.0.0.1", 1999, "conductor", "word")
    assert address("mqtt://h:1", None, tmp_path) == Address("h", 1)
    said = CliRunner().invoke(app, ["link", "--role", "trainee", "--data", str(tmp_path)]).output
    assert said.startswith("http://127.0.0.1:8099/")
    named = ["link", "--role", "trainee", "--data", str(tmp_path), "--url", "http://ward.example.org"]
    assert CliRunner().invoke(app, named).output.startswith("http://ward.example.org/")
    ward_file.clear(tmp_path, ward.pid)
    assert address(None, "conductor", tmp_path).port == 1884
