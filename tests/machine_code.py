"""Machine code for the tests that simulate for long: the same bits (``test_kernels``), sooner."""

import fcntl
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import pytest

from devices import kernels, ready

ROOT = Path(__file__).parents[1]


def for_the_slow(item: pytest.Item) -> None:
    """Let this process reckon with it from its first slow test on; quick tests before that are plain."""
    if item.get_closest_marker("slow"):
        reckon_with_it()


@cache
def reckon_with_it() -> None:
    """Let this process reckon with machine code from now on.

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
