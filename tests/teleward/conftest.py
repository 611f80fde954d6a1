"""What tests of the command line share."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from teleward.ward_file import Ward


@pytest.fixture
def shared() -> Iterator[Path]:
    """Give a folder that every user may look into."""
    with tempfile.TemporaryDirectory(prefix="doctor-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture
def ward() -> Iterator[Ward]:
    """Give a ward that runs, as far as its process says."""
    command = [sys.executable, "-uc", "print('here'); input()", "teleward"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"here\n"
        yield Ward(process.pid, "home", "mqtt://127.0.0.1:1", "x", "http://127.0.0.1:2", metrics_port=3)
        process.communicate(b"\n")
