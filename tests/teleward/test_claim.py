"""A data directory belongs to one station at a time, and to nobody after its death."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from teleward import claim
from teleward.claim import TakenError, claimed, holder, place
from teleward.cli import app
from teleward.doctor import machine
from tests.teleward.test_doctor_machine import is_wrong

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no such locks")
HOLDS = """
import sys
from pathlib import Path
from teleward.claim import claimed
with claimed(Path(sys.argv[1])):
    print("held", flush=True)
    input()
"""


@pytest.fixture
def station(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Give a process that holds the directory as a station does."""
    command = [sys.executable, "-c", HOLDS, str(place(tmp_path, None))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        yield process
        process.kill()


def test_who_holds_it_is_told_and_a_death_frees_it(tmp_path: Path, station: subprocess.Popen[bytes]) -> None:
    """Even a kill -9; a member beside has a file of its own."""
    path = place(tmp_path, None)
    said = f"process {station.pid} is a station on {tmp_path}"
    with pytest.raises(TakenError, match=said), claimed(path):
        pytest.fail("it is held twice")
    assert holder(path) == said
    assert is_wrong(machine.alone(tmp_path, None), said, "another --data")
    with claimed(place(tmp_path, "b")):
        assert holder(place(tmp_path, "b")) == f"process {os.getpid()} is a station on {tmp_path}"
    station.send_signal(signal.SIGKILL)
    station.wait()
    assert holder(path) is None
    assert machine.alone(tmp_path, None).level == "good"
    with claimed(path):
        assert holder(path) is not None


def test_one_that_is_about_to_go_is_waited_for(tmp_path: Path, station: subprocess.Popen[bytes]) -> None:
    """A station that was told to stop finishes first."""
    going = threading.Timer(0.3, station.kill)
    going.start()
    with claimed(place(tmp_path, None), 30):
        assert station.poll() is not None or station.wait(1) is not None
    going.join()


def test_a_second_station_is_refused_in_one_line(
    tmp_path: Path, station: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before it touches spool or store."""
    monkeypatch.setattr(claim, "PATIENCE_S", 0.0)
    done = CliRunner().invoke(app, ["station", "--data", str(tmp_path)])
    assert done.exit_code == 2
    assert done.stderr == (
        f"teleward: process {station.pid} is a station on {tmp_path}: stop it, or give another --data\n"
    )
    assert {path.name for path in tmp_path.iterdir()} == {"secret", "station.lock"}
