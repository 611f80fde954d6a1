"""What tests of bodies and devices share."""

import fcntl
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from devices import kernels, ready

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def machine() -> None:
    """Let this process reckon with machine code from now on: the same bits (``test_kernels``), sooner.

    Of several processes one fills the cache, where it is empty, while the others wait for it.
    """
    if not kernels.available():
        return
    with (Path(tempfile.gettempdir()) / "teleward-tests-compile.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.is_whole():
            # Not ``-m devices.ready``, which steps back for others: here somebody waits.
            ask = "from devices.ready import compile_now; compile_now()"
            subprocess.run([sys.executable, "-c", ask], cwd=ROOT, check=True)
    kernels.compile_all()
