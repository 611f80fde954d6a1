"""When kernels are compiled, and by whom: never by a ward that somebody waits for."""

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

import numpy as np

from devices import kernel_folders, kernels
from devices.engine import Engine
from devices.person import generate
from devices.randomness import generator
from devices.signals.leads import LEADS
from devices.ward import DEVICES

WORTH: Final = 500
"""Patient-seconds a second from which machine code is worth its seconds of loading and its 110 MB: plain
Python costs about 0.1 ms each, so this is a twentieth of a core."""
BEDS: Final = 2
SECONDS: Final = 3
POLITE: Final = 10
_aside: Final[list[subprocess.Popen[bytes]]] = []


def worth(beds: int, speed: float) -> bool:
    """Say whether a ward of so many beds at such a speed is reckoned better by machine code."""
    return beds * speed >= WORTH


def make_ready() -> bool:
    """Read what an ordinary ward calls from the cache, before it connects; say whether it is machine code.

    Where there is nothing yet, a process beside us compiles it, half a minute or so, for the wards that
    come after this one.
    """
    if not kernels.available():
        return False
    if not is_whole():
        compile_aside()
        return False
    kernels.compile_all()
    _play()
    return True


def compile_aside() -> None:
    """Start a process that fills the cache; it goes on when we end."""
    root = Path(__file__).parents[1]
    command = [sys.executable, "-m", "devices.ready"]
    nothing = subprocess.DEVNULL
    _aside.append(
        subprocess.Popen(  # noqa: S603 -- our own interpreter and module
            command, cwd=root, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True
        )
    )


def compile_now() -> None:
    """Fill the cache, and remove what was made from sources of long ago."""
    if kernels.compile_all():
        _play()
        _mark().touch()
        kernel_folders.drop_old(kernels.cache())


def is_whole() -> bool:
    """Say whether all that an ordinary ward calls is in the cache."""
    return _mark().exists()


def _mark() -> Path:
    """Return the file that says that a cache is whole."""
    return kernels.cache() / "whole"


def _play() -> None:
    """Let a ward call each kernel for each kind of arguments: that is when it is compiled, or read."""
    names = [f"ready{i}" for i in range(BEDS)]
    people = [generate(generator(0, name, "person")) for name in names]
    ward = Engine(0, names, people, {device: np.ones(BEDS, bool) for device in DEVICES})
    ward.warm_up()
    ward.body.affect(0, "fentanyl", 1.0)
    ward.wearables["patch"].fault(0, "motion", on=True, parameters={})
    for bed, rhythm in enumerate(("af-uncaptured", "third-degree")):
        ward.beat_in(bed, rhythm)
    for _ in range(SECONDS):
        ward.advance(10.0)
        ward.draw(1, LEADS)


if __name__ == "__main__":
    with suppress(AttributeError):  # Windows has none
        os.nice(POLITE)
    compile_now()
